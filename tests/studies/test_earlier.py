"""Changes since an earlier result: what is compared, and how wide the change is."""

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.errors import UsageError
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario.load import load
from neocloud_mc.studies import earlier
from neocloud_mc.views.run.structure import structure
from tests.results.samples import book
from tests.views.samples import plain, result_of


def written(place: Path, *results: object) -> Path:
    file = place / "old.json"
    file.write_text(json.dumps(results if len(results) > 1 else results[0]), encoding="utf-8")
    return file


def test_a_change_is_as_wide_as_of_independent_results() -> None:
    """Newcombe's method 10, worked by hand: 0.3 (0.28 to 0.33) less 0.2 (0.19 to 0.22)."""
    found = earlier.difference(Estimate(0.3, 0.28, 0.33), Estimate(0.2, 0.19, 0.22))
    assert found.value == pytest.approx(0.1)
    assert found.low == pytest.approx(0.1 - math.sqrt(0.02**2 + 0.02**2))
    assert found.high == pytest.approx(0.1 + math.sqrt(0.03**2 + 0.01**2))


def test_without_an_interval_a_change_has_none() -> None:
    assert earlier.difference(Estimate(0.3), Estimate(0.2, 0.1, 0.3)).low is None
    assert earlier.difference(Estimate(None), Estimate(0.2, 0.1, 0.3)).value is None


def test_an_earlier_result_of_others_is_refused(tmp_path: Path) -> None:
    before = earlier.read(written(tmp_path, structure(plain())))
    (issuer, *_) = before[0].numbers["issuers"]
    scenario = "tests/golden/one_bullet/scenario.yaml"
    with pytest.raises(UsageError, match="none of its issuers is in the scenario"):
        earlier.require_common(before, [load(scenario)])
    before[0].numbers["issuers"]["acme"] = before[0].numbers["issuers"].pop(issuer)
    earlier.require_common(before, [load(scenario)])


def test_a_result_beside_itself_has_not_changed(tmp_path: Path) -> None:
    result = plain()
    (old,) = earlier.read(written(tmp_path, structure(result)))
    found = list(earlier.since(result, old))
    names = {(one.now.issuer, one.now.name) for one in found}
    assert {("issuer_0", "pd"), ("issuer_1", "lgd"), ("issuer_0", "fair_spread")} <= names
    assert all(one.change.value == 0.0 for one in found)


def test_pd_is_compared_at_the_last_month_that_both_have(tmp_path: Path) -> None:
    (old,) = earlier.read(written(tmp_path, structure(result_of(book(2, months=24)))))
    later = result_of(book(2, months=36), pd=0.6)
    (pd, *_) = (one for one in earlier.since(later, old) if one.now.name == "pd")
    assert pd.now.level == "24"
    assert pd.before.value == old.numbers["issuers"]["issuer_0"]["pd"]["24"]["value"]
    assert pd.now.estimate == later.estimates.issuers["issuer_0"].pd[24]


def test_of_several_results_the_one_of_the_same_name_is_taken(tmp_path: Path) -> None:
    one = structure(plain())
    several = earlier.read(written(tmp_path, one | {"scenario": "other"}, one))
    assert [x.scenario for x in several] == ["other", "sample"]
    assert earlier.matching(several, "sample") is several[1]
    assert earlier.matching(several, "third") is None
    assert earlier.matching(several[:1], "third") is several[0]


def refusal(file: Path) -> str:
    """The one line in which a file is refused."""
    with pytest.raises(UsageError) as caught:
        earlier.read(file, "")
    (line,) = caught.value.lines
    assert line.isprintable()
    return line


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"version": None}, "version"),
        ({"base_date": 5}, "base_date"),
        ({"digest": "\x1b[31m"}, "digest"),
        ({"measure": 7}, "measure"),
        ({"paths": True}, "paths"),
        ({"months": "x"}, "months"),
        ({"seed": -1}, "seed"),
        ({"issuers": {"x": None}}, "issuers.x"),
        ({"issuers": {"x": {}}}, "issuers.x.pd"),
        ({"issuers": {"x": {"pd": {"12": 1}}}}, "issuers.x.pd.12"),
        ({"issuers": {"x": {"pd": {}, "implied_rating": "=1+1"}}}, "issuers.x.implied_rating"),
        ({"issuers": {"x": {"pd": {}, "parent": ["y"]}}}, "issuers.x.parent"),
        ({"issuers": {"\x1b[31m": {"pd": {}}}}, "\\x1b[31m"),
    ],
)
def test_a_part_that_is_not_as_run_writes_it_is_named(
    changed: dict[str, Any], part: str, tmp_path: Path
) -> None:
    line = refusal(written(tmp_path, structure(plain()) | changed))
    assert "is no result of run" in line
    assert part in line


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e308", "9" * 400])
def test_a_number_that_none_can_reckon_with_is_refused(number: str, tmp_path: Path) -> None:
    text = json.dumps(structure(plain()) | {"paths": "HERE"}).replace('"HERE"', number)
    file = tmp_path / "old.json"
    file.write_text(text, encoding="utf-8")
    assert "is no JSON with finite numbers" in refusal(file)


def test_only_a_plain_file_is_read(tmp_path: Path) -> None:
    """One that never ends, or that nobody writes to, does not hold the program up."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert "not a plain file" in refusal(fifo)
    assert "not a plain file" in refusal(Path("/dev/zero"))
