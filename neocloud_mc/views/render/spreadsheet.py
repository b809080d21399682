"""Rows for a spreadsheet: CSV, and Apache Parquet with types."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from neocloud_mc.errors import UsageError
from neocloud_mc.views.render.text import printable

_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def cell(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula: one gets an apostrophe in front.

    >>> cell("=1+1"), cell("base")
    ("'=1+1", 'base')
    """
    shown = printable(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


@dataclass(frozen=True)
class Column:
    """A column of a result's rows.

    Parameters
    ----------
    spell : writes a value into a CSV file; none: as it is.
    is_number, is_count : in a Parquet file, where all else is text; a count is whole.
    """

    name: str
    spell: Callable[[Any], object] | None = None
    is_number: bool = False
    is_count: bool = False

    def spelt(self, value: object) -> object:
        """A value as it stands in a CSV file; nothing stays nothing."""
        return value if self.spell is None or value is None else self.spell(value)


def columns(*names: str) -> tuple[Column, ...]:
    """Columns whose values are written as they are."""
    return tuple(map(Column, names))


def to_csv(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> str:
    """A header and the rows, in full precision."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([c.spelt(value) for c, value in zip(columns, row, strict=True)])
    return text.getvalue()


def to_parquet(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> bytes:
    """One table; the same rows give the same bytes. What a CSV file leaves empty is null.

    Raises
    ------
    UsageError : as `parquet_library`.
    """
    arrow = parquet_library()
    arrays = {
        column.name: arrow.array([_typed(column, value) for value in values], _type(arrow, column))
        for column, values in zip(columns, zip(*rows, strict=True), strict=True)
    }
    file = io.BytesIO()
    arrow.parquet.write_table(arrow.table(arrays), file)
    return file.getvalue()


def parquet_library() -> Any:
    """The library that writes Parquet.

    Raises
    ------
    UsageError : it is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError:
        raise UsageError("parquet needs pyarrow: pip install 'neocloud-mc[parquet]'") from None
    return pyarrow


def _type(arrow: Any, column: Column) -> Any:
    if column.is_count:
        return arrow.uint64()
    return arrow.float64() if column.is_number else arrow.string()


def _typed(column: Column, value: Any) -> str | float | None:
    if value in ("", None):
        return None
    if column.is_count:
        return int(value)
    return float(value) if column.is_number else str(value)
