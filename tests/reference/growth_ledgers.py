"""Ledgers of growth, deposits, equity ahead of need, early rollovers, worked by hand to the cent.

The world is that of `ledgers`: 1,000 GPUs bring revenue of 730k and CFADS of 500k a month; k stands
for thousands of dollars.
"""

from __future__ import annotations

from typing import Any

from .ledgers import FLEET, NEVER, PLEDGED, Ledger, Tree, deal, term, world

PRESCRIBED_FALL: Tree = {"path": {"price_index": {1: 0.5}}}
ONE_OPEN_MONTH: Tree = {"path": {"climate": {1: 1.0, 2: -1.0, 9: -1.0}}}


def order(count: float, unit_cost: float, **more: Any) -> Tree:
    """An optional lot that comes up in month 2 and runs from month 9 on."""
    known = {"gpu": "g", "count": count, "unit_cost": unit_cost, "pay_month": 2}
    return known | {"service_month": 9, "committed": False} | more


def owner(lots: Tree, **more: Any) -> Tree:
    """An issuer with the usual fleet, no cash, and these lots to come."""
    return {"cash": 0, "fleet": FLEET | lots} | more


def what_can_be_afforded() -> list[Ledger]:
    """Optional lots are bought with money that is there."""
    line = {"kind": "revolver", "commitment": 600_000, "coupon": 0.12, "maturity": 12}
    large = {"l": order(1000, 1000)}
    return [
        (
            "an_order_beyond_the_cash_is_cancelled",
            world(3, a=owner(large)),
            # Month 2: L = 500 < 1,000.
            {"capex": {"a": {2: 0.0}}, "cash": {"a": {1: 500e3, 2: 1_000e3, 3: 1_500e3}}},
        ),
        (
            "an_order_within_the_cash_is_bought",
            world(3, a=owner({"l": order(1000, 1000, pay_month=3)})),
            # Month 3: L = 1,000. 1,000 + 500 - 1,000.
            {"capex": {"a": {3: 1_000e3}}, "cash": {"a": {2: 1_000e3, 3: 500e3}}},
        ),
        (
            "an_undrawn_revolver_buys",
            world(3, a=owner({"l": order(1000, 1050)}, tranches={"rcf": line})),
            # L = 500 + 600. 2: 500 + 500 - 1,050: 50 drawn. 3: 500 - 0.5, 50 repaid.
            {
                "cash": {"a": {2: 0.0, 3: 449_500.0}},
                "debt": {"a": {2: 50e3, 3: 0.0}},
            },
        ),
        (
            "what_is_kept_and_what_matures_buys_nothing",
            world(
                2,
                a=owner(
                    {"l": order(100, 1000)}, min_cash=200_000, tranches={"t": term(300_000, 2)}
                ),
            ),
            # 1: 497. L = 497 - 200 - 300 < 100. 2: 497 + 500 - 3 - 300.
            {"capex": {"a": {2: 0.0}}, "cash": {"a": {1: 497e3, 2: 694e3}}},
        ),
        (
            "a_shut_window_buys_nothing",
            world(2, a=owner({"l": order(100, 1000)}, growth_window=NEVER)),
            # L = 500, but the climate is no better than the worst.
            {"capex": {"a": {2: 0.0}}, "cash": {"a": {2: 1_000e3}}},
        ),
        (
            "what_a_month_like_the_last_burns_buys_nothing",
            world(
                2,
                {"path": {"price_index": {1: 0.5, 2: 1.0}}},
                a=owner({"l": order(400, 1000)}, cash=500_000, costs={"fixed": 200_000}),
            ),
            # 1: 365 - 430 = -65. L = 435 - 65 < 400. 2: 300.
            {"capex": {"a": {2: 0.0}}, "cash": {"a": {1: 435e3, 2: 735e3}}},
        ),
        (
            "who_is_in_breach_buys_nothing",
            world(
                4,
                a=owner(
                    {"l": order(100, 1000, pay_month=4)},
                    lenders={"cure_quarters": 5},
                    tranches={"t": term(600_000, 12, covenants={"min_dscr": 100.0})},
                ),
            ),
            # DSCR 1,500 / 18. Cash 3 x 494; in 4 all of 500 - 6 is swept.
            {
                "first_breach": {"a": 3},
                "capex": {"a": {4: 0.0}},
                "cash": {"a": {3: 1_482e3, 4: 1_482e3}},
                "debt": {"a": {4: 106e3}},
            },
        ),
        (
            "committed_lots_take_their_money_first",
            world(
                2,
                a=owner(
                    {"wish": order(300, 1000), "duty": order(300, 1000, committed=True)},
                ),
            ),
            # L = 500 - 300 < 300.
            {"capex": {"a": {2: 300e3}}, "cash": {"a": {2: 700e3}}},
        ),
    ]


