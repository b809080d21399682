"""What ships with the program, on a terminal or for a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from neocloud_mc.views.render.document import Document

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from neocloud_mc.scenario.shipped import Kind, Shipped

_GROUPS: Final[dict[Kind, str]] = {
    "scenario": "Scenarios: neocloud-mc run NAME",
    "part": "Parts of scenarios: extends: ['NAME']",
    "stress": "Stresses: neocloud-mc run SCENARIO --with NAME",
    "outcomes": "Outcomes: neocloud-mc backtest SCENARIO --outcomes NAME",
    "example": "Examples, made up: neocloud-mc fit NAME, backtest SCENARIO --outcomes NAME",
}
_NOTHING: Final = "nothing"
_NONE: Final = "–"
_NAMED: Final = 3
"""Ids that are named where there are many more; JSON has them all."""


def document(files: Sequence[Shipped]) -> Document:
    """The list in groups, a line for each file where the console is wide enough."""
    return Document(
        json=lambda: [asdict(file) for file in files],
        draw=lambda console: _draw(console, files),
    )


def _draw(console: Console, files: Sequence[Shipped]) -> None:
    from rich.text import Text

    for place, (kind, title) in enumerate(_GROUPS.items()):
        if place:
            console.print()
        console.print(Text(title, "bold"))
        console.print(_table([file for file in files if file.kind == kind], kind))


def _table(files: Sequence[Shipped], kind: Kind) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("name", no_wrap=True)
    table.add_column("needs" if kind == "stress" else "base date", min_width=10)
    table.add_column("what it is")
    for file in files:
        about = _needed(file) if kind == "stress" else file.base_date or _NONE
        table.add_row(Text(file.name), Text(about), Text(file.about))
    return table


def _needed(file: Shipped) -> str:
    """Ids that a stress is about, the first of many; they say enough without their groups."""
    ids = [path.rpartition(".")[2] for path in file.needs]
    if len(ids) > _NAMED + 1:
        ids = [*ids[:_NAMED], f"{len(ids) - _NAMED} more"]
    return ", ".join(ids) or _NOTHING
