"""From a loaded scenario to a result: what the commands that simulate have in common."""

import platform
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from neocloud_mc import __version__, jit
from neocloud_mc.commands.options import Format
from neocloud_mc.engine import run as engine
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import ScenarioError
from neocloud_mc.mechanisms.market import Contagion
from neocloud_mc.results import gates
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.run import RunInfo, RunResult, Separated
from neocloud_mc.scenario.load import Loaded, load
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.views import result_csv, result_json, result_markdown, result_table, terminal
from neocloud_mc.views.progress import announce, progress

_PATHS_APART: Final = 100_000
"""Enough for a standard error of 0.16%, at a tenth of the main run's time."""
_PACKAGES: Final = ("numpy", "numba", "llvmlite", "pydantic", "pyyaml", "rich", "typer")


def load_all(sources: Sequence[str], settings: Sequence[str]) -> list[Loaded]:
    """Load every scenario, or tell the mistakes of all of them.

    Raises
    ------
    ScenarioError : with the mistakes of every wrong file.
    """
    loaded: list[Loaded] = []
    mistakes: list[str] = []
    for source in sources:
        try:
            loaded.append(load(source, settings))
        except ScenarioError as error:
            mistakes += error.lines
    if mistakes:
        raise ScenarioError(list(dict.fromkeys(mistakes)))
    return loaded


def announce_compilation(*, is_quiet: bool) -> None:
    """Say so if the kernels must be compiled first."""
    if not jit.is_compiled():
        announce(
            "compiling the kernels, once for this version: 15 to 30 seconds …", is_quiet=is_quiet
        )


def simulate(
    loaded: Loaded,
    *,
    paths: int,
    seed: int,
    threads: int | None,
    conditions: Sequence[gates.Gate] = (),
    is_quiet: bool,
) -> RunResult:
    """Run one scenario and turn its tally into numbers and verdicts."""
    scenario = loaded.scenario
    book = open_book(scenario)
    announce_compilation(is_quiet=is_quiet)
    started, clock = datetime.now(UTC), time.perf_counter()
    with progress(scenario.name, paths, is_quiet=is_quiet) as told:
        tally = engine.simulate(scenario, paths=paths, seed=seed, threads=threads, progress=told)
    seconds = time.perf_counter() - clock
    estimates = estimate(book, tally)
    info = RunInfo(
        version=__version__,
        scenario=scenario.name,
        digest=engine.digest(scenario, paths=paths, seed=seed),
        base_date=book.base_date,
        paths=paths,
        seed=seed,
        months=book.months,
        manifest=_manifest(loaded, started),
        timing={"seconds": seconds, "paths_per_second": paths / seconds},
    )
    verdicts = tuple(gates.judge(condition, estimates) for condition in conditions)
    separated = _separate(scenario, paths=paths, seed=seed, threads=threads)
    return RunResult(info, estimates, verdicts, separated)


def _separate(
    scenario: Scenario, *, paths: int, seed: int, threads: int | None
) -> Separated | None:
    """How many issuers would fall if no failure reached another one, on fewer paths."""
    contagion = scenario.market.contagion
    if len(scenario.issuers) < 2 or contagion == Contagion():
        return None
    market = scenario.market.model_copy(update={"contagion": Contagion()})
    alone = scenario.model_copy(update={"market": market})
    fewer = min(paths, _PATHS_APART)
    tally = engine.simulate(alone, paths=fewer, seed=seed, threads=threads)
    return Separated(fewer, estimate(open_book(alone), tally).joint)


def render(results: Sequence[RunResult], form: Format) -> str:
    """The results as text for a pipe or a file."""
    match form:
        case Format.JSON:
            return result_json.render(results)
        case Format.CSV:
            return result_csv.render(results)
        case Format.MARKDOWN:
            return result_markdown.render(results)
        case Format.TABLE:
            return terminal.plain(lambda console: result_table.show(console, results))


def _manifest(loaded: Loaded, started: datetime) -> dict[str, object]:
    """What one needs to make the run again."""
    versions = {name: metadata.version(name) for name in _PACKAGES}
    return {
        "argv": sys.argv,
        "versions": {"neocloud-mc": __version__, "python": platform.python_version(), **versions},
        "cpu": _cpu(),
        "started": started.isoformat(timespec="seconds"),
        "files": [str(file) for file in loaded.files],
        "scenario_resolved": loaded.resolved,
    }


def _cpu() -> str:
    """Name of the processor, as its system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
