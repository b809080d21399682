"""The register of figures and their sources, on a terminal or for a file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import TYPE_CHECKING, Final

from neocloud_mc.notation import counted
from neocloud_mc.scenario import months
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.sources import Entry
from neocloud_mc.views.render.document import Document
from neocloud_mc.views.render.markdown import row
from neocloud_mc.views.render.spreadsheet import Column, cell
from neocloud_mc.views.render.text import printable

if TYPE_CHECKING:
    from rich.console import Console

HEADER: Final = ("figure", "value", "unit", "from", "range", "source or assumption")
_NOBODY: Final = "nobody"
_UNIT_WIDTH: Final = 16
_TEXT_WIDTH: Final = 28


def document(entries: Sequence[Entry], base: date | None) -> Document:
    """On a terminal a table as wide as it is, else plain text whose columns are aligned.

    Parameters
    ----------
    base : date from which months are counted; text tells them in the calendar, too.
    """
    return Document(
        json=lambda: [_bare(entry) for entry in entries],
        columns=tuple(
            Column(field.name, cell if field.name in ("path", "text") else None)
            for field in fields(Entry)
        ),
        rows=lambda: (tuple(asdict(entry).values()) for entry in entries),
        page=lambda: _text(_markdown(entries, base)),
        draw=lambda console: _draw(console, entries, base),
    )


def _text(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _draw(console: Console, entries: Sequence[Entry], base: date | None) -> None:
    if not console.file.isatty():
        console.file.write(_text(_table(entries, base)))
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("figure", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("unit", overflow="fold", max_width=_UNIT_WIDTH)
    table.add_column("source or assumption", overflow="fold", min_width=_TEXT_WIDTH)
    for entry in entries:
        path, value, unit, origin, _, text = cells(entry, base)
        known = Text(f"{origin}: {text}") if text else Text(origin, "bold red")
        table.add_row(Text(path), value, Text(unit), known)
    console.print(table)
    console.print(Text(summary(entries), "dim"))


def _table(entries: Sequence[Entry], base: date | None) -> Iterator[str]:
    rows = [HEADER, *(cells(entry, base) for entry in entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for line in rows:
        padded = (
            text.rjust(width) if name in ("value", "range") else text.ljust(width)
            for name, text, width in zip(HEADER, line, widths, strict=True)
        )
        yield "  ".join(padded).rstrip()
    yield ""
    yield summary(entries)


def _markdown(entries: Sequence[Entry], base: date | None) -> Iterator[str]:
    yield f"| {' | '.join(HEADER)} |"
    yield "|---|---:|---|---|---:|---|"
    for entry in entries:
        yield row(cells(entry, base))
    yield ""
    yield summary(entries)


def cells(entry: Entry, base: date | None) -> tuple[str, ...]:
    """A figure as a row under `HEADER`."""

    def told(value: float) -> str:
        """A month with its name in the calendar."""
        is_month = entry.unit == months.UNIT and math.isfinite(value)
        return months.spoken(round(value), base) if is_month else number(value)

    low, high = entry.low, entry.high
    ends = ""
    if low is not None and high is not None:
        ends = f"{told(_short(low))} to {told(_short(high))}"
    origin = _NOBODY if entry.kind == "none" else entry.kind
    cells = (entry.path, told(entry.value), entry.unit, origin, ends, entry.text)
    return tuple(printable(" ".join(text.split())) for text in cells)


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def summary(entries: Sequence[Entry]) -> str:
    """How many figures are known from where."""
    counts = {
        kind: sum(entry.kind == kind for entry in entries)
        for kind in ("source", "assumption", "none")
    }
    return (
        f"{counted(len(entries), 'figure')}: {counts['source']} from sources, "
        f"{counts['assumption']} assumed, {counts['none']} with neither"
    )


def _bare(entry: Entry) -> dict[str, object]:
    """The entry as JSON knows it: infinities as YAML writes them."""
    return {
        name: number(value) if isinstance(value, float) and abs(value) == float("inf") else value
        for name, value in asdict(entry).items()
    }
