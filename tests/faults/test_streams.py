"""Streams that are closed, full or of an old locale, and names that are hard to write."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Final

import pytest

from neocloud_mc.cli import main

Capture = pytest.CaptureFixture[str]
PROGRAM: Final = f"{sys.executable} -m neocloud_mc"
BULLET: Final = "tests/golden/one_bullet/scenario.yaml"
EVERY: Final = "tests/golden/every_mechanism/scenario.yaml"
LONG: Final = "MC show scenarios/2025-06/neoclouds.yaml --sources --format json"
"""Prints 280 kB; a pipe holds 64."""
UNBUFFERED: Final = {"PYTHONUNBUFFERED": "1"}
OLD_LOCALE: Final = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def shell(
    line: str, environment: dict[str, str] | None = None, stdin: bytes | None = None
) -> tuple[int, str, str]:
    """Exit code and both streams of a line in a shell, with MC as the program."""
    found = subprocess.run(
        ["bash", "-c", line.replace("MC ", f"{PROGRAM} ")],
        env=os.environ | {"PYTHONUTF8": "1"} | (environment or {}),
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return found.returncode, found.stdout.decode(), found.stderr.decode()


@pytest.mark.parametrize(
    "line",
    [
        f"MC run {BULLET} --paths 100 -q >/dev/full",
        f"MC run {BULLET} --paths 100 -q --format json >&-",
        f"MC explain {BULLET} --path 1 -q >/dev/full",
        f"MC show {BULLET} >/dev/full",
        f"MC show {BULLET} --sources --format csv >&-",
        f"MC validate {BULLET} >&-",
        "MC docs model >/dev/full",
        "MC --version >/dev/full",
        "MC --help >&-",
    ],
)
def test_output_that_cannot_be_written_is_one_line_and_exit_1(line: str) -> None:
    for environment in ({}, UNBUFFERED):
        code, out, told = shell(line, environment)
        assert (code, out) == (1, "")
        why = "No space left on device" if "full" in line else "Bad file descriptor"
        assert told == f"standard output: cannot be written: {why}\n"


@pytest.mark.parametrize("environment", [{}, UNBUFFERED], ids=["buffered", "unbuffered"])
def test_a_disk_that_fills_up_under_a_document_is_exit_1(
    environment: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "x.json"
    code, _, told = shell(f"ulimit -f 48; {LONG} >{target}", environment)
    assert (code, told) == (1, "standard output: cannot be written: File too large\n")
    assert target.stat().st_size == 48 * 1024


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads states from /proc")
@pytest.mark.parametrize("environment", [{}, UNBUFFERED], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("waits", [True, False], ids=["waiting", "not waiting"])
def test_a_slow_reader_of_a_stopped_program_gets_the_whole_document(
    environment: dict[str, str], *, waits: bool
) -> None:
    source, sink = os.pipe()
    os.set_blocking(sink, waits)
    words = LONG.replace("MC ", f"{PROGRAM} ").split()
    with subprocess.Popen(words, env=os.environ | environment, stdout=sink) as process:
        os.close(sink)
        n_asleep = 0
        while n_asleep < 5:
            assert process.poll() is None
            time.sleep(0.05)
            state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
            full = int.from_bytes(fcntl.ioctl(source, termios.FIONREAD, bytes(4)), sys.byteorder)
            n_asleep = n_asleep + 1 if state == "S" and full > 60_000 else 0
        process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGCONT)
        time.sleep(0.05)
        with os.fdopen(source, "rb") as pipe:
            assert len(json.load(pipe)) > 100
        assert process.wait(timeout=30) == 0


def test_a_result_for_a_file_needs_no_standard_output(tmp_path: Path) -> None:
    target = tmp_path / "x.json"
    line = f"MC run {BULLET} --paths 100 --format json -q -o {target} >&- 2>&- <&-"
    assert shell(line) == (0, "", "")
    assert json.loads(target.read_text())["paths"] == 100


def test_a_full_disk_under_output_is_one_line() -> None:
    code, _, told = shell(f"MC run {BULLET} --paths 100 -q -o /dev/full")
    assert (code, told) == (1, "/dev/full: cannot be written: No space left on device\n")


@pytest.mark.parametrize("end", ["2>&-", "2>/dev/full"])
def test_messages_that_nobody_reads_never_reach_the_results(end: str) -> None:
    assert shell(f"MC validate none.yaml {end}") == (2, "", "")
    code, out, _ = shell(f"MC run {BULLET} --paths 100 --format json {end}")
    assert code == 0 and json.loads(out)["paths"] == 100


@pytest.mark.parametrize(
    ("end", "why"),
    [("<&-", "-: there is no standard input"), ("</dev/null", "-:1:1: the file is empty")],
)
def test_no_standard_input_is_one_line(end: str, why: str) -> None:
    assert shell(f"MC validate - {end}") == (2, "", f"{why}\n")


def test_a_reader_that_has_seen_enough_ends_the_program_quietly() -> None:
    line = "MC show scenarios/2025-06/neoclouds.yaml --sources --format json | head -c 1"
    assert shell(line + "; echo ${PIPESTATUS[0]}") == (0, "[141\n", "")


@pytest.mark.parametrize(
    ("encoding", "form"),
    [
        (OLD_LOCALE, "table"),
        (OLD_LOCALE, "markdown"),
        (OLD_LOCALE, "csv"),
        ({"PYTHONIOENCODING": "latin-1"}, "table"),
        ({"PYTHONIOENCODING": "latin-1"}, "markdown"),
    ],
)
def test_an_old_locale_gets_every_result(encoding: dict[str, str], form: str) -> None:
    line = f"MC run {EVERY} --paths 200 -q --format {form}"
    found = subprocess.run(
        line.replace("MC ", f"{PROGRAM} ").split(),
        env=os.environ | encoding,
        capture_output=True,
        check=True,
    )
    assert found.stderr == b""
    assert b"alpha" in found.stdout.decode("latin-1").encode()


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("-a b.yaml", {}),
        ("grüß 中.yaml", {}),
        ("grüß 中.yaml", OLD_LOCALE),
        ("\udcff\udcfe.yaml", {}),
        ("\udcff\udcfe.yaml", OLD_LOCALE),
    ],
)
def test_a_scenario_may_have_any_name(
    name: str, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(Path(BULLET).read_bytes())
    target = os.fsencode(tmp_path) + b"/out " + os.fsencode(name) + b".json"
    for arguments in (
        [b"show", b"--files"],
        [b"run", b"--paths", b"50", b"-q", b"--format", b"json", b"-o", target],
    ):
        found = subprocess.run(
            [sys.executable, "-m", "neocloud_mc", *arguments, b"--", b"./" + os.fsencode(name)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONUTF8": "1", "PYTHONPATH": str(Path.cwd())} | environment,
            capture_output=True,
            check=False,
        )
        assert (found.returncode, found.stderr) == (0, b"")
    assert json.loads(Path(os.fsdecode(target)).read_text())["paths"] == 50


@pytest.mark.parametrize("given", ["0", "-1", "1025", "1e9", "1.5", "many", "nan", "9" * 5000])
def test_a_senseless_number_of_threads_is_refused(given: str, capsys: Capture) -> None:
    assert main(["run", BULLET, "--paths", "100", f"--threads={given}"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and "Error: Invalid value for '--threads'" in told.err


def test_more_threads_than_processors_change_nothing(capsys: Capture) -> None:
    assert csv_of(capsys, EVERY, "--threads", "1000") == csv_of(capsys, EVERY, "--threads", "1")


@pytest.mark.parametrize("seed", [0, 2**64 - 1])
def test_every_seed_of_64_bits_is_one(seed: int, capsys: Capture) -> None:
    assert csv_of(capsys, BULLET, "--seed", str(seed)) != csv_of(capsys, BULLET, "--seed", "5")


@pytest.mark.parametrize("seed", ["-1", str(2**64), "0.5", "nan", "inf", "1e30"])
def test_no_other_seed_is_taken(seed: str, capsys: Capture) -> None:
    assert main(["run", BULLET, "--paths", "1", f"--seed={seed}"]) == 2
    assert "Invalid value for '--seed'" in capsys.readouterr().err


def csv_of(capsys: Capture, *arguments: str) -> str:
    """The result of a short run."""
    assert main(["run", *arguments, "--paths", "9000", "-q", "--format", "csv"]) == 0
    return capsys.readouterr().out
