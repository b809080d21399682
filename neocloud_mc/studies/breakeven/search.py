"""Reverse stress test: where a measure, as a function of one number of a scenario, hits a target.

On common draws the estimate y(x) is one fixed function, a step function with steps of one path, so
it is searched like any other: a scan of the interval, of every whole number where there are few,
shows between which values it crosses the target; where it turns back on its way to the target,
values are tried around the turn. Each crossing is then closed in upon until its bracket [a, b] is
no wider than the sampling error of the root, or than 2·10^-5 of the interval. Inside, y is taken as
the line through both ends:

    x* = a + (b − a) (target − y(a)) / (y(b) − y(a))

Every leave-one-batch-out curve has such a line through the same two values, and so its own root;
the spread of these roots gives the interval (see `replicates`). A bracket as wide as the error
keeps enough paths between its ends for a slope that is not noise; where fewer than ten paths switch
there, and fewer than ten carry the target, there is no interval. A root that is a whole number is
the first one at or beyond x*.

A measure can keep the target's value, above all 0 or 1, over a part of the interval: this is
reported too. What no search of a few values excludes is a crossing and its way back between two of
them; the widest gap between values is told.
"""

import math
from bisect import insort
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Final

import numpy as np

from neocloud_mc.results.intervals import FEWEST_EVENTS, Estimate
from neocloud_mc.studies.breakeven.answer import Root, Span, Tried
from neocloud_mc.studies.jackknife import combine
from neocloud_mc.studies.samples import Sampled

SCANNED: Final = 17
"""Values of the first scan, both ends among them."""
MOST_WHOLE: Final = 128
"""Whole numbers of which every one is tried."""
MOST_MORE: Final = 50
"""Values tried after the scan, at most."""
_MOST_TURNS: Final = 16
"""Of these, values around turns."""
_FINEST_TURN: Final = 1.0 / 512.0
"""Of the interval: a turn is not looked at more closely."""
_TOLERANCE: Final = 2e-5
_WIDTH: Final = 3.0
"""Width of the last bracket in standard errors of the root: one to each side, and slack."""
_MARGIN: Final = 0.05
"""A new value keeps this share of the bracket away from its ends."""


