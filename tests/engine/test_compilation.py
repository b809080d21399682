"""Compilation is a step of its own, told once, by whoever the user listens to."""

import logging
import pickle
import re
from pathlib import Path

import numba
import pytest
from numba.core import event

from neocloud_mc import jit
from neocloud_mc.cli import main
from neocloud_mc.engine import compilation
from neocloud_mc.engine.cluster_tasks import identity, work
from neocloud_mc.engine.compilation_progress import FunctionsCompiled
from neocloud_mc.engine.history import history
from neocloud_mc.engine.run import simulate
from neocloud_mc.engine.tables import tabulate
from neocloud_mc.scenario.load import load
from tests.engine.rich_world import rich

SCENARIO = "scenarios/2025-06/lambda.yaml"
OTHER = "scenarios/2025-06/coreweave.yaml"
FIGURE = "issuers.lambda.cash"
MEASURE = "lambda.pd.12"
FEW = ("--paths", "200", "--horizon", "12")


@pytest.fixture(autouse=True)
def _uncompiled(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A process that has not loaded the kernels and finds none; they are there all the same."""
    compilation.load.cache_clear()
    monkeypatch.setattr(jit, "is_compiled", lambda: False)
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    caplog.set_level(logging.DEBUG, "neocloud_mc")


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    records = [record for record in caplog.records if record.name == "neocloud_mc"]
    return [timeless(record.message) for record in records]


def timeless(line: str) -> str:
    """The line without how long it took: the first test of a process also loads the compiler."""
    return re.sub(r" in \d+ s$", " in time", line)


def test_the_api_says_what_it_waits_for_once_where_python_shows_it_by_default(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        simulate(rich(), paths=1, seed=1, threads=1)
    assert logged(caplog) == [
        "compiling the kernels, once for this version: 15 seconds, or up to a minute …",
        "compiled the kernels in time",
    ]
    assert min(record.levelno for record in caplog.records) >= logging.WARNING
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("reason", ["compiled", "off"])
def test_nothing_is_said_where_nothing_is_compiled(
    reason: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reason == "off":
        monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    else:
        monkeypatch.setattr(jit, "is_compiled", lambda: True)
    simulate(rich(), paths=1, seed=1, threads=1)
    assert logged(caplog) == []


def test_what_is_compiled_without_a_scenario_serves_every_scenario() -> None:
    compilation.load()
    signatures = list(history.compiled.signatures)  # type: ignore[attr-defined]
    simulate(rich(), paths=1, seed=1, threads=1)
    simulate(load(SCENARIO).scenario, paths=1, seed=1, threads=1)
    assert history.compiled.signatures == signatures  # type: ignore[attr-defined]
    assert len(tabulate(rich(), 1).calendar) > 0


def test_a_compilation_tells_how_far_it_is_function_by_function(tmp_path: Path) -> None:
    kernel = tmp_path / "kernel.py"
    shares: list[float] = []
    kernel.write_text("\n@jit.step\ndef doubled(): ...\n@jit.kernel\ndef whole(): ...\n")
    with event.install_listener("numba:compile", FunctionsCompiled(kernel, shares.append)):
        numba.njit(lambda x: 2.0 * x)(1.0)
        numba.njit(lambda x: 3.0 * x)(1.0)
    assert shares == [0.4, 0.8]


COMMANDS = {
    "run": ("run", SCENARIO, *FEW),
    "run to a target": ("run", SCENARIO, *FEW, "--target-error", f"{MEASURE}=0.05"),
    "run with attribution": ("run", SCENARIO, *FEW, "--attribution"),
    "run of uncertain figures": ("run", SCENARIO, *FEW, "--parameter-uncertainty", "2"),
    "a shard": ("run", SCENARIO, "--paths", "5000", "--shard", "1/2", "-o", "part.nmc"),
    "run of a tail": ("run", SCENARIO, *FEW, "--tail", "lambda.pd.12"),
    "compare": ("compare", SCENARIO, OTHER, *FEW),
    "sweep": ("sweep", SCENARIO, *FEW, "--vary", f"{FIGURE}=1e8:2e8:2", "--measure", MEASURE),
    "sensitivity": ("sensitivity", SCENARIO, *FEW, "--only", FIGURE),
    "breakeven": (
        "breakeven", SCENARIO, *FEW, "--vary", f"{FIGURE}=1e7:2e9", "--target", f"{MEASURE}=0.05"
    ),
    "explain": ("explain", SCENARIO, *FEW, "--issuer", "lambda", "--path", "3"),
}  # fmt: skip


@pytest.mark.parametrize("quiet", [(), ("--quiet",)])
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_command_that_simulates_compiles_first_and_says_so_itself(
    command: tuple[str, ...],
    quiet: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    here = [str(tmp_path / word) if word.endswith(".nmc") else word for word in command]
    main([*here, *quiet])
    told = capsys.readouterr().err.splitlines()
    steps = [timeless(line) for line in told if "kernels" in line]
    begun, ended = "compiling the kernels, once for this version …", "compiled the kernels in time"
    assert steps == ([] if quiet else [begun, ended])
    assert logged(caplog) == []
    assert compilation.load.cache_info().currsize == 1


def test_a_worker_leaves_the_telling_to_the_client(caplog: pytest.LogCaptureFixture) -> None:
    work(range(1), pickle.dumps(rich()), 1, identity())
    assert logged(caplog) == []
