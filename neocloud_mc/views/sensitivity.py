"""A sensitivity analysis: a tornado for each measure, and JSON ``neocloud-mc/sensitivity/1``."""

from collections.abc import Iterator
from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import short
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.variants.drivers import SIDES, Side
from neocloud_mc.studies.sensitivity import Effect, Sensitivity
from neocloud_mc.views import assumptions
from neocloud_mc.views.render import headings, spoken, tidy
from neocloud_mc.views.render.bars import two_sided
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.figures import UNRANGED, moves_of, range_of
from neocloud_mc.views.render.grid import Block, Grid
from neocloud_mc.views.render.json_parts import (
    Json,
    estimates_of,
    finite,
    identity,
    provenance,
)
from neocloud_mc.views.render.numbers import UNDEFINED
from neocloud_mc.views.render.spreadsheet import Column, cell, columns
from neocloud_mc.views.render.text import printable

SCHEMA: Final = "neocloud-mc/sensitivity/1"
COLUMNS: Final = (
    *tidy.COLUMNS,
    *columns("driver", "end", "driver_unit"),
    *(Column(name, number, is_number=True) for name in ("from", "to")),
    *(Column("basis"), Column("range", cell)),
)
_MOST_TOLD: Final = 10
_MOST_NAMED: Final = 3
_ELSEWHERE: Final = "--format csv and json name them"
_WIDE, _NARROW, _WIDTH_OF_WIDE = 16, 5, 110
"""Columns of a half of a tornado, and of the console from which on it is wide."""


def document(result: Sensitivity, top: int) -> Document:
    """Tornados; in Markdown a page on every assumption; for programs every driver.

    Parameters
    ----------
    top : drivers shown for each measure.
    """
    return Document(
        json=lambda: _json(result),
        blocks=lambda width: [Block(_heading(result), _grids(result, top, width))],
        columns=COLUMNS,
        rows=lambda: _rows(result),
        page=lambda: assumptions.page(result),
    )


def _heading(result: Sensitivity) -> tuple[str, ...]:
    """Which scenario was moved, and how."""
    ends = sum(len(effect.ends) for effect in result.effects)
    n_moved = sum(effect.was_moved for effect in result.effects)
    return (
        *headings.of_run(result.info),
        f"{counted(n_moved, 'driver')}, each alone at its ends on the same draws: "
        f"{counted(ends, 'run')}.",
        *_still(result),
    )


def _still(result: Sensitivity) -> Iterator[str]:
    """How many drivers were never moved, and why; their names where they are few."""
    still: dict[str, list[str]] = {}
    for effect in result.effects:
        if not effect.was_moved:
            still.setdefault(effect.driver.why_still, []).append(effect.driver.name)
    for why, names in still.items():
        told = ", ".join(map(printable, names)) if len(names) <= _MOST_NAMED else _ELSEWHERE
        yield f"Not moved: {counted(len(names), 'driver')} {why} ({told})."


def _grids(result: Sensitivity, top: int, width: int) -> Iterator[Grid]:
    """A tornado for each measure, and what could not be moved."""
    half = _WIDE if width >= _WIDTH_OF_WIDE else _NARROW
    for name in result.measures:
        yield _tornado(result, name, top, half)
    yield from _refused(result)


def _tornado(result: Sensitivity, name: str, top: int, half: int) -> Grid:
    ranked = result.ranked(name)
    shown = ranked[:top]
    scale = shown[0].strength(name) if shown else 1.0
    unit = spoken.unit_of_change(name)
    return Grid(
        f"{short(name)}: {spoken.value(name, result.own[name])}{spoken.unit(name)}",
        ("driver", "from → to", f"low{unit}", "", f"high{unit}"),
        tuple(_row(effect, name, scale, half) for effect in shown),
        tuple(_below(result, name, ranked, shown)),
        spare=(3,),
        legend=(("", "▒ at the low end, █ at the high end."),),
    )


