"""From a loaded scenario to a result: what the commands that simulate have in common."""

import platform
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from neocloud_mc import __version__
from neocloud_mc.commands.shared import checkpoints
from neocloud_mc.commands.shared.options import Changes, ResultFormat
from neocloud_mc.engine import checkpoint as engine
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.cluster import Cluster
from neocloud_mc.engine.compilation import make_ready
from neocloud_mc.engine.processors import processor
from neocloud_mc.engine.run import digest
from neocloud_mc.errors import ScenarioError, UsageError
from neocloud_mc.mechanisms.market import Contagion
from neocloud_mc.results import gates
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.run import RunInfo, Separated
from neocloud_mc.results.shards.part import Part
from neocloud_mc.scenario import library
from neocloud_mc.scenario.load import Loaded, load
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.studies.samples import Sample
from neocloud_mc.studies.variations import samples
from neocloud_mc.views import result_csv, result_json, result_markdown, result_parquet, result_table
from neocloud_mc.views.render import terminal
from neocloud_mc.views.render.progress import progress, waiting

_PATHS_APART: Final = 100_000
"""Enough for a standard error of 0.16%, at a tenth of the main run's time."""
_APART: Final = "apart"
"""Sets the checkpoint of those paths beside the main run's."""
_STDIN: Final = "-"
_TICK: Final = 1e-6
_PACKAGES: Final = ("numpy", "numba", "llvmlite", "pydantic", "pyyaml", "rich", "typer")


def require(form: ResultFormat, destination: Path | None) -> None:
    """Make sure, before anything is simulated, that a result can be written so.

    Raises
    ------
    UsageError : Parquet for a terminal, or without its library.
    """
    if form is ResultFormat.PARQUET:
        result_parquet.require()
        if destination is None and sys.stdout.isatty():
            raise UsageError("parquet is binary: give --output FILE, or a pipe")


@dataclass(frozen=True)
class Effort:
    """How much is simulated, by whom, whether it is told, and since when."""

    paths: int
    seed: int
    threads: int | None
    is_quiet: bool = field(kw_only=True)
    cluster: Cluster | None = field(default=None, kw_only=True)
    started: datetime = field(default_factory=lambda: datetime.now(UTC), kw_only=True)


def load_all(sources: Sequence[str], changes: Changes) -> list[Loaded]:
    """Load every scenario, or tell the mistakes of all of them.

    Raises
    ------
    ScenarioError : with the mistakes of every wrong file.
    """
    loaded, wrong = load_each(sources, changes)
    if wrong:
        raise all_mistakes(wrong)
    return loaded


def load_each(
    sources: Sequence[str], changes: Changes
) -> tuple[list[Loaded], dict[str, ScenarioError]]:
    """The scenarios that are right, and the mistakes of each wrong file.

    Raises
    ------
    UsageError : standard input more than once.
    """
    if sources.count(_STDIN) > 1:
        raise UsageError("standard input can be read once only: give - once, or name files")
    loaded: list[Loaded] = []
    wrong: dict[str, ScenarioError] = {}
    for source in sources:
        try:
            loaded.append(load(source, changes.settings, overlays=changes.overlays))
        except ScenarioError as error:
            wrong[source] = error
    return loaded, wrong


def all_mistakes(wrong: Mapping[str, ScenarioError]) -> ScenarioError:
    """The mistakes of several files, each line once."""
    return ScenarioError(list(dict.fromkeys(line for e in wrong.values() for line in e.lines)))


def compile_kernels(workers: engine.Workers = None, *, is_quiet: bool) -> None:
    """Compile the kernels if that has not been done, as a step of its own that says how long.

    Parameters
    ----------
    workers : where a cluster simulates, this machine compiles nothing.
    """
    doing = "compiling the kernels, once for this version"
    if not isinstance(workers, Cluster):
        make_ready(lambda: waiting(doing, "compiled the kernels", is_quiet=is_quiet))


def simulate(
    loaded: Loaded,
    *,
    paths: int,
    seed: int,
    command: Sequence[str],
    workers: engine.Workers,
    conditions: Sequence[gates.Gate] = (),
    checkpoint: Path | None = None,
    is_quiet: bool,
) -> RunResult:
    """Run one scenario and turn its tally into numbers and verdicts.

    Parameters
    ----------
    command : what makes the run, word by word.
    checkpoint : folder that keeps the work; what it has already is not simulated.
    """
    part = engine.blank(loaded.scenario, paths=paths, seed=seed)
    part = replace(part, command=command, manifest=manifest(loaded, datetime.now(UTC)))
    done = complete(
        part, loaded.scenario, workers=workers, checkpoint=checkpoint, is_quiet=is_quiet
    )
    return conclude(
        done,
        loaded.scenario,
        workers=workers,
        conditions=conditions,
        checkpoint=checkpoint,
        is_quiet=is_quiet,
    )


