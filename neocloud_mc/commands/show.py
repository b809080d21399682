"""Print a scenario after merging, or every figure with its source."""

import sys
from typing import Annotated

import typer

from neocloud_mc.commands import output
from neocloud_mc.commands.options import Format, Output, OutputFormat, Quiet, Scenario, Settings
from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.register import entries
from neocloud_mc.views import register, scenario_yaml
from neocloud_mc.views.terminal import printable, stdout


def show(
    scenario: Scenario,
    settings: Settings = None,
    sources: Annotated[
        bool, typer.Option("--sources", help="List every figure with its source or assumption.")
    ] = False,
    files: Annotated[
        bool, typer.Option("--files", help="List the files that the scenario is made of.")
    ] = False,
    output_format: OutputFormat = Format.TABLE,
    destination: Output = None,
    quiet: Quiet = False,
) -> None:
    """Print the scenario as it is after merging its files and making the settings, as YAML.

    What is printed is a scenario file itself. --format goes with --sources.

    Example: neocloud-mc show scenarios/coreweave.yaml --sources
    """
    if sources and files:
        raise UsageError("--sources and --files exclude each other")
    loaded = load(scenario, settings or ())
    output.warn(loaded.warnings, is_quiet=quiet)
    if files:
        text = "".join(f"{printable(str(file))}\n" for file in loaded.files)
    elif not sources:
        text = scenario_yaml.render(loaded.resolved)
    elif output_format is Format.TABLE and destination is None and sys.stdout.isatty():
        register.show(stdout(), entries(loaded.resolved))
        return
    else:
        text = register.render(entries(loaded.resolved), output_format.value)
    output.write(text, destination)
