"""A scenario file whose default probability is known in closed form."""

from pathlib import Path
from typing import Final

import yaml

from neocloud_mc.validation import worlds
from neocloud_mc.validation.merton import SpotDebt, with_pd

DRIFT: Final = -0.2
VOLATILITY: Final = 0.8
PRINCIPAL: Final = "issuers.acme.tranches.loan.principal"
DEBT: Final[SpotDebt] = with_pd(0.3, worlds.INCOME, DRIFT, VOLATILITY)
"""What acme owes in month 1."""


def owing(pd: float) -> float:
    """The principal with which acme defaults with that probability, USD."""
    return with_pd(pd, worlds.INCOME, DRIFT, VOLATILITY).principal


def write(folder: Path, **assumptions: str) -> str:
    """A file in which acme lives on spot rent and owes `DEBT` in a month."""
    tree = worlds.merged(
        {"name": "spot", "horizon_months": 1},
        worlds.prices(DRIFT, VOLATILITY),
        {"issuers": {"acme": worlds.spot_issuer(worlds.bullet(DEBT.principal))}},
        {"assumptions": {key.replace("__", "."): text for key, text in assumptions.items()}},
    )
    path = folder / "spot.yaml"
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return str(path)
