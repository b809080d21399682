"""Paths for the record: outcomes in bulk, and the state of blocks of paths month by month."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.engine.run import live, over_chunks
from neocloud_mc.engine.tables import LANES, Tables, tabulate
from neocloud_mc.results.book import Outcome
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation.budget import Budget

Floats = NDArray[np.float64]

ROWS: Final = tuple(field.name for field in fields(Outcome))
"""Names of the arrays of an outcome, float64[..., paths] each."""


def outcomes(scenario: Scenario, paths: int, key: int) -> Outcome:
    """Every path's outcome, chunks put side by side."""
    parts = list(over_chunks(scenario, paths=paths, seed=key, work=lambda part: part))
    return Outcome(*(np.concatenate([getattr(p, n) for p in parts], axis=1) for n in ROWS))


def sample(scenario: Scenario, budget: Budget, keep: Callable[[Outcome], Floats]) -> Floats:
    """What `keep` takes of each chunk's outcome, put side by side along the last axis."""

    def work(outcome: Outcome) -> Floats:
        return np.array(keep(outcome))  # a copy: a view would hold on to the whole chunk

    key = budget.key(scenario.name)
    parts = list(over_chunks(scenario, paths=budget.paths, seed=key, work=work))
    return np.concatenate(parts, axis=-1)


def watch(scenario: Scenario, paths: int, key: int) -> Iterator[tuple[int, Tables]]:
    """The tables of block after block of paths, at the base date (month 0) and every month.

    The tables are the same objects all the time: copy what is to be kept.

    Parameters
    ----------
    paths : a multiple of `LANES`.
    """
    tables = tabulate(scenario, key)
    market = tables.market[0]
    for first in range(0, paths, LANES):
        market.first_path = first
        for t in range(scenario.horizon_months + 1):
            live(t, tables)
            yield t, tables


def states(scenario: Scenario, budget: Budget, look: Callable[[Tables], Floats]) -> Floats:
    """What `look` reads of the state: float64[months + 1, rows, paths].

    Parameters
    ----------
    look : float64[rows, lanes] of the tables.
    """
    months = scenario.horizon_months
    blocks: list[list[Floats]] = [[] for _ in range(months + 1)]
    for t, tables in watch(scenario, budget.watched, budget.key(scenario.name)):
        blocks[t].append(look(tables).copy())
    return np.stack([np.concatenate(block, axis=-1) for block in blocks])
