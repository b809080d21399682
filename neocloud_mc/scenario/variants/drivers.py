"""What a sensitivity analysis moves: every assumption within its range.

An entry of `assumptions` is a driver: all figures that it covers move together, to the lows and to
the highs of its range. Without a range, and for figures that have neither source nor assumption, it
is ten per cent of the figure, and a figure at 0 stays where it is: that it did nothing is then no
finding. Figures with a source are facts: they stay, unless they are named.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.checks.wording import suggestion
from neocloud_mc.scenario.shape import Quantity
from neocloud_mc.scenario.sources import Entry, entries, range_of
from neocloud_mc.scenario.variants.levers import Variants
from neocloud_mc.scenario.yaml.tree import upwards

PARTS: Final = ("market", "gpus", "customers", "issuers")
_TENTH: Final = 0.1
_NO_WIDTH: Final = "in a range of no width"

Basis = Literal["range", "±10%"]
Side = Literal["low", "high"]
SIDES: Final[tuple[Side, Side]] = ("low", "high")


@dataclass(frozen=True)
class Figure:
    """A number of the scenario, and the ends to which it is moved; in the file's unit."""

    path: str
    value: float
    low: float
    high: float

    def at(self, side: Side) -> float:
        """One of the ends."""
        return self.low if side == "low" else self.high


@dataclass(frozen=True)
class Driver:
    """Figures that move together.

    Parameters
    ----------
    name : dotted, of the entry of `assumptions`, or of the figure that has none.
    unit : empty where the figures differ in it.
    basis : where the ends are from.
    relative : the range as shares of the figures, where it is given so.
    text : the reason given in the file; empty where there is none.
    """

    name: str
    figures: tuple[Figure, ...]
    unit: str
    basis: Basis
    relative: tuple[float, float] | None
    text: str

    def moved(self, side: Side) -> dict[str, float]:
        """Values by path at one end; empty where nothing moves."""
        return {f.path: f.at(side) for f in self.figures if f.at(side) != f.value}

    @property
    def why_still(self) -> str:
        """Why neither end moves anything; empty where one does."""
        if any(self.moved(side) for side in SIDES):
            return ""
        are_at_0 = all(figure.value == 0.0 for figure in self.figures)
        if self.basis == "range":
            return "at 0, in a range in per cent" if are_at_0 and self.relative else _NO_WIDTH
        if are_at_0:
            return "at 0 without a range"
        return "at an end of what is allowed, or infinite, without a range"


def drivers(
    resolved: Mapping[str, Any], variants: Variants, only: str | None = None
) -> list[Driver]:
    """The drivers of a merged scenario, in file order.

    Parameters
    ----------
    variants : of that scenario.
    only : a path; what lies elsewhere stays, and where nothing but facts lies there, they move.

    Raises
    ------
    UsageError : nothing can move at that path.
    """
    known = [entry for entry in entries(resolved) if entry.path.partition(".")[0] in PARTS]
    chosen = [entry for entry in known if only is None or _is_below(entry.path, only)]
    moving = [entry for entry in chosen if entry.kind != "source"] or (chosen if only else [])
    if only is not None and not moving:
        names = sorted({above for entry in known for above in upwards(entry.path)})
        raise UsageError(f"--only {only}: no figure lies there{suggestion(only, names)}")
    groups: dict[str, list[Entry]] = {}
    for entry in moving:
        groups.setdefault(_owner(entry, resolved.get("assumptions", {})), []).append(entry)
    found = (_driver(name, group, variants) for name, group in groups.items())
    if only is None:
        return list(found)
    return [replace(d, name=only) if _is_below(only, d.name) else d for d in found]


def _owner(entry: Entry, assumptions: Mapping[str, str]) -> str:
    """The entry of `assumptions` that covers a figure, or its own path."""
    if entry.kind != "assumption":
        return entry.path
    return next(name for name in upwards(entry.path) if name in assumptions)


def _driver(name: str, group: list[Entry], variants: Variants) -> Driver:
    text = group[0].text if group[0].kind == "assumption" else ""
    has_range = any(entry.low is not None for entry in group)
    given = range_of(text) if has_range else None
    units = {entry.unit for entry in group}
    return Driver(
        name,
        tuple(
            _figure(entry, variants.lever(entry.path).quantity, is_ranged=has_range)
            for entry in group
        ),
        units.pop() if len(units) == 1 else "",
        "range" if has_range else "±10%",
        given[:2] if given and given[2] else None,
        text,
    )


def _figure(entry: Entry, quantity: Quantity, *, is_ranged: bool) -> Figure:
    if is_ranged and entry.low is not None and entry.high is not None:
        return Figure(entry.path, entry.value, entry.low, entry.high)
    if is_ranged or not math.isfinite(entry.value):
        return Figure(entry.path, entry.value, entry.value, entry.value)
    step = _TENTH * abs(entry.value)
    low, high = entry.value - step, entry.value + step
    if quantity.is_counted:
        low, high = math.floor(low), math.ceil(high)
    return Figure(entry.path, entry.value, max(low, quantity.low), min(high, quantity.high))


def _is_below(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}.")