def what_is_worth_it() -> list[Ledger]:
    """The hurdle: 12 x (730 - 230) = 6,000 $ a year from the spot market."""
    dear = {"l": order(10, 30_000, for_contract="k")}
    later = deal(10, 2.0, 20, start_month=8, take_or_pay=0.9)
    return [
        (
            "a_lot_above_the_hurdle",
            world(2, a=owner({"l": order(10, 20_000)}, growth_hurdle=0.25)),
            # 6,000 > 5,000. 500 + 500 - 200.
            {"cash": {"a": {2: 800e3}}},
        ),
        (
            "a_lot_below_the_hurdle",
            world(2, a=owner({"l": order(10, 30_000)}, growth_hurdle=0.25)),
            # 6,000 < 7,500.
            {"cash": {"a": {2: 1_000e3}}},
        ),
        (
            "a_lot_for_a_contract_earns_its_price",
            world(2, a=owner(dear, growth_hurdle=0.25, contracts={"k": later})),
            # 12 x (730 x 1.8 - 230) = 13,008 > 7,500. 500 + 500 - 300.
            {"cash": {"a": {2: 700e3}}},
        ),
        (
            "a_failed_customer_is_no_reason_to_buy",
            world(
                2,
                a=owner(dear, growth_hurdle=0.25, contracts={"k": later | {"customer": "shaky"}}),
            ),
            # Spot again: 6,000 < 7,500.
            {"cash": {"a": {2: 1_000e3}}},
        ),
        (
            "an_ended_contract_is_no_reason_to_buy",
            world(
                2,
                a=owner(
                    dear,
                    growth_hurdle=0.25,
                    contracts={"k": deal(10, 2.0, 1, take_or_pay=0.9)},
                ),
            ),
            # 730 x 18 of ten GPUs for 7.3: CFADS 505.84. Then spot: 6,000 < 7,500.
            {"cash": {"a": {1: 505_840.0, 2: 1_005_840.0}}},
        ),
        (
            "variable_costs_count_against_the_hurdle",
            world(
                2,
                a=owner({"l": order(10, 10_000)}, growth_hurdle=0.25, costs={"variable": 0.5}),
            ),
            # 12 x (365 - 230) = 1,620 < 2,500. CFADS 365 - 230.
            {"cash": {"a": {1: 135e3, 2: 270e3}}},
        ),
        (
            "costs_inflate_against_the_hurdle",
            world(
                2,
                a=owner({"l": order(10, 23_900)}, growth_hurdle=0.25, costs={"inflation": 0.1}),
            ),
            # 12 x (730 - 230 x 1.1^(1/6)) = 5,955.81 < 5,975 < 6,000. Opex 231,834.05, 233,682.73.
            {"cash": {"a": {1: 498_165.95, 2: 994_483.22}}},
        ),
    ]


