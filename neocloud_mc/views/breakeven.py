"""A reverse stress test: a sentence, the values tried, and JSON ``neocloud-mc/breakeven/2``."""

import math
from collections.abc import Iterator
from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Place, short
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.studies.breakeven.answer import Breakeven, Root
from neocloud_mc.views.render import headings, spoken, tidy
from neocloud_mc.views.render.bars import bar
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.figures import rounded
from neocloud_mc.views.render.grid import Block, Grid
from neocloud_mc.views.render.json_parts import (
    Json,
    estimate_of,
    finite,
    identity,
    provenance,
)
from neocloud_mc.views.render.numbers import UNDEFINED
from neocloud_mc.views.render.spreadsheet import Column

SCHEMA: Final = "neocloud-mc/breakeven/2"
COLUMNS: Final = (
    *tidy.COLUMNS,
    Column("kind"),
    *(Column(name, number, is_number=True) for name in ("at", "goal")),
)
"""`at` is where a number was measured; of a solution the number itself is the place."""
_BAR: Final = 24
_OWN, _ROOT = " *", " ="


def document(result: Breakeven) -> Document:
    """Which scenario was moved, the answer, and the values that were tried."""
    heading = (*headings.of_run(result.info), "", *_answer(result))
    return Document(
        json=lambda: _json(result),
        blocks=lambda width: [Block(heading, [_tried(result)])],
        columns=COLUMNS,
        rows=lambda: _rows(result),
    )


def _answer(result: Breakeven) -> Iterator[str]:
    """What was asked for, a sentence for each root."""
    measure, goal = result.target.measure, _goal(result)
    where = f"{result.key} from {rounded(result.low)} to {rounded(result.high)}"
    if not result.is_reached:
        yield f"{short(measure)} does not reach {goal} for {where}: {_span(result)}."
        yield from _compatible(result, goal)
    elif not result.roots:
        yield f"{short(measure)} is {goal} {_on_paths(result)} for {where}."
    elif len(result.roots) > 1:
        yield f"{short(measure)} crosses {goal} at {len(result.roots)} values of {where}:"
        yield from (f"  {_place(result, root)}, {_direction(root)}" for root in result.roots)
    else:
        (root,) = result.roots
        at = _place(result, root)
        yield f"{short(measure)} reaches {goal} at {result.key} = {at}, {_direction(root)}."
    if result.roots:
        yield from (
            f"It is {goal} {_on_paths(result)} from {rounded(span.first)} to {rounded(span.last)}."
            for span in result.held
        )
    yield _thoroughness(result)
    own = spoken.value(measure, result.own) + spoken.unit(measure).replace(",", "")
    if result.own_at is not None:
        yield f"The scenario as it is, {rounded(result.own_at)}, has {own}."
    else:
        yield f"The scenario as it is has {own}."


def _on_paths(result: Breakeven) -> str:
    return f"on these {counted(result.info.paths, 'path')}, at every value tried,"


def _compatible(result: Breakeven, goal: str) -> Iterator[str]:
    """Where sampling error alone may have kept it from the target."""
    if result.compatible:
        first, last = result.compatible[0], result.compatible[-1]
        where = rounded(first) if first == last else f"{rounded(first)} to {rounded(last)}"
        yield f"More paths may find that it does: the 95% interval at {where} holds {goal}."


def _thoroughness(result: Breakeven) -> str:
    """How many values were tried, and what that leaves open."""
    n = counted(len(result.tried), "value")
    if result.is_complete:
        return f"{n} tried: every whole number."
    return (
        f"{n} tried, at most {rounded(float(f'{result.widest_gap:.3g}'))} apart; a crossing "
        "and its way back between two of them are not excluded."
    )


