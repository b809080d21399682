"""Ledgers without volatility, worked by hand to the cent.

Each is (name, scenario, expected). `expected` maps a field of the outcome to values by issuer, by
(issuer, tranche or pool), or by month; series are {issuer: {month: dollars}}. Every number of
`expected` is worked out on paper: the steps stand beside it, k for thousands of dollars.

The world of all of them, unless a ledger says otherwise: one GPU type `g` that rents for 1 $/hour
at full use, 730 $ a month, costs 230 $ a month to run and sells for 1,000 $, half of which a
liquidation keeps. So 1,000 GPUs bring revenue 730k and CFADS 500k a month. r = 0, new debt at
0 + 6%, the climate stands still at 0.
"""

from __future__ import annotations

import copy
import datetime
import math
from typing import Any

Tree = dict[str, Any]
Ledger = tuple[str, Tree, Tree]

NEVER = math.inf
FLEET: Tree = {"base": {"gpu": "g", "count": 1000}}
PLEDGED: Tree = {"base": {"gpu": "g", "count": 1000, "pool": "p"}}

MARKET: Tree = {
    "total_gpus": 1.0e6,
    "risk_free": 0.0,
    "price": {
        "drift": {"shortage": 0.0, "glut": 0.0},
        "volatility": {"shortage": 0.0, "glut": 0.0},
        "obsolescence": 0.0,
    },
    "regime": {
        "start": "shortage",
        "mean_years": {"shortage": math.inf, "glut": math.inf},
        "utilization": {"shortage": 1.0, "glut": 1.0},
    },
    # So persistent that the climate does not move: phi is 1 to the last bit.
    "funding": {
        "start": 0.0,
        "persistence_years": 1e30,
        "price_correlation": 0.0,
        "glut_shift": 0.0,
        "spread": {"base": 0.06, "sensitivity": 0.0},
    },
    "resale": {
        "elasticity": 0.0,
        "cost": 0.0,
        "months": 1,
        "haircut": {"base": 0.5, "glut": 0.0, "fire_sale": 0.0, "volatility": 0.0},
    },
}
HALF_EMPTY: Tree = {"regime": {"utilization": {"shortage": 0.5, "glut": 0.5}}}


def merged(base: Tree, change: Tree) -> Tree:
    """A copy of `base` with the leaves of `change` put in."""
    result = copy.deepcopy(base)
    for key, value in change.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else copy.deepcopy(value)
    return result


def world(
    months: int, market: Tree | None = None, gpu: Tree | None = None, **issuers: Tree
) -> Tree:
    """A scenario of these issuers in the market of the module's heading, changed as asked."""
    return {
        "name": "ledger",
        "base_date": datetime.date(2025, 6, 30),
        "horizon_months": months,
        "market": merged(MARKET, market or {}),
        "gpus": {"g": {"price": 1.0, "resale": 1000.0, "operating_cost": 230.0} | (gpu or {})},
        "customers": {
            "solid": {"default_intensity": 0.0},
            "shaky": {"default_intensity": 1e9},
        },
        "issuers": copy.deepcopy(issuers),
    }


def term(principal: float, maturity: int, **more: Any) -> Tree:
    """A term loan at 12%, 1% a month."""
    return {"principal": principal, "coupon": 0.12, "maturity": maturity} | more


def deal(count: float, price: float, end: int, **more: Any) -> Tree:
    """A contract with the solid customer."""
    known = {"customer": "solid", "gpu": "g", "count": count, "price": price, "end_month": end}
    return known | more


def schedules() -> list[Ledger]:
    """Amortization, interest and operations."""
    annuity = term(1_200_000, 12, amortization="annuity")
    linear = term(900_000, 5, amortization="linear", interest_only_until=2)
    by_map = term(500_000, 4, amortization={2: 100_000, 3: 700_000})
    free = term(1_200_000, 12, amortization="annuity", coupon=0.0)
    floating = {"principal": 1_000_000, "margin": 0.06, "maturity": 9}
    costs = {"fixed": 100_000, "variable": 0.1, "inflation": 0.1}
    return [
        (
            "annuity",
            world(12, a={"cash": 0, "fleet": FLEET, "tranches": {"t": annuity}}),
            # Payment 12k / (1 - 1.01^-12) = 106,618.546414. Month 1: 500k - payment; month 12:
            # twelve times that. Debt: 1,212,000 - payment, then x 1.01 - payment.
            {
                "default_month": {"a": 0},
                "cash": {"a": {1: 393_381.45, 12: 4_720_577.44}},
                "debt": {"a": {1: 1_105_381.45, 2: 1_009_816.72, 12: 0.0}},
                "loss": {("a", "t"): 0.0},
            },
        ),
        (
            "annuity_without_interest",
            world(12, a={"cash": 0, "fleet": FLEET, "tranches": {"t": free}}),
            # 1,200k / 12 = 100k a month.
            {
                "cash": {"a": {1: 400_000.0, 12: 4_800_000.0}},
                "debt": {"a": {1: 1_100_000.0, 11: 100_000.0, 12: 0.0}},
            },
        ),
        (
            "linear_after_interest_only",
            world(6, a={"cash": 0, "fleet": FLEET, "tranches": {"t": linear}}),
            # Months 1, 2: 500 - 9 = 491k each. Months 3 to 5: 300k and 9, 6, 3k of interest:
            # + 191, + 194, + 197k. Month 6: + 500k.
            {
                "cash": {"a": {1: 491e3, 2: 982e3, 3: 1_173e3, 4: 1_367e3, 5: 1_564e3, 6: 2_064e3}},
                "debt": {"a": {2: 900e3, 3: 600e3, 4: 300e3, 5: 0.0}},
                # (3 x 900 + 600 + 300)k / 12
                "exposure": {("a", "t"): 300e3},
            },
        ),
        (
            "map",
            world(4, a={"cash": 0, "fleet": FLEET, "tranches": {"t": by_map}}),
            # Interest 5, 5, 4, 0k; principal 0, 100, min(700, 400), 0k.
            {
                "cash": {"a": {1: 495e3, 2: 890e3, 3: 986e3, 4: 1_486e3}},
                "debt": {"a": {1: 500e3, 2: 400e3, 3: 0.0, 4: 0.0}},
            },
        ),
        (
            "floating_rate_and_interest_on_cash",
            world(
                2,
                {"risk_free": 0.12},
                a={"cash": 1_000_000, "fleet": FLEET, "tranches": {"t": floating}},
            ),
            # Rate 18%: 15k a month. 1,000 x 1.01 + 500 - 15 = 1,495k; x 1.01 + 485 = 1,994.95k.
            # Exposure (e^-0.01 + e^-0.02) x 1,000k / 12.
            {
                "cash": {"a": {1: 1_495_000.0, 2: 1_994_950.0}},
                "exposure": {("a", "t"): 164_187.38},
            },
        ),
        (
            "costs",
            world(12, a={"cash": 0, "fleet": FLEET, "costs": costs}),
            # Month 12: 730 - (230 + 100) x 1.1 - 73 = 294k.
            {"revenue": {"a": {12: 730e3}}, "cfads": {"a": {12: 294e3}}},
        ),
    ]


