"""Changes of a scenario from the command line: ``--set a.b.c=VALUE``.

A setting reaches every leaf, and may make leaves of optional mappings. It never makes a new issuer,
tranche, lot … out of a misspelt id: a new one must be given whole, as a mapping.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from neocloud_mc.scenario import months, shape as shapes
from neocloud_mc.scenario.checks.complaints import MOST, without_value
from neocloud_mc.scenario.checks.wording import suggestion
from neocloud_mc.scenario.shape import Shape
from neocloud_mc.scenario.yaml.reading import UnreadableError, parse_value
from neocloud_mc.scenario.yaml.tree import (
    Key,
    Mistake,
    Node,
    Path,
    Place,
    child,
    dotted,
    find,
    idle_nulls,
    pruned,
)

_LONGEST_NAME: Final = 500


class SettingError(Exception):
    """A setting that names no place of the scenario; the message says why."""


def apply(tree: Node, settings: Sequence[str]) -> tuple[Node, list[Mistake]]:
    """Make the settings, in order, after all files are merged.

    Returns
    -------
    The changed tree, and one mistake for each setting that cannot be made.
    """
    mistakes: list[Mistake] = []
    for setting in settings:
        place = Place(f"--set {setting}")
        name, equals, text = setting.partition("=")
        try:
            if not equals or not name.strip():
                raise SettingError("KEY=VALUE is expected")
            if not text.strip():
                raise SettingError("a value is missing; null removes a key")
            node, found = parse_value(text, place)
            mistakes += found
            path = resolve(tree, name.strip(), is_whole=isinstance(node.value, dict))
            if node.value is None and find(tree, path) is None:
                raise SettingError("null removes nothing: the scenario does not state it")
            changed = put(tree, path, node, place)
            idle = (without_value((*path, *below), changed) for below in idle_nulls(node))
            mistakes += [remark.placed(changed) for remark in islice(idle, MOST)]
            tree = pruned(changed)
        except SettingError as failure:
            mistakes.append(Mistake(place, str(failure)))
        except UnreadableError as failure:
            mistakes.append(failure.mistake)
    return tree, mistakes


def resolve(tree: Node, name: str, *, is_whole: bool = False) -> Path:
    """The path that a dotted name means in a scenario.

    Parameters
    ----------
    is_whole : whether a mapping will stand there, which may then be a new thing.

    Raises
    ------
    SettingError : a key that the format does not know, or an id that the scenario does not have.
    """
    path: list[Key] = []
    shape, node = shapes.whole(), tree if isinstance(tree.value, dict) else None
    base, parts = months.base_date(tree), name.split(".")
    while parts:
        if shape.model is None and shape.item is not None and not _is_by_id(shape):
            parts = [".".join(parts)]
        key: Key = parts.pop(0)
        if months.is_by_month(shape):
            key = months.same_key(node, str(key), base)
        below = shape.child(key)
        known: list[Key] = list(shape.keys)
        if shape.names_things and child(node, key) is None and not (is_whole and not parts):
            known = list(node.value) if node and isinstance(node.value, dict) else []
            below = None
        if below is None:
            if not path and (meant := _longer(tree, name)):
                raise SettingError(f"unknown key {str(key)!r} (did you mean {meant}?)")
            where = f" in {dotted(tuple(path))}" if path else ""
            word = "there is no" if shape.is_mapping and shape.model is None else "unknown key"
            raise SettingError(
                f"{word} {str(key)!r}{where}{suggestion(key, known)}"
                if shape.is_mapping
                else f"{dotted(tuple(path))} has no keys"
            )
        path.append(key)
        node, shape = child(node, key), below
    return tuple(path)


def _is_by_id(shape: Shape) -> bool:
    """Whether the free keys hold no dots: ids, or months."""
    return shape.key is not None and (shape.key.is_id or shape.key.quantity is not None)


def _longer(tree: Node, name: str) -> str:
    """The path of the scenario that a name without its beginning means; empty: none."""
    for group in ("issuers", "market", "gpus", "customers"):
        longer = f"{group}.{name}"
        if len(name) <= _LONGEST_NAME and _exists(tree, longer):
            return longer
    return ""


def _exists(tree: Node, name: str) -> bool:
    try:
        resolve(tree, name)
    except SettingError:
        return False
    return True


def put(node: Node | None, path: Path, value: Node, place: Place) -> Node:
    """The tree with a value at a path, mappings made where they are missing; a copy."""
    if not path:
        return value
    items = dict(node.value) if node is not None and isinstance(node.value, dict) else {}
    items[path[0]] = put(items.get(path[0]), path[1:], value, place)
    removes = len(path) == 1 and value.value is None
    return Node(items, place if node is None or removes else node.place)
