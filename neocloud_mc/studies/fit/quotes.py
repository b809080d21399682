"""Quoted prices in long form: `date,gpu,provider,kind,price`, in any order, with gaps.

A month of a series (a type of GPU at a provider, of a kind such as spot or list) is its last quote;
of several of that day it is the median. Weeks are left out on purpose: the model's month is what
is fitted, and a list that is read daily says no more than one that is read monthly.
"""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.errors import UsageError
from neocloud_mc.quantities import MONTHS_PER_YEAR
from neocloud_mc.results.book import Floats
from neocloud_mc.scenario.checks.dates import date_hint

Integers = NDArray[np.int64]
COLUMNS: Final = ("date", "gpu", "provider", "kind", "price")
_OPTIONAL: Final = ("provider", "kind")
_MOST_TOLD: Final = 20
_LARGEST: Final = 1e9
_YEARS: Final = range(2000, 2100)
_Key = TypeVar("_Key")


class Quote(NamedTuple):
    """A line of the file; `gpu` in small letters."""

    day: date
    gpu: str
    provider: str
    kind: str
    price: float
    line: int


@dataclass(frozen=True)
class Quotes:
    """What is fitted: one quote a month of every series.

    Parameters
    ----------
    name : of the file.
    first : year and month of month 0.
    gpus : types, the one with the most months first.
    providers : (provider, kind), the one with the most months first.
    month, gpu, provider : int64[n], positions.
    log_price : float64[n].
    line : int64[n], in the file.
    n_read : quotes of the file, `n_repeated` of them more than one on a day.
    """

    name: str
    first: tuple[int, int]
    gpus: tuple[str, ...]
    providers: tuple[tuple[str, str], ...]
    month: Integers
    gpu: Integers
    provider: Integers
    log_price: Floats
    line: Integers
    n_read: int
    n_repeated: int

    @property
    def n_months(self) -> int:
        """From the first to the last, those without a quote included."""
        return int(self.month.max()) + 1

    @property
    def n_quoted(self) -> int:
        """Months with a quote."""
        return len(np.unique(self.month))

    def name_of(self, month: int) -> str:
        """A month of the calendar, ``2025-06``."""
        years, index = divmod(self.first[1] - 1 + month, MONTHS_PER_YEAR)
        return f"{self.first[0] + years}-{index + 1:02d}"

    def position(self, day: date) -> int | None:
        """The month of a date; None: before the first or after the last."""
        month = _count(day) - (self.first[0] * MONTHS_PER_YEAR + self.first[1] - 1)
        return month if 0 <= month < self.n_months else None

    def number_of(self, gpu: str) -> int:
        """Quotes of a type."""
        return int((self.gpu == self.gpus.index(gpu)).sum()) if gpu in self.gpus else 0

    def kept(self, rows: NDArray[np.bool_]) -> "Quotes":
        """Those rows alone, of the same months."""
        return replace(
            self,
            month=self.month[rows],
            gpu=self.gpu[rows],
            provider=self.provider[rows],
            log_price=self.log_price[rows],
            line=self.line[rows],
        )


def read(text: str, name: str) -> list[Quote]:
    """Read a file's quotes.

    Raises
    ------
    UsageError : with every line that cannot be read, or no quotes at all.
    """
    rows = _rows(text, name)
    _, cells = next(rows, (1, []))
    header = [cell.strip().lower() for cell in cells]
    if missing := [key for key in COLUMNS if key not in header and key not in _OPTIONAL]:
        raise UsageError(
            f"{name}:1: no column {', '.join(missing)}: the first line names {','.join(COLUMNS)}"
        )
    place: dict[str, int] = {key: header.index(key) for key in COLUMNS if key in header}
    quotes, wrong = [], []
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            try:
                quotes.append(_quote(cells, place, line))
            except ValueError as error:
                wrong.append(f"{name}:{line}: {error}")
    if wrong:
        more = [f"and {len(wrong) - _MOST_TOLD} further lines"] * (len(wrong) > _MOST_TOLD)
        raise UsageError("\n".join([*wrong[:_MOST_TOLD], *more]))
    if not quotes:
        raise UsageError(f"{name}: holds no quotes")
    return quotes


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Every row, with the number of its line.

    Raises
    ------
    UsageError : text that is no CSV.
    """
    rows = csv.reader(io.StringIO(text, newline=None))
    try:
        for cells in rows:
            yield rows.line_num, cells
    except csv.Error as error:
        raise UsageError(f"{name}:{rows.line_num}: is no CSV: {error}") from None


def _quote(cells: Sequence[str], place: dict[str, int], line: int) -> Quote:
    """One line.

    Raises
    ------
    ValueError : which cell is wrong, and what is expected there.
    """
    if len(cells) <= max(place.values()):
        raise ValueError(f"{len(cells)} cells, {max(place.values()) + 1} are expected")
    found = {key: cells[at].strip() for key, at in place.items()}
    try:
        day = date.fromisoformat(found["date"])
    except ValueError:
        wrong = f"{found['date']!r} is no date such as 2025-06-30{date_hint(found['date'])}"
        raise ValueError(f"date: {wrong}") from None
    if day.year not in _YEARS:
        raise ValueError(f"date: {found['date']} is outside {_YEARS[0]} to {_YEARS[-1]}")
    try:
        price = float(found["price"])
    except ValueError:
        raise ValueError(f"price: {found['price']!r} is no number such as 2.35") from None
    if not 0.0 < price <= _LARGEST:
        raise ValueError(f"price: {found['price']} is not above 0 and finite")
    if not found["gpu"]:
        raise ValueError("gpu: is empty")
    return Quote(
        day, found["gpu"].lower(), found.get("provider", ""), found.get("kind", ""), price, line
    )


def monthly(quotes: Iterable[Quote], name: str) -> Quotes:
    """The last quote of every series and month."""
    days: dict[tuple[str, tuple[str, str], date], list[Quote]] = {}
    for quote in quotes:
        days.setdefault((quote.gpu, (quote.provider, quote.kind), quote.day), []).append(quote)
    last: dict[tuple[str, tuple[str, str], int], list[Quote]] = {}
    for (gpu, provider, day), found in sorted(days.items(), key=lambda item: item[0]):
        last[gpu, provider, _count(day)] = found
    first = min(month for _, _, month in last)
    gpus = _by_number(gpu for gpu, _, _ in last)
    providers = _by_number(provider for _, provider, _ in last)
    years, index = divmod(first, MONTHS_PER_YEAR)
    return Quotes(
        name=name,
        first=(years, index + 1),
        gpus=gpus,
        providers=providers,
        month=np.array([month - first for _, _, month in last], dtype=np.int64),
        gpu=np.array([gpus.index(gpu) for gpu, _, _ in last], dtype=np.int64),
        provider=np.array([providers.index(it) for _, it, _ in last], dtype=np.int64),
        log_price=np.array([math.log(median(q.price for q in it)) for it in last.values()]),
        line=np.array([it[-1].line for it in last.values()], dtype=np.int64),
        n_read=sum(map(len, days.values())),
        n_repeated=sum(len(it) for it in days.values() if len(it) > 1),
    )


def _count(day: date) -> int:
    return day.year * MONTHS_PER_YEAR + day.month - 1


def _by_number(keys: Iterable[_Key]) -> tuple[_Key, ...]:
    """Each once, the most frequent first, then as they come."""
    counted: dict[_Key, int] = {}
    for key in keys:
        counted[key] = counted.get(key, 0) + 1
    return tuple(sorted(counted, key=lambda key: -counted[key]))