def balloons() -> list[Ledger]:
    """Balloons rolled over and not."""

    def bullet(maturity: int, months: int | None = None, **terms: Any) -> Tree:
        tranche = term(3_000_000, maturity, pool="p")
        if months is not None:
            tranche["refinance"] = {"months": months, "window": -1.0} | terms
        return world(6, a={"cash": 0, "fleet": PLEDGED, "tranches": {"t": tranche}})

    refused = {
        "default_month": {"a": 2},
        "cause": {"a": 2},
        # Month 2: 470 + 500 - 30 - 3,000 < 0. Claim 3,030k; the pool 500k, the estate 970k.
        "cash": {"a": {1: 470e3}},
        "claim": {("a", "t"): 3_030e3},
        "loss": {("a", "t"): 1_560e3},
        "pool_value": {("a", "p"): 500e3},
        "estate": {"a": 970e3},
    }
    mapped = term(900_000, 1, amortization={1: 300_000}, refinance={"months": 3})
    return [
        (
            "bullet_not_rolled",
            bullet(3),
            # Month 3: 940 + 500 - 30 - 3,000k: short by 1,590k, less than the balloon.
            # Estate 940 + 500; loss 3,030 - 500 - 1,440. Exposure 3 x 3,000k / 12.
            {
                "default_month": {"a": 3},
                "cause": {"a": 2},
                "cash": {"a": {1: 470e3, 2: 940e3}},
                "claim": {("a", "t"): 3_030e3},
                "loss": {("a", "t"): 1_090e3},
                "exposure": {("a", "t"): 750e3},
            },
        ),
        (
            "bullet_rolled_twice",
            bullet(2, 2, max_ltv=3.1, max_leverage=0.6),
            # LTV 3, leverage 3,000 / 6,000 = 0.5. Interest 30k twice, then 6%: 15k.
            {
                "default_month": {"a": 0},
                "cash": {"a": {2: 940e3, 3: 1_425e3, 4: 1_910e3, 5: 2_395e3}},
                "debt": {"a": {5: 3_000e3}},
            },
        ),
        ("bullet_refused_for_ltv", bullet(2, 2, max_ltv=2.9), refused),
        ("bullet_refused_for_leverage", bullet(2, 2, max_leverage=0.4), refused),
        ("bullet_refused_for_the_market", bullet(2, 2, window=0.1), refused),
        (
            "map_rolled_into_linear",
            world(4, a={"cash": 0, "fleet": FLEET, "tranches": {"t": mapped}}),
            # Month 1: 500 - 9 - 300. Then 600k at 6% in three parts: 203, 202, 201k.
            {
                "cash": {"a": {1: 191e3, 2: 488e3, 3: 786e3, 4: 1_085e3}},
                "debt": {"a": {1: 600e3, 2: 400e3, 3: 200e3, 4: 0.0}},
            },
        ),
    ]


