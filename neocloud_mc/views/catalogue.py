"""The measures of a scenario's runs as a list, JSON (``neocloud-mc/measures/1``) and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Final

from neocloud_mc.studies.catalogue import TAIL, Entry
from neocloud_mc.views.render.document import Document
from neocloud_mc.views.render.spreadsheet import Column

if TYPE_CHECKING:
    from rich.console import Console

    from neocloud_mc.views.render.json_parts import Json

SCHEMA: Final = "neocloud-mc/measures/1"
_LEVEL: Final = "N"
_MARK: Final = "T"


def document(scenario: str, months: int, entries: Sequence[Entry]) -> Document:
    """A line for each name, or for several that differ in a number; for programs every name."""

    def draw(console: Console) -> None:
        console.file.write(_text(entries))

    return Document(
        json=lambda: _json(scenario, months, entries),
        columns=tuple(
            Column(field.name, " ".join if field.name == "accepted_by" else None)
            for field in fields(Entry)
        ),
        rows=lambda: (tuple(asdict(entry).values()) for entry in entries),
        draw=draw,
    )


def _text(entries: Sequence[Entry]) -> str:
    """A line for each name, or for several that differ in a number alone."""
    rows = [("measure", "tail", "unit", "meaning"), *_rows(entries)]
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:-1]]
    lines = (
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines) + (
        f"\ntail {_MARK}: goes with run --tail too.\n" if any(row[1] for row in rows[1:]) else ""
    )


def _json(scenario: str, months: int, entries: Sequence[Entry]) -> Json:
    return {
        "schema": SCHEMA,
        "scenario": scenario,
        "months": months,
        "measures": [asdict(entry) for entry in entries],
    }


def _rows(entries: Sequence[Entry]) -> list[tuple[str, str, str, str]]:
    levels: dict[Entry, list[str]] = {}
    for entry in entries:
        levels.setdefault(_folded(entry), []).append(entry.level)
    return [(one.name, _mark(one), one.unit, one.meaning + _told(levels[one])) for one in levels]


def _folded(entry: Entry) -> Entry:
    """The entry with a letter for the number in its name."""
    if not entry.level:
        return entry
    return replace(
        entry,
        name=f"{entry.name}.".replace(f".{entry.level}.", f".{_LEVEL}.", 1).rstrip("."),
        path="",
        level="",
        meaning=_LEVEL.join(entry.meaning.rsplit(entry.level, 1)),
    )


def _told(levels: Sequence[str]) -> str:
    """Which numbers the letter stands for."""
    if not levels[0]:
        return ""
    is_run = len(levels) > 2 and levels == [str(k + 1) for k in range(len(levels))]
    return f"; {_LEVEL}: {f'1 to {levels[-1]}' if is_run else ', '.join(levels)}"


def _mark(entry: Entry) -> str:
    return _MARK if TAIL in entry.accepted_by else ""
