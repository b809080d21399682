"""List the scenarios and stresses that ship with the program."""

from enum import StrEnum
from typing import Annotated

import typer

from neocloud_mc.commands.shared import formats, options, output


class Form(StrEnum):
    """How the list is written."""

    TABLE = "table"
    JSON = "json"


def scenarios(
    output_format: Annotated[
        Form | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            show_default=False,
            help=f"How the list is written: {', '.join(Form)}; default: as the suffix of --output "
            "says, else a table.",
        ),
    ] = None,
    destination: options.Output = None,
) -> None:
    """List what ships with the program: scenarios, parts, stresses, outcomes and examples.

    Every command takes a name where it takes a scenario file, and --with takes a stress. What a
    stress needs is what it changes: the scenario under it must have that. A name without a month is
    of the newest vintage.

    Example: neocloud-mc scenarios
    """
    from neocloud_mc.scenario.shipped import shipped
    from neocloud_mc.views.shipped import document

    form = formats.chosen(output_format, destination, Form)
    output.publish(document(list(shipped())), form, destination)
