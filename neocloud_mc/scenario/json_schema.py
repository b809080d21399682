"""The scenario format as JSON Schema (draft-07), so that an editor can check and complete a file.

What a mapping may hold is read off the terms. Any value may be null, which removes the key. Missing
keys are flagged only in a file that is a whole scenario: it extends nothing, and has a market, GPUs
and issuers. All other files are parts, and what they leave out may stand in another. What needs
more than one number is left to `neocloud-mc validate`.
"""

import inspect
import json
import math
from collections.abc import Iterator
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from neocloud_mc.quantities import Id, Terms
from neocloud_mc.scenario import months, shape as shapes
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.shape import Quantity, Shape

Json = dict[str, Any]

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_WHOLE: Final = ("market", "gpus", "issuers")
"""The keys that a file has which is no part of another."""
_FILLED_IN: Final = "name"
"""The key that the program gives where a file does not."""
_GROUPED: Final = r"^[-+]?[0-9]+(_[0-9]+)+(\.[0-9]*)?([eE][-+]?[0-9]+)?$"
"""A number such as 1_000, which is text to an editor."""
_DATE: Final = rf"^{months.DATE.pattern}$"
_TYPES: Final = {"true or false": "boolean", "text": "string"}
_FILE: Final = {"type": ["string", "null"], "pattern": r"\.ya?ml$|^@"}
_EXTENDS: Final = {
    "description": "Files that this one builds on, relative to it, or '@names' of shipped ones; "
    "merged in order, this one last.",
    "anyOf": [_FILE, {"type": "array", "items": _FILE | {"type": "string"}}],
}


def render() -> str:
    """The schema as a file's text."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def schema() -> Json:
    """The schema, of plain dicts, lists, strings and finite numbers."""
    models = list(dict.fromkeys(_models(shapes.whole())))
    root = _mapping(Scenario)
    return {
        "$schema": DRAFT,
        "title": "neocloud-mc scenario",
        **root,
        "type": "object",
        "properties": {"extends": _EXTENDS, **root["properties"]},
        "if": {"required": list(_WHOLE), "not": {"required": ["extends"]}},
        "then": _reference(Scenario, is_whole=True),
        "definitions": {
            **{_name(model): _mapping(model) for model in models if model is not Scenario},
            **{_name(model, is_whole=True): _demands(model) for model in models if _asks(model)},
        },
    }


def _models(shape: Shape) -> Iterator[type[Terms]]:
    """The terms at a place and below it."""
    if shape.model is not None:
        yield shape.model
        for _, child in _children(shape.model):
            yield from _models(child)
    elif shape.item is not None:
        yield from _models(shape.item)


def _children(model: type[Terms]) -> Iterator[tuple[str, Shape]]:
    shape = Shape(model=model)
    for key in shape.keys:
        yield key, shape.child(key) or Shape()


def _name(model: type[Terms], *, is_whole: bool = False) -> str:
    return f"Whole{model.__name__}" if is_whole else model.__name__


def _reference(model: type[Terms], *, is_whole: bool = False) -> Json:
    return {"$ref": f"#/definitions/{_name(model, is_whole=is_whole)}"}


def _mapping(model: type[Terms]) -> Json:
    """A mapping with the keys of these terms and no others, none of them required."""
    fields = model.model_fields
    return {
        "description": inspect.getdoc(model),
        "type": ["object", "null"],
        "properties": {key: _value(child, fields[key]) for key, child in _children(model)},
        "additionalProperties": False,
    }


def _asks(model: type[Terms]) -> bool:
    """Whether a key of these terms, or of those below, is required in a whole scenario."""
    below = (inner for _, child in _children(model) for inner in _models(child))
    return bool(_required(model)) or any(map(_required, below))


def _required(model: type[Terms]) -> list[str]:
    fields = model.model_fields.items()
    return [key for key, field in fields if field.is_required() and key != _FILLED_IN]


def _demands(model: type[Terms]) -> Json:
    """What must stand in these terms, and below, where a file is a whole scenario."""
    below: Json = {}
    for key, child in _children(model):
        if child.model is not None and _asks(child.model):
            below[key] = _reference(child.model, is_whole=True)
        item = child.item.model if child.item is not None else None
        if item is not None and _asks(item):
            below[key] = {"additionalProperties": _reference(item, is_whole=True)}
    return {"required": _required(model), "properties": below}


def _value(shape: Shape, field: FieldInfo | None = None) -> Json:
    """What may stand at a place, under the key of a field or under a free one."""
    told = [field.description] if field and field.description else []
    if shape.quantity:
        told.append(f"Unit: {shape.quantity.unit}. Range: {shape.quantity.bounds}.")
    if field and (default := _default(field)):
        told.append(f"Default: {default}.")
    choices = list(_choices(shape))
    value = choices[0] if len(choices) == 1 else {"anyOf": choices}
    return {"description": " ".join(told), **value} if told else value


def _default(field: FieldInfo) -> str:
    """What stands in place of a key that is left out; empty where nothing does."""
    match field.default:
        case bool():
            return str(field.default).lower()
        case int() | float():
            return number(field.default)
        case str():
            return field.default
    return ""


def _choices(shape: Shape) -> Iterator[Json]:
    if shape.words:
        yield {"enum": [*shape.words, None]}
    if shape.quantity:
        yield _number(shape.quantity)
    if shape.scalar:
        yield _scalar(shape)
    if shape.model:
        yield _reference(shape.model)
    elif shape.item:
        keys = {"propertyNames": _keys(shape.key)} if shape.key else {}
        yield {"type": ["object", "null"], "additionalProperties": _value(shape.item), **keys}


def _number(quantity: Quantity) -> Json:
    low = "exclusiveMinimum" if quantity.is_low_open else "minimum"
    high = "exclusiveMaximum" if quantity.is_high_open else "maximum"
    limits = {low: quantity.low, high: quantity.high}
    is_month = quantity.unit == months.UNIT
    return {
        "type": ["integer" if quantity.is_whole else "number", "string", "null"],
        **{name: limit for name, limit in limits.items() if math.isfinite(limit)},
        "pattern": f"{_GROUPED}|{_DATE}" if is_month else _GROUPED,
        "patternErrorMessage": f"A number {'or a date ' * is_month}is expected ({quantity}).",
    }


def _scalar(shape: Shape) -> Json:
    if shape.is_id:
        return _id()
    longest = {"maxLength": shape.longest} if shape.longest else {}
    if shape.scalar in _TYPES:
        return {"type": [_TYPES[shape.scalar], "null"], **longest}
    return {"type": ["string", "null"], "format": "date"}


def _keys(shape: Shape) -> Json:
    """What the free keys of a mapping look like; a key is text to a schema."""
    if shape.quantity:
        return {"pattern": rf"^[0-9]+$|{_DATE}"}
    return _id() | {"type": "string"} if shape.is_id else {}


def _id() -> Json:
    return TypeAdapter(Id).json_schema() | {"type": ["string", "null"]}
