"""The golden scenario in which every mechanism of the model is at work, for tests of the engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.model import Scenario
from tests.worlds import Tree, world

_FILE: Final = Path(__file__).parents[1] / "golden" / "every_mechanism" / "scenario.yaml"
EVERY: Final[Tree] = load(_FILE).resolved


def rich(*changes: Mapping[str, Any]) -> Scenario:
    """Two issuers, every kind of debt, contagion on; with the changes merged in."""
    return world(EVERY, {"name": "rich"}, *changes)
