"""A file of quotes, line by line: what is read, and how a line that is not is to be written.

The form is `date,gpu,provider,kind,price`, with commas between cells and points in numbers.
Spreadsheets write other dates, decimal commas and semicolons: these are recognised to say how they
are to be written, never guessed at, for 03.04.2025 and 1,234 are two things each.
"""

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from neocloud_mc.errors import UsageError
from neocloud_mc.notation import DECIMAL, counted, plural
from neocloud_mc.results.expressions import shown
from neocloud_mc.scenario.checks.dates import date_hint

COLUMNS: Final = ("date", "gpu", "provider", "kind", "price")
_OPTIONAL: Final = ("provider", "kind")
_LARGEST: Final = 1e9
_QUOTATION: Final = '"'
_YEARS: Final = range(2000, 2100)
_MOST_LINES: Final = 10
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_DECIMAL_COMMA: Final = re.compile(r"[0-9]{1,3}(\.?[0-9]{3})*,[0-9]+|[0-9]+,[0-9]+")
_PLAIN: Final = re.compile(DECIMAL)


class Quote(NamedTuple):
    """A line of the file; `gpu` in small letters."""

    day: date
    gpu: str
    provider: str
    kind: str
    price: float
    line: int


class _UnreadError(ValueError):
    """A line that cannot be read.

    Parameters
    ----------
    kind : of the fault; all lines with one kind of fault are told together.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def read(text: str, name: str) -> list[Quote]:
    """Read a file's quotes.

    Raises
    ------
    UsageError : with every kind of fault and its lines, or no quotes at all.
    """
    rows = ((line, cells) for line, cells in _rows(text, name) if any(map(str.strip, cells)))
    place, n_cells = _header(rows, name)
    quotes: list[Quote] = []
    wrong: dict[str, list[str]] = {}
    for line, cells in rows:
        try:
            quotes.append(_quote(cells, place, n_cells, line))
        except _UnreadError as error:
            wrong.setdefault(error.kind, [f"{name}:{line}: {error}"]).append(str(line))
    if wrong:
        raise UsageError("\n".join(_told(*found) for found in wrong.values()))
    if not quotes:
        raise UsageError(f"{name}: holds no quotes")
    return quotes


def _told(first: str, _: str, *others: str) -> str:
    """The first line with a fault, and where it is again."""
    if not others:
        return first
    lines = ", ".join(others[:_MOST_LINES])
    more = f" and {len(others) - _MOST_LINES:,} more" * (len(others) > _MOST_LINES)
    return f"{first}; likewise {plural(len(others), 'line')} {lines}{more}"


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Every row, with the number of the line where it begins.

    Raises
    ------
    UsageError : text that is no CSV.
    """
    lines = list(io.StringIO(text, newline=None))
    rows, line = csv.reader(lines, strict=True), 1
    try:
        for cells in rows:
            yield line, cells
            line = rows.line_num + 1
    except csv.Error as error:
        is_open = lines[line - 1].count(_QUOTATION) % 2 == 1
        why = f"a quotation mark ({_QUOTATION}) opens here and is not closed" if is_open else error
        raise UsageError(f"{name}:{line}: is no CSV: {why}") from None


def _header(rows: Iterator[tuple[int, list[str]]], name: str) -> tuple[dict[str, int], int]:
    """Where each column stands, and how many there are.

    Raises
    ------
    UsageError : a column is missing, or there twice.
    """
    form = f"the first line names {','.join(COLUMNS)}"
    line, cells = next(rows, (0, []))
    if not cells:
        raise UsageError(f"{name}: is empty: {form}")
    header = [cell.strip().lower() for cell in cells]
    missing = [key for key in COLUMNS if key not in header and key not in _OPTIONAL]
    other = next((mark for mark in _SEPARATORS if mark in cells[0]), None)
    if missing and other:
        raise UsageError(
            f"{name}:{line}: {_SEPARATORS[other]} stand between its cells: put commas there, and "
            "points in numbers"
        )
    if missing:
        raise UsageError(f"{name}:{line}: no column {', '.join(missing)}: {form}")
    if twice := [key for key in COLUMNS if header.count(key) > 1]:
        raise UsageError(f"{name}:{line}: the column {twice[0]} is there twice: leave one of them")
    return {key: header.index(key) for key in COLUMNS if key in header}, len(header)


def _quote(cells: Sequence[str], place: dict[str, int], n_cells: int, line: int) -> Quote:
    """One line.

    Raises
    ------
    _UnreadError : which cell is wrong, and how it is to be written.
    """
    if len(cells) <= max(place.values()) or any(map(str.strip, cells[n_cells:])):
        comma = ": points in numbers, not commas" * (len(cells) > n_cells)
        has = counted(len(cells), "cell")
        raise _UnreadError(f"cells {len(cells)}", f"{has}, {n_cells} are expected{comma}")
    found = {key: cells[at].strip() for key, at in place.items()}
    if not found["gpu"]:
        raise _UnreadError("gpu", "gpu: is empty")
    day, price = _day(found["date"]), _price(found["price"])
    gpu, provider, kind = found["gpu"].lower(), found.get("provider", ""), found.get("kind", "")
    return Quote(day, gpu, provider, kind, price, line)


def _day(cell: str) -> date:
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        hint = date_hint(cell)
        text = f"date: {shown(cell)} is no date such as 2025-06-30{hint}"
        raise _UnreadError(f"date {bool(hint)}", text) from None
    if day.year not in _YEARS:
        text = f"date: {cell} is outside {_YEARS[0]} to {_YEARS[-1]}"
        raise _UnreadError("year", text)
    return day


def _price(cell: str) -> float:
    if not cell:
        raise _UnreadError("no price", "price: is empty")
    try:
        price = float(cell)
    except ValueError:
        hint = f" (did you mean {meant}?)" if (meant := _meant_price(cell)) else ""
        text = f"price: {shown(cell)} is no number such as 2.35{hint}"
        raise _UnreadError(f"price {bool(hint)}", text) from None
    if not 0.0 < price < math.inf:
        raise _UnreadError("sign of price", f"price: {cell} is not above 0 and finite")
    if price > _LARGEST:
        text = f"price: {cell} is above {_LARGEST:,.0f}: quotes are in dollars"
        raise _UnreadError("size of price", text)
    return price


def _meant_price(cell: str) -> str:
    """How a price of another form is written; empty: it is none."""
    bare = cell.strip("$ ").removesuffix("USD").strip()
    meant = [bare] if _PLAIN.fullmatch(bare) else []
    if _DECIMAL_COMMA.fullmatch(bare):
        meant.append(bare.replace(".", "").replace(",", "."))
    if _THOUSANDS.fullmatch(bare):
        meant.append(bare.replace(",", ""))
    return " or ".join(meant)
