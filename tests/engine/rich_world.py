"""A scenario in which every mechanism of the model is at work, for tests of the engine."""

from collections.abc import Mapping
from typing import Any

from neocloud_mc.scenario.model import Scenario
from tests.worlds import Tree, world

MARKET: Tree = {
    "total_gpus": 4e5,
    "risk_free": 0.04,
    "price": {
        "drift": {"shortage": -0.05, "glut": -0.5},
        "volatility": {"shortage": 0.25, "glut": 0.45},
        "obsolescence": 0.1,
        "reversion": 0.1,
        "launch": {"per_year": 0.7, "mean": -0.15, "sd": 0.1},
    },
    "regime": {
        "mean_years": {"shortage": 1.5, "glut": 1.5},
        "utilization": {"shortage": 0.9, "glut": 0.6},
    },
    "funding": {
        "price_correlation": 0.5,
        "glut_shift": 0.5,
        "spread": {"base": 0.05, "sensitivity": 0.4},
    },
    "resale": {
        "elasticity": 0.8,
        "cost": 0.05,
        "haircut": {"base": 0.25, "glut": 0.8, "fire_sale": 2.0, "volatility": 0.5},
    },
    "contagion": {"price_impact": 2.0, "funding_impact": 0.4},
}

GPUS: Tree = {
    "h100": {
        "price": 2.2,
        "resale": 22_000.0,
        "obsolescence": 0.1,
        "depreciation": 0.1,
        "operating_cost": 260.0,
    },
    "gb200": {"price": 3.2, "resale": 40_000.0, "operating_cost": 420.0},
}

CUSTOMERS: Tree = {
    "lab": {"default_intensity": 0.1, "funding_beta": 0.8},
    "giant": {"default_intensity": 0.01},
}

ALPHA: Tree = {
    "cash": 1.5e8,
    "min_cash": 5e7,
    "growth_window": -0.4,
    "delivery_delay_months": 1.5,
    "fleet": {
        "old": {"gpu": "h100", "count": 30_000, "pool": "vault"},
        "new": {
            **{"gpu": "gb200", "count": 12_000, "unit_cost": 42_000.0, "pay_month": 4},
            **{"service_month": 6, "financed_by": "ddtl", "advance": 0.8, "pool": "growth"},
        },
        "maybe": {
            **{"gpu": "gb200", "count": 4_000, "unit_cost": 40_000.0, "pay_month": 9},
            **{"service_month": 12, "committed": False, "operating_cost": 400.0},
        },
    },
    "contracts": {
        "lab": {
            **{"customer": "lab", "gpu": "h100", "count": 15_000, "price": 2.4, "end_month": 16},
            **{"take_or_pay": 0.9, "churn": 0.15, "price_sensitivity": 2.0, "concession": 0.5},
            "renewal": {"probability": 0.6, "months": 10, "discount": 0.05},
        },
        "giant": {
            **{"customer": "giant", "gpu": "gb200", "count": 11_000, "price": 3.4},
            **{"start_month": 6, "end_month": 40, "pool": "growth"},
        },
    },
    "costs": {"fixed": 6e6, "variable": 0.03, "inflation": 0.03},
    "backstop": {"gpu": "h100", "count": 4_000, "price": 1.3, "until_month": 30, "window": -1.0},
    "support": {"capacity": 1.5e8, "window": -0.2},
    "lenders": {"cure_quarters": 1, "waiver": 0.5, "window": -1.0},
    "step_in": {"friction": 0.2},
    "tranches": {
        "senior": {
            **{"principal": 3.5e8, "margin": 0.06, "maturity": 30, "amortization": "annuity"},
            **{"interest_only_until": 3, "pool": "vault", "sweep": 0.3},
            "covenants": {"min_dscr": 1.1, "max_ltv": 1.3},
        },
        "junior": {
            **{"principal": 1e8, "coupon": 0.12, "maturity": 20, "pool": "vault", "rank": 2},
            "recourse": False,
            "refinance": {"months": 24, "window": -0.2, "max_ltv": 0.9, "max_leverage": 5.0},
        },
        "ddtl": {
            **{"kind": "delayed_draw", "commitment": 3.6e8, "margin": 0.055, "maturity": 44},
            **{"amortization": "linear", "interest_only_until": 8, "pool": "growth"},
        },
        "rcf": {
            **{"kind": "revolver", "principal": 2e7, "commitment": 6e7, "margin": 0.03},
            **{"maturity": 24, "refinance": {"months": 24, "max_leverage": 4.0}},
        },
        "bond": {
            **{"principal": 2.5e8, "coupon": 0.0925, "maturity": 28},
            "refinance": {"months": 36, "window": 0.0, "max_leverage": 6.0},
        },
        "shelf": {
            **{"kind": "notes", "principal": 5e7, "commitment": 3e8, "months": 48},
            **{"window": -0.3, "max_leverage": 5.0, "target_cash": 8e7},
        },
    },
}

BETA: Tree = {
    "cash": 4e7,
    "fleet": {"farm": {"gpu": "h100", "count": 20_000, "pool": "farm"}},
    "contracts": {
        "lab": {
            **{"customer": "lab", "gpu": "h100", "count": 12_000, "price": 2.0, "end_month": 30},
            **{"churn": 0.3, "price_sensitivity": 1.0, "concession": 0.7},
        }
    },
    "costs": {"fixed": 4e6},
    "tranches": {
        "map": {
            **{"principal": 3e8, "coupon": 0.11, "maturity": 36, "pool": "farm"},
            "amortization": {6: 3e7, 12: 4e7, 24: 8e7},
            "covenants": {"min_dscr": 1.2, "min_liquidity": 1e7},
        }
    },
}


def rich(*changes: Mapping[str, Any]) -> Scenario:
    """Two issuers, every kind of debt, contagion on; with the changes merged in."""
    base = {
        "name": "rich",
        "horizon_months": 48,
        "market": MARKET,
        "gpus": GPUS,
        "customers": CUSTOMERS,
        "issuers": {"alpha": ALPHA, "beta": BETA},
    }
    return world(base, *changes)
