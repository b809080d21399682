"""A measure over a range of one or two of the scenario's numbers."""

from typing import Annotated

import typer

from neocloud_mc.commands.shared import completion, formats, options, output
from neocloud_mc.studies.defaults import PATHS_OF_SWEEP, SEED


def sweep(
    scenario: options.Scenario,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="KEY=LO:HI:N[:log]",
            autocompletion=completion.keys,
            show_default=False,
            help="N values from LO to HI, in the file's unit, at equal steps, or at equal ratios "
            "with :log. A * in KEY moves every id that states the figure: "
            "issuers.acme.fleet.*.advance. Give it twice for a grid.",
        ),
    ],
    measure: options.Measures = None,
    paths: options.Paths = PATHS_OF_SWEEP,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    output_format: options.OutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Move one number of a scenario, or two, over a range, and measure at each value.

    All values meet the same draws, so differences are sharp.

    Example: neocloud-mc sweep @neoclouds --vary market.price.obsolescence=0:0.4:9
    --measure coreweave.pd.60
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.studies import sweep as studies
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.views.render.progress import TerminalWatch
    from neocloud_mc.views.sweep import document

    form = formats.chosen(output_format, destination, options.Format)
    (loaded,) = simulation.load_all([scenario], options.changes(overlays, settings, horizon))
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    result = studies.sweep(loaded, vary, measure or (), effort)
    output.publish(document(result), form, destination)
