"""What a command line says of a measure: ``NAME op NUMBER``, the number in a unit if one likes.

    coreweave.pd.60 > 25%     coreweave.notes_2030.fair_spread > 400bp     portfolio.es.99 > $1.5bn

A number alone is in the measure's own unit: a fraction, a rate per year, dollars. One that the
measure cannot be is refused, for it is meant in another unit: a default probability of 50 is 50%.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from neocloud_mc.errors import UsageError
from neocloud_mc.notation import DECIMAL, WORTH, counted
from neocloud_mc.results.measures import Kind

_FORM: Final = re.compile(
    r"\s*(?P<name>[^\s<>=]+)\s*(?P<operator>>=|<=|==|[<>=])\s*(?P<number>[^\s<>=].*?)\s*", re.DOTALL
)
_PLAIN: Final = re.compile(DECIMAL)
_AMOUNT: Final = re.compile(
    rf"(?P<sign>[-+]?)(?P<dollar>\$?)\s*(?P<size>.*?)\s*(?P<unit>{'|'.join(WORTH)}|)"
)
_THOUSANDS: Final = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_DOLLAR: Final = "$"
_MONEY: Final = (_DOLLAR, "k", "m", "bn")
_FITTING: Final[Mapping[Kind, tuple[str, ...]]] = {
    "share": ("%",),
    "rate": ("%", "bp"),
    "usd": _MONEY,
    "price": _MONEY,
    "months": (),
    "level": (),
}
"""Units that fit what a measure is."""
_SPOKEN: Final[Mapping[Kind, str]] = {
    "share": "a share of 1",
    "rate": "a rate",
    "usd": "an amount in dollars",
    "price": "a price in dollars",
    "months": "a number of months",
    "level": "a plain number",
}
_EXAMPLES: Final[Mapping[Kind, str]] = {
    "share": "0.25 or 25%",
    "rate": "0.04 or 400bp",
    "usd": "1.5e9 or $1.5bn",
    "price": "2.5 or $2.50",
    "months": "12",
    "level": "0.5",
}
_MOST_PER_CENT: Final = 25.0
"""Rates above it are meant in basis points."""
_LONGEST_SHOWN: Final = 100


@dataclass(frozen=True)
class Expression:
    """A measure set beside a number, neither of them read yet.

    Parameters
    ----------
    says : what a message about it begins with: the option and its text.
    """

    says: str
    name: str
    operator: str
    number: str


def parse(option: str, text: str, operators: Collection[str], example: str) -> Expression:
    """Take an expression apart.

    Parameters
    ----------
    option : that it was given to, such as ``--fail-if``.
    operators : those of >, >=, <, <=, = that it may have.
    example : of a right one, for the message.

    Raises
    ------
    UsageError : it is none.
    """
    says = f"{option} {shown(text)}"
    match = _FORM.fullmatch(text)
    if match is None or match["operator"] not in operators:
        raise UsageError(f"{says}: write it like {example!r}")
    return Expression(says, match["name"], match["operator"], match["number"])


def amount(given: Expression, kind: Kind, months: int) -> float:
    """The number of an expression, in the own unit of a measure of that kind.

    Parameters
    ----------
    months : of the run.

    Raises
    ------
    UsageError : no finite number, a unit that does not fit, or nothing that the measure can be.
    """
    match = _AMOUNT.fullmatch(given.number)
    if match is None or _PLAIN.fullmatch(match["sign"] + match["size"]) is None:
        raise UsageError(f"{given.says}: {_no_number(given.number, kind)}")
    bare, unit = float(match["sign"] + match["size"]), match["unit"]
    for sign in filter(None, (match["dollar"], unit)):
        if sign not in _FITTING[kind]:
            raise UsageError(f"{given.says}: {given.name} is {_unfit(kind, sign)}")
    number = bare * WORTH.get(unit, 1.0)
    if not math.isfinite(number):
        raise UsageError(f"{given.says}: {shown(given.number)} is not a finite number")
    if why := _beyond(kind, number, months, has_unit=bool(unit)):
        raise UsageError(f"{given.says}: {why}")
    return number


def with_unit(kind: Kind, number: float) -> str:
    """A number as a command line would give it: ``368bp``, ``$1.5bn``."""
    match kind:
        case "share":
            return f"{number / WORTH['%']:.6g}%"
        case "rate":
            return f"{number / WORTH['bp']:.6g}bp"
        case "usd":
            unit = next((unit for unit in ("bn", "m", "k") if abs(number) >= WORTH[unit]), "")
            return f"{_DOLLAR}{number / WORTH.get(unit, 1.0):.6g}{unit}"
        case _:
            return f"{number:.6g}"


def shown(text: str) -> str:
    """A user's text for a message: quoted, on one line, not too long."""
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")


def _no_number(text: str, kind: Kind) -> str:
    """That a text is not a number, with what may be meant."""
    if _THOUSANDS.fullmatch(text):
        meant = text.replace(",", "_")
    elif _PLAIN.fullmatch(text.replace(",", ".")):
        meant = text.replace(",", ".")
    else:
        return f"{shown(text)} is not a number such as {_EXAMPLES[kind]}"
    return f"{shown(text)} is not a number (did you mean {meant}?)"


def _unfit(kind: Kind, unit: str) -> str:
    fitting = _FITTING[kind]
    with_units = f" (units: {', '.join(fitting)})" if fitting else ", without a unit"
    return f"{_SPOKEN[kind]}{with_units}: {unit} does not fit"


def _beyond(kind: Kind, number: float, months: int, *, has_unit: bool) -> str:
    """Why a measure of that kind cannot be the number, with the likely remedy; empty: it can."""
    if number < 0.0:
        return f"{_SPOKEN[kind]} is never below 0"
    if kind == "share" and number > 1.0:
        remedy = "" if has_unit or number > 100.0 else f" (did you mean {_as(number, '%')}?)"
        return f"a probability or a share lies between 0 and 1{remedy}"
    if kind == "rate" and number > 1.0 and not has_unit:
        unit = "bp" if number > _MOST_PER_CENT else "%"
        return (
            f"{number:g} is {100.0 * number:,.0f}% (did you mean {_as(number, unit)}?); "
            "above 1 write the unit"
        )
    if kind == "months" and number > months:
        return f"the run has {counted(months, 'month')}"
    return ""


def _as(number: float, unit: str) -> str:
    """A number with the unit in which it is meant: ``0.5 or 50%``."""
    return f"{WORTH[unit] * number:g} or {number:g}{unit}"
