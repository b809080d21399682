"""What the terms find wrong, in our own words, one remark each.

pydantic tells where a value fails; what is expected there, and what the author may have meant, is
said here from the shape of the format.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import ValidationError

from neocloud_mc.scenario import months, shape as shapes
from neocloud_mc.scenario.checks.dates import date_hint, month_hint
from neocloud_mc.scenario.checks.meant import is_over_base_rate, numbers
from neocloud_mc.scenario.checks.wording import nearest, number, quoted, suggestion
from neocloud_mc.scenario.shape import Quantity, Shape
from neocloud_mc.scenario.yaml.scalars import resolve
from neocloud_mc.scenario.yaml.tree import Key, Node, Path, Remark, child, find, plain

MOST: Final = 1000
"""Failures that are put into words."""
_CALLED: Final[dict[str, tuple[str, ...]]] = {
    "delayed_draw": ("ddtl", "dd", "delayed_draw_term_loan", "capex_facility", "construction"),
    "revolver": ("rcf", "rc", "revolving", "revolving_credit_facility", "abl", "facility"),
    "notes": ("bond", "bonds", "note", "senior_notes", "convertible", "hy", "high_yield"),
    "term": ("loan", "term_loan", "tl", "tla", "tlb", "amortizing", "abs", "mortgage"),
    "bullet": ("balloon", "none", "interest_only", "io", "at_maturity"),
    "linear": ("straight_line", "straight", "equal", "level_principal"),
    "annuity": ("level", "level_payment", "mortgage_style", "sculpted"),
    "shortage": ("boom", "tight", "short", "scarce"),
    "glut": ("bust", "oversupply", "surplus", "slump"),
}
"""Words of the desk for words of the format."""
ID_RULE: Final = "a letter, then letters, digits, _ or -, at most 80"


def complain(error: ValidationError, tree: Node, root: Shape | None = None) -> list[Remark]:
    """Turn failures into remarks, at most `MOST`; several of one value are one remark.

    Parameters
    ----------
    root : the shape of the file; default: a scenario.
    """
    unknown, missing, wrong = _sorted_out(error, tree)
    remarks = {path: _unknown_key(path, root) for path in unknown}
    meant = paths_of(remarks.values())
    for path in missing:
        if path not in meant:
            remarks[path] = Remark(path, f"is missing ({shapes.at(path, root)} is expected)")
    for path, key in wrong:
        shape = shapes.at(path, root)
        if shape is None:
            continue
        if key is not None:
            text = _wrong_key(key, shape.key)
            remarks[(*path, key)] = Remark((*path, key), text, is_about_key=True)
        else:
            node = find(tree, path)
            value = plain(node) if node else None
            remarks[path] = Remark(path, _wrong_value(value, shape, path))
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


def _unknown_key(path: Path, root: Shape | None) -> Remark:
    """Remark on a key that the format does not know; it involves what was probably meant."""
    shape = shapes.at(path[:-1], root)
    known = shape.keys if shape else ()
    meant = nearest(path[-1], known)
    text = f"unknown key {str(path[-1])!r}{suggestion(path[-1], known)}"
    return Remark(path, text, ((*path[:-1], meant),) if meant else (), is_about_key=True)


def without_value(path: Path, tree: Node, root: Shape | None = None) -> Remark:
    """Remark on a key that states nothing and deletes nothing: ``cash:`` or ``cash: null``."""
    shape, around = shapes.at(path, root), shapes.at(path[:-1], root)
    if shape is None:
        return (
            _unknown_key(path, root)
            if around and around.is_mapping
            else Remark(path, "has no value")
        )
    text = f"has no value ({shape} is expected), and there is none before it to delete"
    return Remark(path, text + (_sibling(path, tree) if around and around.model is None else ""))


def _sibling(path: Path, tree: Node) -> str:
    """The thing of the same kind that was probably meant, as the end of a message."""
    around = find(tree, path[:-1])
    there = around.value if around is not None and isinstance(around.value, dict) else {}
    meant = nearest(path[-1], (k for k, it in there.items() if k != path[-1] and it.value))
    return f" (did you mean {meant!r}?)" if meant else ""


def _wrong_key(key: Key, shape: Shape | None) -> str:
    if shape and shape.quantity:
        if isinstance(key, int):
            return _outside(key, shape.quantity)
        hint = month_hint(key) if months.is_month(shape) else ""
        return f"the key {key!r} is not a whole number ({shape.quantity}){hint}"
    return f"{str(key)!r} is not an id: {ID_RULE}"


def _wrong_value(value: object, shape: Shape, path: Path) -> str:
    """Say what is expected in place of a value."""
    date = month_hint(str(value)) if months.is_month(shape) else ""
    if shape.quantity and isinstance(value, int | float) and not isinstance(value, bool):
        return _wrong_number(float(value), shape.quantity) + date
    if isinstance(value, str):
        if shape.is_id:
            return f"{quoted(value)} is not an id: {ID_RULE}"
        if shape.words:
            return f"{quoted(value)} is not {shape}{date or _word(value, shape.words)}"
        if shape.longest and len(value) > shape.longest:
            return f"longer than {shape.longest} characters"
    return f"{shape} is expected, found {quoted(value)}" + _meant(
        value, shape, is_coupon=path[-1:] == ("coupon",)
    )


def _word(value: str, words: tuple[str, ...]) -> str:
    """The word that was probably meant, as the end of a message."""
    plain = value.strip().lower().replace("-", "_").replace(" ", "_")
    meant = next((m for m, names in _CALLED.items() if plain in names and m in words), None)
    if meant is None:
        return suggestion(value, words)
    others = " (with a coupon), or 'term'" if plain in _CALLED["notes"] else ""
    return f" (did you mean {meant!r}{others}?)"


def _wrong_number(value: float, quantity: Quantity) -> str:
    is_whole = value.is_integer()
    if quantity.is_whole and not is_whole and quantity.holds(value):
        return f"{number(value)} is not a whole number ({quantity})"
    if quantity.is_whole and is_whole and quantity.holds(value):
        return f"a whole number is expected, written without point or exponent: {int(value)}"
    return _outside(value, quantity)


def _outside(value: float, quantity: Quantity) -> str:
    hint = ""
    if quantity.high == 1 < value:
        scale = 100 if value <= 100 or quantity.unit != "per year" else 10_000
        share = float(f"{value / scale:.15g}")
        hint = f" (did you mean {number(share)}?)" if share <= 1 else ""
    shown = number(int(value)) if abs(value) < 1e15 and value == int(value) else number(value)
    return f"{shown} is outside {quantity}{hint}"


def _meant(value: object, shape: Shape, *, is_coupon: bool) -> str:
    """What the author of a value of the wrong kind may have meant."""
    if shape.is_date:
        return date_hint(str(value))
    if not isinstance(value, str):
        return (
            " (quote it)" if shape.scalar == "text" and not isinstance(value, dict | list) else ""
        )
    for meant in _readings(value.strip(), shape):
        if _fits(meant, shape):
            key = "margin: " if is_coupon and is_over_base_rate(value) else ""
            return f" (did you mean {key}{quoted(meant)}?)"
    return month_hint(value) if months.is_month(shape) else ""


def _readings(text: str, shape: Shape) -> Iterator[object]:
    """Other ways to read a text: unquoted, as a flag, as a number with separators or a unit."""
    yield resolve(text)
    yield {"yes": True, "on": True, "no": False, "off": False}.get(text.lower())
    is_whole = shape.quantity is not None and shape.quantity.is_whole
    for value in numbers(text):
        yield int(value) if is_whole and float(value).is_integer() else value


def _fits(meant: object, shape: Shape) -> bool:
    if isinstance(meant, bool):
        return shape.scalar == "true or false"
    if isinstance(meant, int | float) and shape.quantity is not None:
        return shape.quantity.holds(meant) and (
            isinstance(meant, int) or not shape.quantity.is_whole
        )
    return False


def paths_of(remarks: Iterable[Remark]) -> set[Path]:
    """All paths on which remarks rest, such as those that were probably meant."""
    return {path for remark in remarks for path in (remark.path, *remark.involves)}