def _row(effect: Effect, name: str, scale: float, half: int) -> tuple[str, ...]:
    low, high = (_share(effect, side, name, scale) for side in SIDES)
    return (
        printable(effect.driver.name),
        moves_of(effect.driver),
        _change_at(effect, "low", name),
        two_sided(low, high, half),
        _change_at(effect, "high", name),
    )


def _change_at(effect: Effect, side: Side, name: str) -> str:
    """The change of a measure at an end; a dash where it was not moved there."""
    if side not in effect.ends:
        return UNDEFINED
    return spoken.change(name, effect.ends[side].changes[name])


def _share(effect: Effect, side: Side, name: str, scale: float) -> float:
    change = effect.ends[side].changes[name].value if side in effect.ends else None
    return (change or 0.0) / scale


def _below(
    result: Sensitivity,
    name: str,
    ranked: list[Effect],
    shown: list[Effect],
) -> Iterator[str]:
    more = len(ranked) - len(shown)
    idle = sum(effect.was_moved for effect in result.effects) - len(ranked)
    if more:
        yield f"{counted(more, 'more driver changes', 'more drivers change')} it, by less."
    if idle:
        moved = counted(idle, "driver that was moved changes", "drivers that were moved change")
        yield f"{moved} it on no path."
    if any(effect.driver.basis == "±10%" for effect in shown):
        yield f"{UNRANGED} the file gives no range: ±10%, a whole number at least 1."


def _refused(result: Sensitivity) -> Iterator[Grid]:
    refused = [
        (effect.driver.name, side, why)
        for effect in result.effects
        for side, why in effect.refused.items()
    ]
    if refused:
        further = len(refused) - _MOST_TOLD
        yield Grid(
            "Ends that make no valid scenario, not simulated",
            ("driver", "end", "why"),
            tuple(tuple(map(printable, row)) for row in refused[:_MOST_TOLD]),
            (f"And {further} more, all in the JSON result.",) if further > 0 else (),
        )


def _json(result: Sensitivity) -> Json:
    """One object; `digest` is that of the scenario as it is."""
    return {
        **identity(SCHEMA, result.info),
        "measures": result.measures,
        "own": estimates_of(result.own),
        "drivers": [_driver(effect) for effect in result.effects],
        **provenance(result.info),
    }


def _driver(effect: Effect) -> Json:
    driver = effect.driver
    return {
        "driver": driver.name,
        "unit": driver.unit,
        "basis": driver.basis,
        "range": range_of(driver),
        "text": driver.text,
        "figures": [
            {
                "path": figure.path,
                "value": finite(figure.value),
                "low": finite(figure.low),
                "high": finite(figure.high),
            }
            for figure in driver.figures
        ],
        "ends": {
            side: {"values": estimates_of(end.values), "changes": estimates_of(end.changes)}
            for side, end in effect.ends.items()
        },
        "refused": effect.refused,
        "not_moved": driver.why_still or None,
    }


def _rows(result: Sensitivity) -> Iterator[Row]:
    """The scenario's own numbers; then for every driver and end a number and its change.

    `from` and `to` are there where the driver is a single figure.
    """
    info = result.info
    for name, estimate in result.own.items():
        yield (*tidy.of_measure(info, name, estimate), *[None] * 7)
    for effect in result.effects:
        driver = effect.driver
        one = driver.figures[0] if len(driver.figures) == 1 else None
        for side in SIDES:
            moved = (one.value, one.at(side)) if one else (None, None)
            what = (driver.name, side, driver.unit, *moved, driver.basis, range_of(driver))
            for name in result.measures:
                for found, against in _found(effect, side, name, info.scenario):
                    yield (*tidy.of_measure(info, name, found, against=against), *what)


def _found(effect: Effect, side: Side, name: str, scenario: str) -> Iterator[tuple[Estimate, str]]:
    """The number at an end, and its change from the scenario; or why there is none."""
    end = effect.ends.get(side)
    if end is None:
        still = effect.driver.why_still
        own = f"not moved: {still}" if still else "the scenario's own value"
        yield Estimate(None, note=cell(effect.refused.get(side, own))), ""
    else:
        yield end.values[name], ""
        yield end.changes[name], scenario
