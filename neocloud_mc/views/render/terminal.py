"""Where text goes: the two consoles of the program, and what may be printed on them.

A terminal gets colour and its own width (NO_COLOR, FORCE_COLOR and COLUMNS decide otherwise). A
pipe or a file gets plain text at full width: nothing wrapped, nothing cut, no escape codes.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from rich.console import Console

FULL_WIDTH: Final = 100_000
"""Columns of a pipe or a file: more than any table has."""

_ASCII = {"±": "+-", "–": "-", "−": "-", "─": "-", "×": "x", "·": ";"}
_ASCII |= dict.fromkeys("█▉▊▋▌", "#") | dict.fromkeys("▍▎▏", " ") | {"▒": "=", "│": "|"}


def stdout() -> Console:
    """The console for results."""
    return console(sys.stdout)


def stderr() -> Console:
    """The console for everything else."""
    return console(sys.stderr)


def console(stream: TextIO) -> Console:
    """A console that writes to the stream what it is given, and never reads it as markup."""
    from rich.console import Console

    spell_out_what_cannot_be_encoded(stream)
    width, force = None, None
    if not stream.isatty():
        width = FULL_WIDTH
        force = bool(os.environ.get("FORCE_COLOR")) and not os.environ.get("NO_COLOR")
    return Console(
        file=stream,
        width=width,
        force_terminal=force,
        force_jupyter=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


def plain(show: Callable[[Console], None]) -> str:
    """What `show` prints on a pipe, as text for a file."""
    text = io.StringIO()
    show(console(text))
    return text.getvalue()


def printable(text: str) -> str:
    r"""Text from outside, safe to print: control characters are shown as their escapes.

    >>> printable("a\x1b[31m")
    'a\\x1b[31m'
    """
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def spell_out_what_cannot_be_encoded(stream: TextIO) -> None:
    """Make a stream of an old locale write ``+-`` where it has no ±; mutates the stream."""
    if hasattr(stream, "reconfigure"):
        codecs.register_error("neocloud_mc", _spelt_out)
        stream.reconfigure(errors="neocloud_mc")


def _spelt_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_ASCII.get(c, _escaped(c)) for c in text), error.end
