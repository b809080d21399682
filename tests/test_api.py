"""The Python API: the numbers of the commands, for programs and notebooks."""

import csv
import inspect
import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

import neocloud_mc
from neocloud_mc import (
    NeocloudError,
    Result,
    ScenarioError,
    UsageError,
    backtest,
    breakeven,
    compare,
    estimate,
    explain,
    fit,
    load,
    rare_event,
    report,
    sensitivity,
    shapley,
    simulate,
    sweep,
)
from neocloud_mc.cli import main
from neocloud_mc.commands import (
    backtest as backtest_command,
    breakeven as breakeven_command,
    compare as compare_command,
    explain as explain_command,
    fit as fit_command,
    report as report_command,
    run as run_command,
    sensitivity as sensitivity_command,
    sweep as sweep_command,
)
from tests import session

Capture = pytest.CaptureFixture[str]
BULLET: Final = "tests/golden/one_bullet/scenario.yaml"
EVERY: Final = "tests/golden/every_mechanism/scenario.yaml"
VINTAGE: Final = "@2025-06/neoclouds"
OUTCOMES: Final = "@example/outcomes"
STRESS: Final = "@stress/window_shut"
RICH: Final = "issuers.acme.cash=1e9"
PD: Final = "acme.pd.12"
KEY: Final = "issuers.acme.cash"
RANGE: Final = f"assumptions={{{KEY}: 'a guess; range 1e8 to 2e9'}}"
FEW: Final[dict[str, Any]] = {"paths": 2000, "seed": 7}

CASES: Final[dict[str, tuple[Callable[[], Result[Any]], list[str]]]] = {
    "run": (
        lambda: simulate(BULLET, fail_if=f"{PD} > 0.9", **FEW),
        ["run", BULLET, "--fail-if", f"{PD} > 0.9"],
    ),
    "target error": (
        lambda: simulate(BULLET, target_error=f"{PD}=0.01", max_paths=50_000, **FEW),
        ["run", BULLET, "--target-error", f"{PD}=0.01", "--max-paths", "50000"],
    ),
    "parameter uncertainty": (
        lambda: simulate(load(BULLET, settings=RANGE), parameter_uncertainty=True, draws=20, **FEW),
        ["run", BULLET, "--set", RANGE, "--parameter-uncertainty", "--draws", "20"],
    ),
    "drivers of default": (
        lambda: simulate(BULLET, attribution=True, **FEW),
        ["run", BULLET, "--attribution"],
    ),
    "rare event": (
        lambda: rare_event(BULLET, PD, **FEW),
        ["run", BULLET, "--tail", PD],
    ),
    "compare": (lambda: compare(BULLET, EVERY, **FEW), ["compare", BULLET, EVERY]),
    "by assumption": (
        lambda: shapley(BULLET, load(BULLET, overlays=STRESS), measure=PD, **FEW),
        ["compare", BULLET, "--with", STRESS, "--by-assumption", "--measure", PD],
    ),
    "sweep": (
        lambda: sweep(BULLET, f"{KEY}=0:2e9:3", measure=[PD, "acme.lgd"], **FEW),
        ["sweep", BULLET, "--vary", f"{KEY}=0:2e9:3", "--measure", PD, "--measure", "acme.lgd"],
    ),
    "sensitivity": (
        lambda: sensitivity(BULLET, measure=PD, only="issuers.acme", **FEW),
        ["sensitivity", BULLET, "--measure", PD, "--only", "issuers.acme"],
    ),
    "breakeven": (
        lambda: breakeven(BULLET, f"{KEY}=0:5e9", f"{PD}=0.2", **FEW),
        ["breakeven", BULLET, "--vary", f"{KEY}=0:5e9", "--target", f"{PD}=0.2"],
    ),
    "backtest": (
        lambda: backtest(VINTAGE, outcomes=OUTCOMES, **FEW),
        ["backtest", VINTAGE, "--outcomes", OUTCOMES],
    ),
    "explain": (
        lambda: explain(BULLET, find="default", **FEW),
        ["explain", BULLET, "--find", "default"],
    ),
    "explain by quarter": (
        lambda: explain(BULLET, find="default", quarterly=True, **FEW),
        ["explain", BULLET, "--find", "default", "--quarterly"],
    ),
}
"""By question: the function, and the command line that says the same."""
SPELT: Final = {"path": "number"}
"""Parameters of a command that are not called as its option is."""
every_question = pytest.mark.parametrize("command", CASES)


@cache
def asked(command: str) -> Result[Any]:
    """What the function finds, for several tests."""
    return CASES[command][0]()


def printed(capsys: Capture, command: str, form: str) -> str:
    words = [*CASES[command][1], "--format", form, "-q"]
    capsys.readouterr()
    assert main([*words, "--paths", str(FEW["paths"]), "--seed", str(FEW["seed"])]) == 0
    return capsys.readouterr().out


def without_circumstances(document: Any) -> Any:
    """A document without what differs from time to time."""
    if isinstance(document, dict):
        own = {key: value for key, value in document.items() if key not in ("manifest", "timing")}
        return {key: without_circumstances(value) for key, value in own.items()}
    return [without_circumstances(x) for x in document] if isinstance(document, list) else document


@every_question
def test_a_function_finds_what_the_command_prints(capsys: Capture, command: str) -> None:
    expected = json.loads(printed(capsys, command, "json"))
    found = json.loads(json.dumps(asked(command).to_dict(), allow_nan=False))
    assert without_circumstances(found) == without_circumstances(expected)
    assert found.get("digest") == expected.get("digest")


