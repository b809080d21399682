"""Default probabilities, losses and fair spreads of scenarios: the main job."""

import sys
from typing import Annotated

import typer

from neocloud_mc.commands import output, simulation
from neocloud_mc.commands.options import (
    PATHS,
    SEED,
    Format,
    Horizon,
    Output,
    OutputFormat,
    Paths,
    Quiet,
    Scenarios,
    Seed,
    Settings,
    Threads,
    with_horizon,
)
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.results import gates
from neocloud_mc.results.run import RunResult
from neocloud_mc.views import result_table
from neocloud_mc.views.terminal import stdout

BREACHED, INCONCLUSIVE = 3, 4


def run(
    scenarios: Scenarios,
    paths: Paths = PATHS,
    seed: Seed = SEED,
    threads: Threads = None,
    horizon: Horizon = None,
    settings: Settings = None,
    fail_if: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-if",
            metavar="CONDITION",
            show_default=False,
            help="Exit with 3 if the condition holds with its whole 95% interval, with 4 if the "
            "interval straddles the limit. Repeatable.",
        ),
    ] = None,
    output_format: OutputFormat = Format.TABLE,
    destination: Output = None,
    quiet: Quiet = False,
) -> None:
    """Simulate scenarios and print how likely each issuer is to default, when, why, and who loses.

    Example: neocloud-mc run scenarios/neoclouds.yaml --fail-if 'coreweave.pd.60 > 0.25'
    """
    loaded = simulation.load_all(scenarios, with_horizon(settings, horizon))
    conditions = [
        [gates.check(open_book(item.scenario), expr) for expr in fail_if or ()] for item in loaded
    ]
    results = []
    for item, wanted in zip(loaded, conditions, strict=True):
        output.warn(item.warnings, is_quiet=quiet)
        results.append(
            simulation.simulate(
                item,
                paths=paths,
                seed=seed,
                threads=threads,
                conditions=wanted,
                is_quiet=quiet,
            )
        )
    if output_format is Format.TABLE and destination is None:
        result_table.show(stdout(), results)
    else:
        output.write(simulation.render(results, output_format), destination)
    raise typer.Exit(_verdict(results, is_quiet=quiet))


def _verdict(results: list[RunResult], *, is_quiet: bool) -> int:
    """The exit code that the gates ask for; tells why on standard error."""
    undecided = [v for result in results for v in result.gates if v.status == "inconclusive"]
    breached = [v for result in results for v in result.gates if v.status == "breached"]
    for verdict in (*breached, *undecided) if not is_quiet else ():
        why = f": {verdict.message}" if verdict.message else ""
        print(f"{verdict.status}: {verdict.expr}{why}", file=sys.stderr)
    if breached:
        return BREACHED
    return INCONCLUSIVE if undecided else 0
