"""Write a starting scenario in which every key is explained."""

import shlex
import sys
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer

from neocloud_mc.commands import formats, output
from neocloud_mc.commands.options import Quiet
from neocloud_mc.errors import UsageError
from neocloud_mc.views.terminal import printable

_STDOUT: Final = "-"
_NEXT: Final = {
    "validate {file}": "every mistake at once",
    "run {file}": "default probabilities, losses, fair spreads",
    "explain {file} --issuer acme --find default": "one path, month by month",
}


def init(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", show_default=False, help="File to write; - is standard output."
        ),
    ],
    is_forced: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write a scenario to start from: a market, customers and two issuers, every key explained.

    Its figures are assumptions with ranges; put your own in their place.

    Example: neocloud-mc init acme.yaml
    """
    text = (resources.files("neocloud_mc") / "docs" / "start.yaml").read_text(encoding="utf-8")
    if file == _STDOUT:
        output.write(text, None)
        return
    formats.require_suffix(Path(file), [".yaml", ".yml"], "a scenario is YAML")
    if not file:
        raise UsageError("'' is no name: give that of a file")
    if Path(file).exists() and not is_forced:
        raise UsageError(f"{file} exists and is left as it is; --force replaces it")
    output.write(text, Path(file))
    if not quiet:
        _tell_what_next(file)


def _tell_what_next(file: str) -> None:
    commands = [f"neocloud-mc {verb}".format(file=shlex.quote(file)) for verb in _NEXT]
    width = max(map(len, commands))
    for command, why in zip(commands, _NEXT.values(), strict=True):
        print(printable(f"{command.ljust(width)}  # {why}"), file=sys.stderr)
