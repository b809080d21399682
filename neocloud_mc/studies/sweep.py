"""Measures over a grid of one or two numbers of a scenario, all on the same draws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.changes import SAME, changes
from neocloud_mc.studies.samples import Sample

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
