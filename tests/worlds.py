"""Small scenarios for tests: one calm market, and whatever a test changes in it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.engine.run import over_chunks
from neocloud_mc.results.book import Outcome
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation.worlds import PRICE, RESALE, merge, merged

Tree = dict[str, Any]

CALM: Tree = {
    "name": "calm",
    **merged(),
    "gpus": {"h100": {"price": PRICE, "resale": RESALE, "operating_cost": 0.0}},
}
"""Nothing moves: no drift, no volatility, no regime change, no failures, no interest on cash."""
STILL: Tree = {"market": {"funding": {"persistence_years": 1e30}}}
"""The funding climate stands still."""
FRESH: Tree = {"market": {"funding": {"persistence_years": 1e-6}}}
"""The funding climate of a month knows nothing of the month before."""
IDLE: Tree = {"market": {**STILL["market"], "regime": {"utilization": {"shortage": 0.0}}}}
"""The climate stands still, and GPUs earn nothing by the hour."""
IDLE_YEAR: Tree = {"horizon_months": 12, **IDLE}


def world(*changes: Mapping[str, Any]) -> Scenario:
    """The calm scenario with the changes merged in, key by key."""
    return Scenario.model_validate(tree(*changes))


def tree(*changes: Mapping[str, Any]) -> Tree:
    """The mapping behind `world`."""
    result = deepcopy(CALM)
    for change in changes:
        merge(result, change)
    return result


def outcome(scenario: Scenario, paths: int, seed: int = 1, threads: int = 1) -> Outcome:
    """Every path's outcome, chunks put side by side."""
    parts = list(
        over_chunks(scenario, paths=paths, seed=seed, threads=threads, work=lambda part: part)
    )
    names = (
        "default_month",
        "cause",
        "first_breach",
        "claim",
        "loss",
        "discounted_balance",
        "log_index",
    )
    return Outcome(*(np.concatenate([getattr(p, n) for p in parts], axis=1) for n in names))


def frequency(events: NDArray[np.bool_], probability: float, sigmas: float = 4.5) -> None:
    """Assert that a frequency agrees with a probability within so many standard errors.

    4.5 standard errors: one false alarm in 150,000 such checks.
    """
    n = events.size
    error = np.sqrt(probability * (1.0 - probability) / n)
    assert abs(events.mean() - probability) <= sigmas * error + 1e-12, (
        f"{events.mean():.6f} against {probability:.6f} ± {error:.6f}"
    )
