"""A sweep for programs: JSON (``neocloud-mc/sweep/1``), CSV and Markdown, every point complete."""

import csv
import io
import json
from typing import Final

from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.studies.sweep import Point, Sweep
from neocloud_mc.views.render.json_parts import Json, estimate_of, finite, identity
from neocloud_mc.views.result_markdown import section
from neocloud_mc.views.sweep_grids import grids, heading

SCHEMA: Final = "neocloud-mc/sweep/1"
_FIGURES: Final = ("measure", "value", "low", "high", "change", "change_low", "change_high", "note")


def to_json(result: Sweep) -> str:
    """One object; ends with a newline. `digest` is that of the scenario as it is."""
    document: Json = {
        **identity(SCHEMA, result.info),
        "keys": [
            {"key": axis.key, "unit": axis.unit, "own": finite(axis.own), "values": axis.values}
            for axis in result.axes
        ],
        "measures": result.measures,
        "own": {name: estimate_of(e) for name, e in result.own.items()},
        "points": [_point(result, point) for point in result.points],
        "manifest": finite(result.info.manifest),
        "timing": finite(result.info.timing),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def to_csv(result: Sweep) -> str:
    """A row for every point and measure; the first columns are named after the keys."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*(axis.key for axis in result.axes), *_FIGURES))
    for point in result.points:
        at = [number(value) for value in point.at]
        for name in result.measures:
            e, c = point.values[name], point.changes[name]
            writer.writerow(
                (*at, name, e.value, e.low, e.high, c.value, c.low, c.high, e.note or c.note)
            )
    return text.getvalue()


def to_markdown(result: Sweep) -> str:
    """The table that a terminal shows."""
    return section(heading(result), grids(result))


def _point(result: Sweep, point: Point) -> Json:
    keys = (axis.key for axis in result.axes)
    return {
        "at": dict(zip(keys, point.at, strict=True)),
        "is_own": point.is_own,
        "values": {name: estimate_of(e) for name, e in point.values.items()},
        "changes": {name: estimate_of(e) for name, e in point.changes.items()},
    }
