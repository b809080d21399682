"""A difference between two scenarios: a changed part a row, a measure a column.

JSON is ``neocloud-mc/attribution/1``.
"""

from collections.abc import Iterator
from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.results.measures import short
from neocloud_mc.scenario.variants.mix import Described
from neocloud_mc.studies.shapley import Contribution, ShapleyValues
from neocloud_mc.views.render import headings, spoken, tidy
from neocloud_mc.views.render.calendar_months import alone
from neocloud_mc.views.render.changes import PAIRED, change, marked
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.grid import Block, Grid
from neocloud_mc.views.render.json_parts import (
    Json,
    estimate_of,
    estimates_of,
    identity,
    provenance,
)
from neocloud_mc.views.render.spreadsheet import Column, cell
from neocloud_mc.views.render.text import printable

SCHEMA: Final = "neocloud-mc/attribution/1"
COLUMNS: Final = (
    *tidy.COLUMNS,
    *(Column(name, cell) for name in ("change", "base_value", "here_value")),
    Column("keys", " ".join),
)


def document(result: ShapleyValues[Described]) -> Document:
    """A table, and for programs every change with its effect on every measure."""
    return Document(
        json=lambda: _json(result),
        blocks=lambda width: [Block(_heading(result), [_table(result)])],
        columns=COLUMNS,
        rows=lambda: _rows(result),
    )


def _heading(result: ShapleyValues[Described]) -> tuple[str, ...]:
    """Which runs these are, and how the difference was shared out."""
    base, other = result.base, result.other
    return (
        f"From {printable(base.scenario)} to {printable(other.scenario)}, one change at a time",
        f"{headings.effort(base)}, {counted(result.n_runs, 'run')}",
        PAIRED,
        f"{printable(base.scenario)}: {printable(base.digest)}",
        f"{printable(other.scenario)}: {printable(other.digest)}",
    )


def _table(result: ShapleyValues[Described]) -> Grid:
    """From the base's values, by what each change does, the strongest first, to the other's."""
    names = result.measures
    both = [printable(info.scenario) for info in (result.base, result.other)]
    rows = [(both[0], "", "", *(spoken.value(m, result.before[m]) for m in names))]
    rows += [_row(contribution, names) for contribution in result.ranked()]
    if result.remainder:
        rows.append(("interaction", "", "", *(change(m, result.remainder[m]) for m in names)))
    rows.append(("together", "", "", *(change(m, result.whole[m]) for m in names)))
    rows.append((both[1], "", "", *(spoken.value(m, result.after[m]) for m in names)))
    title, columns = _columns(result)
    return marked(Grid(title, ("change", *both, *columns), tuple(rows)), _method(result))


def _columns(result: ShapleyValues[Described]) -> tuple[str, list[str]]:
    """Title and headers; default probabilities at the horizon go by their issuers."""
    names, months = result.measures, result.base.months
    if all(name.endswith(f".pd.{months}") for name in names):
        horizon = alone(months, result.base.base_date)
        title = f"What each change does to the PD by {horizon}, in points"
        return title, [name.split(".")[1] for name in names]
    headers = [short(name) + spoken.unit_of_change(name) for name in names]
    return "What each change does", headers


def _row(contribution: Contribution[Described], names: tuple[str, ...]) -> tuple[str, ...]:
    cells = (change(name, contribution.changes[name]) for name in names)
    return (*map(printable, contribution.part), *cells)


def _method(result: ShapleyValues[Described]) -> str:
    if result.is_exact:
        return (
            "Shapley values: the mean of what a change adds over all orders of making them; they "
            "add up to the whole."
        )
    return (
        "The mean of what a change does to the base alone, and of what the other scenario loses "
        "without it; interaction is what such means leave unexplained."
    )


def _json(result: ShapleyValues[Described]) -> Json:
    """One object. What stands at its top is the base's."""
    return {
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
        "changes": [_contribution(one) for one in result.contributions],
        "interaction": estimates_of(result.remainder),
        **provenance(result.base),
    }


def _contribution(contribution: Contribution[Described]) -> Json:
    return {
        "change": contribution.part.name,
        "from": contribution.part.before,
        "to": contribution.part.after,
        "keys": contribution.keys,
        "effects": estimates_of(contribution.changes),
    }


def _rows(result: ShapleyValues[Described]) -> Iterator[Row]:
    """Both scenarios' numbers; then what every change does, and all of them together."""
    nothing = ("", "", "", ())
    for info, own in ((result.base, result.before), (result.other, result.after)):
        for name, estimate in own.items():
            yield (*tidy.of_measure(info, name, estimate), *nothing)
    parts = [((*one.part, one.keys), one.changes) for one in result.contributions]
    parts += [(("interaction", "", "", ()), result.remainder)] * bool(result.remainder)
    parts += [(("together", "", "", ()), result.whole)]
    for part, changes in parts:
        for name, estimate in changes.items():
            against = result.base.scenario
            yield (*tidy.of_measure(result.other, name, estimate, against=against), *part)
