"""How a scenario's keys and values are spoken of in messages."""

import difflib
import math
from collections.abc import Collection, Iterable
from itertools import islice
from typing import Final

_LONGEST_QUOTE: Final = 60
_LONGEST_LINE: Final = 1000
_LONGEST_START: Final = 500
_FEW: Final = 8
_MOST_COMPARED: Final = 500
_LONGEST_COMPARED: Final = 100


def nearest(word: object, known: Iterable[object]) -> str | None:
    """The known word that looks most like the given one, if any does."""
    if len(str(word)) > _LONGEST_COMPARED:
        return None
    by_lower = {str(name).lower(): str(name) for name in islice(known, _MOST_COMPARED)}
    found = difflib.get_close_matches(str(word).lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def suggestion(word: object, known: Collection[object]) -> str:
    """The end of a message about an unknown word, with a leading space."""
    if found := nearest(word, known):
        return f" (did you mean {found!r}?)"
    if 0 < len(known) <= _FEW:
        return f" (known: {', '.join(map(str, known))})"
    return ""


def quoted(value: object) -> str:
    """A value of the file, short, as its author would recognise it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    return repr(short(str(value)))


def short(text: str) -> str:
    """The text, or its beginning where it is long."""
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def cut(line: str) -> str:
    """A message without the middle of what it repeats of the user's text, where that is long."""
    if len(line) <= _LONGEST_LINE:
        return line
    return f"{line[:_LONGEST_START]} … {line[-(_LONGEST_LINE - _LONGEST_START) :]}"


def one_line(text: str) -> str:
    r"""The text as one line that no terminal obeys: control characters as their escapes.

    >>> one_line("a\nb")
    'a\\nb'
    """
    printed = cut(text)
    escaped = (
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in printed
    )
    return "".join(escaped)


def number(value: float) -> str:
    """A number as YAML writes it, exact and short: `0.12`, `180000`, `1.15e9`, `.inf`."""
    if isinstance(value, int):
        return str(value)
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        return repr(value).removesuffix(".0")
    exact = (f"{value:.{digits}e}" for digits in range(18))
    mantissa, exponent = next(text for text in exact if float(text) == value).split("e")
    return f"{mantissa}e{int(exponent)}"
