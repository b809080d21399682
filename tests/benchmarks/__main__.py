"""Speed of the kernel on the shipped scenario, as ratios from one interleaved run.

The same paths four ways: the kernel in lanes on one thread and on two, the kernel path by path
(the same functions, one lane), and the vectorised NumPy implementation of the tests. Medians of
five rounds, warm. Read ratios: the machine may have other work.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

from rich.console import Console

from neocloud_mc.engine import run
from neocloud_mc.engine.tables import LANES, tabulate
from neocloud_mc.scenario.load import load
from neocloud_mc.views.grid import Grid
from neocloud_mc.views.result_table import show_grid
from tests.engine.kernel_view import KernelDraws
from tests.reference import simulate as reference

SCENARIO: Final = "scenarios/neoclouds.yaml"
ROUNDS: Final = 5
LOADED: Final = load(SCENARIO)
ISSUER_MONTHS: Final = len(LOADED.scenario.issuers) * LOADED.scenario.horizon_months


def rates() -> Grid:
    """Time of a path, the ways to simulate it interleaved."""
    lanes, single = tabulate(LOADED.scenario, 1), tabulate(LOADED.scenario, 1, lanes=1)
    ways: dict[str, tuple[int, Callable[[int], object]]] = {
        f"kernel, {LANES} lanes, 1 thread": (
            8_192,
            lambda n: [run.run_chunk(lanes, chunk) for chunk in run.chunks(n)],
        ),
        "whole run, 1 thread": (65_536, lambda n: _simulate(n, 1)),
        "whole run, 2 threads": (131_072, lambda n: _simulate(n, 2)),
        "kernel, path by path, 1 thread": (512, lambda n: run.run_chunk(single, range(n))),
        "vectorised NumPy, 1 thread": (
            2_000,
            lambda n: reference(dict(LOADED.resolved), KernelDraws(1, n), n),
        ),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _, work in ways.values():
        work(64)
    for _ in range(ROUNDS):
        for name, (n, work) in ways.items():
            start = time.perf_counter()
            work(n)
            seconds[name].append((time.perf_counter() - start) / n)
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    fastest = medians["whole run, 1 thread"]
    return Grid(
        f"{SCENARIO}: medians of {ROUNDS}, interleaved",
        ("way", "µs per path", "ns per path-issuer-month", "ratio"),
        tuple(
            (
                name,
                f"{1e6 * median:.2f}",
                f"{1e9 * median / ISSUER_MONTHS:.1f}",
                f"{median / fastest:.2f}",
            )
            for name, median in medians.items()
        ),
    )


def whole_process() -> Grid:
    """What a user waits for: start-up, help, validation, peak memory."""
    program = [sys.executable, "-m", "neocloud_mc"]
    commands = {
        "--help": ["--help"],
        "validate": ["validate", SCENARIO, "-q"],
        "show": ["show", SCENARIO, "-q"],
        "run, 1,000 paths, warm": ["run", SCENARIO, "--paths", "1000", "-q"],
    }
    rows = []
    for name, arguments in commands.items():
        found = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            subprocess.run([*program, *arguments], check=True, stdout=subprocess.DEVNULL)
            found.append(time.perf_counter() - start)
        rows.append((name, f"{statistics.median(found):.2f} s"))
    for paths in ("100_000", "1_000_000"):
        rows.append((f"peak memory of run, {paths} paths", f"{_peak_memory(paths):.0f} MB"))
    return Grid("Whole process, wall time", ("command", "median"), tuple(rows))


_MEASURED: Final = """
import sys
from pathlib import Path
from neocloud_mc.cli import main
main(sys.argv[1:])
status = Path("/proc/self/status").read_text()
print(status.split("VmHWM:")[1].split()[0], file=sys.stderr)
"""


def _peak_memory(paths: str) -> float:
    """Most memory that a run holds at once, MB."""
    command = [sys.executable, "-c", _MEASURED, "run", SCENARIO, "-q", "--paths", paths]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(ended.stderr.split()[-1]) / 1024


def _simulate(paths: int, threads: int) -> object:
    return run.simulate(LOADED.scenario, paths=paths, seed=1, threads=threads)


if __name__ == "__main__":
    console = Console()
    show_grid(console, rates())
    show_grid(console, whole_process())