def complete(
    part: Part,
    scenario: Scenario,
    *,
    workers: engine.Workers,
    checkpoint: Path | None,
    is_quiet: bool,
) -> Part:
    """Simulate what a part lacks of its share, with its progress on standard error."""
    with checkpoints.kept(checkpoint, part) as (begun, keep):
        if begun.missing:
            compile_kernels(workers, is_quiet=is_quiet)
        with progress(scenario.name, len(part.share), is_quiet=is_quiet) as told:
            return engine.complete(begun, scenario, workers=workers, progress=told, keep=keep)


def conclude(
    part: Part,
    scenario: Scenario,
    *,
    workers: engine.Workers,
    conditions: Sequence[gates.Gate],
    checkpoint: Path | None = None,
    is_quiet: bool,
) -> RunResult:
    """Turn a complete run into numbers and verdicts."""
    book, key = open_book(scenario), part.key
    estimates = estimate(book, part.tally)
    info = RunInfo(
        version=key.version,
        scenario=key.scenario,
        digest=digest(scenario, paths=part.paths, seed=key.seed),
        base_date=book.base_date,
        paths=part.paths,
        seed=key.seed,
        months=key.months,
        manifest=part.manifest,
        timing=_timing(part.paths, part.seconds),
    )
    verdicts = tuple(gates.judge(condition, estimates) for condition in conditions)
    separated = _separate(part, scenario, workers=workers, checkpoint=checkpoint, is_quiet=is_quiet)
    return RunResult(info, estimates, verdicts, separated)


def _separate(
    part: Part,
    scenario: Scenario,
    *,
    workers: engine.Workers,
    checkpoint: Path | None,
    is_quiet: bool,
) -> Separated | None:
    """How many issuers would fall if no failure reached another one, on fewer paths."""
    contagion = scenario.market.contagion
    if len(scenario.issuers) < 2 or contagion == Contagion():
        return None
    market = scenario.market.model_copy(update={"contagion": Contagion()})
    alone = scenario.model_copy(update={"market": market})
    fewer = min(part.paths, _PATHS_APART)
    blank = engine.blank(alone, paths=fewer, seed=part.key.seed)
    with checkpoints.kept(checkpoint, blank, _APART) as (begun, keep):
        if begun.missing:
            compile_kernels(workers, is_quiet=is_quiet)
        tally = engine.complete(begun, alone, workers=workers, keep=keep).tally
    return Separated(fewer, estimate(open_book(alone), tally).joint)


def sample_each(
    loaded: Loaded,
    scenarios: Iterable[Scenario],
    names: Collection[str],
    effort: Effort,
    n_runs: int,
) -> Iterator[Sample]:
    """Take measures of variants of a scenario, all on the same draws, with common progress.

    Parameters
    ----------
    names : full names of measures.
    n_runs : number of scenarios.
    """
    compile_kernels(is_quiet=effort.is_quiet)
    with progress(loaded.scenario.name, n_runs * effort.paths, is_quiet=effort.is_quiet) as told:
        yield from samples(
            scenarios,
            names,
            paths=effort.paths,
            seed=effort.seed,
            threads=effort.threads,
            progress=told,
        )


def identify(loaded: Loaded, effort: Effort, n_runs: int) -> RunInfo:
    """What identifies several runs on the same draws: the run of the scenario as it is."""
    scenario = loaded.scenario
    seconds = (datetime.now(UTC) - effort.started).total_seconds()
    return RunInfo(
        version=__version__,
        scenario=scenario.name,
        digest=digest(scenario, paths=effort.paths, seed=effort.seed),
        base_date=open_book(scenario).base_date,
        paths=effort.paths,
        seed=effort.seed,
        months=scenario.horizon_months,
        manifest=manifest(loaded, effort.started),
        timing=_timing(n_runs * effort.paths, seconds),
    )


def render(
    results: Sequence[RunResult], form: ResultFormat, *, is_array: bool = False
) -> str | bytes:
    """The results for a pipe or a file.

    Parameters
    ----------
    is_array : JSON is an array, even of one result.
    """
    match form:
        case ResultFormat.JSON:
            return result_json.render(results, is_array=is_array)
        case ResultFormat.CSV:
            return result_csv.render(results)
        case ResultFormat.MARKDOWN:
            return result_markdown.render(results)
        case ResultFormat.PARQUET:
            return result_parquet.render(results)
        case ResultFormat.TABLE:
            return terminal.plain(lambda console: result_table.show(console, results))


def _timing(paths: int, seconds: float) -> dict[str, float]:
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
