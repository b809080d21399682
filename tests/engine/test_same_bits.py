"""A path has the same bits whoever simulates it: any width, any block, any company."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from neocloud_mc.engine.run import run_chunk
from neocloud_mc.engine.tables import tabulate
from neocloud_mc.results.book import Outcome
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.model import Scenario
from tests.engine.group_world import groups
from tests.engine.rich_world import rich

SHIPPED = Path(__file__).parents[2] / "scenarios" / "2025-06"
PATHS = 192
AMOUNTS = ("cash", "cost", "count", "price", "principal", "commitment", "fixed", "capacity")
LANES = [pytest.param(lanes, marks=pytest.mark.slow) for lanes in (1, 8)]
"""Another width compiles anew."""


def unround(value: Any, random: Random, key: str = "") -> Any:
    """The tree with every amount off by up to 1%: round ones would add up in any order."""
    if isinstance(value, dict):
        return {name: unround(below, random, str(name)) for name, below in value.items()}
    is_amount = isinstance(value, float) and any(word in key for word in AMOUNTS)
    return value * (1.0 - 0.01 * random.random()) if is_amount else value


def shipped() -> Scenario:
    """The six issuers in their market, with unround costs, counts and balances."""
    tree: dict[str, Any] = dict(load(SHIPPED / "neoclouds.yaml").resolved)
    fleets = unround({"gpus": tree["gpus"], "issuers": tree["issuers"]}, Random(1))
    return Scenario.model_validate(tree | fleets)


WORLDS: list[Callable[[], Scenario]] = [rich, groups, shipped]


def differing(one: Outcome, other: Outcome, first: int = 0) -> list[int]:
    """Paths of the second, which begins at path `first` of the first, that have other bits."""
    paths: set[int] = set()
    for field in fields(Outcome):
        a, b = getattr(one, field.name)[:, first:], getattr(other, field.name)
        paths |= set(np.flatnonzero((a != b).any(axis=0)).tolist())
    return sorted(paths)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("shift", [1, 32, 63])
def test_a_path_does_not_depend_on_where_its_block_begins(
    world: Callable[[], Scenario], shift: int
) -> None:
    scenario = world()
    whole = run_chunk(tabulate(scenario, 3), range(PATHS))
    assert whole.default_month.any()
    assert differing(whole, run_chunk(tabulate(scenario, 3), range(shift, PATHS)), shift) == []


@pytest.mark.parametrize("lanes", LANES)
def test_a_path_does_not_depend_on_the_paths_beside_it(lanes: int) -> None:
    for world in WORLDS:
        scenario = world()
        whole = run_chunk(tabulate(scenario, 3), range(PATHS))
        assert differing(whole, run_chunk(tabulate(scenario, 3, lanes), range(PATHS))) == []


def test_a_shard_cut_at_an_odd_place_has_the_same_paths() -> None:
    tables = tabulate(groups(), 3)
    whole = run_chunk(tables, range(PATHS))
    for first, stop in ((0, 37), (37, 38), (38, PATHS)):
        part = run_chunk(tables, range(first, stop))
        assert np.array_equal(whole.loss[:, first:stop], part.loss)
        assert np.array_equal(whole.discounted_balance[:, first:stop], part.discounted_balance)


def test_a_group_is_the_same_whoever_else_is_in_the_run() -> None:
    """Without contagion; the tranches of the group come first in the file."""
    calm = {
        "contagion": {"price_impact": 0.0, "funding_impact": 0.0},
        "resale": {"haircut": {"fire_sale": 0.0}},
    }
    together = groups({"market": calm})
    group = {name: i for name, i in together.issuers.items() if name != "beta"}
    alone = together.model_copy(update={"issuers": group})
    there = run_chunk(tabulate(together, 3), range(PATHS))
    here = run_chunk(tabulate(alone, 3), range(PATHS))
    rows = [place for place, name in enumerate(together.issuers) if name != "beta"]
    assert np.array_equal(there.default_month[rows], here.default_month)
    assert there.loss.sum() > here.loss.sum() > 0.0
    mine = [
        place
        for place, owner in enumerate(
            name for name, issuer in together.issuers.items() for _ in issuer.tranches
        )
        if owner != "beta"
    ]
    assert np.array_equal(there.loss[mine], here.loss)


def test_the_order_of_vehicles_and_parents_in_the_file_moves_no_parent() -> None:
    """Vehicles before or after their parent, which comes last in a month anyway."""
    scenario = groups()
    names = ["v1", "v2", "beta", "v3", "alpha"]
    turned = scenario.model_copy(update={"issuers": {n: scenario.issuers[n] for n in names}})
    there = run_chunk(tabulate(scenario, 3), range(PATHS))
    here = run_chunk(tabulate(turned, 3), range(PATHS))
    for place, name in enumerate(names):
        was = list(scenario.issuers).index(name)
        assert np.array_equal(there.default_month[was], here.default_month[place]), name
        assert np.array_equal(there.cause[was], here.cause[place]), name
