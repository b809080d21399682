"""Drivers ranked by what each does alone, from the low to the high end of its range."""

from typing import Annotated, Final

import typer

from neocloud_mc.commands.shared import completion, formats, output, simulation
from neocloud_mc.commands.shared.options import (
    Format,
    Horizon,
    Measures,
    Output,
    OutputFormat,
    Overlays,
    Paths,
    Quiet,
    Scenario,
    Seed,
    Settings,
    Threads,
    changes,
    positive,
)
from neocloud_mc.studies import sensitivity as studies
from neocloud_mc.studies.defaults import PATHS_OF_SENSITIVITY, SEED
from neocloud_mc.studies.effort import Effort
from neocloud_mc.views.render.progress import TerminalWatch
from neocloud_mc.views.sensitivity import document

TOP: Final = 10


def sensitivity(
    scenario: Scenario,
    measure: Measures = None,
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
            "--top", metavar="N", parser=positive, help="Drivers in a table; files have them all."
        ),
    ] = TOP,
    paths: Paths = PATHS_OF_SENSITIVITY,
    seed: Seed = SEED,
    threads: Threads = None,
    horizon: Horizon = None,
    overlays: Overlays = None,
    settings: Settings = None,
    output_format: OutputFormat = None,
    destination: Output = None,
    quiet: Quiet = False,
) -> None:
    """Move each assumption alone to the ends of its range and rank the effects.

    An entry of `assumptions` moves all figures that it covers; without a range they move by ±10%.
    --format markdown is a page on every assumption.

    Example: neocloud-mc sensitivity @neoclouds --only market --top 5
    """
    form = formats.chosen(output_format, destination, Format)
    (loaded,) = simulation.load_all([scenario], changes(overlays, settings, horizon))
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    result = studies.sensitivity(loaded, measure or (), only, effort)
    output.publish(document(result, top), form, destination)