def cancelling() -> list[Ledger]:
    """What cancelling costs, and what is given up in a shortfall."""
    ddtl = {"kind": "delayed_draw", "commitment": 2e6, "margin": 0.12, "maturity": 12}
    financed = {"financed_by": "ddtl", "advance": 0.9}
    duty = order(1500, 1000, committed=True)
    idle: Tree = {"regime": {"utilization": {"shortage": 0.0, "glut": 0.0}}}
    both = {
        "duty": order(300, 1000, committed=True, cancel_cost=0.5),
        "wish": order(150, 1000),
    }
    return [
        (
            "cancelling_costs",
            world(2, a=owner({"l": order(1000, 1000, cancel_cost=0.2)})),
            # L = 500 < 1,000: 200 for nothing.
            {"capex": {"a": {2: 200e3}}, "cash": {"a": {2: 800e3}}},
        ),
        (
            "what_is_dearer_to_cancel_is_bought",
            world(
                2,
                a=owner(
                    {"l": order(1000, 1000, cancel_cost=0.2) | financed},
                    growth_window=NEVER,
                    tranches={"ddtl": ddtl},
                ),
            ),
            # Own share 100 < 200.
            {"cash": {"a": {2: 900e3}}, "debt": {"a": {2: 900e3}}},
        ),
        (
            "a_committed_lot_is_given_up",
            world(3, a=owner({"l": duty | {"cancel_cost": 0.2}})),
            # 2: 500 + 500 - 1,500 = -500; gives back 1,500 - 300.
            {
                "default_month": {"a": 0},
                "capex": {"a": {2: 300e3}},
                "cash": {"a": {2: 700e3, 3: 1_200e3}},
            },
        ),
        (
            "a_draw_of_a_lot_given_up_is_undone",
            world(
                2,
                a=owner(
                    {"l": order(15_000, 1000, committed=True, cancel_cost=0.05) | financed},
                    tranches={"ddtl": ddtl | {"commitment": 13.5e6}},
                ),
            ),
            # 2: own share 1,500: -500; gives back 1,500 - 750. Nothing is owed.
            {"cash": {"a": {2: 250e3}}, "debt": {"a": {2: 0.0}}, "capex": {"a": {2: 750e3}}},
        ),
        (
            "a_committed_lot_without_a_price_of_cancelling_must_be_paid",
            world(2, a=owner({"l": duty})),
            {"default_month": {"a": 2}, "cause": {"a": 1}},
        ),
        (
            "wishes_are_given_up_before_duties",
            world(2, idle, a=owner(both, contracts={"k": deal(1000, 1.0, 1)})),
            # 2: nothing is let. L = 500 - 300 for the wish; 500 - 230 - 450 = -180. The wish gives
            # 150, the duty 300 - 150.
            {"default_month": {"a": 0}, "capex": {"a": {2: 150e3}}, "cash": {"a": {2: 120e3}}},
        ),
        (
            "a_wish_that_suffices_saves_the_duty",
            world(
                2,
                idle,
                a=owner(
                    both | {"duty": order(200, 1000, committed=True, cancel_cost=0.5)},
                    contracts={"k": deal(1000, 1.0, 1)},
                ),
            ),
            # 2: 500 - 230 - 350 = -80; the wish gives 150, the duty would give 100.
            {"capex": {"a": {2: 200e3}}, "cash": {"a": {2: 70e3}}},
        ),
        (
            "the_last_duty_is_given_up_first",
            world(
                2,
                idle,
                a=owner(
                    {
                        "first": order(150, 1000, committed=True, cancel_cost=0.2),
                        "last": order(200, 1000, committed=True, cancel_cost=0.5),
                    },
                    contracts={"k": deal(1000, 1.0, 1)},
                ),
            ),
            # 2: 500 - 230 - 350 = -80; the last gives back 200 - 100, the first would 150 - 30.
            {"capex": {"a": {2: 250e3}}, "cash": {"a": {2: 20e3}}},
        ),
        (
            "a_default_pays_for_no_lot",
            world(
                2,
                a=owner(
                    {"l": order(1500, 1000, committed=True, pool="p")},
                    tranches={"t": term(1_000_000, 12, pool="p")},
                ),
            ),
            # 2: 490 + 490 - 1,500 < 0. The pool's only lot was not paid for; the rest sells for
            # 500, and 490 + 500 are at hand: 990 + 500 > 1,010.
            {
                "default_month": {"a": 2},
                "capex": {"a": {2: 0.0}},
                "pool_value": {("a", "p"): 0.0},
                "claim": {("a", "t"): 1_010e3},
                "loss": {("a", "t"): 0.0},
            },
        ),
    ]


