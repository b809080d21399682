"""Jackknife intervals: closed forms, batches of unlike size, what is undefined, and coverage."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from neocloud_mc.results.book import Floats
from neocloud_mc.results.tally import merge, tally
from neocloud_mc.studies.jackknife import BATCHES, Replicates, all_but_each, combine, student
from tests.results.samples import book, independent

EQUAL = [100] * 8
UNEQUAL = [40, 250, 100, 10, 400, 100, 60, 240]


def mean(draws: Floats, sizes: Sequence[int]) -> Replicates:
    """The mean of consecutive batches of these sizes."""
    sums, counts = [part.sum() for part in np.split(draws, np.cumsum(sizes)[:-1])], np.array(sizes)
    without = (draws.sum() - np.array(sums)) / (len(draws) - counts)
    return Replicates(float(draws.mean()), without, counts / len(draws))


def normals(n: int, seed: int = 1) -> Floats:
    return np.random.default_rng(seed).normal(3.0, 2.0, n)


def test_standard_error_of_a_mean_of_equal_batches_is_that_of_the_batch_means() -> None:
    draws = normals(sum(EQUAL))
    means = draws.reshape(len(EQUAL), -1).mean(axis=1)
    expected = means.std(ddof=1) / math.sqrt(len(EQUAL))
    assert mean(draws, EQUAL).standard_error == pytest.approx(expected, rel=1e-12)


def test_pseudo_values_of_a_mean_are_the_batch_means_whatever_their_sizes() -> None:
    """Then the variance is Σ (mean_g − mean)² / (h_g − 1) / G."""
    draws = normals(sum(UNEQUAL))
    means = [part.mean() for part in np.split(draws, np.cumsum(UNEQUAL)[:-1])]
    h = len(draws) / np.array(UNEQUAL)
    expected = math.sqrt(float(np.mean((means - draws.mean()) ** 2 / (h - 1.0))))
    assert mean(draws, UNEQUAL).standard_error == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("sizes", [EQUAL, UNEQUAL])
def test_variance_is_right_on_average(sizes: list[int]) -> None:
    n, repeats = sum(sizes), 2000
    found = [mean(normals(n, seed), sizes).standard_error ** 2 for seed in range(repeats)]
    tolerance = 4.5 * np.std(found) / math.sqrt(repeats)
    assert abs(np.mean(found) - 4.0 / n) < tolerance


def test_the_interval_is_students() -> None:
    found = mean(normals(sum(EQUAL)), EQUAL)
    estimate = found.estimate()
    half_width = stats.t.ppf(0.975, len(EQUAL) - 1) * found.standard_error
    assert estimate.low == pytest.approx(found.value - half_width, rel=1e-3)
    assert estimate.high == pytest.approx(found.value + half_width, rel=1e-3)


@pytest.mark.parametrize("degrees", [5, 7, 10, 15, 20, 31, 100, 1000])
def test_students_point_is_good_to_a_fifth_of_a_percent(degrees: int) -> None:
    assert student(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=2e-3)


def test_each_batch_is_left_out_once() -> None:
    of = book(2)
    batches = [tally(of, independent(of, 50 + 10 * seed, seed=seed)) for seed in range(5)]
    for gone, left in enumerate(all_but_each(batches)):
        others = [batch for place, batch in enumerate(batches) if place != gone]
        assert left.n == sum(batch.n for batch in others)
        expected = others[0]
        for other in others[1:]:
            expected = merge(expected, other)
        np.testing.assert_array_equal(left.defaults, expected.defaults)
        np.testing.assert_array_equal(left.tranche_loss.total, expected.tranche_loss.total)


def test_of_a_single_batch_nothing_is_left_and_there_is_no_interval() -> None:
    of = book(1)
    assert all_but_each([tally(of, independent(of, 50))]) == []
    alone = Replicates(0.3, np.array([]), np.array([1.0])).estimate()
    assert (alone.value, alone.low, alone.high) == (0.3, None, None) and alone.note


def test_two_batches_leave_each_other() -> None:
    of = book(1)
    one, other = (tally(of, independent(of, n)) for n in (50, 70))
    assert [left.n for left in all_but_each([one, other])] == [70, 50]


def test_an_undefined_number_has_no_value_and_an_undefined_replicate_no_interval() -> None:
    shares = np.full(8, 1 / 8)
    undefined = Replicates(math.nan, np.full(8, math.nan), shares).estimate()
    assert undefined.value is None and undefined.note
    thin = Replicates(0.5, np.array([math.nan, *[0.5] * 7]), shares).estimate()
    assert (thin.value, thin.low, thin.high) == (0.5, None, None) and thin.note


@pytest.mark.parametrize(("carrying", "has_interval"), [(4, False), (5, True)])
def test_a_difference_that_few_batches_carry_has_no_interval(
    carrying: int, has_interval: bool
) -> None:
    without = np.array([0.09] * carrying + [0.11] * (32 - carrying))
    without[carrying:] = 0.1
    found = Replicates(0.1, without, np.full(32, 1 / 32)).estimate()
    assert (found.low is not None) == has_interval
    assert has_interval or (found.note or "").startswith(f"only {carrying} of 32")


def test_a_constant_is_known_exactly() -> None:
    found = Replicates(0.25, np.full(32, 0.25), np.full(32, 1 / 32)).estimate()
    assert (found.value, found.low, found.high) == (0.25, 0.25, 0.25)


def test_a_ratio_has_the_error_of_the_delta_method() -> None:
    draws = normals(64_000).reshape(2, -1)
    y, x = 3.0 + draws[0] + draws[1], draws[1]
    sizes = [1000] * BATCHES
    found = combine(lambda a, b: a / b, mean(y, sizes), mean(x, sizes))
    ratio = y.mean() / x.mean()
    error = (y - ratio * x).std() / x.mean() / math.sqrt(len(x))
    assert found.value == pytest.approx(ratio)
    assert found.standard_error == pytest.approx(error, rel=4.5 / math.sqrt(2 * (BATCHES - 1)))
