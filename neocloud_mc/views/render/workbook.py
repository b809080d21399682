"""Sheets of a workbook: numbers that a spreadsheet can use, with their units, and texts whole."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.views.render.text import printable

_FORMATS: Final[Mapping[str, str]] = {
    "share": "0.00%",
    "per year": "0.000%",
    "USD": "#,##0.00",
    "months": "0.0",
    "index": "0.000",
    "paths": "#,##0",
    "month": "0",
}
_WHOLE_DOLLARS: Final = 1000.0
"""Amounts from here on are shown without cents."""
_NUMBER: Final = 12
_WIDEST: Final = 60
"""Characters of a column: of one with numbers at least, of one with texts at most."""
_HEADER: Final = 32
"""Points that two lines of a header take."""
_PRINTED: Final = 16
"""Columns that fit on a page."""
_LONGEST: Final = 16_383
"""Characters of a text in one cell, which holds 32,767 halves of such as take two."""
_MOST_ROWS: Final = 1_048_575
"""Below a header; a library that is given more drops them without a word."""


@dataclass(frozen=True)
class Cell:
    """A value with its unit, and the note that says what is missing."""

    value: object
    unit: str = ""
    note: str = ""


EMPTY: Final = Cell(None)
Cells = dict[str, Cell]
"""A row, by the headers of its columns."""


def library() -> Any:
    """The library that writes workbooks.

    Raises
    ------
    UsageError : it is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError("xlsx needs XlsxWriter: pip install 'neocloud-mc[xlsx]'") from None
    return xlsxwriter


def write(book: Any, name: str, rows: Sequence[Cells]) -> None:
    """A sheet with its header, which stays in sight, filters and numbers in their formats.

    Raises
    ------
    RunError : it has more rows than a workbook holds.
    """
    if len(rows) > _MOST_ROWS:
        raise RunError(
            f"sheet {name} would have {len(rows):,} rows, more than a workbook holds: write "
            "--output FILE.csv or FILE.parquet instead"
        )
    whole = [_split(row) for row in rows]
    units: dict[str, str] = {}
    for row in whole:
        units |= {header: cell.unit for header, cell in row.items()}
    sheet = book.add_worksheet(name)
    sheet.set_row(0, _HEADER)
    for column, (header, unit) in enumerate(units.items()):
        told = f"{header}, {unit}" if unit not in ("", header) else header
        _write_column(book, sheet, column, told, unit, [row.get(header, EMPTY) for row in whole])
    if len(units) <= _PRINTED:
        sheet.fit_to_pages(1, 0)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, sum(header in _NAMES for header in list(units)[:3]))
    sheet.autofilter(0, 0, len(rows), len(units) - 1)


def _write_column(
    book: Any, sheet: Any, column: int, header: str, unit: str, cells: Sequence[Cell]
) -> None:
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    sheet.write_string(0, column, header, heading)
    values = [cell.value for cell in cells]
    style = book.add_format({"num_format": _format(unit, values)})
    sheet.set_column(column, column, _width(header, values), style)
    for line, cell in enumerate(cells, start=1):
        _put(sheet, line, column, cell)


_NAMES: Final = ("scenario", "issuer", "tranche", "given", "other", "figure", "what")


def _split(row: Cells) -> Cells:
    """The row with its texts safe to show, the rest of long ones in further columns."""
    cells: Cells = {}
    for header, cell in row.items():
        cells[header] = cell
        if isinstance(cell.value, str):
            text = printable(cell.value)
            cells[header] = replace(cell, value=text[:_LONGEST])
            for part, at in enumerate(range(_LONGEST, len(text), _LONGEST), start=2):
                cells[f"{header} (part {part})"] = Cell(text[at : at + _LONGEST])
    return cells


def _put(sheet: Any, line: int, column: int, cell: Cell) -> None:
    value = cell.value
    if isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(line, column, value)
    elif value is not None:
        sheet.write_string(line, column, str(value))
    if cell.note:
        sheet.write_comment(line, column, cell.note)


def _format(unit: str, values: Sequence[object]) -> str:
    if unit != "USD":
        return _FORMATS.get(unit, "General")
    largest = max((abs(v) for v in values if isinstance(v, int | float)), default=0.0)
    return "#,##0" if largest >= _WHOLE_DOLLARS else _FORMATS["USD"]


def _width(header: str, values: Sequence[object]) -> int:
    """Characters that hold every word of the header and the values."""
    texts = [v for v in values if isinstance(v, str)]
    numbers = _NUMBER if len(texts) < len(values) else 0
    return min(max(*map(len, [*header.split(), *texts]), numbers) + 2, _WIDEST)
