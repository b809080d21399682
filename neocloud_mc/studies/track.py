"""Results of several dates: what each said of every issuer, and what changed from one to the next.

The paths of a stored result are gone, so a change has the interval of independent results (see
`earlier`). Where the results keep their scenarios, a difference can be shared out among groups of
figures: both are then simulated again on common draws.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, Final

from neocloud_mc.errors import UsageError
from neocloud_mc.results.book import IssuerEntry
from neocloud_mc.results.families import in_families
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import RunInfo
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.resolved import from_result, revived
from neocloud_mc.scenario.variants.mix import Described
from neocloud_mc.studies import earlier
from neocloud_mc.studies.earlier import Earlier
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.shapley import ShapleyValues
from neocloud_mc.studies.side_by_side import at_horizon, split

MEASURES: Final = ("pd", "lgd", "expected_loss", "fair_spread")
"""What is followed; the PD is that of the last month that all results have."""


@dataclass(frozen=True)
class Followed:
    """A measure of an issuer over the results; None where a result does not have it."""

    issuer: str
    measure: str
    numbers: tuple[Estimate | None, ...]

    @property
    def changes(self) -> tuple[Estimate | None, ...]:
        """From each result to the next."""
        return tuple(
            None if before is None or now is None else earlier.difference(now, before)
            for before, now in pairwise(self.numbers)
        )


@dataclass(frozen=True)
class Track:
    """Results in the order of their base dates, and what they say of every issuer.

    Parameters
    ----------
    month : of the PD.
    ratings : by issuer, one for each result; empty where there is none.
    """

    results: tuple[Earlier, ...]
    month: int
    followed: tuple[Followed, ...]
    ratings: dict[str, tuple[str, ...]]

    def of(self, measure: str) -> list[Followed]:
        """One measure, issuer by issuer."""
        return [one for one in self.followed if one.measure == measure]


def track(files: Sequence[Path]) -> Track:
    """Read results and set them side by side.

    Raises
    ------
    UsageError : a file is no result of run, or holds several; fewer than two; one of them twice;
        real-world results beside risk-neutral ones; no month in common.
    """
    results = sorted((_only(file) for file in files), key=lambda one: one.base_date or "")
    if len(results) < 2:
        raise UsageError("track needs the results of two dates at least")
    for one, other in combinations(results, 2):
        if one.digest == other.digest:
            raise UsageError(f"{other.file}: is the same result as {one.file}: leave one of them")
        if one.measure != other.measure:
            raise UsageError(
                f"{other.file}: is {other.measure}, {one.file} is {one.measure}: these are not two "
                "dates of one number"
            )
    month = _last_month(results)
    ids = _ids(results)
    return Track(
        tuple(results),
        month,
        tuple(
            Followed(name, measure, tuple(_number(one, name, measure, month) for one in results))
            for measure in MEASURES
            for name in ids
        ),
        {name: tuple(_rating(one, name) for one in results) for name in ids},
    )


def moved(found: Track, effort: Effort) -> Iterator[ShapleyValues[Described]]:
    """From each result to the next, what each group of figures did to the PDs.

    Raises
    ------
    UsageError : a result does not keep its scenario, or two that follow each other do not differ,
        or have no issuer in common.
    """
    loaded = [at_horizon(_loaded(one), found.month) for one in found.results]
    for (one, base), (next_one, other) in pairwise(zip(found.results, loaded, strict=True)):
        if base.scenario.issuers.keys().isdisjoint(other.scenario.issuers):
            raise UsageError(f"{one.file} and {next_one.file} have no issuer in common")
        yield split(base, other, effort, (), by_group=True)


def info_of(one: Earlier) -> RunInfo:
    """What identifies a stored result."""
    found = one.numbers
    return RunInfo(
        version=found["version"],
        scenario=one.scenario,
        digest=one.digest,
        base_date=one.base_date,
        paths=one.paths,
        seed=found["seed"],
        months=one.months,
        measure=one.measure,
    )


def _ids(results: Iterable[Earlier]) -> list[str]:
    """Of all issuers, in the order of a page."""
    entries: dict[str, IssuerEntry] = {}
    for one in results:
        for name, found in one.numbers["issuers"].items():
            entries.setdefault(name, IssuerEntry(name, name, found.get("parent")))
    return [entry.id for entry in in_families(entries.values())]


def _only(file: Path) -> Earlier:
    found = earlier.read(file, "")
    if len(found) > 1:
        raise UsageError(f"{file}: holds {len(found)} results: give a file for each date")
    return found[0]


def _last_month(results: Sequence[Earlier]) -> int:
    months = [
        {int(month) for issuer in one.numbers["issuers"].values() for month in issuer["pd"]}
        for one in results
    ]
    common = set.intersection(*months)
    if not common:
        raise UsageError("the results have no month in common: run them with one --horizon")
    return max(common)


def _number(one: Earlier, issuer: str, measure: str, month: int) -> Estimate | None:
    path = f"issuers.{issuer}.{measure}" + (f".{month}" if measure == "pd" else "")
    return earlier.number(one.numbers, path)


def _rating(one: Earlier, issuer: str) -> str:
    found: dict[str, Any] = one.numbers["issuers"].get(issuer, {})
    return str(found.get("implied_rating") or "")


def _loaded(one: Earlier) -> Loaded:
    resolved = one.numbers.get("manifest", {}).get("scenario_resolved")
    if not isinstance(resolved, dict):
        raise UsageError(f"{one.file}: does not keep its scenario, so what moved cannot be told")
    tree = from_result(resolved)
    return Loaded(revived(tree), tree, [], ())
