"""What a user waits for: help, checks, a small run, the first compilation."""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from neocloud_mc.views.grid import Grid
from tests.benchmarks.clock import ROUNDS
from tests.benchmarks.rates import SCENARIO

_COMMANDS: Final = {
    "--help": ["--help"],
    "validate": ["validate", SCENARIO, "-q"],
    "show": ["show", SCENARIO, "-q"],
    "run, 1,000 paths, warm": ["run", SCENARIO, "--paths", "1000", "-q"],
}
_UNIT: Final = 1.0 if sys.platform == "darwin" else 1024.0
"""Bytes in which the system counts memory."""


class Ended(NamedTuple):
    """What a process took: seconds on the wall and of the processors, megabytes at most."""

    wall: float
    cpu: float
    megabytes: float
    is_whole: bool


def process() -> Grid:
    """Time of whole processes, from bytecode, as installed."""
    found: dict[str, list[Ended]] = {name: [] for name in _COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(1 + ROUNDS):
            for name, arguments in _COMMANDS.items():
                found[name].append(launch(arguments, environment))
        cold = launch(["cache", "warm"], environment | {"NUMBA_CACHE_DIR": folder})
    rows = {
        name: [statistics.median(column) for column in zip(*endings[1:], strict=True)][:2]
        for name, endings in found.items()
    } | {"cache warm, from nothing, once": [cold.wall, cold.cpu]}
    return Grid(
        f"Whole process: medians of {ROUNDS}, interleaved",
        ("command", "wall, s", "CPU, s"),
        tuple((name, *(f"{seconds:.2f}" for seconds in row)) for name, row in rows.items()),
    )


def launch(
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    patience: float | None = None,
) -> Ended:
    """Run the program; after `patience` seconds it is interrupted.

    Raises
    ------
    RuntimeError : it fails.
    """
    command = [sys.executable, "-m", "neocloud_mc", *arguments]
    start = time.perf_counter()
    started = subprocess.Popen(
        command,
        env=os.environ | (environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    alarm = threading.Timer(patience or 0.0, started.send_signal, (signal.SIGINT,))
    if patience is not None:
        alarm.start()
    _, status, usage = os.wait4(started.pid, 0)
    alarm.cancel()
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode not in (0, 128 + signal.SIGINT):
        raise RuntimeError(f"{' '.join(command)} ended with {started.returncode}")
    return Ended(
        wall=time.perf_counter() - start,
        cpu=usage.ru_utime + usage.ru_stime,
        megabytes=usage.ru_maxrss * _UNIT / 1e6,
        is_whole=started.returncode == 0,
    )