def liquidity() -> list[Ledger]:
    """Revolvers, notes, equity, sweeps."""
    growing = FLEET | {
        "second": {
            "gpu": "g",
            "count": 1000,
            "unit_cost": 1000,
            "pay_month": 1,
            "service_month": 2,
        },
        "third": {"gpu": "g", "count": 1000, "unit_cost": 2100, "pay_month": 3, "service_month": 4},
    }
    revolver = {"kind": "revolver", "commitment": 300_000, "margin": 0.12, "maturity": 10}
    supported = {
        "cash": 100_000,
        "min_cash": 50_000,
        "fleet": growing,
        "support": {"capacity": 250_000},
        "tranches": {"rcf": revolver},
    }
    late = FLEET | {
        "late": {"gpu": "g", "count": 1000, "unit_cost": 1200, "pay_month": 2, "service_month": 3}
    }

    def lapsing(window: float) -> Tree:
        line = revolver | {"maturity": 2, "refinance": {"months": 3, "window": window}}
        return world(3, a={"cash": 0, "fleet": late, "tranches": {"rcf": line}})

    notes = {
        "kind": "notes",
        "principal": 600_000,
        "coupon": 0.12,
        "commitment": 5_000_000,
        "months": 6,
        "max_leverage": 0.15,
        "target_cash": 1_000_000,
    }
    opening = {"kind": "notes", "principal": 1_200_000, "months": 12}
    shelf = {"kind": "notes", "commitment": 1_000_000, "months": 4, "target_cash": 400_000}
    both = {"shelf": shelf, "rcf": revolver | {"commitment": 1_000_000}}
    early = FLEET | {
        "early": {"gpu": "g", "count": 1000, "unit_cost": 800, "pay_month": 1, "service_month": 9}
    }
    swept = {"cash": 0, "min_cash": 100_000, "fleet": FLEET}
    return [
        (
            "revolver_and_equity",
            world(4, a=supported),
            # 1: 100 + 500 - 1,000 = -400; drawn 300; equity min(250, 100 + 50) = 150; cash 50.
            # 2: 50 + 1,000 - 3 = 1,047; 300 repaid. 3: 747 + 1,000 - 2,100 = -353; drawn 300
            # again; equity left 100 < 53 + 50; cash 47. 4: 47 + 1,500 - 3 - 300.
            {
                "default_month": {"a": 0},
                "cash": {"a": {1: 50e3, 2: 747e3, 3: 47e3, 4: 1_244e3}},
                "debt": {"a": {1: 300e3, 2: 0.0, 3: 300e3, 4: 0.0}},
                "equity": {"a": {1: 150e3, 2: 0.0, 3: 100e3}},
            },
        ),
        (
            "revolver_rolled_undrawn",
            lapsing(-1.0),
            # 2: 500 + 500 - 1,200 = -200, drawn under the new maturity, at 6%. 3: 1,000 - 1 - 200.
            {
                "default_month": {"a": 0},
                "cash": {"a": {1: 500e3, 2: 0.0, 3: 799e3}},
                "debt": {"a": {2: 200e3, 3: 0.0}},
            },
        ),
        (
            "revolver_lapsed",
            lapsing(NEVER),
            {"default_month": {"a": 2}, "cause": {"a": 1}, "claim": {("a", "rcf"): 0.0}},
        ),
        (
            "notes_sold",
            world(3, a={"cash": 0, "fleet": FLEET, "tranches": {"notes": notes}}),
            # 1: 500 - 6 - 100 = 394; room 0.15 x 6,000 - 600 = 300; cash 694, notes 500 + 300,
            # rate (500 x 12% + 300 x 6%) / 800 = 9.75%. 2: interest 6.5, principal 133.333: above
            # target. 3: interest 5.416667, principal 111.111.
            {
                "cash": {"a": {1: 694e3, 2: 1_054_166.67, 3: 1_437_638.89}},
                "debt": {"a": {1: 800e3, 2: 666_666.67, 3: 555_555.56}},
            },
        ),
        (
            "notes_opening_coupon",
            world(2, a={"cash": 0, "fleet": FLEET, "tranches": {"notes": opening}}),
            # 6% of 1,200k: 6k, and 100k; then 5.5k and 1,100k / 12.
            {"cash": {"a": {1: 394e3, 2: 796_833.33}}, "debt": {"a": {2: 1_008_333.33}}},
        ),
        (
            "notes_repay_the_revolver",
            world(1, a={"cash": 0, "fleet": early, "tranches": both}),
            # 500 - 800 = -300 drawn; then notes up to the target, 400; of which 300 repay.
            {"cash": {"a": {1: 100e3}}, "debt": {"a": {1: 400e3}}},
        ),
        (
            "sweep",
            world(2, a=swept | {"tranches": {"t": term(2_000_000, 10, sweep=0.5)}}),
            # 1: 480 free, 240 swept. 2: interest 17.6; 482.4 free, 241.2 swept.
            {
                "cash": {"a": {1: 240e3, 2: 481_200.0}},
                "debt": {"a": {1: 1_760e3, 2: 1_518_800.0}},
            },
        ),
        (
            "sweep_stops_at_minimum_cash",
            world(1, a=swept | {"tranches": {"t": term(2_000_000, 10, sweep=1.0)}}),
            {"cash": {"a": {1: 100e3}}, "debt": {"a": {1: 1_620e3}}},
        ),
    ]


