"""The parts of a sharded run as one result, the same as that of the whole run."""

from pathlib import Path
from typing import Annotated

import typer

from neocloud_mc.commands.shared import formats, options


def merge(
    parts: Annotated[
        list[Path],
        typer.Argument(
            metavar="PART",
            show_default=False,
            help="Files of run --shard or --checkpoint, in any order.",
        ),
    ],
    threads: options.Threads = None,
    fail_if: options.FailIf = None,
    full: options.Full = False,
    output_format: options.ResultOutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Put the parts of a run together and print what the whole run would print, to the bit.

    Missing parts are named, with the commands that make them.

    Example: neocloud-mc merge part*.nmc --format json -o result.json
    """
    from neocloud_mc.commands.shared import shards, simulation
    from neocloud_mc.commands.shared.reporting import report
    from neocloud_mc.engine.bookkeeping import open_book
    from neocloud_mc.results import gates
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.studies.run import conclude
    from neocloud_mc.views.render.progress import TerminalWatch

    form = formats.chosen(output_format, destination, options.ResultFormat)
    simulation.require(form, destination)
    whole, scenario = shards.gather(parts)
    conditions = [gates.check(open_book(scenario), expr) for expr in fail_if or ()]
    effort = Effort(whole.paths, whole.key.seed, threads, watch=TerminalWatch(quiet))
    result = conclude(whole, scenario, effort, conditions)
    raise typer.Exit(report([result], form, destination, is_full=full, is_quiet=quiet))
