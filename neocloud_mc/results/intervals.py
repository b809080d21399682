"""Numbers with a 95% interval for sampling error, and when an interval must be refused.

An interval speaks of the paths drawn alone, not of the scenario or the model. Where fewer than
`FEWEST_EVENTS` paths carry a number, its mean is not normal and no interval is given. Where all
paths are alike, for instance without a loss, their spread of 0 says nothing of what was not seen:
it has at most the share u of the paths that Wilson's interval leaves to what none of n showed, so
that the mean v of amounts between 0 and h lies between v − u v and v + u (h − v).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from neocloud_mc.results.book import Floats
from neocloud_mc.results.histogram import Counts, Histogram

Z: Final = 1.959963984540054
"""Two-sided 95% point of the normal distribution."""

FEWEST_EVENTS: Final = 10
_ALIKE: Final = 1e-7
"""Half-width of an interval, relative to its number, below which it may be rounding: sums of
squares are good to some 1e-15 of themselves, and so is what is left of them."""


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
    half_width = Z / (1 + Z**2 / n) * (share * (1 - share) / n + Z**2 / (4 * n * n)) ** 0.5
    low = 0.0 if events == 0 else centre - half_width
    high = 1.0 if events == n else centre + half_width
    return Estimate(share, low, high)


@dataclass(frozen=True)
class Seen:
    """The paths behind a mean.

    Parameters
    ----------
    n : of which it is the mean.
    events : those that carry it.
    what : these as a reader calls them, for example ``losses``.
    most : h, what one path can add, in the number's unit.
    weight : largest weight of a path in the mean over the average one.
    """

    n: int
    events: int
    what: str
    most: float
    weight: float = 1.0

    @property
    def unseen(self) -> float:
        """u, the weight that paths can have of a kind that was not seen, at most 1."""
        return min(1.0, (proportion(0, self.n).high or 1.0) * self.weight)


def around(value: float, standard_error: float, seen: Seen, highest: float = np.inf) -> Estimate:
    """The interval of a mean, cut to the range 0 to `highest` in which the number must lie.

    Normal, from `FEWEST_EVENTS` events on; without any, or where all paths are alike, that of what
    was not seen.
    """
    half_width = Z * standard_error
    is_one_kind = seen.events == 0 or (seen.events == seen.n and half_width <= _ALIKE * value)
    if is_one_kind and seen.n >= FEWEST_EVENTS:
        above = seen.unseen * max(0.0, seen.most - value)
        return Estimate(value, value - seen.unseen * value, min(highest, value + above))
    if seen.events < FEWEST_EVENTS:
        return Estimate(value, note=f"fewer than {FEWEST_EVENTS} {seen.what}")
    return Estimate(value, max(0.0, value - half_width), min(highest, value + half_width))


def mean_of_counts(counts: Counts, what: str) -> Estimate:
    """Mean of a whole number that value v took on counts[v] paths."""
    n = int(counts.sum())
    if n == 0:
        return Estimate(None, note=f"no {what}")
    values = np.arange(len(counts))
    total, squares = int(counts @ values), int(counts @ values**2)
    variance = (n * squares - total**2) / (n * max(n - 1, 1))
    return around(total / n, (variance / n) ** 0.5, Seen(n, n, what, most=len(counts) - 1.0))


def ranks(n: int, per_mille: int) -> tuple[int, int] | None:
    """Order statistics, counted from 1, that hold a quantile between them with 95%.

    Returns
    -------
    None where one of them lies beyond a sample of n.
    """
    share = per_mille / 1000
    half_width = Z * (n * share * (1 - share)) ** 0.5
    low, high = int(np.floor(n * share - half_width)), int(np.ceil(n * share + half_width)) + 1
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


def quantile(values: Histogram, per_mille: int, above: str = "this quantile") -> Estimate:
    """The value that `per_mille` of the paths do not exceed, with its order-statistic interval.

    Parameters
    ----------
    above : where paths may be too few, as a reader calls it.
    """
    n = int(values.mass.sum())
    if n == 0:
        return Estimate(None, note="no paths")
    value = values.at(-(-n * per_mille // 1000))
    bounds = ranks(n, per_mille)
    if bounds is None:
        return Estimate(value, note=f"too few paths beyond {above}")
    return Estimate(value, values.at(bounds[0]), values.at(bounds[1]))


def value_at_risk(losses: Histogram, per_mille: int) -> Estimate:
    """The loss that `per_mille` of the paths do not exceed."""
    return quantile(losses, per_mille, "this level")


def expected_shortfall(losses: Histogram, per_mille: int, most: float) -> Estimate:
    """Mean of the largest 1 − q of the losses; q = `per_mille` / 1000.

    Parameters
    ----------
    most : that a path can lose.

    Notes
    -----
    Its variance is (Var of the tail + q (ES − VaR)²) / (n (1 − q)); the tail takes its fraction
    of the bin in which it begins. Sums, not scalar products: those of floats would be split among
    as many threads as the machine has, with other bits for each number of them.
    """
    n = int(losses.mass.sum())
    if n == 0:
        return Estimate(None, note="no paths")
    size = n * (1000 - per_mille) / 1000
    taken, means = losses.top(size)
    threshold, largest = losses.at(-(-n * per_mille // 1000)), float(losses.largest[-1])
    value = float((taken * means).sum() / size)
    value = min(max(value, threshold, losses.mean()), largest)  # up to rounding it is there
    spread = float((taken * (means - value) ** 2).sum() / size)
    variance = (spread + per_mille / 1000 * (value - threshold) ** 2) / size
    events = int(taken[losses.largest > 0.0].sum())
    seen = Seen(n, events, "losses in the tail", most, weight=1000 / (1000 - per_mille))
    return around(value, variance**0.5, seen)
