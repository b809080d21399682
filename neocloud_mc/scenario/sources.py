"""The register: every figure of a scenario with its source or its assumption.

An entry of `sources` or `assumptions` covers its path and everything below; the longest path wins,
a source before an assumption of the same path. An assumption may end in a range: ``range 2 to 4``
in the figure's unit, where it names one figure, or ``range -20% to +20%`` of it; a month's may be
``range 2026-12 to 2027-06``.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any, Final, Literal, TypeAlias

from neocloud_mc.notation import DECIMAL
from neocloud_mc.scenario import months, shape as shapes
from neocloud_mc.scenario.checks.wording import number, suggestion
from neocloud_mc.scenario.shape import Quantity
from neocloud_mc.scenario.yaml.tree import Path, Remark, dotted, upwards

Range: TypeAlias = tuple[float, float, bool]
"""Lowest, highest, and whether they are relative to the figure."""
Kind = Literal["source", "assumption", "none"]
KINDS: Final[tuple[Kind, Kind]] = ("source", "assumption")
_OUTSIDE: Final = ("name", "description", "base_date", "horizon_months", "sources", "assumptions")
_NUMBER: Final = rf"({DECIMAL})(?:\s*+(%))?"
_RANGE: Final = re.compile(rf"\brange\s++{_NUMBER}\s++to\s++{_NUMBER}\s*+\.?\s*+$")
_DATE: Final = "([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)"
_DATES: Final = re.compile(rf"\brange\s++{_DATE}\s++to\s++{_DATE}\s*+\.?\s*+$")
_LONGEST_RANGE: Final = 200
_MEANT_AS_RANGE: Final = re.compile(r"\s*range\b")


@dataclass(frozen=True)
class Entry:
    """A figure and where it is from.

    Parameters
    ----------
    path : dotted.
    value, unit : as in the file.
    text : the source or the assumption; empty where there is none.
    low, high : the assumption's range, in the unit of the value and within what the format allows.
    """

    path: str
    value: float
    unit: str
    kind: Kind
    text: str = ""
    low: float | None = None
    high: float | None = None


def entries(resolved: Mapping[str, Any]) -> list[Entry]:
    """Every figure of the merged scenario, in file order."""
    return [_entry(path, value, resolved) for path, value in _figures(resolved)]


def uncovered(resolved: Mapping[str, Any]) -> list[Entry]:
    """The figures that have neither a source nor an assumption."""
    return [entry for entry in entries(resolved) if entry.kind == "none"]


def doubts(resolved: Mapping[str, Any]) -> Iterator[Remark]:
    """Entries that cover nothing; ranges that cannot be read, move nothing or lack their figure."""
    known: set[str] = set()
    for path, _ in _leaves(resolved):
        known.update(takewhile(lambda it: it not in known, upwards(dotted(path))))
    siblings = _by_parent(known)
    for kind in KINDS:
        for name, text in _texts(resolved, kind).items():
            at = (f"{kind}s", name)
            if name not in known:
                yield Remark(at, f"covers nothing in the scenario{_near(name, siblings)}")
            elif kind == "assumption" and _is_unread(text, _base(name, resolved)):
                yield Remark(
                    at,
                    "the range at its end cannot be read: 'range LO to HI' or "
                    "'range -20% to +20%' is expected",
                )
    yield from _idle(resolved)
    places = {dotted(path): path for path, _ in _figures(resolved)}
    for entry in entries(resolved):
        low, high = entry.low, entry.high
        if low is not None and high is not None and not low <= entry.value <= high:
            text = f"{number(entry.value)} is outside the range of its assumption, "
            text += f"{number(low)} to {number(high)}"
            yield Remark(places[entry.path], text)


def _idle(resolved: Mapping[str, Any]) -> Iterator[Remark]:
    """Ranges that have a width as they are written and leave every figure where it is."""
    covered: dict[str, list[Entry]] = {}
    for entry in entries(resolved):
        if entry.low is not None:
            covered.setdefault(_covering(entry.path, resolved)[0], []).append(entry)
    for name, group in covered.items():
        given = range_of(_texts(resolved, "assumption")[name], _base(name, resolved))
        moves = any(not entry.low == entry.value == entry.high for entry in group)
        if given is None or given[0] == given[1] or moves:
            continue
        is_share_of_0 = given[2] and not any(entry.value for entry in group)
        text = "a share of 0 is 0" if is_share_of_0 else "both ends of the range are the figure"
        remedy = "give its low and high"
        if len(group) > 1:
            text += f", for each of {len(group)} figures"
            remedy = "give each an entry with its low and high"
        yield Remark(("assumptions", name), f"never moves: {text}: {remedy}, 'range LO to HI'")


def _covering(name: str, resolved: Mapping[str, Any]) -> tuple[str, Kind]:
    """The entry that covers a figure, and in which register it is."""
    found = ((it, kind) for it in upwards(name) for kind in KINDS if it in _texts(resolved, kind))
    return next(found, ("", "none"))


def _entry(path: Path, value: float, resolved: Mapping[str, Any]) -> Entry:
    name, shape = dotted(path), shapes.at(path)
    quantity = shape.quantity if shape else None
    unit = quantity.unit if quantity else ""
    covering, kind = _covering(name, resolved)
    if kind == "none":
        return Entry(name, value, unit, "none")
    text = _texts(resolved, kind)[covering]
    if kind == "source":
        return Entry(name, value, unit, kind, text)
    given = range_of(text, _base(name, resolved))
    return Entry(
        name, value, unit, kind, text, *_bounds(given, value, quantity, is_exact=covering == name)
    )


def _bounds(
    found: Range | None, value: float, quantity: Quantity | None, *, is_exact: bool
) -> tuple[float | None, float | None]:
    """The range of a figure, held within what the format allows; whole for whole numbers."""
    if found is None or quantity is None or not (is_exact or found[2]):
        return None, None
    low, high, is_relative = found
    if is_relative and math.isinf(value):
        return value, value
    if is_relative:
        low, high = sorted((value * (1 + low), value * (1 + high)))
    low, high = max(low, quantity.low), min(high, quantity.high)
    return quantity.nearest(low), quantity.nearest(high)


def _is_unread(text: str, base: date | None) -> bool:
    """Whether a text ends in what is meant as a range and is none."""
    is_meant = _MEANT_AS_RANGE.match(text.rpartition(";")[2]) is not None
    return is_meant and range_of(text, base) is None


def _base(name: str, resolved: Mapping[str, Any]) -> date | None:
    """The base date, where a path is that of a month."""
    stated = resolved.get("base_date")
    is_month = months.is_month(shapes.at(tuple(name.split("."))))
    return date.fromisoformat(str(stated)) if is_month and stated else None


def range_of(text: str, base: date | None = None) -> Range | None:
    """The range in which an assumption ends, and whether it is relative; None: it has none.

    Parameters
    ----------
    base : from which a range of dates is counted; None: the figure is no month.
    """
    if dates := _DATES.search(text[-_LONGEST_RANGE:]):
        first, last = (months.count(text, base) for text in dates.groups())
        if first is None or last is None or first > last:
            return None
        return first, last, False
    found = _RANGE.search(text[-_LONGEST_RANGE:])
    if found is None or found[2] != found[4]:
        return None
    low, high = float(found[1]), float(found[3])
    if not -math.inf < low <= high < math.inf:
        return None
    return (low / 100, high / 100, True) if found[2] else (low, high, False)


def reason(text: str) -> str:
    """An assumption without the range at its end."""
    return _DATES.sub("", _RANGE.sub("", text)).rstrip().rstrip(";,").rstrip()


def _figures(resolved: Mapping[str, Any]) -> Iterator[tuple[Path, float]]:
    for path, value in _leaves(resolved):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and path[0] not in _OUTSIDE:
            yield path, value


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that is no mapping, with its path; the two registers themselves left out."""
    if not isinstance(value, Mapping):
        yield path, value
        return
    for key, below in value.items():
        if path or key not in ("sources", "assumptions"):
            yield from _leaves(below, (*path, key))


def _texts(resolved: Mapping[str, Any], kind: Kind) -> Mapping[str, str]:
    texts: Mapping[str, str] = resolved.get(f"{kind}s", {})
    return texts


def _by_parent(paths: Iterable[str]) -> dict[str, list[str]]:
    """The last keys of the paths, under the path of their mapping."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        parent, _, last = path.rpartition(".")
        found.setdefault(parent, []).append(last)
    return found


def _near(name: str, siblings: Mapping[str, Sequence[str]]) -> str:
    """The nearest path in the same mapping, so that long paths are compared by their ends."""
    parent, _, last = name.rpartition(".")
    known = siblings.get(parent, [])
    return suggestion(last, known) if len(known) > 1 else ""
