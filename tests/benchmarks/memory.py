"""Peak memory of whole processes, which must not grow with the paths."""

from typing import Final

from neocloud_mc.views.grid import Grid
from tests.benchmarks.process import launch
from tests.benchmarks.rates import SCENARIO

_PATIENCE: Final = 60.0
"""Seconds after which a run is interrupted."""


def memory() -> Grid:
    """Most memory that a run holds at once."""
    rows = []
    for paths in (100_000, 1_000_000, 100_000_000):
        ended = launch(["run", SCENARIO, "-q", "--paths", str(paths)], patience=_PATIENCE)
        ending = "" if ended.is_whole else f", interrupted after {_PATIENCE:.0f} s"
        rows.append((f"run --paths {paths:,}{ending}", f"{ended.megabytes:.0f} MB"))
    return Grid("Peak memory of the process", ("command", "peak"), tuple(rows))
