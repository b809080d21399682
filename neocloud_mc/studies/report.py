"""What a report shows of one scenario: the run, and what else was asked of the same draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import numpy as np

from neocloud_mc.causes import CAUSES
from neocloud_mc.engine import checkpoint, memory
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.results.book import Book
from neocloud_mc.results.histogram import Counts, Histogram
from neocloud_mc.results.tally import Tally
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.sources import Entry, entries
from neocloud_mc.studies import run, side_by_side
from neocloud_mc.studies.comparison import Comparisons
from neocloud_mc.studies.defaults import FAN_PATHS, PATHS_OF_SENSITIVITY, PATHS_OF_STRESSES
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import manifest
from neocloud_mc.studies.parameter_uncertainty import run as parameter_uncertainty
from neocloud_mc.studies.parameter_uncertainty.run import Inputs
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.studies.sensitivity import Sensitivity, sensitivity
from neocloud_mc.studies.trajectories import Trajectories, trajectories
from neocloud_mc.studies.what_ifs import WhatIfs, likeliest, what_ifs

LOSS_BINS: Final = 60
DRAWING: Final = memory.Need(address_space=70e9, resident=260e6)
"""Of a process that draws one picture: V8 reserves far more than it uses, and ends it where it
cannot."""


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
    meanings : what each stress is, in the words of its file, in the order of the stresses.
    what_ifs : what would help the likeliest to default; None where nobody defaults.
    """

    simulated: Simulated
    trajectories: Trajectories
    register: Sequence[Entry]
    stresses: Comparisons | None = None
    meanings: Sequence[str] = ()
    sensitivity: Sensitivity | None = None
    what_ifs: WhatIfs | None = None


@dataclass(frozen=True)
class Reports:
    """All that a page shows.

    Parameters
    ----------
    names : of the scenarios, unlike each other.
    together : several scenarios beside the first, on the same draws; None for one.
    """

    each: Sequence[Report]
    names: Sequence[str]
    together: Comparisons | None = None


@dataclass(frozen=True)
class Asked:
    """What a report tells besides the run.

    Parameters
    ----------
    stresses : the scenario under each.
    inputs : draws of the assumptions; None: they are not drawn.
    has_tornado : whether every assumption is moved to its ends.
    """

    stresses: Sequence[Loaded] = ()
    inputs: Inputs | None = None
    has_tornado: bool = False
    fan_paths: int = FAN_PATHS


def require_memory() -> None:
    """Make sure that the process may have what drawing takes.

    Raises
    ------
    RunError : it may not.
    """
    memory.require(DRAWING, "drawing pictures")


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


def reports(
    loaded: Sequence[Loaded],
    effort: Effort,
    asked: Sequence[Asked],
    commands: Sequence[Sequence[str]],
) -> Reports:
    """Simulate all that a page tells of scenarios, each alone and, if several, side by side.

    Parameters
    ----------
    asked, commands : of each scenario; a command is what makes its run, word by word.
    """
    effort.watch.warn(dict.fromkeys(line for one in loaded for line in one.warnings))
    each = [
        report(one, effort, more, command)
        for one, more, command in zip(loaded, asked, commands, strict=True)
    ]
    names = side_by_side.unlike_names(loaded)
    return Reports(each, names, _beside(loaded, effort, "table") if len(loaded) > 1 else None)


def report(loaded: Loaded, effort: Effort, asked: Asked, command: Sequence[str] = ()) -> Report:
    """Simulate all that a page tells of one scenario."""
    simulated = simulate(loaded, effort, command)
    if asked.inputs:
        result = parameter_uncertainty.add(simulated.result, loaded, asked.inputs, effort)
        simulated = replace(simulated, result=result)
    followed = trajectories(loaded.scenario, min(asked.fan_paths, effort.paths), effort)
    found = Report(simulated, followed, entries(loaded.resolved))
    if not loaded.scenario.issuers:
        return found
    first = likeliest(simulated.result.estimates)
    return replace(
        found,
        stresses=stressed(loaded, asked.stresses, effort),
        meanings=[_meaning(loaded, stress) for stress in asked.stresses],
        sensitivity=moved(loaded, effort) if asked.has_tornado else None,
        what_ifs=what_ifs(loaded, first, effort) if first else None,
    )


def _meaning(loaded: Loaded, stress: Loaded) -> str:
    """What an overlay says of itself; the scenario that it lies over has its words first."""
    return stress.scenario.description.removeprefix(loaded.scenario.description).strip()


def stressed(loaded: Loaded, under: Sequence[Loaded], effort: Effort) -> Comparisons | None:
    """A scenario under stresses, on the same draws; None: there are no stresses."""
    if not under:
        return None
    fewer = replace(effort, paths=min(effort.paths, PATHS_OF_STRESSES))
    return _beside([loaded, *under], fewer, "summary")


def _beside(loaded: Sequence[Loaded], effort: Effort, depth: str) -> Comparisons:
    at_one = side_by_side.at_common_horizon(loaded)
    return side_by_side.differences(at_one, effort, depth, loaded)


def moved(loaded: Loaded, effort: Effort, measures: Sequence[str] = ()) -> Sensitivity:
    """What each assumption does alone to measures; without any, to each issuer's PD."""
    fewer = replace(effort, paths=min(effort.paths, PATHS_OF_SENSITIVITY))
    return sensitivity(loaded, measures, None, fewer)


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
