"""Numbers as credit people write them: per cent, basis points, dollars; rounded by their error.

As many digits are shown as the interval supports. ``±`` is the larger side of the 95% interval.
"""

import math
from typing import Final

from neocloud_mc.results.intervals import Estimate

UNDEFINED: Final = "–"
NO_INTERVAL: Final = "±?"

_MOST_DECIMALS: Final = 6
_USD_UNITS: Final = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def percent(estimate: Estimate) -> str:
    """A share of 1: ``32.1% ±0.1``; where nothing, or nothing else, was seen, ``<0.0004%``."""
    if estimate.value == 0.0 and estimate.high:
        return f"<{_significant(100 * estimate.high, 1)}%"
    if estimate.value == 1.0 and estimate.low:
        return f">{100.0 - float(_significant(100 * (1.0 - estimate.low), 1)):g}%"
    return _with_interval(estimate, 100.0, fewest=1, after="%")


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
    """The interval of a bare number: ``0.2967 to 0.3003``."""
    if estimate.low is None or estimate.high is None:
        return UNDEFINED
    return f"{estimate.low:.4g} to {estimate.high:.4g}"


def bare(value: float | None) -> str:
    """A bare number, in the unit of the JSON result."""
    return UNDEFINED if value is None else f"{value:.4g}"


def _with_interval(
    estimate: Estimate, scale: float, *, fewest: int = 0, before: str = "", after: str = ""
) -> str:
    if estimate.value is None:
        return UNDEFINED
    value = estimate.value * scale
    if estimate.low is None or estimate.high is None:
        return f"{before}{_significant(value, 2)}{after} {NO_INTERVAL}"
    reach = scale * max(estimate.high - estimate.value, estimate.value - estimate.low)
    decimals = _decimals(reach, fewest)
    return f"{before}{value:,.{decimals}f}{after} ±{reach:,.{decimals}f}"


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


def _decimals(reach: float, fewest: int) -> int:
    """The fewest decimals that show the reach to a quarter of itself."""
    for decimals in range(fewest, _MOST_DECIMALS):
        if abs(round(reach, decimals) - reach) <= reach / 4:
            return decimals
    return _MOST_DECIMALS


def _significant(value: float, digits: int) -> str:
    if value == 0.0:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, decimals):,.{max(0, decimals)}f}"


def _usd_unit(size: float) -> tuple[float, str]:
    return next(((scale, unit) for scale, unit in _USD_UNITS if size >= scale), (1.0, ""))
