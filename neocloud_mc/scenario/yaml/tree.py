"""A scenario before it is checked: plain values that know where they stand.

Files are merged as trees, so that every leaf of the whole still names the line that it came from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Key: TypeAlias = str | int
Path: TypeAlias = tuple[Key, ...]
Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[Key, Plain] | None"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written.

    Parameters
    ----------
    origin : the file as the user named it, or the ``--set`` option.
    line, column : counted from 1; line 0: the origin has no lines.
    """

    origin: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.origin}:{self.line}:{self.column}" if self.line else self.origin


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place; in a mapping the place is that of the key.

    Parameters
    ----------
    has_deleted : of a null that took the place of a value.
    """

    value: "bool | int | float | str | list[Node] | dict[Key, Node] | None"
    place: Place
    has_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, and where."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong or doubtful at a path of the scenario.

    Parameters
    ----------
    involves : further paths on which the remark rests.
    is_about_key : the key itself is wrong, whatever stands under it.
    """

    path: Path
    text: str
    involves: tuple[Path, ...] = ()
    is_about_key: bool = False

    def placed(self, tree: Node, word: str = "") -> Mistake:
        """The remark at the place of its path; `word` stands before it, such as ``warning``."""
        place = nearest_place(tree, self.path)
        origin = place.origin.removeprefix("--set ").partition("=")[0]
        path = dotted(self.path)
        named = self.text if not path or path == origin else f"{path}: {self.text}"
        return Mistake(place, f"{word}: {named}" if word else named)


def dotted(path: Path) -> str:
    """The path as a reader writes it, ``issuers.acme.cash``."""
    return ".".join(str(key) for key in path)


def upwards(path: str) -> Iterator[str]:
    """A dotted path and all above it, the longest first."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def child(node: Node | None, key: Key) -> Node | None:
    """What stands under a key, if anything does."""
    return node.value.get(key) if node is not None and isinstance(node.value, dict) else None


def find(tree: Node, path: Path) -> Node | None:
    """What stands at a path, if anything does."""
    node: Node | None = tree
    for key in path:
        node = child(node, key)
    return node


def nearest_place(tree: Node, path: Path) -> Place:
    """The place of a path, or of the nearest mapping around it."""
    place = tree.place
    node: Node | None = tree
    for key in path:
        node = child(node, key)
        if node is None:
            break
        place = node.place
    return place


def merge(base: Node, over: Node) -> Node:
    """Lay one tree over another: mappings key by key, all else replaced.

    A null takes the place of what it deletes, so that it also deletes across files; see `pruned`.
    """
    if over.value is None:
        return Node(None, over.place, has_deleted=base.value is not None or base.has_deleted)
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    merged = dict(base.value)
    for key, node in over.value.items():
        merged[key] = merge(merged[key], node) if key in merged else node
    return Node(merged, over.place)


def pruned(node: Node) -> Node:
    """The tree without the keys that a null deleted."""
    if not isinstance(node.value, dict):
        return node
    kept = {key: pruned(item) for key, item in node.value.items() if item.value is not None}
    return Node(kept, node.place)


def idle_nulls(node: Node, path: Path = ()) -> Iterator[Path]:
    """Where a null deletes nothing, since nothing stood there."""
    for key, item in node.value.items() if isinstance(node.value, dict) else ():
        if item.value is None and not item.has_deleted:
            yield (*path, key)
        yield from idle_nulls(item, (*path, key))


def plain(node: Node) -> Plain:
    """The values alone."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def size(node: Node) -> int:
    """How many values it holds, itself among them."""
    items = node.value
    if isinstance(items, dict):
        return 1 + sum(map(size, items.values()))
    return 1 + sum(map(size, items)) if isinstance(items, list) else 1


def planted(value: Any, place: Place) -> Node:
    """Plain values as a tree again, all of one place."""
    if isinstance(value, Mapping):
        return Node({key: planted(below, place) for key, below in value.items()}, place)
    if isinstance(value, list):
        return Node([planted(below, place) for below in value], place)
    return Node(value, place)
