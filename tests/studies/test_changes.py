"""What changes between runs on the same draws: when an interval is given, and what it holds."""

import math

import numpy as np
import pytest

from neocloud_mc.results.book import Floats
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.changes import UNSEEN, change, weighted
from neocloud_mc.studies.jackknife import BATCHES, Replicates
from neocloud_mc.studies.samples import Sampled

N = 3200


def sampled(draws: Floats, *, is_event: bool = False) -> Sampled:
    """The mean over paths, as a run gives it."""
    alone = draws.reshape(BATCHES, -1).mean(axis=1)
    value = float(alone.mean())
    without = (value * BATCHES - alone) / (BATCHES - 1)
    marks = np.packbits(draws > 0.0) if is_event else None
    shares = np.full(BATCHES, 1.0 / BATCHES)
    return Sampled(Estimate(value), Replicates(value, without, shares), len(draws), alone, marks)


def test_the_paired_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Default probabilities that share their draws, 1,000 worlds of 3,200 paths."""
    repeats, random = 1000, np.random.default_rng(1)
    for truth in (0.02, 0.0005):
        held = 0
        for _ in range(repeats):
            luck = random.random(N)
            before, after = (
                sampled((luck < pd).astype(np.float64), is_event=True) for pd in (0.3, 0.3 + truth)
            )
            found = change(before, after)
            assert found.low is not None and found.high is not None
            held += found.low <= truth <= found.high
        assert held / repeats > 0.95 - 3.0 * math.sqrt(0.95 * 0.05 / repeats)


def test_a_change_that_no_path_shows_is_bounded_not_nothing() -> None:
    event = sampled((np.arange(N) % 3 == 0).astype(np.float64), is_event=True)
    found = change(event, event)
    assert (found.low, found.value, found.high) == pytest.approx(
        (-(1.0 - 0.025 ** (1 / N)), 0.0, 1.0 - 0.025 ** (1 / N))
    )


def test_a_loss_that_no_path_changes_has_no_interval_but_a_reason() -> None:
    loss = sampled(np.random.default_rng(2).exponential(size=N))
    found = change(loss, loss)
    assert (found.value, found.low, found.high, found.note) == (0.0, None, None, UNSEEN)


def test_losses_that_few_batches_change_have_no_interval() -> None:
    before = np.zeros(N)
    for batches, has_interval in ((1, False), (9, False), (10, True), (32, True)):
        after = before.copy()
        after[: batches * 100 : 100] = 1.0
        found = change(sampled(before), sampled(after))
        assert (found.low is not None) == has_interval
        assert has_interval or (found.note or "").startswith(f"only {batches} of 32")


def test_a_loss_that_is_undefined_in_both_batches_carries_no_change() -> None:
    values = np.full(BATCHES, math.nan)
    values[0] = 0.4
    one = Sampled(
        Estimate(0.4), Replicates(0.4, np.full(BATCHES, 0.4), np.full(BATCHES, 1 / 32)), N, values
    )
    assert change(one, one).note == UNSEEN


@pytest.mark.parametrize("expected", [15.0, 40.0])
def test_intervals_of_losses_cover_where_they_are_given(expected: float) -> None:
    """Exponential losses on so many paths; of few skewed ones a t-interval is some points short."""
    random, held, given = np.random.default_rng(4), 0, 0
    zero = sampled(np.zeros(N))
    for _ in range(600):
        hit = random.random(N) < expected / N
        found = change(zero, sampled(np.where(hit, random.exponential(size=N), 0.0)))
        if found.low is not None and found.high is not None:
            given += 1
            held += found.low <= expected / N <= found.high
    assert given > 300
    assert held / given > (0.87 if expected < 20 else 0.90)


def test_a_weighted_sum_of_events_is_bounded_too() -> None:
    luck = np.random.default_rng(1).random(N)
    runs = [sampled((luck < p).astype(np.float64), is_event=True) for p in (0.2, 0.2, 0.3, 0.3)]
    nothing = weighted(runs, [-0.5, 0.5, -0.5, 0.5])
    assert nothing.value == 0.0 and nothing.low is not None and nothing.high is not None
    assert nothing.low < 0.0 < nothing.high < 4.0 / N
    half = weighted(runs, [-0.5, 0.0, 0.5, 0.0])
    assert half.low is not None and half.high is not None
    assert half.low < 0.05 < half.high and half.high - half.low < 0.012
