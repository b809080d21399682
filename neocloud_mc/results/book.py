"""Who is in a run: the names, debts and discounting that the statistics need."""

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.quantities import MONTHS_PER_YEAR, YEARS_PER_MONTH

Floats = NDArray[np.float64]
ProbabilityMeasure: TypeAlias = Literal["real-world", "risk-neutral"]

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
    """A borrower as the statistics see it.

    Parameters
    ----------
    parent : id of the issuer whose vehicle it is; None: nobody's.
    """

    id: str
    label: str
    parent: str | None = None


@dataclass(frozen=True)
class TrancheEntry:
    """A tranche as the statistics see it.

    Parameters
    ----------
    issuer : position of its issuer in `Book.issuers`.
    principal : drawn at the base date, USD.
    commitment : still to be drawn at the base date, USD.
    rate : of interest at the base date, per year.
    contract_spread : what it pays over the risk-free rate, per year; None where that is no price
        of credit: of a convertible, or below 0.
    maturity : month of the last payment; None: a programme of notes has none.
    share : share of it that the portfolio holds, 0 to 1.
    """

    issuer: int
    id: str
    kind: str
    secured: bool
    principal: float
    commitment: float
    rate: float
    contract_spread: float | None
    maturity: int | None
    rank: int
    share: float

    @property
    def owed(self) -> float:
        """All that it can lend, drawn or not, USD."""
        return self.principal + self.commitment


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
    measure : the probabilities: those of the real world, or those that prices imply.
    """

    scenario: str
    base_date: str | None
    months: int
    discount: Floats
    issuers: tuple[IssuerEntry, ...]
    tranches: tuple[TrancheEntry, ...]
    gpus: tuple[GpuEntry, ...]
    elasticity: float
    measure: ProbabilityMeasure = "real-world"

    @property
    def heads(self) -> tuple[int, ...]:
        """Positions of the issuers without a parent."""
        return tuple(i for i, issuer in enumerate(self.issuers) if issuer.parent is None)

    def tranches_of(self, issuer: int) -> tuple[int, ...]:
        """Positions of an issuer's tranches."""
        return tuple(j for j, tranche in enumerate(self.tranches) if tranche.issuer == issuer)

    def most_owed(self, tranche: int) -> float:
        """All that the tranche can lend, with a month's interest at today's rate, USD."""
        entry = self.tranches[tranche]
        return entry.owed * (1.0 + entry.rate * YEARS_PER_MONTH)


@dataclass(frozen=True)
class Outcome:
    """What happened on n consecutive paths.

    Parameters
    ----------
    default_month, cause, first_breach : float64[issuers, n]; 0 where there is none. cause is a
        code of `neocloud_mc.causes`. first_breach is the month of the first failed covenant
        test.
    claim, loss : float64[tranches, n], USD at default; 0 where the issuer lives.
    discounted_balance : float64[tranches, n], Σ_t DF_t Δ X_t up to and with the month of
        default, USD-years: X_t = B_{t−1}, of a revolver with what it can still lend.
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
