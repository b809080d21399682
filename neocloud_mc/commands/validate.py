"""Report all mistakes of scenario files at once, simulating nothing."""

import sys

from neocloud_mc.commands.shared import options, output
from neocloud_mc.errors import ScenarioError
from neocloud_mc.notation import counted
from neocloud_mc.views.render.text import printable


def validate(
    scenarios: options.Scenarios,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    quiet: options.Quiet = False,
) -> None:
    """Check scenario files and report every mistake as file:line:column: message.

    Mistakes and warnings go to standard error, a line for each good file to standard output. Every
    file is tried; the exit code is 2 if any of them is wrong.

    Example: neocloud-mc validate @neoclouds
    """
    from neocloud_mc.scenario.load import load

    mistakes: list[str] = []
    told: set[str] = set()
    for source in scenarios:
        try:
            loaded = load(source, settings or (), overlays=overlays or ())
        except ScenarioError as error:
            mistakes += error.lines
            continue
        output.warn([line for line in loaded.warnings if line not in told], is_quiet=quiet)
        told.update(loaded.warnings)
        issuers = loaded.scenario.issuers.values()
        n_tranches = sum(len(issuer.tranches) for issuer in issuers)
        sys.stdout.write(
            f"ok: {printable(source)} ({counted(len(issuers), 'issuer')}, "
            f"{counted(n_tranches, 'tranche')})\n"
        )
    if mistakes:
        raise ScenarioError(list(dict.fromkeys(mistakes)))
