"""Help pages: as wide as the terminal, the options of a command under headings of their own."""

from collections.abc import Iterator
from typing import Any, Final

import typer
from typer.core import TyperCommand

WIDEST: Final = 160
"""Columns beyond which lines are too long to read."""
FEW: Final = 6
"""Options up to which a command's stand together."""
PANELS: Final = {
    "What is simulated": ("--with", "--set", "--horizon", "--quick", "--paths", "--seed"),
    "What is asked": (
        *("--vary", "--target", "--to", "--by", "--outcomes"),
        *("--resale", "--scenario", "--prior", "--index"),
        *("--measure", "--only", "--by-assumption", "--by-group"),
        *("--what", "--stress", "--no-stresses", "--tornado", "--against", "--fan-paths"),
        *("--issuer", "--path", "--find", "--where"),
        *("--attribution", "--parameter-uncertainty", "--draws"),
    ),
    "Gates and precision": ("--fail-if", "--target-error", "--max-paths"),
    "Rare events": ("--tail",),
    "Long runs": ("--threads", "--checkpoint", "--shard", "--dask"),
    "What is printed": (
        *("--sources", "--files", "--rule", "--summary", "--top", "--full", "--quarterly"),
        *("--theme", "--overlay", "--format", "--output", "--strict", "--quiet"),
    ),
}
"""Options by their heading, in the order of the page."""
_OTHERS: Final = "Options"
_CHECKER: Final = "Value error, "
"""What pydantic, which checks the choices, puts before what is wrong."""


class Verb(TyperCommand):
    """A command whose help page groups its options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line; of a refusal the words of the library that checked are left."""
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as refusal:
            refusal.message = refusal.message.removeprefix(_CHECKER)
            raise

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options under their headings."""
        arguments = [one for one in self.get_params(ctx) if one.param_type_name == "argument"]
        _write(ctx, formatter, "Arguments", arguments)
        for title, options in self.panels(ctx):
            _write(ctx, formatter, title, options)

    def panels(self, ctx: Any) -> Iterator[tuple[str, list[Any]]]:
        """The options by heading; those of a command with few of them under one."""
        options = [one for one in self.get_params(ctx) if one.param_type_name == "option"]
        left = {one.opts[0]: one for one in options}
        if len(options) > FEW:
            for title, names in PANELS.items():
                yield title, [left.pop(name) for name in names if name in left]
        yield _OTHERS, list(left.values())


def _write(ctx: Any, formatter: Any, title: str, params: list[Any]) -> None:
    records = [record for record in (one.get_help_record(ctx) for one in params) if record]
    if records:
        with formatter.section(title):
            formatter.write_dl(records)
