"""A sweep: rows with bars for one key, a shaded table for two; JSON ``neocloud-mc/sweep/1``."""

from collections.abc import Iterator
from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import short
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.studies.sweep import Axis, Point, Sweep
from neocloud_mc.views.render import headings, spoken, tidy
from neocloud_mc.views.render.bars import bar
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.figures import rounded
from neocloud_mc.views.render.grid import Block, Grid, Shade
from neocloud_mc.views.render.json_parts import (
    Json,
    estimates_of,
    finite,
    identity,
    provenance,
)
from neocloud_mc.views.render.numbers import NO_INTERVAL, UNDEFINED
from neocloud_mc.views.render.spreadsheet import Column

SCHEMA: Final = "neocloud-mc/sweep/1"
_BAR: Final = 24
_OWN: Final = " *"


def document(result: Sweep) -> Document:
    """A table; every point complete for programs, in columns named after the keys."""
    table = _table if len(result.axes) == 1 else _plane
    return Document(
        json=lambda: _json(result),
        blocks=lambda width: [Block(headings.of_run(result.info), [table(result)])],
        columns=(*tidy.COLUMNS, *(Column(a.key, number, is_number=True) for a in result.axes)),
        rows=lambda: _rows(result),
    )


def _table(result: Sweep) -> Grid:
    (axis,), measures = result.axes, result.measures
    header = [axis.key.rpartition(".")[2]]
    for name in measures:
        if len(measures) == 1:
            header.append("")
        header += [short(name) + spoken.unit(name), "change" + spoken.unit_of_change(name)]
    estimates = [e for point in result.points for e in point.values.values()]
    return Grid(
        f"{axis.key}, {axis.unit}",
        tuple(header),
        tuple(_row(result, point) for point in _with_own(result)),
        (*_own_note(axis), *_marks(estimates)),
    )


def _with_own(result: Sweep) -> list[Point]:
    """The points, and the scenario as it is among them."""
    (axis,) = result.axes
    if axis.own is None or any(point.is_own for point in result.points):
        return list(result.points)
    unchanged = dict.fromkeys(result.measures, Estimate(0.0, 0.0, 0.0))
    own = Point((axis.own,), result.own, unchanged, is_own=True)
    return sorted((*result.points, own), key=lambda point: point.at)


def _row(result: Sweep, point: Point) -> tuple[str, ...]:
    cells = [rounded(point.at[0]) + (_OWN if point.is_own else "")]
    for name in result.measures:
        if len(result.measures) == 1:
            cells.append(bar(_share_of_largest(result, name, point.values[name]), _BAR))
        change = UNDEFINED if point.is_own else spoken.change(name, point.changes[name])
        cells += [spoken.value(name, point.values[name]), change]
    return tuple(cells)


def _share_of_largest(result: Sweep, name: str, estimate: Estimate) -> float:
    known = [point.values[name].value or 0.0 for point in result.points]
    largest = max(*known, result.own[name].value or 0.0)
    return (estimate.value or 0.0) / largest if largest > 0.0 else 0.0


def _plane(result: Sweep) -> Grid:
    down, across = result.axes
    (name,) = result.measures
    estimates = [point.values[name] for point in result.points]
    known = [e.value for e in estimates if e.value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    cells = [_shaded(name, point, low, high) for point in result.points]
    width = len(across.values)
    return Grid(
        f"{short(name)}{spoken.unit(name)}: {down.key} down, {across.key} across",
        (f"{down.unit} \\ {across.unit}", *map(rounded, across.values)),
        tuple(
            (rounded(value), *cells[row * width : (row + 1) * width])
            for row, value in enumerate(down.values)
        ),
        (
            *_widest(name, result),
            *_own_of_plane(result),
            *_no_interval([result.own[name] for name in result.measures]),
            *_undefined(estimates),
        ),
    )


def _shaded(name: str, point: Point, low: float, high: float) -> str:
    estimate = point.values[name]
    text, mark = spoken.bare(name, estimate), _OWN if point.is_own else ""
    if estimate.value is None:
        return text.dressed(str, after=mark)
    share = (estimate.value - low) / (high - low) if high > low else 0.0
    return text.dressed(lambda written: Shade(written, share), after=mark)


def _widest(name: str, result: Sweep) -> Iterator[str]:
    with_interval = [
        (e.high - e.low, e)
        for e in (point.values[name] for point in result.points)
        if e.low is not None and e.high is not None
    ]
    if with_interval:
        _, widest = max(with_interval, key=lambda pair: pair[0])
        yield f"The widest interval is that of {spoken.value(name, widest)}."


def _own_of_plane(result: Sweep) -> Iterator[str]:
    (name,) = result.measures
    places = [axis.own for axis in result.axes]
    at = ", ".join(UNDEFINED if place is None else rounded(place) for place in places)
    mark = "* the" if any(point.is_own for point in result.points) else "The"
    yield f"{mark} scenario as it is ({at}): {spoken.value(name, result.own[name])}."


def _own_note(axis: Axis) -> Iterator[str]:
    if axis.own is not None:
        yield f"* the scenario as it is, {rounded(axis.own)}."
    yield "Changes are against the scenario as it is, on the same draws."


def _marks(estimates: list[Estimate]) -> Iterator[str]:
    yield from _no_interval(estimates)
    yield from _undefined(estimates)


def _no_interval(estimates: list[Estimate]) -> Iterator[str]:
    if any(e.value is not None and e.low is None for e in estimates):
        yield f"{NO_INTERVAL}: too few events for an interval."


def _undefined(estimates: list[Estimate]) -> Iterator[str]:
    if any(e.value is None for e in estimates):
        yield f"{UNDEFINED}: undefined."


def _json(result: Sweep) -> Json:
    """One object; `digest` is that of the scenario as it is."""
    return {
        **identity(SCHEMA, result.info),
        "keys": [
            {"key": axis.key, "unit": axis.unit, "own": finite(axis.own), "values": axis.values}
            for axis in result.axes
        ],
        "measures": result.measures,
        "own": estimates_of(result.own),
        "points": [_point(result, point) for point in result.points],
        **provenance(result.info),
    }


def _point(result: Sweep, point: Point) -> Json:
    keys = (axis.key for axis in result.axes)
    return {
        "at": dict(zip(keys, point.at, strict=True)),
        "is_own": point.is_own,
        "values": estimates_of(point.values),
        "changes": estimates_of(point.changes),
    }


def _rows(result: Sweep) -> Iterator[Row]:
    """A row for every point and measure, and one for its change from the scenario as it is."""
    info = result.info
    for point in result.points:
        for name in result.measures:
            value, change = point.values[name], point.changes[name]
            yield (*tidy.of_measure(info, name, value), *point.at)
            yield (*tidy.of_measure(info, name, change, against=info.scenario), *point.at)
