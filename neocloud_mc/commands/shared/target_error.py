"""Runs that add paths until their measures are as precise as was asked for."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import typer

from neocloud_mc.commands.shared import checkpoints, completion, shards
from neocloud_mc.commands.shared.options import Changes, positive
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
from neocloud_mc.studies.run import conclude
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.studies.target_error import Precision, PrecisionTarget, TargetErrorReport

MAX_PATHS: Final = 100_000_000

TargetError = Annotated[
    list[str] | None,
    typer.Option(
        "--target-error",
        metavar="NAME=ERROR",
        autocompletion=completion.measures,
        show_default=False,
        help="Add paths to --paths until the measure's 95% interval reaches no further than this "
        "from it, as in acme.pd.60=0.0005; exit with 4 if --max-paths is not enough. Repeatable.",
    ),
]
MaxPaths = Annotated[
    int,
    typer.Option(
        "--max-paths", metavar="N", parser=positive, help="Most paths that --target-error may use."
    ),
]


@dataclass(frozen=True)
class Goal:
    """What ends a run.

    Parameters
    ----------
    most : paths.
    source, changes : the scenario, as on the command line.
    """

    targets: tuple[PrecisionTarget, ...]
    most: int
    source: str
    changes: Changes


def goal(
    loaded: Loaded,
    wanted: Sequence[str],
    effort: Effort,
    most: int,
    source: str,
    changes: Changes,
) -> Goal:
    """Read the targets, before anything is simulated.

    Raises
    ------
    UsageError : a wrong target (see `studies.target_error`), or fewer --max-paths than --paths.
    """
    if most < effort.paths:
        raise UsageError(
            f"--max-paths {most}: is below --paths {effort.paths}, the fewest simulated"
        )
    book = open_book(loaded.scenario)
    targets = tuple(target_error.check(book, expr) for expr in wanted)
    return Goal(targets, most, source, changes)


def simulate(
    loaded: Loaded,
    wanted: Goal,
    effort: Effort,
    conditions: Sequence[gates.Gate],
    checkpoint: Path | None,
) -> RunResult:
    """Run one scenario to its targets: the same result as from so many `--paths` at once.

    Parameters
    ----------
    effort : `paths` are the fewest.
    checkpoint : folder that keeps the work, if any.
    """
    blank = replace(
        engine.blank(loaded.scenario, paths=wanted.most, seed=effort.seed),
        command=shards.command(wanted.source, wanted.changes, wanted.most, effort.seed),
        manifest=manifest(loaded, effort.started),
    )
    kept = checkpoints.kept_in(checkpoint)
    with kept(blank, "") as (begun, keep):
        effort.prepare()
        part, found = _to_targets(begun, loaded.scenario, wanted, effort, keep)
    result = conclude(part, loaded.scenario, effort, conditions, kept)
    command = shlex.join(shards.command(wanted.source, wanted.changes, part.paths, effort.seed))
    return replace(
        result,
        target_error=TargetErrorReport(effort.paths, wanted.most, part.paths, found, command),
    )


def _to_targets(
    part: Part, scenario: Scenario, wanted: Goal, effort: Effort, keep: Keep | None
) -> tuple[Part, tuple[Precision, ...]]:
    """Add paths to a part until its measures are precise, or there are as many as allowed."""
    book = open_book(scenario)
    paths = max([effort.paths, *(done.stop for done in part.covered)])
    while True:
        with effort.watch.simulating(scenario.name, paths) as told:
            part = engine.complete(
                part.of_run(paths), scenario, workers=effort.workers, progress=told, keep=keep
            )
        found = target_error.measure(wanted.targets, book, part.tally)
        if paths == wanted.most or all(one.is_met for one in found):
            return part, found
        paths = target_error.next_paths(found, paths, CHUNK_PATHS, wanted.most)
