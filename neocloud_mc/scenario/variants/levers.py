"""A scenario with other numbers in a few places, made without reading its files again.

What moves is named as in ``--set``; ``*`` stands for every id at its place that states the figure:
``issuers.acme.fleet.*.advance``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from neocloud_mc.errors import ScenarioError, UsageError
from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.load import Loaded, check
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.shape import Quantity
from neocloud_mc.scenario.variants import assignments
from neocloud_mc.scenario.variants.assignments import SettingError
from neocloud_mc.scenario.yaml.tree import Node, Path, Place, dotted, find, planted

_EVERY: Final = "*"


@dataclass(frozen=True)
class Lever:
    """A number of a scenario that can be moved, or several that move together.

    Parameters
    ----------
    name : dotted, as the user wrote it.
    paths : what moves, at least one place.
    own : the scenario's own value; None where the places differ or hold no number.
    """

    name: str
    paths: tuple[Path, ...]
    quantity: Quantity
    own: float | None

    def allowed(self, values: Iterable[float]) -> tuple[float, ...]:
        """The values that the places can hold: rounded for whole numbers, distinct, ascending."""
        return tuple(sorted({float(self.quantity.nearest(value)) for value in values}))


class Variants:
    """Makes variants of one scenario."""

    def __init__(self, loaded: Loaded) -> None:
        self._own = loaded.scenario
        self._tree = planted(loaded.resolved, Place(loaded.scenario.name))

    def lever(self, name: str) -> Lever:
        """What a dotted name moves.

        Raises
        ------
        UsageError : no such key, or none that holds a number.
        """
        try:
            paths = tuple(self._paths(name))
        except SettingError as failure:
            raise UsageError(f"--vary {name}: {failure}") from failure
        shape = shapes.at(paths[0])
        if shape is None or shape.quantity is None:
            raise UsageError(f"--vary {name}: holds {shape}, not a number")
        if paths[0] == ("horizon_months",):
            raise UsageError(
                "--vary horizon_months: cannot be varied; a default probability has a name for "
                "every month, such as acme.pd.24"
            )
        own = {self.own(path) for path in paths}
        return Lever(name, paths, shape.quantity, own.pop() if len(own) == 1 else None)

    def own(self, path: Path) -> float | None:
        """The number at a path, the format's default where the files say nothing; None: none."""
        found: object = self._own
        for key in path:
            found = found.get(key) if isinstance(found, dict) else getattr(found, str(key), None)
        if isinstance(found, bool) or not isinstance(found, int | float):
            return None
        return float(found)

    def at(self, levers: Sequence[Lever], values: Sequence[float]) -> Scenario:
        """The scenario with every lever at its value.

        Raises
        ------
        ScenarioError : what the format or its rules say against it, a line for each mistake.
        """
        moved = ", ".join(
            f"{lever.name}={number(v)}" for lever, v in zip(levers, values, strict=True)
        )
        places = [
            (path, v) for lever, v in zip(levers, values, strict=True) for path in lever.paths
        ]
        return self._moved(places, f"--vary {moved}")

    def with_figures(self, figures: Mapping[str, float], origin: str) -> Scenario:
        """The scenario with other numbers at some dotted paths; else as `at`.

        Parameters
        ----------
        origin : begins every line about a mistake.
        """
        places = [(assignments.resolve(self._tree, name), value) for name, value in figures.items()]
        return self._moved(places, origin)

    def _moved(self, places: Sequence[tuple[Path, float]], origin: str) -> Scenario:
        tree, changed = self._tree, {path for path, _ in places}
        for path, value in places:
            tree = assignments.put(tree, path, Node(_written(path, value), tree.place), tree.place)
        scenario, remarks = check(tree)
        if scenario is None or remarks:
            raise ScenarioError(
                [
                    f"{origin}: {remark.text}"
                    if changed == {remark.path}
                    else f"{origin}: {dotted(remark.path)}: {remark.text}"
                    for remark in remarks
                ]
            )
        return scenario

    def _paths(self, name: str) -> Iterator[Path]:
        head, star, tail = name.partition(f".{_EVERY}.")
        if not star:
            yield assignments.resolve(self._tree, name)
            return
        group = find(self._tree, assignments.resolve(self._tree, head))
        ids = list(group.value) if group is not None and isinstance(group.value, dict) else []
        found = [
            path
            for key in ids
            for path in self._paths(f"{head}.{key}.{tail}")
            if find(self._tree, path) is not None
        ]
        if not found:
            raise SettingError(f"nothing in {head} states {tail}")
        yield from found


def _written(path: Path, value: float) -> int | float:
    """The number as the format wants it: whole numbers without a point."""
    shape = shapes.at(path)
    is_whole = shape is not None and shape.quantity is not None and shape.quantity.is_whole
    return int(value) if is_whole and float(value).is_integer() else value
