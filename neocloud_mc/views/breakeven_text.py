"""A reverse stress test for programs: JSON (``neocloud-mc/breakeven/2``), CSV and Markdown."""

import csv
import io
import json
from typing import Final

from neocloud_mc.studies.breakeven.search import Breakeven, Root
from neocloud_mc.views.breakeven_grids import grids, heading
from neocloud_mc.views.render.json_parts import Json, estimate_of, finite, identity
from neocloud_mc.views.result_markdown import section

SCHEMA: Final = "neocloud-mc/breakeven/2"
_COLUMNS: Final = (
    *("kind", "at", "at_low", "at_high", "measure", "value", "value_low", "value_high", "note"),
)


def to_json(result: Breakeven) -> str:
    """One object; ends with a newline. `digest` is that of the scenario as it is."""
    document: Json = {
        **identity(SCHEMA, result.info),
        "key": result.key,
        "unit": result.unit,
        "low": result.low,
        "high": result.high,
        "measure": result.target.measure,
        "target": result.target.value,
        "is_reached": result.is_reached,
        "roots": [_root(root) for root in result.roots],
        "held": [{"from": span.first, "to": span.last} for span in result.held],
        "compatible": result.compatible,
        "is_complete": result.is_complete,
        "widest_gap": result.widest_gap,
        "own": {"at": finite(result.own_at), **estimate_of(result.own)},
        "points": [{"at": one.at, **estimate_of(one.found.estimate)} for one in result.tried],
        "manifest": finite(result.info.manifest),
        "timing": finite(result.info.timing),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def to_csv(result: Breakeven) -> str:
    """A row for every root, for every part where the target is held, and for every value tried."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    name, goal = result.target.measure, result.target.value
    for root in result.roots:
        at = root.at
        writer.writerow(("root", at.value, at.low, at.high, name, goal, None, None, at.note))
    for span in result.held:
        middle = (span.first + span.last) / 2.0
        writer.writerow(("held", middle, span.first, span.last, name, goal, None, None, None))
    for one in result.tried:
        e = one.found.estimate
        writer.writerow(("point", one.at, None, None, name, e.value, e.low, e.high, e.note))
    return text.getvalue()


def to_markdown(result: Breakeven) -> str:
    """The answer and the table that a terminal shows."""
    return section([line for line in heading(result) if line], grids(result))


def _root(root: Root) -> Json:
    return {
        **estimate_of(root.at),
        "between": list(root.between),
        "direction": "rising" if root.is_rising else "falling",
    }
