"""What a shell offers for names that lie in the scenario of the command line.

Nothing is offered, and nothing told, where there is no scenario yet or a wrong one.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from neocloud_mc.errors import NeocloudError

if TYPE_CHECKING:
    from neocloud_mc.scenario.load import Loaded


def measures(context: typer.Context, incomplete: str) -> list[str]:
    """Names of measures; default probabilities by the year until the month is begun."""
    from neocloud_mc.engine.bookkeeping import open_book
    from neocloud_mc.studies.catalogue import EVERY_STUDY, catalogue

    found = _scenario(context)
    if found is None:
        return []
    named = catalogue(open_book(found.scenario))
    last = str(found.scenario.horizon_months)
    return [
        one.name
        for one in named
        if EVERY_STUDY[0] in one.accepted_by
        and one.name.startswith(incomplete)
        and (".pd." in incomplete or not _is_between(one.name, one.level, last))
    ]


def issuers(context: typer.Context, incomplete: str) -> list[str]:
    """Ids of issuers."""
    found = _scenario(context)
    ids = found.scenario.issuers if found else ()
    return [key for key in ids if key.startswith(incomplete)]


def keys(context: typer.Context, incomplete: str) -> list[str]:
    """Dotted keys of the scenario, a level deeper than what is begun."""
    found = _scenario(context)
    if found is None:
        return []
    head, _, begun = incomplete.rpartition(".")
    path: tuple[str, ...] = tuple(head.split(".")) if head else ()
    return [".".join((*path, key)) for key in sorted(_below(found, path)) if key.startswith(begun)]


def _below(found: "Loaded", path: tuple[str, ...]) -> set[str]:
    """The keys that stand below a path, and those that the format knows there."""
    from neocloud_mc.scenario import shape as shapes

    shape = shapes.at(path)
    there: Any = found.resolved
    for key in path:
        there = there.get(key) if isinstance(there, dict) else None
    stated: Iterable[object] = there if isinstance(there, dict) else ()
    return {*map(str, stated), *(shape.keys if shape else ())}


def _is_between(name: str, level: str, last: str) -> bool:
    """Whether a default probability is of a month that ends no year."""
    from neocloud_mc.quantities import MONTHS_PER_YEAR

    return ".pd." in name and level != last and int(level) % MONTHS_PER_YEAR > 0


def _scenario(context: typer.Context) -> "Loaded | None":
    """The first scenario of the command line, with its overlays and settings."""
    from neocloud_mc.scenario.load import load

    settings, overlays = (context.params.get(name) or () for name in ("settings", "overlays"))
    for source in _sources(context):
        try:
            return load(source, settings, overlays=overlays)
        except NeocloudError:
            return None
    return None


def _sources(context: typer.Context) -> Iterator[str]:
    """What may be the scenario: where the last option has no value yet, words are not parsed."""
    given = context.params.get("scenario") or context.params.get("scenarios") or context.args
    words = [given] if isinstance(given, str) else given
    yield from (word for word in words if word.startswith("@") or Path(word).is_file())
