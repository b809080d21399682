"""Tables in memory: one row an entity, a column a term or a state, lanes on cache lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neocloud_mc.engine.columns import Row, columns
from neocloud_mc.jit import Table
from neocloud_mc.mechanisms.columns import Column
from neocloud_mc.quantities import Terms

_CACHE_LINE: Final = 64
"""Bytes. Lanes that straddle cache lines cost 8% of the whole simulation."""


@dataclass(frozen=True)
class Layout:
    """Columns of a table: those of its terms, of its state, positions and streams."""

    terms: type[Terms] | None
    state: tuple[Column, ...]
    positions: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()

    @property
    def lanes(self) -> tuple[str, ...]:
        """Columns with one value a path."""
        return tuple(column.name for column in self.state if column.is_lane)

    @property
    def scalars(self) -> tuple[str, ...]:
        """Columns of the state with one number for the block."""
        return tuple(column.name for column in self.state if not column.is_lane)


def table(layout: Layout, rows: Sequence[Row], lanes: int) -> Table:
    """A record array with the layout's columns, filled from the rows."""
    plain = [number.column for number in columns(layout.terms)] if layout.terms else []
    lanes_of_state = set(layout.lanes)
    names = {
        column: f"opening_{column}" if column in lanes_of_state else column
        for column in plain
        if column not in layout.positions
    }
    extra = [column for column in layout.scalars if column not in names.values()]
    records = _zeros(len(rows), _dtype(extra, tuple(names.values()), layout, lanes))
    for place, row in enumerate(rows):
        for column, value in row.items():
            records[place][names.get(column, column)] = value
    return records


def copy(records: Table) -> Table:
    """Records that share nothing with these."""
    twin = _zeros(len(records), records.dtype)
    twin[:] = records
    return twin


def _dtype(
    state: Sequence[str], terms: Sequence[str], layout: Layout, lanes: int
) -> np.dtype[np.void]:
    """Columns of eight bytes, then those of lanes, each of which begins on a cache line.

    First what the path loop asks before it does anything: the scalars of the state, the positions.
    """
    formats: list[Any] = [np.float64] * len(state) + [np.int64] * len(layout.positions)
    formats += [np.float64] * len(terms) + [np.uint64] * len(layout.streams)
    offsets = [8 * place for place in range(len(formats))]
    first, width = _whole_lines(8 * len(formats)), _whole_lines(8 * lanes)
    formats += [(np.float64, (lanes,))] * len(layout.lanes)
    offsets += [first + width * place for place in range(len(layout.lanes))]
    names = [*state, *layout.positions, *terms, *layout.streams, *layout.lanes]
    size = first + width * len(layout.lanes)
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})


def _zeros(rows: int, dtype: np.dtype[np.void]) -> Table:
    """Records of zeros that begin on a cache line."""
    size = rows * dtype.itemsize
    space = np.zeros(size + _CACHE_LINE, np.uint8)
    first = -space.ctypes.data % _CACHE_LINE
    return space[first : first + size].view(dtype).view(np.recarray)


def _whole_lines(size: int) -> int:
    return -(-size // _CACHE_LINE) * _CACHE_LINE
