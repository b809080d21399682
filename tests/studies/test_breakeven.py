"""Roots of measures on common draws: found, all of them, with an interval that covers."""

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest

from neocloud_mc.errors import UsageError
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario.variants.ladder import spread
from neocloud_mc.studies.breakeven.answer import Target, read_target
from neocloud_mc.studies.breakeven.search import MOST_MORE, SCANNED, Search
from neocloud_mc.studies.jackknife import BATCHES, Replicates
from neocloud_mc.studies.samples import Sampled
from tests.results.samples import book

PHI = NormalDist().cdf
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Outcome = Callable[[float, Floats], Floats]
"""What happens on each path at a value: float64[n]."""


def sampled(outcome: Outcome, draws: Floats, at: float) -> Sampled:
    """The mean over paths at a value, as a run gives it."""
    by_batch = outcome(at, draws).reshape(BATCHES, -1).mean(axis=1)
    value = float(by_batch.mean())
    without = (value * BATCHES - by_batch) / (BATCHES - 1)
    shares = np.full(BATCHES, 1.0 / BATCHES)
    known = None if math.isnan(value) else value
    return Sampled(Estimate(known), Replicates(value, without, shares))


def searched(
    outcome: Outcome,
    target: float,
    low: float,
    high: float,
    *,
    seed: int = 1,
    n: int = 20_000,
    is_whole: bool = False,
) -> Search:
    draws = np.random.default_rng(seed).standard_normal(n // BATCHES * BATCHES)
    scan = spread(low, high, SCANNED)
    search = Search(
        target, tuple(sorted(set(map(round, scan)))) if is_whole else scan, is_whole=is_whole
    )
    for at in search.wishes():
        search.tell(at, sampled(outcome, draws, at))
    return search


def probit(at: float, draws: Floats) -> Floats:
    return np.asarray(draws < at, dtype=np.float64)


@pytest.mark.parametrize(("target", "least"), [(0.5, 0.9), (0.1, 0.9), (0.01, 0.88)])
def test_the_interval_covers_the_true_root(target: float, least: float) -> None:
    truth = NormalDist().inv_cdf(target)
    hits = 0
    for seed in range(200):
        (root,) = searched(probit, target, -3.0, 2.0, seed=seed).roots()
        assert root.at.low is not None and root.at.high is not None
        hits += root.at.low <= truth <= root.at.high
    assert least <= hits / 200


def test_the_interval_is_as_wide_as_the_sampling_error() -> None:
    half_width = []
    for seed in range(50):
        (root,) = searched(probit, 0.5, -3.0, 2.0, seed=seed).roots()
        assert root.at.low is not None and root.at.high is not None
        half_width.append((root.at.high - root.at.low) / 2)
    error = 0.5 / math.sqrt(20_000) / NormalDist().pdf(0.0)
    assert np.mean(half_width) == pytest.approx(2.04 * error, rel=0.1)


def test_few_values_suffice() -> None:
    for target in (0.5, 0.1, 0.02):
        assert len(searched(probit, target, -3.0, 2.0).tried) <= SCANNED + 6


def test_a_falling_measure_has_its_root_too() -> None:
    (root,) = searched(lambda at, z: probit(-at, z), 0.3, -1.0, 2.0).roots()
    assert not root.is_rising
    assert root.at.value == pytest.approx(-NormalDist().inv_cdf(0.3), abs=0.04)


def test_all_crossings_are_found() -> None:
    def hill(at: float, draws: Floats) -> Floats:
        return probit(1.0 - at * at, draws)

    left, right = searched(hill, 0.5, -3.0, 3.2).roots()
    assert (left.is_rising, right.is_rising) == (True, False)
    assert left.at.value == pytest.approx(-1.0, abs=0.03)
    assert right.at.value == pytest.approx(1.0, abs=0.03)


def test_a_target_out_of_reach_has_no_root() -> None:
    search = searched(probit, 0.5, -3.0, -1.0)
    assert search.roots() == ()
    assert len(search.tried) == SCANNED


def test_a_jump_is_closed_in_upon_and_the_interval_holds_it() -> None:
    def jump(at: float, draws: Floats) -> Floats:
        return np.full_like(draws, float(at >= 0.123456))

    search = searched(jump, 0.5, 0.0, 1.0)
    (root,) = search.roots()
    assert root.at.low is not None and root.at.high is not None
    assert root.at.low <= 0.123456 <= root.at.high
    assert root.at.high - root.at.low <= 4e-4
    assert len(search.tried) < SCANNED + MOST_MORE


def test_a_whole_number_is_bracketed_by_its_neighbours() -> None:
    (root,) = searched(lambda at, z: probit(at / 10.0, z), 0.6, -30.0, 30.0, is_whole=True).roots()
    low, high = root.between
    assert high - low == 1.0
    assert low <= 10.0 * NormalDist().inv_cdf(0.6) <= high


def test_a_narrow_hill_between_the_values_of_the_scan_is_found_by_its_feet() -> None:
    def hill(at: float, draws: Floats) -> Floats:
        return probit(0.2 - 20.0 * (at - 0.28) ** 2, draws)

    left, right = searched(hill, 0.5, -3.0, 2.0).roots()
    assert left.at.value == pytest.approx(0.18, abs=0.01)
    assert right.at.value == pytest.approx(0.38, abs=0.01)


def test_an_interval_stays_within_what_was_searched() -> None:
    for seed in range(20):
        for root in searched(probit, 0.5, -0.004, 1.0, seed=seed, n=2000).roots():
            if root.at.low is not None and root.at.high is not None:
                assert -0.004 <= root.at.low <= root.at.high <= 1.0


def test_a_target_at_the_end_of_what_can_be_is_held_from_where_it_is_met() -> None:
    def jump(at: float, draws: Floats) -> Floats:
        return np.full_like(draws, float(at >= 0.3))

    for target, first, last in ((0.0, 0.0, 0.3), (1.0, 0.3, 1.0)):
        search = searched(jump, target, 0.0, 1.0)
        (root,), (span,) = search.roots(), search.held()
        assert root.at.value == pytest.approx(0.3, abs=1e-4)
        assert root.at.low is not None and root.at.high is not None
        assert root.at.low <= 0.3 <= root.at.high
        assert (span.first, span.last) == pytest.approx((first, last), abs=1e-4)


def test_a_target_that_is_met_everywhere_is_held_everywhere() -> None:
    search = searched(lambda at, z: np.ones_like(z), 1.0, 0.0, 1.0)
    assert search.roots() == () and search.held() == ((0.0, 1.0),)


def test_where_the_measure_is_undefined_there_is_no_crossing() -> None:
    def gap(at: float, draws: Floats) -> Floats:
        return np.full_like(draws, math.nan) if at < 0.5 else probit(at, draws)

    (root,) = searched(gap, PHI(1.2), -1.0, 3.0).roots()
    assert root.at.value == pytest.approx(1.2, abs=0.06)
    assert searched(lambda at, z: gap(0.0, z), 0.5, -1.0, 3.0).roots() == ()


def test_the_search_ends() -> None:
    def comb(at: float, draws: Floats) -> Floats:
        return np.full_like(draws, 0.5 + 0.5 * math.sin(1e6 * at))

    assert len(searched(comb, 0.5, 0.0, 1.0).tried) <= SCANNED + MOST_MORE


def test_a_target_is_a_measure_and_a_number() -> None:
    name = "issuers.issuer_0.tranches.senior.expected_loss_rate"
    assert read_target(book(2), "issuer_0.senior.expected_loss_rate = 0.01") == Target(name, 0.01)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("issuer_0.pd.24", "write it like 'acme.pd.60=0.5'"),
        ("issuer_0.pd.24=x", "'x' is not a number"),
        ("issuer_0.pd.24=inf", "'inf' is not a number"),
        ("issuer_0.pd.24=1.5", "a probability or a share lies between 0 and 1"),
        ("issuer_0.expected_loss=-1", "an amount in dollars is never below 0"),
        ("isuer_0.pd.24=0.5", "did you mean issuer_0.pd.24?"),
    ],
)
def test_an_impossible_target_is_one_line(text: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_target(book(2), text)
    assert why in str(caught.value) and len(caught.value.lines) == 1
