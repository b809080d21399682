"""Estimates from a tilted market: weighted sums, and when to refuse them.

Paths come from a mixture, a share α untilted and the rest tilted towards the event; a path weighs
w = L / (αL + 1 − α), L its likelihood ratio up to the default that decides the event (to the
horizon where no single default does). For any f that is then known, E f = mean of w f, unbiased.

References
----------
Owen (2013), "Monte Carlo theory, methods and examples", chapter 9.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from neocloud_mc.errors import RunError
from neocloud_mc.results.book import Book, Floats, Outcome
from neocloud_mc.results.figures import LEVELS
from neocloud_mc.results.histogram import Histogram, weigh
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import kind
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.importance_sampling.rare_event import RareEvent, events, lost
from neocloud_mc.studies.jackknife import Replicates

FEWEST_EFFECTIVE: Final = 200.0
"""Effective sample size of the event paths below which nothing is printed."""
LARGEST_SHARE: Final = 0.05
"""Share of the answer that one path may carry."""
PROBABILITY: Final = "probability"
"""Name of the event's probability among the measures."""


@dataclass(frozen=True)
class WeightedSums:
    """Weighted sums over n paths.

    Parameters
    ----------
    sums : float64[5], Σ w f, f the event, a claim, the discounted loss, the loss and the claim of
        the event's tranches; USD.
    effective : float64[3], over event paths: Σ w, Σ w², max w.
    losses : of the portfolio, weighted; of other targets none.
    """

    n: int
    sums: Floats
    effective: Floats
    losses: Histogram

    def __add__(self, other: "WeightedSums") -> "WeightedSums":
        """The sums over both sets of paths."""
        largest = np.maximum(self.effective, other.effective)
        both = np.array([*(self.effective + other.effective)[:2], largest[2]])
        return WeightedSums(
            self.n + other.n, self.sums + other.sums, both, self.losses + other.losses
        )


@dataclass(frozen=True)
class RareEventEstimates:
    """What importance sampling says of the event.

    Parameters
    ----------
    measures : by full name (see `measures`), and `probability` of the event.
    effective_sample_size : (Σ w)² / Σ w² over the paths with the event.
    largest_share : of one path in the event's probability.
    variance_reduction : paths of crude Monte Carlo that would give the probability's standard
        error, over `paths`.
    """

    event: RareEvent
    paths: int
    measures: dict[str, Estimate]
    effective_sample_size: float
    largest_share: float
    variance_reduction: float


@dataclass(frozen=True)
class RareEventResult:
    """A finished run of importance sampling.

    Parameters
    ----------
    beyond : the loss that counts as the event, USD; None where no loss defines it.
    shifts : means of the price's and the climate's normals, by name.
    factors : of intensities, by name; customers by ``customer ID``.
    """

    info: RunInfo
    estimates: RareEventEstimates
    beyond: float | None
    shifts: Mapping[str, float]
    factors: Mapping[str, float]


def weights(event: RareEvent, outcome: Outcome, untilted_share: float) -> Floats:
    """float64[n], weight of each path in the mixture (see the module)."""
    ratio = np.exp(-outcome.log_ratio[event.issuer])
    return np.asarray(1.0 / (untilted_share + (1.0 - untilted_share) * ratio))


def add_up(
    book: Book, event: RareEvent, outcome: Outcome, untilted_share: float, threshold: float
) -> WeightedSums:
    """The weighted sums of a chunk of paths; `threshold` as in `events`."""
    w = weights(event, outcome, untilted_share)
    happened = events(book, event, outcome, threshold)
    loss = lost(book, event, outcome)
    owed = outcome.claim[list(event.tranches)].sum(axis=0)
    discount = book.discount[outcome.default_month[event.issuer].astype(np.int64)]
    known = (happened, owed > 0.0, discount * loss, loss, owed)
    sums = [float(np.sum(w * f)) for f in known]
    rare = w[happened]
    binned = w > (0.0 if event.kind == "portfolio" else np.inf)
    losses = weigh(loss[binned], w[binned])
    effective = np.array([rare.sum(), np.sum(rare**2), rare.max(initial=0.0)])
    return WeightedSums(len(w), np.array(sums), effective, losses)


