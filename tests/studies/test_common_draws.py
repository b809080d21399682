"""Scenarios in step: the work that is told is that of all of them."""

from neocloud_mc.engine.run import CHUNK_PATHS
from neocloud_mc.scenario.load import load
from neocloud_mc.studies.common_draws import simulate_together


def test_progress_counts_the_paths_of_every_scenario() -> None:
    scenario = load("tests/golden/one_bullet/scenario.yaml").scenario
    told: list[int] = []
    simulate_together([scenario, scenario], paths=CHUNK_PATHS + 100, seed=1, progress=told.append)
    assert told == [2 * CHUNK_PATHS, 2 * (CHUNK_PATHS + 100)]