def covenants() -> list[Ledger]:
    """Breaches, cures, waivers and covenant defaults."""
    tested = term(4_800_000, 12, amortization="linear", covenants={"min_dscr": 1.2})
    issuer = {"cash": 0, "min_cash": 100_000, "fleet": FLEET, "tranches": {"t": tested}}
    helped = FLEET | {"more": {"gpu": "g", "count": 1000, "service_month": 4}}
    costly = FLEET | {
        "more": {"gpu": "g", "count": 1000, "unit_cost": 1000, "pay_month": 4, "service_month": 5}
    }
    revolver = {"kind": "revolver", "commitment": 1e6, "margin": 0.12, "maturity": 12}
    blocked = {
        "cash": 0,
        "fleet": costly,
        "support": {"capacity": 800_000},
        "lenders": {"cure_quarters": 3},
        "tranches": {"rcf": revolver, "t": tested},
    }
    secured = term(600_000, 12, pool="p", covenants={"max_ltv": 0.5})
    poor = term(600_000, 12, covenants={"min_liquidity": 2_000_000})
    # Months 1 to 3: interest 48, 44, 40k and 400k each; DSCR 1,500 / 1,332 = 1.126: fails.
    quarter = {1: 52e3, 2: 108e3, 3: 168e3}
    called = {
        "default_month": {"a": 3},
        "cause": {"a": 3},
        "first_breach": {"a": 3},
        # Claim 4,800 - 1,200, its interest paid; estate: cash 168 and lots 500.
        "claim": {("a", "t"): 3_600e3},
        "loss": {("a", "t"): 2_932e3},
        "estate": {"a": 668e3},
    }
    return [
        (
            "breach_cured",
            world(7, a=issuer | {"fleet": helped, "lenders": {"cure_quarters": 1}}),
            # In breach all free cash is swept: 4: D 436, free 564; 5: D 26.36 + 329.5, free
            # 644.14; 6: D 16.6236 + 237.48, free 745.8964. DSCR 3,000 / 1,045.9636: cured.
            # 7: D 6.789836 + 678.9836 / 6, no sweep.
            {
                "default_month": {"a": 0},
                "first_breach": {"a": 3},
                "cash": {"a": quarter | {4: 168e3, 5: 168e3, 6: 168e3, 7: 1_048_046.23}},
                "debt": {
                    "a": {3: 3_600e3, 4: 2_636e3, 5: 1_662_360.0, 6: 678_983.60, 7: 565_819.67}
                },
            },
        ),
        (
            "breach_waived_twice",
            world(7, a=issuer | {"lenders": {"waiver": 1.0, "window": -1.0}}),
            # No sweep. D of months 4 to 7: 436, 432, 428, 424; DSCR 1,500 / 1,296 = 1.157.
            {
                "default_month": {"a": 0},
                "first_breach": {"a": 3},
                "cash": {"a": quarter | {4: 232e3, 5: 300e3, 6: 372e3, 7: 448e3}},
                "debt": {"a": {6: 2_400e3}},
            },
        ),
        ("breach_called", world(4, a=issuer | {"lenders": {"waiver": 0.0}}), called),
        (
            "waiver_window_closed",
            world(4, a=issuer | {"lenders": {"waiver": 1.0, "window": 0.0}}),
            called,
        ),
        (
            "breach_called_after_the_cure_period",
            world(7, a=issuer | {"lenders": {"cure_quarters": 1}}),
            # 4: free 64 swept, debt 3,136. 5: D 31.36 + 392, free 76.64, debt 2,667.36.
            # 6: D 26.6736 + 381.051429, free 92.274971, debt 2,194.0336. DSCR 1,500 / 1,267.085
            # = 1.184. Loss 2,194,033.6 - 668,000.
            {
                "default_month": {"a": 6},
                "cause": {"a": 3},
                "first_breach": {"a": 3},
                "cash": {"a": quarter | {4: 168e3, 5: 168e3}},
                "debt": {"a": {4: 3_136e3, 5: 2_667_360.0}},
                "claim": {("a", "t"): 2_194_033.60},
                "loss": {("a", "t"): 1_526_033.60},
            },
        ),
        (
            "breach_blocks_the_revolver",
            world(5, a=blocked),
            # 4: 168 + 500 - 1,000 - 436 = -768: equity. 5: 1,000 - 432, all swept.
            {
                "default_month": {"a": 0},
                "cash": {"a": quarter | {4: 0.0, 5: 0.0}},
                "debt": {"a": {4: 3_200e3, 5: 2_232e3}},
                "equity": {"a": {4: 768e3}},
            },
        ),
        (
            "ltv_breach_paid_off",
            world(
                6,
                a={
                    "cash": 0,
                    "fleet": PLEDGED,
                    "lenders": {"cure_quarters": 5},
                    "tranches": {"t": secured},
                },
            ),
            # LTV 0.6. 3: 3 x 494. 4: 494 swept, 106 left. 5: 1,482 + 500 - 1.06 - 106. 6: + 500.
            {
                "first_breach": {"a": 3},
                "cash": {"a": {3: 1_482e3, 4: 1_482e3, 5: 1_874_940.0, 6: 2_374_940.0}},
                "debt": {"a": {3: 600e3, 4: 106e3, 5: 0.0}},
            },
        ),
        (
            "undrawn_revolver_is_liquidity",
            world(3, a={"cash": 0, "fleet": FLEET, "tranches": {"t": poor, "rcf": revolver}}),
            # Month 3: 1,482 + 1,000 undrawn.
            {"default_month": {"a": 0}, "first_breach": {"a": 0}, "cash": {"a": {3: 1_482e3}}},
        ),
        (
            "a_breach_is_cured_with_cash",
            world(3, a={"cash": 0, "fleet": FLEET, "tranches": {"t": poor}}),
            # 1,482 < 2,000, and the 600 of the tranche are at hand: 882 are left.
            {
                "default_month": {"a": 0},
                "first_breach": {"a": 3},
                "cash": {"a": {3: 882e3}},
                "debt": {"a": {3: 0.0}},
            },
        ),
        (
            "liquidity_covenant_called",
            world(3, a={"cash": 0, "min_cash": 1e6, "fleet": FLEET, "tranches": {"t": poor}}),
            # 1,482 < 2,000; 482 above min_cash do not repay 600. The estate of 1,982k covers it.
            {
                "default_month": {"a": 3},
                "cause": {"a": 3},
                "claim": {("a", "t"): 600e3},
                "loss": {("a", "t"): 0.0},
            },
        ),
    ]


def contracts() -> list[Ledger]:
    """Customers, contracts, lots."""
    furious = {"churn": 1e9, "price_sensitivity": 1.0}
    renewal = {"renewal": {"probability": 1.0, "months": 2, "discount": 0.1}}
    steady = {"renewal": {"probability": 1.0, "months": 2}}

    def one(**more: Any) -> Tree:
        return world(
            5,
            HALF_EMPTY,
            a={"cash": 0, "fleet": FLEET, "contracts": {"k": deal(500, 2.0, 2, **more)}},
        )

    north = {"gpu": "g", "count": 400, "unit_cost": 1000, "pay_month": 2, "service_month": 3}
    financed = {"financed_by": "ddtl", "advance": 0.75}
    building = {
        "cash": 0,
        "growth_window": NEVER,
        "fleet": FLEET
        | {
            "north": north | financed,
            "south": north | financed | {"count": 600},
            "dream": north | {"count": 5000, "committed": False, "service_month": 2},
        },
        "tranches": {
            "ddtl": {"kind": "delayed_draw", "commitment": 5e5, "margin": 0.12, "maturity": 10}
        },
    }
    served = {
        "cash": 0,
        "fleet": FLEET,
        "backstop": {"gpu": "g", "count": 300, "price": 0.8, "until_month": 1},
        "contracts": {
            "lost": deal(900, 3.0, 9, customer="shaky"),
            "kept": deal(400, 2.0, 9, take_or_pay=0.5),
            "later": deal(200, 1.5, 9, start_month=2),
        },
    }
    # Half of the idle GPUs earn 1 $: 730 x (500 x 2 + 250) = 912.5k; alone 365k.
    return [
        ("contract_ends", one(), {"revenue": {"a": {1: 912_500, 2: 912_500, 3: 365_000}}}),
        ("customer_walks", one(**furious), {"revenue": {"a": {1: 365_000, 3: 365_000}}}),
        (
            "concession",
            one(**furious, concession=1.0),
            # 730 x (500 x 1 + 250)
            {"revenue": {"a": {1: 547_500, 2: 547_500, 3: 365_000}}},
        ),
        (
            "renewal",
            one(**renewal),
            # 730 x (500 x 0.9 + 250) = 511k, and once more from month 5 on.
            {"revenue": {"a": {2: 912_500, 3: 511_000, 4: 511_000, 5: 511_000}}},
        ),
        (
            "renewed_for_two_months",
            world(
                5,
                {"price": {"drift": {"shortage": -0.36}}},
                a={"cash": 0, "fleet": FLEET, "contracts": {"k": deal(1000, 2.0, 1, **steady)}},
            ),
            # Rent e^(-0.03 t). Renewed in month 1 at e^-0.03, in month 3 at e^-0.09.
            {
                "revenue": {
                    "a": {1: 1_460e3, 2: 708_425.24, 3: 708_425.24, 4: 667_169.77, 5: 667_169.77}
                }
            },
        ),
        (
            "delayed_draw",
            world(3, a=building),
            # 2: north lends 300, south min(450, 200): own capex 500; the dream is cancelled.
            # 3: CFADS 1,000, interest 5.
            {
                "cash": {"a": {1: 500e3, 2: 500e3, 3: 1_495e3}},
                "debt": {"a": {1: 0.0, 2: 500e3, 3: 500e3}},
                "capex": {"a": {2: 1_000e3}},
            },
        ),
        (
            "backstop_and_failed_customer",
            world(3, HALF_EMPTY, a=served),
            # 1: 730 x (400 x 2 x 0.5 + 300 x 0.8 + 300 x 0.5); 2: 730 x (400 + 600 x 0.5);
            # 3: 730 x (400 + 200 x 1.5 + 400 x 0.5).
            {"revenue": {"a": {1: 576_700, 2: 511_000, 3: 657_000}}},
        ),
    ]


