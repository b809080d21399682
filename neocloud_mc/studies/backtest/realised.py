"""What the market did: its index, and where realised prices lie among the simulated ones.

Log price of type g against the base date's is x_t + u_g,t − a_g tΔ (section 1 of the model), of a
resale value η times that less `depreciation` tΔ. The base date's price is the series' own value in
month 0, else the scenario's. The index of a month is taken from all types with a price there:
x_t ≈ mean over g of ln(P_g,t / P_g,0) + a_g tΔ, for the types' own factors have mean 0.

The quantile of a realised value (its probability integral transform) is P(simulated ≤ realised),
the mean over paths of Φ((threshold − x_t) / sd of u_g,t); where a type has no factor of its own,
paths are counted, ties half.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from neocloud_mc.mechanisms.market import Gpu, PrescribedPath
from neocloud_mc.quantities import YEARS_PER_MONTH
from neocloud_mc.results.book import Floats
from neocloud_mc.results.intervals import Estimate, Seen, around
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.outcomes import Outcomes

Kind = Literal["price", "resale"]
_GRID: Final = np.linspace(-8.0, 8.0, 4001)
_NORMAL: Final = np.array([0.5 * math.erfc(-z / math.sqrt(2.0)) for z in _GRID])
"""Interpolated, the normal distribution function is right to 5e-7."""


@dataclass(frozen=True)
class Realised:
    """A price or resale value of a month.

    Parameters
    ----------
    value : USD per GPU-hour, or USD per GPU.
    is_rebased : whether the change from the series' own first value is what counts.
    threshold : value of x_t + u_g,t at which the model has it.
    sd : of u_g,t.
    """

    kind: Kind
    gpu: str
    month: int
    value: float
    is_rebased: bool
    threshold: float
    sd: float

    def below(self, index: Floats) -> Floats:
        """Probability of a value below it on each path, given the path's log index."""
        if self.sd > 0.0:
            return np.asarray(np.interp((self.threshold - index) / self.sd, _GRID, _NORMAL))
        return np.asarray(0.5 * np.sign(self.threshold - index) + 0.5)


def realised(scenario: Scenario, outcomes: Outcomes) -> tuple[Realised, ...]:
    """Every value of the outcomes after the base date, of the scenario's types of GPU.

    Resale values only where the scenario's follow prices: others have no distribution.
    """
    elasticity, known = scenario.market.resale.elasticity, scenario.gpus
    prices = [
        _realised("price", name, month, series, known[name], known[name].price)
        for name, series in outcomes.prices.items()
        for month in sorted(series)
        if name in known and month > 0
    ]
    resale = [
        _realised("resale", name, month, series, known[name], known[name].resale, elasticity)
        for name, series in outcomes.resale.items()
        for month in sorted(series)
        if name in known and month > 0 and elasticity > 0.0 and known[name].resale > 0.0
    ]
    return (*prices, *resale)


def _realised(
    kind: Kind,
    name: str,
    month: int,
    series: Mapping[int, float],
    gpu: Gpu,
    today: float,
    elasticity: float = 1.0,
) -> Realised:
    years = month * YEARS_PER_MONTH
    log = math.log(series[month] / series.get(0, today))
    aged = gpu.depreciation * years if kind == "resale" else 0.0
    threshold = (log + aged) / elasticity + gpu.obsolescence * years
    return Realised(kind, name, month, series[month], 0 in series, threshold, _sd(gpu, month))


def _sd(gpu: Gpu, month: int) -> float:
    """Standard deviation of u_g,t."""
    kept = math.exp(-2.0 * gpu.reversion * YEARS_PER_MONTH)
    months = float(month) if kept == 1.0 else (1.0 - kept**month) / (1.0 - kept)
    return gpu.volatility * math.sqrt(months * YEARS_PER_MONTH)


def index_of(points: Sequence[Realised]) -> dict[int, float]:
    """The realised index by month, 1 at the base date."""
    logs: dict[int, list[float]] = {}
    for point in points:
        if point.kind == "price":
            logs.setdefault(point.month, []).append(point.threshold)
    return {month: math.exp(math.fsum(logs[month]) / len(logs[month])) for month in sorted(logs)}


def given(scenario: Scenario, outcomes: Outcomes, index: dict[int, float]) -> Scenario | None:
    """The scenario in the market that was; None: nothing is known of it."""
    told = outcomes.path.model_dump() if outcomes.path else {}
    known = {name: months for name, months in told.items() if months}
    if index:
        known["price_index"] = index
    if not known:
        return None
    market = scenario.market
    path = (market.path or PrescribedPath()).model_copy(update=known)
    return scenario.model_copy(update={"market": market.model_copy(update={"path": path})})


def quantile(sums: Floats, n: int) -> Estimate:
    """Where a value lies among n paths.

    Parameters
    ----------
    sums : Σ below, Σ below², and the number of paths with any (see `summed`).
    """
    mean = float(sums[0]) / n
    variance = max(0.0, float(sums[1]) / n - mean * mean)
    seen = Seen(n, int(sums[2]), "paths", most=1.0)
    return around(mean, math.sqrt(variance / n), seen, highest=1.0)


def summed(points: Sequence[Realised], log_index: Floats) -> Floats:
    """What `quantile` needs of a chunk of paths, float64[points, 3].

    Parameters
    ----------
    log_index : float64[months, paths].
    """
    sums = np.zeros((len(points), 3))
    for row, point in zip(sums, points, strict=True):
        below = point.below(log_index[point.month - 1])
        row[:] = below.sum(), (below * below).sum(), np.count_nonzero(below)
    return sums
