"""A company that lives on the spot rent of one GPU, and owes something."""

import math
from pathlib import Path
from typing import Any, Final

import yaml

from neocloud_mc.validation.merton import SpotDebt, with_pd
from neocloud_mc.validation.worlds import merge

HOURS: Final = 730.0
"""Of a month; at a price of 1 also the median of its rent, USD."""
VOLATILITY: Final = 0.5
_STEADY: Final[dict[str, Any]] = {
    "horizon_months": 1,
    "market": {
        "total_gpus": 1.0e6,
        "risk_free": 0,
        "price": {
            "drift": {"shortage": 0, "glut": 0},
            "volatility": {"shortage": VOLATILITY, "glut": VOLATILITY},
            "obsolescence": 0,
            "launch": {"per_year": 0, "mean": 0, "sd": 0},
        },
        "regime": {
            "start": "shortage",
            "mean_years": {"shortage": math.inf, "glut": math.inf},
            "utilization": {"shortage": 1, "glut": 1},
        },
        "funding": {
            "spread": {"base": 0.05, "sensitivity": 0},
            "persistence_years": 1,
            "price_correlation": 0,
            "start": 0,
            "glut_shift": 0,
        },
        "resale": {
            "elasticity": 0,
            "cost": 0,
            "months": 1,
            "haircut": {"base": 0.5, "glut": 0, "fire_sale": 0, "volatility": 0},
        },
    },
    "gpus": {"g": {"price": 1, "resale": 10000, "operating_cost": 0}},
    "issuers": {
        "a": {
            "cash": 0,
            "fleet": {"l": {"gpu": "g", "count": 1}},
            "costs": {"fixed": 0},
            "tranches": {"t": {"principal": 700, "coupon": 0, "maturity": 1}},
        }
    },
}
STILL: Final = {"market": {"price": {"volatility": {"shortage": 0, "glut": 0}}}}


def write(folder: Path, *changes: dict[str, Any], name: str = "case") -> str:
    """A file of the company with some changes."""
    tree: dict[str, Any] = yaml.safe_load(yaml.safe_dump(_STEADY))
    for change in changes:
        merge(tree, change)
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return str(path)


def with_cash(cash: float) -> dict[str, Any]:
    return {"issuers": {"a": {"cash": cash}}}


def pd(cash: float, owed: float = 700.0) -> float:
    """The chance that cash and a month's rent, lognormal, do not pay what is owed."""
    return SpotDebt(HOURS, 0.0, VOLATILITY, owed - cash).pd


def owed(share: float) -> float:
    """What a company without cash owes that defaults with that probability."""
    return with_pd(share, HOURS, 0.0, VOLATILITY).principal
