"""Drivers ranked by what each does alone, from the low to the high end of its range."""

from typing import Annotated

import typer

from neocloud_mc.commands.shared import completion, formats, options, output
from neocloud_mc.studies.defaults import DRIVERS_SHOWN, PATHS_OF_SENSITIVITY, SEED


def sensitivity(
    scenario: options.Scenario,
    measure: options.Measures = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="PREFIX",
            autocompletion=completion.keys,
            show_default=False,
            help="Move only what lies at or below this path, such as market.price. Figures with a "
            "source are facts and stay, unless nothing else lies there: then they move by ±10%.",
        ),
    ] = None,
    top: Annotated[
        int,
        typer.Option(
            "--top",
            metavar="N",
            parser=options.positive,
            help="Drivers in a table; files have them all.",
        ),
    ] = DRIVERS_SHOWN,
    paths: options.Paths = PATHS_OF_SENSITIVITY,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    output_format: options.OutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Move each assumption alone to the ends of its range and rank the effects.

    An entry of `assumptions` moves all figures that it covers; without a range they move by ±10%.
    --format markdown is a page on every assumption.

    Example: neocloud-mc sensitivity @neoclouds --only market --top 5
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.studies import sensitivity as studies
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.views.render.progress import TerminalWatch
    from neocloud_mc.views.sensitivity import document

    form = formats.chosen(output_format, destination, options.Format)
    (loaded,) = simulation.load_all([scenario], options.changes(overlays, settings, horizon))
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    result = studies.sensitivity(loaded, measure or (), only, effort)
    output.publish(document(result, top), form, destination)
