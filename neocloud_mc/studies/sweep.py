"""Measures over a grid of one or two numbers of a scenario, all on the same draws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product
from math import prod
from typing import Final

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import UsageError
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import wanted
from neocloud_mc.results.run import RunInfo
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.variants import ladder
from neocloud_mc.scenario.variants.levers import Lever, Variants
from neocloud_mc.scenario.yaml.tree import dotted
from neocloud_mc.studies.changes import SAME, changes
from neocloud_mc.studies.common_random_numbers import sample_each
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import identify
from neocloud_mc.studies.samples import Sample

MOST_POINTS: Final = 1000
At = tuple[float, ...]
"""A value for each axis."""


@dataclass(frozen=True)
class Axis:
    """What is varied.

    Parameters
    ----------
    key : dotted.
    values : ascending, in the file's unit.
    own : the scenario's own value; None where there is no single one.
    """

    key: str
    unit: str
    values: tuple[float, ...]
    own: float | None


@dataclass(frozen=True)
class Point:
    """One value for each axis, and what it does.

    Parameters
    ----------
    values, changes : by measure; changes against the scenario as it is.
    is_own : every axis is at the scenario's own value.
    """

    at: At
    values: dict[str, Estimate]
    changes: dict[str, Estimate]
    is_own: bool


@dataclass(frozen=True)
class Sweep:
    """The result of a sweep.

    Parameters
    ----------
    info : of the scenario as it is.
    measures : full names.
    own : by measure, of the scenario as it is.
    points : every combination of values, the last axis fastest.
    """

    info: RunInfo
    axes: tuple[Axis, ...]
    measures: tuple[str, ...]
    own: dict[str, Estimate]
    points: tuple[Point, ...]


def sweep(loaded: Loaded, vary: Sequence[str], measures: Sequence[str], effort: Effort) -> Sweep:
    """Simulate the scenario as it is, then every point.

    Parameters
    ----------
    vary : one key or two, each ``KEY=LO:HI:N`` or ``KEY=LO:HI:N:log``.
    measures : names; none: each issuer's PD at the horizon.

    Raises
    ------
    UsageError : before anything is simulated.
    """
    ladders = [ladder.parse(text, loaded.scenario.base_date) for text in vary]
    variants = Variants(loaded)
    levers = [variants.lever(found.key) for found in ladders]
    axes = [_axis(lever, found) for lever, found in zip(levers, ladders, strict=True)]
    names = wanted(open_book(loaded.scenario), measures)
    _check(axes, names)
    _disjoint(levers)
    places = list(product(*(axis.values for axis in axes)))
    for at in places:
        variants.at(levers, at)
    effort.watch.warn(loaded.warnings)
    scenarios = chain([loaded.scenario], (variants.at(levers, at) for at in places))
    n_runs = len(places) + 1
    own, *found = sample_each(loaded.scenario.name, scenarios, names, effort, n_runs)
    return assemble(identify(loaded, effort, n_runs), axes, places, own, found)


def _axis(lever: Lever, found: ladder.Ladder) -> Axis:
    return Axis(lever.name, lever.quantity.unit, lever.allowed(found.values), lever.own)


def _check(axes: list[Axis], names: tuple[str, ...]) -> None:
    if not 1 <= len(axes) <= 2:
        raise UsageError("--vary can be given once or twice")
    if len({axis.key for axis in axes}) < len(axes):
        raise UsageError(f"--vary {axes[0].key} is given twice")
    if len(axes) == 2 and len(names) > 1:
        raise UsageError("a grid of two keys shows one measure: name it with --measure")
    if (n := prod(len(axis.values) for axis in axes)) > MOST_POINTS:
        raise UsageError(f"--vary: {n:,} values together are more than {MOST_POINTS:,}")


def _disjoint(levers: list[Lever]) -> None:
    """Refuse two names for one figure: the later would undo the earlier."""
    for a, b in combinations(levers, 2):
        both = [dotted(path) for path in a.paths if path in b.paths]
        if both:
            raise UsageError(f"--vary {a.name} and --vary {b.name} both move {both[0]}")


def assemble(
    info: RunInfo, axes: Sequence[Axis], places: Iterable[At], own: Sample, found: Iterable[Sample]
) -> Sweep:
    """Put samples in their places.

    Parameters
    ----------
    own : of the scenario as it is.
    found : a sample for each place, on the same draws.
    """
    own_place = tuple(axis.own for axis in axes)
    points = tuple(
        Point(
            at,
            {name: one.estimate for name, one in sample.items()},
            dict.fromkeys(own, SAME) if at == own_place else changes(own, sample),
            at == own_place,
        )
        for at, sample in zip(places, found, strict=True)
    )
    estimates = {name: one.estimate for name, one in own.items()}
    return Sweep(info, tuple(axes), tuple(own), estimates, points)
