"""Results of several dates side by side, and JSON ``neocloud-mc/track/1``."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario.variants.mix import Described
from neocloud_mc.studies.shapley import ShapleyValues
from neocloud_mc.studies.track import Followed, Track, info_of
from neocloud_mc.views import shapley
from neocloud_mc.views.render import spoken, tidy
from neocloud_mc.views.render.bars import spark
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.grid import Block, Grid, Picture, Words
from neocloud_mc.views.render.json_parts import Json, estimate_of
from neocloud_mc.views.render.numbers import PLUS_MINUS, UNDEFINED
from neocloud_mc.views.render.spreadsheet import Column, cell
from neocloud_mc.views.render.text import printable

SCHEMA: Final = "neocloud-mc/track/1"
COLUMNS: Final = (*tidy.COLUMNS, Column("base_date"), Column("file", cell))
_TITLES: Final = {
    "pd": "Probability of default by month {month}",
    "lgd": "Loss given default",
    "expected_loss": "Expected loss",
    "fair_spread": "Fair spread, bp",
}
_RATINGS: Final = "Implied rating"


def document(result: Track, moved: Iterable[ShapleyValues[Described]] = ()) -> Document:
    """A table for each measure, an issuer a row and a result a column; then what moved them."""
    splits = [shapley.document(one) for one in moved]
    return Document(
        json=lambda: _json(result) | {"moved": [split.json() for split in splits]},
        blocks=lambda width: chain(
            [Block(_heading(result), _grids(result))],
            *(split.blocks(width) for split in splits),
        ),
        columns=COLUMNS,
        rows=lambda: _rows(result),
    )


def _heading(result: Track) -> tuple[str, ...]:
    names, results = _names(result), result.results
    lines = [f"{counted(len(results), 'result')}, {names[0]} to {names[-1]}"]
    for name, one in zip(names, results, strict=True):
        size = f"{counted(one.months, 'month')}, {counted(one.paths, 'path')}"
        lines.append(f"{name}: {printable(one.scenario)}, {size}, {printable(one.digest)}")
    lines.append(
        f"{PLUS_MINUS}. Changes are from each result to the next, of paths that have nothing in "
        "common."
    )
    if results[0].measure != "real-world":
        lines.append(f"All are {results[0].measure} probabilities.")
    if len({one.months for one in results}) > 1:
        lines.append("Horizons differ: LGD, losses and spreads are each over its result's own.")
    return tuple(lines)


def _grids(result: Track) -> Iterator[Grid]:
    names = _names(result)
    for measure, title in _TITLES.items():
        rows = [_row(one, result) for one in result.of(measure)]
        yield Grid(
            title.format(month=result.month),
            ("issuer", *names, "", f"last change{spoken.unit_of_change(_path(measure))}"),
            tuple(rows),
        )
    yield Grid(
        _RATINGS,
        ("issuer", *names),
        tuple(
            (printable(issuer), *(Words(grade or UNDEFINED) for grade in grades))
            for issuer, grades in result.ratings.items()
        ),
    )


def _row(one: Followed, result: Track) -> tuple[str, ...]:
    path = _path(one.measure, one.issuer, result.month)
    numbers = (UNDEFINED if e is None else spoken.value(path, e) for e in one.numbers)
    values = [(e.value or 0.0) if e is not None else 0.0 for e in one.numbers]
    last = one.changes[-1]
    told = UNDEFINED if last is None or last.value is None else spoken.change(path, last)
    return (printable(one.issuer), *numbers, Picture(spark(values)), told)


def _path(measure: str, issuer: str = "", month: int = 0) -> str:
    return f"issuers.{issuer}.{measure}" + (f".{month}" if measure == "pd" else "")


def _names(result: Track) -> list[str]:
    """The base dates; the files where results have none, or the same."""
    dates = [one.base_date for one in result.results]
    return [
        printable(one.base_date if one.base_date and dates.count(one.base_date) == 1 else one.file)
        for one in result.results
    ]


def _json(result: Track) -> Json:
    return {
        "schema": SCHEMA,
        "month": result.month,
        "results": [
            {
                "file": one.file,
                "scenario": one.scenario,
                "base_date": one.base_date,
                "digest": one.digest,
                "paths": one.paths,
                "months": one.months,
                "measure": one.measure,
            }
            for one in result.results
        ],
        "issuers": {
            issuer: {
                **{
                    one.measure: {
                        "values": _estimates(one.numbers),
                        "changes": _estimates(one.changes),
                    }
                    for one in result.followed
                    if one.issuer == issuer
                },
                "implied_rating": [grade or None for grade in grades],
            }
            for issuer, grades in result.ratings.items()
        },
    }


def _estimates(numbers: Sequence[Estimate | None]) -> list[Json | None]:
    return [None if e is None else estimate_of(e) for e in numbers]


def _rows(result: Track) -> Iterator[Row]:
    """A row for every number of every result."""
    for one in result.followed:
        path = _path(one.measure, one.issuer, result.month)
        ratings = result.ratings[one.issuer]
        for of, number, rating in zip(result.results, one.numbers, ratings, strict=True):
            if number is not None:
                row = tidy.of_measure(info_of(of), path, number, rating=rating)
                yield (*row, of.base_date or "", printable(of.file))
