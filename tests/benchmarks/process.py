"""What a user waits for: help, checks, a small run, the first compilation."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from neocloud_mc.views.render.grid import Grid
from tests.benchmarks.clock import ROUNDS
from tests.benchmarks.rates import SCENARIO

_COMMANDS: Final = {
    "--help": ["--help"],
    "validate": ["validate", SCENARIO, "-q"],
    "show": ["show", SCENARIO, "-q"],
    "run, 1,000 paths, warm": ["run", SCENARIO, "--paths", "1000", "-q"],
}


class Ended(NamedTuple):
    """What a process took: seconds on the wall and of the processors."""

    wall: float
    cpu: float


def process() -> Grid:
    """Time of whole processes, from bytecode, as installed."""
    found: dict[str, list[Ended]] = {name: [] for name in _COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(1 + ROUNDS):
            for name, arguments in _COMMANDS.items():
                found[name].append(ended(arguments, environment))
        cold = ended(["cache", "warm"], environment | {"NUMBA_CACHE_DIR": folder})
    rows = {name: median(endings[1:]) for name, endings in found.items()}
    rows["cache warm, from nothing, once"] = cold
    return Grid(
        f"Whole process: medians of {ROUNDS}, interleaved",
        ("command", "wall, s", "CPU, s"),
        tuple((name, *(f"{seconds:.2f}" for seconds in row)) for name, row in rows.items()),
    )


def median(endings: Iterable[Ended]) -> Ended:
    """Medians of what some processes took."""
    return Ended(*map(statistics.median, zip(*endings, strict=True)))


def ended(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
) -> Ended:
    """Run the program to its end, in a folder or here."""
    command = [sys.executable, "-m", "neocloud_mc", *arguments]
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Ended(time.perf_counter() - start, usage.ru_utime + usage.ru_stime)
