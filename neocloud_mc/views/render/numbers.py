"""Numbers as credit people write them: per cent, basis points, dollars; rounded by their error.

A value has as many decimals as its half-width, which has the fewest that show it to a quarter of
itself; ``±`` is the larger side of the 95% interval. A bound that stands alone is rounded outwards.
"""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from neocloud_mc.results.intervals import Estimate

UNDEFINED: Final = "–"
NO_INTERVAL: Final = "±?"

_MOST_DECIMALS: Final = 6
_MOST_DECIMALS_OF_BOUNDS: Final = 20
_ROUNDS_UP: Final = 1.0 / 0.9995
"""What rounds to 1,000 of a unit in three digits is 1 of the next."""
_USD_UNITS: Final = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def percent(estimate: Estimate) -> str:
    """A share of 1: ``32.1% ±0.1``; where nothing, or nothing else, was seen, ``<0.0004%``."""
    if estimate.value == 1.0 and estimate.low is not None and estimate.low < 1.0:
        return f">{_least(100.0 * estimate.low, up_to=100.0)}%"
    return _with_interval(estimate, 100.0, fewest=1, after="%")


def loss_rate(estimate: Estimate) -> str:
    """A share of money lost: all of it is 100%, which needs no count of paths to be seen."""
    return "100%" if estimate.value == 1.0 else percent(estimate)


def basis_points(estimate: Estimate) -> str:
    """A rate: ``245 ±3``, in hundredths of a per cent; the unit stands in the header."""
    return _with_interval(estimate, 1e4)


def in_basis_points(rate: float) -> str:
    """A rate that is not sampled."""
    return f"{1e4 * rate:,.0f}"


def number(estimate: Estimate) -> str:
    """A plain number: ``7.3 ±0.1``."""
    return _with_interval(estimate, 1.0, fewest=1)


def usd(estimate: Estimate) -> str:
    """Money: ``$1.23bn ±0.01``."""
    size = max(abs(estimate.value or 0.0), estimate.high or 0.0)
    scale, unit = _usd_unit(size)
    return _with_interval(estimate, 1.0 / scale, before="$", after=unit)


def in_usd(amount: float) -> str:
    """Money that is not sampled: ``$11.2bn``."""
    scale, unit = _usd_unit(abs(amount))
    return f"${_significant(amount / scale, 3)}{unit}"


def signed(estimate: Estimate, scale: float, *, fewest: int = 1) -> str:
    """A change in some unit, which is 1/`scale` of the measure's: ``+3.2 ±0.1``."""
    return _with_sign(_with_interval(_unsigned(estimate), scale, fewest=fewest), estimate)


def signed_usd(estimate: Estimate) -> str:
    """A change of an amount: ``−$1.23bn ±0.01``."""
    return _with_sign(usd(_unsigned(estimate)), estimate)


def median_and_range(low: Estimate, median: Estimate, high: Estimate) -> str:
    """Three quantiles: ``1.85 (0.92–3.40)``."""
    values = [low.value, median.value, high.value]
    low_text, middle, high_text = (UNDEFINED if v is None else _significant(v, 3) for v in values)
    return f"{middle} ({low_text}–{high_text})"


def bounds(estimate: Estimate) -> str:
    """The interval of a bare number, rounded outwards: ``0.2967 to 0.3003``."""
    if estimate.low is None or estimate.high is None:
        return UNDEFINED
    low, high = _rounded(estimate.low, ROUND_FLOOR), _rounded(estimate.high, ROUND_CEILING)
    return f"{low:.4g} to {high:.4g}"


def bare(value: float | None) -> str:
    """A bare number, in the unit of the JSON result."""
    return UNDEFINED if value is None else f"{value:.4g}"


def _with_interval(
    estimate: Estimate, scale: float, *, fewest: int = 0, before: str = "", after: str = ""
) -> str:
    if estimate.value is None:
        return UNDEFINED
    value = estimate.value * scale
    if value == 0.0 and estimate.low == 0.0 and estimate.high:
        return f"<{before}{_most(scale * estimate.high)}{after}"
    if estimate.low is None or estimate.high is None:
        return f"{before}{_significant(value, 2)}{after} {NO_INTERVAL}"
    half_width = scale * max(estimate.high - estimate.value, estimate.value - estimate.low)
    if half_width == 0.0:
        return f"{before}{_significant(value, 3)}{after} ±0"
    decimals = _decimals(half_width, fewest)
    return f"{before}{value:,.{decimals}f}{after} ±{half_width:,.{decimals}f}"


def _unsigned(estimate: Estimate) -> Estimate:
    """The estimate, or its mirror image above 0."""
    if estimate.value is None or estimate.value >= 0.0:
        return estimate
    if estimate.low is None or estimate.high is None:
        return Estimate(-estimate.value, note=estimate.note)
    return Estimate(-estimate.value, -estimate.high, -estimate.low)


def _with_sign(text: str, estimate: Estimate) -> str:
    """The text with the sign of the estimate, unless what is shown is 0."""
    is_zero = not any(digit in text.partition(" ±")[0] for digit in "123456789")
    if is_zero or estimate.value is None:
        return text
    return ("−" if estimate.value < 0.0 else "+") + text


def _decimals(half_width: float, fewest: int) -> int:
    """The fewest decimals that show the half-width to a quarter of itself."""
    for decimals in range(fewest, _MOST_DECIMALS):
        if abs(round(half_width, decimals) - half_width) <= half_width / 4:
            return decimals
    return _MOST_DECIMALS


def _most(bound: float) -> str:
    """An upper bound, rounded up, to a quarter of itself."""
    return _outwards(bound, bound, ROUND_CEILING)


def _least(bound: float, up_to: float) -> str:
    """A lower bound of what is at most so much, rounded down, its distance to a quarter."""
    return _outwards(bound, up_to - bound, ROUND_FLOOR)


def _outwards(bound: float, size: float, rounding: str) -> str:
    """With the fewest decimals that move the bound by at most a quarter of a size."""
    exact = Decimal(repr(bound))
    for decimals in range(_MOST_DECIMALS_OF_BOUNDS):
        shown = exact.quantize(Decimal(1).scaleb(-decimals), rounding)
        if abs(float(shown - exact)) <= size / 4:
            break
    return f"{shown:,f}"


def _rounded(value: float, rounding: str) -> float:
    """To four digits."""
    if value == 0.0:
        return value
    exact = Decimal(repr(value))
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - 3), rounding))


def _significant(value: float, digits: int) -> str:
    if value == 0.0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    decimals = digits - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(0, decimals)}f}"


def _usd_unit(size: float) -> tuple[float, str]:
    shown = size * _ROUNDS_UP
    return next(((scale, unit) for scale, unit in _USD_UNITS if shown >= scale), (1.0, ""))
