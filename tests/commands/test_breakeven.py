"""`breakeven` as a shell sees it: the closed-form root, several roots, none, and refusals."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.cli import main
from tests.commands import worlds

BULLET = "tests/golden/one_bullet/scenario.yaml"
Capture = pytest.CaptureFixture[str]


def solved(capsys: Capture, *arguments: str, paths: int = 4000) -> str:
    assert main(["breakeven", *arguments, "--paths", str(paths), "-q"]) == 0
    return capsys.readouterr().out


def document(capsys: Capture, *arguments: str, paths: int = 4000) -> Any:
    return json.loads(solved(capsys, *arguments, "--format", "json", paths=paths))


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_the_root_is_that_of_the_closed_form(tmp_path: Path, capsys: Capture, seed: str) -> None:
    """One of the 95% intervals may miss; twice its half-width does not."""
    interval = f"{worlds.PRINCIPAL}={worlds.owing(0.05)}:{worlds.owing(0.95)}"
    result = document(
        capsys, worlds.write(tmp_path), "--vary", interval, "--target", "acme.pd.1=0.5",
        "--seed", seed, paths=20_000,
    )  # fmt: skip
    (root,) = result["roots"]
    half_width = (root["high"] - root["low"]) / 2
    assert abs(root["value"] - worlds.owing(0.5)) < 2 * half_width
    assert half_width < 0.02 * root["value"]
    assert root["direction"] == "rising" and result["is_reached"]


def test_the_answer_is_a_sentence_with_its_interval(tmp_path: Path, capsys: Capture) -> None:
    interval = f"{worlds.PRINCIPAL}={worlds.owing(0.05)}:{worlds.owing(0.95)}"
    text = solved(capsys, worlds.write(tmp_path), "--vary", interval, "--target", "acme.pd.1=0.5")
    assert "acme.pd.1 reaches 50% at issuers.acme.tranches.loan.principal = " in text
    assert "(95% interval " in text and "higher above it." in text
    assert "The scenario as it is, " in text and " =  " in text and " *  " in text


def test_a_target_out_of_reach_is_an_answer(capsys: Capture) -> None:
    arguments = [BULLET, "--vary", "issuers.acme.cash=1e6:2e6", "--target", "acme.pd.12=0.01"]
    text = solved(capsys, *arguments)
    assert "acme.pd.12 does not reach 1% for issuers.acme.cash from 1e6 to 2e6: it lies" in text
    result = document(capsys, *arguments)
    assert not result["is_reached"] and result["roots"] == []
    assert len(result["points"]) == 17


def test_the_loss_of_a_tranche_can_be_a_target(capsys: Capture) -> None:
    result = document(
        capsys, BULLET, "--vary", "issuers.acme.cash=0:3e6",
        "--target", "acme.loan.expected_loss_rate=0.001", paths=20_000,
    )  # fmt: skip
    (root,) = result["roots"]
    name = "issuers.acme.tranches.loan.expected_loss_rate"
    assert result["sought"] == name and root["direction"] == "falling"
    assert main(
        ["run", BULLET, "--paths", "20000", "-q", "--format", "json", "--set",
         f"issuers.acme.cash={root['value']}"]
    ) == 0  # fmt: skip
    found = json.loads(capsys.readouterr().out)["issuers"]["acme"]["tranches"]["loan"]
    assert found["expected_loss_rate"]["value"] == pytest.approx(0.001, rel=0.1)


def test_csv_and_markdown_are_complete(capsys: Capture) -> None:
    arguments = [BULLET, "--vary", "issuers.acme.cash=0:1e7", "--target", "acme.pd.12=0.2"]
    result = document(capsys, *arguments)
    rows = list(csv.DictReader(io.StringIO(solved(capsys, *arguments, "--format", "csv"))))
    assert [row["kind"] for row in rows] == ["root"] + ["point"] * len(result["points"])
    root = result["roots"][0]
    assert [float(rows[0][name]) for name in ("low", "high")] == [root["low"], root["high"]]
    assert (rows[0]["measure"], rows[0]["unit"]) == ("issuers.acme.cash", "USD")
    assert [float(row["at"]) for row in rows[1:]] == [one["at"] for one in result["points"]]
    assert {(row["issuer"], row["measure"], row["month"]) for row in rows[1:]} == {
        ("acme", "pd", "12")
    }
    assert "reaches 20%" in solved(capsys, *arguments, "--format", "markdown")


@pytest.mark.parametrize(
    ("vary", "target", "told"),
    [
        ("issuers.acme.cash=0:1e7", "acme.pd.12=1.5", "lies between 0 and 1"),
        ("issuers.acme.cash=0:1e7", "acme.pd.12", "write it like"),
        ("issuers.acme.cash=0:1e7", "acem.pd.12=0.5", "did you mean"),
        ("issuers.acme.cash=1e7:0", "acme.pd.12=0.5", "is empty"),
        ("issuers.acme.cahs=0:1e7", "acme.pd.12=0.5", "did you mean 'cash'?"),
        ("issuers.acme.tranches.loan.coupon=0:3", "acme.pd.12=0.5", "outside 0 to 1 per year"),
        (
            "issuers.acme.tranches.loan.maturity=6.1:6.3",
            "acme.pd.12=0.5",
            "fewer than two whole numbers",
        ),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_nothing_is_simulated(
    capsys: Capture, vary: str, target: str, told: str
) -> None:
    arguments = ["breakeven", BULLET, "--vary", vary, "--target", target, "--paths", "1e12"]
    assert main(arguments) == 2
    found = capsys.readouterr()
    assert found.out == "" and told in found.err and found.err.count("\n") == 1


def test_a_measure_that_is_undefined_everywhere_is_bad_usage(capsys: Capture) -> None:
    """Without a breach there is no lead time."""
    arguments = [
        *("breakeven", BULLET, "--vary", "issuers.acme.cash=0:1e7", "--paths", "500", "-q"),
        *("--target", "acme.breach.lead_months=3"),
    ]
    assert main(arguments) == 2
    found = capsys.readouterr()
    assert "is undefined for every issuers.acme.cash from 0 to 1e+07" in found.err
    assert found.err.count("\n") == 1


@pytest.mark.parametrize(
    ("vary", "target", "low", "high"),
    [
        ("market.price.obsolescence=0:0.4", "coreweave.pd.60=0.5", 0.25, 0.4),
        (
            "issuers.coreweave_ddtl_3.fleet.openai_3.advance=0:1",
            "coreweave_ddtl_3.ddtl_3.expected_loss=5.2e7",
            0.15,
            0.5,
        ),
    ],
)
def test_the_questions_of_the_help_page_have_answers(
    capsys: Capture, vary: str, target: str, low: float, high: float
) -> None:
    arguments = ["scenarios/2025-06/neoclouds.yaml", "--vary", vary, "--target", target]
    (root,) = document(capsys, *arguments, paths=2000)["roots"]
    assert low < root["low"] < root["value"] < root["high"] < high
    assert root["direction"] == "rising"
