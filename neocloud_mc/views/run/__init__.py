"""The result of runs: tables for a credit committee, every number for a program."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from neocloud_mc.results.measures import measures
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import default_drivers, parameter_uncertainty
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.json_parts import Json
from neocloud_mc.views.render.spreadsheet import Column, cell, columns
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.run.structure import structure
from neocloud_mc.views.run.tables import blocks

COLUMNS: Final = (
    Column("scenario", cell),
    *columns("section", "issuer", "tranche", "measure"),
    *(Column(name, is_number=True) for name in ("level", "value", "low", "high")),
    Column("note"),
)
"""`level` is a month, a count or a confidence level."""


def document(
    results: Iterable[RunResult], *, is_array: bool = False, is_full: bool = False
) -> Document:
    """The results of scenarios, a block each.

    Parameters
    ----------
    results : read when they are written; a table is shown as they come.
    is_array : JSON is an array, even of one result.
    is_full : tables show every tranche and column, the joint matrix and the market too.
    """

    def json() -> Json | list[Json]:
        found = list(map(structure, results))
        return found if is_array or len(found) > 1 else found[0]

    return Document(
        json=json,
        blocks=lambda width: (
            block for result in results for block in blocks(result, is_full=is_full)
        ),
        columns=COLUMNS,
        rows=lambda: chain.from_iterable(map(_rows, results)),
    )


def _rows(result: RunResult) -> Iterator[Row]:
    """A row for every number of one scenario."""
    scenario = printable(result.info.scenario)
    for m in measures(result.estimates):
        e = m.estimate
        place = (scenario, m.section, m.issuer, m.tranche, m.name, m.level)
        yield (*place, e.value, e.low, e.high, e.note)
    asked_for = {}
    if result.uncertainty:
        asked_for["parameter_uncertainty"] = parameter_uncertainty.rows(result.uncertainty)
    if result.drivers:
        asked_for["attribution"] = default_drivers.rows(result.drivers)
    for section, figures in asked_for.items():
        for issuer, name, level, e in figures:
            yield (scenario, section, issuer, "", name, level, e.value, e.low, e.high, e.note)
