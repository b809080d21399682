"""What a report shows of one scenario: the run, and what else was asked of the same draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import numpy as np

from neocloud_mc.causes import CAUSES
from neocloud_mc.engine import checkpoint
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.results.book import Book
from neocloud_mc.results.histogram import Counts, Histogram
from neocloud_mc.results.tally import Tally
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.sources import Entry, entries
from neocloud_mc.studies import run
from neocloud_mc.studies.comparison import Comparisons
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import manifest
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.studies.sensitivity import Sensitivity
from neocloud_mc.studies.trajectories import Trajectories

LOSS_BINS: Final = 60


@dataclass(frozen=True)
class LossBins:
    """How the portfolio's loss is spread.

    Parameters
    ----------
    nothing : share of the paths without a loss.
    edges : float64[bins + 1], USD, from 0 to the largest loss seen.
    shares : float64[bins], of all paths; those without a loss left out.
    """

    nothing: float
    edges: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Simulated:
    """A run with what its tables do not show.

    Parameters
    ----------
    defaults : by issuer and cause, paths by month of default, from month 1.
    """

    result: RunResult
    defaults: Mapping[str, Mapping[str, tuple[int, ...]]]
    losses: LossBins


@dataclass(frozen=True)
class Report:
    """All that a page shows of one scenario.

    Parameters
    ----------
    stresses, sensitivity : only where they are asked for.
    """

    simulated: Simulated
    trajectories: Trajectories
    register: Sequence[Entry]
    stresses: Comparisons | None = None
    sensitivity: Sensitivity | None = None


def simulate(loaded: Loaded, effort: Effort, command: Sequence[str] = ()) -> Simulated:
    """Run a scenario as `run` does, and keep when, why, and how much.

    Parameters
    ----------
    command : what makes the run, word by word.
    """
    blank = checkpoint.blank(loaded.scenario, paths=effort.paths, seed=effort.seed)
    begun = replace(blank, command=command, manifest=manifest(loaded, datetime.now(UTC)))
    part = run.complete(begun, loaded.scenario, effort)
    result = run.conclude(part, loaded.scenario, effort)
    book = open_book(loaded.scenario)
    return Simulated(result, _defaults(book, part.tally), loss_bins(part.tally.losses))


def report(loaded: Loaded, simulated: Simulated, found: Trajectories) -> Report:
    """A scenario's report, without what is only there where it is asked for."""
    return Report(simulated, found, entries(loaded.resolved))


def _defaults(book: Book, tally: Tally) -> dict[str, dict[str, tuple[int, ...]]]:
    def by_cause(counts: Counts) -> dict[str, tuple[int, ...]]:
        return {cause: tuple(row.tolist()) for cause, row in zip(CAUSES, counts, strict=True)}

    return {
        issuer.id: by_cause(counts)
        for issuer, counts in zip(book.issuers, tally.defaults, strict=True)
    }


def loss_bins(losses: Histogram, bins: int = LOSS_BINS) -> LossBins:
    """Put losses into bins of equal width; a bin of the histogram goes where its mean lies."""
    n, mass = losses.mass.sum(), losses.mass.astype(float)
    is_loss = losses.largest > 0.0
    top = float(losses.largest.max(initial=0.0)) or 1.0
    counts, edges = np.histogram(
        losses.means[is_loss], bins=bins, range=(0.0, top), weights=mass[is_loss]
    )
    shares = counts / max(n, 1)
    return LossBins(float(mass[~is_loss].sum() / max(n, 1)), tuple(edges), tuple(shares))
