"""Results of several dates: what each said of every issuer, and what moved them."""

from pathlib import Path
from typing import Annotated

import typer

from neocloud_mc.commands.shared import formats, options, output
from neocloud_mc.studies.defaults import PATHS_BY_ASSUMPTION, SEED


def track(
    results: Annotated[
        list[Path],
        typer.Argument(
            metavar="RESULT",
            show_default=False,
            help="JSON files of run -o, one for each date, in any order.",
        ),
    ],
    by_group: Annotated[
        bool,
        typer.Option(
            "--by-group",
            help="Share each change of the PDs out among groups of figures: debt, contracts, "
            "fleet, equity, market; simulates the stored scenarios.",
        ),
    ] = False,
    paths: options.Paths = PATHS_BY_ASSUMPTION,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    output_format: options.OutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Set the results of several dates side by side: PD, LGD, loss, spread and rating by issuer.

    Example: neocloud-mc track june.json september.json --by-group
    """
    from neocloud_mc.studies import track as studies
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.views.render.progress import TerminalWatch
    from neocloud_mc.views.track import document

    form = formats.chosen(output_format, destination, options.Format)
    found = studies.track(results)
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    moved = studies.moved(found, effort) if by_group else ()
    output.publish(document(found, moved), form, destination)
