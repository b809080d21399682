"""Reverse stress test: where a measure, as a function of one number of a scenario, hits a target.

On common draws the estimate y(x) is one fixed function, a step function with steps of one path, so
it is searched like any other: a scan of the interval shows between which values it crosses the
target; each crossing is then closed in upon until its bracket [a, b] is no wider than the sampling
error of the root, or than 10^-4 of the interval. Inside, y is taken as the line through both ends:

    x* = a + (b − a) (target − y(a)) / (y(b) − y(a))

Every leave-one-batch-out curve has such a line through the same two values, and so its own root;
the spread of these roots gives the interval (see `replicates`). A bracket as wide as the error
keeps enough paths between its ends for a slope that is not noise.
"""

import math
from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from neocloud_mc.results.book import Book
from neocloud_mc.results.expressions import amount, parse
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import kind, resolve
from neocloud_mc.results.replicates import combine
from neocloud_mc.results.run import RunInfo
from neocloud_mc.results.sampled import Sampled

SCANNED: Final = 9
"""Values of the first scan, both ends among them."""
MOST_TRIED: Final = 60
_TOLERANCE: Final = 1e-4
_WIDTH: Final = 3.0
"""Width of the last bracket in standard errors of the root: one to each side, and slack."""
_MARGIN: Final = 0.05
"""A new value keeps this share of the bracket away from its ends."""


@dataclass(frozen=True)
class Target:
    """What a measure is to be.

    Parameters
    ----------
    measure : full name.
    value : in the measure's unit.
    """

    measure: str
    value: float


@dataclass(frozen=True, order=True)
class Tried:
    """A value of the number, and the measure there."""

    at: float
    found: Sampled = field(compare=False)

    @property
    def value(self) -> float:
        """The measure from all paths; NaN where it is undefined."""
        return self.found.replicates.value


@dataclass(frozen=True)
class Root:
    """Where the measure crosses the target.

    Parameters
    ----------
    at : with its 95% interval.
    between : the two values tried on either side.
    is_rising : the measure lies below the target to the left of the root.
    """

    at: Estimate
    between: tuple[float, float]
    is_rising: bool


@dataclass(frozen=True)
class Breakeven:
    """The answer.

    Parameters
    ----------
    info, own : of the scenario as it is; own_at its own value, None where there is no single one.
    low, high : of the interval that was searched.
    tried : ascending.
    roots : ascending; none where the target is not reached.
    """

    info: RunInfo
    key: str
    unit: str
    low: float
    high: float
    is_whole: bool
    target: Target
    own_at: float | None
    own: Estimate
    tried: tuple[Tried, ...]
    roots: tuple[Root, ...]


def read_target(book: Book, text: str) -> Target:
    """Read ``acme.pd.60=0.5``.

    Raises
    ------
    UsageError : no such measure, no number, or none that the measure can be.
    """
    given = parse("--target", text, ("=",), "acme.pd.60=0.5")
    measure = resolve(book, given.name)
    return Target(measure, amount(given, kind(measure), book.months))


class Search:
    """Asks for values and is told what the measure is there."""

    def __init__(self, target: float, scan: tuple[float, ...], *, is_whole: bool) -> None:
        self.tried: list[Tried] = []
        self._target, self._scan, self._is_whole = target, scan, is_whole
        self._tolerance = _TOLERANCE * (scan[-1] - scan[0])

    def tell(self, at: float, found: Sampled) -> None:
        """What the measure is at a value."""
        insort(self.tried, Tried(at, found))

    def wishes(self) -> Iterator[float]:
        """Values to try next; each must have been told before the next is taken."""
        known = {tried.at for tried in self.tried}
        yield from (at for at in self._scan if at not in known)
        while len(self.tried) < MOST_TRIED:
            wide = (self._next(a, b) for a, b in self.crossings())
            wish = next((at for at in wide if at is not None), None)
            if wish is None:
                return
            yield wish

    def crossings(self) -> list[tuple[Tried, Tried]]:
        """Neighbouring values with the target between their measures."""
        return [
            (a, b)
            for a, b in pairwise(self.tried)
            if math.isfinite(a.value + b.value)
            and (a.value >= self._target) != (b.value >= self._target)
        ]

    def roots(self) -> tuple[Root, ...]:
        """Where the measure crosses the target, ascending."""
        return tuple(self._root(a, b) for a, b in self.crossings())

    def _root(self, a: Tried, b: Tried) -> Root:
        def crossing(y_a: float, y_b: float) -> float:
            if y_a == y_b:
                return math.nan
            return a.at + (b.at - a.at) * (self._target - y_a) / (y_b - y_a)

        at = combine(crossing, a.found.replicates, b.found.replicates).estimate()
        if at.low is not None and at.high is not None and not self._is_whole:
            is_coarse = b.at - a.at > at.high - at.low
            at = Estimate(at.value, min(at.low, a.at), max(at.high, b.at)) if is_coarse else at
        return Root(at, (a.at, b.at), b.value > a.value)

    def _next(self, a: Tried, b: Tried) -> float | None:
        """A value inside the bracket that closes it; None: it is narrow enough."""
        width = b.at - a.at
        slope = (b.value - a.value) / width
        guess = a.at + (self._target - a.value) / slope
        error = max(one.found.replicates.standard_error for one in (a, b)) / abs(slope)
        reach = max(error, self._tolerance) if math.isfinite(error) else self._tolerance
        if width <= (1.0 if self._is_whole else _WIDTH * reach):
            return None
        if len(self.tried) % 3 == 0:
            wish = (a.at + b.at) / 2.0
        else:
            is_left_longer = guess - a.at > b.at - guess
            wish = guess - reach if is_left_longer else guess + reach
        return self._inside(wish, a.at, b.at)

    def _inside(self, wish: float, low: float, high: float) -> float | None:
        if self._is_whole:
            return float(min(max(round(wish), low + 1.0), high - 1.0))
        margin = _MARGIN * (high - low)
        inside = min(max(wish, low + margin), high - margin)
        return inside if low < inside < high else None
