"""Speed of the kernel on the shipped scenario, beside other ways to do the same.

The same paths: whole runs on one thread and on two, the kernel alone in lanes, the kernel path by
path (the same functions, one lane), and the vectorised NumPy implementation of the tests, a chunk
of paths at once, of which it keeps no more than the kernel does.
"""

from typing import Final

from neocloud_mc.engine import run
from neocloud_mc.engine.tables import LANES, tabulate
from neocloud_mc.scenario.load import load
from neocloud_mc.views.render.grid import Grid
from tests.benchmarks.clock import ROUNDS, Way, medians
from tests.engine.kernel_view import KernelDraws
from tests.reference import simulate as reference

SCENARIO: Final = "scenarios/2025-06/neoclouds.yaml"
ONE, TWO = "whole run, 1 thread", "whole run, 2 threads"
LANED, SINGLE = f"kernel, {LANES} lanes, 1 thread", "kernel, path by path, 1 thread"
_CHUNK: Final = 16_000
"""Paths at once for NumPy: more are not faster, fewer leave it in Python's overhead."""
ARRAYS: Final = f"vectorised NumPy, {_CHUNK:,} paths at once, 1 thread"


def rates() -> Grid:
    """Time of a path, and how many times longer than the kernel another way takes."""
    loaded = load(SCENARIO)
    scenario, tree = loaded.scenario, dict(loaded.resolved)
    lanes, single = tabulate(scenario, 1), tabulate(scenario, 1, lanes=1)
    issuer_months = len(scenario.issuers) * scenario.horizon_months

    def simulate(paths: int, threads: int) -> object:
        return run.simulate(scenario, paths=paths, seed=1, threads=threads)

    ways = {
        LANED: Way(16_384, lambda n: [run.run_chunk(lanes, chunk) for chunk in run.chunks(n)]),
        ONE: Way(65_536, lambda n: simulate(n, 1)),
        TWO: Way(262_144, lambda n: simulate(n, 2)),
        SINGLE: Way(2_048, lambda n: run.run_chunk(single, range(n))),
        ARRAYS: Way(_CHUNK, lambda n: reference(tree, KernelDraws(1, n), n, by_month=False)),
    }
    seconds = medians(ways)
    fastest = seconds[LANED].cpu
    return Grid(
        f"{SCENARIO}, {len(scenario.issuers)} issuers, {scenario.horizon_months} months: "
        f"medians of {ROUNDS}, interleaved",
        ("way", "CPU µs per path", "CPU ns per path-issuer-month", "paths per second, wall"),
        tuple(
            (
                name,
                f"{1e6 * found.cpu:.2f}",
                f"{1e9 * found.cpu / issuer_months:.1f}",
                f"{1.0 / found.wall:,.0f}",
            )
            for name, found in seconds.items()
        ),
        (
            f"two threads against one, wall: {seconds[ONE].wall / seconds[TWO].wall:.2f} times",
            f"lanes against path by path, CPU: {seconds[SINGLE].cpu / fastest:.1f} times",
            f"kernel against NumPy, CPU: {seconds[ARRAYS].cpu / fastest:.1f} times",
            f"whole run against NumPy, CPU: {seconds[ARRAYS].cpu / seconds[ONE].cpu:.1f} times",
        ),
    )
