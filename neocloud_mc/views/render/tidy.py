"""Rows of one form for every command: a number a row, with what it is, of whom, and of which run.

A row has the columns `COLUMNS`, and to their right those of its command. The number has the unit of
its row; what was not sampled, such as a debt, has no interval.
"""

from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Place, place_of
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.catalogue import unit_of
from neocloud_mc.views.render.document import Row
from neocloud_mc.views.render.spreadsheet import Column, cell, columns
from neocloud_mc.views.render.text import printable

COLUMNS: Final = (
    Column("scenario", cell),
    *columns("issuer", "tranche", "measure"),
    Column("month", is_count=True),
    *(Column(name, is_number=True) for name in ("value", "low", "high")),
    *columns("unit", "note"),
    *(Column(name, cell) for name in ("against", "label")),
    Column("rating"),
    *(Column(name, is_count=True) for name in ("paths", "seed")),
    *columns("digest", "probabilities"),
)
"""`against` names the scenario that a change is a change from; else it is empty."""


def row(
    info: RunInfo,
    place: Place,
    estimate: Estimate,
    unit: str,
    *,
    against: str = "",
    label: str = "",
    rating: str = "",
) -> Row:
    """A number of a run.

    Parameters
    ----------
    against : the scenario that it is a change from; empty: it is no change.
    label, rating : of the issuer or tranche.
    """
    e = estimate
    number = (e.value, e.low, e.high, unit, e.note)
    of_run = (info.paths, info.seed, info.digest, info.measure)
    names = (printable(against), printable(label), rating)
    return (printable(info.scenario), *place, *number, *names, *of_run)


def of_measure(
    info: RunInfo,
    path: str,
    estimate: Estimate,
    *,
    against: str = "",
    label: str = "",
    rating: str = "",
) -> Row:
    """A measure of that full name."""
    place, unit = place_of(path), unit_of(path)
    return row(info, place, estimate, unit, against=against, label=label, rating=rating)
