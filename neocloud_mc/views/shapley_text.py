"""A difference shared out, for programs: JSON (``neocloud-mc/attribution/1``), CSV, Markdown."""

import csv
import io
import json
from typing import Final

from neocloud_mc.scenario.variants.mix import Described
from neocloud_mc.studies.shapley import Contribution, ShapleyValues
from neocloud_mc.views.render.json_parts import Json, estimate_of, finite, identity
from neocloud_mc.views.render.spreadsheet import cell
from neocloud_mc.views.result_markdown import section
from neocloud_mc.views.shapley_grids import grids, heading

SCHEMA: Final = "neocloud-mc/attribution/1"
COLUMNS: Final = (
    *("base", "scenario", "change", "base_value", "here_value", "keys"),
    *("measure", "effect", "low", "high", "note"),
)


def to_json(result: ShapleyValues[Described]) -> str:
    """One object; ends with a newline. What stands at its top is the base's."""
    document: Json = {
        **identity(SCHEMA, result.base),
        "to": {"scenario": result.other.scenario, "digest": result.other.digest},
        "method": "shapley" if result.is_exact else "forward and backward",
        "runs": result.n_runs,
        "measures": {
            name: {
                "from": estimate_of(result.before[name]),
                "to": estimate_of(result.after[name]),
                "change": estimate_of(result.whole[name]),
            }
            for name in result.measures
        },
        "changes": [_contribution(contribution) for contribution in result.contributions],
        "interaction": {name: estimate_of(e) for name, e in result.remainder.items()},
        "manifest": finite(result.base.manifest),
        "timing": finite(result.base.timing),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def to_csv(result: ShapleyValues[Described]) -> str:
    """A row for every change and measure, and for what they do together."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    names = [cell(info.scenario) for info in (result.base, result.other)]
    rows = [
        ((*map(cell, contribution.part), " ".join(contribution.keys)), contribution.changes)
        for contribution in result.contributions
    ]
    rows += [(("interaction", "", "", ""), result.remainder)] * bool(result.remainder)
    rows += [(("together", "", "", ""), result.whole)]
    for place, changes in rows:
        for measure, e in changes.items():
            writer.writerow((*names, *place, measure, e.value, e.low, e.high, e.note))
    return text.getvalue()


def to_markdown(result: ShapleyValues[Described]) -> str:
    """The table that a terminal shows."""
    return section(heading(result), grids(result))


def _contribution(contribution: Contribution[Described]) -> Json:
    return {
        "change": contribution.part.name,
        "from": contribution.part.before,
        "to": contribution.part.after,
        "keys": contribution.keys,
        "effects": {name: estimate_of(e) for name, e in contribution.changes.items()},
    }
