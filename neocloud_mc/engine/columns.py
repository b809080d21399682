"""Terms -> numbers by column: nested names joined, annual figures made monthly by their unit."""

import math
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from neocloud_mc.quantities import Terms, Unit

Row: TypeAlias = dict[str, float | int]
"""A row of a table by column."""


class Number(NamedTuple):
    """A number of a model: its column, its factor to monthly, and the fields that lead to it."""

    column: str
    monthly: float
    path: tuple[str, ...]


@cache
def columns(terms: type[BaseModel]) -> tuple[Number, ...]:
    """A model's numbers; the column of a nested one joins its fields by `_`."""
    return tuple(_numbers(terms, ()))


def _numbers(terms: type[BaseModel], parents: tuple[str, ...]) -> Iterator[Number]:
    for name, field in terms.model_fields.items():
        nested, is_number = _kind_of(field)
        path = (*parents, name)
        if nested is not None:
            yield from _numbers(nested, path)
        elif is_number:
            units = [item for item in _metadata(field) if isinstance(item, Unit)]
            yield Number("_".join(path), units[0].monthly if units else 1.0, path)


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
    return {
        number.column: math.nan if value is None else float(value) * number.monthly
        for number in columns(type(terms))
        for value in [_find(terms, number.path)]
    }


def _find(terms: BaseModel, path: tuple[str, ...]) -> float | None:
    """The value that the fields lead to; None where it, or a parent of it, was left out."""
    value: Any = terms
    for name in path:
        value = None if value is None else getattr(value, name)
    return value if isinstance(value, int | float) else None
