"""Sums over paths are exact: the grouping of paths leaves no trace."""

from functools import reduce
from operator import add

import numpy as np
import pytest

from neocloud_mc.results.moments import Moments, moments


def sample(n: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    x = 1e9 * random.lognormal(size=(2, n))
    return 0.4 * x + 1e8 * random.random((2, n)), x


def in_chunks(of: tuple[np.ndarray, np.ndarray], size: int) -> list[Moments]:
    n = of[0].shape[1]
    return [moments(*(x[:, k : k + size] for x in of)) for k in range(0, n, size)]


def same(a: Moments, b: Moments) -> bool:
    sums = (a.total == b.total).all() and (a.product == b.product).all()
    return a.n == b.n and bool(sums)


def test_means_and_standard_errors_are_those_of_numpy() -> None:
    y, x = sample(1000)
    of = reduce(add, in_chunks((y, x), 128))
    for row in range(2):
        assert of.mean(row) == pytest.approx(y[row].mean(), rel=1e-14)
        error = x[row].std(ddof=1) / 1000**0.5
        assert of.standard_error(row, 1) == pytest.approx(error, rel=1e-12)


def test_a_ratio_has_the_error_of_the_delta_method() -> None:
    y, x = sample(1000)
    ratio, error = moments(y, x).ratio(1)
    assert ratio == pytest.approx(y[1].sum() / x[1].sum(), rel=1e-14)
    residual = (y[1] - ratio * x[1]).std(ddof=1) / x[1].mean() / 1000**0.5
    assert error == pytest.approx(residual, rel=1e-10)


def test_order_and_grouping_do_not_change_a_bit() -> None:
    chunks = in_chunks(sample(1000), 100)
    in_order = reduce(add, chunks)
    assert same(in_order, reduce(add, chunks[::-1]))
    assert same(in_order, reduce(add, chunks[:3]) + reduce(add, chunks[3:]))


def test_no_paths_change_nothing() -> None:
    chunk = moments(*sample(10))
    assert same(chunk, chunk + moments(np.zeros((2, 0)), np.zeros((2, 0))))


def test_a_small_spread_around_a_large_mean_survives() -> None:
    spread = np.random.default_rng(1).normal(size=(1, 4096))
    of = moments(1e14 + spread)
    seen = 1e14 + spread - 1e14
    assert of.standard_error(0) == pytest.approx(seen.std(ddof=1) / 64, rel=1e-4)


def test_a_certain_ratio_has_no_error() -> None:
    x = sample(1000)[1]
    ratio, error = moments(x, x).ratio(0)
    assert ratio == 1.0
    assert error == pytest.approx(0.0, abs=1e-9)