def _tried(result: Breakeven) -> Grid:
    """The values that were tried, and the roots between them."""
    measure, goal = result.target.measure, result.target.value
    largest = max([goal, *(one.found.estimate.value or 0.0 for one in result.tried)])
    rows: list[tuple[float, str, float, str]] = [
        (
            one.at,
            rounded(one.at) + (_OWN if one.at == result.own_at else ""),
            one.found.estimate.value or 0.0,
            spoken.value(measure, one.found.estimate),
        )
        for one in result.tried
    ]
    rows += [
        (root.at.value, f"{_to_error(root.at, root.at.value)}{_ROOT}", goal, _goal(result))
        for root in result.roots
        if root.at.value is not None and not result.is_whole
    ]
    notes = ["= the target."] if result.roots and not result.is_whole else []
    if any(one.at == result.own_at for one in result.tried):
        notes.append("* the scenario as it is.")
    return Grid(
        f"{result.key}, {result.unit}",
        (result.key.rpartition(".")[2], "", short(measure) + spoken.unit(measure)),
        tuple(
            (label, bar(value / largest if largest else 0.0, _BAR), text)
            for _, label, value, text in sorted(rows, key=lambda row: row[0])
        ),
        (" ".join(notes),) if notes else (),
    )


def _goal(result: Breakeven) -> str:
    return spoken.exact(result.target.measure, result.target.value)


def _place(result: Breakeven, root: Root) -> str:
    at = _to_error(root.at, root.at.value)
    if result.is_whole:
        low, high = root.between
        at = f"{at}, between {rounded(low)} and {rounded(high)}"
    if root.at.low is None or root.at.high is None:
        return f"{at} (no interval: {root.at.note})"
    low_text, high_text = (_to_error(root.at, end) for end in (root.at.low, root.at.high))
    return f"{at} (95% interval {low_text} to {high_text})"


def _direction(root: Root) -> str:
    return "higher above it" if root.is_rising else "lower above it"


def _span(result: Breakeven) -> str:
    known = [(e.value, one) for one in result.tried if (e := one.found.estimate).value is not None]
    (_, least), (_, most) = min(known), max(known)
    ends = (
        f"{spoken.value(result.target.measure, one.found.estimate)} (at {rounded(one.at)})"
        for one in (least, most)
    )
    return f"it lies between {' and '.join(ends)}"


def _to_error(at: Estimate, value: float | None) -> str:
    """A value of the key to two digits of its interval's half, or to four digits."""
    if value is None:
        return UNDEFINED
    if at.low is None or at.high is None or at.low == at.high:
        return rounded(float(f"{value:.4g}"))
    decimals = 1 - math.floor(math.log10((at.high - at.low) / 2.0))
    near = round(value, decimals)
    if decimals > 0 and 1e-4 <= abs(near) < 1e6:
        return f"{near:.{decimals}f}"
    return number(near)


def _json(result: Breakeven) -> Json:
    """One object; `digest` is that of the scenario as it is."""
    return {
        **identity(SCHEMA, result.info),
        "key": result.key,
        "unit": result.unit,
        "low": result.low,
        "high": result.high,
        "sought": result.target.measure,
        "target": result.target.value,
        "is_reached": result.is_reached,
        "roots": [_root(root) for root in result.roots],
        "held": [{"from": span.first, "to": span.last} for span in result.held],
        "compatible": result.compatible,
        "is_complete": result.is_complete,
        "widest_gap": result.widest_gap,
        "own": {"at": finite(result.own_at), **estimate_of(result.own)},
        "points": [{"at": one.at, **estimate_of(one.found.estimate)} for one in result.tried],
        **provenance(result.info),
    }


def _root(root: Root) -> Json:
    return {
        **estimate_of(root.at),
        "between": list(root.between),
        "direction": "rising" if root.is_rising else "falling",
    }


def _rows(result: Breakeven) -> Iterator[Row]:
    """A row for every root, for every part where the target is held, and for every value tried.

    What was sought is a number under its own name, from the first to the last place where it is.
    """
    info, name, goal = result.info, result.target.measure, result.target.value
    sought = [("root", root.at) for root in result.roots]
    sought += [
        ("held", Estimate((span.first + span.last) / 2.0, span.first, span.last))
        for span in result.held
    ]
    for kind, at in sought:
        place = Place("", "", result.key, None)
        yield (*tidy.row(info, place, at, result.unit), kind, None, goal)
    for one in result.tried:
        yield (*tidy.of_measure(info, name, one.found.estimate), "point", one.at, goal)
