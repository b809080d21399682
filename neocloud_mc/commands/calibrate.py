"""The price of risk that quotes imply; real-world and risk-neutral probabilities side by side."""

from pathlib import Path
from typing import Annotated

import typer

from neocloud_mc.commands.shared import completion, formats, options, output
from neocloud_mc.studies.calibration.carriers import Carrier
from neocloud_mc.studies.defaults import PATHS_OF_CALIBRATION, SEED


def calibrate(
    scenario: options.Scenario,
    quotes: Annotated[
        list[str],
        typer.Option(
            "--to",
            metavar="MEASURE=QUOTE",
            autocompletion=completion.measures,
            show_default=False,
            help="What a price says that a measure is, such as 'acme.cds.60 = 368bp'. Repeatable: "
            "the least-squares compromise.",
        ),
    ],
    by: Annotated[
        Carrier,
        typer.Option(
            "--by",
            metavar="WHAT",
            help=f"What carries the price of risk: {', '.join(Carrier)}.",
        ),
    ] = Carrier.PRICE,
    paths: options.Paths = PATHS_OF_CALIBRATION,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    overlay_file: Annotated[
        Path | None,
        typer.Option(
            "--overlay",
            metavar="FILE",
            parser=options.place,
            show_default=False,
            help="Write market.price_of_risk to this YAML file, for --with.",
        ),
    ] = None,
    output_format: options.OutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Find the price of risk at which the model's spreads are those of the market.

    Real-world probabilities say what is lost, prices what investors ask for bearing it. Under the
    price of risk that the quotes imply, every other spread of the scenario is what these investors
    would ask for it. Not an input of any forecast: see docs calibration.

    Example: neocloud-mc calibrate @2025-06/neoclouds --to 'coreweave.cds.60 = 368bp'
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.studies.calibration import run as studies
    from neocloud_mc.studies.calibration.overlay import overlay
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.views import scenario_yaml
    from neocloud_mc.views.calibration import document
    from neocloud_mc.views.render.progress import TerminalWatch

    form = formats.chosen(output_format, destination, options.Format)
    formats.require_overlay(overlay_file)
    (loaded,) = simulation.load_all([scenario], options.changes(overlays, settings, horizon))
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    result = studies.calibrate(loaded, quotes, by, effort)
    if overlay_file is not None:
        output.write(scenario_yaml.render(overlay(result)), overlay_file)
    output.publish(document(result), form, destination)
