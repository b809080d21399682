"""Forecasts scored against what happened, also given the market that was."""

from typing import Annotated

import typer

from neocloud_mc.commands.shared import formats, options, output
from neocloud_mc.studies.defaults import PATHS_OF_BACKTEST, SEED


def backtest(
    scenarios: options.Scenarios,
    outcomes: Annotated[
        list[str],
        typer.Option(
            "--outcomes",
            metavar="FILE",
            show_default=False,
            help="Who defaulted, and what prices did, after a base date: see docs calibration. "
            "Repeatable.",
        ),
    ],
    paths: options.Paths = PATHS_OF_BACKTEST,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    output_format: options.OutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Score scenarios against what happened to their issuers.

    A scenario is scored against every file of outcomes of its base date, up to the month until
    which these are known. Few firms prove little: each score stands beside what it would be if the
    forecast were true. With prices the same is done again in the market that was: a forecast that
    is wrong in both was not let down by the market.

    Example: neocloud-mc backtest @2025-06/neoclouds --outcomes @2025-06/outcomes
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.scenario import outcomes as records
    from neocloud_mc.studies.backtest import run as studies
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.views.backtest import document
    from neocloud_mc.views.render.progress import TerminalWatch

    form = formats.chosen(output_format, destination, options.Format)
    loaded = simulation.load_all(scenarios, options.changes(overlays, settings))
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    result = studies.backtest(loaded, [records.read(name) for name in outcomes], effort)
    output.publish(document(result), form, destination)
