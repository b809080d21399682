"""What the JSON of every command is made of: identity, estimates, finite numbers."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Measure
from neocloud_mc.results.run import RunInfo

Json: TypeAlias = dict[str, Any]


def identity(schema: str, info: RunInfo) -> Json:
    """What every document begins with."""
    return {
        "schema": schema,
        "version": info.version,
        "scenario": info.scenario,
        "digest": info.digest,
        "base_date": info.base_date,
        "measure": info.measure,
        "paths": info.paths,
        "seed": info.seed,
        "months": info.months,
    }


def provenance(info: RunInfo) -> Json:
    """What every document ends with."""
    return {"manifest": finite(info.manifest), "timing": finite(info.timing)}


def estimate_of(estimate: Estimate) -> Json:
    """A number with its interval, and the note that says what is missing."""
    note = {"note": estimate.note} if estimate.note else {}
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, **note}


def estimates_of(estimates: Mapping[Any, Estimate]) -> Json:
    """Numbers by what they are of: a month, a measure, a level."""
    return {str(key): estimate_of(estimate) for key, estimate in estimates.items()}


def placed(measures: Iterable[tuple[Measure, Json]]) -> Json:
    """What is known of measures, each under the keys of its place in the result of `run`."""
    document: Json = {}
    for measure, known in measures:
        *parents, last = _keys(measure)
        here = document
        for key in parents:
            here = here.setdefault(key, {})
        here[last] = known
    return document


def _keys(m: Measure) -> list[str]:
    """The keys under which a number stands; a level such as 99.9 has a dot of its own."""
    if m.section == "portfolio":
        return [part for part in (m.section, *m.name.split("."), m.level) if part]
    return m.path.split(".")


def finite(value: object) -> Any:
    """The same, with infinite numbers spelt as in a scenario file: JSON has none."""
    match value:
        case Mapping():
            return {str(key): finite(part) for key, part in value.items()}
        case list() | tuple():
            return [finite(part) for part in value]
        case float() if math.isnan(value):
            return ".nan"
        case float() if math.isinf(value):
            return ".inf" if value > 0 else "-.inf"
        case None | bool() | int() | float() | str():
            return value
    return str(value)
