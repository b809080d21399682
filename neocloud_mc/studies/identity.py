"""What identifies the runs of a study, and what one needs to make them again."""

import platform
import sys
from datetime import UTC, datetime
from importlib import metadata
from typing import Final

from neocloud_mc import __version__
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.processors import processor
from neocloud_mc.engine.run import digest
from neocloud_mc.results.run import RunInfo
from neocloud_mc.scenario import library
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.effort import Effort

_TICK: Final = 1e-6
_PACKAGES: Final = ("numpy", "numba", "llvmlite", "pydantic", "pyyaml", "rich", "typer")


def identify(loaded: Loaded, effort: Effort, n_runs: int) -> RunInfo:
    """What identifies several runs on the same draws: the run of the scenario as it is."""
    scenario = loaded.scenario
    book = open_book(scenario)
    seconds = (datetime.now(UTC) - effort.started).total_seconds()
    return RunInfo(
        version=__version__,
        scenario=scenario.name,
        digest=digest(scenario, paths=effort.paths, seed=effort.seed),
        base_date=book.base_date,
        paths=effort.paths,
        seed=effort.seed,
        months=scenario.horizon_months,
        manifest=manifest(loaded, effort.started),
        timing=timing(n_runs * effort.paths, seconds),
        measure=book.measure,
    )


def timing(paths: int, seconds: float) -> dict[str, float]:
    """How long it took; a clock that was set back says a tick, never less."""
    lasted = max(seconds, _TICK)
    return {"seconds": lasted, "paths_per_second": paths / lasted}


def manifest(loaded: Loaded, started: datetime) -> dict[str, object]:
    """What one needs to make the run again."""
    versions = {name: metadata.version(name) for name in _PACKAGES}
    return {
        "argv": sys.argv,
        "versions": {"neocloud-mc": __version__, "python": platform.python_version(), **versions},
        "cpu": processor(),
        "started": started.isoformat(timespec="seconds"),
        "files": [library.shown(file) for file in loaded.files],
        "scenario_resolved": loaded.resolved,
    }