def deposits_and_deadlines() -> list[Ledger]:
    """Rent in hand, and customers who leave because delivery is late."""

    def one(months: int, **more: Any) -> Tree:
        return world(months, a={"cash": 0, "fleet": FLEET, "contracts": {"k": deal(**more)}})

    late = {"count": 2000, "price": 2.0, "end": 20, "longstop": 2}
    held = {"balance": 300_000, "share": 0.1}
    return [
        (
            "a_long_stop_ends_what_is_late_and_dear",
            one(3, **late, prepaid=held),
            # Bill 1,460, 146 of it paid long ago: CFADS 1,084. Month 2: 300 - 2 x 146 = 8 refunded.
            {
                "revenue": {"a": {1: 1_460e3, 2: 1_460e3, 3: 730e3}},
                "cfads": {"a": {1: 1_084e3, 2: 1_084e3, 3: 500e3}},
                "cash": {"a": {1: 1_084e3, 2: 2_160e3, 3: 2_660e3}},
            },
        ),
        (
            "a_cheap_contract_outlives_its_long_stop",
            one(3, **late | {"price": 0.8}),
            {"revenue": {"a": {3: 584e3}}},
        ),
        (
            "a_contract_that_is_served_outlives_its_long_stop",
            one(3, **late | {"count": 1000}),
            {"revenue": {"a": {3: 1_460e3}}},
        ),
        (
            "deposits_are_earned_bill_by_bill",
            one(
                4, count=1000, price=1.0, end=9, prepaid={"receipts": {2: 1_000_000}, "share": 0.5}
            ),
            # 2: 500 + 1,000 + 730 - 365 - 230. 3: + 135. 4: 270 are left: + 230.
            {
                "revenue": {"a": {2: 730e3}},
                "cfads": {"a": {1: 500e3, 2: 135e3, 3: 135e3, 4: 230e3}},
                "cash": {"a": {1: 500e3, 2: 1_635e3, 3: 1_770e3, 4: 2_000e3}},
            },
        ),
        (
            "deposits_come_before_a_contract_begins",
            one(
                3,
                count=1000,
                price=1.0,
                end=9,
                start_month=2,
                prepaid={"receipts": {1: 200_000}, "share": 1.0},
            ),
            # 3: 530 of 730 in cash, less 230.
            {"cash": {"a": {1: 700e3, 2: 1_200e3, 3: 1_500e3}}},
        ),
        (
            "a_failed_customer_pays_no_deposit",
            one(
                1,
                count=1000,
                price=1.0,
                end=9,
                customer="shaky",
                start_month=2,
                prepaid={"receipts": {1: 200_000}},
            ),
            {"cash": {"a": {1: 500e3}}},
        ),
        (
            "rent_in_hand_is_an_unsecured_claim",
            world(
                1,
                a={
                    "cash": 100_000,
                    "fleet": FLEET,
                    "costs": {"fixed": 1_000_000},
                    "contracts": {
                        "k": deal(1000, 1.0, 9, prepaid={"balance": 400_000, "share": 0.0})
                    },
                    "tranches": {"t": term(600_000, 12)},
                },
            ),
            # 100 - 500 - 6 < 0. The lots bring 500 for claims of 606 and 400.
            {"default_month": {"a": 1}, "loss": {("a", "t"): 304_807.16}},
        ),
        (
            "rent_in_hand_is_worth_less_to_who_steps_in_and_claims_nothing",
            world(
                1,
                a={
                    "cash": 0,
                    "step_in": {"friction": 0.5},
                    "fleet": PLEDGED,
                    "contracts": {
                        "k": deal(500, 2.0, 13, pool="p")
                        | {"prepaid": {"balance": 400_000, "share": 0.0}}
                    },
                    "tranches": {"t": term(30_000_000, 1, pool="p")},
                },
            ),
            # 730 + 365 - 230. Pool 0.5 (500 x 1,230 x 11.618932 - 400k), estate 865 for the loan
            # alone: the customer is served.
            {
                "cfads": {"a": {1: 865e3}},
                "pool_value": {("a", "p"): 3_372_821.61},
                "stepped_in": {("a", "p"): True},
                "loss": {("a", "t"): 26_062_178.39},
            },
        ),
        (
            "a_refund_that_is_missed_is_a_claim",
            world(
                2,
                a={
                    "cash": 12_000,
                    "fleet": FLEET,
                    "costs": {"fixed": 1_230_000},
                    "contracts": {
                        "k": deal(
                            2000, 2.0, 20, longstop=2, prepaid={"balance": 300_000, "share": 0.0}
                        )
                    },
                    "tranches": {"t": term(600_000, 12)},
                },
            ),
            # 1: 12 - 6. 2: 6 - 6 - 300 < 0. Estate 6 + 500 for claims of 606 and 300.
            {"default_month": {"a": 2}, "loss": {("a", "t"): 267_549.67}},
        ),
        (
            "rent_in_hand_lapses_with_its_contract",
            world(
                2,
                a={
                    "cash": 600_000,
                    "fleet": FLEET,
                    "costs": {"fixed": 1_000_000},
                    "contracts": {
                        "k": deal(1000, 1.0, 1, prepaid={"balance": 400_000, "share": 0.0})
                    },
                    "tranches": {"t": term(600_000, 12)},
                },
            ),
            # 1: 600 - 506. 2: 94 - 506 < 0. The lots bring 500 for 606 alone.
            {
                "default_month": {"a": 2},
                "cash": {"a": {1: 94e3}},
                "loss": {("a", "t"): 106e3},
            },
        ),
    ]


