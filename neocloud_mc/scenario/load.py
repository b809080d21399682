"""YAML files -> a checked Scenario, or every mistake at once.

scenario.yaml ─ extends ─► tree ─ vary ─► tree ─ terms, complaints ─► Scenario ─ rules ─► Loaded
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path as File
from typing import Any, Final, TextIO

from pydantic import ValidationError

from neocloud_mc.errors import ScenarioError
from neocloud_mc.notation import counted
from neocloud_mc.scenario import extends, library, months, outcomes, sources
from neocloud_mc.scenario.checks import cautions, economics, misspelt, rules, usual
from neocloud_mc.scenario.checks.complaints import MOST, complain, paths_of
from neocloud_mc.scenario.checks.mend import mend
from neocloud_mc.scenario.checks.wording import one_line
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.variants import assignments, overlay
from neocloud_mc.scenario.yaml.tree import Mistake, Node, Remark, plain

MAX_LINES: Final = 200
"""Mistakes, and doubts, that are told one by one."""
_FIRST: Final = ("name", "description", "base_date", "horizon_months")
_LAST: Final = ("sources", "assumptions")


@dataclass(frozen=True)
class Loaded:
    """A checked scenario and what it was made of.

    Parameters
    ----------
    resolved : the merged plain mapping, settings made, in file order; nothing but what JSON knows
        (and infinities).
    warnings : doubts, each ``file:line:column: warning: path: text``.
    files : every file read.
    """

    scenario: Scenario
    resolved: dict[str, object]
    warnings: list[str]
    files: tuple[File, ...]


def load(
    source: str | File,
    settings: Sequence[str] = (),
    *,
    overlays: Sequence[str] = (),
    stdin: TextIO | None = None,
) -> Loaded:
    """Read, merge, vary and check a scenario.

    Parameters
    ----------
    source : a file, ``@name`` for one that ships with the program, or ``-`` for standard input,
        whose `extends` start from the working directory.
    settings : ``a.b.c=VALUE``, made in order after merging.
    overlays : files or names laid over the scenario in order, before the settings.
    stdin : read for ``-``; default: the process's own.

    Raises
    ------
    ScenarioError : with every mistake found, one line each.
    """
    name = str(source)
    reading = extends.read(name, overlays, sys.stdin if stdin is None else stdin)
    mistakes = list(reading.mistakes)
    tree = reading.tree
    if tree is None:
        raise _error(mistakes, reading.files)
    if reading.is_complete:
        tree, refused = assignments.apply(tree, settings)
        mistakes += refused
    tree = _named(tree, overlay.name(tree, name))
    tree, undated = months.counted(tree)
    scenario, remarks = check(tree, is_complete=reading.is_complete)
    told = reading.without_value | paths_of(undated)
    mistakes += [remark.placed(tree) for remark in undated if reading.is_complete]
    mistakes += [remark.placed(tree) for remark in remarks if remark.path not in told]
    if scenario is None or mistakes:
        error = ScenarioError([*_error(mistakes, reading.files).lines, *_laid(reading)])
        if scenario is None and outcomes.are_outcomes(tree):
            raise ScenarioError([one_line(str(outcomes.astray(name)))])
        is_astray = scenario is None and reading.is_complete and overlay.is_one(tree)
        raise ScenarioError(overlay.astray(name, error.lines)) if is_astray else error
    resolved: dict[str, Any] = {str(key): plain(node) for key, node in _items(tree)}
    doubts = chain(
        cautions.doubts(scenario),
        economics.doubts(scenario),
        usual.doubts(resolved),
        misspelt.unused(scenario, tree, reading.changing),
        sources.doubts(resolved),
    )
    warnings = [*_laid(reading), *_warnings(doubts, tree)]
    return Loaded(scenario, resolved, warnings, tuple(reading.files))


def check(tree: Node, *, is_complete: bool = True) -> tuple[Scenario | None, list[Remark]]:
    """The scenario, or what the terms and the rules find wrong with it.

    Parameters
    ----------
    is_complete : whether every file could be read; else nothing is told as missing.
    """
    try:
        scenario = Scenario.model_validate(plain(tree))
    except ValidationError as error:
        remarks = complain(error, tree)
    else:
        found = islice(rules.mistakes(scenario), MOST) if is_complete else ()
        return scenario, list(misspelt.hinted(found, tree))
    if not is_complete:
        return None, [remark for remark in remarks if not remark.text.startswith("is missing")]
    if len(remarks) <= MAX_LINES:
        remarks += _further(tree)
    return None, list(misspelt.hinted(remarks, tree))


def _laid(reading: extends.Reading) -> list[str]:
    """The doubts about overlays."""
    return [one_line(f"{doubt.place}: warning: {doubt.text}") for doubt in reading.doubts]


def _warnings(doubts: Iterator[Remark], tree: Node) -> list[str]:
    told = [one_line(str(doubt.placed(tree, "warning"))) for doubt in islice(doubts, MAX_LINES)]
    more = [f"{tree.place.origin}: warning: and further doubts"] if next(doubts, None) else []
    return told + more


def _further(tree: Node) -> Iterable[Remark]:
    """What the rules find wrong beside the mistakes that the terms found."""
    scenario, touched = mend(tree)
    for remark in islice(rules.mistakes(scenario), MOST) if scenario else ():
        if touched.isdisjoint(paths_of([remark])):
            yield remark


def _named(tree: Node, name: str) -> Node:
    """The tree with a name, and its top-level keys in the order in which people read them."""
    items = {"name": Node(name, tree.place)} | dict(_items(tree))
    order = [*_FIRST, *(key for key in items if key not in _FIRST + _LAST), *_LAST]
    return Node({key: items[key] for key in order if key in items}, tree.place)


def _items(tree: Node) -> Iterable[tuple[Any, Node]]:
    return tree.value.items() if isinstance(tree.value, dict) else ()


def _error(mistakes: list[Mistake], files: list[File]) -> ScenarioError:
    """All mistakes, file by file in the order of reading, from the top down."""
    rank = {library.shown(file): position for position, file in enumerate(files)}
    ordered = sorted(
        mistakes,
        key=lambda mistake: (
            rank.get(mistake.place.origin, len(files)),
            mistake.place.line,
            mistake.place.column,
        ),
    )
    lines = list(dict.fromkeys(one_line(str(mistake)) for mistake in ordered))
    if len(lines) > MAX_LINES:
        more = counted(len(lines) - MAX_LINES, "further mistake")
        lines = [*lines[:MAX_LINES], f"and at least {more}"]
    return ScenarioError(lines)