@every_question
def test_rows_are_flat_records_under_the_columns_of_the_csv(capsys: Capture, command: str) -> None:
    header = next(csv.reader(io.StringIO(printed(capsys, command, "csv"))))
    rows = asked(command).to_rows()
    assert rows and all(list(row) == header for row in rows)
    kinds = {type(value) for row in rows for value in row.values()}
    assert kinds <= {str, float, int, bool, type(None)}


def test_rows_hold_numbers_as_numbers() -> None:
    rows = sweep(BULLET, f"{KEY}=0:2e9:3", measure=PD, **FEW).to_rows()
    assert [row[KEY] for row in rows if not row["against"]] == [0.0, 1e9, 2e9]
    assert all(isinstance(row["value"], float) for row in rows)


@every_question
def test_a_notebook_shows_the_tables_of_the_terminal(command: str) -> None:
    result = asked(command)
    written, shown = result._repr_html_(), str(result)
    assert written.count("<table>") == written.count("</table>") > 0
    assert shown.splitlines()[0] in written


def test_a_name_cannot_be_markup_in_a_notebook(tmp_path: Path) -> None:
    file = tmp_path / "hostile.yaml"
    text = Path(BULLET).read_text(encoding="utf-8")
    file.write_text(text.replace("name: ", 'name: "<script>alert(1)</script>" # ', 1))
    loaded = load(file, settings="issuers.acme.label='<script>alert(2)</script>'")
    written = simulate(loaded, **FEW)._repr_html_()
    assert "<script" not in written
    assert "&lt;script&gt;alert(1)" in written


def test_options_have_the_names_and_defaults_of_the_command_line() -> None:
    pairs: dict[Callable[..., object], Callable[..., None]] = {
        simulate: run_command.run,
        compare: compare_command.compare,
        rare_event: run_command.run,
        shapley: compare_command.compare,
        sweep: sweep_command.sweep,
        sensitivity: sensitivity_command.sensitivity,
        breakeven: breakeven_command.breakeven,
        explain: explain_command.explain,
        backtest: backtest_command.backtest,
        fit: fit_command.fit,
        report: report_command.report,
    }
    for function, command in pairs.items():
        options = inspect.signature(command).parameters
        for name, own in inspect.signature(function).parameters.items():
            if own.kind is own.KEYWORD_ONLY:
                default = options[SPELT.get(name, name)].default or None
                if (function, name) != (shapley, "paths"):  # which the command looks up later
                    assert (own.default or None) == default, name


def test_a_measure_has_the_number_of_the_result() -> None:
    result = simulate(BULLET, **FEW)
    pd = result.to_dict()["issuers"]["acme"]["pd"]["12"]
    found = estimate(result, PD)
    assert (found.value, found.low, found.high) == (pd["value"], pd["low"], pd["high"])
    with pytest.raises(UsageError, match=r"acme\.pd"):
        estimate(result, "acme.dp.12")


def test_load_changes_as_the_command_line_does() -> None:
    plain = load(BULLET)
    changed = load(BULLET, settings=[RICH, "name=rich"], horizon=6)
    assert changed.scenario.issuers["acme"].cash == 1e9 != plain.scenario.issuers["acme"].cash
    assert (changed.scenario.name, changed.scenario.horizon_months) == ("rich", 6)
    laid = load("@coreweave", overlays="@stress/fire_sale")
    assert laid.scenario != load("@coreweave").scenario


def test_a_report_against_a_result_of_others_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text(json.dumps(simulate(BULLET, **FEW).to_dict()), encoding="utf-8")
    with pytest.raises(UsageError, match="none of its issuers is in the scenario"):
        report("@coreweave", against=old)


def test_two_scenarios_are_the_least_that_can_be_compared() -> None:
    with pytest.raises(UsageError, match="second scenario"):
        compare(BULLET)


@pytest.mark.parametrize(
    "wrong",
    [{"paths": 0}, {"paths": 1e6}, {"seed": -1}, {"seed": 2**64}, {"threads": 0}, {"paths": "9"}],
)
def test_a_wrong_number_is_told_before_anything_is_simulated(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        simulate(BULLET, **wrong)


def test_a_wrong_scenario_is_of_the_family_of_errors() -> None:
    with pytest.raises(ScenarioError, match="no_such_file"):
        simulate("no_such_file.yaml")
    assert issubclass(ScenarioError, NeocloudError)


def test_doubts_go_to_the_log_and_nothing_to_the_streams(
    capsys: Capture, caplog: pytest.LogCaptureFixture
) -> None:
    loaded = load(BULLET, settings="issuers.acme.cash=1e15")
    assert loaded.warnings
    with caplog.at_level(logging.INFO, "neocloud_mc"):
        simulate(loaded, **FEW)
    assert [record.getMessage() for record in caplog.records] == loaded.warnings
    assert capsys.readouterr() == ("", "")


def test_progress_goes_to_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neocloud_mc.api.watch.SECONDS_BETWEEN_LINES", 0.0)
    with caplog.at_level(logging.INFO, "neocloud_mc"):
        simulate(BULLET, paths=5000)
    assert caplog.messages[-1] == "one_bullet: 5,000 of 5,000 paths"


def test_the_session_of_the_page_is_what_it_finds() -> None:
    text = session.PAGE.read_text(encoding="utf-8")
    assert text.count(">>> ") > 20
    assert session.renewed(text) == text, "run python -m tests.session"


def test_every_name_is_there_and_documented() -> None:
    for name in neocloud_mc.__all__:
        found = getattr(neocloud_mc, name)
        assert found.__doc__
        assert isinstance(found, type) or "Examples" in found.__doc__, name


def test_importing_the_package_imports_no_stage() -> None:
    code = (
        "import sys, neocloud_mc; "
        "found = [m for m in sys.modules if m.startswith('neocloud_mc.')];"
        "assert found == ['neocloud_mc.errors'] and 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'forecast'"):
        neocloud_mc.forecast  # noqa: B018