def rolling_early() -> list[Ledger]:
    """Balances that are rolled over before their last month, and tests that begin late."""
    rolls = {"months": 9, "window": 0.0}
    poor = term(600_000, 12, covenants={"min_liquidity": 5_000_000, "from_month": 6})
    return [
        (
            "too_late_for_the_window",
            world(
                3,
                ONE_OPEN_MONTH,
                a={
                    "cash": 0,
                    "fleet": FLEET,
                    "tranches": {"t": term(3_000_000, 3, refinance=rolls)},
                },
            ),
            {"default_month": {"a": 3}, "cause": {"a": 2}, "climate": {1: 1.0, 2: -1.0}},
        ),
        (
            "rolled_ahead_of_maturity",
            world(
                3,
                ONE_OPEN_MONTH,
                a={
                    "cash": 0,
                    "fleet": FLEET,
                    "tranches": {"t": term(3_000_000, 3, refinance=rolls | {"ahead": 2})},
                },
            ),
            # 1: 30 of interest, then 6% a year: 15.
            {"default_month": {"a": 0}, "cash": {"a": {1: 470e3, 2: 955e3, 3: 1_440e3}}},
        ),
        (
            "who_is_in_breach_rolls_nothing_ahead",
            world(
                5,
                a={
                    "cash": 0,
                    "fleet": FLEET,
                    "lenders": {"cure_quarters": 5},
                    "tranches": {
                        "tested": term(600_000, 12, covenants={"min_dscr": 100.0}),
                        "rolls": term(1_000_000, 5, refinance={"months": 9, "ahead": 1}),
                    },
                },
            ),
            # DSCR 1,500 / 48. 4: 484 is swept. 5: 1.16 and still 10, 116 is swept.
            {
                "first_breach": {"a": 3},
                "cash": {"a": {3: 1_452e3, 4: 1_452e3, 5: 1_824_840.0}},
                "debt": {"a": {4: 1_116e3, 5: 1_000e3}},
            },
        ),
        (
            "what_the_schedule_leaves_is_rolled_ahead",
            world(
                3,
                a={
                    "cash": 0,
                    "fleet": FLEET,
                    "tranches": {
                        "t": term(
                            900_000,
                            3,
                            amortization="linear",
                            refinance={"months": 6, "ahead": 1},
                        )
                    },
                },
            ),
            # 1: 9 + 300. 2: 6 + 300, and 300 rolled to month 8. 3: 1.5 + 50.
            {
                "cash": {"a": {1: 191e3, 2: 385e3, 3: 833_500.0}},
                "debt": {"a": {2: 300e3, 3: 250e3}},
            },
        ),
        (
            "covenants_begin_in_their_month",
            world(6, a={"cash": 0, "fleet": FLEET, "tranches": {"t": poor}}),
            # 6 x 494 < 5,000: cured with 600.
            {
                "first_breach": {"a": 6},
                "cash": {"a": {3: 1_482e3, 6: 2_364e3}},
                "debt": {"a": {6: 0.0}},
            },
        ),
        (
            "a_lender_who_is_repaid_lends_no_more",
            world(
                4,
                a=owner(
                    {
                        "l": order(400, 1000, committed=True, pay_month=4)
                        | {"financed_by": "t", "advance": 1.0}
                    },
                    tranches={
                        "t": term(
                            600_000,
                            12,
                            kind="delayed_draw",
                            commitment=400_000,
                            covenants={"min_liquidity": 5_000_000},
                        )
                    },
                ),
            ),
            # 3: 3 x 494 < 5,000, cured with 600. 4: 500 - 400.
            {"cash": {"a": {3: 882e3, 4: 982e3}}, "debt": {"a": {3: 0.0, 4: 0.0}}},
        ),
        (
            "what_is_drawn_falls_due_from_the_next_month_on",
            world(
                3,
                a=owner(
                    {
                        "l": order(300, 1000, committed=True)
                        | {"financed_by": "ddtl", "advance": 1.0}
                    },
                    tranches={
                        "ddtl": term(
                            400_000,
                            5,
                            kind="delayed_draw",
                            commitment=300_000,
                            amortization="linear",
                        )
                    },
                ),
            ),
            # 1: 400 / 5 and 4. 2: 320 / 4 and 3.2; 240 + 300. 3: 540 / 3 and 5.4.
            {
                "cash": {"a": {1: 416e3, 2: 832_800.0, 3: 1_147_400.0}},
                "debt": {"a": {1: 320e3, 2: 540e3, 3: 360e3}},
            },
        ),
    ]


