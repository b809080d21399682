"""What another scenario changes, number by number, on the same draws."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from neocloud_mc.causes import CAUSES
from neocloud_mc.results.book import Book, horizons
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.histogram import Counts
from neocloud_mc.results.intervals import Estimate, proportion
from neocloud_mc.results.measures import Measure, headline, measures
from neocloud_mc.results.run import RunInfo
from neocloud_mc.results.tally import Tally, nothing
from neocloud_mc.studies.changes import SAME, change
from neocloud_mc.studies.paired import PathChange
from neocloud_mc.studies.samples import Sample, sample

ALIVE: Final = "alive"
STATES: Final = (ALIVE, *CAUSES)
"""How an issuer ends on a path: rows and columns of a table of switches."""
_OF_ISSUER: Final = ("lgd", "expected_loss")
_OF_TRANCHE: Final = ("pd", "lgd", "expected_loss", "fair_spread")


@dataclass(frozen=True)
class Measured:
    """Numbers of one run, by full name, with their replicates."""

    numbers: dict[str, Measure]
    sample: Sample


@dataclass(frozen=True)
class Change:
    """A number in both scenarios, or in one of them.

    Parameters
    ----------
    before, after : in the base and in the other scenario; None where it has no such number.
    change : after less before, with its paired interval; None where either is missing.
    """

    before: Measure | None
    after: Measure | None
    change: Estimate | None

    @property
    def place(self) -> Measure:
        """The number where it is, the other scenario first."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True)
class Switches:
    """Paths of an issuer by how they end in the base (row) and here (column), see `STATES`.

    Parameters
    ----------
    counts : int64[states, states].
    """

    counts: Counts

    @property
    def averted(self) -> Estimate:
        """Share of the paths with a default in the base and none here."""
        return proportion(int(self.counts[1:, 0].sum()), int(self.counts.sum()))

    @property
    def new(self) -> Estimate:
        """Share of the paths with a default here and none in the base."""
        return proportion(int(self.counts[0, 1:].sum()), int(self.counts.sum()))


@dataclass(frozen=True)
class Comparison:
    """Another scenario beside the base.

    Parameters
    ----------
    changes : by full name, those of the base first.
    switches : by issuer that both have.
    """

    info: RunInfo
    changes: dict[str, Change]
    switches: dict[str, Switches]


@dataclass(frozen=True)
class Comparisons:
    """Scenarios beside a base.

    Parameters
    ----------
    base : of the base; every scenario's months are its own, or the fewest of all.
    is_cut : whether some scenario's own horizon is longer.
    unlike : in what the scenarios are not alike that no figure shows, a sentence each.
    labels : of all issuers, by id.
    own : numbers of the base, by full name.
    """

    base: RunInfo
    is_cut: bool
    unlike: tuple[str, ...]
    labels: dict[str, str]
    own: dict[str, Measure]
    others: tuple[Comparison, ...]


def tabled(book: Book) -> tuple[str, ...]:
    """Full names of the numbers that the tables of a comparison show."""
    issuers = [f"issuers.{issuer.id}" for issuer in book.issuers]
    tranches = [f"{issuers[tranche.issuer]}.tranches.{tranche.id}" for tranche in book.tranches]
    return (
        *headline(book),
        *(f"{issuer}.{name}" for issuer in issuers for name in _OF_ISSUER),
        *(f"{tranche}.{name}" for tranche in tranches for name in _OF_TRANCHE),
    )


def reported(book: Book) -> tuple[str, ...]:
    """Full names of the numbers in the JSON result: default probabilities by year."""
    shown = {str(month) for month in horizons(book.months)}
    every = measures(estimate(book, nothing(book)))
    return tuple(m.path for m in every if not (m.name == "pd" and m.level and m.level not in shown))


def every(book: Book) -> tuple[str, ...]:
    """Full names of all numbers."""
    return tuple(m.path for m in measures(estimate(book, nothing(book))))


def measured(
    book: Book, batches: Sequence[Tally], names: Collection[str] | None = None
) -> Measured:
    """Take numbers of a run: those of these full names, or every one.

    Parameters
    ----------
    batches : tallies of the run's batches, those without paths left out; at least one.
    """
    places = {m.path: m for m in measures(estimate(book, nothing(book)))}
    found = sample(book, batches, tuple(places) if names is None else names)
    numbers = {name: replace(places[name], estimate=one.estimate) for name, one in found.items()}
    return Measured(numbers, found)


def compare(
    info: RunInfo,
    base: Measured,
    other: Measured,
    switches: Mapping[str, Counts],
    counted: Mapping[str, PathChange],
    *,
    is_same: bool = False,
) -> Comparison:
    """Set a scenario beside the base.

    Parameters
    ----------
    info : of the other scenario.
    base, other : of runs on the same draws.
    switches : by issuer that both have, int64[states, states].
    counted : how the paths change, by full name of a probability that both have.
    is_same : no figure tells the scenarios apart, so that no path can.
    """
    names = dict.fromkeys([*base.numbers, *other.numbers])
    return Comparison(
        info,
        {name: _change(name, base, other, counted.get(name), is_same=is_same) for name in names},
        {issuer: Switches(counts) for issuer, counts in switches.items()},
    )


def _change(
    name: str, base: Measured, other: Measured, counted: PathChange | None, *, is_same: bool
) -> Change:
    before, after = base.numbers.get(name), other.numbers.get(name)
    if before is None or after is None:
        return Change(before, after, None)
    if is_same and before.estimate.value is not None:
        return Change(before, after, SAME)
    return Change(before, after, change(base.sample[name], other.sample[name], counted))