def recoveries() -> list[Ledger]:
    """Pools, ranks, recourse, step-in, contagion, resale values."""
    ranked = {
        "cash": 0,
        "fleet": PLEDGED | {"spare": {"gpu": "g", "count": 200}},
        "tranches": {
            "senior": term(400_000, 9, pool="p"),
            "junior": term(300_000, 9, pool="p", rank=2, recourse=False),
            "empty": term(200_000, 9, pool="q", rank=3),
            "corp": term(900_000, 1),
            "sub": term(100_000, 9, rank=2),
        },
    }
    stepped = {
        "cash": 0,
        "step_in": {"friction": 0.25},
        "fleet": {
            "base": {"gpu": "g", "count": 700, "pool": "p"},
            "spare": {"gpu": "g", "count": 300},
        },
        "contracts": {
            "anchor": deal(600, 2.0, 25, pool="p"),
            "second": deal(600, 3.0, 13, pool="p", take_or_pay=0.5),
        },
        "tranches": {"t": term(30_000_000, 1, pool="p")},
    }
    to_come = {"gpu": "g", "count": 300, "pool": "p", "service_month": 9}
    burning = {
        "cash": 100_000,
        "fleet": FLEET,
        "costs": {"fixed": 1_000_000},
        "tranches": {"t": term(1_000_000, 9)},
    }
    refused = term(3_000_000, 3, pool="p", refinance={"months": 9, "window": -0.5})
    bystander = {"cash": 0, "fleet": PLEDGED, "tranches": {"t": refused}}
    contagious = {
        "total_gpus": 10_000,
        "contagion": {"price_impact": 0.2, "funding_impact": 0.7},
        "resale": {"elasticity": 1.0, "months": 2, "haircut": {"fire_sale": 5.0}},
    }
    sliding = {
        "risk_free": 0.12,
        "price": {"drift": {"shortage": -0.36}, "obsolescence": 0.24},
        "resale": {"elasticity": 0.5, "cost": 0.1, "months": 6},
    }
    loan = {"principal": 5_000_000, "margin": 0.0, "maturity": 3, "pool": "p"}
    return [
        (
            "ranks_and_recourse",
            world(2, a=ranked),
            # CFADS 600, D = 19 + 900: short by 319, less than the balloon. Pool p 500: senior
            # 404, junior 96 of 303, no recourse. Estate 600 + 100 to corp 909 and empty 202,
            # 700 / 1,111 each; nothing for sub.
            {
                "default_month": {"a": 1},
                "cause": {"a": 2},
                "pool_value": {("a", "p"): 500e3, ("a", "q"): 0.0},
                "estate": {"a": 700e3},
                "claim": {("a", "senior"): 404e3, ("a", "sub"): 101e3},
                "loss": {
                    ("a", "senior"): 0.0,
                    ("a", "junior"): 207e3,
                    ("a", "empty"): 74_727.27,
                    ("a", "corp"): 336_272.73,
                    ("a", "sub"): 101e3,
                },
            },
        ),
        (
            "step_in",
            world(1, a=stepped),
            # CFADS 730 x (600 x 2 + 400 x 1.5) - 230k = 1,084k. The pool's 700 GPUs reach 600 of
            # the anchor, 1,460 - 230 each, and 100 of the second, 1,095 - 230 each:
            # 0.75 (738k x 22.562866 + 86.5k x 11.618932). Estate 1,084 + 150.
            {
                "cause": {"a": 2},
                "cfads": {"a": {1: 1_084e3}},
                "pool_value": {("a", "p"): 13_242_324.67},
                "stepped_in": {("a", "p"): True},
                "claim": {("a", "t"): 30_300e3},
                "loss": {("a", "t"): 15_823_675.33},
            },
        ),
        (
            "who_steps_in_serves_with_what_runs",
            world(1, a=merged(stepped, {"fleet": {"later": to_come}})),
            # The same, whatever is to come.
            {
                "pool_value": {("a", "p"): 13_242_324.67},
                "stepped_in": {("a", "p"): True},
                "loss": {("a", "t"): 15_823_675.33},
            },
        ),
        (
            "contagion",
            world(4, contagious, a=burning, b=bystander),
            # a, month 1: 100 - 500 - 10 < 0, no balloon. S = 0.1, H = 1 / (1 + e^-0.5); D is 0.05
            # in months 2 and 3: x = -0.01, -0.02. The climate falls to -0.7: b is refused.
            # b, month 3: CFADS 500, 492.736, 485.545; S = 0.2, H = 1 / (1 + e^-1),
            # pool (1 - H) x 1,000k x e^-0.02, estate 932.736 + 485.545. b's GPUs weigh on month 4.
            {
                "default_month": {"a": 1, "b": 3},
                "cause": {"a": 1, "b": 2},
                "haircut": {"a": 0.6224593312, "b": 0.7310585786},
                "loss": {("a", "t"): 632_459.33, ("b", "t"): 1_348_102.57},
                "revenue": {"b": {1: 730e3, 2: 722_736.38, 3: 715_545.03}},
                "estate": {"b": 1_418_281.41},
                "pool_value": {("b", "p"): 263_616.02},
                "x": {1: 0.0, 2: -0.01, 3: -0.02, 4: -0.03},
                "climate": {1: 0.0, 2: -0.7, 3: -0.7, 4: -1.4},
            },
        ),
        (
            "falling_prices",
            world(
                3,
                sliding,
                {"obsolescence": 0.12, "depreciation": 0.12},
                a={"cash": 0, "fleet": PLEDGED, "tranches": {"t": loan}},
            ),
            # x = -0.05 t, rent e^(-0.06 t), resale 1,000 e^(-0.04 t). Interest 50k. Month 3:
            # pool 0.9 x 0.5 x e^-0.06 x 1,000k e^-0.12.
            {
                "default_month": {"a": 3},
                "cause": {"a": 2},
                "revenue": {"a": {1: 687_488.11, 2: 647_451.92, 3: 609_747.25}},
                "cash": {"a": {1: 407_488.11, 2: 779_014.91}},
                "pool_value": {("a", "p"): 375_871.60},
                "estate": {"a": 1_166_552.31},
                "loss": {("a", "t"): 3_507_576.09},
                "exposure": {("a", "t"): 1_225_289.18},
                "x": {1: -0.05, 3: -0.15},
            },
        ),
    ]


