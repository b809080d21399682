"""Importance sampling: how far to tilt the market towards a rare event, and the tilted run.

Cross-entropy: paths nearest to the event, weighted back to the true market, say which mean shocks
and intensities lead there; the market is tilted that far, and again until the event is common.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import CHUNK_PATHS, chunks, live, over_chunks
from neocloud_mc.engine.tables import Tables, Tilt, tabulate
from neocloud_mc.mechanisms.market import UNTILTED_EVERY
from neocloud_mc.results.book import Book, Floats, Outcome
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.common_random_numbers import cut
from neocloud_mc.studies.importance_sampling.estimates import WeightedSums, add_up, weights
from neocloud_mc.studies.importance_sampling.rare_event import RareEvent, events, lost, severity
from neocloud_mc.studies.jackknife import BATCHES

UNTILTED_SHARE: Final = 1.0 / UNTILTED_EVERY
_PILOT_FIRST: Final = 2**40
"""Pilot paths are numbered from here, so that a run never meets a path that chose its tilt."""
_PILOT_PATHS: Final = 16 * CHUNK_PATHS
_STAGES: Final = 6
_MOST_PILOTS: Final = 4
_ELITE: Final = 256
"""Paths that say how to tilt; replayed one by one."""
_ENOUGH: Final = 32
"""Paths with the event from which alone one can learn."""
_MOVES: Final = 8
_FARTHEST: Final = 4.0
"""Largest shift of a normal."""
_PRIOR: Final = 2.0
_LEAST: Final = 0.7
_MOST: Final = 150.0
"""Bounds of the factor of an intensity."""


@dataclass(frozen=True)
class FittedTilt:
    """A tilt, and the portfolio loss that counts as the event (0 for other targets), USD."""

    tilt: Tilt
    threshold: float


@dataclass(frozen=True)
class _Pilot:
    """Pilot paths, [n] each: number, nearness to the event, loss, weight, whether it happened."""

    numbers: NDArray[np.int64]
    near: Floats
    lost: Floats
    weights: Floats
    happened: NDArray[np.bool_]


def fit_tilt(
    scenario: Scenario, event: RareEvent, *, seed: int, threads: int | None = None
) -> FittedTilt:
    """Find out how far to tilt the market towards an event."""
    book = open_book(scenario)
    found = FittedTilt(Tilt(), math.inf if event.beyond is None else event.beyond)
    for stage in range(_STAGES):
        pilot = _scan(scenario, book, event, found, stage, seed=seed, threads=threads)
        threshold = found.threshold
        if event.beyond is None:
            threshold = _upper_quantile(pilot.lost, pilot.weights, 1.0 - event.level / 1000)
            pilot = replace(pilot, happened=pilot.lost > threshold)
        elite = _elite(pilot)
        tilt = _fit(scenario, event, found.tilt, seed, pilot.numbers[elite], pilot.weights[elite])
        found = FittedTilt(tilt, threshold)
        if stage > 0 and np.count_nonzero(pilot.happened) >= _ELITE:
            break
    return found


def _scan(
    scenario: Scenario,
    book: Book,
    event: RareEvent,
    found: FittedTilt,
    stage: int,
    *,
    seed: int,
    threads: int | None,
) -> _Pilot:
    """Pilot paths of a stage, more of them while the event is too rare to learn from."""

    def work(outcome: Outcome) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
        return (
            severity(book, event, outcome),
            lost(book, event, outcome),
            weights(event, outcome, UNTILTED_SHARE),
            events(book, event, outcome, found.threshold),
        )

    pieces: list[tuple[Floats, Floats, Floats, NDArray[np.bool_]]] = []
    first = _PILOT_FIRST + stage * _MOST_PILOTS * _PILOT_PATHS
    for part in range(_MOST_PILOTS):
        start = first + part * _PILOT_PATHS
        numbers = [range(start, start + _PILOT_PATHS)]
        pieces += over_chunks(
            scenario, paths=numbers, seed=seed, threads=threads, work=work, tilt=found.tilt
        )
        if sum(np.count_nonzero(piece[-1]) for piece in pieces) >= _ENOUGH:
            break
    near, loss, weight, happened = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return _Pilot(first + np.arange(len(near)), near, loss, weight, happened)


def simulate_tilted(
    scenario: Scenario,
    event: RareEvent,
    fitted: FittedTilt,
    *,
    paths: int,
    seed: int,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[WeightedSums]:
    """Weighted sums of disjoint batches of a tilted market, the same for any threads."""
    book = open_book(scenario)

    def work(outcome: Outcome) -> list[WeightedSums]:
        return [
            add_up(book, event, part, UNTILTED_SHARE, fitted.threshold)
            for part in cut(outcome, cuts)
        ]

    cuts = math.ceil(BATCHES / math.ceil(paths / CHUNK_PATHS))
    batches: list[WeightedSums] = []
    pieces = over_chunks(
        scenario, paths=paths, seed=seed, threads=threads, work=work, tilt=fitted.tilt
    )
    for place, (chunk, found) in enumerate(zip(chunks(paths), pieces, strict=True)):
        for part, sums in enumerate(found, start=place * cuts):
            if part < BATCHES:
                batches.append(sums)
            else:
                batches[part % BATCHES] += sums
        if progress is not None:
            progress(chunk.stop)
    return batches


def _upper_quantile(values: Floats, weights: Floats, share: float) -> float:
    """What a share of the weight exceeds; at least the smallest positive value."""
    order = np.argsort(values)[::-1]
    at = int(np.searchsorted(np.cumsum(weights[order]), share * len(values)))
    positive = values[values > 0.0]
    least = float(positive.min()) if len(positive) else math.inf
    return max(float(values[order[min(at, len(order) - 1)]]), least)


def _elite(pilot: _Pilot) -> NDArray[np.int64]:
    """Positions of the paths to learn from: some of those with the event, or the nearest to it."""
    with_event = np.flatnonzero(pilot.happened)
    if len(with_event) >= _ENOUGH:
        return with_event[:_ELITE]
    return np.argsort(pilot.near)[-_ELITE:]


def _fit(
    scenario: Scenario,
    event: RareEvent,
    tilt: Tilt,
    seed: int,
    numbers: NDArray[np.int64],
    weight: Floats,
) -> Tilt:
    """The tilt under which the given paths, each as often as its weight, are likeliest."""
    tables = tabulate(scenario, seed, tilt=tilt)
    shares = weight * (weight.sum() / np.sum(weight**2))
    moves = sum(
        w * _moves(tables, event, int(number)) for number, w in zip(numbers, shares, strict=True)
    )
    months, price, funding, shortage, left_shortage, glut, left_glut, launches = moves[:_MOVES]
    failures, borne = np.split(moves[_MOVES:], 2)
    stay, launch = scenario.market.regime.mean_years, scenario.market.price.launch
    return Tilt(
        price=_shift(price, months),
        funding=_shift(funding, months),
        leave_shortage=_factor(left_shortage, shortage / (12.0 * stay.shortage)),
        leave_glut=_factor(left_glut, glut / (12.0 * stay.glut)),
        launch=_factor(launches, months * launch.per_year / 12.0),
        customers={
            name: _factor(failed, hazard)
            for name, failed, hazard in zip(scenario.customers, failures, borne, strict=True)
        },
    )


def _moves(tables: Tables, event: RareEvent, number: int) -> Floats:
    """What happened on one path until all was decided; mutates the tables.

    Returns
    -------
    float64[8 + 2 customers] : months, sums of the price's and the climate's normals, months that
        began in a shortage, of these left, months that began in a glut, of these left, launches;
        whether each customer failed; the hazard that each bore. What is prescribed did not happen.
    """
    market, customers = tables.market[0], tables.customers
    market.first_path = number
    live(0, tables)
    moves = np.zeros(_MOVES)
    last = event.level if event.kind == "default" else tables.months
    for t in range(1, last + 1):
        live(t, tables)
        left, was_glut = market.left[0], (market.glut[0] > 0.0) != (market.left[0] > 0.0)
        regime = (0.0, 0.0, 1.0, left) if was_glut else (1.0, left, 0.0, 0.0)
        regime = regime if np.isnan(market.fixed_glut) else (0.0,) * 4
        arrival = market.arrival[0] if np.isnan(market.fixed_index) else 0.0
        shocks = (market.price_shock[0], market.funding_shock[0])
        moves += (1.0, *shocks, *regime, arrival)
        if event.issuer >= 0 and tables.issuers[event.issuer].default_month[0] > 0.0:
            break
    borne = np.minimum(customers.hazard[:, 0], customers.threshold[:, 0])
    return np.concatenate([moves, customers.failed[:, 0], borne])


def _shift(total: float, months: float) -> float:
    """Mean of a normal over the months, within bounds."""
    return max(-_FARTHEST, min(_FARTHEST, total / months)) if months > 0.0 else 0.0


def _factor(events: float, borne: float) -> float:
    """Factor of an intensity that makes so many events where `borne` were expected.

    `_PRIOR` events are added to both, and it is hardly ever below 1: a cause of the event that the
    few paths did not show would else come back with a huge weight.
    """
    return max(_LEAST, min(_MOST, (events + _PRIOR) / (borne + _PRIOR)))
