"""Every name that gates, sweeps, targets and rare events accept, with unit and meaning."""

from enum import StrEnum
from typing import Annotated

import typer

from neocloud_mc.commands.shared import formats, options, output
from neocloud_mc.errors import UsageError


class Form(StrEnum):
    """How the list is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def measures(
    scenario: options.Scenario,
    pattern: Annotated[
        str,
        typer.Argument(
            metavar="PATTERN",
            show_default=False,
            help="Only names that contain this text, or match it if it has a *: 'nebius.*.lgd'.",
        ),
    ] = "",
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    output_format: Annotated[
        Form | None,
        typer.Option(
            "--format",
            show_default=False,
            help="How the list is written; default: as the suffix of --output says, else "
            "NEOCLOUD_MC_FORMAT, else a table.",
        ),
    ] = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """List what can be asked of a scenario's runs, simulating nothing.

    The names go with --fail-if and --target-error of run, --measure of sweep, sensitivity and
    compare, and --target of breakeven; those with a mark go with run --tail too. A table has one
    line for names that differ only in a number; JSON and CSV have every name.

    Example: neocloud-mc measures @neoclouds coreweave
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.engine.bookkeeping import open_book
    from neocloud_mc.studies.catalogue import catalogue
    from neocloud_mc.views.catalogue import document

    form = formats.chosen(output_format, destination, Form)
    (loaded,) = simulation.load_all([scenario], options.changes(overlays, settings, horizon))
    output.warn(loaded.warnings, is_quiet=quiet)
    found = catalogue(open_book(loaded.scenario), pattern)
    if not found:
        raise UsageError(f"measures: no name holds {pattern!r}; without PATTERN all are listed")
    scenario_name, months = loaded.scenario.name, loaded.scenario.horizon_months
    output.publish(document(scenario_name, months, found), form, destination)
