"""`run` as a shell sees it: what is printed where, exit codes, interruption, reproducibility."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.cli import main
from tests.commands.result_schema import as_documented
from tests.processes import heeding_interrupts

BULLET = "tests/golden/one_bullet/scenario.yaml"
EVERY = "tests/golden/every_mechanism/scenario.yaml"
PROGRAM = [sys.executable, "-m", "neocloud_mc"]
TALKATIVE = [
    *(sys.executable, "-c"),
    "import sys; from neocloud_mc.cli import main; from neocloud_mc.views.render import progress;"
    "progress.SECONDS_BETWEEN_LINES = 0.1; sys.exit(main())",
]
"""The program, telling of its progress often."""
Capture = pytest.CaptureFixture[str]


def document(capsys: Capture, *arguments: str) -> Any:
    assert main(["run", "--format", "json", "-q", *arguments]) == 0
    return as_documented(json.loads(capsys.readouterr().out))


def reproducible(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in ("timing", "manifest")}


def test_json_has_every_documented_key(capsys: Capture) -> None:
    result = document(capsys, EVERY, "--paths", "2000")
    assert set(result) == {
        *("schema", "version", "scenario", "digest", "base_date", "measure", "paths", "seed"),
        *("months", "issuers", "joint", "portfolio", "market", "gates", "manifest", "timing"),
    }
    assert set(result["issuers"]["alpha"]) == {
        *("label", "parent", "debt", "commitment", "pd", "pd_by_month", "default_months", "causes"),
        *("breach", "ead", "lgd", "expected_loss", "expected_loss_12m", "expected_loss_rate"),
        *("fair_spread", "cds", "implied_rating", "tranches"),
    }
    assert set(result["issuers"]["alpha"]["tranches"]["senior"]) == {
        *("drawn", "commitment", "maturity", "rank", "pd", "ead", "lgd", "expected_loss"),
        *("expected_loss_12m", "expected_loss_rate", "fair_spread", "contract_spread"),
        "implied_rating",
    }
    assert list(result["issuers"]["alpha"]["pd"]) == ["12", "24", "36", "48"]
    assert set(result["joint"]) == {"at_least", "pairs"}
    assert set(result["portfolio"]) == {"exposure", "mean", "var", "es", "by_month_12"}
    assert set(result["market"]) == {"price_index", "gpus"}
    assert set(result["manifest"]) >= {"argv", "versions", "cpu", "started", "scenario_resolved"}
    assert set(result["timing"]) == {"seconds", "paths_per_second"}
    assert sum(result["issuers"]["alpha"]["default_months"]) > 0


def test_a_second_run_and_other_threads_give_the_same_bits(capsys: Capture) -> None:
    first = document(capsys, EVERY, "--paths", "9000", "--threads", "1")
    second = document(capsys, EVERY, "--paths", "9000", "--threads", "2")
    assert reproducible(first) == reproducible(second)


def test_several_scenarios_are_an_array(capsys: Capture) -> None:
    both = document(capsys, BULLET, EVERY, "--paths", "500")
    assert [result["scenario"] for result in both] == ["one_bullet", "every_mechanism"]


def test_settings_horizon_and_seed_change_the_run(capsys: Capture) -> None:
    base = document(capsys, BULLET, "--paths", "2000")
    short = document(capsys, BULLET, "--paths", "2000", "--horizon", "6")
    rich = document(capsys, BULLET, "--paths", "2000", "--set", "issuers.acme.cash=1e9")
    other = document(capsys, BULLET, "--paths", "2000", "--seed", "2")
    assert short["months"] == 6 and short["issuers"]["acme"]["pd"]["6"]["value"] == 0.0
    assert rich["issuers"]["acme"]["pd"]["12"]["value"] == 0.0
    assert base["issuers"]["acme"]["pd"] != other["issuers"]["acme"]["pd"]
    assert len({run["digest"] for run in (base, short, rich, other)}) == 4


def test_environment_sets_defaults_and_a_flag_wins(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEOCLOUD_MC_PATHS", "1_500")
    monkeypatch.setenv("NEOCLOUD_MC_SEED", "7")
    monkeypatch.setenv("NEOCLOUD_MC_FORMAT", "json")
    assert main(["run", BULLET, "-q", "--seed", "8"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["paths"], result["seed"]) == (1500, 8)


@pytest.mark.parametrize(
    ("condition", "code", "status"),
    [
        ("acme.pd.12 > 0.99", 0, "passed"),
        ("acme.pd.12 > 0.01", 3, "breached"),
        ("acme.pd.12 > 0.6", 4, "inconclusive"),
    ],
)
def test_gates_decide_the_exit_code_and_the_results_are_printed(
    capsys: Capture, condition: str, code: int, status: str
) -> None:
    arguments = ["run", BULLET, "--paths", "200", "--format", "json", "--fail-if", condition]
    assert main(arguments) == code
    told = capsys.readouterr()
    result = as_documented(json.loads(told.out))
    assert [gate["status"] for gate in result["gates"]] == [status]
    assert (status in told.err) == (code != 0)
    if status == "inconclusive":
        assert "paths would decide" in told.err


def test_a_wrong_gate_stops_before_anything_is_simulated(capsys: Capture) -> None:
    started = time.process_time()
    arguments = ["run", BULLET, "--paths", "1e12", "--fail-if", "acem.pd.12 > 0.1"]
    assert main(arguments) == 2
    assert time.process_time() - started < 5.0
    told = capsys.readouterr()
    assert told.out == "" and "acme" in told.err and told.err.count("\n") == 1


@pytest.mark.parametrize(
    "wrong", [["--paths", "0"], ["--paths", "many"], ["--threads", "-1"], ["--horizon", "241"]]
)
def test_wrong_numbers_are_bad_usage(capsys: Capture, wrong: list[str]) -> None:
    assert main(["run", BULLET, *wrong]) == 2
    told = capsys.readouterr()
    assert told.out == "" and "Traceback" not in told.err


def test_output_goes_to_a_file_that_appears_whole(tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "a result.json"
    arguments = ["run", BULLET, "--paths", "300", "--format", "json", "-q", "-o", str(target)]
    assert main(arguments) == 0
    assert json.loads(target.read_text())["paths"] == 300
    assert capsys.readouterr().out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["a result.json"]


def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    assert main(["run", BULLET, "--paths", "300", "-q", "-o", str(tmp_path / "no/file")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_pipe_gets_plain_text() -> None:
    code = (
        "import sys; from neocloud_mc.cli import main;"
        "sys.exit(any([main([*sys.argv[1:], form]) for form in ('table', 'csv', 'markdown')]))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, "run", EVERY, "--paths", "2000", "--format"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "\x1b" not in found.stdout and "…" not in found.stdout
    for mark in ("issuer  ", ",alpha,", "| alpha |"):
        assert mark in found.stdout
    assert "neocloud_mc" not in found.stderr


def test_a_closed_pipe_ends_quietly() -> None:
    run = subprocess.Popen(
        [*PROGRAM, "run", EVERY, "--paths", "2000", "--format", "csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdout is not None and run.stderr is not None
    run.stdout.close()
    told = run.stderr.read().decode()
    run.stderr.close()
    assert run.wait() in (-signal.SIGPIPE, 141)
    assert "Traceback" not in told


def test_ctrl_c_ends_with_130_and_without_a_traceback() -> None:
    with heeding_interrupts():
        run = subprocess.Popen(
            [*TALKATIVE, "run", EVERY, "--paths", "1e9"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    assert run.stderr is not None
    while b" paths (" not in run.stderr.readline():
        assert run.poll() is None
    run.send_signal(signal.SIGINT)
    out, told = run.communicate(timeout=60)
    assert run.returncode == 130
    assert out == b"" and b"Traceback" not in told and b"interrupted" in told


def test_standard_input_is_a_scenario() -> None:
    found = subprocess.run(
        [*PROGRAM, "run", "-", "--paths", "300", "--format", "json", "-q"],
        input=Path(BULLET).read_text(),
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"LC_ALL": "C"},
    )
    assert json.loads(found.stdout)["scenario"] == "one_bullet"
