"""A run's result as JSON: the schema ``neocloud-mc/result/1`` that programs read."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from neocloud_mc.results.figures import Estimates, IssuerEstimates, Quantiles, TrancheEstimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import default_drivers, target_error, uncertainty
from neocloud_mc.views.render.json_parts import Json, estimate_of, finite, identity

SCHEMA: Final = "neocloud-mc/result/1"


def render(results: Sequence[RunResult], *, is_array: bool = False) -> str:
    """One scenario: an object, unless an array is asked for; several: an array.

    Ends with a newline.
    """
    documents = [document(result) for result in results]
    content = documents if is_array or len(documents) > 1 else documents[0]
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def document(result: RunResult) -> Json:
    """One scenario's result, of plain dicts, lists, strings and finite numbers."""
    info, estimates = result.info, result.estimates
    return {
        **identity(SCHEMA, info),
        "issuers": {
            key: _issuer(issuer, estimates.horizons) for key, issuer in estimates.issuers.items()
        },
        "joint": _joint(estimates),
        "portfolio": {
            "mean": estimate_of(estimates.portfolio.mean),
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
        **_asked_for(result),
        "manifest": finite(info.manifest),
        "timing": finite(info.timing),
    }


def _asked_for(result: RunResult) -> Json:
    """What a run has only where it is asked for."""
    found: Json = {}
    if result.target_error:
        found["target_error"] = target_error.to_json(result.target_error)
    if result.uncertainty:
        found["parameter_uncertainty"] = uncertainty.to_json(result.uncertainty)
    if result.drivers:
        found["attribution"] = default_drivers.to_json(result.drivers)
    return found


def _issuer(issuer: IssuerEstimates, horizons: Sequence[int]) -> Json:
    return {
        "label": issuer.label,
        "debt": issuer.debt,
        "pd": _estimates({month: issuer.pd[month] for month in horizons}),
        "default_months": list(issuer.default_months),
        "causes": _estimates(issuer.causes),
        "breach": {
            "pd": estimate_of(issuer.breach),
            "lead_months": estimate_of(issuer.lead_months),
        },
        "lgd": estimate_of(issuer.lgd),
        "expected_loss": estimate_of(issuer.expected_loss),
        "expected_loss_rate": estimate_of(issuer.expected_loss_rate),
        "implied_rating": issuer.implied_rating.grade if issuer.implied_rating else None,
        "tranches": {key: _tranche(tranche) for key, tranche in issuer.tranches.items()},
    }


def _tranche(tranche: TrancheEstimates) -> Json:
    return {
        "pd": estimate_of(tranche.pd),
        "lgd": estimate_of(tranche.lgd),
        "expected_loss": estimate_of(tranche.expected_loss),
        "expected_loss_rate": estimate_of(tranche.expected_loss_rate),
        "fair_spread": estimate_of(tranche.fair_spread),
        "contract_spread": tranche.contract_spread,
    }


def _joint(estimates: Estimates) -> Json:
    return {
        "at_least": _estimates(estimates.joint.at_least),
        "pairs": {
            row: {
                column: {
                    "joint": estimate_of(pair.joint),
                    "conditional": estimate_of(pair.conditional),
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
    return {str(key): estimate_of(estimate) for key, estimate in estimates.items()}
