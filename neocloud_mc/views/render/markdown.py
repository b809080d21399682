"""Blocks of tables as Markdown, for a note or a pull request."""

import re
from collections.abc import Iterable, Iterator, Sequence

from neocloud_mc.views.render.grid import Block, Grid

_SPECIAL = re.compile(r"([\\`*|<>\[\]#~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")


def page(blocks: Iterable[Block]) -> str:
    """A section for each block."""
    return "\n".join(map(section, blocks))


def section(block: Block) -> str:
    """A heading, the lines below it that are not blank, tables, and the verdict."""
    name, *lines = block.heading
    text = [f"# {escaped(name)}\n", *(f"{escaped(line)}\n" for line in lines if line)]
    tables = (line for grid in block.grids for line in table(grid))
    return "\n".join([*text, *tables, *(f"{escaped(line)}\n" for line in block.verdict)])


def table(grid: Grid) -> Iterator[str]:
    """A heading, a table and its notes, line by line."""
    if grid.title:
        yield f"## {escaped(grid.title)}\n"
    yield row([" ".join(cell.split("\n")) for cell in grid.header])
    yield "|".join(["", "---", *["---:"] * (len(grid.header) - 1), ""])
    yield from map(row, grid.rows)
    yield ""
    yield from (f"{escaped(note)}\n" for note in grid.below)


def row(cells: Sequence[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(map(escaped, cells))} |"


def escaped(text: str) -> str:
    """Text whose characters Markdown takes as they are."""
    return _SPECIAL.sub(r"\\\1", text)
