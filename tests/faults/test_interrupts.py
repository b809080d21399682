"""Ctrl-C and the end of memory: 130 and one line, whatever the program was at."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests.processes import heeding_interrupts, seconds_of_the_ended, seconds_used

PROGRAM: Final = [sys.executable, "-m", "neocloud_mc"]
EVERY: Final = "tests/golden/every_mechanism/scenario.yaml"
MOST_KB: Final = 350_000


def begun(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A program that runs, both of its streams in pipes."""
    with heeding_interrupts():
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
        )


def resident(process: subprocess.Popen[str]) -> int:
    """Memory at its highest, kB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) if found else 0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")
def test_a_thousand_million_paths_stream_in_little_memory_until_they_are_interrupted() -> None:
    run = begun("run", EVERY, "--paths", "1e9")
    peak = 0
    while seconds_used(run) < 4.0 and run.poll() is None:
        time.sleep(0.2)
        peak = resident(run)
    run.send_signal(signal.SIGINT)
    out, told = run.communicate(timeout=60)
    assert peak < MOST_KB
    assert (run.returncode, out) == (130, "")
    assert told.splitlines()[-1].startswith("interrupted") and "Traceback" not in told


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads states from /proc")
@pytest.mark.parametrize("delay", [None, 0.0, 0.1, 0.4])
def test_an_interrupt_at_any_moment_is_one_line_and_leaves_no_half_file(
    delay: float | None, tmp_path: Path
) -> None:
    target = tmp_path / "x.json"
    run = begun("run", "-", "--paths", "1e9", "-q", "--format", "json", "-o", str(target))
    assert run.stdin is not None
    _until_it_reads(run)
    if delay is not None:
        run.stdin.write(Path(EVERY).read_text())
        run.stdin.close()
        run.stdin = None
        time.sleep(delay)
    run.send_signal(signal.SIGINT)
    out, told = run.communicate(timeout=60)
    assert (run.returncode, out, told) == (130, "", "interrupted\n")
    assert list(tmp_path.iterdir()) == []


def _until_it_reads(process: subprocess.Popen[str]) -> None:
    """Wait until a process sleeps, for want of its standard input."""
    n_asleep = 0
    while n_asleep < 5:
        time.sleep(0.05)
        state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        n_asleep = n_asleep + 1 if state == "S" and seconds_used(process) > 0.1 else 0


def test_an_interrupt_while_the_result_is_written_leaves_no_half_file(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from neocloud_mc.cli import main\n"
        "usual = Path.open\n"
        "def half(self, mode):\n"
        "    with usual(self, mode) as file: file.write(b'half')\n"
        "    raise KeyboardInterrupt\n"
        "Path.open = lambda self, mode='r', *more, **named: "
        "half(self, mode) if mode == 'wb' else usual(self, mode, *more, **named)\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["run", EVERY, "--paths", "100", "-q", "-o", str(tmp_path / "x.txt")]
    with heeding_interrupts():
        found = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
        )
    assert (found.returncode, found.stdout, found.stderr) == (130, "", "interrupted\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [3.0, 8.0])
def test_an_interrupt_while_the_kernels_are_compiled_is_one_line(
    seconds: float, tmp_path: Path
) -> None:
    run = begun("run", EVERY, "--paths", "1000", NUMBA_CACHE_DIR=str(tmp_path))
    before = seconds_of_the_ended()
    while seconds_used(run) < seconds and run.poll() is None:
        time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    out, told = run.communicate(timeout=300)
    assert (run.returncode, out) == (130, "")
    *_, announced, last = told.splitlines()
    assert announced.startswith("compiling") and last == "interrupted"
    assert seconds_of_the_ended() - before < 60.0
