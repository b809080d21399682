"""The command line: which verbs there are, and how a failure reaches the shell.

A verb is a function of its own name in a file of its own name under `commands/` (or, where it has
verbs of its own, a `typer.Typer` named `app`). The file is imported when the verb is used, so that
`--help` and `validate` start without the simulation. Its docstring's first line is the summary
here, the function's docstring the verb's help.
"""

import ast
import signal
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import CompletionItem, TyperGroup  # type: ignore[attr-defined]

from neocloud_mc import __version__
from neocloud_mc.commands.shared import interrupts
from neocloud_mc.engine import memory
from neocloud_mc.errors import NeocloudError, Terminated
from neocloud_mc.scenario.checks.wording import cut
from neocloud_mc.views.help import WIDEST, Verb
from neocloud_mc.views.render import streams
from neocloud_mc.views.render.text import printable

PROGRAM: Final = "neocloud-mc"
COMMANDS: Final = (
    "run",
    "compare",
    "sweep",
    "sensitivity",
    "breakeven",
    "backtest",
    "fit",
    "calibrate",
    "track",
    "explain",
    "report",
    "plot",
    "paths",
    "measures",
    "validate",
    "show",
    "schema",
    "scenarios",
    "init",
    "docs",
    "verify",
    "merge",
    "cache",
)
"""In the order of the help page."""
_FOLDER: Final = Path(__file__).parent / "commands"
_DEBUG: Final = "--debug"
_INTERRUPTED: Final = 130
_TERMINATED: Final = 143
_STYLE: Final[dict[str, Any]] = {
    "rich_markup_mode": None,
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
}


class OneVerb(Verb):
    """A command that does not write over what it reads."""

    def invoke(self, ctx: Any) -> Any:
        """Run it, unless an output is an input too."""
        from neocloud_mc.commands.shared import output

        params = {one.opts[0]: ctx.params.get(one.name) for one in self.get_params(ctx)}
        output.keep_inputs(params)
        return super().invoke(ctx)


class Verbs(TyperGroup):
    """The commands, each imported when it is used."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = dict.fromkeys(COMMANDS, typer.core.TyperCommand(None))

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of them, ready to run; none: there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"neocloud_mc.commands.{cmd_name}")
        app = getattr(module, "app", None)
        if app is None:
            app = typer.Typer(**_STYLE)
            app.command(cmd_name, cls=OneVerb)(getattr(module, cmd_name))
        command = typer.main.get_command(app)
        command.name = cmd_name
        return command

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Their names and summaries, without importing them; after a dash, the options."""
        found = [name for name in COMMANDS if name.startswith(incomplete)]
        items = [CompletionItem(name, help=_summary(name)) for name in found]
        return items or super().shell_complete(ctx, incomplete)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List them on the help page without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(name)) for name in COMMANDS])


app = typer.Typer(cls=Verbs, no_args_is_help=True, **_STYLE | {"add_completion": True})


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option(_DEBUG, help="Show the traceback of a failure (anywhere on the line).")
    ] = False,
) -> None:
    """Monte Carlo credit risk of GPU clouds: default probabilities from scenarios in YAML."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and turn every failure into lines and an exit code.

    Parameters
    ----------
    arguments : default: those of the process.

    Returns
    -------
    The exit code: 0 done, 1 failed, 2 bad usage or a bad scenario, 3 and 4 gates, 130 interrupted,
    143 terminated.
    A reader that closes the pipe ends the process as it ends any other (141 in the shell).
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    interrupts.listen()
    streams.prepare()
    try:
        return _run([argument for argument in given if argument != _DEBUG])
    except (Exception, KeyboardInterrupt, Terminated) as error:
        if _DEBUG in given:
            traceback.print_exc()
        lines, code = _told(error)
    streams.discard()
    for line in lines:
        print(printable(cut(line)), file=sys.stderr)
    return code


def _told(error: BaseException) -> tuple[list[str], int]:
    """What a user reads of a failure, and the exit code."""
    if isinstance(error, NeocloudError):
        return error.lines, error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return ["interrupted"], _INTERRUPTED
    if isinstance(error, Terminated):
        return ["terminated"], _TERMINATED
    if lack := memory.lack(error):
        return [lack], 1
    return [f"{PROGRAM} failed: {type(error).__name__}: {error} (see {_DEBUG})"], 1


def _run(arguments: list[str]) -> int:
    try:
        app(args=arguments, prog_name=PROGRAM)
    except SystemExit as ending:
        if ending.code == _INTERRUPTED:
            raise KeyboardInterrupt from ending
        sys.stdout.flush()
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    return 0


def _summary(name: str) -> str:
    """First line of the docstring of a command's file."""
    source = (_FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]
