"""Small worlds in which one thing moves, so that its law can be written down."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from neocloud_mc.quantities import HOURS_PER_MONTH
from neocloud_mc.scenario.model import Scenario

Tree = dict[str, Any]

MONTHS: Final = 24
PRICE: Final = 2.0
"""Spot price of the only GPU type, USD per GPU-hour."""
COUNT: Final = 1000.0
"""GPUs of an issuer in these worlds."""
INCOME: Final = HOURS_PER_MONTH * PRICE * COUNT
"""What they earn at that price, fully let, USD per month."""
RESALE: Final = 20_000.0
"""Value of one of them second-hand, USD."""

_CALM: Tree = {
    "horizon_months": MONTHS,
    "market": {
        "total_gpus": 1e6,
        "risk_free": 0.0,
        "price": {
            "drift": {"shortage": 0.0, "glut": 0.0},
            "volatility": {"shortage": 0.0, "glut": 0.0},
        },
        "regime": {
            "start": "shortage",
            "mean_years": {"shortage": float("inf"), "glut": float("inf")},
            "utilization": {"shortage": 1.0, "glut": 1.0},
        },
        "funding": {"persistence_years": 1.0, "spread": {"base": 0.05}},
        "resale": {"months": 6, "haircut": {"base": 0.25}},
    },
    "gpus": {"gpu": {"price": PRICE, "resale": RESALE, "operating_cost": 0.0}},
    "customers": {"tenant": {"default_intensity": 0.0}},
    "issuers": {},
}


def world(name: str, *changes: Mapping[str, Any]) -> Scenario:
    """A calm market with nobody in it, and the changes merged in, key by key.

    Nothing moves: no drift, no volatility, no change of regime, no failures, no interest on cash.
    The name decides the draws.
    """
    return Scenario.model_validate(merged({"name": name}, *changes))


def merged(*changes: Mapping[str, Any]) -> Tree:
    """The mapping behind `world`."""
    result = deepcopy(_CALM)
    for change in changes:
        merge(result, change)
    return result


def merge(into: Tree, change: Mapping[str, Any]) -> None:
    """Merge a mapping into another key by key, as files that extend each other; mutates `into`."""
    for key, value in change.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = deepcopy(value)


def market(**changes: object) -> Tree:
    """A change of the market."""
    return {"market": changes}


def prices(drift: float, volatility: float, **more: object) -> Tree:
    """A price index with one drift and one volatility in both regimes, both per year."""
    return market(
        price={
            "drift": {"shortage": drift, "glut": drift},
            "volatility": {"shortage": volatility, "glut": volatility},
            **more,
        }
    )


def spot_issuer(tranche: Mapping[str, Any], fixed: float = 0.0) -> Tree:
    """An issuer without cash that lets `COUNT` GPUs by the hour, and owes one tranche."""
    return {
        "cash": 0.0,
        "costs": {"fixed": fixed},
        "fleet": {"lot": {"gpu": "gpu", "count": COUNT}},
        "tranches": {"loan": dict(tranche)},
    }


def bullet(principal: float, maturity: int = 1) -> Tree:
    """A loan without interest, repaid at once."""
    return {"principal": principal, "coupon": 0.0, "maturity": maturity}


def landlord(*customers: str) -> Tree:
    """An issuer that lives just as long as all of these customers pay."""
    part = COUNT / len(customers)
    return {
        "cash": 0.0,
        "costs": {"fixed": INCOME * (1.0 - 1e-9)},
        "fleet": {"lot": {"gpu": "gpu", "count": COUNT}},
        "contracts": {name: lease(customer=name, count=part) for name in customers},
    }


def lease(**changes: object) -> Tree:
    """A contract at the price of the base date, longer than the horizon."""
    terms = {"customer": "tenant", "gpu": "gpu", "count": COUNT, "price": PRICE, "end_month": 240}
    return {**terms, **changes}


NO_SPOT: Final = market(regime={"utilization": {"shortage": 0.0, "glut": 0.0}})
"""What is not under contract earns nothing."""
