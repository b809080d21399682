"""What a run reports: every number of section 9 of the model, each with its interval."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.ratings import Rating

Enough: TypeAlias = Literal["yes", "thin", "no"]

LEVELS: Final = {"95": 950, "99": 990, "99.9": 999}
"""Confidence levels of VaR and ES in percent, as they are written, and per mille."""

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
    pd : probability of a default with a claim, by the horizon.
    lgd : Σ loss / Σ claim over these defaults.
    expected_loss : discounted, USD; `expected_loss_rate` is over principal.
    fair_spread, contract_spread : per year.
    pays_enough : whether the contract's spread covers the fair one: "yes" or "no" where the
        fair spread's whole interval says so, else "thin"; None without a fair spread.
    """

    id: str
    kind: str
    principal: float
    commitment: float
    pd: Estimate
    lgd: Estimate
    expected_loss: Estimate
    expected_loss_rate: Estimate
    fair_spread: Estimate
    contract_spread: float
    pays_enough: Enough | None


@dataclass(frozen=True)
class IssuerEstimates:
    """What happens to a borrower.

    Parameters
    ----------
    debt : Σ principal of its tranches, USD.
    pd : probability of default by month m, for m = 1 … T.
    default_months : paths by month of default, from month 1.
    causes : probability of default by the horizon, by cause.
    breach : probability of a covenant breach, ever.
    lead_months : mean months from first breach to default, over paths with both.
    expected_loss, expected_loss_rate, lgd : of all its tranches together.
    """

    id: str
    label: str
    debt: float
    pd: dict[int, Estimate]
    default_months: tuple[int, ...]
    causes: dict[str, Estimate]
    breach: Estimate
    lead_months: Estimate
    lgd: Estimate
    expected_loss: Estimate
    expected_loss_rate: Estimate
    implied_rating: Rating | None
    tranches: dict[str, TrancheEstimates]


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
    exactly, at_least : probability that k issuers default, k = 0 … n and 1 … n.
    pairs : by the issuer that is given to default (row), then by the other (column):
        `pairs[row][column].conditional` is P(column defaults | row defaults).
    """

    exactly: dict[int, Estimate]
    at_least: dict[int, Estimate]
    pairs: dict[str, dict[str, Pair]]


@dataclass(frozen=True)
class PortfolioEstimates:
    """Loss of the portfolio by the horizon, USD, not discounted.

    Parameters
    ----------
    drawn : today's debt held, USD.
    var, es : by confidence level (see `LEVELS`).
    """

    drawn: float
    mean: Estimate
    var: dict[str, Estimate]
    es: dict[str, Estimate]


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