def estimate_rare_event(
    book: Book, event: RareEvent, batches: list[WeightedSums]
) -> RareEventEstimates:
    """The numbers behind the event, with intervals from the spread of the batches.

    Raises
    ------
    RunError : too small an effective sample size, or one path that carries too much.
    """
    total = _all(batches)
    mass, squares, largest = total.effective
    effective = mass**2 / squares if squares > 0.0 else 0.0
    share = largest / mass if mass > 0.0 else 1.0
    if effective < FEWEST_EFFECTIVE or share > LARGEST_SHARE:
        raise RunError(
            f"--tail {event.path}: importance sampling found too little: the paths with the event "
            f"have an effective sample size of {effective:.0f} ({FEWEST_EFFECTIVE:.0f} is needed), "
            f"the heaviest carries {share:.1%} ({LARGEST_SHARE:.0%} is allowed); raise --paths, or "
            "run without --tail"
        )
    without = [_all([b for k, b in enumerate(batches) if k != g]) for g in range(len(batches))]
    shares = np.array([b.n / total.n for b in batches])
    values = _values(book, event, total)
    others = [_values(book, event, each) for each in without]
    replicates = {
        name: Replicates(value, np.array([each[name] for each in others]), shares)
        for name, value in values.items()
    }
    p = replicates[PROBABILITY]
    variance = max(0.0, p.value * (1.0 - p.value))
    reduction = variance / p.standard_error**2 / total.n if variance > 0.0 else 1.0
    found = {name: _within(name, numbers.estimate()) for name, numbers in replicates.items()}
    return RareEventEstimates(event, total.n, found, effective, share, reduction)


def _within(name: str, found: Estimate) -> Estimate:
    """The number and its bounds, cut to what it can be: weights are 1 on average alone.

    A loss that is whole on every path seen need not be so on all others: it has no bounds.
    """
    if found.low == found.high:
        found = Estimate(found.value, note=found.note or "no path tells a difference")
    is_share = name == PROBABILITY or kind(name) == "share"
    low, value, high = (
        None if x is None else max(0.0, min(x, 1.0 if is_share else x))
        for x in (found.low, found.value, found.high)
    )
    return replace(found, value=value, low=low, high=high)


def _values(book: Book, event: RareEvent, total: WeightedSums) -> dict[str, float]:
    """Every number that the sums give, by its full name."""
    happened, claim, discounted, loss, owed = total.sums / total.n
    found = {PROBABILITY: float(happened)}
    match event.kind:
        case "default" | "joint":
            return found | {event.path: float(happened)}
        case "portfolio":
            return found | _portfolio(total)
    owner = event.path.rpartition(".")[0]
    debt = sum(book.tranches[j].owed for j in event.tranches)
    numbers = {"lgd": loss / owed if owed > 0.0 else np.nan, "expected_loss": discounted}
    if debt > 0.0:
        numbers["expected_loss_rate"] = discounted / debt
    if "tranches" in owner.split("."):
        numbers = {"pd": claim} | numbers
    return found | {f"{owner}.{name}": float(value) for name, value in numbers.items()}


def _portfolio(total: WeightedSums) -> dict[str, float]:
    """Value at risk and expected shortfall from the weighted losses."""
    losses, found = total.losses, {}
    weight = float(losses.mass.sum())
    for name, per_mille in LEVELS.items():
        size = total.n * (1000 - per_mille) / 1000
        var = losses.at(weight - size)
        taken, means = losses.top(size)
        found[f"portfolio.var.{name}"] = var
        found[f"portfolio.es.{name}"] = max(var, float((taken * means).sum()) / size)
    return found


def _all(batches: list[WeightedSums]) -> WeightedSums:
    total = batches[0]
    for batch in batches[1:]:
        total += batch
    return total
