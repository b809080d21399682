"""A run's result as JSON: the schema ``neocloud-mc/result/1`` that programs read."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from neocloud_mc.results.figures import (
    Estimates,
    IssuerEstimates,
    Quantiles,
    TrancheEstimates,
)
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import RunResult

SCHEMA: Final = "neocloud-mc/result/1"

Json = dict[str, Any]


def render(results: Sequence[RunResult]) -> str:
    """One scenario: an object; several: an array. Ends with a newline."""
    documents = [document(result) for result in results]
    content = documents[0] if len(documents) == 1 else documents
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def document(result: RunResult) -> Json:
    """One scenario's result, of plain dicts, lists, strings and finite numbers."""
    info, estimates = result.info, result.estimates
    return {
        "schema": SCHEMA,
        "version": info.version,
        "scenario": info.scenario,
        "digest": info.digest,
        "base_date": info.base_date,
        "paths": info.paths,
        "seed": info.seed,
        "months": info.months,
        "issuers": {
            key: _issuer(issuer, estimates.horizons) for key, issuer in estimates.issuers.items()
        },
        "joint": _joint(estimates),
        "portfolio": {
            "mean": _estimate(estimates.portfolio.mean),
            "var": _estimates(estimates.portfolio.var),
            "es": _estimates(estimates.portfolio.es),
        },
        "market": _market(estimates),
        "gates": [
            {
                "expr": gate.expr,
                "status": gate.status,
                "value": gate.value,
                "low": gate.low,
                "high": gate.high,
            }
            for gate in result.gates
        ],
        "manifest": _finite(info.manifest),
        "timing": _finite(info.timing),
    }


def _issuer(issuer: IssuerEstimates, horizons: Sequence[int]) -> Json:
    return {
        "label": issuer.label,
        "debt": issuer.debt,
        "pd": _estimates({month: issuer.pd[month] for month in horizons}),
        "default_months": list(issuer.default_months),
        "causes": _estimates(issuer.causes),
        "breach": {
            "pd": _estimate(issuer.breach),
            "lead_months": _estimate(issuer.lead_months),
        },
        "lgd": _estimate(issuer.lgd),
        "expected_loss": _estimate(issuer.expected_loss),
        "expected_loss_rate": _estimate(issuer.expected_loss_rate),
        "implied_rating": issuer.implied_rating.grade if issuer.implied_rating else None,
        "tranches": {key: _tranche(tranche) for key, tranche in issuer.tranches.items()},
    }


def _tranche(tranche: TrancheEstimates) -> Json:
    return {
        "pd": _estimate(tranche.pd),
        "lgd": _estimate(tranche.lgd),
        "expected_loss": _estimate(tranche.expected_loss),
        "expected_loss_rate": _estimate(tranche.expected_loss_rate),
        "fair_spread": _estimate(tranche.fair_spread),
        "contract_spread": tranche.contract_spread,
    }


def _joint(estimates: Estimates) -> Json:
    return {
        "at_least": _estimates(estimates.joint.at_least),
        "pairs": {
            row: {
                column: {
                    "joint": _estimate(pair.joint),
                    "conditional": _estimate(pair.conditional),
                }
                for column, pair in others.items()
            }
            for row, others in estimates.joint.pairs.items()
        },
    }


def _market(estimates: Estimates) -> Json:
    return {
        "price_index": _quantiles(estimates.market.price_index),
        "gpus": {
            key: {"price": _quantiles(gpu.price), "resale": _quantiles(gpu.resale)}
            for key, gpu in estimates.market.gpus.items()
        },
    }


def _quantiles(quantiles: Quantiles) -> Json:
    return {str(month): _estimates(by_name) for month, by_name in quantiles.items()}


def _estimates(estimates: Mapping[Any, Estimate]) -> Json:
    return {str(key): _estimate(estimate) for key, estimate in estimates.items()}


def _estimate(estimate: Estimate) -> Json:
    note = {"note": estimate.note} if estimate.note else {}
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, **note}


def _finite(value: object) -> Any:
    """The same, with infinite numbers spelt as in a scenario file: JSON has none."""
    match value:
        case Mapping():
            return {str(key): _finite(part) for key, part in value.items()}
        case list() | tuple():
            return [_finite(part) for part in value]
        case float() if math.isnan(value):
            return ".nan"
        case float() if math.isinf(value):
            return ".inf" if value > 0 else "-.inf"
        case None | bool() | int() | float() | str():
            return value
    return str(value)
