"""`cache`: what is kept where, and nothing there is no error."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from neocloud_mc import jit
from neocloud_mc.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of the test's own; the kernels that the process has loaded stay loaded."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    fresh = jit.cache_folder.__wrapped__()
    monkeypatch.setattr(jit, "cache_folder", lambda: fresh)


def compiled(folder: Path) -> Path:
    """A folder with something that looks like the compiled kernels."""
    (folder / "engine").mkdir(parents=True)
    (folder / "engine" / "history.history-24.py311.1.nbc").write_bytes(b"k" * 1_500_000)
    return folder


def printed(capsys: Capture, *arguments: str) -> str:
    assert main(["cache", *arguments]) == 0
    return capsys.readouterr().out


def facts(capsys: Capture) -> dict[str, object]:
    found: dict[str, object] = json.loads(printed(capsys, "info", "--format", "json"))
    return found


def test_info_tells_whether_a_run_must_compile(capsys: Capture) -> None:
    assert facts(capsys)["compiled"] is False
    compiled(jit.cache_folder())
    assert facts(capsys)["compiled"] is True
    assert facts(capsys)["bytes"] == 1_500_000


def test_kernels_of_an_interrupted_compilation_are_not_all(capsys: Capture) -> None:
    (jit.cache_folder() / "history.begin-82.py311.1.nbc").write_bytes(b"begin")
    assert facts(capsys)["compiled"] is False


def test_info_is_a_line_for_each_fact(capsys: Capture) -> None:
    compiled(jit.cache_folder())
    lines = printed(capsys, "info").splitlines()
    told = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines}
    assert told["folder"] == str(jit.cache_folder())
    assert told["compiled"] == "yes"
    assert told["size"] == "1.5 MB"
    assert told["generations"] == "1, 1.5 MB in all"
    assert "numba" in told["versions"]


def test_clear_removes_this_generation_and_others_and_says_so(
    capsys: Capture, tmp_path: Path
) -> None:
    mine, other = compiled(jit.cache_folder()), compiled(tmp_path / "kernels-old")
    foreign = compiled(tmp_path / "of-another-program")
    lines = printed(capsys, "clear").splitlines()
    assert sorted(lines) == sorted(f"removed {folder} (1.5 MB)" for folder in (mine, other))
    assert (mine.exists(), other.exists(), foreign.exists()) == (False, False, True)


def test_nothing_to_clear_is_no_error(capsys: Capture, tmp_path: Path) -> None:
    assert printed(capsys, "clear") == f"nothing to remove in {tmp_path}\n"


def test_the_formats_are_those_of_info(capsys: Capture) -> None:
    assert main(["cache", "clear", "--format", "json"]) == 2
    assert capsys.readouterr().err == "--format goes with info, not with clear\n"


def test_warm_does_nothing_twice(capsys: Capture) -> None:
    compiled(jit.cache_folder())
    assert printed(capsys, "warm") == f"compiled already: {jit.cache_folder()}\n"


@pytest.mark.slow
def test_after_warm_a_run_need_not_compile(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}

    def told(*arguments: str) -> tuple[str, str]:
        command = [sys.executable, "-m", "neocloud_mc", *arguments]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        return done.stdout, done.stderr

    out, err = told("cache", "warm")
    assert out.startswith("compiled: ") and err.startswith("compiling the kernels")
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")}
    assert "compiling" not in told("run", "scenarios/2025-06/coreweave.yaml", "--paths", "100")[1]
    explained = ("scenarios/2025-06/coreweave.yaml", "--issuer", "coreweave", "--path", "1")
    assert "compiling" not in told("explain", *explained)[1]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")} == files
