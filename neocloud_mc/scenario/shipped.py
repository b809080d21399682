"""What ships with the program, told by each file itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as File
from typing import Final, Literal

from neocloud_mc.scenario import extends, library
from neocloud_mc.scenario.outcomes import are_outcomes
from neocloud_mc.scenario.variants import overlay
from neocloud_mc.scenario.yaml.tree import Node, child, dotted

Kind = Literal["scenario", "part", "stress", "outcomes", "example"]
_STRESSES: Final = "stress/"
_COMMENT: Final = "# "
_FOR_EDITORS: Final = "# yaml-language-server"
_SERIES: Final = {
    "example/quotes": "Rents that four providers quote for three types of GPU, over three years.",
    "example/resale": "What two brokers ask for used GPUs of two of the types: fit --resale NAME.",
}
"""Examples that cannot tell it themselves."""


@dataclass(frozen=True)
class Shipped:
    """A shipped file.

    Parameters
    ----------
    name : with its sign.
    kind : a scenario is run, a part is extended, a stress is laid over a scenario, which is scored
        by outcomes; an example of these or of quotes is made up.
    base_date : as in the file; none: a part or a stress without one.
    about : the first line of the comment at its head.
    needs : what a stress changes and a scenario must therefore have, dotted.
    """

    name: str
    kind: Kind
    base_date: str | None
    about: str
    needs: tuple[str, ...]


def shipped() -> Iterator[Shipped]:
    """Every shipped file, in the order of the names, and the examples of docs."""
    for name, file in library.catalogue().items():
        source = library.SIGN + name
        tree = extends.read(source, (), None).tree
        assert tree is not None, source
        kind = _kind(name, tree)
        yield Shipped(source, kind, _base_date(tree), _about(file), _needs(tree, kind))
    for name, file in library.EXAMPLES.items():
        yield _example(name, file)


def _example(name: str, file: File) -> Shipped:
    source = library.SIGN + name
    if about := _SERIES.get(name):
        return Shipped(source, "example", None, about, ())
    tree = extends.read(source, (), None).tree
    assert tree is not None, source
    return Shipped(source, "example", _base_date(tree), _about(file), ())


def _kind(name: str, tree: Node) -> Kind:
    if name.startswith(_STRESSES):
        return "stress"
    if are_outcomes(tree):
        return "outcomes"
    return "part" if child(tree, "issuers") is None else "scenario"


def _base_date(tree: Node) -> str | None:
    node = child(tree, "base_date")
    return None if node is None else str(node.value)


def _about(file: File) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    comments = (line for line in lines if line.startswith(_COMMENT))
    told = (line for line in comments if not line.startswith(_FOR_EDITORS))
    return next(told, "").removeprefix(_COMMENT)


def _needs(tree: Node, kind: Kind) -> tuple[str, ...]:
    if kind != "stress":
        return ()
    return tuple(dotted(it.path) for it in overlay.needs(tree) if it.path != ("market",))
