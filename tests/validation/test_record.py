"""The validation record: it passes, it is reproducible text, and a wrong expectation fails it."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from neocloud_mc import jit
from neocloud_mc.cli import main
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation import closed_debt, closed_market, invariants, sections
from neocloud_mc.validation.budget import Budget, full, quick
from neocloud_mc.validation.record import Claim, critical_z, judge, never, share, within
from neocloud_mc.views import pages

Capture = pytest.CaptureFixture[str]
EVERY = "tests/golden/every_mechanism/scenario.yaml"


@pytest.fixture(name="found", scope="module")
def _found(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The quick record, with one scenario file audited beside it."""
    file = tmp_path_factory.mktemp("record") / "record.json"
    code = main(["verify", "--quick", "-q", "--format", "json", "-o", str(file), EVERY])
    return {"code": code, **json.loads(file.read_text())}


def test_the_quick_record_passes(found: Any) -> None:
    failed = [check["claim"] for check in found["checks"] if check["verdict"] != "pass"]
    assert failed == []
    assert found["code"] == 0
    assert found["passed"] is True


def test_the_record_states_what_it_is(found: Any) -> None:
    assert found["schema"] == "neocloud-mc/validation/1"
    assert found["statistical"] > 100
    assert found["exact"] > 50
    assert found["statistical"] + found["exact"] == len(found["checks"])
    assert found["critical_z"] == critical_z(found["statistical"])
    assert set(found["checks"][0]) == {
        *("section", "claim", "expected", "obtained", "standard_error", "tolerance", "z"),
        "verdict",
    }


def test_every_section_has_claims_in_order_and_no_claim_twice(found: Any) -> None:
    names = [check["section"] for check in found["checks"]]
    assert list(dict.fromkeys(names)) == list(sections.SECTIONS)
    assert sorted(names, key=list(sections.SECTIONS).index) == names
    claims = [(check["section"], check["claim"]) for check in found["checks"]]
    assert len(set(claims)) == len(claims)


def test_a_given_scenario_is_audited(found: Any) -> None:
    audited = [c for c in found["checks"] if c["claim"].startswith("every_mechanism")]
    assert len(audited) == 10
    assert "defaults" in audited[0]["claim"]


@pytest.fixture
def market_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_only(monkeypatch, "Closed forms: market")


def keep_only(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sections, "SECTIONS", {name: sections.SECTIONS[name]})


def test_a_wrong_mean_makes_it_exit_1(
    market_alone: None, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    right, spread = closed_market.summed_index(0.0)
    monkeypatch.setattr(closed_market, "summed_index", lambda reversion: (right + 0.05, spread))
    assert main(["verify", "--quick", "-q"]) == 1
    assert "FAIL" in capsys.readouterr().out


def test_a_wrong_formula_makes_it_exit_1(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    keep_only(monkeypatch, "Closed forms: debt service")
    annuity = closed_debt.annuity
    monkeypatch.setattr(closed_debt, "annuity", lambda paid, n, i: annuity(paid, n, i * 1.001))
    assert main(["verify", "--quick", "-q"]) == 1
    out = capsys.readouterr().out
    assert out.count("FAIL") == 2
    *_, verdict, first, second = out.splitlines()
    assert "checks pass" in verdict
    assert first.startswith("failed: ") and second.startswith("failed: ")


def test_the_table_says_how_often_it_errs_and_where_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    keep_only(monkeypatch, "Closed forms: debt service")
    assert main(["verify", "--quick"]) == 0
    captured = capsys.readouterr()
    assert "Closed forms: debt service … (0% done)" in captured.err.splitlines()
    assert captured.out.startswith("Validation record of neocloud-mc")
    assert "below 1%" in captured.out
    n = re.fullmatch(r"(\d+) of \1 checks pass: .* exact\.", captured.out.splitlines()[-1])
    assert n is not None


def test_markdown_is_a_page_with_a_table_a_section(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keep_only(monkeypatch, "Closed forms: debt service")
    file = tmp_path / "validation.md"
    arguments = ["verify", "--quick", "-q", "--format", "markdown", "-o", str(file)]
    assert main(arguments) == 0
    first = file.read_text()
    assert first.startswith("# Validation: the record that `neocloud-mc verify` regenerates\n")
    assert "## Closed forms: debt service" in first
    assert "| claim | expected | obtained | st. error | z | verdict |" in first
    assert main(arguments) == 0
    assert file.read_text() == first


def test_a_bad_file_is_told_before_anything_runs(tmp_path: Path, capsys: Capture) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("market: {}\n")
    assert main(["verify", "--quick", str(bad)]) == 2
    assert "Closed forms" not in capsys.readouterr().err


def test_scenarios_of_one_name_are_told_apart(
    market_alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []

    def audited(scenario: Scenario, work: Budget) -> Iterator[Claim]:
        names.append(scenario.name)
        yield from ()

    monkeypatch.setattr(invariants, "audited", audited)
    assert main(["verify", "--quick", "-q", "@lambda", "@2025-06/lambda"]) == 0
    assert names == ["lambda", "lambda (2025-06-30)"]


def test_judge_fails_what_lies_beyond_the_familys_limit() -> None:
    def claims() -> Iterator[tuple[str, Claim]]:
        yield "s", Claim("inside", 0.0, 2.5, 1.0)
        yield "s", Claim("outside", 0.0, -3.0, 1.0)
        yield "s", never("count", 1)
        yield "s", within("close", 1.0, 1.05, 0.1)
        yield "s", Claim("not a number", 0.0, float("nan"))

    limit, checks = judge(claims())
    assert limit == pytest.approx(stats.norm.isf(0.01 / 4.0))
    assert [check.passed for check in checks] == [True, False, False, True, False]


@pytest.mark.parametrize(
    ("p", "events", "n"), [(0.95, 80, 100), (0.95, 99, 100), (1e-6, 25, 10**7)]
)
def test_few_events_are_scored_by_the_exact_binomial(p: float, events: int, n: int) -> None:
    z = share("few", p, events, n).z
    assert z is not None
    is_low = events < p * n
    tail = stats.binom.cdf(events, n, p) if is_low else stats.binom.sf(events - 1, n, p)
    assert stats.norm.sf(abs(z)) == pytest.approx(tail, rel=1e-3)
    assert (z < 0) == is_low


def test_the_full_record_sees_more_than_the_quick_one_by_every_size() -> None:
    sizes = {field.name for field in fields(Budget)} - {"name", "seed"}
    assert all(getattr(full(1), size) > getattr(quick(1), size) for size in sizes)


def test_intervals_that_hold_nine_times_in_ten_would_fail_the_full_record() -> None:
    """Five points of coverage are more than z* standard errors of that many seeds."""
    error = math.sqrt(0.95 * 0.05 / full(1).intervals)
    assert 0.05 / error > critical_z(200)


def test_the_page_is_the_record_of_these_kernels() -> None:
    page = pages.page("validation")
    assert f"kernels {jit.sources_digest()}" in page, "run make record"
    assert "full run" in page
    assert "FAIL" not in page