def owners() -> list[Ledger]:
    """Equity before it is needed."""
    losing: Tree = {"cash": 0, "fleet": FLEET, "costs": {"fixed": 600_000}}
    fallen: Tree = {"cash": 0, "fleet": FLEET, "costs": {"fixed": 735_000}}
    return [
        (
            "a_runway_of_two_months",
            world(2, a=losing | {"support": {"capacity": 1e6, "runway": 2}}),
            # CFADS -100, burn 100. 1: -100 to 200. 2: 100 to 200.
            {"equity": {"a": {1: 300e3, 2: 100e3}}, "cash": {"a": {1: 200e3, 2: 200e3}}},
        ),
        (
            "a_runway_is_measured_by_three_months",
            world(
                2,
                {"path": {"price_index": {1: 1.0, 2: 0.5}}},
                a={"cash": 0, "fleet": FLEET, "costs": {"fixed": 800_000}}
                | {"support": {"capacity": 1e7, "runway": 2}},
            ),
            # Burnt 300, then 665. 1: -300 to 600. 2: -65 to twice the mean of 482.5.
            {"equity": {"a": {1: 900e3, 2: 1_030e3}}, "cash": {"a": {1: 600e3, 2: 965e3}}},
        ),
        (
            "no_runway",
            world(2, a=losing | {"support": {"capacity": 1e6}}),
            {"equity": {"a": {1: 100e3, 2: 100e3}}, "cash": {"a": {1: 0.0, 2: 0.0}}},
        ),
        (
            "owners_give_by_the_year",
            world(3, a=losing | {"support": {"capacity": 0.0, "per_year": 1_200_000, "runway": 2}}),
            # 100 a month, and 300 are asked for: what there is.
            {"equity": {"a": {1: 100e3, 2: 100e3, 3: 100e3}}, "cash": {"a": {3: 0.0}}},
        ),
        (
            "money_for_what_matures_is_raised_ahead",
            world(
                3,
                a={
                    "cash": 0,
                    "fleet": FLEET,
                    "support": {"capacity": 2e6, "runway": 2},
                    "tranches": {"t": term(2_000_000, 3)},
                },
            ),
            # 1: 480, the loan matures within two months: 1,520. 2: + 480. 3: + 480 - 2,000.
            {
                "equity": {"a": {1: 1_520e3, 2: 0.0, 3: 0.0}},
                "cash": {"a": {1: 2_000e3, 2: 2_480e3, 3: 960e3}},
            },
        ),
        (
            "owners_of_cheap_compute_are_poor",
            world(
                1,
                PRESCRIBED_FALL,
                a=fallen | {"support": {"capacity": 1e6, "price_elasticity": 1.0}},
            ),
            # CFADS 365 - 230 - 735 = -600; half of 1,000 is left.
            {"default_month": {"a": 1}, "cause": {"a": 1}, "revenue": {"a": {1: 365e3}}},
        ),
        (
            "owners_of_dear_compute_give_no_more_than_promised",
            world(
                1,
                {"path": {"price_index": {1: 2.0}}},
                a={"cash": 0, "fleet": FLEET, "costs": {"fixed": 2_730_000}}
                | {"support": {"capacity": 1e6, "price_elasticity": 1.0}},
            ),
            # CFADS 1,460 - 230 - 2,730 = -1,500 > 1,000.
            {"default_month": {"a": 1}, "cause": {"a": 1}, "revenue": {"a": {1: 1_460e3}}},
        ),
        (
            "owners_who_do_not_look_at_prices",
            world(1, PRESCRIBED_FALL, a=fallen | {"support": {"capacity": 1e6}}),
            {"default_month": {"a": 0}, "equity": {"a": {1: 600e3}}, "cash": {"a": {1: 0.0}}},
        ),
    ]


