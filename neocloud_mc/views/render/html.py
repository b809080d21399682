"""Blocks of tables as HTML, for a notebook."""

from collections.abc import Iterable, Iterator
from html import escape

from neocloud_mc.views.render.grid import Block, Grid


def page(blocks: Iterable[Block]) -> str:
    """A section for each block, its text escaped."""
    return "\n".join(line for block in blocks for line in _section(block))


def _section(block: Block) -> Iterator[str]:
    name, *lines = block.heading
    yield f"<h3>{escape(name)}</h3>"
    yield from (f"<p>{escape(line)}</p>" for line in lines if line)
    for grid in block.grids:
        yield from _table(grid)
    yield from (f"<p><strong>{escape(line)}</strong></p>" for line in block.verdict)


def _table(grid: Grid) -> Iterator[str]:
    """A title, a table and its notes."""
    if grid.title:
        yield f"<h4>{escape(grid.title)}</h4>"
    yield "<table>"
    yield f"<thead>{_row('th', grid.header)}</thead>"
    yield f"<tbody>{''.join(_row('td', row) for row in grid.rows)}</tbody>"
    yield "</table>"
    yield from (f"<p><small>{escape(note)}</small></p>" for note in grid.below)


def _row(tag: str, cells: Iterable[str]) -> str:
    """A row; what stands on two lines in a cell stays so."""
    written = (escape(cell).replace("\n", "<br>") for cell in cells)
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in written)}</tr>"
