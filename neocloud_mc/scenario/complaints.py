"""What the terms find wrong, in our own words, one remark each.

pydantic tells where a value fails; what is expected there, and what the author may have meant, is
said here from the shape of the format.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import ValidationError

from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.shape import Quantity, Shape
from neocloud_mc.scenario.tree import Key, Node, Path, Remark, child, find, plain
from neocloud_mc.scenario.wording import nearest, number, quoted, suggestion
from neocloud_mc.scenario.yaml_tree import resolve

MOST: Final = 1000
"""Failures that are put into words."""
ID_RULE: Final = "a letter, then letters, digits, _ or -, at most 80"


def complain(error: ValidationError, tree: Node) -> list[Remark]:
    """Turn failures into remarks, at most `MOST`; several of one value are one remark."""
    unknown, missing, wrong = _sorted_out(error, tree)
    remarks = {path: _unknown_key(path) for path in unknown}
    meant = paths_of(remarks.values())
    for path in missing:
        if path not in meant:
            remarks[path] = Remark(path, f"is missing ({shapes.at(path)} is expected)")
    for path, key in wrong:
        shape = shapes.at(path)
        if shape is None:
            continue
        if key is not None:
            text = _wrong_key(key, shape.key)
            remarks[(*path, key)] = Remark((*path, key), text, is_about_key=True)
        else:
            node = find(tree, path)
            value = plain(node) if node else None
            remarks[path] = Remark(path, _wrong_value(value, shape))
    return list(remarks.values())


def _sorted_out(
    error: ValidationError, tree: Node
) -> tuple[list[Path], list[Path], list[tuple[Path, Key | None]]]:
    """Paths of unknown keys, of missing keys, and of wrong values or (path, key) of wrong ids."""
    unknown: list[Path] = []
    missing: list[Path] = []
    wrong: list[tuple[Path, Key | None]] = []
    for found in error.errors(include_url=False, include_context=False)[:MOST]:
        kind, location = found["type"], found["loc"]
        path, is_choice_of_text = _walk(location, tree)
        if kind in ("extra_forbidden", "invalid_key"):
            unknown.append(path)
        elif kind == "missing":
            missing.append((*path, location[-1]))
        elif location[-1] == "[key]":
            wrong.append((path[:-1], path[-1]))
        elif not (is_choice_of_text and _is_mapping(tree, path)):
            wrong.append((path, None))
    return unknown, missing, wrong


def _walk(location: tuple[Any, ...], tree: Node) -> tuple[Path, bool]:
    """The path in the file that a location means, without the names of the choices tried."""
    path: list[Key] = []
    node: Node | None = tree
    for part in location:
        if (below := child(node, part)) is not None:
            path.append(part)
            node = below
    return tuple(path), any(str(part).startswith("literal[") for part in location)


def _is_mapping(tree: Node, path: Path) -> bool:
    node = find(tree, path)
    return node is not None and isinstance(node.value, dict)


def _unknown_key(path: Path) -> Remark:
    """Remark on a key that the format does not know; it involves what was probably meant."""
    shape = shapes.at(path[:-1])
    known = shape.keys if shape else ()
    meant = nearest(path[-1], known)
    text = f"unknown key {str(path[-1])!r}{suggestion(path[-1], known)}"
    return Remark(path, text, ((*path[:-1], meant),) if meant else (), is_about_key=True)


def _wrong_key(key: Key, shape: Shape | None) -> str:
    if shape and shape.quantity:
        if isinstance(key, int):
            return _outside(key, shape.quantity)
        return f"the key {key!r} is no whole number ({shape.quantity})"
    return f"{str(key)!r} is no id: {ID_RULE}"


def _wrong_value(value: object, shape: Shape) -> str:
    """Say what is expected in place of a value."""
    if shape.quantity and isinstance(value, int | float) and not isinstance(value, bool):
        return _wrong_number(float(value), shape.quantity)
    if isinstance(value, str):
        if shape.is_id:
            return f"{quoted(value)} is no id: {ID_RULE}"
        if shape.words:
            return f"{quoted(value)} is not {shape}{suggestion(value, shape.words)}"
        if shape.longest and len(value) > shape.longest:
            return f"longer than {shape.longest} characters"
    return f"{shape} is expected, found {quoted(value)}{_meant(value, shape)}"


def _wrong_number(value: float, quantity: Quantity) -> str:
    is_whole = value.is_integer()
    if quantity.is_whole and not is_whole and quantity.holds(value):
        return f"{number(value)} is no whole number ({quantity})"
    if quantity.is_whole and is_whole and quantity.holds(value):
        return f"a whole number is expected, written without point or exponent: {int(value)}"
    return _outside(value, quantity)


def _outside(value: float, quantity: Quantity) -> str:
    hint = ""
    if quantity.high == 1 < value <= 100:
        hint = f" (did you mean {number(float(f'{value / 100:.15g}'))}?)"
    shown = number(int(value)) if abs(value) < 1e15 and value == int(value) else number(value)
    return f"{shown} is outside {quantity}{hint}"


def _meant(value: object, shape: Shape) -> str:
    """What the author of a value of the wrong kind may have meant."""
    if not isinstance(value, str):
        return (
            " (quote it)" if shape.scalar == "text" and not isinstance(value, dict | list) else ""
        )
    for meant in _readings(value.strip(), shape):
        if _fits(meant, shape):
            return f" (did you mean {quoted(meant)}?)"
    return ""


def _readings(text: str, shape: Shape) -> Iterator[object]:
    """Other ways to read a text: unquoted, without commas, as a percentage, an infinity, a flag."""
    yield resolve(text)
    yield {"yes": True, "on": True, "no": False, "off": False}.get(text.lower())
    yield resolve(text.replace(",", "").lstrip("$"))
    yield {"inf": float("inf"), "-inf": float("-inf")}.get(text.lower())
    share = resolve(text.rstrip("% "))
    if text.endswith("%") and isinstance(share, int | float):
        yield share / 100


def _fits(meant: object, shape: Shape) -> bool:
    if isinstance(meant, bool):
        return shape.scalar == "true or false"
    if isinstance(meant, int | float) and shape.quantity is not None:
        return shape.quantity.holds(meant)
    return False


def paths_of(remarks: Iterable[Remark]) -> set[Path]:
    """All paths on which remarks rest, such as those that were probably meant."""
    return {path for remark in remarks for path in (remark.path, *remark.involves)}