class Search:
    """Asks for values and is told what the measure is there."""

    def __init__(self, target: float, scan: tuple[float, ...], *, is_whole: bool) -> None:
        self.tried: list[Tried] = []
        self._target, self._scan, self._is_whole = target, scan, is_whole
        self._tolerance = _TOLERANCE * (scan[-1] - scan[0])
        self._turns = 0

    def tell(self, at: float, found: Sampled) -> None:
        """What the measure is at a value."""
        insort(self.tried, Tried(at, found))

    def wishes(self) -> Iterator[float]:
        """Values to try next; each must have been told before the next is taken."""
        known = {tried.at for tried in self.tried}
        yield from (at for at in self._scan if at not in known)
        for _ in range(MOST_MORE):
            wide = (self._next(a, b) for a, b in self.crossings())
            wish = next((at for at in wide if at is not None), None)
            if wish is None:
                wish = self._turn()
            if wish is None:
                return
            yield wish

    def crossings(self) -> list[tuple[Tried, Tried]]:
        """Neighbouring values with the target between their measures."""
        return [
            (a, b)
            for a, b in pairwise(self.tried)
            if math.isfinite(a.value + b.value)
            and self._is_beyond(a.value) != self._is_beyond(b.value)
        ]

    def held(self) -> tuple[Span, ...]:
        """Where the measure is the target at one value tried after the other.

        At 0 and 1, beyond which it cannot go, two values are enough, or a whole number; of others a
        scan's three neighbours, since two are no more than a step of the sample.
        """
        is_end = self._target in (0.0, 1.0)
        spans = []
        for is_met, group in groupby(self.tried, lambda one: one.value == self._target):
            run = list(group)
            fewest = (1 if self._is_whole else 2) if is_end else 3
            if is_met and len(run) >= fewest:
                spans.append(Span(run[0].at, run[-1].at))
        return tuple(spans)

    def _is_beyond(self, value: float) -> bool:
        """Whether the target is passed; at 0, below which nothing lies, what is above it."""
        return value > self._target if self._target == 0.0 else value >= self._target

    def _turn(self) -> float | None:
        """A value beside one from which the measure turns back before the target, not far off."""
        if self._turns == _MOST_TURNS:
            return None
        for a, b, c in zip(self.tried, self.tried[1:], self.tried[2:], strict=False):
            left, at, right = (abs(one.value - self._target) for one in (a, b, c))
            sides = {self._is_beyond(one.value) for one in (a, b, c)}
            is_turn = len(sides) == 1 and at <= min(left, right) and 0.0 < at < max(left, right)
            if is_turn and at <= (left - at) + (right - at):
                low, high = (a, b) if b.at - a.at > c.at - b.at else (b, c)
                wish = self._halfway(low.at, high.at)
                if wish is not None:
                    self._turns += 1
                    return wish
        return None

    def _halfway(self, low: float, high: float) -> float | None:
        """The middle of a gap that is worth another look."""
        if self._is_whole:
            return float(round((low + high) / 2.0)) if high - low > 1.0 else None
        is_wide = high - low > _FINEST_TURN * (self._scan[-1] - self._scan[0])
        return (low + high) / 2.0 if is_wide else None

    def roots(self) -> tuple[Root, ...]:
        """Where the measure crosses the target, ascending."""
        return tuple(self._root(a, b) for a, b in self.crossings())

    def _root(self, a: Tried, b: Tried) -> Root:
        def crossing(y_a: float, y_b: float) -> float:
            if y_a == y_b:
                return math.nan
            return a.at + (b.at - a.at) * (self._target - y_a) / (y_b - y_a)

        at = combine(crossing, a.found.replicates, b.found.replicates).estimate()
        if self._is_thin(a.found, b.found):
            at = Estimate(at.value, note=f"fewer than {FEWEST_EVENTS} paths decide where it lies")
        if at.low is not None and at.high is not None:
            is_coarse = b.at - a.at > at.high - at.low and not self._is_whole
            low, high = (min(at.low, a.at), max(at.high, b.at)) if is_coarse else (at.low, at.high)
            at = Estimate(at.value, max(low, self._scan[0]), min(high, self._scan[-1]))
        return Root(_whole(at) if self._is_whole else at, (a.at, b.at), b.value > a.value)

    def _is_thin(self, a: Sampled, b: Sampled) -> bool:
        """Whether few paths switch between two values, and few carry the target."""
        if a.marks is None or b.marks is None:
            return False
        switching = int(np.bitwise_count(a.marks ^ b.marks).sum())
        events = min(self._target, 1.0 - self._target) * a.paths
        return switching < FEWEST_EVENTS and events < FEWEST_EVENTS

    def _next(self, a: Tried, b: Tried) -> float | None:
        """A value inside the bracket that closes it; None: it is narrow enough."""
        width = b.at - a.at
        slope = (b.value - a.value) / width
        guess = a.at + (self._target - a.value) / slope
        error = max(one.found.replicates.standard_error for one in (a, b)) / abs(slope)
        slack = max(error, self._tolerance) if math.isfinite(error) else self._tolerance
        if width <= (1.0 if self._is_whole else _WIDTH * slack):
            return None
        if len(self.tried) % 3 == 0 or error == 0.0:
            wish = (a.at + b.at) / 2.0
        else:
            is_left_longer = guess - a.at > b.at - guess
            wish = guess - slack if is_left_longer else guess + slack
        return self._inside(wish, a.at, b.at)

    def _inside(self, wish: float, low: float, high: float) -> float | None:
        if self._is_whole:
            return float(min(max(round(wish), low + 1.0), high - 1.0))
        margin = _MARGIN * (high - low)
        inside = min(max(wish, low + margin), high - margin)
        return inside if low < inside < high else None


def _whole(at: Estimate) -> Estimate:
    """The first whole numbers at or beyond a place and its ends."""
    value, low, high = (
        None if x is None else float(math.ceil(x - _TOLERANCE)) for x in (at.value, at.low, at.high)
    )
    return Estimate(value, low, high, at.note)