def lots_and_draws() -> list[Ledger]:
    """What counts as collateral, as debt, and when a delayed-draw tranche lends."""
    more = {"gpu": "g", "count": 1000, "unit_cost": 1000, "pool": "p"}
    dream = more | {"pay_month": 1, "service_month": 1, "committed": False}
    fresh = more | {"pay_month": 3, "service_month": 9}
    tested = term(600_000, 12, pool="p", covenants={"max_ltv": 0.5})
    line = {"kind": "delayed_draw", "commitment": 1e6, "margin": 0.12, "maturity": 12}
    late = {"gpu": "g", "count": 1000, "unit_cost": 1000, "pay_month": 2, "service_month": 9}
    late |= {"financed_by": "ddtl", "advance": 1.0}
    bullet = term(3_000_000, 2, refinance={"months": 9, "max_leverage": 0.6})
    half = late | {"advance": 0.5}
    rolls = {"maturity": 2, "refinance": {"months": 9}}
    poor = term(600_000, 12, covenants={"min_liquidity": 2_000_000})
    blocked = half | {"pay_month": 4, "service_month": 5}

    def pledged(lot: Tree, **more: Any) -> Tree:
        return {"cash": 0, "fleet": PLEDGED | {"lot": lot}, "tranches": {"t": tested}} | more

    return [
        (
            "cancelled_lots_are_no_collateral",
            world(3, a=pledged(dream, growth_window=NEVER, min_cash=1e6)),
            # LTV 600 / 1,000. 482 above min_cash do not repay 600: called. Cash 3 x 494 and what
            # the pool leaves pay the claim.
            {"default_month": {"a": 3}, "cause": {"a": 3}, "pool_value": {("a", "p"): 500e3}},
        ),
        (
            "collateral_from_the_month_of_payment",
            world(3, a=pledged(fresh)),
            # LTV 600 / 2,000. Cash 3 x 494 - 1,000.
            {"default_month": {"a": 0}, "first_breach": {"a": 0}, "cash": {"a": {3: 482e3}}},
        ),
        (
            "this_months_draw_is_leverage",
            world(
                2,
                a={
                    "cash": 0,
                    "fleet": FLEET | {"l": late},
                    "tranches": {"t": bullet, "ddtl": line},
                },
            ),
            # 2: debt 3,000 + 1,000 over 6,000 > 0.6: due. The default takes the lot and its loan
            # back: claims 3,030 and 0; estate 470 + 500 and the one lot, 500.
            {
                "default_month": {"a": 2},
                "cause": {"a": 2},
                "estate": {"a": 1_470e3},
                "claim": {("a", "t"): 3_030e3, ("a", "ddtl"): 0.0},
                "loss": {("a", "t"): 1_560e3, ("a", "ddtl"): 0.0},
            },
        ),
        (
            "nothing_is_lent_in_the_maturity_month",
            world(
                2,
                a={"cash": 0, "fleet": FLEET | {"l": half}, "tranches": {"ddtl": line | rolls}},
            ),
            # 2: nothing drawn, nothing to roll: own capex 1,000.
            {"cash": {"a": {1: 500e3, 2: 0.0}}, "debt": {"a": {2: 0.0}}},
        ),
        (
            "a_rolled_line_lends_on",
            world(
                2,
                a={
                    "cash": 0,
                    "fleet": FLEET | {"l": half},
                    "tranches": {"ddtl": line | rolls | {"maturity": 1, "principal": 100_000}},
                },
            ),
            # 1: interest 1; rolled at 6%. 2: lends 500, interest 0.5.
            {"cash": {"a": {1: 499e3, 2: 498.5e3}}, "debt": {"a": {1: 100e3, 2: 600e3}}},
        ),
        (
            "a_breach_stops_the_delayed_draw",
            world(
                5,
                a={
                    "cash": 0,
                    "lenders": {"cure_quarters": 5},
                    "fleet": FLEET | {"l": blocked},
                    "tranches": {"t": poor, "ddtl": line},
                },
            ),
            # 3: 3 x 494 < 2,000. 4: 500 - 1,000 - 6, all own capex. 5: 1,000 - 6, and 600 swept.
            {
                "first_breach": {"a": 3},
                "cash": {"a": {3: 1_482e3, 4: 976e3, 5: 1_370e3}},
                "debt": {"a": {4: 600e3, 5: 0.0}},
            },
        ),
    ]


