"""Numbers as credit people write them: per cent, basis points, dollars; rounded by their error.

``±`` is the larger side of the 95% interval. A `Number` stands alone as its own error asks; in a
table all of a kind in a column get one unit and one count of decimals (see `digits`): what would
be shown as 0 is then under the least that the column shows, ``<0.1%``, and a half-width is at least
that. A bound is rounded outwards. So ``<`` means one thing, whether nothing was seen or too little
to show: the whole interval lies below. No money at all is ``$0`` in every unit.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, NamedTuple, Self, TypeAlias

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.views.render.digits import (
    decimals_of,
    downwards,
    half_width,
    is_unseen,
    significant,
    upwards,
    usd_column_unit,
    usd_unit,
)

UNDEFINED: Final = "–"
NO_INTERVAL: Final = "±?"
PLUS_MINUS: Final = "± is the larger side of a 95% interval for sampling error alone"


@dataclass(frozen=True)
class Form:
    """How a kind of number is written.

    Parameters
    ----------
    scale : of the number in its unit; of money it follows from the size.
    fewest : decimals at least, where there is an interval.
    top : what it can be at most, in its unit.
    idle : an upper bound from which on it says nothing, in its unit.
    is_bare : without its interval.
    """

    name: str
    scale: float = 1.0
    fewest: int = 0
    before: str = ""
    after: str = ""
    top: float = float("inf")
    idle: float = float("inf")
    is_signed: bool = False
    is_bare: bool = False


PERCENT: Final = Form("share", 100.0, fewest=1, after="%", top=100.0)
LOSS_RATE: Final = Form("loss rate", 100.0, fewest=1, after="%")
BASIS_POINTS: Final = Form("basis points", 1e4, idle=1e4)
PLAIN: Final = Form("number", fewest=1)
USD: Final = Form("money", before="$")
AMOUNT: Final = Form("amount", before="$", is_bare=True)


class Sampled(NamedTuple):
    """A number that is to be written in some form."""

    estimate: Estimate
    form: Form


Part: TypeAlias = "str | Sampled"


class Number(str):
    """A cell of numbers, and of text between them, whose digits its column decides.

    Parameters
    ----------
    dress : what becomes of the text in its column, such as an alarm.
    """

    parts: tuple[Part, ...]
    dress: Callable[[str], str]

    def __new__(cls, *parts: Part, dress: Callable[[str], str] = str) -> Self:
        """The text that it has alone."""
        number = super().__new__(cls, _written(parts, _shown_in([parts])))
        number.parts = parts
        number.dress = dress
        return number

    def bare(self) -> "Number":
        """The same without intervals."""
        return Number(*map(_bare, self.parts), dress=self.dress)

    def dressed(self, dress: Callable[[str], str], before: str = "", after: str = "") -> "Number":
        """The same among text, dressed otherwise."""
        parts = [part for part in (before, *self.parts, after) if part != ""]
        return Number(*parts, dress=dress)


def level(column: Sequence[str]) -> list[str]:
    """A column of cells whose numbers have the unit and the decimals of their kind."""
    numbers = [cell for cell in column if isinstance(cell, Number)]
    shown = _shown_in([cell.parts for cell in numbers])
    return [
        cell.dress(_written(cell.parts, shown)) if isinstance(cell, Number) else cell
        for cell in column
    ]


def percent(estimate: Estimate) -> Number:
    """A share of 1: ``32.1% ±0.1``; where nothing, or nothing else, was seen, ``<0.0004%``."""
    return Number(Sampled(estimate, PERCENT))


def in_percent(estimate: Estimate) -> Number:
    """The same where the sign stands above: ``32.1 ±0.1``."""
    return Number(Sampled(estimate, replace(PERCENT, name="per cent", after="")))


def loss_rate(estimate: Estimate) -> Number:
    """A share of money lost: all of it is 100%, which needs no count of paths to be seen."""
    return Number(Sampled(estimate, LOSS_RATE))


def basis_points(estimate: Estimate) -> Number:
    """A rate: ``245 ±3``, in hundredths of a per cent; the unit stands in the header."""
    return Number(Sampled(estimate, BASIS_POINTS))


def in_basis_points(rate: float) -> str:
    """A rate that is not sampled."""
    return f"{1e4 * rate:,.0f}".replace("-", "−")


def number(estimate: Estimate) -> Number:
    """A plain number: ``7.3 ±0.1``."""
    return Number(Sampled(estimate, PLAIN))


def usd(estimate: Estimate) -> Number:
    """Money: ``$1.23bn ±0.01``."""
    return Number(Sampled(estimate, USD))


def in_usd(amount: float) -> str:
    """Money that is not sampled: ``$11.2bn``."""
    scale, unit = usd_unit(abs(amount))
    return f"${significant(amount / scale, 3)}{unit}"


def amount(usd: float) -> Number:
    """The same in a column, in a unit that suits its smallest as well."""
    return Number(Sampled(Estimate(usd, usd, usd), AMOUNT))


def signed(estimate: Estimate, scale: float, *, fewest: int = 1) -> Number:
    """A change in some unit, which is 1/`scale` of the measure's: ``+3.2 ±0.1``."""
    return Number(Sampled(estimate, Form("change", scale, fewest, is_signed=True)))


