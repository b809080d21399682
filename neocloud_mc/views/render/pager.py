"""Long text on a terminal, through the reader's pager.

PAGER names it, with options if need be; empty or ``cat`` means none. Without PAGER it is less,
where there is one. What fits on one screen is printed.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, Final

_USUAL: Final = "less"
_LESS: Final = "FRX"
"""Options of less where the reader has set none: quit if all fits, colours, leave the screen."""


def show(text: str, stream: IO[str]) -> None:
    """Let the reader page through a text; ends when the pager does.

    Parameters
    ----------
    stream : of the terminal, for a text that needs no pager.
    """
    command = _pager() if text.count("\n") >= shutil.get_terminal_size().lines else []
    if command:
        with suppress(OSError):
            _feed(_started(command), text)
            return
    stream.write(text)


def _pager() -> list[str]:
    """The pager's command line; empty: none."""
    asked = os.environ.get("PAGER", _USUAL)
    try:
        words = shlex.split(asked)
    except ValueError:
        return []
    is_dumb = os.environ.get("TERM", "dumb") == "dumb"
    return [] if is_dumb or words in ([], ["cat"]) else words


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {"LESS": _LESS} | os.environ
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)


def _feed(pager: subprocess.Popen[bytes], text: str) -> None:
    """Write the text and wait; a pager that is closed early is no failure."""
    stream = pager.stdin
    assert stream is not None
    data = text.encode(sys.stdout.encoding, sys.stdout.errors or "strict")
    with _left_to_the_pager():
        with suppress(BrokenPipeError):
            stream.write(data)
        with suppress(BrokenPipeError):
            stream.close()
        pager.wait()


@contextmanager
def _left_to_the_pager() -> Iterator[None]:
    """An interrupt is for the pager to answer, and a pipe that it closes ends nothing here."""
    handlers: dict[int, Any] = {signal.SIGINT: _do_nothing}
    if hasattr(signal, "SIGPIPE"):
        handlers[signal.SIGPIPE] = signal.SIG_IGN
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _do_nothing(number: int, frame: object) -> None:
    """Unlike an ignored signal, this is not handed on to the pager."""
