"""Tables as text, before they meet a terminal, a pipe or a Markdown file."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from rich.cells import cell_len

from neocloud_mc.views.render.numbers import level

GAP: Final = 2
"""Blank columns between two columns."""
_NARROW_LABEL: Final = 24
"""Columns that a label is given where a table does not fit; longer ones are folded."""
_NARROW_WORDS: Final = 24
"""The same of a cell of words."""
_ENDLESS: Final = 10**9
_PART: Final = re.compile(" *[^. ]+[. ]?|[. ]")

Cells: TypeAlias = tuple[str, ...]
"""Of a row."""


class Alarm(str):
    """A cell that wants attention."""

    __slots__ = ()


class Relief(str):
    """A cell that is good news."""

    __slots__ = ()


class Faint(str):
    """A cell that can be passed over."""

    __slots__ = ()


class Picture(str):
    """A cell that is drawn, from the left."""

    __slots__ = ()


class Words(str):
    """A cell of words, from the left; where there is no room it is wrapped."""

    __slots__ = ()


class Shade(str):
    """A cell whose background tells how large its number is.

    Parameters
    ----------
    share : 0 smallest to 1 largest.
    """

    share: float

    def __new__(cls, text: str, share: float) -> "Shade":
        """The text with its shade."""
        cell = super().__new__(cls, text)
        cell.share = share
        return cell


@dataclass(frozen=True)
class Grid:
    """A table: its first column names the rows, the others hold figures of like digits.

    Parameters
    ----------
    header : of the columns; one may be several lines.
    notes : sentences that stand below; one that begins with a mark goes with its cells.
    spare : places of columns that are left out, in this order, where they would need another part.
    legend : what columns mean, a header and a sentence each, which go with their columns.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    spare: tuple[int, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Give the numbers of each column one unit and one count of decimals."""
        columns = [level(column) for column in zip(*self.rows, strict=True)]
        object.__setattr__(self, "rows", tuple(zip(*columns, strict=True)))

    @property
    def below(self) -> tuple[str, ...]:
        """The paragraphs that stand below: what columns mean is one."""
        meanings = " ".join(sentence for _, sentence in self.legend)
        return (meanings, *self.notes) if meanings else self.notes

    @property
    def widths(self) -> list[int]:
        """Columns of text that each column takes; one of words, at least."""
        columns = zip(self.header, *self.rows, strict=True)
        return [
            min(max(map(_width, column)), _NARROW_WORDS if is_of(column, Words) else _ENDLESS)
            for column in columns
        ]


@dataclass(frozen=True)
class Block:
    """A heading and the tables below it.

    Parameters
    ----------
    heading : lines; the first is the title.
    verdict : lines that come last, where a reader looks; each may be an `Alarm` or a `Relief`.
    """

    heading: tuple[str, ...]
    grids: Iterable[Grid]
    verdict: tuple[str, ...] = ()


def is_of(column: Iterable[str], kind: type[str]) -> bool:
    """Whether a column has cells of a kind."""
    return any(isinstance(cell, kind) for cell in column)


def fit(grid: Grid, width: int) -> Iterator[Grid]:
    """Break a table that is wider than `width` columns of text into parts of like width.

    Columns that can be spared go first. Each part repeats the labels; the notes go with the last.
    """
    yield from (_with_folded_labels(part, width) for part in _parts(grid, width))


def _parts(grid: Grid, width: int) -> Iterator[Grid]:
    grid = _without_spare(grid, width)
    label, *figures = grid.widths
    if _room(figures) <= width - label:
        yield grid
        return
    groups = _share_out(figures, width - min(label, _NARROW_LABEL))
    for place, group in enumerate(groups):
        yield replace(
            grid,
            title=f"{grid.title} (further columns)".lstrip() if place else grid.title,
            header=_take(grid.header, group),
            rows=tuple(_take(row, group) for row in grid.rows),
            notes=grid.notes if place == len(groups) - 1 else (),
            legend=grid.legend if place == len(groups) - 1 else (),
        )


def _without_spare(grid: Grid, width: int) -> Grid:
    """The table without the spare columns that would need one more part; a note names them."""
    label, *figures = grid.widths
    room = width - min(label, _NARROW_LABEL)
    spared = [figure for k, figure in enumerate(figures, start=1) if k not in grid.spare]
    fewest, gone = len(_pack(spared, room)), list[int]()
    for place in grid.spare:
        others = [figure for k, figure in enumerate(figures, start=1) if k not in gone]
        if len(_pack(others, room)) <= fewest:
            break
        gone.append(place)
    if not gone:
        return replace(grid, spare=())
    kept = [place for place in range(1, len(grid.header)) if place not in gone]
    header, rows = _take(grid.header, kept), tuple(_take(row, kept) for row in grid.rows)
    names = [" ".join(head.split("\n")) for place in sorted(gone) if (head := grid.header[place])]
    told = (f"No room here for: {'; '.join(names)}.",) if names else ()
    return replace(
        grid,
        header=header,
        rows=rows,
        notes=(*(note for note in grid.notes if not _is_bereft(note, grid.rows, rows)), *told),
        spare=(),
        legend=tuple(meaning for meaning in grid.legend if meaning[0] in header),
    )


def _is_bereft(note: str, before: Iterable[Cells], after: Iterable[Cells]) -> bool:
    """Whether a note begins with a mark, such as ``*``, that has lost all its cells."""
    mark = note.partition(" ")[0].rstrip(":")
    if not mark or any(map(str.isalnum, mark)):
        return False
    stood, stands = (any(mark in cell for row in rows for cell in row) for rows in (before, after))
    return stood and not stands


def _with_folded_labels(grid: Grid, width: int) -> Grid:
    """The table with the names that are too long for its first column folded behind a dot."""
    label, *figures = grid.widths
    room = width - _room(figures)
    if label <= room:
        return grid
    rows = tuple((_folded(label, room), *figures) for label, *figures in grid.rows)
    return replace(grid, rows=rows)


def _folded(name: str, room: int) -> str:
    """A dotted name, or words, in lines, each as long as there is room for."""
    lines = [""]
    for part in _PART.findall(name):
        if cell_len(lines[-1] + part) > room and lines[-1]:
            lines.append("")
        lines[-1] += part
    return "\n".join(map(str.rstrip, lines))


def _room(figures: Sequence[int]) -> int:
    """Columns of text that columns take with the gaps before them."""
    return sum(figures) + GAP * len(figures)


def _share_out(widths: Sequence[int], room: int) -> list[list[int]]:
    """As few groups of columns as `room` allows, the widest of them as narrow as it can be."""
    groups = _pack(widths, room)
    narrower = (_pack(widths, less) for less in range(GAP + max(widths), room))
    return next((other for other in narrower if len(other) == len(groups)), groups)


def _pack(widths: Sequence[int], room: int) -> list[list[int]]:
    """Columns, counted from 1, in groups: as many in each as have room, at least one."""
    groups: list[list[int]] = []
    used = room
    for column, width in enumerate(widths, start=1):
        used += GAP + width
        if used > room:
            groups.append([])
            used = GAP + width
        groups[-1].append(column)
    return groups


def _width(cell: str) -> int:
    return max(map(cell_len, cell.split("\n")))


def _take(cells: tuple[str, ...], columns: list[int]) -> tuple[str, ...]:
    return (cells[0], *(cells[column] for column in columns))
