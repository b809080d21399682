"""Ledgers of parents and their vehicles, worked by hand to the cent.

The world is that of `ledgers`. The parent p and the vehicle v have 1,000 GPUs each, CFADS of 500k
a month; k stands for thousands of dollars.
"""

from __future__ import annotations

import math
from typing import Any

from .ledgers import FLEET, PLEDGED, Ledger, Tree, deal, term, world

TRAPPED: Tree = {"distribution": {"min_dscr": math.inf}}
GUARANTEED: Tree = {"guarantee": True}
SURE = 1e9
"""A jump to default in month 1."""


def group(months: int, terms: Tree, v: Tree | None = None, p: Tree | None = None) -> Tree:
    """A parent and a vehicle on these terms, each changed as asked."""
    own: Tree = {"cash": 0, "fleet": FLEET}
    vehicle = own | {"parent": "p", "vehicle": terms} | (v or {})
    return world(months, p=own | (p or {}), v=vehicle)


def money_that_goes_up() -> list[Ledger]:
    """Distributions, reserves and traps."""
    owing = {"tranches": {"t": term(1_000_000, 12)}}
    own_lot: Tree = {"gpu": "g", "count": 400, "unit_cost": 1000, "pay_month": 1}
    own_lot |= {"service_month": 9, "financed_by": "ddtl", "advance": 0.5}
    ddtl = {"kind": "delayed_draw", "commitment": 1e6, "coupon": 0.12, "maturity": 12}
    wish = {"gpu": "g", "count": 2000, "unit_cost": 1000, "pay_month": 4, "service_month": 9}
    wish |= {"committed": False}
    strict = term(600_000, 12, covenants={"min_dscr": 100.0})
    line = {"kind": "revolver", "commitment": 600_000, "coupon": 0.12, "maturity": 12}
    return [
        (
            "all_that_is_left_goes_up",
            group(2, {}),
            {"cash": {"v": {1: 0.0, 2: 0.0}, "p": {1: 1_000e3, 2: 2_000e3}}},
        ),
        (
            "a_reserve_stays",
            group(2, {"reserve_months": 6}, owing),
            # Service 10 a month: 60 stay. 490 - 60 = 430, then 490.
            {"cash": {"v": {1: 60e3, 2: 60e3}, "p": {1: 930e3, 2: 1_920e3}}},
        ),
        (
            "a_vehicle_that_never_distributes",
            group(2, TRAPPED, owing),
            {"cash": {"v": {1: 490e3, 2: 980e3}, "p": {1: 500e3, 2: 1_000e3}}},
        ),
        (
            "a_vehicle_with_thin_cover_distributes_nothing",
            group(2, {"distribution": {"min_dscr": 60.0}}, owing),
            # 500 / 10 < 60.
            {"cash": {"v": {1: 490e3, 2: 980e3}, "p": {1: 500e3, 2: 1_000e3}}},
        ),
        (
            "a_vehicle_with_cover_distributes",
            group(2, {"distribution": {"min_dscr": 40.0}}, owing),
            {"cash": {"v": {1: 0.0, 2: 0.0}, "p": {1: 990e3, 2: 1_980e3}}},
        ),
        (
            "a_vehicle_in_breach_keeps_what_it_has",
            group(
                4,
                {},
                {
                    "lenders": {"cure_quarters": 5},
                    "tranches": {"t": term(1_000_000, 12, covenants={"min_dscr": 100.0})},
                },
            ),
            # 1, 2: 490 goes up. 3: 500 / 10 fails. 4: 490 + 490 to the lenders.
            {
                "first_breach": {"v": 3},
                "cash": {"v": {2: 0.0, 3: 490e3, 4: 0.0}, "p": {2: 1_980e3, 3: 2_480e3}},
                "debt": {"v": {4: 20e3}},
            },
        ),
        (
            "the_parent_pays_for_the_vehicles_lots",
            group(2, TRAPPED, {"fleet": FLEET | {"l": own_lot}, "tranches": {"ddtl": ddtl}}),
            # 400, half of it lent: p 500 - 200. v 500, then + 498.
            {
                "cash": {"v": {1: 500e3, 2: 998e3}, "p": {1: 300e3, 2: 800e3}},
                "debt": {"v": {1: 200e3}},
                "capex": {"v": {1: 400e3}},
            },
        ),
        (
            "the_revolver_of_a_parent_in_breach_buys_no_lot",
            group(
                4,
                TRAPPED,
                {"fleet": FLEET | {"l": wish}},
                {"lenders": {"cure_quarters": 5}, "tranches": {"t": strict, "rcf": line}},
            ),
            # L = 3 x 494 < 2,000. p: 1,500 / 18 fails; in 4 all of 494 is swept.
            {
                "first_breach": {"p": 3},
                "capex": {"v": {4: 0.0}},
                "cash": {"v": {4: 2_000e3}, "p": {3: 1_482e3, 4: 1_482e3}},
            },
        ),
        (
            "distributions_count_in_the_parents_cover",
            group(
                3,
                {},
                p={
                    "lenders": {"cure_quarters": 9},
                    "tranches": {"t": term(45_000_000, 12, covenants={"min_dscr": 1.8})},
                    "cash": 1_000_000,
                },
            ),
            # Interest 450 a month. (3 x 500 + 2 x 500) / 1,350 = 1.852, with 3 x 500 in month 4.
            {"first_breach": {"p": 0}, "cash": {"p": {3: 2_650e3}}},
        ),
    ]


