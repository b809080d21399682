"""Months of a scenario, as numbers and in the calendar.

Month n is the calendar month that lies n months after that of the base date, whatever the day: with
a base date of 2025-06-30, July 2025 is month 1 and every day of June 2031 is in month 72. Where a
month is expected, a file may hold a date instead, as a value or as the key of a map; it is counted
after all files are merged and all settings made, from the base date that then holds.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.checks.wording import quoted
from neocloud_mc.scenario.shape import Quantity, Shape
from neocloud_mc.scenario.yaml.tree import Key, Node, Path, Remark, child

UNIT: Final = "month"
DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
_REGISTERS: Final = ("sources", "assumptions")
_MONTHS: Final = 12


def is_month(shape: Shape | None) -> bool:
    """Whether a month, counted from the base date, may stand at a place."""
    return shape is not None and shape.quantity is not None and shape.quantity.unit == UNIT


def is_by_month(shape: Shape | None) -> bool:
    """Whether a mapping has months for keys."""
    return shape is not None and shape.model is None and is_month(shape.key)


def base_date(tree: Node | None) -> date | None:
    """The base date of a scenario that is not checked yet; None: none that can be read."""
    node = child(tree, "base_date")
    if node is None or isinstance(node.value, dict | list):
        return None
    return _read(str(node.value))


def count(text: object, base: date | None) -> int | None:
    """The month in which a date lies; None: no date, or no base date."""
    there = _read(text) if isinstance(text, str) and DATE.fullmatch(text) else None
    return None if there is None or base is None else _between(base, there)


def name(month: int, base: date) -> str:
    """The calendar month, ``September 2031``."""
    year, index = divmod(base.year * _MONTHS + base.month - 1 + month, _MONTHS)
    return f"{calendar.month_name[index + 1]} {year}"


def spoken(month: int, base: date | None) -> str:
    """A month for a message, ``18 (December 2026)``, or its number alone."""
    return f"{month} ({name(month, base)})" if base and month > 0 else str(month)


def counted(tree: Node, root: Shape | None = None) -> tuple[Node, list[Remark]]:
    """The tree with months in place of dates, and what is wrong with dates that are left.

    Parameters
    ----------
    root : the shape of the file; default: a scenario.
    """
    root = root or shapes.whole()
    counter = _Counter(base_date(tree), child(tree, "base_date") is not None, root)
    return counter.count(tree, root, ()), counter.remarks


@dataclass
class _Counter:
    """Counts the dates of a tree."""

    base: date | None
    is_stated: bool
    root: Shape
    remarks: list[Remark] = field(default_factory=list)

    def count(self, node: Node, shape: Shape | None, path: Path) -> Node:
        if shape is None:
            return node
        if isinstance(node.value, str) and shape.quantity and is_month(shape):
            month = self._month(node.value, path, shape.quantity)
            return node if month is None else Node(month, node.place)
        if not isinstance(node.value, dict):
            return node
        items: dict[Key, Node] = {}
        for key, below in node.value.items():
            counted = self._key(key, shape, path)
            if counted != key and (counted in node.value or counted in items):
                text = f"month {counted} appears twice, once as {key}"
                self.remarks.append(Remark((*path, key), text, is_about_key=True))
                counted = key
            items[counted] = self.count(below, shape.child(key), (*path, key))
        return Node(items, node.place, node.has_deleted)

    def _key(self, key: Key, shape: Shape, path: Path) -> Key:
        if isinstance(key, int):
            return key
        if len(path) == 1 and path[0] in _REGISTERS:
            return self._entry(key)
        if is_by_month(shape) and shape.key and shape.key.quantity:
            month = self._month(key, (*path, key), shape.key.quantity)
            return key if month is None else month
        return key

    def _month(self, text: str, path: Path, quantity: Quantity) -> int | None:
        """The month of a date; a remark where it has none that is allowed."""
        if not DATE.fullmatch(text):
            return None
        month = count(text, self.base)
        if month is not None and quantity.holds(month):
            return month
        self.remarks.append(Remark(path, self._why_not(text, month, quantity)))
        return None

    def _why_not(self, text: str, month: int | None, quantity: Quantity) -> str:
        if _read(text) is None:
            return f"{quoted(text)} is not a date of the calendar"
        if self.base is None:
            why = "which cannot be read" if self.is_stated else "which the scenario does not state"
            return f"{quoted(text)} is a date; months count from base_date, {why}"
        if month is not None and month < 0:
            return f"{quoted(text)} lies before the base date {self.base}"
        if month == 0:
            first = name(1, self.base)
            return f"{quoted(text)} lies in the base date's month; the first allowed is {first}"
        return f"{quoted(text)} is month {month}, outside {quantity}"

    def _entry(self, key: str) -> str:
        """The dotted path of a register's entry, months of a map as numbers."""
        parts: list[str] = []
        shape: Shape | None = self.root
        for part in key.split("."):
            month = count(part, self.base) if is_by_month(shape) else None
            parts.append(part if month is None else str(month))
            shape = shape.child(part) if shape else None
        return ".".join(parts)


def same_key(node: Node | None, text: str, base: date | None) -> Key:
    """The key under which a map of months holds a month, given as a number or as a date."""
    there = node.value if node is not None and isinstance(node.value, dict) else {}
    month = _number(text, base)
    own: Iterator[Key] = (key for key in there if _number(str(key), base) == month)
    return text if month is None else next(own, month)


def _number(text: str, base: date | None) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else count(text, base)


def _between(base: date, there: date) -> int:
    return (there.year - base.year) * _MONTHS + there.month - base.month


def _read(text: str) -> date | None:
    found = DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
    except ValueError:
        return None
