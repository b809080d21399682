"""The value of a number of the scenario at which a measure hits a target: reverse stress test."""

from typing import Annotated

import typer

from neocloud_mc.commands.shared import completion, formats, options, output
from neocloud_mc.studies.defaults import PATHS_OF_BREAKEVEN, SEED


def breakeven(
    scenario: options.Scenario,
    vary: Annotated[
        str,
        typer.Option(
            "--vary",
            metavar="KEY=LO:HI",
            autocompletion=completion.keys,
            show_default=False,
            help="Where to look, in the file's unit. A * in KEY moves every id that states the "
            "figure: issuers.acme.fleet.*.advance.",
        ),
    ],
    target: Annotated[
        str,
        typer.Option(
            "--target",
            metavar="MEASURE=VALUE",
            autocompletion=completion.measures,
            show_default=False,
            help="The target, such as acme.pd.60=0.5 or acme.senior.expected_loss=1e7.",
        ),
    ],
    paths: options.Paths = PATHS_OF_BREAKEVEN,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    output_format: options.OutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Find the value of a number at which a measure hits a target, with its uncertainty.

    That a target is not reached is an answer too: the exit code is 0.

    At which advance rate is the expected loss of CoreWeave's 2.6bn DDTL 3 2%?
    --vary issuers.coreweave_ddtl_3.fleet.openai_3.advance=0:1
    --target coreweave_ddtl_3.ddtl_3.expected_loss=5.2e7

    At what yearly fall of the GPU-hour does CoreWeave's five-year PD reach 50%?

    Example: neocloud-mc breakeven @neoclouds --vary market.price.obsolescence=0:0.4
    --target coreweave.pd.60=0.5
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.studies.breakeven import run as studies
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.views.breakeven import document
    from neocloud_mc.views.render.progress import TerminalWatch

    form = formats.chosen(output_format, destination, options.Format)
    (loaded,) = simulation.load_all([scenario], options.changes(overlays, settings, horizon))
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    result = studies.breakeven(loaded, vary, target, effort)
    output.publish(document(result), form, destination)
