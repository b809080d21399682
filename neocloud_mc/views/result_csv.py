"""A run's result as one tidy table: a row for every sampled number, in full precision."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import measures
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import default_drivers, uncertainty
from neocloud_mc.views.render.spreadsheet import cell
from neocloud_mc.views.render.terminal import printable

COLUMNS: Final = (
    "scenario",
    "section",
    "issuer",
    "tranche",
    "measure",
    "level",
    "value",
    "low",
    "high",
    "note",
)


Row = tuple[str, str, str, str, str, str, float | None, float | None, float | None, str | None]


def render(results: Sequence[RunResult]) -> str:
    """All scenarios below one header; `level` is a month, a count or a confidence level."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((cell(scenario), *figures) for scenario, *figures in rows(results))
    return text.getvalue()


def rows(results: Sequence[RunResult]) -> Iterator[Row]:
    """The rows below the header, each in the order of `COLUMNS`."""
    for result in results:
        scenario = printable(result.info.scenario)
        for m in measures(result.estimates):
            e = m.estimate
            place = (scenario, m.section, m.issuer, m.tranche, m.name, m.level)
            yield (*place, e.value, e.low, e.high, e.note)
        for section, figures in _asked_for(result).items():
            for issuer, name, level, e in figures:
                place = (scenario, section, issuer, "", name, level)
                yield (*place, e.value, e.low, e.high, e.note)


def _asked_for(result: RunResult) -> dict[str, Iterator[tuple[str, str, str, Estimate]]]:
    """By section, what a run has only where it is asked for: issuer, measure, level, number."""
    found = {}
    if result.uncertainty:
        found["parameter_uncertainty"] = uncertainty.rows(result.uncertainty)
    if result.drivers:
        found["attribution"] = default_drivers.rows(result.drivers)
    return found
