"""What a name may stand for that is no measure's full one, and what is said where it is none's."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Final

from neocloud_mc.notation import counted

_LONGEST_SHOWN: Final = 100
_LEVEL: Final = re.compile(r"\.[0-9]+(?:\.[0-9]+)?(?=\.|$)")
"""A month, a number of defaults or a confidence level within a name."""


def spellings(path: str) -> Iterable[str]:
    """What a short name can stand for; a full name stands for itself."""
    yield path
    yield f"issuers.{path}"
    issuer, _, rest = path.partition(".")
    yield f"issuers.{issuer}.tranches.{rest}"


def unknown(path: str, names: Collection[str], months: int) -> str:
    """That a name is none, and what may be meant."""
    shown = path if path.isprintable() else repr(path)[1:-1]
    shown = shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "…"
    says = f"{shown} is not something that this run reports"
    of_other_levels = sorted(
        (name for name in names if _without_level(name) == _without_level(path)), key=_by_level
    )
    if of_other_levels and ".pd." in path:
        return f"{says}: it has {counted(months, 'month')} (did you mean {of_other_levels[-1]}?)"
    if of_other_levels:
        levels = ", ".join(f"{_by_level(name)[1]:g}" for name in of_other_levels)
        return f"{says}: there are {levels} (did you mean {of_other_levels[-1]}?)"
    longer = sorted((name for name in names if name.startswith(f"{path}.")), key=_by_level)
    nearest = longer[-1:] or get_close_matches(shown, sorted(names), n=1, cutoff=0.0)
    return f"{says} (did you mean {nearest[0]}?)"


def _without_level(name: str) -> str:
    return _LEVEL.sub(".N", name)


def _by_level(name: str) -> tuple[str, float]:
    """Orders names by their text, then by the number in it."""
    found = _LEVEL.search(name)
    return _without_level(name), float(found[0][1:]) if found else 0.0
