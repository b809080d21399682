"""What `schema --result` prints, held against what `run` writes."""

from collections.abc import Iterator
from typing import Any, Final

from jsonschema import Draft7Validator

from neocloud_mc.views.run import json_schema


def closed(schema: Any) -> Any:
    """The schema with objects that have no keys but its own, so that a new one must be told."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(part) for key, part in schema.items()}
    is_object = schema.get("type") == "object" and "properties" in schema
    return found | ({"additionalProperties": False} if is_object else {})


_SCHEMA: Final = closed(json_schema.schema())
_CLOSED: Final = Draft7Validator(_SCHEMA)


def as_documented(written: Any) -> Any:
    """What a run has written, which is all that the schema says and nothing else.

    Raises
    ------
    AssertionError : it is not; names the places.
    """
    results = written if isinstance(written, list) else [written]
    for result in results:
        form = "tail" if "/tail/" in result["schema"] else "result"
        assert list(faults(result, form)) == []
    assert _CLOSED.is_valid(written)
    return written


def faults(result: Any, form: str = "result") -> Iterator[str]:
    """Places where one result is not what the definition of that name says."""
    schema = {"$ref": f"#/definitions/{form}", "definitions": _SCHEMA["definitions"]}
    checker = Draft7Validator.FORMAT_CHECKER
    for error in Draft7Validator(schema, format_checker=checker).iter_errors(result):
        yield f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
