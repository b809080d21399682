"""`run --checkpoint`: work that was done is never lost, done twice, or changed by a bit."""

import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from neocloud_mc.engine import checkpoint
from neocloud_mc.engine.checkpoint import blank, opened
from neocloud_mc.engine.run import CHUNK_PATHS, over_chunks
from neocloud_mc.results.shards import part_files
from neocloud_mc.results.shards.ranges import count
from neocloud_mc.scenario.load import load
from tests.commands.runs import Capture, refusal, result, run
from tests.processes import heeding_interrupts, seconds_of_the_ended, seconds_used

BULLET = "tests/golden/one_bullet/scenario.yaml"
EVERY = "tests/golden/every_mechanism/scenario.yaml"
PROGRAM = [sys.executable, "-m", "neocloud_mc"]
OFTEN = [
    *(sys.executable, "-c"),
    "import sys; from neocloud_mc.cli import main; from neocloud_mc.engine import checkpoint;"
    "checkpoint.SECONDS_BETWEEN_SAVES = 0.0; sys.exit(main())",
]
"""The program, saving after every chunk."""


def the_file(folder: Path) -> Path:
    (file,) = (file for file in folder.glob("*.nmc") if "apart" not in file.name)
    return file


def paths_in(folder: Path) -> int:
    return count(part_files.load(the_file(folder)).covered)


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[range]:
    """The ranges of paths that are simulated from here on."""
    seen: list[range] = []
    usual = over_chunks

    def noted(scenario: Any, *, paths: Any, **others: Any) -> Any:
        seen.extend(paths)
        return usual(scenario, paths=paths, **others)

    monkeypatch.setattr(checkpoint, "over_chunks", noted)
    return seen


def test_a_checkpoint_changes_no_bit(tmp_path: Path, capsys: Capture) -> None:
    plain = result(capsys, EVERY, "--paths", "9000")
    assert result(capsys, EVERY, "--paths", "9000", "--checkpoint", str(tmp_path)) == plain


def test_a_finished_run_answers_without_simulating(
    tmp_path: Path, capsys: Capture, simulated: list[range]
) -> None:
    command = (EVERY, "--paths", "9000", "--checkpoint", str(tmp_path))
    first = result(capsys, *command)
    assert simulated == [range(9000), range(9000)]
    simulated.clear()
    assert result(capsys, *command) == first
    assert simulated == []


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [(8192, 9000, range(8192, 9000)), (9000, 13000, range(8192, 13000))],
)
def test_more_paths_add_to_those_that_are_there(
    tmp_path: Path,
    capsys: Capture,
    simulated: list[range],
    before: int,
    after: int,
    added: range,
) -> None:
    folder = ("--checkpoint", str(tmp_path))
    result(capsys, BULLET, "--paths", str(before), *folder)
    simulated.clear()
    grown = result(capsys, BULLET, "--paths", str(after), *folder)
    assert simulated == [added]
    assert grown == result(capsys, BULLET, "--paths", str(after))


def test_fewer_paths_than_are_there_are_refused(tmp_path: Path, capsys: Capture) -> None:
    folder = ("--checkpoint", str(tmp_path))
    result(capsys, BULLET, "--paths", "9000", *folder)
    before = the_file(tmp_path).read_bytes()
    told = refusal(capsys, 2, BULLET, "--paths", "8000", *folder)
    assert "has 9,000 paths already, more than --paths 8,000: give --paths 9000 or more" in told
    assert the_file(tmp_path).read_bytes() == before


def test_several_runs_share_a_folder(tmp_path: Path, capsys: Capture) -> None:
    folder = ("--paths", "500", "--checkpoint", str(tmp_path))
    for arguments in ([BULLET], [BULLET, "--seed", "2"], [BULLET, "--horizon", "6"], [EVERY]):
        assert result(capsys, *arguments, *folder) == result(capsys, *arguments, *folder[:2])
    assert len(list(tmp_path.glob("one_bullet-*.nmc"))) == 3


