"""A sensitivity analysis for programs: JSON (``neocloud-mc/sensitivity/1``) and CSV, complete."""

import csv
import io
import json
from typing import Final

from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.variants.drivers import SIDES
from neocloud_mc.studies.sensitivity import Effect, End, Sensitivity
from neocloud_mc.views.render.json_parts import Json, estimate_of, finite, identity
from neocloud_mc.views.render.spreadsheet import cell
from neocloud_mc.views.sensitivity_grids import range_of

SCHEMA: Final = "neocloud-mc/sensitivity/1"
_COLUMNS: Final = (
    *("driver", "end", "unit", "from", "to", "basis", "range", "measure", "own", "value", "low"),
    *("high", "change", "change_low", "change_high", "note"),
)


def to_json(result: Sensitivity) -> str:
    """One object; ends with a newline. `digest` is that of the scenario as it is."""
    document: Json = {
        **identity(SCHEMA, result.info),
        "measures": result.measures,
        "own": {name: estimate_of(e) for name, e in result.own.items()},
        "drivers": [_effect(effect) for effect in result.effects],
        "manifest": finite(result.info.manifest),
        "timing": finite(result.info.timing),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def to_csv(result: Sensitivity) -> str:
    """A row for every driver, end and measure; `from` and `to` where it is a single figure."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for effect in result.effects:
        driver = effect.driver
        for side in SIDES:
            one = driver.figures[0] if len(driver.figures) == 1 else None
            moved = ("", "") if one is None else (number(one.value), number(one.at(side)))
            what = (driver.name, side, driver.unit, *moved, driver.basis, cell(range_of(driver)))
            end = effect.ends.get(side)
            for name in result.measures:
                own = result.own[name].value
                writer.writerow((*what, name, own, *_figures(effect, side, end, name)))
    return text.getvalue()


def _figures(
    effect: Effect, side: str, end: End | None, name: str
) -> tuple[float | str | None, ...]:
    if end is None:
        still = effect.driver.why_still
        own = f"not moved: {still}" if still else "the scenario's own value"
        why = effect.refused.get(side, own)
        return (*[None] * 6, cell(why))
    e, c = end.values[name], end.changes[name]
    return (e.value, e.low, e.high, c.value, c.low, c.high, e.note or c.note)


def _effect(effect: Effect) -> Json:
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
            side: {
                "values": {name: estimate_of(e) for name, e in end.values.items()},
                "changes": {name: estimate_of(e) for name, e in end.changes.items()},
            }
            for side, end in effect.ends.items()
        },
        "refused": effect.refused,
        "not_moved": driver.why_still or None,
    }
