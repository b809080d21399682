"""JSON Schema of the scenario format, for editors."""

from neocloud_mc.commands.shared import formats, options, output


def schema(destination: options.Output = None) -> None:
    """Print the JSON Schema (draft-07) of the scenario format.

    An editor with a YAML language server then explains, completes and checks every key. Write the
    schema beside the scenarios, and on the first line of each:
    # yaml-language-server: $schema=schema.json

    Example: neocloud-mc schema --output schema.json
    """
    from neocloud_mc.scenario import json_schema

    formats.require_suffix(destination, [".json"], "the schema is JSON")
    output.write(json_schema.render(), destination)