def test_the_name_of_a_scenario_never_leads_out_of_the_folder(
    tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / "in" / "here"
    name = "../../../ünder/" + "x" * 180
    result(capsys, BULLET, "--paths", "50", "--set", f"name={name}", "--checkpoint", str(folder))
    assert the_file(folder).is_file()
    assert [file.name for file in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_a_cut_checkpoint_is_refused_and_left_alone(
    tmp_path: Path, capsys: Capture, size: int
) -> None:
    command = (BULLET, "--paths", "500", "--checkpoint", str(tmp_path))
    result(capsys, *command)
    file = the_file(tmp_path)
    file.write_bytes(file.read_bytes()[:size])
    assert f"{file}: is damaged or cut short: remove it" in refusal(capsys, 1, *command)
    assert file.stat().st_size == size


def test_a_checkpoint_under_the_name_of_another_run_is_refused(
    tmp_path: Path, capsys: Capture
) -> None:
    command = (BULLET, "--paths", "500", "--checkpoint", str(tmp_path))
    result(capsys, *command)
    file = the_file(tmp_path)
    own = file.read_bytes()
    file.unlink()
    result(capsys, *command, "--seed", "2")
    other = the_file(tmp_path)
    other.write_bytes(own)
    told = refusal(capsys, 2, *command, "--seed", "2")
    assert f"{other}: is of another run: seed 1, not 2: remove it" in told
    assert other.read_bytes() == own


@pytest.mark.parametrize("option", ["--checkpoint", "-o", "--output"])
def test_an_empty_name_is_never_the_current_folder(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    scenario = str(Path(BULLET).resolve())
    monkeypatch.chdir(tmp_path)
    assert run(scenario, "--paths", "500", option, "") == 2
    assert "'' is not a name" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["fifo", "folder"])
def test_what_is_no_file_in_the_place_of_a_checkpoint_is_one_line(
    tmp_path: Path, capsys: Capture, kind: str
) -> None:
    command = (BULLET, "--paths", "500", "--checkpoint", str(tmp_path))
    result(capsys, *command)
    file = the_file(tmp_path)
    file.unlink()
    os.mkfifo(file) if kind == "fifo" else file.mkdir()
    told = refusal(capsys, 1, *command)
    assert told == f"{file}: cannot be read: it is not a file\n"


@pytest.mark.parametrize("place", ["a file/folder", "a file", "/proc/none"])
def test_a_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: Capture, simulated: list[range], place: str
) -> None:
    (tmp_path / "a file").touch()
    folder = str(tmp_path / place)
    told = refusal(capsys, 1, BULLET, "--paths", "500", "--checkpoint", folder)
    assert f"{folder}: cannot be written" in told
    assert simulated == []


def test_a_full_disk_is_one_line_and_keeps_what_was_there(tmp_path: Path, capsys: Capture) -> None:
    command = (BULLET, "--checkpoint", str(tmp_path))
    result(capsys, *command, "--paths", "9000")
    before = the_file(tmp_path).read_bytes()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    full = subprocess.run(
        [*PROGRAM, "run", *command, "--paths", "20000", "-q"],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (full.returncode, full.stdout) == (1, "")
    assert "cannot be written: File too large" in full.stderr and full.stderr.count("\n") == 1
    assert the_file(tmp_path).read_bytes() == before
    assert not list(tmp_path.glob("*.draft")) and not list(tmp_path.glob(".*.draft"))


def test_a_second_process_is_turned_away(tmp_path: Path, capsys: Capture) -> None:
    command = (BULLET, "--paths", "500", "--checkpoint", str(tmp_path))
    result(capsys, *command)
    file = the_file(tmp_path)
    with opened(file, blank(load(BULLET).scenario, paths=500, seed=1)):
        told = refusal(capsys, 2, *command)
    assert f"{file}: another process is at work on it" in told
    result(capsys, *command)


def test_drafts_of_killed_processes_are_removed(tmp_path: Path, capsys: Capture) -> None:
    command = (BULLET, "--paths", "500", "--checkpoint", str(tmp_path))
    first = result(capsys, *command)
    draft = tmp_path / f".{the_file(tmp_path).name}.123.draft"
    draft.write_bytes(b"half")
    assert result(capsys, *command) == first
    assert not draft.exists()


def started(folder: Path) -> subprocess.Popen[str]:
    """An endless run, once it has saved something; compiling first takes a while."""
    command = [*OFTEN, "run", EVERY, "--paths", "1e9", "--checkpoint", str(folder), "-q"]
    with heeding_interrupts():
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    deadline = time.monotonic() + 120.0
    while not list(folder.glob("*.nmc")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.2)
    return process


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)],
    ids=["ctrl-c", "term", "hang-up"],
)
def test_an_interrupted_run_keeps_its_work_and_goes_on(
    tmp_path: Path, capsys: Capture, number: signal.Signals, code: int
) -> None:
    process = started(tmp_path)
    told = refusal(capsys, 2, EVERY, "--paths", "1e9", "--checkpoint", str(tmp_path))
    assert "another process is at work on it" in told
    ended, used = seconds_of_the_ended(), seconds_used(process)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert seconds_of_the_ended() - ended - used < 5.0
    kept = paths_in(tmp_path)
    assert (process.returncode, out, err.count("\n")) == (code, "", 1)
    assert f"keeps {kept:,} of 1,000,000,000 paths; go on with: neocloud-mc run {EVERY}" in err
    assert kept > 0 and kept % CHUNK_PATHS == 0
    wanted = (EVERY, "--paths", str(kept + 5000))
    assert result(capsys, *wanted, "--checkpoint", str(tmp_path)) == result(capsys, *wanted)


