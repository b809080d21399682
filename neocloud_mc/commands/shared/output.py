"""Where a command's results go, and how its warnings are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.views.render.text import printable

if TYPE_CHECKING:
    from neocloud_mc.views.render.document import Document

BINARY: Final = ("npz", "parquet", "xlsx")
"""Formats that no terminal shows."""
_OUTPUTS: Final = ("--output", "--overlay", "--index")
"""Options that name a file to write."""


def publish(document: Document, form: str, destination: Path | None) -> None:
    """Write a result: on standard output, where a table comes block by block, or to a file.

    Raises
    ------
    RunError : as `write`.
    """
    if form == "table" and destination is None:
        from neocloud_mc.views.render.terminal import stdout

        document.show(stdout())
    else:
        content = document.binary(form) if form in BINARY else document.text(form)
        write(content, destination)


def require(destination: Path | None) -> None:
    """Make sure, before anything is simulated, that a file can be written there.

    Raises
    ------
    RunError : it is a folder, there is no folder for it, or it may not be written.
    """
    if destination is None or (destination.exists() and not destination.is_dir()):
        return
    folder = destination.resolve().parent
    if destination.is_dir():
        raise RunError(f"{destination}: cannot be written: it is a folder: name a file in it")
    if not folder.is_dir():
        raise RunError(f"{destination}: cannot be written: no folder {destination.parent}")
    if not os.access(folder, os.W_OK):
        raise RunError(f"{destination}: cannot be written: Permission denied")


def keep_inputs(given: Mapping[str, Any]) -> None:
    """Refuse to write over a file that is read.

    Parameters
    ----------
    given : values by option (or name of the argument): text, paths, or several of either.

    Raises
    ------
    UsageError : an output is one of the inputs, by whatever name.
    """
    for option in _OUTPUTS:
        others = [value for name, value in given.items() if name != option]
        for file in _files(given.get(option)):
            if any(file.samefile(read) for value in others for read in _files(value)):
                raise UsageError(
                    f"{option} {file}: is an input too and would be lost: name another file"
                )


def _files(value: Any) -> Iterator[Path]:
    """Those of the values that are files."""
    for one in value if isinstance(value, list | tuple) else [value]:
        with suppress(OSError):  # a text that is too long for a name
            if isinstance(one, str | Path) and Path(one).is_file():
                yield Path(one)


def write(content: str | bytes, output: Path | None) -> None:
    """Write results to standard output, or to a file that appears only when it is complete.

    Raises
    ------
    RunError : the file cannot be written.
    """
    if output is None and isinstance(content, str):
        sys.stdout.write(content)
        return
    with streamed(output) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def streamed(output: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that appears only when the block has ended well.

    Raises
    ------
    RunError : the file cannot be written.
    """
    if output is None:
        yield sys.stdout.buffer
        return
    try:
        if output.exists() and not output.is_file():
            with output.open("wb") as file:
                yield file
            return
        target = output.resolve()
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with draft.open("wb") as file:
                yield file
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(f"{output}: cannot be written: {error.strerror}") from error


def warn(warnings: Iterable[str], *, is_quiet: bool) -> None:
    """Tell doubts about a scenario on standard error."""
    for line in () if is_quiet else warnings:
        print(printable(line), file=sys.stderr)
