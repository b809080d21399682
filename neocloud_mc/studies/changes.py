"""What changes from one run to another, or is made of several, on the same draws.

Probabilities are counted path by path (see `paired`). Losses and other measures have the interval
of the grouped jackknife (see `replicates`), which a few paths in a few batches would make narrow by
luck: it is refused where fewer than `FEWEST_DIFFERING` batches differ. What no path tells apart is
not known to be the same: only a scenario beside itself has a change of exactly 0.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.jackknife import combine
from neocloud_mc.studies.paired import PathChange, path_change
from neocloud_mc.studies.samples import Sample, Sampled

SAME: Final = Estimate(0.0, 0.0, 0.0)
"""The change from a scenario to itself: no number of paths could find another."""
UNSEEN: Final = "no path tells a difference"
FEWEST_DIFFERING: Final = 10
"""Batches that must carry a change, of 32; some 12 paths do so on average."""
_ROUNDING: Final = 1e-13


def change(before: Sampled, after: Sampled, counted: PathChange | None = None) -> Estimate:
    """The second number less the first.

    Parameters
    ----------
    counted : how the paths change, where that was counted while they were simulated.
    """
    return weighted([before, after], [-1.0, 1.0], counted)


def changes(before: Sample, after: Sample) -> dict[str, Estimate]:
    """The change of every measure of both, by its full name."""
    return {name: change(before[name], one) for name, one in after.items()}


def weighted(
    samples: Sequence[Sampled], weights: Sequence[float], counted: PathChange | None = None
) -> Estimate:
    """A sum of numbers on the same draws, with weights that add up to 0."""

    def total(*values: float) -> float:
        return _total(weights, values)

    found = combine(total, *(one.replicates for one in samples))
    if not math.isfinite(found.value):
        return Estimate(None, note="undefined on these paths")
    counted = counted or _counted(samples, weights)
    if counted is not None:
        below, above = counted.half_widths
        return Estimate(found.value, max(found.value - below, -1.0), min(found.value + above, 1.0))
    differing = _differing(samples, weights)
    if differing == 0:
        return Estimate(found.value, note=UNSEEN)
    if differing < FEWEST_DIFFERING:
        note = f"only {differing} of {len(found.shares)} batches of paths carry it"
        return Estimate(found.value, note=note)
    return found.estimate()


def _counted(samples: Sequence[Sampled], weights: Sequence[float]) -> PathChange | None:
    """How the paths change; None where the measure is not the probability of an event."""
    marks = [one.marks for one in samples if one.marks is not None]
    if len(marks) < len(samples):
        return None
    return path_change(marks, weights, samples[0].paths)


def _differing(samples: Sequence[Sampled], weights: Sequence[float]) -> int:
    """Batches of paths that carry some of the sum."""
    by_batch = np.array([one.alone for one in samples])
    is_known = np.isfinite(by_batch)
    return sum(
        bool(known.any()) and (not known.all() or _total(weights, values) != 0.0)
        for known, values in zip(is_known.T, by_batch.T, strict=True)
    )


def _total(weights: Sequence[float], values: Sequence[float]) -> float:
    """A weighted sum; what is rounding alone is 0."""
    if len(values) == 2 and tuple(weights) == (-1.0, 1.0):
        return values[1] - values[0]
    terms = [weight * value for weight, value in zip(weights, values, strict=True)]
    found = math.fsum(terms)
    return 0.0 if abs(found) <= _ROUNDING * max(map(abs, terms)) else found
