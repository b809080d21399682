"""How many decimals numbers get: one count for all that stand in a column, set by their error.

They are the fewest that show the half-width of the column's median number to a quarter of itself,
but never more than two digits of its largest half-width. Where nothing has a half-width, the bounds
of what was not seen decide, and where there are none, two or three digits of the median number.
"""

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from statistics import median_high
from typing import Final

from neocloud_mc.results.intervals import Estimate

_MOST: Final = 6
_MOST_OF_BOUNDS: Final = 20
_ROUNDS_UP: Final = 1.0 / 0.9995
"""What rounds to 1,000 of a unit in three digits is 1 of the next."""
_USD_UNITS: Final = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))
_LONGEST_IN: Final = {"": 1e4, "k": 1e7, "m": 1e11, "bn": math.inf}
"""What the largest amount of a column stays under, USD, by its unit: four digits before the point.

Millions may have five, for balance sheets are written in them, and in billions what a small loan
loses would not be seen.
"""


def decimals_of(column: Sequence[Estimate], fewest: int, top: float) -> int:
    """Decimals for the numbers of a column, in the unit in which they are shown.

    Parameters
    ----------
    fewest : decimals where some number has a half-width.
    top : what a number can be at most, for the bounds of what was always seen.
    """
    halves = [half for e in column if not is_unseen(e, top) and (half := half_width(e))]
    if halves:
        most = 1 - math.floor(math.log10(max(halves)))
        return max(fewest, min(_to_a_quarter(median_high(halves), fewest), most))
    bounds = [
        (e.high, e.high) if e.value == 0.0 else (e.low, top - e.low)
        for e in column
        if is_unseen(e, top) and e.low is not None and e.high is not None
    ]
    if bounds:
        return _outwards(*max(bounds, key=lambda pair: pair[1]))
    sizes = [abs(e.value) for e in column if e.value]
    digits = 3 if all(e.low is not None for e in column) else 2
    return significant_decimals(median_high(sizes), digits) if sizes else 0


def half_width(estimate: Estimate) -> float | None:
    """The larger side of the interval; None without one."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    return max(estimate.high - estimate.value, estimate.value - estimate.low)


def is_unseen(estimate: Estimate, top: float) -> bool:
    """Whether nothing, or nothing else, was seen: the number is at its end of the interval."""
    if estimate.low is None or estimate.high is None or estimate.low == estimate.high:
        return False
    return estimate.value == 0.0 == estimate.low or estimate.value == top == estimate.high


def upwards(bound: float, decimals: int) -> Decimal:
    """An upper bound, rounded up."""
    return _moved(bound, decimals, ROUND_CEILING)


def downwards(bound: float, decimals: int) -> Decimal:
    """A lower bound, rounded down."""
    return _moved(bound, decimals, ROUND_FLOOR)


def significant_decimals(value: float, digits: int) -> int:
    """The decimals that show so many digits of a value, at least 0."""
    if value == 0.0:
        return 0
    rounded = float(f"{value:.{digits - 1}e}")
    return max(0, digits - 1 - math.floor(math.log10(abs(rounded))))


def significant(value: float, digits: int) -> str:
    """A value to so many digits, in thousands with commas."""
    if value == 0.0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    return f"{rounded:,.{significant_decimals(value, digits)}f}"


def usd_unit(size: float) -> tuple[float, str]:
    """The unit in which an amount is shown, USD, and its sign."""
    shown = size * _ROUNDS_UP
    return next(((scale, unit) for scale, unit in _USD_UNITS if shown >= scale), (1.0, ""))


def usd_column_unit(usual: float, largest: float) -> tuple[float, str]:
    """The unit of a column of amounts, USD, and its sign: that of a usual one, or a greater one.

    Parameters
    ----------
    largest : the column's largest amount, which must read well in it.
    """
    scale, unit = usd_unit(usual)
    while largest * _ROUNDS_UP >= _LONGEST_IN[unit]:
        scale, unit = usd_unit(scale * 1e3)
    return scale, unit


def _to_a_quarter(half: float, fewest: int) -> int:
    """The fewest decimals that show a half-width to a quarter of itself."""
    for decimals in range(fewest, _MOST):
        if abs(round(half, decimals) - half) <= half / 4:
            return decimals
    return _MOST


def _outwards(bound: float, size: float) -> int:
    """The fewest decimals that move a bound by at most a quarter of a size."""
    rounded = downwards if bound > size else upwards
    for decimals in range(_MOST_OF_BOUNDS):
        if abs(float(rounded(bound, decimals) - Decimal(repr(bound)))) <= size / 4:
            return decimals
    return _MOST_OF_BOUNDS


def _moved(bound: float, decimals: int, rounding: str) -> Decimal:
    return Decimal(repr(bound)).quantize(Decimal(1).scaleb(-decimals), rounding)
