"""JSON Schema of what a result has only where it is asked for."""

from typing import get_args

from neocloud_mc.causes import CAUSES
from neocloud_mc.studies.default_drivers.shares import QUARTILES, Kind
from neocloud_mc.views.render.json_parts import Json
from neocloud_mc.views.render.schema_parts import (
    COUNT,
    ID,
    MONTH,
    TEXT,
    map_of,
    object_of,
    reference,
)


def parts() -> Json:
    """By the key under which each stands."""
    return {
        "target_error": _target_error() | {"description": "Of a run with --target-error."},
        "parameter_uncertainty": _uncertainty()
        | {"description": "Of a run with --parameter-uncertainty."},
        "attribution": _attribution() | {"description": "Of a run with --attribution."},
    }


def _target_error() -> Json:
    target = object_of(
        {
            "expr": TEXT,
            "error": {"type": "number", "exclusiveMinimum": 0},
            "reach": {"type": ["number", "null"], "minimum": 0},
            "met": {"type": "boolean"},
        }
    )
    target["properties"]["note"] = TEXT
    return object_of(
        {
            "targets": {"type": "array", "items": target},
            "fewest_paths": COUNT,
            "most_paths": COUNT,
            "command": TEXT,
        }
    )


def _uncertainty() -> Json:
    numbers = dict.fromkeys(("own", "median", "p05", "p95", "deviation"), reference("share"))
    counts = ("draws", "paths_per_draw", "assumptions", "figures", "fixed_figures", "redrawn")
    return object_of(
        {
            **dict.fromkeys(counts, COUNT),
            "distribution": TEXT,
            "issuers": map_of(ID, object_of({"pd": map_of(MONTH, object_of(numbers))})),
        }
    )


def _attribution() -> Json:
    share, months = reference("share"), reference("months")
    driver = object_of(
        {
            "kind": {"enum": list(get_args(Kind))},
            "name": TEXT,
            "happened_before": share,
            "lead_months": months,
            "would_have_survived": share,
        }
    )
    issuer = object_of(
        {
            "defaults": COUNT,
            "causes": object_of(dict.fromkeys(CAUSES, share)),
            "drivers": {"type": "array", "items": driver},
            "no_single_one": share,
            "at_default": object_of(
                {
                    "price_index": _quartiles("level"),
                    "price_to_median": _quartiles("level"),
                    "price_below_median": share,
                    "glut": share,
                    "climate": _quartiles("deviations"),
                    "spread": _quartiles("rate"),
                }
            ),
        }
    )
    return object_of({"paths": COUNT, "issuers": map_of(ID, issuer)})


def _quartiles(kind: str) -> Json:
    return object_of(dict.fromkeys(QUARTILES, reference(kind)))
