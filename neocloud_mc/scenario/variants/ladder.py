"""Which values of a number are tried: ``KEY=LO:HI:N``, ``KEY=LO:HI:N:log``, or ``KEY=LO:HI``.

Values are in the file's own unit; the ends of a month's range may be dates. Only the writing is
checked here; whether a scenario has such a key, and what it allows there, is asked of the scenario
(see `levers`).
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import Final

from neocloud_mc.errors import UsageError
from neocloud_mc.scenario import months, shape as shapes
from neocloud_mc.scenario.checks.dates import month_hint
from neocloud_mc.scenario.checks.wording import number, quoted

MOST_POINTS: Final = 1000
_DIGITS: Final = 12
"""Significant digits of a value between the ends, so that 0.1:0.5:5 holds 0.3 itself."""
_LONGEST_COUNT: Final = 20
_LADDER_FORM: Final = "KEY=LO:HI:N or KEY=LO:HI:N:log"
_INTERVAL_FORM: Final = "KEY=LO:HI"


@dataclass(frozen=True)
class Interval:
    """Where a value is looked for.

    Parameters
    ----------
    key : dotted, as the user wrote it.
    low, high : finite, low < high.
    """

    key: str
    low: float
    high: float


@dataclass(frozen=True)
class Ladder:
    """Values to try, ascending and distinct, at least one.

    Parameters
    ----------
    key : dotted, as the user wrote it.
    """

    key: str
    values: tuple[float, ...]


def parse(text: str, base: date | None = None) -> Ladder:
    """Read ``KEY=LO:HI:N``, N values at equal steps, or at equal ratios with ``:log``.

    N = 1 is LO alone.

    Parameters
    ----------
    base : date from which the ends of a month's range are counted where they are dates.

    Raises
    ------
    UsageError : one line that says what is wrong with which part.
    """
    key, parts = _parted(text, _LADDER_FORM)
    if len(parts) not in (3, 4):
        raise _error(text, f"{_LADDER_FORM} is expected")
    low, high = _ends(text, key, parts[:2], base)
    n = _count(text, parts[2])
    is_log = len(parts) == 4
    if is_log and parts[3] != "log":
        raise _error(text, f"{quoted(parts[3])} is not log")
    if n > 1 or low > high:
        _ascending(text, low, high)
    if is_log and low <= 0:
        raise _error(text, f"log needs ends above 0, found {number(min(low, high))}")
    return Ladder(key, _steps(low, high, n, is_log=is_log))


def parse_interval(text: str, base: date | None = None) -> Interval:
    """Read ``KEY=LO:HI``.

    Parameters
    ----------
    base : as in `parse`.

    Raises
    ------
    UsageError : one line that says what is wrong with which part.
    """
    key, parts = _parted(text, _INTERVAL_FORM)
    if len(parts) != 2:
        raise _error(text, f"{_INTERVAL_FORM} is expected")
    low, high = _ends(text, key, parts, base)
    _ascending(text, low, high)
    return Interval(key, low, high)


def spread(low: float, high: float, n: int) -> tuple[float, ...]:
    """N values at equal steps from one end to the other, both among them; low < high, n > 1."""
    return _steps(low, high, n, is_log=False)


def _parted(text: str, form: str) -> tuple[str, list[str]]:
    key, equals, values = text.partition("=")
    if not equals or not key.strip():
        raise _error(text, f"{form} is expected")
    return key.strip(), [part.strip() for part in values.split(":")]


def _ends(text: str, key: str, parts: list[str], base: date | None) -> list[float]:
    """The ends of a range; of a month they may be dates."""
    is_month = months.is_month(shapes.at(tuple(key.split("."))))
    counted = [months.count(part, base) if is_month else None for part in parts]
    return [
        float(month) if month is not None else _finite(text, part, _meant(part) if is_month else "")
        for part, month in zip(parts, counted, strict=True)
    ]


def _meant(part: str) -> str:
    return "" if months.DATE.fullmatch(part) else month_hint(part)


def _finite(text: str, part: str, hint: str = "") -> float:
    if not part:
        raise _error(text, "an end is missing")
    try:
        value = float(part) if part.isascii() else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _error(text, f"{quoted(part)} is not a finite number{hint}")
    return value + 0.0


def _count(text: str, part: str) -> int:
    try:
        n = int(part) if part.isascii() and len(part) <= _LONGEST_COUNT else 0
    except ValueError:
        raise _error(text, f"{quoted(part)} is not a number of values") from None
    if not 1 <= n <= MOST_POINTS:
        raise _error(text, f"{part[:_LONGEST_COUNT]} values are outside 1 to {MOST_POINTS}")
    return n


def _ascending(text: str, low: float, high: float) -> None:
    if low > high:
        raise _error(text, f"{number(low)} to {number(high)} is empty: write the lower end first")
    if low == high:
        raise _error(text, f"{number(low)} to {number(high)} is empty: the ends are equal")


def _steps(low: float, high: float, n: int, *, is_log: bool) -> tuple[float, ...]:
    if n == 1:
        return (low,)
    shares = [step / (n - 1) for step in range(n)]
    if is_log:
        a, b = math.log(low), math.log(high)
        inner = [_rounded(math.exp(a * (1 - share) + b * share)) for share in shares[1:-1]]
    else:
        inner = [_rounded(low * (1 - share) + high * share) for share in shares[1:-1]]
    return tuple(sorted({low, high, *(min(max(value, low), high) for value in inner)}))


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}") + 0.0


def _error(text: str, why: str) -> UsageError:
    return UsageError(f"--vary {_one_line(text)}: {why}")


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
