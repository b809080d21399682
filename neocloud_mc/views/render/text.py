"""Text that is safe to print: on any terminal, and in the encoding of any locale."""

import codecs
from typing import TextIO

_ASCII = {"±": "+-", "–": "-", "−": "-", "─": "-", "×": "x", "·": ";"}
_ASCII |= {"≥": ">=", "≤": "<=", "→": "->", "…": "..."} | dict(
    zip("▁▂▃▄▅▆▇", "_.-=+*%", strict=True)
)
_ASCII |= dict.fromkeys("█▉▊▋▌", "#") | dict.fromkeys("▍▎▏", " ") | {"▒": "=", "│": "|"}


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
