"""Mixtures of two scenarios: the one with some of the figures of the other.

What tells the two apart is cut into parts. A part goes over as a whole: a single figure where there
are few, else all that changed in one lot, contract, tranche, customer … Parts that make no valid
scenario apart from each other, such as a tranche and the lot that it pays for, are one. Customers
and types of GPU that only one of the two knows are in every mixture: what uses them is what counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from typing import Any, Final, NamedTuple, TypeAlias

from neocloud_mc.errors import UsageError
from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.load import Loaded, check
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.yaml.tree import Path, Place, dotted, planted

MOST_EXACT: Final = 6
"""Parts of which every mixture is wanted, 64 at most; of more, the ends alone."""
_IGNORED: Final = frozenset({"name", "description", "sources", "assumptions", "base_date"})
_DEFINITIONS: Final = ("customers", "gpus")
_MOST_NAMED: Final = 2
_ABSENT: Final = object()
_UNSTATED: Final = "not stated"

Coalition: TypeAlias = frozenset[int]
"""The parts, by position, that are as in the other scenario."""


@dataclass(frozen=True)
class ChangedPart:
    """What goes over from one scenario to the other as a whole: at least one path."""

    paths: tuple[Path, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The paths, dotted."""
        return tuple(map(dotted, self.paths))


class Described(NamedTuple):
    """A part in words: what, and its figure in either scenario, or how much of it differs."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Mixtures:
    """Everything between two scenarios.

    Parameters
    ----------
    parts : disjoint; together all in which the scenarios differ.
    """

    base: Loaded
    other: Loaded
    parts: tuple[ChangedPart, ...]

    @property
    def coalitions(self) -> list[Coalition]:
        """Those wanted: all, or of many parts none, each alone, all but each, and all."""
        n = len(self.parts)
        exact = n <= MOST_EXACT
        sizes = range(n + 1) if exact else (0, 1, n - 1, n)
        return [frozenset(c) for size in sizes for c in combinations(range(n), size)]

    def scenario(self, coalition: Coalition) -> Scenario:
        """The base with some parts of the other; the mixture must be valid."""
        if len(coalition) in (0, len(self.parts)):
            return (self.other if coalition else self.base).scenario
        found = self._scenario(coalition)
        assert found is not None
        return found

    def is_valid(self, coalition: Coalition) -> bool:
        """Whether the mixture is a scenario that could be run."""
        return len(coalition) in (0, len(self.parts)) or self._scenario(coalition) is not None

    def described(self, part: ChangedPart) -> Described:
        """A part for a reader."""
        if len(part.paths) > 1:
            things = list(dict.fromkeys(dotted(_thing(path)) for path in part.paths))
            more = len(things) - _MOST_NAMED
            name = ", ".join(things[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
            return Described(name, "", f"{len(part.paths)} changes")
        before, after = (_at(side.resolved, part.paths[0]) for side in (self.base, self.other))
        return Described(part.keys[0], _spelt(before), _spelt(after))

    def _scenario(self, coalition: Coalition) -> Scenario | None:
        mapping: Any = _defined(self.base.resolved, self.other.resolved)
        for path in chain.from_iterable(self.parts[i].paths for i in coalition):
            mapping = _with(mapping, path, _at(self.other.resolved, path))
        scenario, remarks = check(planted(mapping, Place("mixture")))
        return None if remarks else scenario


def mixtures(base: Loaded, other: Loaded) -> Mixtures:
    """Cut what tells two scenarios apart into parts of which every wanted mixture is valid.

    Names, descriptions, sources, assumptions, labels and the base date do not count.

    Raises
    ------
    UsageError : nothing tells them apart.
    """
    paths = [
        path
        for path in differences(base.resolved, other.resolved)
        if _counts(path) and not _is_definition(path, base, other)
    ]
    if not paths:
        raise UsageError(
            f"{base.scenario.name} and {other.scenario.name} differ in no figure: nothing to split"
        )
    by_thing: dict[Path, list[Path]] = {}
    for path in paths:
        by_thing.setdefault(path if len(paths) <= MOST_EXACT else _thing(path), []).append(path)
    found = Mixtures(base, other, tuple(ChangedPart(tuple(group)) for group in by_thing.values()))
    while stuck := _invalid(found):
        found = replace(found, parts=_joined(found, stuck))
    return found


def is_same(a: Scenario, b: Scenario) -> bool:
    """Whether no figure tells two scenarios apart, so that no path can."""
    unlike: Any = {**dict.fromkeys(_IGNORED, True), "issuers": {"__all__": {"label": True}}}
    return a.model_dump(exclude=unlike) == b.model_dump(exclude=unlike)


def _invalid(mixes: Mixtures) -> Coalition | None:
    """The first mixture that is no valid scenario."""
    return next((c for c in mixes.coalitions if not mixes.is_valid(c)), None)


def _joined(mixes: Mixtures, stuck: Coalition) -> tuple[ChangedPart, ...]:
    """The parts, two of them joined that the mixture keeps apart.

    First choice is a part that it needs and one that it could do without.
    """
    outside = [i for i in range(len(mixes.parts)) if i not in stuck]
    a, b = max(
        product(sorted(stuck), outside),
        key=lambda pair: mixes.is_valid(stuck | {pair[1]}) + mixes.is_valid(stuck - {pair[0]}),
    )
    both = ChangedPart(mixes.parts[min(a, b)].paths + mixes.parts[max(a, b)].paths)
    return tuple(
        both if i == min(a, b) else part for i, part in enumerate(mixes.parts) if i != max(a, b)
    )


def differences(a: Any, b: Any, path: Path = ()) -> Iterator[Path]:
    """Where two values differ; what only one of them has is one place, however much it holds."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in {**a, **b}:
            yield from differences(a.get(key, _ABSENT), b.get(key, _ABSENT), (*path, key))
    elif a != b:
        yield path


def _counts(path: Path) -> bool:
    is_label = len(path) == 3 and path[0] == "issuers" and path[2] == "label"
    return path[0] not in _IGNORED and not is_label


def _is_definition(path: Path, base: Loaded, other: Loaded) -> bool:
    """Whether a customer or a type of GPU is there that only one of the scenarios knows."""
    both = [_at(side.resolved, path) for side in (base, other)]
    return len(path) <= 2 and path[0] in _DEFINITIONS and _ABSENT in both


def _thing(path: Path) -> Path:
    """The lot, contract, tranche, customer, section … that a figure belongs to."""
    if path[0] != "issuers":
        return path[:2]
    shape = shapes.at(path[:3])
    return path[:4] if shape is not None and shape.names_things else path[:3]


def _at(mapping: Any, path: Path) -> Any:
    """What stands at a path whose parents exist."""
    for key in path:
        mapping = mapping.get(key, _ABSENT)
    return mapping


def _defined(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    """The first mapping with the customers and types of GPU of both."""
    return {**a, **{key: {**b.get(key, {}), **a.get(key, {})} for key in _DEFINITIONS}}


def _with(mapping: Any, path: Path, value: Any) -> Any:
    """A copy with another value at a path whose parents exist; absent: without it."""
    if not path:
        return value
    changed = _with(mapping.get(path[0]), path[1:], value)
    others = {key: item for key, item in mapping.items() if key != path[0]}
    if changed is _ABSENT:
        return others
    return {**mapping, path[0]: changed}


def _spelt(value: Any) -> str:
    match value:
        case Mapping():
            return "given" if value else "none"
        case list():
            return ", ".join(map(_spelt, value))
        case bool() | str():
            return str(value).lower() if isinstance(value, bool) else value
        case int() | float():
            return number(value)
    return _UNSTATED
