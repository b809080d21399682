"""A world in which every mechanism of the model is at work."""

from collections.abc import Mapping
from typing import Any, Final

from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation.worlds import Tree, merged

_MARKET: Final[Tree] = {
    "total_gpus": 3e5,
    "risk_free": 0.04,
    "price": {
        "drift": {"shortage": 0.0, "glut": -0.5},
        "volatility": {"shortage": 0.3, "glut": 0.5},
        "obsolescence": 0.12,
        "reversion": 0.2,
        "launch": {"per_year": 0.5, "mean": -0.2, "sd": 0.1},
    },
    "regime": {
        "mean_years": {"shortage": 2.0, "glut": 1.0},
        "utilization": {"shortage": 0.9, "glut": 0.6},
    },
    "funding": {
        "persistence_years": 1.5,
        "price_correlation": 0.5,
        "glut_shift": 0.4,
        "spread": {"base": 0.05, "sensitivity": 0.5},
    },
    "resale": {
        "elasticity": 0.7,
        "cost": 0.05,
        "haircut": {"base": 0.3, "glut": 0.6, "fire_sale": 1.5, "volatility": 0.4},
    },
    "contagion": {"price_impact": 1.5, "funding_impact": 0.3},
}

_GPUS: Final[Tree] = {
    "gpu": {"price": 2.0, "resale": 2e4, "depreciation": 0.15, "operating_cost": 250.0},
    "next": {"price": 3.0, "resale": 3.8e4, "obsolescence": 0.05, "operating_cost": 400.0},
}

_BUILDER: Final[Tree] = {
    "cash": 1.2e8,
    "min_cash": 4e7,
    "growth_window": -0.5,
    "delivery_delay_months": 1.0,
    "fleet": {
        "old": {"gpu": "gpu", "count": 25_000, "pool": "old"},
        "new": {
            **{"gpu": "next", "count": 10_000, "unit_cost": 4e4, "pay_month": 3},
            **{"service_month": 5, "financed_by": "build", "advance": 0.8, "pool": "new"},
        },
        "option": {
            **{"gpu": "next", "count": 3_000, "unit_cost": 3.8e4, "pay_month": 10},
            **{"service_month": 12, "committed": False},
        },
    },
    "contracts": {
        "start_up": {
            **{"customer": "start_up", "gpu": "gpu", "count": 12_000, "price": 2.3},
            **{"end_month": 18, "take_or_pay": 0.9, "churn": 0.2, "price_sensitivity": 2.0},
            **{"concession": 0.5, "pool": "old"},
            "renewal": {"probability": 0.6, "months": 12, "discount": 0.05},
        },
        "anchor": {
            **{"customer": "anchor", "gpu": "next", "count": 9_000, "price": 3.2},
            **{"start_month": 5, "end_month": 41, "pool": "new"},
        },
    },
    "costs": {"fixed": 5e6, "variable": 0.03, "inflation": 0.03},
    "backstop": {"gpu": "gpu", "count": 3_000, "price": 1.2, "until_month": 24, "window": -1.0},
    "support": {"capacity": 1e8, "window": -0.3},
    "lenders": {"cure_quarters": 1, "waiver": 0.4, "window": -1.0},
    "step_in": {"friction": 0.2},
    "tranches": {
        "senior": {
            **{"principal": 2.8e8, "margin": 0.06, "maturity": 30, "amortization": "annuity"},
            **{"interest_only_until": 2, "pool": "old", "sweep": 0.4},
            "covenants": {"min_dscr": 1.1, "max_ltv": 1.4},
        },
        "junior": {
            **{"principal": 8e7, "coupon": 0.12, "maturity": 20, "pool": "old", "rank": 2},
            "recourse": False,
            "refinance": {"months": 24, "window": -0.2, "max_ltv": 0.9, "max_leverage": 5.0},
        },
        "build": {
            **{"kind": "delayed_draw", "commitment": 3e8, "margin": 0.055, "maturity": 40},
            **{"amortization": "linear", "interest_only_until": 8, "pool": "new"},
        },
        "revolver": {
            **{"kind": "revolver", "principal": 1e7, "commitment": 5e7, "margin": 0.03},
            **{"maturity": 24, "refinance": {"months": 24, "max_leverage": 4.0}},
        },
        "bond": {
            **{"principal": 2e8, "coupon": 0.09, "maturity": 26},
            "refinance": {"months": 36, "window": 0.0, "max_leverage": 6.0},
        },
        "shelf": {
            **{"kind": "notes", "principal": 4e7, "commitment": 2e8, "months": 48},
            **{"window": -0.3, "max_leverage": 5.0, "target_cash": 7e7},
        },
    },
}

PLAIN: Final[Tree] = {
    "cash": 5e7,
    "fleet": {"farm": {"gpu": "gpu", "count": 15_000, "pool": "farm"}},
    "contracts": {
        "start_up": {
            **{"customer": "start_up", "gpu": "gpu", "count": 9_000, "price": 1.9},
            **{"end_month": 30},
        }
    },
    "costs": {"fixed": 3e6},
    "tranches": {
        "senior": {
            **{"principal": 1.5e8, "coupon": 0.1, "maturity": 36, "pool": "farm"},
            "amortization": "linear",
        },
        "bond": {"principal": 1e8, "coupon": 0.12, "maturity": 30},
    },
}
"""An issuer with plain term debt: no support, revolver, sweep, covenant, rollover or own chance."""

_TESTED: Final[Tree] = {
    **PLAIN,
    "tranches": {
        "loan": {
            **{"principal": 1.6e8, "coupon": 0.11, "maturity": 36, "pool": "farm"},
            "amortization": {6: 2e7, 12: 3e7, 24: 5e7},
            "covenants": {"min_dscr": 1.2, "min_liquidity": 1e7},
        }
    },
}


def company(*changes: Mapping[str, Any]) -> Scenario:
    """Three issuers, every kind of debt, contagion; with the changes merged in."""
    return Scenario.model_validate({**company_tree(*changes), "name": "company"})


def company_tree(*changes: Mapping[str, Any]) -> Tree:
    """The mapping behind `company`, a fresh copy without the name."""
    tree: Tree = {
        "horizon_months": 48,
        "market": _MARKET,
        "gpus": _GPUS,
        "customers": {
            "start_up": {"default_intensity": 0.15, "funding_beta": 0.8},
            "anchor": {"default_intensity": 0.02},
        },
        "issuers": {"builder": _BUILDER, "plain": PLAIN, "tested": _TESTED},
    }
    return merged(tree, *changes)
