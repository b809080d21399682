"""The price of risk at which measures come nearest to their quotes.

On common draws every measure y_i is one fixed function of the price of risk λ. A scan shows what
can be reached; then Gauss and Newton minimise the relative misfit Σ ((y_i(λ) − q_i) / q_i)², the
slopes from values a step h to either side:

    s_i = (y_i(λ + h) − y_i(λ − h)) / 2h
    λ* = λ + Σ s_i (q_i − y_i(λ)) / q_i² / Σ (s_i / q_i)²

until the way to λ* is within half a step. One quote is met; of several, λ* is the compromise.
Leaving out each batch of paths moves the y_i and so λ*: the spread of these is the interval for
sampling error (see `jackknife`). The misfit of k > 1 quotes has a standard error of its own,
√(Σ ((y_i(λ*) − q_i) / q_i)² / (k − 1) / Σ (s_i / q_i)²), with y_i(λ*) on the line.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.results.expressions import with_unit
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import kind, short
from neocloud_mc.studies.calibration.premium import LEAST, MOST
from neocloud_mc.studies.jackknife import Replicates, combine
from neocloud_mc.studies.samples import Sample

SCAN: Final = (0.0, LEAST, 1.0, 2.0, MOST)
"""The first is the real world."""
STEP: Final = 0.1
MOST_STEPS: Final = 12
USUAL: Final = len(SCAN) + 9
"""Runs that it usually takes; for the progress."""


@dataclass(frozen=True)
class Quote:
    """What a price says that a measure is.

    Parameters
    ----------
    measure : full name.
    value : in the measure's unit, above 0.
    """

    measure: str
    value: float

    @property
    def text(self) -> str:
        """As a command line gives it: ``acme.cds.60 = 370bp``."""
        return f"{short(self.measure)} = {with_unit(kind(self.measure), self.value)}"


@dataclass(frozen=True)
class Solution:
    """The price of risk.

    Parameters
    ----------
    premium : with its 95% interval for sampling error.
    misfit : standard error from how quotes contradict each other; None of a single one.
    """

    premium: Estimate
    misfit: float | None


class Search:
    """Asks for prices of risk and is told the measures there."""

    def __init__(self, quotes: Sequence[Quote]) -> None:
        self._quotes = quotes
        self._known: dict[float, Sample] = {}
        self.solution: Solution | None = None

    def tell(self, premium: float, found: Sample) -> None:
        """What the measures are at a price of risk."""
        self._known[premium] = found

    def wishes(self) -> Iterator[float]:
        """Prices of risk to try next; each must have been told before the next is taken.

        Raises
        ------
        UsageError : a quote that no price of risk reaches.
        RunError : the search does not settle.
        """
        yield from SCAN
        for quote in self._quotes:
            self._require_reach(quote)
        at = self._start()
        for _ in range(MOST_STEPS):
            yield from (x for x in (at - STEP, at, at + STEP) if x not in self._known)
            aim = self._solve(at)
            if not math.isfinite(aim.value):
                break
            if abs(aim.value - at) <= STEP / 2.0:
                self.solution = Solution(aim.estimate(), self._misfit(at, aim.value))
                return
            at = min(max(aim.value, at - 1.0, LEAST + STEP), at + 1.0, MOST - STEP)
        raise RunError("the quotes move too little with the price of risk: try more --paths")

    def _require_reach(self, quote: Quote) -> None:
        """Raise unless the quote is among what the scan found of its measure."""
        values = {x: self._values(x)[quote.measure] for x in SCAN}
        known = {x: value for x, value in values.items() if math.isfinite(value)}
        says, of = f"--to {short(quote.measure)}:", kind(quote.measure)
        if not known:
            raise UsageError(f"{says} it is undefined on these paths: try more --paths")
        low, high = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
        least, most = with_unit(of, known[low]), with_unit(of, known[high])
        if known[low] == known[high]:
            raise UsageError(
                f"{says} no price of risk moves it: it is {least} at all of {LEAST:g} to {MOST:g}: "
                "try another --by, or a later month"
            )
        if not known[low] <= quote.value <= known[high]:
            raise UsageError(
                f"{says} no price of risk reaches {with_unit(of, quote.value)}: it lies between "
                f"{least} (at {low:g}) and {most} (at {high:g})"
            )

    def _start(self) -> float:
        """Where straight lines between the values of the scan come nearest to the quotes."""
        scan = sorted(SCAN)
        grid = [LEAST + STEP + k * STEP for k in range(round((MOST - LEAST) / STEP) - 1)]

        def misfit(x: float) -> float:
            b = next(place for place in scan if place >= x)
            a = scan[scan.index(b) - 1]
            share = (x - a) / (b - a)
            low, high = self._values(a), self._values(b)
            return sum(
                ((low[q.measure] * (1.0 - share) + high[q.measure] * share) / q.value - 1.0) ** 2
                for q in self._quotes
            )

        finite = [x for x in grid if math.isfinite(misfit(x))]
        return min(finite, key=misfit) if finite else 0.0

    def _solve(self, at: float) -> Replicates:
        n = len(self._quotes)

        def aim(*values: float) -> float:
            below, here, above = values[:n], values[n : 2 * n], values[2 * n :]
            slopes = [(b - a) / (2.0 * STEP) for a, b in zip(below, above, strict=True)]
            return at + self._newton(slopes, here)

        places = (at - STEP, at, at + STEP)
        return combine(
            aim, *(self._known[x][q.measure].replicates for x in places for q in self._quotes)
        )

    def _newton(self, slopes: Sequence[float], here: Sequence[float]) -> float:
        pull = grip = 0.0
        for quote, slope, value in zip(self._quotes, slopes, here, strict=True):
            pull += slope * (quote.value - value) / quote.value**2
            grip += (slope / quote.value) ** 2
        return pull / grip if grip > 0.0 else math.nan

    def _misfit(self, at: float, aim: float) -> float | None:
        if len(self._quotes) < 2:
            return None
        below, here, above = map(self._values, (at - STEP, at, at + STEP))
        squares = grip = 0.0
        for q in self._quotes:
            slope = (above[q.measure] - below[q.measure]) / (2.0 * STEP)
            squares += ((here[q.measure] + slope * (aim - at)) / q.value - 1.0) ** 2
            grip += (slope / q.value) ** 2
        return math.sqrt(squares / (len(self._quotes) - 1) / grip)

    def _values(self, at: float) -> Mapping[str, float]:
        return {name: one.replicates.value for name, one in self._known[at].items()}
