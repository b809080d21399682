"""The kernel against the independent implementation on random scenarios, and on those shipped."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, note, settings

from neocloud_mc.causes import CAUSES, COVENANT, JUMP, LIQUIDITY, REFINANCING
from neocloud_mc.engine.tables import LANES
from neocloud_mc.scenario.checks import rules
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.model import Scenario
from tests.engine.group_world import groups
from tests.engine.rich_world import rich
from tests.engine.strategies import scenarios
from tests.engine.test_reference_agrees import compare
from tests.worlds import Tree

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios" / "2025-06").glob("*.yaml"))
FRAGMENTS = ("market", "customers", "outcomes")


def agree_on(
    examples: int, phases: Sequence[Phase] = (Phase.generate, Phase.shrink)
) -> Counter[int]:
    """Compare so many random scenarios; the number of issuer-paths by cause of default."""
    causes: Counter[int] = Counter()

    @settings(
        report_multiple_bugs=False,
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=phases,
    )
    @given(scenarios())
    def agree(tree: Tree) -> None:
        note(
            "the smallest scenario found on which they disagree:\n"
            + yaml.safe_dump(tree, sort_keys=False)
        )
        assert not list(rules.mistakes(Scenario.model_validate(tree)))
        for values in compare(tree, seed=11).cause.values():
            causes.update(values.tolist())

    agree()
    return causes


@pytest.mark.parametrize("first", [0, LANES])
def test_every_mechanism_at_once(first: int) -> None:
    compare(rich().model_dump(), seed=1, first=first)


@pytest.mark.parametrize("first", [0, LANES])
def test_groups_that_see_every_cause_of_default(first: int) -> None:
    causes = compare(groups().model_dump(), seed=1, first=first).cause.values()
    assert set(np.concatenate(list(causes)).tolist()) == set(range(len(CAUSES) + 1))


def test_random_scenarios() -> None:
    causes = agree_on(100)
    # Survival and every cause of an issuer's own take their part, or the comparison tells little.
    # Which scenarios are drawn changes with any number in the package's sources, from which
    # hypothesis picks values: with seven seeds the rarest of these was seen on 4% to 7% of the
    # paths, but a fall with parent or vehicle, which needs a guarantee, on as little as 0.03%.
    own = (0, *map(int, (LIQUIDITY, REFINANCING, COVENANT, JUMP)))
    assert all(causes[cause] > 0.001 * causes.total() for cause in own), causes


@pytest.mark.slow
def test_many_random_scenarios() -> None:
    agree_on(1_000)


@pytest.mark.parametrize(
    "path", [p for p in SHIPPED if p.stem not in FRAGMENTS], ids=lambda p: p.stem
)
def test_shipped_scenarios(path: Path) -> None:
    loaded = load(path)
    for first in (0, LANES):
        compare(dict(loaded.resolved), seed=1, first=first)
