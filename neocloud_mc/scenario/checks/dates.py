"""What date an author may have meant: `30.06.2025`, `06/30/2025`, `2025/06/30`, `June 30, 2025`.

Nothing here is ever read as a value of a scenario; it is what a message suggests. Where day and
month may change places, as in `03/04/2025`, both are told; behind points the day comes first.
"""

import calendar
import re
from collections.abc import Iterator
from typing import Final

_LONGEST: Final = 40
_TIME: Final = re.compile(r"(?:T|\s+)[0-9]{1,2}:.*")
_DIGITS: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_GAP: Final = re.compile(r"\s*[-/.,\s]\s*")
_DAY: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
_MONTHS: Final = {
    written.lower(): number
    for names in (calendar.month_abbr, calendar.month_name)
    for number, written in enumerate(names)
    if written
} | {"sept": 9}
_YEAR: Final = re.compile(r"(?:19|20|21)[0-9]{2}")


def date_hint(text: str) -> str:
    """The end of a message about a text that is no date; empty if none can be meant.

    >>> [date_hint(text) for text in ("30.06.2025", "06/30/2025", "2025/06/30", "June 30, 2025")]
    [' (did you mean 2025-06-30?)', ' (did you mean 2025-06-30?)', \
' (did you mean 2025-06-30?)', ' (did you mean 2025-06-30?)']
    >>> date_hint("03/04/2025"), date_hint("2025-06"), date_hint("soon")
    (' (did you mean 2025-04-03 or 2025-03-04?)', ' (did you mean 2025-06-30?)', '')
    """
    dates = [(year, month, day or _last(year, month)) for year, month, day in _readings(text)]
    return _hint(f"{y}-{m:02d}-{d:02d}" for y, m, d in dates if d <= _last(y, m))


def month_hint(text: str) -> str:
    """The end of a message about a text that is no month; empty if none can be meant.

    >>> [month_hint(text) for text in ("12/2026", "31.12.2026", "Dec 2026", "2026-1")]
    [' (did you mean 2026-12?)', ' (did you mean 2026-12?)', \
' (did you mean 2026-12?)', ' (did you mean 2026-01?)']
    """
    return _hint(f"{year}-{month:02d}" for year, month, _ in _readings(text))


def _hint(dates: Iterator[str]) -> str:
    told = " or ".join(dict.fromkeys(dates))
    return f" (did you mean {told}?)" if told else ""


def _last(year: int, month: int) -> int:
    """The last day of a month."""
    return calendar.monthrange(year, month)[1]


def _readings(text: str) -> Iterator[tuple[int, int, int]]:
    """Years, months and days that a text may mean, the likeliest first; day 0: none is given."""
    plain = _TIME.sub("", text.strip())
    if len(plain) > _LONGEST:
        return
    found = _DIGITS.fullmatch(plain)
    parts = list(found.groups()) if found else _GAP.split(plain.lower())
    if not 2 <= len(parts) <= 3:
        return
    *others, last = parts
    if _YEAR.fullmatch(last):
        orders = [(last, *reversed(others))]
        orders += [(last, *others)] if "." not in plain else []
    else:
        orders = [tuple(parts)]
    for year, month, *days in orders:
        number, day = _month(month), _day(*days)
        if _YEAR.fullmatch(year) and number and day is not None:
            yield int(year), number, day


def _month(text: str) -> int:
    """The number of a month, by digits or by name; 0: it is none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0
    return _MONTHS.get(text, number if number <= 12 else 0)


def _day(text: str = "") -> int | None:
    """The day, 0 where none is given; None: it is none."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None if text else 0
    return int(found[1]) if 1 <= int(found[1]) <= 31 else None
