"""The files of a scenario as a rule that make reads: what to make again when one of them changes.

Make gives many characters a meaning. Some lose it where they are escaped; a name with another one
is refused, for a rule that reads otherwise could run what it names.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from neocloud_mc.errors import UsageError
from neocloud_mc.views.render.text import printable

_ESCAPED: Final = str.maketrans({"$": "$$", "#": r"\#", ":": r"\:", " ": r"\ "})
_REFUSED: Final = frozenset('%;|=*?[]~&<>()`"\\')


def render(target: str, files: Sequence[Path]) -> str:
    """Say that a target is made of files, and that those after the first may be gone.

    Without the latter, make would stop at a file that is not extended any more, and not there.

    Raises
    ------
    UsageError : a name that no rule can hold.
    """
    names = [_name(str(file)) for file in files]
    gone = "".join(f"{name}:\n" for name in names[1:])
    return f"{_name(target)}: {' '.join(names)}\n{gone}"


def _name(text: str) -> str:
    """A file's name as make reads it back."""
    for character in text:
        if character in _REFUSED or not character.isprintable():
            raise UsageError(
                f"--rule: {printable(text)}: make gives {printable(character)} in a name a meaning "
                "that cannot be taken from it: name the file otherwise"
            )
    if not text.strip():
        raise UsageError("--rule: the name of a file is expected")
    return text.translate(_ESCAPED)
