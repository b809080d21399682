"""A run's result as JSON: the schema ``neocloud-mc/result/2`` that programs read.

Every number stands under the keys of its name (see `measures`); what stands beside them is said
here.
"""

from typing import Final

from neocloud_mc.results.figures import Estimates, IssuerEstimates, TrancheEstimates
from neocloud_mc.results.measures import Measure, measures
from neocloud_mc.results.ratings import Rating
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import default_drivers, parameter_uncertainty, target_error
from neocloud_mc.views.render.json_parts import Json, estimate_of, identity, placed, provenance

SCHEMA: Final = "neocloud-mc/result/2"


def structure(result: RunResult) -> Json:
    """One scenario's result, of plain dicts, lists, strings and finite numbers."""
    estimates = result.estimates
    shown = (m for m in measures(estimates) if not _is_between(m, estimates))
    found = placed((m, estimate_of(m.estimate)) for m in shown)
    joint: Json = {"at_least": {}, "pairs": {row: {} for row in estimates.joint.pairs}}
    return {
        **identity(SCHEMA, result.info),
        "issuers": {
            key: _issuer(issuer, found["issuers"][key]) for key, issuer in estimates.issuers.items()
        },
        "joint": joint | found.get("joint", {}),
        "portfolio": {"exposure": estimates.portfolio.exposure} | found["portfolio"],
        "market": {"price_index": {}, "gpus": {}} | found["market"],
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
        **provenance(result.info),
    }


def _is_between(m: Measure, estimates: Estimates) -> bool:
    """Whether a default probability is by a month that is not shown."""
    return m.name == "pd" and m.level != "" and int(m.level) not in estimates.horizons


def _issuer(issuer: IssuerEstimates, found: Json) -> Json:
    """What an issuer's measures say, among what is not sampled."""
    tranches = found.pop("tranches", {})
    return {
        "label": issuer.label,
        "parent": issuer.parent,
        "debt": issuer.debt,
        "commitment": issuer.commitment,
        "pd": found.pop("pd"),
        "pd_by_month": [estimate_of(found) for found in issuer.pd.values()],
        "default_months": list(issuer.default_months),
        **found,
        **_rating(issuer.implied_rating),
        "tranches": {
            key: _tranche(tranche, tranches[key]) for key, tranche in issuer.tranches.items()
        },
    }


def _tranche(tranche: TrancheEstimates, found: Json) -> Json:
    return {
        "drawn": tranche.principal,
        "commitment": tranche.commitment,
        "maturity": tranche.maturity,
        "rank": tranche.rank,
        **found,
        "contract_spread": tranche.contract_spread,
        **_rating(tranche.implied_rating),
    }


def _rating(rating: Rating | None) -> Json:
    """The grade, and the remark on it where there is one."""
    note = {"implied_rating_note": rating.note} if rating and rating.note else {}
    return {"implied_rating": rating.grade if rating else None, **note}


def _asked_for(result: RunResult) -> Json:
    """What a run has only where it is asked for."""
    found: Json = {}
    if result.target_error:
        found["target_error"] = target_error.to_json(result.target_error)
    if result.uncertainty:
        found["parameter_uncertainty"] = parameter_uncertainty.to_json(result.uncertainty)
    if result.drivers:
        found["attribution"] = default_drivers.to_json(result.drivers)
    return found
