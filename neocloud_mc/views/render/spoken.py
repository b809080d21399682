"""A measure as it is spoken of where only its name is known: its number, and changes of it."""

from typing import Final

from neocloud_mc.notation import plural
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import kind
from neocloud_mc.views.render.numbers import (
    Number,
    basis_points,
    in_usd,
    loss_rate,
    number,
    percent,
    signed,
    signed_usd,
    usd,
)

_OF_MONEY: Final = ".lgd"
"""Ends the name of a share that is of money, not of paths."""


def value(name: str, estimate: Estimate) -> Number:
    """The number with its interval, as `run` shows it."""
    match kind(name):
        case "share":
            return loss_rate(estimate) if name.endswith(_OF_MONEY) else percent(estimate)
        case "rate":
            return basis_points(estimate)
        case "usd":
            return usd(estimate)
        case _:
            return number(estimate)


def bare(name: str, estimate: Estimate) -> Number:
    """The number alone."""
    return value(name, estimate).bare()


def exact(name: str, number: float) -> str:
    """A number that is given, not sampled."""
    match kind(name):
        case "share":
            return f"{100 * number:.6g}%"
        case "rate":
            return f"{1e4 * number:.6g} bp"
        case "usd":
            return in_usd(number)
        case "months":
            return f"{number:.6g} {plural(number, 'month')}"
        case _:
            return f"{number:.6g}"


def change(name: str, estimate: Estimate) -> Number:
    """A change with its interval and its sign; 0 alone where there can be none."""
    if estimate.value == 0.0 and estimate.low == estimate.high == 0.0:
        return Number("0")
    match kind(name):
        case "share":
            return signed(estimate, 100.0)
        case "rate":
            return signed(estimate, 1e4, fewest=0)
        case "usd":
            return signed_usd(estimate)
        case _:
            return signed(estimate, 1.0)


def unit(name: str) -> str:
    """The unit of the number, for a header, where the number does not carry it; else nothing."""
    return {"rate": ", bp", "months": ", months"}.get(kind(name), "")


def unit_of_change(name: str) -> str:
    """The unit of a change, for a header."""
    return {"share": ", points", "rate": ", bp", "months": ", months"}.get(kind(name), "")
