"""Bins follow the values: exact while they are few, fine wherever they lie, in any order."""

from fractions import Fraction
from functools import reduce

import numpy as np
import pytest

from neocloud_mc.results.histogram import MOST_BINS, Histogram, count, weigh

RANDOM = np.random.default_rng(1)
SAMPLES = {
    "lognormal": RANDOM.lognormal(0.0, 3.0, 20_000),
    "mostly nothing": np.where(RANDOM.random(20_000) < 0.03, RANDOM.lognormal(size=20_000), 0.0),
    "both signs": RANDOM.normal(-0.1, 0.5, 20_000),
    "far away": 1e9 + RANDOM.random(20_000),
    "a few values": RANDOM.choice([0.0, 1e6, 1e6 + 0.01, 7.5e11], 20_000),
    "every size": RANDOM.choice([-1.0, 1.0], 20_000) * 10.0 ** RANDOM.uniform(-300, 300, 20_000),
}
"""Of 20,000 values each: many times `MOST_BINS`."""


def columns(histogram: Histogram) -> list[list[float]]:
    return [np.asarray(column).ravel().tolist() for column in vars(histogram).values()]


def in_chunks(values: np.ndarray, size: int) -> list[Histogram]:
    return [count(values[first : first + size]) for first in range(0, len(values), size)]


@pytest.mark.parametrize("name", SAMPLES)
def test_order_and_grouping_do_not_change_a_bit(name: str) -> None:
    whole, parts = count(SAMPLES[name]), in_chunks(SAMPLES[name], 1500)
    for order in (parts, parts[::-1], [reduce(Histogram.__add__, parts[:5]), *parts[5:]]):
        assert columns(reduce(Histogram.__add__, order)) == columns(whole)
    assert columns(whole + count(np.empty(0))) == columns(whole)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_size_is_bounded_and_every_path_has_a_bin(name: str) -> None:
    found = count(SAMPLES[name])
    assert len(found.key) <= MOST_BINS
    assert found.mass.sum() == len(SAMPLES[name])
    assert (found.least[1:] > found.largest[:-1]).all()
    assert (found.least[0], found.largest[-1]) == (SAMPLES[name].min(), SAMPLES[name].max())


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("share", [0.001, 0.05, 0.5, 0.95, 0.999])
def test_a_quantile_is_the_sample_s(name: str, share: float) -> None:
    """To a thousandth, for bins are 0.4% wide; a power of two wide with values of every size."""
    values, found = np.sort(SAMPLES[name]), count(SAMPLES[name])
    rank = int(share * len(values))
    bound = 0.5 if name == "every size" else 1e-3
    assert found.at(rank) == pytest.approx(values[rank - 1], rel=bound)


@pytest.mark.parametrize("name", SAMPLES)
def test_quantiles_rise(name: str) -> None:
    found = count(SAMPLES[name])
    assert (np.diff([found.at(rank) for rank in range(1, 20_001, 37)]) >= 0.0).all()


def test_few_distinct_values_are_exact() -> None:
    values, found = np.sort(SAMPLES["a few values"]), count(SAMPLES["a few values"])
    assert len(found.key) == 4
    assert all(found.at(rank) == values[rank - 1] for rank in range(1, 20_001, 7))


@pytest.mark.parametrize("value", [0.1, 1.5e6, 7e-300, 1e300, -0.3])
@pytest.mark.parametrize("n", [1, 3, 7, 20_000])
def test_a_certain_value_is_exact(value: float, n: int) -> None:
    found = reduce(Histogram.__add__, [count(np.full(n, value))] * 3)
    assert found.at(1) == found.at(3 * n) == found.mean() == value


@pytest.mark.parametrize("name", SAMPLES)
def test_the_mean_has_no_rounding_but_the_last(name: str) -> None:
    exact = sum(map(Fraction, SAMPLES[name].tolist())) / len(SAMPLES[name])
    assert count(SAMPLES[name]).mean() == float(exact)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("size", [0.5, 20.0, 333.25, 6000.0, 20_000.0])
def test_the_top_is_that_of_the_sample(name: str, size: float) -> None:
    values = np.sort(SAMPLES[name])[::-1]
    whole = int(size)
    right = values[:whole].sum() + (size - whole) * values[min(whole, len(values) - 1)]
    taken, means = count(SAMPLES[name]).top(size)
    assert taken.sum() == pytest.approx(size)
    scale = np.abs(values[: whole + 1]).sum()
    assert float((taken * means).sum()) == pytest.approx(right, abs=2e-3 * scale)


@pytest.mark.parametrize("name", SAMPLES)
def test_weights_count_as_so_many_paths(name: str) -> None:
    values, weights = SAMPLES[name][:3000], RANDOM.integers(1, 4, 3000)
    plain = count(np.repeat(values, weights))
    halves = (weigh(values[part], weights[part] / 1.0) for part in np.split(np.arange(3000), 2))
    weighed = reduce(Histogram.__add__, halves)
    assert weighed.mass.sum() == weights.sum()
    for size in (10.0, 700.0):
        (a, b), (c, d) = plain.top(size), weighed.top(size)
        assert (a * b).sum() == pytest.approx((c * d).sum(), rel=2e-3)
        assert weighed.at(weights.sum() - size) == pytest.approx(
            plain.at(weights.sum() - size), rel=2e-2, abs=1e-9
        )


def test_no_values_are_no_error() -> None:
    assert len(count(np.empty(0)).key) == 0
