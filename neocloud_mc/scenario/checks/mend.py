"""A stand-in for a scenario with mistakes, so that all further mistakes show at once.

Wrong values are replaced by allowed ones, unknown keys dropped. Remarks of the rules that rest on a
replaced value are none of the author's mistakes; `mended` names those paths.
"""

from typing import Any, Final

from pydantic import ValidationError

from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.checks.complaints import complain, paths_of
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.shape import Shape
from neocloud_mc.scenario.yaml.tree import Key, Node, Path, plain

_PASSES: Final = 8
_TRIED: Final = (0, 1, 0.5)


def mend(tree: Node) -> tuple[Scenario | None, set[Path]]:
    """Make a scenario out of a wrong one.

    Returns
    -------
    The stand-in (none where too much is wrong), and the paths that were touched.
    """
    touched: set[Path] = set()
    for _ in range(_PASSES):
        try:
            return Scenario.model_validate(plain(tree)), touched
        except ValidationError as error:
            remarks = complain(error, tree)
        touched |= paths_of(remarks)
        for remark in remarks:
            value = None if remark.is_about_key else _stand_in(remark.path)
            tree = _replaced(tree, remark.path, value)
    return None, touched


def _stand_in(path: Path) -> Any:
    """A value that the format allows at a path."""
    shape = shapes.at(path) or Shape()
    if shape.words:
        return shape.words[0]
    if shape.quantity:
        return next(value for value in _TRIED if shape.quantity.holds(value))
    if shape.is_mapping:
        return {}
    return {"true or false": False, "text": "mended"}.get(shape.scalar or "")


def _replaced(node: Node, path: Path, value: Any) -> Node:
    """The tree with another value at a path; None removes the key."""
    if not path:
        return Node(value, node.place)
    items: dict[Key, Node] = dict(node.value) if isinstance(node.value, dict) else {}
    below = _replaced(items.get(path[0], Node(None, node.place)), path[1:], value)
    if below.value is None:
        items.pop(path[0], None)
    else:
        items[path[0]] = below
    return Node(items, node.place)
