"""The compiled kernels: where they are, compile them now, remove them."""

import json
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from neocloud_mc import jit
from neocloud_mc.commands.shared import output
from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.views.render.text import printable

_MEGABYTE: Final = 1e6


class Action(StrEnum):
    """What is done with the kernels."""

    INFO = "info"
    WARM = "warm"
    CLEAR = "clear"


class Form(StrEnum):
    """How `info` is written."""

    TABLE = "table"
    JSON = "json"


def cache(
    action: Annotated[
        Action,
        typer.Argument(metavar="info|warm|clear", show_default=False, help="What to do with them."),
    ],
    form: Annotated[Form, typer.Option("--format", help="How info is written.")] = Form.TABLE,
) -> None:
    """Look at the compiled kernels, compile them now (warm), or remove them (clear).

    They are compiled once for each version of the program, of numba and of NumPy, and kept under
    NUMBA_CACHE_DIR, else in the user's cache folder. Warm them when building an image, so that no
    job has to wait; this also removes what older versions left.

    Example: neocloud-mc cache warm
    """
    if form is not Form.TABLE and action is not Action.INFO:
        raise UsageError(f"--format goes with info, not with {action}")
    match action:
        case Action.INFO:
            output.write(_info(form), None)
        case Action.WARM:
            output.write(_warm(), None)
        case Action.CLEAR:
            output.write(_clear(), None)


def _info(form: Form) -> str:
    """What there is, a line for each fact."""
    folder, kept = jit.cache_folder(), jit.generations()
    facts: dict[str, object] = {
        "folder": str(folder),
        "compiled": jit.is_compiled(),
        "bytes": jit.disk_use(folder),
        "generations": {str(other): jit.disk_use(other) for other in kept},
        "kernels": jit.sources_digest(),
        "versions": jit.compiler_versions(),
    }
    if form is Form.JSON:
        return json.dumps(facts, indent=2) + "\n"
    told = facts | {
        "compiled": "yes" if facts["compiled"] else "no: the next run compiles, or cache warm",
        "generations": f"{len(kept)}, {_megabytes(*kept)} in all",
        "size": _megabytes(folder),
        "versions": ", ".join(f"{name} {it}" for name, it in jit.compiler_versions().items()),
    }
    names = ("folder", "compiled", "size", "generations", "kernels", "versions")
    return "".join(f"{name:<11}  {printable(str(told[name]))}\n" for name in names)


def _warm() -> str:
    """Compile what is not compiled yet."""
    from neocloud_mc.engine.compilation import make_ready
    from neocloud_mc.views.render.progress import TerminalWatch

    folder = printable(str(jit.cache_folder()))
    if jit.is_compiled():
        return f"compiled already: {folder}\n"
    make_ready(TerminalWatch(is_quiet=False).compiling)
    return f"compiled: {folder}\n"


def _clear() -> str:
    """Remove this generation and those that other versions left."""
    told = ""
    for folder in jit.generations():
        line = f"removed {printable(str(folder))} ({_megabytes(folder)})\n"
        try:
            shutil.rmtree(folder)
        except OSError as error:
            sys.stdout.write(told)
            raise RunError(f"{folder}: cannot be removed: {error.strerror}") from error
        told += line
    return told or f"nothing to remove in {printable(str(jit.cache_folder().parent))}\n"


def _megabytes(*folders: Path) -> str:
    return f"{sum(map(jit.disk_use, folders)) / _MEGABYTE:.1f} MB"
