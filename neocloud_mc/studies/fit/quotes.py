"""Quotes by month, in any order, with gaps.

A month of a series (a type of GPU at a provider, of a kind such as spot or list) is its last quote;
of several of that day it is the median. Weeks are left out on purpose: the model's month is what
is fitted, and a list that is read daily says no more than one that is read monthly.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.quantities import MONTHS_PER_YEAR
from neocloud_mc.results.book import Floats
from neocloud_mc.studies.fit.reading import Quote

Integers = NDArray[np.int64]
_Key = TypeVar("_Key")


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

    def median(self, gpu: str) -> float:
        """Of the quotes of a type, in their unit."""
        return math.exp(float(np.median(self.log_price[self.gpu == self.gpus.index(gpu)])))

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
