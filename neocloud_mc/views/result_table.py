"""A run's result on a terminal or in a pipe."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.render.grid import GAP, Alarm, Faint, Grid, Picture, Relief, Shade, fit
from neocloud_mc.views.result_grids import grids, heading

_STYLES: Final = {Alarm: "bold red", Relief: "bold green", Faint: "dim", Picture: "cyan"}
_PALEST: Final = (255, 245, 235)
_DARKEST: Final = (127, 20, 20)


def show(console: Console, results: Iterable[RunResult]) -> None:
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
    for place, header in enumerate(grid.header[1:], start=1):
        is_drawn = any(isinstance(row[place], Picture) for row in grid.rows)
        justify: Literal["left", "right"] = "left" if is_drawn else "right"
        table.add_column(Text(header), justify=justify, overflow="fold", no_wrap=True)
    for label, *figures in grid.rows:
        table.add_row(Text(label), *map(_cell, figures))
    return table


def _cell(figure: str) -> Text:
    if isinstance(figure, Shade):
        return Text(figure, _background(figure.share))
    return Text(figure, _STYLES.get(type(figure), ""))


def _background(share: float) -> str:
    """From nearly white to dark red, with letters that stand out from it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(_PALEST, _DARKEST, strict=True))
    return f"{'black' if share < 0.6 else 'bright_white'} on rgb({red},{green},{blue})"
