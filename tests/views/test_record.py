"""The validation record where a check went wrong: what is no number is shown, and fails."""

import json
import math

import pytest

from neocloud_mc.validation.record import FAMILY_ERROR, Claim, Record, judge
from neocloud_mc.views.record import document


def record(*claims: Claim) -> Record:
    critical, checks = judge(("section", claim) for claim in claims)
    return Record("1.0", "model", "quick", 1, critical, FAMILY_ERROR, checks)


@pytest.mark.parametrize("obtained", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_fails_and_is_shown(obtained: float) -> None:
    exact, sampled = Claim("exact", 1.0, obtained), Claim("sampled", 1.0, obtained, 0.5)
    made = record(Claim("far", 0.0, 9.0, 1.0), sampled, exact)
    assert not any(check.passed for check in made.checks)
    assert made.worst is not None and made.worst.claim == "sampled"
    shown = document(made)
    table = shown.text("table")
    assert table.count(f" {obtained:g} ") >= 2 and table.count("FAIL") == 3
    assert "0 of 3 checks pass" in shown.text("markdown")
    found = [(c["obtained"], c["z"]) for c in json.loads(shown.text("json"))["checks"]]
    assert found == [(9.0, 9.0), (None, None), (None, None)]


def test_whole_numbers_are_written_as_such() -> None:
    text = document(record(Claim("count", 1, 1), Claim("share", 0.5, 0.5))).text("markdown")
    assert "| count | 1 | 1 |" in text and "| share | 0.5 | 0.5 |" in text
