"""Numbers with a 95% interval for sampling error, and when an interval must be refused.

An interval speaks of the paths drawn alone, not of the scenario or the model. Where fewer than
`FEWEST_EVENTS` paths carry a number, its mean is not normal and no interval is given.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from neocloud_mc.results.book import Floats
from neocloud_mc.results.histogram import Counts, index_quantile

Z: Final = 1.959963984540054
"""Two-sided 95% point of the normal distribution."""

FEWEST_EVENTS: Final = 10


@dataclass(frozen=True)
class Estimate:
    """A sampled number.

    Parameters
    ----------
    value : None where it is undefined.
    low, high : 95% interval; None where it cannot be given.
    note : why there is no value or no interval; None otherwise.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    note: str | None = None


def proportion(events: int, n: int, note: str = "no paths") -> Estimate:
    """A probability with its Wilson interval, which holds for 0 and for n events too.

    Parameters
    ----------
    note : the reason given when n is 0.

    References
    ----------
    Wilson (1927), J. Am. Stat. Assoc. 22.
    """
    if n == 0:
        return Estimate(None, note=note)
    share = events / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    reach = Z / (1 + Z**2 / n) * (share * (1 - share) / n + Z**2 / (4 * n * n)) ** 0.5
    low = 0.0 if events == 0 else centre - reach
    high = 1.0 if events == n else centre + reach
    return Estimate(share, low, high)


def around(
    value: float, standard_error: float, events: int, what: str, highest: float = np.inf
) -> Estimate:
    """A normal interval, cut to the range 0 to `highest` in which the number must lie.

    Parameters
    ----------
    events : paths that carry the number; with fewer than `FEWEST_EVENTS` there is no interval.
    what : these paths as a reader calls them, for example ``defaults``.
    """
    if events < FEWEST_EVENTS:
        return Estimate(value, note=f"fewer than {FEWEST_EVENTS} {what}")
    reach = Z * standard_error
    return Estimate(value, max(0.0, value - reach), min(highest, value + reach))


def mean_of_counts(counts: Counts, what: str) -> Estimate:
    """Mean of a whole number that value v took on counts[v] paths."""
    n = int(counts.sum())
    if n == 0:
        return Estimate(None, note=f"no {what}")
    values = np.arange(len(counts))
    total, squares = int(counts @ values), int(counts @ values**2)
    variance = (n * squares - total**2) / (n * max(n - 1, 1))
    return around(total / n, (variance / n) ** 0.5, n, what)


def ranks(n: int, per_mille: int) -> tuple[int, int] | None:
    """Order statistics, counted from 1, that hold a quantile between them with 95%.

    Returns
    -------
    None where one of them lies beyond a sample of n.
    """
    share = per_mille / 1000
    reach = Z * (n * share * (1 - share)) ** 0.5
    low, high = int(np.floor(n * share - reach)), int(np.ceil(n * share + reach)) + 1
    return (low, high) if low >= 1 and high <= n else None


def quantile_of_sample(values: Floats, per_mille: int, what: str) -> Estimate:
    """A quantile of numbers, interpolated, with its order-statistic interval.

    Parameters
    ----------
    values : float64[n], ascending; n may be 0.
    what : the numbers as a reader calls them, for example ``defaults``.
    """
    if not len(values):
        return Estimate(None, note=f"no {what}")
    value = float(np.quantile(values, per_mille / 1000))
    if values[0] == values[-1]:
        return Estimate(value, value, value)
    bounds = ranks(len(values), per_mille)
    if bounds is None:
        return Estimate(value, note=f"too few {what} beyond this quantile")
    low, high = (float(values[rank - 1]) for rank in bounds)
    return Estimate(value, low, high)


def quantile_of_index(counts: Counts, lowest: float, highest: float, per_mille: int) -> Estimate:
    """A quantile of the log price index in one month, with its order-statistic interval.

    Parameters
    ----------
    counts : int64[bins] (see `histogram.count_index`).
    lowest, highest : extremes of the month.
    """
    n = int(counts.sum())
    if n == 0:
        return Estimate(None, note="no paths")
    value = index_quantile(counts, lowest, highest, n * per_mille / 1000)
    bounds = ranks(n, per_mille)
    if bounds is None:
        return Estimate(value, note="too few paths beyond this quantile")
    low, high = (index_quantile(counts, lowest, highest, rank) for rank in bounds)
    return Estimate(value, low, high)


def value_at_risk(counts: Counts, values: Floats, per_mille: int) -> Estimate:
    """The loss that `per_mille` of the paths do not exceed, with its order-statistic interval.

    Parameters
    ----------
    counts, values : of the loss histogram, ascending.
    """
    below = np.cumsum(counts)
    n = int(below[-1])
    if n == 0:
        return Estimate(None, note="no paths")

    def at(rank: int) -> float:
        return float(values[np.searchsorted(below, rank)])

    value = at(-(-n * per_mille // 1000))
    bounds = ranks(n, per_mille)
    if bounds is None:
        return Estimate(value, note="too few paths beyond this level")
    return Estimate(value, at(bounds[0]), at(bounds[1]))


def expected_shortfall(counts: Counts, values: Floats, per_mille: int) -> Estimate:
    """Mean of the largest 1 − q of the losses; q = `per_mille` / 1000.

    Notes
    -----
    Its variance is (Var of the tail + q (ES − VaR)²) / (n (1 − q)); the tail takes its fraction
    of the bin in which it begins. Sums, not scalar products: those of floats would be split among
    as many threads as the machine has, with other bits for each number of them.
    """
    below = np.cumsum(counts)
    n = int(below[-1])
    if n == 0:
        return Estimate(None, note="no paths")
    size = n * (1000 - per_mille) / 1000
    tail = np.clip(size - (n - below), 0.0, counts)
    value = float((tail * values).sum() / size)
    threshold = float(values[np.flatnonzero(tail)[0]])
    spread = float((tail * (values - value) ** 2).sum() / size)
    variance = (spread + per_mille / 1000 * (value - threshold) ** 2) / size
    return around(value, variance**0.5, int(tail[1:].sum()), "losses in the tail")
