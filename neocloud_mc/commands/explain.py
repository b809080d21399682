"""One path again, from its number: every month, every dollar, and why it defaulted."""

from typing import Annotated

import typer

from neocloud_mc.causes import CAUSES
from neocloud_mc.commands.shared import completion, formats, options, output
from neocloud_mc.studies.defaults import PATHS, SEED


def explain(
    scenario: options.Scenario,
    issuer: Annotated[
        str | None,
        typer.Option(
            "--issuer",
            metavar="ID",
            autocompletion=completion.issuers,
            help="Whose account; may be left out where there is only one issuer.",
            show_default=False,
        ),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(
            "--path",
            metavar="K",
            parser=options.whole,
            show_default=False,
            help="Number of the path, from 0.",
        ),
    ] = None,
    find: Annotated[
        str | None,
        typer.Option(
            "--find",
            metavar="WHAT",
            show_default=False,
            help=f"Look for paths instead: default, or default:CAUSE, one of {', '.join(CAUSES)}; "
            "explains the first.",
        ),
    ] = None,
    quarterly: Annotated[
        bool, typer.Option("--quarterly", help="Accounts by quarter instead of by month.")
    ] = False,
    paths: options.Paths = PATHS,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    output_format: options.OutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Replay one path of a scenario and print an issuer's account, month by month.

    Example: neocloud-mc explain @coreweave --issuer coreweave --find default
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.studies.ledger import explanation
    from neocloud_mc.views.ledger import document
    from neocloud_mc.views.render.progress import TerminalWatch

    form = formats.chosen(output_format, destination, options.Format)
    (loaded,) = simulation.load_all([scenario], options.changes(overlays, settings, horizon))
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    story, found = explanation.explain(loaded, issuer, number, find, effort)
    output.publish(document(story, found, by_quarter=quarterly), form, destination)
