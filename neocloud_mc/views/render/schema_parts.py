"""What a JSON Schema (draft-07) of results is made of: objects, maps, sampled numbers."""

from collections.abc import Mapping
from typing import Any, Final

from neocloud_mc.views.render.json_parts import Json

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
UNITS: Final[Mapping[str, str]] = {
    "share": "a share of 1",
    "rate": "per year, or of the debt",
    "usd": "USD",
    "months": "months",
    "price": "USD",
    "level": "1 at the base date",
    "deviations": "standard deviations",
}
"""Kinds of sampled numbers (see `results.measures`), and those that have a sign."""
MONTH: Final = "^[1-9][0-9]*$"
ID: Final = "^[A-Za-z][A-Za-z0-9_-]*$"
TEXT: Final = {"type": "string"}
COUNT: Final = {"type": "integer", "minimum": 0}
AMOUNT: Final = {"type": "number", "minimum": 0, "description": "USD."}
OBJECT: Final = {"type": "object"}
_SIGNED: Final = "deviations"
_BOUNDS: Final = ("value", "low", "high")


def estimate(kind: str) -> Json:
    """A sampled number of a kind; what is null has a reason."""
    number: dict[str, Any] = {"type": ["number", "null"]}
    number |= {} if kind == _SIGNED else {"minimum": 0}
    number |= {"maximum": 1} if kind == "share" else {}
    return {
        "description": (
            f"A sampled number, {UNITS[kind]}, with its 95% interval for sampling error; what is "
            "null has its reason in the note."
        ),
        "type": "object",
        "properties": {**dict.fromkeys(_BOUNDS, number), "note": TEXT},
        "required": list(_BOUNDS),
        "anyOf": [
            {"properties": {bound: {"type": "number"} for bound in _BOUNDS}},
            {"required": ["note"]},
        ],
    }


def reference(name: str) -> Json:
    """A definition by its name."""
    return {"$ref": f"#/definitions/{name}"}


def object_of(properties: Json) -> Json:
    """An object that has all these keys."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def map_of(keys: str, values: Json, description: str = "") -> Json:
    """An object of like values under keys of a pattern."""
    told = {"description": description} if description else {}
    return {
        "type": "object",
        "propertyNames": {"pattern": keys},
        "additionalProperties": values,
    } | told
