"""When a run has paths enough: a measure's interval is as narrow as was asked for.

The width of an interval falls with 1/√n, so from n paths and a half-width (the larger side of the
interval, ± in tables) of e, about n (e / wanted)² paths have the half-width that is wanted. A few
more are simulated at once, for e is sampled too.

An interval that is looked at until it is narrow may cover the truth a little less often than one
from a number of paths that was fixed before: 94.7% to 95.1% were measured for default probabilities
of 2% and 30%. It is reported as for a fixed number.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from neocloud_mc.errors import UsageError
from neocloud_mc.results.book import Book
from neocloud_mc.results.expressions import amount, parse
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import evaluate, kind, resolve
from neocloud_mc.results.tally import Tally

_MARGIN: Final = 1.02
"""Paths for each that should do."""
_MOST_AT_ONCE: Final = 8.0
"""Growth of a run in one step: few events tell their own spread badly."""


@dataclass(frozen=True)
class PrecisionTarget:
    """A measure and the half-width of its 95% interval that is wanted.

    Parameters
    ----------
    expr : as the user wrote it.
    path : full name of the measure (see `measures`).
    error : in the measure's unit, above 0.
    """

    expr: str
    path: str
    error: float


@dataclass(frozen=True)
class Precision:
    """A target beside what a run has.

    Parameters
    ----------
    half_width : the larger side of the interval; None where there is none.
    note : why there is none.
    """

    target: PrecisionTarget
    half_width: float | None
    note: str | None = None

    @property
    def is_met(self) -> bool:
        """Whether the interval is narrow enough."""
        return self.half_width is not None and self.half_width <= self.target.error

    def paths_for(self, paths: int) -> float:
        """About how many paths meet the target, by the half-width from so many."""
        if self.half_width is None:
            return _MOST_AT_ONCE * paths
        return _MARGIN * paths * (self.half_width / self.target.error) ** 2


@dataclass(frozen=True)
class TargetErrorReport:
    """Why a run ended with the paths that it has.

    Parameters
    ----------
    fewest, most : paths between which it was to end.
    command : one line that makes the same run with its number of paths fixed.
    """

    fewest: int
    most: int
    paths: int
    precisions: tuple[Precision, ...]
    command: str

    @property
    def missed(self) -> tuple[Precision, ...]:
        """The targets that are not met."""
        return tuple(precision for precision in self.precisions if not precision.is_met)


def check(book: Book, expr: str) -> PrecisionTarget:
    """Read a target, before anything is simulated.

    Raises
    ------
    UsageError : if it is none, names nothing that the run reports, or is not above 0.
    """
    given = parse("--target-error", expr, ("=",), "acme.pd.60=0.0005")
    path = resolve(book, given.name)
    error = amount(given, kind(path), book.months)
    if error == 0.0:
        raise UsageError(f"{given.says}: no number of paths reaches 0: give an error above it")
    return PrecisionTarget(expr, path, error)


def measure(targets: Sequence[PrecisionTarget], book: Book, tally: Tally) -> tuple[Precision, ...]:
    """Set every target beside what the paths so far give."""
    found = evaluate(book, tally, [target.path for target in targets])
    return tuple(Precision(t, _half_width(found[t.path]), found[t.path].note) for t in targets)


def next_paths(precisions: Sequence[Precision], paths: int, chunk: int, most: int) -> int:
    """The number of paths to go on to: whole chunks, more than `paths`, at most `most`.

    Parameters
    ----------
    precisions : at least one that is not met, from `paths` paths, fewer than `most`.
    """
    needed = max(one.paths_for(paths) for one in precisions if not one.is_met)
    goal = min(needed, _MOST_AT_ONCE * paths, float(most))
    return min(max(math.ceil(goal / chunk), paths // chunk + 1) * chunk, most)


def _half_width(found: Estimate) -> float | None:
    if found.value is None or found.low is None or found.high is None:
        return None
    return max(found.high - found.value, found.value - found.low)
