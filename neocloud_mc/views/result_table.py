"""A run's result on a terminal or in a pipe."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neocloud_mc.results.run import RunResult
from neocloud_mc.views.grid import GAP, Alarm, Grid, fit
from neocloud_mc.views.result_grids import grids, heading


def show(console: Console, results: Sequence[RunResult]) -> None:
    """Print the tables of each scenario, one block after the other."""
    for place, result in enumerate(results):
        if place:
            console.print()
        show_block(console, heading(result), grids(result))


def show_block(console: Console, heading: Sequence[str], grids: Iterable[Grid]) -> None:
    """Print a heading, its first line bold, and tables below it."""
    name, *lines = heading
    console.print(Text(name, "bold"))
    for line in lines:
        console.print(Text(line))
    for grid in grids:
        show_grid(console, grid)


def show_grid(console: Console, grid: Grid) -> None:
    """Print a table; one that is wider than the console comes in parts."""
    for part in fit(grid, console.width):
        console.print()
        console.print(Text(part.title, "bold"))
        console.print(_table(part))
        for note in part.notes:
            console.print(Text(note, "dim"))


def _table(grid: Grid) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0))
    table.add_column(Text(grid.header[0]), overflow="fold")
    for header in grid.header[1:]:
        table.add_column(Text(header), justify="right", overflow="fold", no_wrap=True)
    for label, *figures in grid.rows:
        table.add_row(Text(label), *map(_cell, figures))
    return table


def _cell(figure: str) -> Text:
    return Text(figure, "bold red" if isinstance(figure, Alarm) else "")
