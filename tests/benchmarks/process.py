"""What a user waits for: help, checks, a small run, the first compilation."""

import os
import subprocess
import sys
import tempfile
import time

from neocloud_mc.views.grid import Grid
from tests.benchmarks.clock import ROUNDS, Way, medians
from tests.benchmarks.rates import SCENARIO


def process() -> Grid:
    """Wall time of whole processes."""
    commands = {
        "--help": ["--help"],
        "validate": ["validate", SCENARIO, "-q"],
        "show": ["show", SCENARIO, "-q"],
        "run, 1,000 paths, warm": ["run", SCENARIO, "--paths", "1000", "-q"],
    }
    ways = {name: Way(1, lambda _, it=given: _run(*it)) for name, given in commands.items()}
    seconds = medians(ways)
    rows = [(name, f"{found.wall:.2f} s") for name, found in seconds.items()]
    return Grid(
        f"Whole process, wall time: medians of {ROUNDS}, interleaved",
        ("command", "time"),
        (*rows, ("cache warm, from nothing (once)", f"{_cold():.1f} s")),
    )


def _cold() -> float:
    """Seconds to compile into an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        _run("cache", "warm", NUMBA_CACHE_DIR=folder)
        return time.perf_counter() - start


def _run(*arguments: str, **environment: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "neocloud_mc", *arguments],
        env=os.environ | environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
