"""`run` with many scenarios: one wrong file never costs the others their results."""

import json
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from neocloud_mc.errors import RunError
from neocloud_mc.studies import run
from neocloud_mc.studies.run_result import RunResult
from tests.commands.result_schema import as_documented

BULLET = "tests/golden/one_bullet/scenario.yaml"
EVERY = "tests/golden/every_mechanism/scenario.yaml"
FEW = ("--paths", "500", "-q")
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    file = tmp_path / "wrong.yaml"
    file.write_text("market: 3\n")
    return str(file)


def test_standard_input_is_read_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-", "-", "--paths", "100"]) == 2
    told = capsys.readouterr().err
    assert "standard input can be read once only" in told
    assert told.count("\n") == 1


def test_a_wrong_file_does_not_stop_the_others(capsys: Capture, wrong: str) -> None:
    assert main(["run", BULLET, wrong, EVERY, *FEW]) == 2
    told = capsys.readouterr()
    assert "one_bullet" in told.out and "every_mechanism" in told.out
    mistake, *_, summary = told.err.splitlines()
    assert mistake.startswith(f"{wrong}:1:")
    assert summary == f"2 of 3 scenarios were simulated, not {wrong}"


def test_json_stays_one_array(capsys: Capture, wrong: str) -> None:
    assert main(["run", BULLET, wrong, "--format", "json", *FEW]) == 2
    results = as_documented(json.loads(capsys.readouterr().out))
    assert [result["scenario"] for result in results] == ["one_bullet"]


@pytest.mark.parametrize("more", [["--strict"], []])
def test_nothing_is_simulated_when_strict_or_when_all_are_wrong(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, wrong: str, more: list[str]
) -> None:
    monkeypatch.setattr(run, "simulate", None)
    others = [BULLET] if more else ["none.yaml"]
    assert main(["run", wrong, *others, *more, *FEW]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith(f"{wrong}:1:")
    assert "were simulated" not in told.err


def test_a_single_wrong_file_is_told_as_ever(capsys: Capture, wrong: str) -> None:
    assert main(["run", wrong, *FEW]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1


def test_a_wrong_file_weighs_more_than_a_gate(capsys: Capture, wrong: str) -> None:
    gate = ("--fail-if", "acme.pd.12 > 0.01")
    assert main(["run", BULLET, *gate, *FEW]) == 3
    assert main(["run", BULLET, wrong, *gate, *FEW]) == 2


def test_tables_are_printed_as_they_come(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, seen = run.simulate, []

    def simulate(*given: object, **named: object) -> RunResult:
        seen.append(capsys.readouterr().out)
        if len(seen) == 2:
            raise RunError("the disk is gone")
        return usual(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "simulate", simulate)
    assert main(["run", BULLET, EVERY, *FEW]) == 1
    assert seen[0] == "" and seen[1].startswith("one_bullet\n")
    assert capsys.readouterr().err == "the disk is gone\n"


def test_blocks_are_set_apart_by_an_empty_line(capsys: Capture) -> None:
    assert main(["run", BULLET, EVERY, *FEW]) == 0
    both = capsys.readouterr().out
    assert main(["run", BULLET, *FEW]) == 0
    first = capsys.readouterr().out
    assert main(["run", EVERY, *FEW]) == 0
    assert both == f"{first}\n{capsys.readouterr().out}"