def guarantees() -> list[Ledger]:
    """Parents that pay, parents that fall, and parents that look on."""
    losing: Tree = {"costs": {"fixed": 800_000}}
    ruin: Tree = {"costs": {"fixed": 1_600_000}, "tranches": {"t": term(2_000_000, 12)}}
    small = {"tranches": {"t": term(100_000, 12)}}
    wish = {"gpu": "g", "count": 100, "unit_cost": 1000, "pay_month": 2, "service_month": 9}
    wish |= {"committed": False}
    strict = {"covenants": {"min_liquidity": 1e9}}
    return [
        (
            "a_guarantor_pays_what_is_missing",
            group(2, GUARANTEED, losing),
            # CFADS of v -300.
            {
                "default_month": {"v": 0, "p": 0},
                "cash": {"v": {1: 0.0, 2: 0.0}, "p": {1: 200e3, 2: 400e3}},
            },
        ),
        (
            "a_vehicle_that_is_called_for_keeps_its_orders",
            group(2, GUARANTEED, losing | {"fleet": FLEET | {"l": wish}}),
            # L = 200 > 100. p: 200 + 500 - 300 - 100.
            {
                "default_month": {"v": 0, "p": 0},
                "capex": {"v": {2: 100e3}},
                "cash": {"v": {2: 0.0}, "p": {1: 200e3, 2: 300e3}},
            },
        ),
        (
            "nobody_pays_for_a_vehicle_that_is_short_and_jumps",
            group(1, GUARANTEED, losing | {"jump_to_default": SURE}, small),
            # v is short by 300 and keeps its cause; 500 for its lots go to p's estate.
            {
                "default_month": {"v": 1, "p": 1},
                "cause": {"v": 1, "p": 6},
                "claim": {("p", "t"): 101e3},
                "loss": {("p", "t"): 0.0},
            },
        ),
        (
            "without_a_guarantee_the_parent_looks_on",
            group(2, {}, losing | small),
            # v: claim 101, lots 500, 399 of which go up to p.
            {
                "default_month": {"v": 1, "p": 0},
                "cause": {"v": 1},
                "loss": {("v", "t"): 0.0},
                "cash": {"p": {1: 899e3, 2: 1_399e3}},
            },
        ),
        (
            "a_completion_guarantee_ends",
            group(2, GUARANTEED | {"guarantee_until": 1}, losing),
            # v: 500 for its lots go up in month 2.
            {
                "default_month": {"v": 2, "p": 0},
                "cause": {"v": 1},
                "cash": {"p": {1: 200e3, 2: 1_200e3}},
            },
        ),
        (
            "called_beyond_its_means",
            group(1, GUARANTEED, ruin, small),
            # v: -1,100 - 20, called for 1,120. p: 500 - 1 - 1,120 < 0. v: lots 500 for 2,020,
            # 1,520 on p's estate of 500 + 500, beside 101.
            {
                "default_month": {"v": 1, "p": 1},
                "cause": {"v": 5, "p": 1},
                "claim": {("v", "t"): 2_020e3, ("p", "t"): 101e3},
                "loss": {("v", "t"): 582_307.22, ("p", "t"): 38_692.78},
            },
        ),
        (
            "only_recourse_claims_reach_the_guarantor",
            group(1, GUARANTEED, ruin | {"tranches": {"t": term(2e6, 12, recourse=False)}}, small),
            # p pays 101 in full.
            {
                "loss": {("v", "t"): 1_520e3, ("p", "t"): 0.0},
                "cause": {"v": 5, "p": 1},
            },
        ),
        (
            "a_vehicles_jump_brings_the_guarantor_down",
            group(1, GUARANTEED, {"jump_to_default": SURE}, small),
            # v leaves 500 + 500 to p's estate.
            {
                "default_month": {"v": 1, "p": 1},
                "cause": {"v": 4, "p": 6},
                "claim": {("p", "t"): 101e3},
                "loss": {("p", "t"): 0.0},
            },
        ),
        (
            "a_vehicles_covenant_brings_the_guarantor_down",
            group(
                3,
                GUARANTEED | TRAPPED,
                {"tranches": {"t": term(5_000_000, 12) | strict}},
                {"tranches": {"t": term(200_000, 12)}},
            ),
            # v: 3 x 450, and lots 500 for 5,000. p: 3 x 498 and 500 for 200 and 3,150.
            {
                "default_month": {"v": 3, "p": 3},
                "cause": {"v": 3, "p": 6},
                "claim": {("v", "t"): 5_000e3, ("p", "t"): 200e3},
                "loss": {("v", "t"): 1_275_044.78, ("p", "t"): 80_955.22},
            },
        ),
        (
            "a_cure_with_the_guarantors_cash",
            group(3, GUARANTEED | TRAPPED, {"tranches": {"t": term(2_000_000, 12) | strict}}),
            # v: 3 x 480 = 1,440 and 560 of p's 1,500.
            {
                "default_month": {"v": 0, "p": 0},
                "first_breach": {"v": 3, "p": 0},
                "cash": {"v": {3: 0.0}, "p": {3: 940e3}},
                "debt": {"v": {3: 0.0}},
            },
        ),
    ]


