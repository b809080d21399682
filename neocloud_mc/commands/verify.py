"""Regenerate the validation record: what the program must reproduce, and whether it does."""

import time
from enum import StrEnum
from typing import Annotated

import typer

from neocloud_mc.commands.shared import formats, options, output
from neocloud_mc.studies.defaults import SEED

FAILED = 1


class Form(StrEnum):
    """How the record is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def verify(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCENARIO",
            show_default=False,
            help="Scenario files, or @NAME of a shipped one, to audit as well.",
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Smaller samples: under a minute.")
    ] = False,
    overlays: options.Overlays = None,
    seed: options.Seed = SEED,
    output_format: Annotated[
        Form | None,
        typer.Option(
            "--format",
            show_default=False,
            help="How the record is written; default: as the suffix of --output says, or a table.",
        ),
    ] = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Check the program against closed forms, laws and its own intervals; exit 1 if a check fails.

    The same seed gives the same record. The full run takes some minutes. Scenario files are
    audited month by month: is cash conserved, is every loss within its claim …

    Example: neocloud-mc verify --quick @neoclouds
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.engine.compilation import make_ready
    from neocloud_mc.studies.side_by_side import unlike_names
    from neocloud_mc.validation import budget, sections
    from neocloud_mc.views.record import document
    from neocloud_mc.views.render.progress import TerminalWatch, announce, time_left

    form = formats.chosen(output_format, destination, Form)
    loaded = simulation.load_all(scenarios or (), options.changes(overlays, None))
    work = budget.quick(seed) if quick else budget.full(seed)
    make_ready(TerminalWatch(quiet).compiling)

    begun = time.monotonic()

    def tell(section: str, share: float) -> None:
        left = time_left(time.monotonic() - begun, share)
        announce(f"{section} … ({share:.0%} done{left})", is_quiet=quiet)

    named = [
        item.scenario.model_copy(update={"name": name})
        for item, name in zip(loaded, unlike_names(loaded), strict=True)
    ]
    record = sections.regenerate(work, named, tell)
    output.publish(document(record), form, destination)
    if record.failed:
        raise typer.Exit(FAILED)
