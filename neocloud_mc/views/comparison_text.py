"""Comparisons for programs: JSON (``neocloud-mc/comparison/1``), CSV and Markdown."""

import csv
import io
import json
from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Measure
from neocloud_mc.studies.comparison import STATES, Change, Comparison, Comparisons, Switches
from neocloud_mc.views.comparison_grids import blocks, only_in
from neocloud_mc.views.render.json_parts import Json, estimate_of, finite, identity
from neocloud_mc.views.render.spreadsheet import cell
from neocloud_mc.views.result_markdown import section

SCHEMA: Final = "neocloud-mc/comparison/1"
COLUMNS: Final = (
    *("base", "scenario", "section", "issuer", "tranche", "measure", "level"),
    *("from", "to", "change", "low", "high", "note"),
)


def to_json(result: Comparisons) -> str:
    """One object; ends with a newline. What stands at its top is the base's.

    A number's place is its place in the result of `run`; there stand `from`, `to` and `change`.
    """
    document: Json = {
        **identity(SCHEMA, result.base),
        "unlike": result.unlike,
        "comparisons": [_comparison(other) for other in result.others],
        "manifest": finite(result.base.manifest),
        "timing": finite(result.base.timing),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def to_csv(result: Comparisons) -> str:
    """A row for every number of every other scenario; the interval is that of the change."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for other in result.others:
        names = [cell(info.scenario) for info in (result.base, other.info)]
        for found in other.changes.values():
            m = found.place
            place = (m.section, m.issuer, m.tranche, m.name, m.level)
            before, after = (None if x is None else x.estimate.value for x in _sides(found))
            c = found.change or Estimate(None, note=only_in(found, *names))
            writer.writerow((*names, *place, before, after, c.value, c.low, c.high, c.note))
    return text.getvalue()


def to_markdown(result: Comparisons, *, is_summary: bool) -> str:
    """The tables that a terminal shows."""
    return "\n".join(section(*block) for block in blocks(result, is_summary=is_summary))


def _comparison(other: Comparison) -> Json:
    info = other.info
    document: Json = {
        "scenario": info.scenario,
        "digest": info.digest,
        "base_date": info.base_date,
        "issuers": {},
    }
    for found in other.changes.values():
        *parents, last = _parts(found.place)
        here = document
        for key in parents:
            here = here.setdefault(key, {})
        here[last] = _change(found)
    for issuer, switches in other.switches.items():
        document["issuers"][issuer] |= _switches(switches)
    return {**document, "manifest": finite(info.manifest)}


def _parts(m: Measure) -> list[str]:
    """The keys under which a number stands; a level such as 99.9 has a dot of its own."""
    if m.section == "portfolio":
        return [part for part in (m.section, m.name, m.level) if part]
    return m.path.split(".")


def _change(found: Change) -> Json:
    before, after = (None if x is None else estimate_of(x.estimate) for x in _sides(found))
    changed = None if found.change is None else estimate_of(found.change)
    return {"from": before, "to": after, "change": changed}


def _sides(found: Change) -> tuple[Measure | None, Measure | None]:
    return found.before, found.after


def _switches(switches: Switches) -> Json:
    counts = switches.counts.tolist()
    return {
        "saved": estimate_of(switches.averted),
        "new": estimate_of(switches.new),
        "switches": {
            state: dict(zip(STATES, row, strict=True))
            for state, row in zip(STATES, counts, strict=True)
        },
    }
