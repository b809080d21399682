"""Runs that add paths until their measures are as precise as was asked for."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace

from neocloud_mc.engine import checkpoint as engine
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.checkpoint import Keep
from neocloud_mc.engine.run import CHUNK_PATHS
from neocloud_mc.errors import UsageError
from neocloud_mc.results import gates
from neocloud_mc.results.shards.part import Part
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies import target_error
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import manifest
from neocloud_mc.studies.run import Kept, conclude
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.studies.target_error import Precision, PrecisionTarget, TargetErrorReport


def read(
    loaded: Loaded, wanted: Sequence[str], effort: Effort, most: int
) -> tuple[PrecisionTarget, ...]:
    """Read the targets, before anything is simulated.

    Parameters
    ----------
    most : paths that they may take.

    Raises
    ------
    UsageError : a wrong target (see `studies.target_error`), or fewer --max-paths than --paths.
    """
    if wanted and most < effort.paths:
        raise UsageError(
            f"--max-paths {most}: is below --paths {effort.paths}, the fewest simulated"
        )
    book = open_book(loaded.scenario)
    return tuple(target_error.check(book, expr) for expr in wanted)


def simulate(
    loaded: Loaded,
    targets: Sequence[PrecisionTarget],
    most: int,
    effort: Effort,
    conditions: Sequence[gates.Gate],
    kept: Kept,
    command: Callable[[int], Sequence[str]],
) -> RunResult:
    """Run one scenario to its targets: the same result as from so many `--paths` at once.

    Parameters
    ----------
    most : paths.
    effort : `paths` are the fewest.
    command : what makes the run of so many paths, word by word.
    """
    blank = replace(
        engine.blank(loaded.scenario, paths=most, seed=effort.seed),
        command=command(most),
        manifest=manifest(loaded, effort.started),
    )
    with kept(blank, "") as (begun, keep):
        effort.prepare()
        part, found = _to_targets(begun, loaded.scenario, targets, effort, keep)
    again = shlex.join(command(part.paths))
    return replace(
        conclude(part, loaded.scenario, effort, conditions, kept),
        target_error=TargetErrorReport(effort.paths, most, part.paths, found, again),
    )


def _to_targets(
    part: Part,
    scenario: Scenario,
    targets: Sequence[PrecisionTarget],
    effort: Effort,
    keep: Keep | None,
) -> tuple[Part, tuple[Precision, ...]]:
    """Add paths to a part until its measures are precise, or there are as many as allowed."""
    book, most = open_book(scenario), part.paths
    paths = max([effort.paths, *(done.stop for done in part.covered)])
    while True:
        with effort.watch.simulating(scenario.name, paths) as told:
            part = engine.complete(
                part.of_run(paths), scenario, workers=effort.workers, progress=told, keep=keep
            )
        found = target_error.measure(targets, book, part.tally)
        if paths == most or all(one.is_met for one in found):
            return part, found
        paths = target_error.next_paths(found, paths, CHUNK_PATHS, most)
