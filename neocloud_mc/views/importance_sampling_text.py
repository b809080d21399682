"""Importance sampling for programs: JSON (``neocloud-mc/tail/1``), CSV and Markdown."""

import csv
import io
import json
from typing import Final

from neocloud_mc.studies.importance_sampling.estimates import RareEventResult
from neocloud_mc.views.importance_sampling_grids import grids, heading
from neocloud_mc.views.render.json_parts import Json, estimate_of, finite, identity
from neocloud_mc.views.result_markdown import section

SCHEMA: Final = "neocloud-mc/tail/1"


def to_json(result: RareEventResult) -> str:
    """One object; ends with a newline."""
    found = result.estimates
    document: Json = {
        **identity(SCHEMA, result.info),
        "event": found.event.path,
        "beyond": result.beyond,
        "measures": {name: estimate_of(e) for name, e in found.measures.items()},
        "effective_paths": found.effective_sample_size,
        "largest_share": found.largest_share,
        "worth": found.variance_reduction,
        "shifts": result.shifts,
        "factors": result.factors,
        "manifest": finite(result.info.manifest),
        "timing": finite(result.info.timing),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def to_csv(result: RareEventResult) -> str:
    """A row for every measure."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("measure", "value", "low", "high", "note"))
    for name, e in result.estimates.measures.items():
        writer.writerow((name, e.value, e.low, e.high, e.note))
    return text.getvalue()


def to_markdown(result: RareEventResult) -> str:
    """The table that a terminal shows."""
    return section(heading(result), grids(result))