def lenders() -> list[Ledger]:
    """Ranks, limits and what counts for them; rollovers without interest-only time."""
    slow = {"cure_quarters": 5}
    short = {"interest_only_until": 3, "refinance": {"months": 3}}

    def rolled(amortization: str) -> Tree:
        loan = term(900_000, 1, amortization=amortization, **short)
        return world(4, a={"cash": 0, "fleet": FLEET, "tranches": {"t": loan}})

    def layered(senior: float, junior: float) -> Tree:
        layers = {
            "senior": term(400_000, 12, pool="p", covenants={"max_ltv": senior}),
            "junior": term(300_000, 12, pool="p", rank=2, covenants={"max_ltv": junior}),
        }
        return {"cash": 0, "fleet": PLEDGED, "lenders": slow, "tranches": layers}

    empty = term(100_000, 12, pool="q", covenants={"max_ltv": 1000.0})
    repaid = {
        "bullet": term(900_000, 3),
        "tested": term(1_000_000, 9, covenants={"min_dscr": 10.0}),
    }
    free = term(600_000, 12, coupon=0.0, covenants={"min_dscr": 1.0})
    poor = term(600_000, 12, covenants={"min_liquidity": 2_000_000})
    revolver = {"kind": "revolver", "commitment": 1e6, "margin": 0.12, "maturity": 3}
    swept = {"loose": term(2_000_000, 12, sweep=0.5), "poor": poor}
    notes = {"kind": "notes", "principal": 600_000, "coupon": 0.12, "commitment": 100_000}
    notes |= {"months": 6, "sweep": 1.0}
    bought = {"gpu": "g", "count": 800, "unit_cost": 1000, "pay_month": 2, "service_month": 9}
    now = {"gpu": "g", "count": 1000, "unit_cost": 1000, "pay_month": 1, "service_month": 9}
    eased = {"t": term(500_000, 1), "rcf": revolver | {"commitment": 600_000}}
    return [
        (
            "rolled_linear_has_no_interest_only_time",
            rolled("linear"),
            # 1: 500 - 9. Then 300 and 4.5, 3, 1.5 at 6%.
            {
                "cash": {"a": {1: 491e3, 2: 686.5e3, 3: 883.5e3, 4: 1_082e3}},
                "debt": {"a": {1: 900e3, 2: 600e3, 3: 300e3, 4: 0.0}},
            },
        ),
        (
            "rolled_annuity_has_no_interest_only_time",
            rolled("annuity"),
            # Payment 4.5k / (1 - 1.005^-3) = 303,004.9875.
            {
                "cash": {"a": {1: 491e3, 2: 687_995.01, 3: 884_990.02, 4: 1_081_985.04}},
                "debt": {"a": {1: 900e3, 2: 601_495.01, 3: 301_497.50, 4: 0.0}},
            },
        ),
        (
            "ltv_by_rank",
            world(
                3,
                a=layered(0.5, 0.75),
                b=layered(0.5, 0.65),
                c=layered(0.35, 0.75),
                d={"cash": 0, "fleet": PLEDGED, "lenders": slow, "tranches": {"t": empty}},
            ),
            # LTV 0.4 senior and 0.7 junior; d has no collateral.
            {"first_breach": {"a": 0, "b": 3, "c": 3, "d": 3}},
        ),
        (
            "balloons_are_no_debt_service",
            world(3, a={"cash": 0, "fleet": FLEET, "tranches": repaid}),
            # DSCR 1,500 / 57. Cash 3 x 481 - 900.
            {"first_breach": {"a": 0}, "cash": {"a": {3: 543e3}}},
        ),
        (
            "no_debt_service_passes",
            world(3, a={"cash": 0, "fleet": FLEET, "tranches": {"t": free}}),
            {"first_breach": {"a": 0}, "cash": {"a": {3: 1_500e3}}},
        ),
        (
            "a_passed_test_begins_the_count_anew",
            world(
                9,
                {"path": {"price_index": {1: 0.5, 3: 0.5, 4: 1.0, 6: 1.0, 7: 0.5, 9: 0.5}}},
                a={"cash": 0, "fleet": FLEET, "lenders": {"cure_quarters": 1}}
                | {"tranches": {"t": term(6_000_000, 12, covenants={"min_dscr": 5.0})}},
            ),
            # Fails in 3 and 9, 405 / 180 and 405 / 140, passes in 6. In breach 440, 444.4 and
            # 448.844 are swept. Then 135 - 46.66756 a month.
            {
                "default_month": {"a": 0},
                "first_breach": {"a": 3},
                "cash": {"a": {3: 225e3, 6: 225e3, 9: 489_997.32}},
                "debt": {"a": {6: 4_666_756.0}},
            },
        ),
        (
            "a_revolver_at_maturity_is_no_liquidity",
            world(
                3,
                a={
                    "cash": 0,
                    "min_cash": 1e6,
                    "fleet": FLEET,
                    "tranches": {"t": poor, "rcf": revolver},
                },
            ),
            # 1,482 < 2,000, the undrawn 1,000 lapse; 482 above min_cash do not repay 600.
            {"default_month": {"a": 3}, "cause": {"a": 3}, "estate": {"a": 1_982e3}},
        ),
        (
            "a_breach_sweeps_for_tranches_with_covenants",
            world(4, a={"cash": 0, "fleet": FLEET, "lenders": slow, "tranches": swept}),
            # Loose takes half of what is free: 474, 476.37, 478.75, 481.15. In breach
            # poor, next in the file, takes 481.15 as well, out of earlier cash.
            {
                "first_breach": {"a": 3},
                "cash": {"a": {1: 237e3, 2: 475_185.0, 3: 714_560.93, 4: 473_988.12}},
                "debt": {"a": {1: 2_363e3, 2: 2_124_815.0, 3: 1_885_439.07, 4: 1_163_720.66}},
            },
        ),
        (
            "prepaid_notes_are_not_sold_again",
            world(2, a={"cash": 0, "fleet": FLEET | {"l": bought}, "tranches": {"notes": notes}}),
            # 1: 500 - 106 swept: 106 left. 2: 500 - 800 - 1.06 - 17.67, and 100 to sell.
            {
                "default_month": {"a": 2},
                "cause": {"a": 1},
                "debt": {"a": {1: 106e3}},
                "claim": {("a", "notes"): 107_060.0},
            },
        ),
        (
            "cause_after_all_measures",
            world(1, a={"cash": 0, "fleet": FLEET | {"l": now}, "tranches": eased}),
            # 500 - 1,000 - 505 = -1,005; with the 600 of the line short by 405 < 500.
            {
                "default_month": {"a": 1},
                "cause": {"a": 2},
                "claim": {("a", "t"): 505e3, ("a", "rcf"): 0.0},
                "estate": {"a": 1_000e3},
            },
        ),
    ]


