"""An overlay: a file that says what changes, laid over any scenario that has what it changes.

It is merged as an extending file is, and its entry of the register is the only one of a path. What
it names must be in the scenario or be given whole, and a customer or a type of GPU that it adds
must be used: else a misspelt id would make a stress that changes nothing, and says so nowhere.
"""

from collections.abc import Iterator
from pathlib import Path as File
from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.scenario import library, shape as shapes
from neocloud_mc.scenario.checks.wording import one_line, suggestion
from neocloud_mc.scenario.yaml.tree import (
    Key,
    Mistake,
    Node,
    Path,
    Place,
    Remark,
    child,
    merge,
    pruned,
)

STDIN: Final = "-"
_OWN: Final = ("name", "description")
_USED_AS: Final = {"customers": "customer", "gpus": "gpu"}
"""Mappings whose things are there for others, and the key under which these name them."""
_REGISTERS: Final = (("sources", "assumptions"), ("assumptions", "sources"))
_NOTHING: Final = Node({}, Place(""))


def lay(overlay: Node, laid: str, base: Node, source: str) -> tuple[Node, list[Mistake]]:
    """Lay one tree over another.

    Parameters
    ----------
    laid, source : the overlay's and the base's file as the user named them.

    Returns
    -------
    The merged tree, named and described as both, and what the base lacks for the overlay.
    """
    changes = {key: node for key, node in _items(overlay).items() if key not in _OWN}
    merged = merge(_superseded(base, overlay), Node(changes, overlay.place))
    title = {"name": f"{name(base, source)} + {name(overlay, laid)}"}
    if told := [text for tree in (base, overlay) if (text := _text(tree, "description"))]:
        title["description"] = " ".join(told)
    whole = _items(merged) | {key: Node(text, base.place) for key, text in title.items()}
    mistakes = [remark.placed(overlay) for remark in needs(overlay, base)]
    if mistakes:
        mistakes.insert(0, Mistake(Place(laid), _misfit(laid, source)))
    return Node(whole, base.place), mistakes


def name(tree: Node, source: str) -> str:
    """What a scenario or an overlay is called: its own name, else that of its file."""
    stem = File(source.removeprefix(library.SIGN)).stem
    return _text(tree, "name") or ("stdin" if source == STDIN else stem)


def needs(overlay: Node, base: Node = _NOTHING) -> list[Remark]:
    """What an overlay changes and a base does not have."""
    there = pruned(base)
    partial = {remark.path: remark for remark in _partial(overlay, there)}
    unused = {remark.path: remark for remark in _unused(overlay, there)}
    return list((unused | partial).values())


def is_one(tree: Node) -> bool:
    """Whether the tree tells parts of a scenario, and not the whole of a market."""
    told = _items(tree).keys() & {"market", "gpus", "customers", "issuers"}
    return bool(told) and not _has_market(tree)


def doubts(overlay: Node | None, known: Node, laid: str, source: str) -> Iterator[Mistake]:
    """What to ask of an overlay that is a scenario of its own, or that changes nothing.

    Parameters
    ----------
    overlay : what it lays over the base; none: all of it was read before.
    known : what it extends of the files that were read before.
    laid, source : as in `lay`.
    """
    if overlay is None:
        text = f"changes nothing: what was read for {source} has all of it already"
        yield Mistake(Place(laid), text)
        return
    issuers, whole = _items(child(overlay, "issuers")), merge(known, overlay)
    if issuers and not child(known, "issuers") and _has_market(whole) and not any(_partial(whole)):
        text = (
            f"is a scenario of its own: {counted(len(issuers), 'issuer')} and all else that it "
            f"states are merged into {source} key by key; an overlay states only what changes; "
            f"for the two side by side: neocloud-mc compare {source} {laid}"
        )
        yield Mistake(Place(laid), text)


def astray(source: str, lines: list[str]) -> list[str]:
    """What to say of an overlay that was given as a scenario; of a shipped one, that alone."""
    if library.is_shipped(source):
        command = f"neocloud-mc run @neoclouds --with {source}"
        return [f"{source}: no scenario of its own: lay it over one, as in {command}"]
    text = f"{source}: if this is an overlay, lay it over a scenario: --with {source}"
    return [*lines, one_line(text)]


def _has_market(tree: Node) -> bool:
    """Whether a tree tells the whole of a market."""
    return "market" in _items(tree) and all(it.path != ("market",) for it in _partial(tree))


def _partial(over: Node, base: Node = _NOTHING, path: Path = ()) -> Iterator[Remark]:
    """Where a part is given of something that is not there."""
    for key, node in _items(over).items():
        here, there = (*path, key), child(base, key)
        shape = shapes.at(here)
        if shape is None or not isinstance(node.value, dict):
            continue
        if there is not None or shape.model is None:
            yield from _partial(node, there or _NOTHING, here)
            continue
        fields = shape.model.model_fields.items()
        missing = [key for key, field in fields if field.is_required() and key not in node.value]
        if missing:
            near = suggestion(key, list(_items(base)))
            text = f"is not in the scenario{near}; a new one must be whole, with its {missing[0]}"
            yield Remark(here, text)


def _unused(over: Node, base: Node) -> Iterator[Remark]:
    """Customers and types of GPU that are new and that nothing names."""
    issuers = child(merge(base, over), "issuers")
    for group, key in _USED_AS.items():
        known, used = list(_items(child(base, group))), set(_named(issuers, key))
        for thing, node in _items(child(over, group)).items():
            if node.value is not None and thing not in (*known, *used):
                near = suggestion(thing, known)
                text = f"is not in the scenario{near}, and nothing names it as its {key}"
                yield Remark((group, thing), text)


def _superseded(base: Node, overlay: Node) -> Node:
    """The base without the sources of what the overlay assumes, and the reverse."""
    items = dict(_items(base))
    for register, other in _REGISTERS:
        told = _items(child(overlay, other))
        if register in items and told:
            kept = {key: it for key, it in _items(items[register]).items() if key not in told}
            items[register] = Node(kept, items[register].place)
    return Node(items, base.place)


def _misfit(laid: str, source: str) -> str:
    text = f"does not fit {source}: an overlay changes what is there"
    if library.is_name(laid):
        copy = f"neocloud-mc init --from {laid} FOLDER"
        text += f"; copy it ({copy}) and name what is yours"
    return text


def _named(node: Node | None, key: str) -> Iterator[str]:
    """All texts that stand under a key, at any depth."""
    for name_, below in _items(node).items():
        if name_ == key and isinstance(below.value, str):
            yield below.value
        yield from _named(below, key)


def _text(tree: Node, key: str) -> str | None:
    """The text under a key; none: there is none, or no text."""
    node = child(tree, key)
    return node.value if node is not None and isinstance(node.value, str) else None


def _items(node: Node | None) -> dict[Key, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}
