"""The two consoles of the program, and how blocks of tables are drawn on them.

A terminal gets colour and its own width (NO_COLOR, FORCE_COLOR and COLUMNS decide otherwise). A
pipe or a file gets plain text at full width: nothing wrapped, nothing cut, no escape codes.
"""

import io
import os
import sys
from collections.abc import Callable, Iterable
from typing import Final, Literal, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neocloud_mc.views.render.grid import (
    GAP,
    Alarm,
    Block,
    Faint,
    Grid,
    Picture,
    Relief,
    Shade,
    Words,
    fit,
    is_of,
)
from neocloud_mc.views.render.text import spell_out_what_cannot_be_encoded

FULL_WIDTH: Final = 100_000
"""Columns of a pipe or a file: more than any table has."""
_STYLES: Final = {Alarm: "bold red", Relief: "bold green", Faint: "dim", Picture: "cyan"}
_PALEST: Final = (255, 245, 235)
_DARKEST: Final = (127, 20, 20)


def stdout() -> Console:
    """The console for results."""
    return console(sys.stdout)


def stderr() -> Console:
    """The console for everything else."""
    return console(sys.stderr)


def console(stream: TextIO) -> Console:
    """A console that writes to the stream what it is given, and never reads it as markup."""
    spell_out_what_cannot_be_encoded(stream)
    width, force = None, None
    if not stream.isatty():
        width = FULL_WIDTH
        force = bool(os.environ.get("FORCE_COLOR")) and not os.environ.get("NO_COLOR")
    return Console(
        file=stream,
        width=width,
        force_terminal=force,
        force_jupyter=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


def plain(show: Callable[[Console], None]) -> str:
    """What `show` prints on a pipe, as text for a file."""
    text = io.StringIO()
    show(console(text))
    return text.getvalue()


def show_blocks(console: Console, blocks: Iterable[Block]) -> None:
    """Print blocks, one after the other, each as soon as it is there."""
    for place, block in enumerate(blocks):
        if place:
            console.print()
        show_block(console, block)


def show_block(console: Console, block: Block) -> None:
    """Print a heading, its first line bold, the tables below it, and what follows from them."""
    name, *lines = block.heading
    console.print(Text(name, "bold"))
    for line in lines:
        console.print(Text(line))
    for grid in block.grids:
        show_grid(console, grid)
    if block.verdict:
        console.print()
    for line in block.verdict:
        console.print(_cell(line))


def show_grid(console: Console, grid: Grid) -> None:
    """Print a table; one that is wider than the console comes in parts."""
    for part in fit(grid, console.width):
        if part.title:
            console.print()
            console.print(Text(part.title, "bold"))
        console.print(_table(part))
        for note in part.below:
            console.print(Text(note, "dim"))


def _table(grid: Grid) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0))
    table.add_column(Text(grid.header[0]), overflow="fold")
    for place, header in enumerate(grid.header[1:], start=1):
        column = [row[place] for row in grid.rows]
        has_words = is_of(column, Words)
        from_left = has_words or is_of(column, Picture)
        justify: Literal["left", "right"] = "left" if from_left else "right"
        table.add_column(Text(header), justify=justify, overflow="fold", no_wrap=not has_words)
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
