"""`schema --result`: what a program that reads results is told of them is so."""

import json
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft7Validator

from neocloud_mc.cli import main
from neocloud_mc.views.run import json_schema
from tests.commands.result_schema import as_documented, faults

Capture = pytest.CaptureFixture[str]
PRICED = "market.price_of_risk.price=0.3"


@pytest.fixture(name="results", scope="module")
def _results() -> Any:
    """Groups and convertibles on so few paths that many numbers have no interval."""
    printed: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout.write", printed.append)
        arguments = ["--paths", "64", "--format", "json", "-q", "--set", PRICED]
        assert main(["run", "@neoclouds", "@coreweave", *arguments]) == 0
    return json.loads("".join(printed))


def test_it_is_printed_as_draft_07(capsys: Capture) -> None:
    assert main(["schema", "--result"]) == 0
    printed = json.loads(capsys.readouterr().out)
    Draft7Validator.check_schema(printed)
    assert printed == json_schema.schema()


def test_results_of_every_shape_are_what_it_says(results: Any) -> None:
    joint, _ = as_documented(results)
    issuers = joint["issuers"].values()
    tranches = [tranche for issuer in issuers for tranche in issuer["tranches"].values()]
    assert joint["measure"] == "risk-neutral"
    assert any(issuer["parent"] in joint["issuers"] for issuer in issuers)
    assert any(tranche["contract_spread"] is None for tranche in tranches)
    assert any(tranche["maturity"] for tranche in tranches)
    assert any("note" in tranche["lgd"] for tranche in tranches)
    assert {"implied_rating_note" in rated for rated in (*issuers, *tranches)} == {True, False}
    heads = sum(issuer["parent"] is None for issuer in issuers)
    assert len(joint["joint"]["at_least"]) == heads < len(issuers)


def edited(result: Any, place: str, value: Any) -> Any:
    """A copy with another value at a dotted place; none: without its key."""
    found = deepcopy(result)
    *parents, last = place.split("/")
    here = found
    for key in parents:
        here = here[key]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return found


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("schema", "neocloud-mc/result/1"),
        ("measure", "risk neutral"),
        ("portfolio/exposure", None),
        ("portfolio/by_month_12/var/99.9", None),
        ("issuers/coreweave/fair_spread", 0.04),
        ("issuers/coreweave/pd/60/value", 1.5),
        ("issuers/coreweave/pd/60/low", None),
        ("issuers/coreweave/ead/value", -1.0),
        ("issuers/coreweave/implied_rating", "Baa1"),
        ("issuers/coreweave/cds", {"five years": {"value": 0.1, "low": 0.1, "high": 0.1}}),
        ("issuers/coreweave/pd/60", {"value": 0.1, "low": None, "high": None}),
        ("issuers/coreweave/another", 1),
        ("timing/seconds", -1.0),
    ],
)
def test_what_is_no_result_is_flagged(results: Any, place: str, value: Any) -> None:
    """The tests' own reading of it allows no further keys, the published one does."""
    wrong = edited(results[1], place, value)
    assert list(faults(wrong))
    published = Draft7Validator(json_schema.schema())
    assert published.is_valid(wrong) == (place == "issuers/coreweave/another")
