"""Intervals for whatever is computed from several runs on the same draws: the grouped jackknife.

A run's paths are tallied in batches. Every measure is computed from all of them and once more
without each batch; runs on the same draws leave out the same paths, so a difference, a quotient or
a root of such measures has its own replicates and, from their spread, an interval that knows how
the runs move together.

With n paths in G batches of m_g, h_g = n / m_g, θ the measure from all paths and θ_(g) without
batch g:

    θ_J = G θ − Σ (1 − m_g / n) θ_(g)
    Var = 1/G Σ (h_g θ − (h_g − 1) θ_(g) − θ_J)² / (h_g − 1)

and the interval is θ ± t_{0.975, G−1} √Var.

References
----------
Busing, Meijer, van der Leeden (1999), "Delete-m jackknife for unequal m", Stat. Comput. 9.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from typing import Final

import numpy as np

from neocloud_mc.results.book import Book, Floats
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.intervals import Estimate, Z
from neocloud_mc.results.measures import measures
from neocloud_mc.results.tally import Tally, merge

BATCHES: Final = 32
"""Enough for a standard error that is known to 13%; each costs an evaluation of the measures."""
FEWEST_DIFFERING: Final = 5
"""Batches that must carry a difference before its spread says anything."""


@dataclass(frozen=True)
class Replicates:
    """A number computed from all paths, and from all but each batch.

    Parameters
    ----------
    value : NaN where it is undefined.
    without : float64[batches]; NaN where undefined.
    shares : float64[batches], share of the paths in each batch; sums to 1.
    """

    value: float
    without: Floats
    shares: Floats

    def estimate(self) -> Estimate:
        """The number with its 95% interval."""
        if not math.isfinite(self.value):
            return Estimate(None, note="undefined on these paths")
        if not np.isfinite(self.without).all() or len(self.shares) < 2:
            return Estimate(self.value, note="too few paths carry it")
        changed = self.without != self.value
        if not changed.any():
            return Estimate(self.value, self.value, self.value)
        if np.count_nonzero(changed) < FEWEST_DIFFERING:
            note = f"only {np.count_nonzero(changed)} of {len(changed)} batches carry it"
            return Estimate(self.value, note=note)
        half_width = student(len(self.shares) - 1) * self.standard_error
        return Estimate(self.value, self.value - half_width, self.value + half_width)

    @property
    def standard_error(self) -> float:
        """Jackknife standard error (see the module)."""
        groups, h = len(self.shares), 1.0 / self.shares
        centre = groups * self.value - float(np.sum((1.0 - self.shares) * self.without))
        pseudo = h * self.value - (h - 1.0) * self.without
        return math.sqrt(float(np.sum((pseudo - centre) ** 2 / (h - 1.0))) / groups)


def combine(function: Callable[..., float], *numbers: Replicates) -> Replicates:
    """A function of numbers that were computed on the same draws, with its own replicates."""
    first = numbers[0]
    without = [function(*left) for left in zip(*(n.without for n in numbers), strict=True)]
    return Replicates(function(*(n.value for n in numbers)), np.array(without), first.shares)


def replicate(
    book: Book, batches: Sequence[Tally], wanted: Sequence[str] | None = None
) -> dict[str, Replicates]:
    """Every measure of a run by its full name (see `measures`), or those that are wanted.

    Parameters
    ----------
    batches : tallies of the run's batches, those without paths left out; at least one.
    """
    names = None if wanted is None else set(wanted)
    total = reduce(merge, batches)
    values = _values(book, total, names)
    left = [_values(book, tally, names) for tally in all_but_each(batches)]
    shares = np.array([tally.n / total.n for tally in batches])
    return {
        name: Replicates(value, np.array([other[name] for other in left]), shares)
        for name, value in values.items()
    }


def all_but_each(batches: Sequence[Tally]) -> list[Tally]:
    """The merged tallies of all batches but one, for each of them; none of a single batch."""
    if len(batches) < 2:
        return []
    before = list(accumulate(batches, merge))
    after = list(accumulate(reversed(batches), merge))[::-1]
    middle = [merge(before[g - 1], after[g + 1]) for g in range(1, len(batches) - 1)]
    return [after[1], *middle, before[-2]]


def _values(book: Book, tally: Tally, names: set[str] | None) -> dict[str, float]:
    return {
        m.path: math.nan if m.estimate.value is None else m.estimate.value
        for m in measures(estimate(book, tally))
        if names is None or m.path in names
    }


def student(degrees: float) -> float:
    """Two-sided 95% point of Student's t, by its expansion in 1/degrees (0.1% from 5 on).

    References
    ----------
    Abramowitz, Stegun (1964), 26.7.5.
    """
    z, v = Z, float(degrees)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum((term / v**power for power, term in enumerate(terms, start=1)), 0.0)