def last_resorts() -> list[Ledger]:
    """A regime that turns, a loss maker, a used-up programme, a fire sale, a step-in."""
    turns: Tree = {
        "price": {"drift": {"glut": -0.12}},
        "regime": {"mean_years": {"shortage": 1e-9}, "utilization": {"glut": 0.5}},
        "funding": {"glut_shift": 0.5, "spread": {"sensitivity": 1.0}},
    }
    loan = term(100_000, 1, refinance={"months": 9, "max_leverage": 1000.0})
    losing = {"cash": 150_000, "fleet": FLEET, "costs": {"fixed": 600_000}, "tranches": {"t": loan}}
    notes = {"kind": "notes", "principal": 600_000, "coupon": 0.12, "commitment": 100_000}
    order = {"gpu": "g", "count": 1000, "unit_cost": 1000, "pay_month": 2, "service_month": 9}
    grown = {"cash": 0, "fleet": FLEET | {"l": order}}
    strict = term(2_000_000, 12, covenants={"min_liquidity": 1e9})
    called = {
        "cash": 0,
        "fleet": FLEET | {"l": order | {"pay_month": 3}},
        "tranches": {"t": strict},
    }
    panic = {"total_gpus": 10_000, "resale": {"haircut": {"fire_sale": 5.0}}}
    contracts = {
        "cheap": deal(100, 0.2, 25, pool="p"),
        "other": deal(300, 2.0, 25),
        "anchor": deal(500, 2.0, 13, pool="p"),
    }
    issuer = {
        "cash": 0,
        "step_in": {"friction": 0.5},
        "fleet": PLEDGED,
        "contracts": contracts,
        "tranches": {"t": term(30_000_000, 1, pool="p")},
    }
    twice = {
        "cash": 0,
        "step_in": {"friction": 0.25},
        "fleet": {
            "first": {"gpu": "g", "count": 700, "pool": "p"},
            "later": {"gpu": "g", "count": 100, "pool": "q"},
        },
        "contracts": {"of_p": deal(600, 2.0, 25, pool="p"), "of_q": deal(300, 2.0, 25, pool="q")},
        "tranches": {"t": term(30_000_000, 1, pool="p"), "u": term(3_000_000, 1, pool="q")},
    }
    return [
        (
            "regime_turns_for_good",
            world(2, turns, a={"cash": 0, "fleet": FLEET}),
            # A glut from month 1 on: half of the GPUs at e^(-0.01 t); c = 6% x e^0.5.
            {
                "x": {1: -0.01, 2: -0.02},
                "climate": {1: -0.5, 2: -0.5},
                "spread": {2: 0.098923276242},
                "revenue": {"a": {1: 361_368.19, 2: 357_772.52}},
            },
        ),
        (
            "a_prescribed_climate_in_a_glut",
            world(2, turns | {"path": {"climate": {2: 0.4}}}, a={"cash": 0, "fleet": FLEET}),
            # f = 0.2 and 0.4 on the line from 0, each 0.5 lower in the glut; c = 6% x e^0.1.
            {"climate": {1: -0.3, 2: -0.1}, "spread": {2: 0.066310255085}},
        ),
        (
            "losses_are_not_refinanced",
            world(1, a=losing),
            # CFADS 730 - 830: no leverage passes. 150 - 100 - 101 < 0. Estate 50 and the lots.
            {"default_month": {"a": 1}, "cause": {"a": 2}, "estate": {"a": 550e3}},
        ),
        (
            "repaid_notes_are_not_sold_again",
            world(2, a=grown | {"tranches": {"notes": notes | {"months": 6}}}),
            # 1: 500 - 106. 2: 394 + 500 - 1,000 - 5 - 83.33, and 100 to sell.
            {
                "default_month": {"a": 2},
                "cause": {"a": 1},
                "cash": {"a": {1: 394e3}},
                "claim": {("a", "notes"): 505e3},
            },
        ),
        (
            "fire_sale_without_what_was_not_paid",
            world(2, panic, a=grown | {"tranches": {"t": term(500_000, 2)}}),
            # 2: 495 + 500 - 1,000 - 505 < 0. S = 1,000 / 10,000, H = 1 / (1 + e^-0.5).
            {"default_month": {"a": 2}, "cause": {"a": 1}, "haircut": {"a": 0.6224593312}},
        ),
        (
            "fire_sale_with_what_was_paid",
            world(3, panic, a=called),
            # 3: 480 + 480 + 480 - 1,000 do not repay 2,000: called. S = 2,000 / 10,000.
            {
                "default_month": {"a": 3},
                "cause": {"a": 3},
                "cash": {"a": {2: 960e3}},
                "haircut": {"a": 0.7310585786},
            },
        ),
        (
            "step_in_for_the_pools_good_contracts",
            world(1, a=issuer),
            # CFADS 730 x (20 + 600 + 1,000 + 100) - 230k. Cheap costs more than it brings; other
            # is not pledged: 0.5 x 500 x 1,230 x 11.618932.
            {
                "cfads": {"a": {1: 1_025.6e3}},
                "pool_value": {("a", "p"): 3_572_821.61},
                "stepped_in": {("a", "p"): True},
                "loss": {("a", "t"): 25_701_578.39},
            },
        ),
        (
            "pools_keep_their_gpus_to_themselves",
            world(1, a=twice),
            # CFADS 730 x (1,200 + 400) - 184k. The 100 that p has over are no use to q, which is
            # billed for 200 but has 100: 0.75 x 22.562866 x 1,230 for 600 and for 100.
            {
                "cfads": {"a": {1: 984e3}},
                "pool_value": {("a", "p"): 12_488_546.45, ("a", "q"): 2_081_424.41},
                "stepped_in": {("a", "p"): True, ("a", "q"): True},
            },
        ),
    ]


LEDGERS: list[Ledger] = [
    *schedules(),
    *balloons(),
    *liquidity(),
    *covenants(),
    *contracts(),
    *recoveries(),
    *lots_and_draws(),
    *lenders(),
    *last_resorts(),
]
