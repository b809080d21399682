"""One self-contained page with pictures: who is fragile, why, and how sure we are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neocloud_mc.commands.shared import options, output, pictures, run_options
from neocloud_mc.errors import UsageError
from neocloud_mc.studies.defaults import DRAWS, PATHS, SEED


def report(
    context: typer.Context,
    scenarios: options.Scenarios,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="OLD.json",
            parser=options.place,
            show_default=False,
            help="Tell what has changed since this result, which run -o OLD.json wrote.",
        ),
    ] = None,
    stress: pictures.Stresses = None,
    no_stresses: Annotated[
        bool, typer.Option("--no-stresses", help="Leave the stresses out.")
    ] = False,
    tornado: Annotated[
        bool,
        typer.Option(
            "--tornado", help="Move every assumption to its ends, as sensitivity does: minutes."
        ),
    ] = False,
    parameter_uncertainty: run_options.ParameterUncertainty = False,
    draws: run_options.Draws = DRAWS,
    fan_paths: pictures.FanPaths = pictures.FAN,
    paths: options.Paths = PATHS,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    destination: pictures.Page = None,
    quiet: options.Quiet = False,
) -> None:
    """Simulate scenarios and write one HTML page: words, pictures, tables, sources.

    The page needs no network, prints on A4, and follows the reader's choice of light or dark.
    Several scenarios stand side by side, with paired changes against the first. For the likeliest
    to default, changes that might help it, such as twice its cash, are simulated on at most
    20,000 paths each.

    Needs pip install 'neocloud-mc[report]'.

    Example: neocloud-mc report @neoclouds -o neoclouds.html
    """
    from neocloud_mc.commands.shared import formats, shards, simulation
    from neocloud_mc.studies import earlier, report as studies
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.studies.parameter_uncertainty.run import inputs
    from neocloud_mc.views.render.progress import TerminalWatch
    from neocloud_mc.views.report import page

    pictures.require()
    if not options.is_given(context, "destination"):
        raise UsageError("report needs --output: the file of the page, such as report.html")
    formats.require_suffix(destination, (".html", ".htm"), "a report is a page of HTML")
    output.require(destination)
    if stress and no_stresses:
        raise UsageError("--stress and --no-stresses exclude each other")
    changed = options.changes(overlays, settings, horizon)
    before = earlier.read(against) if against else []
    loaded = simulation.load_all(scenarios, changed)
    earlier.require_common(before, loaded)
    asked = [
        studies.Asked(
            [] if no_stresses else pictures.stresses(source, stress, changed, is_quiet=quiet),
            inputs(one, draws, seed) if parameter_uncertainty else None,
            tornado,
            fan_paths,
        )
        for source, one in zip(scenarios, loaded, strict=True)
    ]
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    commands = [shards.command(source, changed, paths, seed) for source in scenarios]
    found = studies.reports(loaded, effort, asked, commands)
    output.write(page.page(found, before).encode(), destination)
