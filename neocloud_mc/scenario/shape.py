"""What the format expects at a path, read off the terms themselves.

The terms are the one declaration; messages, `--set` and the register of sources ask here which keys
a mapping knows, and which unit and range a number has.
"""

import math
import types
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache, reduce
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from neocloud_mc.quantities import Terms, Unit
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.yaml.tree import Path

PURE: Final = frozenset({"share", "ratio", "rank", "correlation", "sensitivity"})
_DATE: Final = "a date such as 2025-06-30"
_SCALARS: Final = {bool: "true or false", str: "text", date: _DATE}


@dataclass(frozen=True)
class Quantity:
    """A number: whole or not, its unit and its range."""

    is_whole: bool
    unit: str
    low: float = -math.inf
    high: float = math.inf
    is_low_open: bool = False
    is_high_open: bool = False

    def holds(self, value: float) -> bool:
        """Whether the value lies in the range."""
        above = value > self.low if self.is_low_open else value >= self.low
        below = value < self.high if self.is_high_open else value <= self.high
        return above and below

    @property
    def is_counted(self) -> bool:
        """Whether only whole numbers are valid; of a last month `.inf` is, too."""
        return self.is_whole or self.unit == "month"

    def nearest(self, value: float) -> float:
        """The value, or the whole number nearest to it where only these are valid."""
        return round(value) if self.is_counted and math.isfinite(value) else value

    @property
    def bounds(self) -> str:
        """The range alone, such as ``0 to 1``."""
        low = number(self.low) + (" (excluded)" if self.is_low_open else "")
        high = number(self.high) + (" (excluded)" if self.is_high_open else "")
        return f"{low} to {high}"

    def __str__(self) -> str:
        """The range and the unit, such as ``0 to 1 per year``."""
        return self.bounds + self.behind

    @property
    def behind(self) -> str:
        """The unit as it stands behind a range, after a space; nothing where a number has none."""
        if self.unit in PURE:
            return ""
        return " months" if self.unit == "month" else f" {self.unit}"


@dataclass(frozen=True)
class Shape:
    """What may stand at one place; several of these where the format gives a choice.

    Parameters
    ----------
    model : a mapping with the keys of these terms.
    key, item : a mapping with free keys.
    words : the texts allowed.
    scalar : true or false, text, a date; is_id: the text is an id.
    """

    model: type[Terms] | None = None
    key: "Shape | None" = None
    item: "Shape | None" = None
    quantity: Quantity | None = None
    words: tuple[str, ...] = ()
    scalar: str | None = None
    is_id: bool = False
    longest: int | None = None

    @property
    def is_date(self) -> bool:
        """Whether a whole date is expected, not a month."""
        return self.scalar == _DATE

    @property
    def is_mapping(self) -> bool:
        """Whether a mapping may stand here."""
        return self.model is not None or self.item is not None

    @property
    def names_things(self) -> bool:
        """Whether the free keys are ids of things with terms of their own."""
        return self.item is not None and self.item.model is not None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the format fixes."""
        return tuple(_children(self.model)) if self.model else ()

    def child(self, key: object) -> "Shape | None":
        """What is expected under a key; none: the key is unknown."""
        return _children(self.model).get(str(key)) if self.model else self.item

    def __str__(self) -> str:
        choices = list(self.words)
        if self.quantity:
            kind = "a whole number" if self.quantity.is_whole else "a number"
            choices.append(kind if self.quantity.unit in PURE else f"{kind} ({self.quantity.unit})")
            if self.quantity.unit == "month":
                choices.append("a date such as 2026-12")
        choices += filter(None, ["an id" if self.is_id else self.scalar])
        choices += ["a mapping"] * self.is_mapping
        return " or ".join(filter(None, (", ".join(choices[:-1]), *choices[-1:])))


@cache
def whole() -> Shape:
    """The shape of a scenario."""
    return Shape(model=Scenario)


def at(path: Path, root: Shape | None = None) -> Shape | None:
    """What the format expects at a path; none: nothing may stand there.

    Parameters
    ----------
    root : the shape of the file; default: a scenario.
    """
    shape: Shape | None = root or whole()
    for key in path:
        shape = shape.child(key) if shape else None
    return shape


@cache
def _children(model: type[Terms]) -> dict[str, Shape]:
    return {
        name: _read(field.annotation, tuple(field.metadata))
        for name, field in model.model_fields.items()
    }


def _read(annotation: Any, metadata: tuple[Any, ...] = ()) -> Shape:
    """The shape that an annotation describes."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _read(inner[0], tuple(_flat(inner[1:])) + metadata)
    if origin in (Union, types.UnionType):
        return reduce(_either, (_read(choice, metadata) for choice in inner))
    if origin is Literal:
        return Shape(words=inner)
    if origin is dict:
        return Shape(key=_read(inner[0]), item=_read(inner[1]))
    return _read_plain(annotation, metadata)


def _read_plain(annotation: Any, metadata: tuple[Any, ...]) -> Shape:
    """The shape of a number, another scalar, terms, or of nothing."""
    if annotation in (int, float):
        return Shape(quantity=_quantity(annotation is int, metadata))
    if annotation in _SCALARS:
        limits = [getattr(item, "max_length", None) for item in metadata]
        return Shape(
            scalar=_SCALARS[annotation],
            longest=next(filter(None, limits), None),
            is_id=any(getattr(item, "pattern", None) for item in metadata),
        )
    return Shape() if annotation is type(None) else Shape(model=annotation)


def _flat(metadata: Iterable[Any]) -> Iterable[Any]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from item.metadata
        else:
            yield item


def _quantity(is_whole: bool, metadata: tuple[Any, ...]) -> Quantity:
    limits = {
        name: getattr(item, name)
        for item in metadata
        for name in ("ge", "gt", "le", "lt")
        if getattr(item, name, None) is not None
    }
    unit = next((item.name for item in metadata if isinstance(item, Unit)), "")
    return Quantity(
        is_whole,
        unit,
        low=limits.get("ge", limits.get("gt", -math.inf)),
        high=limits.get("le", limits.get("lt", math.inf)),
        is_low_open="gt" in limits,
        is_high_open="lt" in limits,
    )


def _either(one: Shape, other: Shape) -> Shape:
    """Both choices in one shape."""
    given = {
        field.name: getattr(other, field.name)
        for field in fields(Shape)
        if getattr(other, field.name) not in (None, (), False)
    }
    return replace(one, **given)
