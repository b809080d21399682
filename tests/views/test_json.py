"""The JSON result is the documented schema, and JSON."""

import json
import math
from typing import Any

import pytest

from neocloud_mc.causes import CAUSES
from neocloud_mc.results.measures import measures
from neocloud_mc.views.run import document
from neocloud_mc.views.run.structure import structure
from tests.views import samples

Json = dict[str, Any]


def parsed(sample: str = "plain") -> Json:
    def refuse(constant: str) -> float:
        raise AssertionError(constant)

    found: Json = json.loads(
        document([getattr(samples, sample)()]).text("json"), parse_constant=refuse
    )
    return found


def test_keys_are_those_of_the_schema() -> None:
    result = parsed()
    assert " ".join(result) == (
        "schema version scenario digest base_date measure paths seed months issuers joint "
        "portfolio market gates manifest timing"
    )
    assert result["schema"] == "neocloud-mc/result/2"
    issuer = result["issuers"]["issuer_0"]
    assert " ".join(issuer) == (
        "label parent debt commitment pd pd_by_month default_months causes breach ead lgd "
        "expected_loss expected_loss_12m expected_loss_rate fair_spread cds implied_rating tranches"
    )
    assert list(issuer["pd"]) == ["12", "24"]
    assert list(issuer["cds"]) == ["12", "24"]
    assert len(issuer["default_months"]) == len(issuer["pd_by_month"]) == 24
    assert issuer["pd_by_month"][11] == issuer["pd"]["12"]
    assert list(issuer["causes"]) == list(CAUSES)
    assert list(issuer["breach"]) == ["pd", "default_given_breach", "warned", "lead_months"]
    assert " ".join(issuer["tranches"]["senior"]) == (
        "drawn commitment maturity rank pd ead lgd expected_loss expected_loss_12m "
        "expected_loss_rate fair_spread contract_spread implied_rating"
    )
    assert list(result["joint"]) == ["at_least", "pairs"]
    assert list(result["joint"]["at_least"]) == ["1", "2"]
    assert list(result["joint"]["pairs"]["issuer_0"]["issuer_1"]) == ["joint", "conditional"]
    assert list(result["portfolio"]) == ["exposure", "mean", "var", "es", "by_month_12"]
    assert list(result["portfolio"]["by_month_12"]) == ["mean", "var", "es"]
    assert list(result["portfolio"]["es"]) == ["95", "99", "99.9"]
    assert list(result["market"]) == ["price_index", "gpus"]
    assert list(result["market"]["gpus"]["h100"]) == ["price", "resale"]
    assert list(result["market"]["price_index"]["12"]) == ["p05", "p50", "p95"]
    assert list(result["gates"][0]) == ["expr", "status", "value", "low", "high"]


def leaves(node: Any, path: tuple[str, ...] = ()) -> dict[str, Json]:
    if isinstance(node, dict):
        if {"value", "low", "high"} <= set(node):
            return {".".join(path): node}
        return {k: v for key, part in node.items() for k, v in leaves(part, (*path, key)).items()}
    return {}


@pytest.mark.parametrize("sample", ["plain", "eventless"])
def test_every_number_is_a_measure_that_gates_can_name(sample: str) -> None:
    result = getattr(samples, sample)()
    known = {m.path: m.estimate for m in measures(result.estimates)}
    shown = leaves(structure(result))
    for path, node in shown.items():
        estimate = known[path]
        values = (estimate.value, estimate.low, estimate.high)
        assert (node["value"], node["low"], node["high"]) == values
        assert node.get("note") == estimate.note
    hidden = set(known) - set(shown)
    assert all(".pd." in path for path in hidden)


@pytest.mark.parametrize("sample", ["plain", "eventless", "hostile", "large"])
def test_a_missing_bound_has_a_reason(sample: str) -> None:
    for path, node in leaves(parsed(sample)).items():
        bounds = (node["value"], node["low"], node["high"])
        assert (None in bounds) == ("note" in node), path
        assert all(x is None or math.isfinite(x) for x in bounds)


def test_one_scenario_is_an_object_and_several_an_array() -> None:
    one = samples.plain()
    assert isinstance(json.loads(document([one]).text("json")), dict)
    assert len(json.loads(document([one, one]).text("json"))) == 2


def test_infinity_is_spelt_as_in_the_scenario() -> None:
    assert parsed()["manifest"]["scenario_resolved"] == {"window": "-.inf", "n": 1}


def test_hostile_names_come_back_unchanged() -> None:
    assert parsed("hostile")["scenario"] == samples.HOSTILE
    text = document([samples.hostile()]).text("json")
    assert text.isascii()
    assert "\x1b" not in text
