"""A result as everything it can be written as, each worked out only when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neocloud_mc.views.render import markdown, spreadsheet

if TYPE_CHECKING:
    from rich.console import Console

    from neocloud_mc.views.render.grid import Block
    from neocloud_mc.views.render.spreadsheet import Column

Row = Sequence[object]


def _no_blocks(width: int) -> Iterable[Block]:
    return ()


def _no_rows() -> Iterable[Row]:
    return ()


@dataclass(frozen=True)
class Document:
    """A result, for people and for programs.

    Parameters
    ----------
    json : of plain dicts, lists, strings and finite numbers.
    blocks : the headings and tables, for a console of so many columns.
    columns, rows : the result as records; their values as they are, not as a file spells them.
    page : the Markdown, where it is not that of the blocks.
    draw : on a console, where it is not the blocks that are shown.
    workbook : a spreadsheet's, where the result can be one.
    """

    json: Callable[[], object]
    blocks: Callable[[int], Iterable[Block]] = _no_blocks
    columns: tuple[Column, ...] = ()
    rows: Callable[[], Iterable[Row]] = _no_rows
    page: Callable[[], str] | None = None
    draw: Callable[[Console], None] | None = None
    workbook: Callable[[], bytes] | None = None

    def show(self, console: Console) -> None:
        """Print it, block by block as they come."""
        from neocloud_mc.views.render.terminal import show_blocks

        if self.draw is None:
            show_blocks(console, self.blocks(console.width))
        else:
            self.draw(console)

    def text(self, form: str) -> str:
        """For a pipe or a file; ends with a newline.

        Parameters
        ----------
        form : ``json``, ``csv``, ``markdown`` or ``table``.
        """
        from neocloud_mc.views.render.terminal import FULL_WIDTH, plain

        match form:
            case "json":
                return json.dumps(self.json(), indent=2, allow_nan=False) + "\n"
            case "csv":
                return spreadsheet.to_csv(self.columns, self.rows())
            case "markdown":
                return self.page() if self.page else markdown.page(self.blocks(FULL_WIDTH))
            case _:
                return plain(self.show)

    def binary(self, form: str) -> bytes:
        """The rows, typed, or the workbook.

        Parameters
        ----------
        form : ``parquet``, or ``xlsx`` where there is a workbook.

        Raises
        ------
        UsageError : no library that writes it is installed.
        """
        if form == "xlsx" and self.workbook is not None:
            return self.workbook()
        return spreadsheet.to_parquet(self.columns, self.rows())
