"""What a search for a target has to say: the values tried, the roots, and what they leave open."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from neocloud_mc.results.book import Book
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies import equation
from neocloud_mc.studies.samples import Sampled


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


class Span(NamedTuple):
    """From which to which value."""

    first: float
    last: float


@dataclass(frozen=True)
class Breakeven:
    """The answer.

    Parameters
    ----------
    info, own : of the scenario as it is; own_at its own value, None where there is no single one.
    low, high : of the interval that was searched.
    tried : ascending.
    roots : ascending; where the target is crossed.
    held : ascending; from which to which value tried the measure is exactly the target.
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
    held: tuple[Span, ...]

    @property
    def is_reached(self) -> bool:
        """Whether the target is met or crossed somewhere."""
        return bool(self.roots or self.held)

    @property
    def widest_gap(self) -> float:
        """Between neighbouring values tried."""
        return max(b.at - a.at for a, b in pairwise(self.tried))

    @property
    def is_complete(self) -> bool:
        """Whether every value was tried: of whole numbers."""
        return self.is_whole and self.widest_gap <= 1.0

    @property
    def compatible(self) -> tuple[float, ...]:
        """Values tried whose 95% interval holds the target."""
        return tuple(
            one.at
            for one in self.tried
            if (e := one.found.estimate).low is not None
            and e.high is not None
            and e.low <= self.target.value <= e.high
        )


def read_target(book: Book, text: str) -> Target:
    """Read ``acme.pd.60=0.5``.

    Raises
    ------
    UsageError : no such measure, no number, or none that the measure can be.
    """
    return Target(*equation.read(book, "--target", text, "acme.pd.60=0.5"))
