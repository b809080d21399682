"""The rich scenario with every mechanism of groups and of growth at work, for tests."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation.worlds import merge
from tests.engine.rich_world import rich
from tests.worlds import Tree

GUARANTEED: Tree = {
    "cash": 2e7,
    "min_cash": 5e6,
    "parent": "alpha",
    "growth_window": -1.0,
    "jump_to_default": 0.03,
    "delivery_delay_months": 1.0,
    "vehicle": {
        "guarantee": True,
        "guarantee_until": 24,
        "distribution": {"min_dscr": 1.15},
        "reserve_months": 3,
        "operator_loss": {"termination": 0.4, "cost": 0.3},
    },
    "fleet": {
        "old": {"gpu": "h100", "count": 9000.7, "pool": "box", "operating_cost": 251.3},
        "new": {
            **{"gpu": "gb200", "count": 3000.3, "unit_cost": 41000.1, "pay_month": 5},
            **{"service_month": 7, "pool": "box", "financed_by": "growth", "advance": 0.7},
            "cancel_cost": 0.1,
        },
        "maybe": {
            **{"gpu": "gb200", "count": 1000.3, "unit_cost": 41000.1, "pay_month": 10},
            **{"service_month": 12, "pool": "box", "financed_by": "growth", "advance": 0.7},
            **{"committed": False, "cancel_cost": 0.1, "for_contract": "lab"},
        },
    },
    "contracts": {
        "giant": {
            **{"customer": "giant", "gpu": "h100", "count": 8000, "price": 2.1, "end_month": 40},
            "pool": "box",
            "prepaid": {"balance": 2e7, "receipts": {3: 1e7}, "share": 0.3},
        },
        "lab": {
            **{"customer": "lab", "gpu": "gb200", "count": 3500, "price": 3.3, "start_month": 6},
            **{"end_month": 45, "pool": "box", "longstop": 3},
            "prepaid": {"receipts": {4: 3e7}, "share": 0.5},
        },
    },
    "costs": {"fixed": 1e5, "inflation": 0.03},
    "step_in": {"friction": 0.2},
    "lenders": {"cure_quarters": 1},
    "tranches": {
        "loan": {
            **{"principal": 1.5e8, "margin": 0.04, "maturity": 40, "amortization": "linear"},
            "pool": "box",
            "covenants": {"min_dscr": 1.1, "max_ltv": 1.5, "from_month": 6},
            "refinance": {"months": 24, "ahead": 9, "window": 0.2},
        },
        "growth": {
            **{"kind": "delayed_draw", "commitment": 1.4e8, "margin": 0.05, "maturity": 40},
            **{"amortization": "annuity", "interest_only_until": 10, "pool": "box"},
            **{"rank": 2, "sweep": 0.2},
        },
        "line": {"kind": "revolver", "commitment": 1e7, "margin": 0.03, "maturity": 30},
    },
}


def vehicle(*changes: Mapping[str, Any]) -> Tree:
    """The guaranteed vehicle with the changes merged in."""
    tree = deepcopy(GUARANTEED)
    for change in changes:
        merge(tree, change)
    return tree


CHANGES: Tree = {
    "market": {
        "price": {"start": 0.1},
        "price_of_risk": {"price": 0.2, "funding": 0.1, "customers": 0.3},
        "path": {"price_index": {4: 1.02}, "climate": {2: 0.1}, "regime": {2: "shortage"}},
    },
    "gpus": {"gb200": {"volatility": 0.2, "reversion": 0.5}},
    "issuers": {
        "alpha": {
            **{"cash": 5e8, "jump_to_default": 0.02, "growth_hurdle": 0.3},
            "support": {"per_year": 1e8, "runway": 6, "price_elasticity": 0.5},
            "fleet": {"maybe": {"cancel_cost": 0.15}, "new": {"cancel_cost": 0.2}},
            "tranches": {
                "bond": {"refinance": {"ahead": 12}},
                "senior": {"covenants": {"from_month": 6}},
            },
        },
        "v1": vehicle(),
        "v2": vehicle(
            {
                "jump_to_default": 0.01,
                "vehicle": {"guarantee": False, "distribution": {"min_dscr": 1.05}},
            }
        ),
        "v3": vehicle(
            {
                **{"cash": 1e6, "jump_to_default": 0.0, "lenders": {"cure_quarters": 4}},
                "vehicle": {"distribution": {"min_dscr": 1.3}},
                "tranches": {"loan": {"principal": 2.2e8}},
            }
        ),
    },
}
"""A parent with two guaranteed vehicles and one that is not, beside an issuer of its own."""


def groups(*changes: Mapping[str, Any]) -> Scenario:
    """Group of `alpha` and its vehicles, and `beta`; with the changes merged in."""
    return rich(CHANGES, *changes)