def jumps_and_markets() -> list[Ledger]:
    """Defaults out of the blue; markets that are prescribed, or off their trend today."""
    sure: Tree = {"cash": 0, "fleet": FLEET, "jump_to_default": 1e9}
    reverting: Tree = {"price": {"start": 0.5, "reversion": 12.0}}
    return [
        (
            "a_jump_is_a_payment_default",
            world(1, a=sure | {"tranches": {"t": term(2_000_000, 12)}}),
            # Claim 2,020; 500 of the month and 500 for the lots.
            {
                "default_month": {"a": 1},
                "cause": {"a": 4},
                "claim": {("a", "t"): 2_020e3},
                "loss": {("a", "t"): 1_020e3},
            },
        ),
        (
            "a_month_that_is_short_keeps_its_cause",
            world(1, a=sure | {"costs": {"fixed": 600_000}}),
            {"default_month": {"a": 1}, "cause": {"a": 1}},
        ),
        (
            "a_prescribed_index",
            world(3, {"path": {"price_index": {2: 0.81}}}, a={"cash": 0, "fleet": FLEET}),
            # Half way in logs in month 1; from month 3 on the price stays.
            {
                "x": {1: -0.105360515658, 2: -0.210721031316, 3: -0.210721031316},
                "revenue": {"a": {1: 657e3, 2: 591_300.0, 3: 591_300.0}},
            },
        ),
        (
            "a_prescribed_regime",
            world(
                3,
                {
                    "path": {"regime": {2: "glut"}},
                    "regime": {"utilization": {"shortage": 1.0, "glut": 0.5}},
                },
                a={"cash": 0, "fleet": FLEET},
            ),
            {"revenue": {"a": {1: 730e3, 2: 365e3, 3: 365e3}}},
        ),
        (
            "a_price_above_its_trend",
            world(2, reverting, a={"cash": 0, "fleet": FLEET}),
            # 0.5 (e^-1 - 1), 0.5 (e^-2 - 1).
            {"x": {1: -0.316060279414, 2: -0.432332358382}},
        ),
    ]


GROWTH_LEDGERS: list[Ledger] = [
    *what_can_be_afforded(),
    *what_is_worth_it(),
    *cancelling(),
    *deposits_and_deadlines(),
    *rolling_early(),
    *owners(),
    *jumps_and_markets(),
]
