"""Write a scenario to start from: every key explained, or a copy of a shipped one."""

import shlex
import sys
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer

from neocloud_mc.commands.shared import formats, options, output
from neocloud_mc.errors import RunError, ScenarioError, UsageError
from neocloud_mc.scenario import library
from neocloud_mc.views.render.text import printable

_STDOUT: Final = "-"
_NEXT: Final = {
    "validate {file}": "every mistake at once",
    "run {file}": "default probabilities, losses, fair spreads",
    "explain {file} --issuer acme --find default": "one path, month by month",
}
_NEXT_OF_COPY: Final = {
    "validate {file}": "every mistake at once",
    "run {file}": "default probabilities, losses, fair spreads",
}
_NEXT_OF_OUTCOMES: Final = {"backtest SCENARIO --outcomes {file}": "scored by what happened"}
_NEXT_OF_OVERLAY: Final = {"run SCENARIO --with {file}": "laid over a scenario that it fits"}


def init(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="File to write, with --from a folder; - is standard output.",
        ),
    ],
    origin: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="@NAME",
            show_default=False,
            help="Copy this shipped scenario and what it extends into a folder instead.",
        ),
    ] = None,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Write a scenario to start from: a market, customers and two issuers, every key explained.

    Its figures are assumptions with ranges; put your own in their place. A copy of a shipped
    scenario (--from @coreweave FOLDER) runs where it is; existing files are left alone.

    Example: neocloud-mc init acme.yaml
    """
    if origin is not None:
        if is_forced or file == _STDOUT:
            raise UsageError("--from copies into a folder and replaces nothing")
        _copy(origin, Path(file), is_quiet=quiet)
        return
    text = (resources.files("neocloud_mc") / "docs" / "start.yaml").read_text(encoding="utf-8")
    if file == _STDOUT:
        output.write(text, None)
        return
    formats.require_suffix(Path(file), [".yaml", ".yml"], "a scenario is YAML")
    if not file:
        raise UsageError("'' is not a name: give that of a file")
    if Path(file).exists() and not is_forced:
        raise UsageError(f"{file} exists and is left as it is; --force replaces it")
    output.write(text, Path(file))
    _tell_what_next(_NEXT, file, is_quiet=quiet)


def _copy(origin: str, folder: Path, *, is_quiet: bool) -> None:
    """Copy a shipped file, what it extends and the schema, laid out as in the library.

    Raises
    ------
    UsageError : before anything is written, if a file of that name with other content is there.
    """
    from neocloud_mc.scenario import extends
    from neocloud_mc.scenario.outcomes import are_outcomes
    from neocloud_mc.scenario.variants.overlay import is_one

    if not library.is_name(origin):
        raise UsageError(f"--from {origin}: the @name of a shipped scenario is expected")
    reading = extends.read(origin, (), None)
    if reading.tree is None:
        raise ScenarioError([str(mistake) for mistake in reading.mistakes])
    copies = {folder / library.place(file): file for file in (*reading.files, library.schema())}
    try:
        taken = [to for to, file in copies.items() if to.exists() and not _is_same(to, file)]
        if taken:
            raise UsageError("\n".join(f"{to} exists and is left as it is" for to in taken))
        for to, file in copies.items():
            to.parent.mkdir(parents=True, exist_ok=True)
            output.write(file.read_bytes(), to)
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {error.strerror}") from error
    following = _NEXT_OF_OVERLAY if is_one(reading.tree) else _NEXT_OF_COPY
    if are_outcomes(reading.tree):
        following = _NEXT_OF_OUTCOMES
    _tell_what_next(following, str(next(iter(copies))), is_quiet=is_quiet)


def _is_same(one: Path, other: Path) -> bool:
    return one.is_file() and one.read_bytes() == other.read_bytes()


def _tell_what_next(following: dict[str, str], file: str, *, is_quiet: bool) -> None:
    if is_quiet:
        return
    commands = [f"neocloud-mc {verb}".format(file=shlex.quote(file)) for verb in following]
    width = max(map(len, commands))
    for command, why in zip(commands, following.values(), strict=True):
        print(printable(f"{command.ljust(width)}  # {why}"), file=sys.stderr)