PATIENT: Final = [
    *(sys.executable, "-c"),
    "import os, sys, time; from neocloud_mc.cli import main; from neocloud_mc.engine import "
    "checkpoint; checkpoint.SECONDS_BETWEEN_SAVES = 1e9; usual = os.fsync;"
    "from neocloud_mc.views.render import progress; progress.SECONDS_BETWEEN_LINES = 0.5;"
    "os.fsync = lambda handle: (time.sleep(0.3), usual(handle)); sys.exit(main())",
]
"""The program, saving slowly and at the end alone."""


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "term"])
def test_a_storm_of_signals_loses_nothing_that_was_done(
    tmp_path: Path, first: signal.Signals
) -> None:
    command = [*PATIENT, "run", EVERY, "--paths", "1e9", "--checkpoint", str(tmp_path)]
    with heeding_interrupts():
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    with process:
        assert process.stderr is not None
        while "paths (" not in process.stderr.readline():
            assert process.poll() is None
        for number in (first, *(signal.SIGTERM, signal.SIGINT) * 20):
            process.send_signal(number)
            time.sleep(0.01)
        told = process.stderr.read().splitlines()
    assert process.returncode == 128 + first
    assert "go on with: neocloud-mc run" in told[-1]
    assert all(" paths (" in line for line in told[:-1])
    assert paths_in(tmp_path) > 0


def test_a_killed_run_goes_on_from_its_last_save(
    tmp_path: Path, capsys: Capture, simulated: list[range]
) -> None:
    process = started(tmp_path)
    process.kill()
    process.communicate()
    kept = paths_in(tmp_path)
    wanted = (EVERY, "--paths", str(kept + 5000))
    resumed = result(capsys, *wanted, "--checkpoint", str(tmp_path))
    assert simulated[0] == range(kept, kept + 5000)
    assert resumed == result(capsys, *wanted)


def test_a_terminated_run_without_checkpoint_ends_with_143() -> None:
    program = (
        "import os, signal, sys, threading; from neocloud_mc.cli import main;"
        "threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGTERM)).start();"
        f"sys.exit(main(['run', {EVERY!r}, '--paths', '1e9', '-q']))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (143, "", "terminated\n")


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Save after every chunk."""
    monkeypatch.setattr(checkpoint, "SECONDS_BETWEEN_SAVES", 0.0)


@pytest.mark.usefixtures("often")
def test_an_exception_at_any_save_loses_at_most_a_chunk(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while the third save is being written."""
    usual, calls = os.fsync, []

    def interrupted(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 5:
            raise KeyboardInterrupt
        usual(handle)

    monkeypatch.setattr(os, "fsync", interrupted)
    command = (BULLET, "--paths", "30000", "--checkpoint", str(tmp_path), "--threads", "1")
    assert run(*command) == 130
    assert "go on with" in capsys.readouterr().err
    assert paths_in(tmp_path) == 3 * CHUNK_PATHS
    assert result(capsys, *command) == result(capsys, *command[:3])


def test_parts_of_a_run_in_the_past_are_not_taken_for_this_version(
    tmp_path: Path, capsys: Capture
) -> None:
    command = (BULLET, "--paths", "500", "--checkpoint", str(tmp_path))
    result(capsys, *command)
    file = the_file(tmp_path)
    part = part_files.load(file)
    part_files.save(replace(part, key=replace(part.key, version="0.0.1")), file)
    assert "is made by version 0.0.1" in refusal(capsys, 2, *command)


@pytest.mark.slow
def test_fifty_kills_at_random_moments_change_no_bit(tmp_path: Path, capsys: Capture) -> None:
    random, paths = Random(1), 1_000_000
    wanted = (EVERY, "--paths", str(paths))
    command = [*OFTEN, "run", *wanted, "--checkpoint", str(tmp_path), "-q"]
    for _ in range(50):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(random.uniform(0.4, 1.4))
        process.kill()
        process.wait()
        assert not list(tmp_path.glob("*.nmc")) or paths_in(tmp_path) <= paths
    assert result(capsys, *wanted, "--checkpoint", str(tmp_path)) == result(capsys, *wanted)
