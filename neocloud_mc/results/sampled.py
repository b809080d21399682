"""A few measures of one run, each with its own interval and with its replicates.

The interval is the one that `run` reports; the replicates serve what is computed from several runs.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeAlias

import numpy as np

from neocloud_mc.results.book import Book
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import evaluate
from neocloud_mc.results.replicates import Replicates, all_but_each
from neocloud_mc.results.tally import Tally, merge


@dataclass(frozen=True)
class Sampled:
    """A measure of one run."""

    estimate: Estimate
    replicates: Replicates


Sample: TypeAlias = dict[str, Sampled]
"""By the measure's full name."""


def sample(book: Book, batches: Sequence[Tally], names: Collection[str]) -> Sample:
    """Take measures of a run.

    Parameters
    ----------
    batches : tallies of the run's batches, those without paths left out; at least one.
    names : full names of measures.
    """
    slim = [without_histograms(batch, names) for batch in batches]
    total = reduce(merge, slim)
    found = evaluate(book, total, names)
    left = [evaluate(book, tally, names) for tally in all_but_each(slim)]
    shares = np.array([batch.n / total.n for batch in slim])
    return {
        name: Sampled(
            whole,
            Replicates(_number(whole), np.array([_number(other[name]) for other in left]), shares),
        )
        for name, whole in found.items()
    }


def without_histograms(tally: Tally, names: Collection[str]) -> Tally:
    """The tally without what is large and asked for by none of the measures."""
    if not any(name.startswith("market.") for name in names):
        tally = replace(tally, index=tally.index[:, :0].copy())
    if not any(name.startswith("portfolio.") for name in names):
        tally = replace(tally, losses=tally.losses[:0].copy())
    return tally


def _number(found: Estimate) -> float:
    return math.nan if found.value is None else found.value
