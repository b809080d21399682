"""JSON Schema of the scenario format, for editors, and of results, for programs."""

from typing import Annotated

import typer

from neocloud_mc.commands.shared import formats, options, output


def schema(
    destination: options.Output = None,
    is_result: Annotated[
        bool, typer.Option("--result", help="The schema of what run writes as JSON.")
    ] = False,
) -> None:
    """Print the JSON Schema (draft-07) of the scenario format, or of the results of run.

    An editor with a YAML language server then explains, completes and checks every key. Write the
    schema beside the scenarios, and on the first line of each:
    # yaml-language-server: $schema=schema.json

    Example: neocloud-mc schema --output schema.json
    """
    formats.require_suffix(destination, [".json"], "the schema is JSON")
    if is_result:
        from neocloud_mc.views.run import json_schema as of_results

        output.write(of_results.render(), destination)
        return
    from neocloud_mc.scenario import json_schema

    output.write(json_schema.render(), destination)
