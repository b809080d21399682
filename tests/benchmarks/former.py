"""The kernel beside that of an earlier commit, which is built from git: the same paths, in turns.

Each kernel runs in a process of its own, which repeats a small chunk and tells the least time: that
is what the kernel takes while nothing else is done on its core. Scenario, paths and threads are the
same; the earlier one reads its own file, which names no mechanism that it lacks.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from neocloud_mc.views.render.grid import Grid
from tests.benchmarks.clock import ROUNDS
from tests.benchmarks.process import Ended, ended, median
from tests.benchmarks.rates import SCENARIO

FORMER: Final = "1accbb9"
"""The last commit before version 2 of the model."""
_ITS_SCENARIO: Final = "scenarios/neoclouds.yaml"
_LATEST: Final = "scenarios/2026-06/neoclouds.yaml"
_ROOT: Final = Path(__file__).parents[2]
_CHUNK: Final = 320
"""Paths timed at once: 3 ms, so that some are not interrupted."""
_REPEATED: Final = 60
_JOINT_PATHS: Final = 1_000_000
_PROGRAM: Final = """
import sys, time
from neocloud_mc.engine.run import run_chunk
from neocloud_mc.engine.tables import tabulate
from neocloud_mc.scenario.load import load
scenario, paths, repeated = load(sys.argv[1]).scenario, int(sys.argv[2]), int(sys.argv[3])
tables = tabulate(scenario, 1)
run_chunk(tables, range(64))
print(len(scenario.issuers) * scenario.horizon_months, flush=True)
for _ in sys.stdin:
    least = float("inf")
    for _ in range(repeated):
        start = time.perf_counter()
        run_chunk(tables, range(paths))
        least = min(least, time.perf_counter() - start)
    print(least / paths, flush=True)
"""


class _Way(NamedTuple):
    """A program's tree and the scenario that it runs."""

    tree: Path
    scenario: Path


class _Kernel:
    """A process that times the kernel of a tree whenever it is asked."""

    def __init__(self, way: _Way) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(way.scenario), str(_CHUNK), str(_REPEATED)],
            cwd=way.tree,
            env=os.environ | _environment(way.tree),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.issuer_months = int(self._told())

    def _told(self) -> str:
        told = self._process.stdout.readline() if self._process.stdout else ""
        if not told:
            raise RuntimeError("a kernel ended before it was timed")
        return told

    def seconds(self) -> float:
        """Least seconds of a path in one round."""
        if self._process.stdin:
            self._process.stdin.write("again\n")
            self._process.stdin.flush()
        return float(self._told())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _environment(tree: Path) -> Mapping[str, str]:
    """Its own modules, and its own cache of kernels and bytecode."""
    if tree == _ROOT:
        return {"PYTHONPATH": str(tree)}
    own = {"PYTHONPATH": str(tree), "PYTHONPYCACHEPREFIX": str(tree / "bytecode")}
    return own | {"NUMBA_CACHE_DIR": str(tree / "kernels")}


@contextmanager
def _former() -> Iterator[Path | None]:
    """The earlier commit's tree in a temporary folder; None where git does not know it."""
    try:
        archive = subprocess.run(
            ["git", "-C", str(_ROOT), "archive", FORMER], capture_output=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        yield Path(folder)


def former() -> Grid:
    """Time of a path against the earlier kernel, mechanisms of version 2 left out and in."""
    with _former() as tree:
        if tree is None:
            title = f"Against the kernel of {FORMER}"
            return Grid(title, ("kernel",), (("skipped: git does not know that commit here",),))
        theirs = tree / _ITS_SCENARIO
        ways = {
            f"kernel of {FORMER}, its file": _Way(tree, theirs),
            "this kernel, the same file": _Way(_ROOT, theirs),
            f"this kernel, {SCENARIO}": _Way(_ROOT, _ROOT / SCENARIO),
            f"this kernel, {_LATEST}": _Way(_ROOT, _ROOT / _LATEST),
        }
        with ExitStack() as stack:
            kernels = {name: _Kernel(way) for name, way in ways.items()}
            for kernel in kernels.values():
                stack.callback(kernel.close)
            rounds = [
                {name: kernel.seconds() for name, kernel in kernels.items()} for _ in range(ROUNDS)
            ]
        whole = _whole_runs(list(ways.values())[:2])
    return _grid(
        {name: min(found[name] for found in rounds) for name in ways},
        {name: kernel.issuer_months for name, kernel in kernels.items()},
        whole,
    )


def _whole_runs(ways: Sequence[_Way]) -> list[Ended]:
    """What the whole program takes on all processors: medians of three turns."""

    def whole_run(way: _Way) -> Ended:
        arguments = ["run", str(way.scenario), "--paths", str(_JOINT_PATHS), "-q"]
        return ended(arguments, _environment(way.tree), way.tree)

    turns = [[whole_run(way) for way in ways] for _ in range(3)]
    return [median(endings) for endings in zip(*turns, strict=True)]


def _grid(
    seconds: Mapping[str, float], issuer_months: Mapping[str, int], whole: Sequence[Ended]
) -> Grid:
    first = next(iter(seconds))
    before = seconds[first] / issuer_months[first]
    return Grid(
        f"Against the kernel of {FORMER}, 1 thread: least of {ROUNDS} rounds, interleaved",
        ("kernel and scenario", "µs per path", "ns per path-issuer-month", "of the earlier"),
        tuple(
            (
                name,
                f"{1e6 * found:.2f}",
                f"{1e9 * found / issuer_months[name]:.1f}",
                f"{found / issuer_months[name] / before:.2f}",
            )
            for name, found in seconds.items()
        ),
        (
            f"the same file: {seconds[first] / list(seconds.values())[1]:.2f} times as fast",
            f"{_JOINT_PATHS:,} joint paths, the whole program on all processors: "
            f"{_told(whole[0])} before, {_told(whole[1])} now",
        ),
    )


def _told(taken: Ended) -> str:
    return f"{taken.wall:.1f} s ({taken.cpu:.1f} s of CPU)"
