"""The two streams of the process: results arrive whole or the program fails, messages may be lost.

A write can be short (a full disk, a pipe whose writer was stopped for a while), and under
PYTHONUNBUFFERED Python drops the rest. So both streams get a buffer, which writes on until all is
written or something is raised. Streams that a caller put in place of the process's own stay.
"""

import io
import os
import select
import sys
from contextlib import suppress
from typing import Any, TextIO

from neocloud_mc.errors import RunError
from neocloud_mc.views.render.text import spell_out_what_cannot_be_encoded


class _Results(io.FileIO):
    """Standard output: whoever cannot write to it fails with one line."""

    def write(self, data: Any, /) -> int:
        """Write some of the data, however long its reader takes.

        Raises
        ------
        RunError : it cannot be written.
        """
        try:
            n_written: int | None = super().write(data)
            while n_written is None:  # a pipe that was set not to wait, and is full
                select.select([], [self], [])
                n_written = super().write(data)
        except OSError as error:
            raise RunError(f"standard output: cannot be written: {error.strerror}") from error
        return n_written


class _Messages(io.FileIO):
    """Standard error: what cannot be written is lost, and the results are not."""

    def write(self, data: Any, /) -> int:
        """Write some of the data, or let it go."""
        with suppress(OSError):
            return super().write(data) or memoryview(data).nbytes
        return memoryview(data).nbytes


def prepare() -> None:
    """Streams of any locale; where the shell closed them, results fail and messages are lost."""
    out: Any = sys.stdout
    if out is None:
        sys.stdout = _buffered(_Results(os.open(os.devnull, os.O_RDONLY), "w"))
    elif out == sys.__stdout__:
        sys.stdout = _buffered(_Results(out.fileno(), "w", closefd=False), out)
    err: Any = sys.stderr
    if err is None:
        sys.stderr = _buffered(_Messages(os.open(os.devnull, os.O_WRONLY), "w"))
    elif err == sys.__stderr__:
        sys.stderr = _buffered(_Messages(err.fileno(), "w", closefd=False), err)
    for stream in (sys.stdout, sys.stderr):
        spell_out_what_cannot_be_encoded(stream)


def discard() -> None:
    """Write what is left of the output; what cannot be written is thrown away."""
    try:
        sys.stdout.flush()
    except (OSError, RunError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _buffered(raw: io.FileIO, usual: Any = None) -> TextIO:
    """Text over a buffer, like the usual stream; line by line where that sent all at once."""
    if usual is None:
        return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8")
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=usual.encoding,
        errors=usual.errors,
        line_buffering=usual.line_buffering or usual.write_through,
    )
