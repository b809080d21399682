"""The JSON results of `run` as JSON Schema (draft-07), for programs that read them.

Objects are open: further keys may be added under one number of a schema, so a reader ignores those
that it does not know.
"""

import json
from collections.abc import Iterable, Mapping
from typing import get_args

from neocloud_mc.causes import CAUSES
from neocloud_mc.results.book import ProbabilityMeasure
from neocloud_mc.results.figures import LEVELS, QUANTILES
from neocloud_mc.results.gates import Status
from neocloud_mc.results.measures import Kind, kind
from neocloud_mc.results.ratings import default_rates
from neocloud_mc.studies.catalogue import OF_ISSUERS, OF_PORTFOLIO, OF_TRANCHES
from neocloud_mc.views import rare_event
from neocloud_mc.views.render.json_parts import Json
from neocloud_mc.views.render.schema_parts import (
    AMOUNT,
    COUNT,
    DRAFT,
    ID,
    MONTH,
    OBJECT,
    TEXT,
    UNITS,
    estimate,
    map_of,
    object_of,
    reference,
)
from neocloud_mc.views.run import json_schema_extras as asked_for
from neocloud_mc.views.run.structure import SCHEMA


def render() -> str:
    """The schema as a file's text."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def schema() -> Json:
    """The schema, of plain dicts, lists, strings and finite numbers."""
    either = {"anyOf": [reference("result"), reference("tail")]}
    return {
        "$schema": DRAFT,
        "title": "Results of neocloud-mc run",
        "description": "One scenario's result; several scenarios' are an array.",
        "anyOf": [*either["anyOf"], {"type": "array", "items": either}],
        "definitions": {
            **{name: estimate(name) for name in UNITS},
            "issuer": _issuer(),
            "tranche": _tranche(),
            "losses": object_of(_losses()),
            "result": _result(),
            "tail": _tail(),
        },
    }


def _result() -> Json:
    pair = object_of({"joint": reference("share"), "conditional": reference("share")})
    found = object_of(
        {
            **_identity(SCHEMA),
            "issuers": map_of(ID, reference("issuer")),
            "joint": object_of(
                {
                    "at_least": map_of(
                        MONTH, reference("share"), "Issuers without a parent that default."
                    ),
                    "pairs": map_of(
                        ID,
                        map_of(ID, pair),
                        "By the issuer that is given to default, then by the other.",
                    ),
                }
            ),
            "portfolio": object_of(
                {
                    "exposure": AMOUNT | {"description": "USD, drawn and committed."},
                    **_losses(),
                    "by_month_12": reference("losses"),
                }
            ),
            "market": _market(),
            "gates": {"type": "array", "items": _gate()},
            **_provenance(),
        }
    )
    found["properties"] |= asked_for.parts()
    return found


def _identity(name: str) -> Json:
    return {
        "schema": {"const": name},
        "version": TEXT | {"description": "Of the program."},
        "scenario": TEXT,
        "digest": TEXT
        | {"description": "Equal digests mean equal results.", "pattern": "^sha256:"},
        "base_date": {"type": ["string", "null"], "format": "date"},
        "measure": {
            "enum": list(get_args(ProbabilityMeasure)),
            "description": "Whose probabilities these are.",
        },
        "paths": {"type": "integer", "minimum": 1},
        "seed": COUNT,
        "months": {"type": "integer", "minimum": 1, "description": "The horizon."},
    }


def _provenance() -> Json:
    time = {"type": "number", "minimum": 0}
    times = {"seconds": time, "paths_per_second": time}
    return {
        "manifest": OBJECT | {"description": "What one needs to make the run again."},
        "timing": object_of(times),
    }


def _issuer() -> Json:
    yearly = "By month: every 12, and the horizon."
    return _rated(
        {
            "label": TEXT,
            "parent": {"type": ["string", "null"], "description": "Whose vehicle it is."},
            "debt": AMOUNT | {"description": "Drawn at the base date, USD."},
            "commitment": AMOUNT | {"description": "Still to be drawn then, USD."},
            "pd": map_of(MONTH, reference("share"), f"Probability of default. {yearly}"),
            "pd_by_month": {
                "type": "array",
                "items": reference("share"),
                "description": "Probability of default by month 1, 2 … to the horizon.",
            },
            "default_months": {
                "type": "array",
                "items": COUNT,
                "description": "Paths by month of default, from month 1.",
            },
            "causes": object_of(dict.fromkeys(CAUSES, reference("share"))),
            "breach": object_of(
                {
                    name.removeprefix("breach."): _measure(name, OF_ISSUERS)
                    for name in OF_ISSUERS
                    if name.startswith("breach.")
                }
            ),
            **{name: _measure(name, OF_ISSUERS) for name in _plain(OF_ISSUERS)},
            "cds": map_of(MONTH, reference("rate"), f"Par spread of a credit swap. {yearly}"),
            "tranches": map_of(ID, reference("tranche")),
        }
    )


def _plain(measures: Iterable[str]) -> list[str]:
    """Those that are one number, under their own key."""
    return [m for m in measures if m not in ("pd", "cds") and not m.startswith("breach.")]


def _tranche() -> Json:
    return _rated(
        {
            "drawn": AMOUNT | {"description": "At the base date, USD."},
            "commitment": AMOUNT | {"description": "Still to be drawn then, USD."},
            "maturity": {
                "type": ["integer", "null"],
                "description": "Month of the last payment; null: a programme of notes.",
            },
            "rank": {"type": "integer", "minimum": 1, "description": "1 is paid first."},
            **{name: _measure(name, OF_TRANCHES) for name in OF_TRANCHES},
            "contract_spread": {
                "type": ["number", "null"],
                "minimum": 0,
                "description": "Per year; null where the rate is no price of credit.",
            },
        }
    )


def _rated(own: Json) -> Json:
    """An object of these properties and a rating, which has a remark where it says little."""
    found = object_of(own | {"implied_rating": {"enum": [*default_rates(), None]}})
    remark = "Where the rating says little: an end of the record, or another by the last month."
    found["properties"]["implied_rating_note"] = TEXT | {"description": remark}
    return found


def _losses() -> Json:
    """Mean, VaR and ES of the portfolio."""
    usd = reference("usd")
    by_level = object_of(dict.fromkeys(LEVELS, usd))
    return {
        "mean": usd | {"description": OF_PORTFOLIO["mean"]},
        "var": by_level | {"description": "Value at risk by confidence level in percent."},
        "es": by_level | {"description": "Expected shortfall by confidence level in percent."},
    }


def _market() -> Json:
    def by_month(name: Kind) -> Json:
        return map_of(MONTH, object_of(dict.fromkeys(QUANTILES, reference(name))))

    gpu = object_of({"price": by_month("price"), "resale": by_month("price")})
    return object_of({"price_index": by_month("level"), "gpus": map_of(ID, gpu)})


def _gate() -> Json:
    number = {"type": ["number", "null"]}
    return object_of(
        {
            "expr": TEXT,
            "status": {"enum": list(get_args(Status))},
            **dict.fromkeys(("value", "low", "high"), number),
        }
    )


def _tail() -> Json:
    """What `run --tail` writes."""
    numbers = {"type": "object", "additionalProperties": {"type": "number"}}
    estimates = [reference(name) for name in ("share", "rate", "usd")]
    return object_of(
        {
            **_identity(rare_event.SCHEMA),
            "event": TEXT,
            "beyond": {"type": ["number", "null"], "description": "Loss that is exceeded, USD."},
            "measures": {"type": "object", "additionalProperties": {"anyOf": estimates}},
            "effective_paths": {"type": "number", "minimum": 0},
            "largest_share": {"type": "number", "minimum": 0, "maximum": 1},
            "worth": {"type": "number", "minimum": 0},
            "shifts": numbers,
            "factors": numbers,
            **_provenance(),
        }
    )


def _measure(name: str, meanings: Mapping[str, str]) -> Json:
    """A measure of an issuer or a tranche, with its meaning."""
    owner = "issuers.i.tranches.t" if meanings is OF_TRANCHES else "issuers.i"
    return reference(kind(f"{owner}.{name}")) | {"description": meanings[name]}
