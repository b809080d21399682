"""`run --tail` as a shell sees it: the numbers of one rare event, in every format."""

import csv
import io
import json
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from tests.commands import worlds
from tests.commands.result_schema import as_documented

Capture = pytest.CaptureFixture[str]


def sample(capsys: Capture, *arguments: str, expected: int = 0) -> tuple[str, str]:
    code = main(["run", *arguments, "-q", "--paths", "16384"])
    assert code == expected
    found = capsys.readouterr()
    return found.out, found.err


@pytest.fixture(name="scenario")
def _scenario(tmp_path: Path) -> str:
    return worlds.write(tmp_path)


def rare(principal: float = worlds.owing(1e-3)) -> list[str]:
    return ["--set", f"{worlds.PRINCIPAL}={principal}", "--tail", "acme.pd.1"]


def test_the_table_says_how_well_it_sampled(scenario: str, capsys: Capture) -> None:
    out, _ = sample(capsys, scenario, *rare())
    assert "rare event: acme.pd.1" in out
    assert "Effective sample size of the paths with the event: " in out
    assert "Variance-reduction factor of the event's probability against crude" in out
    assert "Tilt of the market: price -" in out


def test_json_holds_the_probability_with_its_interval(scenario: str, capsys: Capture) -> None:
    document = as_documented(json.loads(sample(capsys, scenario, *rare(), "--format", "json")[0]))
    assert document["schema"] == "neocloud-mc/tail/1"
    found = document["measures"]["issuers.acme.pd.1"]
    assert found["low"] < 1e-3 < found["high"]
    assert document["worth"] > 5.0
    assert document["shifts"]["price"] < -1.0


def test_csv_and_markdown_hold_the_same_measures(
    scenario: str, capsys: Capture, tmp_path: Path
) -> None:
    rows = list(
        csv.DictReader(io.StringIO(sample(capsys, scenario, *rare(), "--format", "csv")[0]))
    )
    assert [(row["issuer"], row["measure"], row["month"]) for row in rows] == [
        ("", "probability", ""),
        ("acme", "pd", "1"),
    ]
    file = tmp_path / "rare.md"
    sample(capsys, scenario, *rare(), "--format", "markdown", "-o", str(file))
    assert "| acme.pd.1 |" in file.read_text(encoding="utf-8")


def test_a_condition_on_the_loss_names_its_event(scenario: str, capsys: Capture) -> None:
    out, _ = sample(
        capsys, scenario, "--set", "gpus.gpu.resale=0", "--tail", "acme.loan.loss > 1e5"
    )
    assert "acme.loan loses more than $100k" in out
    rows = [line for line in out.splitlines() if line.startswith("acme.loan.")]
    assert len(rows) == 4
    assert [row.split("  ")[0] for row in rows if "%" not in row and "$" not in row] == [
        "acme.loan.expected_loss_rate, bp"
    ]


def test_an_event_that_never_happens_is_refused_in_one_line(scenario: str, capsys: Capture) -> None:
    out, err = sample(capsys, scenario, "--tail", "acme.loan.loss > 1e12", expected=1)
    assert out == ""
    assert err.count("\n") == 1
    assert "raise --paths, or run without --tail" in err


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--fail-if", "acme.pd.1 > 0.5"], "drop the options"),
        (["--tail", "acme.loan.fair_spread"], "no rare event"),
        (["--tail", "acme.lone.loss > 3"], "did you mean"),
        (["--tail", "portfolio.var"], "did you mean"),
    ],
)
def test_what_does_not_go_together_is_refused(
    scenario: str, capsys: Capture, more: list[str], word: str
) -> None:
    out, err = sample(capsys, scenario, "--tail", "acme.pd.1", *more, expected=2)
    assert out == ""
    assert err.count("\n") == 1
    assert word in err
