"""What a run reports: every number of section 9 of the model, each with its interval."""

from dataclasses import dataclass
from operator import mul
from typing import Final, Literal, TypeAlias

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.ratings import Rating

Enough: TypeAlias = Literal["yes", "undecided", "no"]

LEVELS: Final = {"95": 950, "99": 990, "99.9": 999}
"""Confidence levels of VaR and ES in percent, as they are written, and per mille."""

LOSS_BINS: Final = 24
"""Bins of the portfolio's losses."""

QUANTILES: Final = {"p05": 50, "p50": 500, "p95": 950}
"""Quantiles of the market, as they are written, and per mille."""

Quantiles: TypeAlias = dict[int, dict[str, Estimate]]
"""By month, then by name (see `QUANTILES`)."""


@dataclass(frozen=True)
class TrancheEstimates:
    """What a lender of a tranche can expect.

    Parameters
    ----------
    principal, commitment : USD, drawn and undrawn at the base date.
    maturity : month of the last payment; None: notes.
    pd : probability of a default with a claim, by the horizon.
    ead : exposure at default: mean claim over these defaults, USD.
    lgd : Σ loss / Σ claim over them.
    expected_loss, expected_loss_12m : discounted, USD, of defaults by the horizon and of those in
        the first 12 months; `expected_loss_rate` is over principal and commitment.
    fair_spread, contract_spread : per year; the contract's is None where its rate is no price of
        credit.
    pays_enough : whether the contract's spread covers the fair one: "yes" or "no" where the
        fair spread's whole interval says so, else "undecided"; None without either.
    implied_rating : by its expected loss.
    """

    id: str
    kind: str
    principal: float
    commitment: float
    maturity: int | None
    rank: int
    pd: Estimate
    ead: Estimate
    lgd: Estimate
    expected_loss: Estimate
    expected_loss_12m: Estimate
    expected_loss_rate: Estimate
    fair_spread: Estimate
    contract_spread: float | None
    pays_enough: Enough | None
    implied_rating: Rating | None


@dataclass(frozen=True)
class IssuerEstimates:
    """What happens to a borrower.

    Parameters
    ----------
    parent : id of the issuer whose vehicle it is; None: nobody's.
    debt, commitment : Σ over its tranches, drawn and undrawn at the base date, USD.
    pd : probability of default by month m, for m = 1 … T.
    default_months : paths by month of default, from month 1.
    causes : probability of default by the horizon, by cause.
    breach : probability of a covenant breach, ever.
    default_given_breach : probability of default by the horizon where there is one.
    warned : share of the defaults that a breach in an earlier month announced.
    lead_months : mean months from first breach to default, over paths with both.
    ead : exposure at default: mean of all claims together over the defaults, USD.
    expected_loss … fair_spread, lgd : of all its tranches together, as of one.
    cds : par spread of a credit default swap, per year, by its month of maturity.
    implied_rating : by its probabilities of default.
    """

    id: str
    label: str
    parent: str | None
    debt: float
    commitment: float
    pd: dict[int, Estimate]
    default_months: tuple[int, ...]
    causes: dict[str, Estimate]
    breach: Estimate
    default_given_breach: Estimate
    warned: Estimate
    lead_months: Estimate
    ead: Estimate
    lgd: Estimate
    expected_loss: Estimate
    expected_loss_12m: Estimate
    expected_loss_rate: Estimate
    fair_spread: Estimate
    cds: dict[int, Estimate]
    implied_rating: Rating | None
    tranches: dict[str, TrancheEstimates]

    def hazards(self, step: int, paths: int) -> list[float]:
        """Probability of default in spans of so many months, given life before; of `paths`."""
        found, alive = [], paths
        for start in range(0, len(self.default_months), step):
            falls = sum(self.default_months[start : start + step])
            found.append(falls / alive if alive else 0.0)
            alive -= falls
        return found

    @property
    def contract_spread(self) -> float | None:
        """Mean of its tranches that price credit, by drawn and committed amounts; per year."""
        priced = [t for t in self.tranches.values() if t.contract_spread is not None]
        weights = [t.principal + t.commitment for t in priced]
        spreads = [t.contract_spread or 0.0 for t in priced]
        total = sum(weights)
        return sum(map(mul, weights, spreads)) / total if total > 0.0 else None


@dataclass(frozen=True)
class Pair:
    """Two borrowers: P(both default), and P(the second defaults | the first does)."""

    joint: Estimate
    conditional: Estimate


@dataclass(frozen=True)
class JointEstimates:
    """How defaults come together, by the horizon.

    Parameters
    ----------
    exactly, at_least : probability that k of the n issuers without a parent default, k = 0 … n and
        1 … n.
    pairs : of all issuers, by the one that is given to default (row), then by the other (column):
        `pairs[row][column].conditional` is P(column defaults | row defaults).
    """

    exactly: dict[int, Estimate]
    at_least: dict[int, Estimate]
    pairs: dict[str, dict[str, Pair]]


@dataclass(frozen=True)
class LossEstimates:
    """Loss of the portfolio up to a month, USD, not discounted.

    Parameters
    ----------
    var, es : by confidence level (see `LEVELS`).
    """

    mean: Estimate
    var: dict[str, Estimate]
    es: dict[str, Estimate]


@dataclass(frozen=True)
class LossDistribution:
    """How many paths lose how much.

    Parameters
    ----------
    none : paths without a loss.
    counts : of the others, in bins of equal width from 0 to the largest loss.
    largest : loss seen, USD.
    """

    none: int
    counts: tuple[int, ...]
    largest: float


@dataclass(frozen=True)
class PortfolioEstimates(LossEstimates):
    """Loss of the portfolio by the horizon.

    Parameters
    ----------
    exposure : its share of what is drawn and of what can be, at the base date, USD.
    by_month_12 : the loss of defaults in the first 12 months.
    """

    exposure: float
    by_month_12: LossEstimates
    distribution: LossDistribution


@dataclass(frozen=True)
class GpuEstimates:
    """Quantiles of a GPU type's spot price, USD per GPU-hour, and resale value, USD per GPU."""

    price: Quantiles
    resale: Quantiles


@dataclass(frozen=True)
class MarketEstimates:
    """Quantiles of the compute-price index (1 at the base date) and of each GPU type."""

    price_index: Quantiles
    gpus: dict[str, GpuEstimates]


@dataclass(frozen=True)
class Estimates:
    """Every number of a run.

    Parameters
    ----------
    paths : n, from which they come.
    months : horizon T.
    horizons : every 12 months, and T: the months that are shown.
    """

    paths: int
    months: int
    horizons: tuple[int, ...]
    issuers: dict[str, IssuerEstimates]
    joint: JointEstimates
    portfolio: PortfolioEstimates
    market: MarketEstimates
