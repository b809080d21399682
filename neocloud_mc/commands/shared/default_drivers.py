"""Runs that tell what stood behind the defaults."""

from dataclasses import replace
from typing import Annotated, Final

import typer

from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.default_drivers.counterfactuals import counterfactuals
from neocloud_mc.studies.default_drivers.replayed import drivers_of_default
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.run_result import RunResult

_MOST_PATHS: Final = 20_000
"""The scenario is simulated once more for everything that can happen to an issuer."""

Attribution = Annotated[
    bool,
    typer.Option(
        "--attribution",
        help="Report what stood behind the defaults: which customer's failure, contract, maturity "
        f"or market, and which alone would have prevented them; on the first {_MOST_PATHS:,} "
        "paths.",
    ),
]


def add(result: RunResult, loaded: Loaded, effort: Effort) -> RunResult:
    """The result with what stood behind the defaults on the run's first paths."""
    paths = min(result.info.paths, _MOST_PATHS)
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
