"""List the scenarios and stresses that ship with the program."""

from enum import StrEnum
from typing import Annotated

import typer

from neocloud_mc.commands.shared import options, output


class Form(StrEnum):
    """How the list is written."""

    TABLE = "table"
    JSON = "json"


def scenarios(
    form: Annotated[Form, typer.Option("--format", help="How the list is written.")] = Form.TABLE,
    destination: options.Output = None,
) -> None:
    """List what ships with the program: scenarios, parts that they extend, and stresses.

    Every command takes a name where it takes a scenario file, and --with takes a stress. What a
    stress needs is what it changes: the scenario under it must have that.

    Example: neocloud-mc scenarios
    """
    from neocloud_mc.scenario.shipped import shipped
    from neocloud_mc.views.shipped import document

    output.publish(document(list(shipped())), form, destination)
