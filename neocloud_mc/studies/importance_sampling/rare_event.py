"""Rare events from a tilted market: what is asked, weighted sums, and when to refuse them.

Paths come from a mixture, a share α untilted and the rest tilted towards the event; a path weighs
w = L / (αL + 1 − α), L its likelihood ratio up to the default that decides the event (to the
horizon where no single default does). For any f that is then known, E f = mean of w f, unbiased.

References
----------
Owen (2013), "Monte Carlo theory, methods and examples", chapter 9.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.results.book import Book, Floats, Outcome
from neocloud_mc.results.expressions import Expression, amount, parse
from neocloud_mc.results.figures import LEVELS
from neocloud_mc.results.histogram import Counts, Histogram, weigh
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import kind, resolve
from neocloud_mc.studies.jackknife import Replicates

Bools = NDArray[np.bool_]
Kind = Literal["default", "loss", "joint", "portfolio"]

FEWEST_EFFECTIVE: Final = 200.0
"""Effective sample size of the event paths below which nothing is printed."""
LARGEST_SHARE: Final = 0.05
"""Share of the answer that one path may carry."""
PROBABILITY: Final = "probability"
"""Name of the event's probability among the measures."""
_COMPARED: Final = set("<>=")
_LOSS: Final = ".loss"
_NEXT: Final = 100.0
"""More than the log index ever moves."""


@dataclass(frozen=True)
class RareEvent:
    """The rare event.

    Parameters
    ----------
    path : full name of the measure that was asked for.
    issuer : position of the issuer whose default decides the event, −1 for none.
    tranches : positions of the tranches that lose.
    level : last month of a default; number of defaults; per mille of the portfolio's loss.
    beyond : the loss that the event exceeds, USD; None where a pilot has to find it.
    """

    path: str
    kind: Kind
    issuer: int
    tranches: tuple[int, ...]
    level: int = 0
    beyond: float | None = 0.0


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


def find_event(book: Book, name: str) -> RareEvent:
    """The event behind a measure, or behind a condition such as ``acme.senior.loss > 2e8``.

    Raises
    ------
    UsageError : no such measure, or one that no rare event stands behind.
    """
    if _COMPARED & set(name):
        return _exceedance(book, parse("--tail", name, (">",), "acme.senior.loss > 2e8"))
    found = _event(book, resolve(book, name))
    if found is None:
        raise UsageError(
            f"--tail {name}: no rare event stands behind it; give a pd, an lgd, an expected loss, "
            "joint.at_least.N, portfolio.var.LEVEL or a condition such as 'acme.senior.loss > 2e8'"
        )
    return found


def stands_for(book: Book, path: str) -> bool:
    """Whether a rare event stands behind the measure of that full name."""
    return _event(book, path) is not None


def _event(book: Book, path: str) -> RareEvent | None:
    """The event behind the measure of that full name."""
    match path.split("."):
        case ["issuers", issuer, "pd", month]:
            return RareEvent(path, "default", _place(book, issuer), (), int(month))
        case ["issuers", issuer, "lgd" | "expected_loss" | "expected_loss_rate"]:
            place = _place(book, issuer)
            return RareEvent(path, "loss", place, _tranches(book, place))
        case ["issuers", issuer, "tranches", tranche, measure] if measure != "fair_spread":
            place = _place(book, issuer)
            chosen = tuple(j for j in _tranches(book, place) if book.tranches[j].id == tranche)
            return RareEvent(path, "loss", place, chosen)
        case ["joint", "at_least", count]:
            return RareEvent(path, "joint", -1, (), int(count))
        case ["portfolio", *rest]:
            level = LEVELS[".".join(rest[1:])] if len(rest) > 1 else max(LEVELS.values())
            return RareEvent(path, "portfolio", _only_held(book), (), level, beyond=None)
    return None


def _exceedance(book: Book, given: Expression) -> RareEvent:
    """The event that an issuer, a tranche or the portfolio loses more than so much, USD."""
    owner = given.name.removesuffix(_LOSS)
    if owner == given.name:
        raise UsageError(
            f"{given.says}: a rare event exceeds a loss, as in 'acme.senior.loss > 2e8'; "
            "or give a measure alone"
        )
    beyond = amount(given, "usd", book.months)
    if owner == "portfolio":
        return RareEvent("portfolio.loss", "portfolio", _only_held(book), (), beyond=beyond)
    of = find_event(book, f"{owner}.expected_loss")
    return replace(of, path=of.path.replace("expected_loss", "loss"), beyond=beyond)


def events(book: Book, event: RareEvent, outcome: Outcome, threshold: float) -> Bools:
    """bool[n], the paths on which the event happens; `threshold` is the loss to exceed, USD."""
    if event.kind == "default":
        month = outcome.default_month[event.issuer]
        return np.asarray((month > 0.0) & (month <= event.level))
    if event.kind == "joint":
        return np.asarray(_defaults(outcome) >= event.level)
    return np.asarray(lost(book, event, outcome) > threshold)


def severity(book: Book, event: RareEvent, outcome: Outcome) -> Floats:
    """float64[n], how near a path comes to the event: the larger, the nearer.

    A larger loss comes before a smaller one, more defaults before fewer, and among like paths the
    one with the lower price index.
    """
    lowness = -outcome.log_index[event.level - 1 if event.kind == "default" else -1]
    if event.kind == "joint":
        return np.asarray(_NEXT * _defaults(outcome) + lowness)
    has_defaulted = outcome.default_month[event.issuer] > 0.0
    defaults = _defaults(outcome) if event.issuer < 0 else has_defaulted
    return np.asarray(_NEXT * defaults + _NEXT**2 * lost(book, event, outcome) + lowness)


def lost(book: Book, event: RareEvent, outcome: Outcome) -> Floats:
    """float64[n], loss of the event's tranches, or of the portfolio, USD, not discounted."""
    if event.kind == "portfolio":
        shares = np.array([tranche.share for tranche in book.tranches])
        return np.asarray(np.einsum("j,jn->n", shares, outcome.loss))
    return np.asarray(outcome.loss[list(event.tranches)].sum(axis=0))


def _defaults(outcome: Outcome) -> Counts:
    """int64[n], issuers that default."""
    return np.asarray(np.count_nonzero(outcome.default_month > 0.0, axis=0))


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
    """The number and its bounds, cut to what it can be: weights are 1 on average alone."""
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
    debt = sum(book.tranches[j].principal for j in event.tranches)
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


def _place(book: Book, issuer: str) -> int:
    return [entry.id for entry in book.issuers].index(issuer)


def _only_held(book: Book) -> int:
    """Position of the one issuer whose debt the portfolio holds; −1 if there are several."""
    held = {tranche.issuer for tranche in book.tranches if tranche.share > 0.0}
    return held.pop() if len(held) == 1 else -1


def _tranches(book: Book, issuer: int) -> tuple[int, ...]:
    return tuple(j for j, tranche in enumerate(book.tranches) if tranche.issuer == issuer)
