"""Scenarios beside a base: what changes, for whom, and from which cause to which.

JSON is ``neocloud-mc/comparison/1``.
"""

from collections.abc import Iterator
from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Measure
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.comparison import STATES, Change, Comparison, Comparisons, Switches
from neocloud_mc.views.render import headings, spoken, tidy
from neocloud_mc.views.render.calendar_months import alone
from neocloud_mc.views.render.changes import PAIRED, change, marked
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.grid import Block, Grid, Words
from neocloud_mc.views.render.json_parts import (
    Json,
    estimate_of,
    finite,
    identity,
    placed,
    provenance,
)
from neocloud_mc.views.render.numbers import UNDEFINED, Number, percent
from neocloud_mc.views.render.spreadsheet import cell
from neocloud_mc.views.render.text import printable

SCHEMA: Final = "neocloud-mc/comparison/1"
MANY: Final = 3
"""Other scenarios from which on a summary stands first."""


def document(result: Comparisons, *, is_summary: bool) -> Document:
    """Tables; for programs the numbers at the places that they have in the result of `run`."""
    return Document(
        json=lambda: _json(result),
        blocks=lambda width: _blocks(result, is_summary=is_summary),
        columns=tidy.COLUMNS,
        rows=lambda: _rows(result),
    )


def _blocks(result: Comparisons, *, is_summary: bool) -> Iterator[Block]:
    """The summary, where it is asked for or scenarios are many; then one block a scenario."""
    has_summary = is_summary or len(result.others) >= MANY
    if has_summary:
        yield Block(_heading(result), [summary_grid(result)])
    for place, other in enumerate(() if is_summary else result.others):
        title = f"{printable(other.info.scenario)} against {printable(result.base.scenario)}"
        above = () if has_summary or place else _heading(result)[1:]
        yield Block((title, *above, _identity(other.info)), list(_grids(result, other)))


def _heading(result: Comparisons) -> tuple[str, ...]:
    """Which runs these are, and how their differences are to be read."""
    base = result.base
    cut = ", the shortest horizon of all" if result.is_cut else ""
    return (
        f"{counted(len(result.others), 'scenario')} against {printable(base.scenario)}",
        headings.effort(base, cut),
        PAIRED,
        *map(printable, result.unlike),
        _identity(base),
    )


def _identity(info: RunInfo) -> str:
    """What reproduces a scenario's numbers, and which probabilities they are."""
    return f"{printable(info.scenario)}: {printable(info.digest)}{headings.measure(info)}"


def summary_grid(result: Comparisons) -> Grid:
    """A row for each scenario: every issuer's PD, and its change."""
    measures = [_pd(result, issuer) for issuer in result.labels]
    grid = Grid(
        f"Probability of default by {_horizon(result)}, and its change in points",
        ("scenario", *map(printable, result.labels)),
        (
            (
                printable(result.base.scenario),
                *(_value(name, result.own.get(name)) for name in measures),
            ),
            *(
                (
                    printable(other.info.scenario),
                    *(_with_change(name, other.changes.get(name)) for name in measures),
                )
                for other in result.others
            ),
        ),
    )
    return marked(grid)


def _horizon(result: Comparisons) -> str:
    return alone(result.base.months, result.base.base_date)


def _with_change(name: str, found: Change | None) -> str:
    """The value here and its change, marked as the change is."""
    if found is None or found.after is None:
        return UNDEFINED
    if found.change is None:
        return spoken.value(name, found.after.estimate).dressed(str, after=" only here")
    changed = change(name, found.change)
    here = spoken.bare(name, found.after.estimate)
    return Number(*here.parts, " ", *changed.parts, dress=changed.dress)


def _grids(result: Comparisons, other: Comparison) -> Iterator[Grid]:
    issuers = [i for i in result.labels if _pd(result, i) in other.changes]
    if issuers:
        yield _default(result, other, issuers)
        yield from _switches(result, other)
        yield _figure("Loss given default", "lgd", result, other, issuers)
        yield _figure("Expected loss, discounted", "expected_loss", result, other, issuers)
    tranches = [c.place for c in other.changes.values() if c.place.tranche]
    if tranches:
        yield _tranches(result, other, tranches)


def _names(result: Comparisons, other: Comparison) -> tuple[str, str]:
    """Of the base and of the other scenario."""
    return printable(result.base.scenario), printable(other.info.scenario)


def _only_in(found: Change, base: str, other: str) -> str:
    """Which of two scenarios has a number that the other has not."""
    return f"only in {other if found.before is None else base}"


def _default(result: Comparisons, other: Comparison, issuers: list[str]) -> Grid:
    before, after = both = _names(result, other)
    changes = {issuer: other.changes[_pd(result, issuer)] for issuer in issuers}
    grid = Grid(
        f"Probability of default by {_horizon(result)}",
        ("issuer", *both, "change, points", "averted", "new"),
        tuple(
            (*_figure_row(issuer, found, both), *_moved(other, issuer))
            for issuer, found in changes.items()
        ),
        spare=(4, 5),
        legend=(
            ("averted", f"averted: paths that default in {before} and not in {after}."),
            ("new", f"new: paths that default in {after} and not in {before}."),
        ),
    )
    return marked(grid)


