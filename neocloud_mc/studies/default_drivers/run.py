"""Runs that tell what stood behind the defaults."""

from dataclasses import replace

from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.default_drivers.counterfactuals import counterfactuals
from neocloud_mc.studies.default_drivers.replayed import drivers_of_default
from neocloud_mc.studies.defaults import PATHS_OF_ATTRIBUTION
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.run_result import RunResult


def add(result: RunResult, loaded: Loaded, effort: Effort) -> RunResult:
    """The result with what stood behind the defaults on the run's first paths."""
    paths = min(result.info.paths, PATHS_OF_ATTRIBUTION)
    effort.prepare()
    others = list(counterfactuals(loaded.scenario))
    n_paths = (len(others) + 1) * paths
    with effort.watch.simulating(loaded.scenario.name, n_paths) as told:
        found = drivers_of_default(
            loaded.scenario,
            others,
            paths=paths,
            seed=effort.seed,
            threads=effort.threads,
            progress=told,
        )
    return replace(result, drivers=found)