def signed_usd(estimate: Estimate) -> Number:
    """A change of an amount: ``−$1.23bn ±0.01``."""
    return Number(Sampled(estimate, replace(USD, is_signed=True)))


def median_and_range(low: Estimate, median: Estimate, high: Estimate, *, name: str = "") -> Number:
    """Three quantiles: ``1.85 (0.92–3.40)``.

    Parameters
    ----------
    name : of what they are, where a column holds numbers of several sizes.
    """
    if median.value is None or low.value is None or high.value is None:
        return Number(UNDEFINED)
    form = Form(f"quantiles {name}", is_bare=True)
    middle, least, most = (Sampled(one, form) for one in (median, low, high))
    return Number(middle, " (", least, "–", most, ")")


def bounds(estimate: Estimate) -> str:
    """The interval of a bare number, rounded outwards: ``0.2967 to 0.3003``."""
    if estimate.low is None or estimate.high is None:
        return UNDEFINED
    low, high = _rounded(estimate.low, ROUND_FLOOR), _rounded(estimate.high, ROUND_CEILING)
    return f"{low:.4g} to {high:.4g}"


def bare(value: float | None) -> str:
    """A bare number, in the unit of the JSON result."""
    return UNDEFINED if value is None else f"{value:.4g}"


class _Shown(NamedTuple):
    """How the numbers of one form in a column are shown."""

    form: Form
    decimals: int


def _shown_in(cells: Iterable[Sequence[Part]]) -> dict[Form, _Shown]:
    """How each form of number is shown in cells that stand in a column."""
    kinds: dict[Form, list[Estimate]] = {}
    for parts in cells:
        for part in parts:
            if isinstance(part, Sampled):
                kinds.setdefault(part.form, []).append(part.estimate)
    return {form: _shown(form, estimates) for form, estimates in kinds.items()}


def _shown(form: Form, estimates: Iterable[Estimate]) -> _Shown:
    known = [e for e in estimates if e.value is not None]
    sizes = sorted(size for e in known if (size := max(abs(e.value or 0.0), e.high or 0.0)))
    if form.before == USD.before and sizes:
        usual = sizes[0] / 10.0 if form == AMOUNT else sizes[len(sizes) // 3]
        scale, unit = usd_column_unit(usual, sizes[-1])
        form = replace(form, scale=1.0 / scale, after=unit)
    scaled = [_scaled(e, form.scale) for e in known]
    return _Shown(form, decimals_of(scaled, form.fewest, form.top))


def _written(parts: Iterable[Part], shown: dict[Form, _Shown]) -> str:
    return "".join(
        part if isinstance(part, str) else _text(part.estimate, *shown[part.form]) for part in parts
    )


def _bare(part: Part) -> Part:
    if isinstance(part, str):
        return part
    return Sampled(part.estimate, replace(part.form, is_bare=True))


def _text(estimate: Estimate, form: Form, decimals: int) -> str:
    """A number as its column shows it."""
    if estimate.value is None:
        return UNDEFINED
    found = _scaled(estimate, form.scale)
    half, step = half_width(found), 10.0**-decimals
    if found.value == 0.0 and form.before and not half:
        form, decimals = replace(form, after=""), 0
    digits = f"{abs(found.value or 0.0):,.{decimals}f}"
    is_nothing = not any(digit in digits for digit in "123456789")
    if bound := _bound(found, form, decimals, is_nothing=is_nothing):
        return bound
    if is_nothing and form.is_signed and half is not None and half < step / 2:
        return "0"
    negative = "−" if (found.value or 0.0) < 0.0 else "+" if form.is_signed else ""
    written = f"{'' if is_nothing else negative}{form.before}{digits}{form.after}"
    if form.is_bare:
        return written
    if half is None:
        return UNDEFINED if is_nothing else f"{written} {NO_INTERVAL}"
    return f"{written} ±{max(half, step):,.{decimals}f}" if half else f"{written} ±0"


def _bound(found: Estimate, form: Form, decimals: int, *, is_nothing: bool) -> str:
    """What a number is under or over, where that is all that can be shown; else nothing."""
    sign, bound = "<", None
    if is_unseen(found, form.top) and found.low is not None and found.high is not None:
        is_under = found.value == 0.0
        if is_under and found.high > form.idle:
            return UNDEFINED
        sign = "<" if is_under else ">"
        bound = upwards(found.high, decimals) if is_under else downwards(found.low, decimals)
    elif is_nothing and not form.is_signed:
        step = Decimal(1).scaleb(-decimals)
        most = (found.value or 0.0) + (half_width(found) or 0.0)
        bound = step if 0.0 < most <= step else None
    return "" if bound is None else f"{sign}{form.before}{bound:,f}{form.after}"


def _scaled(estimate: Estimate, scale: float) -> Estimate:
    low, value, high = (
        None if one is None else one * scale
        for one in (estimate.low, estimate.value, estimate.high)
    )
    return Estimate(value, low, high)


def _rounded(value: float, rounding: str) -> float:
    """To four digits."""
    if value == 0.0:
        return value
    exact = Decimal(repr(value))
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - 3), rounding))
