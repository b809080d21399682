"""A few measures of one run, each with its own interval and with what other runs are set beside.

The interval is the one that `run` reports; replicates, marks and the values of the batches alone
serve what is computed from several runs.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TypeAlias

import numpy as np

from neocloud_mc.results.book import Book, Floats
from neocloud_mc.results.histogram import count
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import evaluate
from neocloud_mc.results.tally import Tally, merge
from neocloud_mc.studies.jackknife import Replicates, all_but_each
from neocloud_mc.studies.paired import Marks


@dataclass(frozen=True)
class Sampled:
    """A measure of one run.

    Parameters
    ----------
    paths : of the run.
    alone : float64[batches], the measure on each batch alone; NaN where it is undefined there.
        Empty where there are marks, which tell more.
    marks : paths on which it happens; None where it is not the probability of an event, or where
        nobody marked them.
    """

    estimate: Estimate
    replicates: Replicates
    paths: int = 0
    alone: Floats = field(default_factory=lambda: np.empty(0))
    marks: Marks | None = None


Sample: TypeAlias = dict[str, Sampled]
"""By the measure's full name."""


def sample(
    book: Book,
    batches: Sequence[Tally],
    names: Collection[str],
    marks: Mapping[str, Marks] | None = None,
) -> Sample:
    """Take measures of a run.

    Parameters
    ----------
    batches : tallies of the run's batches, those without paths left out; at least one.
    names : full names of measures.
    marks : of the run's paths, by full name.
    """
    known = marks or {}
    slim = [without_histograms(batch, names) for batch in batches]
    total = reduce(merge, slim)
    found = evaluate(book, total, names)
    left = [evaluate(book, tally, names) for tally in all_but_each(slim)]
    unmarked = [name for name in names if name not in known]
    alone = [evaluate(book, tally, unmarked) for tally in slim] if unmarked else []
    shares = np.array([batch.n / total.n for batch in slim])
    return {
        name: Sampled(
            whole,
            Replicates(_number(whole), _numbers(name, left), shares),
            total.n,
            np.empty(0) if name in known else _numbers(name, alone),
            known.get(name),
        )
        for name, whole in found.items()
    }


def without_histograms(tally: Tally, names: Collection[str]) -> Tally:
    """The tally without what is large and asked for by none of the measures."""
    if not any(name.startswith("market.") for name in names):
        tally = replace(tally, index=())
    if not any(name.startswith("portfolio.") for name in names):
        tally = replace(tally, losses=count(np.empty(0)))
    return tally


def _numbers(name: str, found: Sequence[Mapping[str, Estimate]]) -> Floats:
    return np.array([_number(one[name]) for one in found])


def _number(found: Estimate) -> float:
    return math.nan if found.value is None else found.value
