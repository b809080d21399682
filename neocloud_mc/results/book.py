"""Who is in a run: the names, debts and discounting that the statistics need."""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.quantities import MONTHS_PER_YEAR, YEARS_PER_MONTH

Floats = NDArray[np.float64]

BOUNDLESS: Final = (
    "amounts or prices grow beyond all numbers: lower the scenario's drifts, volatilities, "
    "launches or sensitivities"
)
"""Why a run that left the range of numbers has no result."""


def horizons(months: int) -> tuple[int, ...]:
    """The months that are shown: every 12, and the last."""
    years = range(MONTHS_PER_YEAR, months, MONTHS_PER_YEAR)
    return (*years, months)


@dataclass(frozen=True)
class IssuerEntry:
    """A borrower as the statistics see it."""

    id: str
    label: str


@dataclass(frozen=True)
class TrancheEntry:
    """A tranche as the statistics see it.

    Parameters
    ----------
    issuer : position of its issuer in `Book.issuers`.
    principal : drawn at the base date, USD.
    commitment : still to be drawn at the base date, USD.
    contract_spread : margin, or coupon less the risk-free rate, per year.
    share : share of it that the portfolio holds, 0 to 1.
    """

    issuer: int
    id: str
    kind: str
    secured: bool
    principal: float
    commitment: float
    contract_spread: float
    share: float


@dataclass(frozen=True)
class GpuEntry:
    """A type of GPU; obsolescence, depreciation in logs per month (see mechanisms.market)."""

    id: str
    price: float
    resale: float
    obsolescence: float
    depreciation: float


@dataclass(frozen=True)
class Book:
    """The run as the statistics see it: issuers, tranches (issuer by issuer), GPUs, discounting.

    Parameters
    ----------
    months : horizon T.
    discount : float64[T + 1], DF_t = exp(−r tΔ); discount[0] = 1.
    elasticity : of resale values to the price index, in logs.
    """

    scenario: str
    base_date: str | None
    months: int
    discount: Floats
    issuers: tuple[IssuerEntry, ...]
    tranches: tuple[TrancheEntry, ...]
    gpus: tuple[GpuEntry, ...]
    elasticity: float

    def most_owed(self, tranche: int) -> float:
        """All that the tranche can lend, with a month's interest at today's rate, USD."""
        entry = self.tranches[tranche]
        interest = entry.contract_spread * YEARS_PER_MONTH - math.log(self.discount[1])
        return (entry.principal + entry.commitment) * (1.0 + max(0.0, interest))


@dataclass(frozen=True)
class Outcome:
    """What happened on n consecutive paths.

    Parameters
    ----------
    default_month, cause, first_breach : float64[issuers, n]; 0 where there is none. cause is a
        code of `neocloud_mc.causes`. first_breach is the month of the first failed covenant
        test.
    claim, loss : float64[tranches, n], USD at default; 0 where the issuer lives.
    discounted_balance : float64[tranches, n], Σ_t DF_t Δ B_{t−1} up to and with the month
        of default.
    log_index : float64[months, n], x_t of section 1.
    log_ratio : float64[issuers + 1, n], log likelihood ratio of a tilted market's path to each
        issuer's default and to the horizon; float64[0, 0] where the market is not tilted.
    """

    default_month: Floats
    cause: Floats
    first_breach: Floats
    claim: Floats
    loss: Floats
    discounted_balance: Floats
    log_index: Floats
    log_ratio: Floats = field(default_factory=lambda: np.empty((0, 0)))
