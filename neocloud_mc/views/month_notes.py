"""Months of a scenario's text, told in the calendar in comments at the ends of its lines."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, NamedTuple

import yaml

from neocloud_mc.scenario import months, shape as shapes
from neocloud_mc.scenario.shape import Shape

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST: Final = 3
"""Months that are told on one line; of more, the first and the last."""


class _Month(NamedTuple):
    """A month that a line of the text holds, under its key or as one."""

    line: int
    key: str
    number: int


def annotated(text: str, base: date) -> str:
    """The text of a scenario with the calendar month of every month behind it.

    Month 0 stands for the past and is left alone.
    """
    root = yaml.compose(text, Loader=_LOADER)
    lines, notes = text.split("\n"), dict[int, list[_Month]]()
    for month in _months(root, shapes.whole()):
        if month.number > 0:
            notes.setdefault(month.line, []).append(month)
    for line in notes.keys() - set(_torn(root)):
        lines[line] += f"  # {_told(lines[line], notes[line], base)}"
    return "\n".join(lines)


def _months(node: yaml.Node | None, shape: Shape | None) -> Iterator[_Month]:
    if shape is None or not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        below = shape.child(key.value)
        if months.is_by_month(shape):
            yield _Month(key.start_mark.line, key.value, int(key.value))
        elif months.is_month(below) and str(value.value).isdigit():
            yield _Month(value.start_mark.line, key.value, int(value.value))
        yield from _months(value, below)


def _torn(node: yaml.Node | None) -> Iterator[int]:
    """Lines that end inside a text, where a comment would become a part of it."""
    if isinstance(node, yaml.ScalarNode):
        yield from range(node.start_mark.line, node.end_mark.line)
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for part in pair:
                yield from _torn(part)


def _told(line: str, found: list[_Month], base: date) -> str:
    """``September 2031``; with its key where the line holds more than the one."""
    if len(found) == 1 and line.lstrip().startswith(f"{found[0].key}:"):
        return months.name(found[0].number, base)
    named = [f"{month.key}: {months.name(month.number, base)}" for month in found]
    return ", ".join(named) if len(named) <= _MOST else f"{named[0]} … {named[-1]}"