def parents_that_fail() -> list[Ledger]:
    """Vehicles that live on, and what they are worth to their parent's lenders."""
    falling: Tree = {"jump_to_default": SURE, "tranches": {"t": term(3_000_000, 12)}}
    costly = {"operator_loss": {"termination": 0.0, "cost": 0.5}}
    owing: Tree = {"fleet": PLEDGED, "tranches": {"t": term(1_000_000, 12, pool="p")}}
    leaving = {"operator_loss": {"termination": 1.0, "cost": 0.0}}
    lot = {"gpu": "g", "count": 400, "unit_cost": 1000, "pay_month": 2, "service_month": 3}
    lent = lot | {"pay_month": 1, "service_month": 9, "financed_by": "ddtl", "advance": 0.5}
    ddtl = term(100_000, 12, kind="delayed_draw", commitment=200_000, sweep=1.0)
    sweeping: Tree = {"fleet": FLEET | {"l": lent}, "tranches": {"ddtl": ddtl}}
    layers = {
        "junior": term(1_000_000, 12, coupon=0.24, pool="p", rank=2, sweep=1.0),
        "senior": term(1_000_000, 12, pool="p"),
    }
    return [
        (
            "shares_of_a_vehicle_are_sold",
            group(2, costly, {}, falling),
            # p: 500, lots 500, shares 500 + 500 for 3,030. v, month 2: 730 - 345.
            {
                "default_month": {"p": 1, "v": 0},
                "cause": {"p": 4},
                "loss": {("p", "t"): 1_030e3},
                "cfads": {"v": {1: 500e3, 2: 385e3}},
                "cash": {"v": {1: 500e3, 2: 885e3}},
            },
        ),
        (
            "an_orphan_repays_its_lenders",
            group(3, costly, owing, falling),
            # Shares 490 + 500 - 1,000 < 0. v: 2: 490 + 385 - 10 = 865 to the lenders.
            # 3: 385 - 1.35, 135 repaid.
            {
                "loss": {("p", "t"): 2_030e3},
                "cash": {"v": {1: 490e3, 2: 0.0, 3: 248_650.0}},
                "debt": {"v": {1: 1_000e3, 2: 135e3, 3: 0.0}},
            },
        ),
        (
            "an_orphan_repays_by_rank",
            group(3, {}, {"fleet": PLEDGED, "tranches": layers}, falling),
            # 1: 470, swept. 2: 500 - 20.6 to the senior. 3: 500 - 5.206 - 10.6 to it.
            {"cash": {"v": {3: 0.0}}, "debt": {"v": {1: 1_530e3, 2: 1_050_600.0, 3: 566_406.0}}},
        ),
        (
            "customers_leave_a_failed_operator",
            group(2, leaving, {"contracts": {"k": deal(1000, 2.0, 9)}}, falling),
            {"revenue": {"v": {1: 1_460e3, 2: 730e3}}},
        ),
        (
            "an_orphan_buys_nothing",
            group(3, {}, {"fleet": FLEET | {"l": lot}}, falling),
            {"capex": {"v": {2: 0.0}}, "revenue": {"v": {3: 730e3}}},
        ),
        (
            "a_draw_that_is_undone_was_not_prepaid",
            group(2, {}, sweeping, falling),
            # v: 500 - 1 - 100, what it owes without the 200 of the lot. p: 500, lots 500, shares
            # 399 + 500 for 3,030.
            {
                "default_month": {"p": 1, "v": 0},
                "capex": {"v": {1: 0.0}},
                "cash": {"v": {1: 399e3, 2: 899e3}},
                "debt": {"v": {1: 0.0, 2: 0.0}},
                "loss": {("p", "t"): 1_131e3},
            },
        ),
        (
            "a_guaranteed_vehicle_prepays_before_it_falls_with_its_parent",
            group(1, GUARANTEED, sweeping, falling),
            # v: 500 - 1 - 100 and lots 500 go to p: 500 + 500 + 899 for 3,030.
            {
                "default_month": {"v": 1, "p": 1},
                "cause": {"v": 5, "p": 4},
                "claim": {("v", "ddtl"): 0.0},
                "loss": {("p", "t"): 1_131e3},
            },
        ),
        (
            "a_guaranteed_vehicle_falls_with_its_parent",
            group(1, GUARANTEED, owing, falling),
            # v after its payments: 490, pool 500 for 1,000; 10 on p's estate of 1,000 beside 3,030.
            {
                "default_month": {"v": 1, "p": 1},
                "cause": {"v": 5, "p": 4},
                "claim": {("v", "t"): 1_000e3},
                "loss": {("v", "t"): 6_710.53, ("p", "t"): 2_033_289.47},
            },
        ),
        (
            "the_group_counts_in_leverage",
            group(
                2,
                TRAPPED,
                {"tranches": {"t": term(6_000_000, 12)}},
                {"tranches": {"t": term(3_000_000, 2, refinance={"months": 9} | _leverage(0.6))}},
            ),
            # p alone 3,000 / 6,000; with v 9,000 / 12,000.
            {"default_month": {"p": 2, "v": 0}, "cause": {"p": 2}},
        ),
    ]


def _leverage(limit: float) -> dict[str, Any]:
    return {"max_leverage": limit}


GROUP_LEDGERS: list[Ledger] = [
    *money_that_goes_up(),
    *guarantees(),
    *parents_that_fail(),
]
