"""Terms -> numbers by column: nested names joined, annual figures made monthly by their unit."""

import math
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from neocloud_mc.quantities import Terms, Unit

Row: TypeAlias = dict[str, float | int]
"""A row of a table by column."""


@cache
def columns(terms: type[BaseModel]) -> tuple[tuple[str, float], ...]:
    """Names of a model's numbers, nested ones joined by `_`, each with its factor to monthly."""
    return tuple(_numbers(terms, ""))


def _numbers(terms: type[BaseModel], prefix: str) -> Iterator[tuple[str, float]]:
    for name, field in terms.model_fields.items():
        nested, is_number = _kind_of(field)
        if nested is not None:
            yield from _numbers(nested, f"{prefix}{name}_")
        elif is_number:
            units = [item for item in _metadata(field) if isinstance(item, Unit)]
            yield prefix + name, units[0].monthly if units else 1.0


def _kind_of(field: FieldInfo) -> tuple[type[BaseModel] | None, bool]:
    """The model nested in a field, if any, and whether the field is a number or a flag."""
    for option in _options(field.annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option, False
        if option in (float, int, bool):
            return None, True
    return None, False


def _options(annotation: Any) -> list[Any]:
    """The types that an annotation allows, unwrapped."""
    if get_origin(annotation) in (Union, UnionType):
        return [found for option in get_args(annotation) for found in _options(option)]
    if hasattr(annotation, "__metadata__"):
        return _options(annotation.__origin__)
    return [annotation]


def _metadata(field: FieldInfo) -> list[Any]:
    """Annotations of a field, those inside an optional included."""
    inner = [item for option in get_args(field.annotation) for item in _of_annotated(option)]
    return [*field.metadata, *inner]


def _of_annotated(annotation: Any) -> tuple[Any, ...]:
    return tuple(getattr(annotation, "__metadata__", ()))


def terms_row(terms: Terms) -> Row:
    """The numbers of a model by column, monthly; NaN where a term was left out."""
    row: Row = {}
    for name, monthly in columns(type(terms)):
        row[name] = math.nan
        value = _find(terms, name)
        if value is not None:
            row[name] = float(value) * monthly
    return row


def _find(terms: BaseModel, column: str) -> float | None:
    """The value behind a joined column name; None where it, or its parent, was left out."""
    for name in type(terms).model_fields:
        value = getattr(terms, name)
        if column == name:
            return None if value is None else float(value)
        if isinstance(value, BaseModel) and column.startswith(name + "_"):
            return _find(value, column.removeprefix(name + "_"))
    return None
