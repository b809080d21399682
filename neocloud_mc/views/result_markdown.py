"""A run's result as Markdown, for a note or a pull request."""

import re
from collections.abc import Iterator, Sequence

from neocloud_mc.results.run import RunResult
from neocloud_mc.views.grid import Grid
from neocloud_mc.views.result_grids import grids, heading

_SPECIAL = re.compile(r"([\\`*|<>\[\]#~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")


def render(results: Sequence[RunResult]) -> str:
    """The tables of each scenario, a section each."""
    return "\n".join(line for result in results for line in _section(result))


def _section(result: RunResult) -> Iterator[str]:
    name, *lines = heading(result)
    yield f"# {_plain(name)}\n"
    yield from (f"{_plain(line)}\n" for line in lines)
    for grid in grids(result):
        yield from _grid(grid)


def _grid(grid: Grid) -> Iterator[str]:
    yield f"## {_plain(grid.title)}\n"
    yield _row(grid.header)
    yield "|".join(["", "---", *["---:"] * (len(grid.header) - 1), ""])
    yield from map(_row, grid.rows)
    yield ""
    yield from (f"{_plain(note)}\n" for note in grid.notes)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    """Text whose characters Markdown takes as they are."""
    return _SPECIAL.sub(r"\\\1", text)
