"""Print a scenario after merging, or every figure with its source."""

from typing import Annotated

import typer

from neocloud_mc.commands.shared import formats, options, output
from neocloud_mc.errors import UsageError
from neocloud_mc.views.render.text import printable


def show(
    scenario: options.Scenario,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    sources: Annotated[
        bool, typer.Option("--sources", help="List every figure with its source or assumption.")
    ] = False,
    files: Annotated[
        bool, typer.Option("--files", help="List the files that the scenario is made of.")
    ] = False,
    rule: Annotated[
        str | None,
        typer.Option(
            "--rule",
            metavar="TARGET",
            show_default=False,
            help="Write a rule for make: TARGET is made again when one of the files changes.",
        ),
    ] = None,
    output_format: options.OutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Print the scenario as it is after merging its files and making the changes, as YAML.

    The output is itself a scenario file. --format goes with --sources.

    Example: neocloud-mc show @coreweave --sources
    """
    from neocloud_mc.scenario.load import load
    from neocloud_mc.views import make_rule, scenario_yaml

    if sources + files + (rule is not None) > 1:
        raise UsageError("--sources, --files and --rule exclude each other")
    if output_format is not None and not sources:
        raise UsageError("--format goes with --sources")
    form = options.Format.TABLE
    if sources:
        form = formats.chosen(output_format, destination, options.Format)
    elif files:
        formats.require_suffix(destination, [".txt"], "the list of files is text")
    elif rule is not None:
        formats.require_suffix(destination, [".d", ".mk"], "a rule is read by make")
    else:
        formats.require_suffix(destination, [".yaml", ".yml"], "a scenario is YAML")
    loaded = load(scenario, settings or (), overlays=overlays or ())
    output.warn(loaded.warnings, is_quiet=quiet)
    if files:
        text = "".join(f"{printable(str(file))}\n" for file in loaded.files)
    elif rule is not None:
        text = make_rule.render(rule, loaded.files)
    elif sources:
        from neocloud_mc.scenario.sources import entries
        from neocloud_mc.views import register

        output.publish(
            register.document(entries(loaded.resolved), loaded.scenario.base_date),
            form,
            destination,
        )
        return
    else:
        text = scenario_yaml.render(loaded.resolved)
    output.write(text, destination)