def _moved(other: Comparison, issuer: str) -> tuple[str, str]:
    if issuer not in other.switches:
        return UNDEFINED, UNDEFINED
    switches = other.switches[issuer]
    return percent(switches.averted), percent(switches.new)


def _figure(
    title: str, name: str, result: Comparisons, other: Comparison, issuers: list[str]
) -> Grid:
    found = {issuer: other.changes[f"issuers.{issuer}.{name}"] for issuer in issuers}
    unit, both = spoken.unit_of_change(found[issuers[0]].place.path), _names(result, other)
    grid = Grid(
        title,
        ("issuer", *both, f"change{unit}"),
        tuple(_figure_row(issuer, one, both) for issuer, one in found.items()),
    )
    return marked(grid)


def _figure_row(issuer: str, found: Change, both: tuple[str, str]) -> tuple[str, ...]:
    values = (_value(found.place.path, one) for one in (found.before, found.after))
    return (printable(issuer), *values, _difference(found, both))


def _difference(found: Change, both: tuple[str, str]) -> str:
    if found.change is None:
        return _only_in(found, *both)
    return change(found.place.path, found.change)


def _switches(result: Comparisons, other: Comparison) -> Iterator[Grid]:
    """How many paths end otherwise, and how; nothing where none does."""
    moved = {issuer: moves for issuer, table in other.switches.items() if (moves := _moves(table))}
    if moved:
        yield Grid(
            "Paths that end otherwise, of all that were simulated",
            ("issuer", " to ".join(_names(result, other))),
            tuple(
                (
                    printable(issuer),
                    Words(", ".join(f"{move} {count:,}" for move, count in moves.items())),
                )
                for issuer, moves in moved.items()
            ),
        )


def _moves(switches: Switches) -> dict[str, int]:
    """From which end to which other one, the most frequent first."""
    found = {
        f"{before} to {after}": int(switches.counts[a, b])
        for a, before in enumerate(STATES)
        for b, after in enumerate(STATES)
        if a != b and switches.counts[a, b]
    }
    return dict(sorted(found.items(), key=lambda move: move[1], reverse=True))


def _tranches(result: Comparisons, other: Comparison, places: list[Measure]) -> Grid:
    both = _names(result, other)
    heads = {"pd": "PD", "lgd": "LGD", "expected_loss": "expected loss", "fair_spread": "fair"}
    units = {place.name: spoken.unit_of_change(place.path) for place in places}
    order = list(result.labels)
    owned = dict.fromkeys((place.issuer, place.tranche) for place in places)
    rows = sorted(owned, key=lambda row: order.index(row[0]))
    found = {
        row: [other.changes[f"issuers.{row[0]}.tranches.{row[1]}.{name}"] for name in heads]
        for row in rows
    }
    grid = Grid(
        f"Tranches: changes from {both[0]} to {both[1]}",
        ("tranche", *(head + units[name] for name, head in heads.items())),
        tuple(
            (".".join(row), *(_difference(one, both) for one in changes))
            for row, changes in found.items()
        ),
    )
    return marked(grid, "fair: the spread per year that pays for the expected loss.")


def _pd(result: Comparisons, issuer: str) -> str:
    return f"issuers.{issuer}.pd.{result.base.months}"


def _value(name: str, found: Measure | None) -> str:
    return UNDEFINED if found is None else spoken.value(name, found.estimate)


def _json(result: Comparisons) -> Json:
    """One object. What stands at its top is the base's."""
    return {
        **identity(SCHEMA, result.base),
        "unlike": result.unlike,
        "comparisons": [_comparison(other) for other in result.others],
        **provenance(result.base),
    }


def _comparison(other: Comparison) -> Json:
    """A number has `from`, `to` and `change` where the result of `run` has its value."""
    info = other.info
    document: Json = {
        "scenario": info.scenario,
        "digest": info.digest,
        "base_date": info.base_date,
        "issuers": {},
        **placed((found.place, _change(found)) for found in other.changes.values()),
    }
    for issuer, switches in other.switches.items():
        document["issuers"][issuer] |= _switched(switches)
    return {**document, "manifest": finite(info.manifest)}


def _change(found: Change) -> Json:
    before, after = (x and estimate_of(x.estimate) for x in (found.before, found.after))
    return {"from": before, "to": after, "change": found.change and estimate_of(found.change)}


def _switched(switches: Switches) -> Json:
    counts = switches.counts.tolist()
    return {
        "saved": estimate_of(switches.averted),
        "new": estimate_of(switches.new),
        "switches": {
            state: dict(zip(STATES, row, strict=True))
            for state, row in zip(STATES, counts, strict=True)
        },
    }


def _rows(result: Comparisons) -> Iterator[Row]:
    """A row for every number of every scenario, and one for its change or why it has none."""
    base = result.base
    for name, own in result.own.items():
        yield tidy.of_measure(base, name, own.estimate, label=_label(result, own))
    for other in result.others:
        info = other.info
        for name, found in other.changes.items():
            label = _label(result, found.place)
            if found.after:
                yield tidy.of_measure(info, name, found.after.estimate, label=label)
            only = _only_in(found, *_names(result, other))
            changed = found.change or Estimate(None, note=cell(only))
            yield tidy.of_measure(info, name, changed, against=base.scenario, label=label)


def _label(result: Comparisons, measure: Measure) -> str:
    return result.labels.get(measure.issuer, "")
