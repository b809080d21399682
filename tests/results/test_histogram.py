"""Bins are fine enough for what is read from them, and open at their ends."""

import numpy as np
import pytest

from neocloud_mc.results.histogram import (
    BINS_PER_LOG,
    LOSS_BINS,
    count_index,
    count_losses,
    index_quantile,
    loss_values,
)


def quantile(x: np.ndarray, share: float) -> float:
    counts = count_index(x[None, :])[0]
    return index_quantile(counts, x.min(), x.max(), share * len(x))


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_an_index_quantile_is_right_to_a_bin(share: float) -> None:
    x = np.random.default_rng(1).normal(-1.0, 0.5, 20_000)
    assert quantile(x, share) == pytest.approx(np.quantile(x, share), abs=1 / BINS_PER_LOG)


def test_a_certain_index_is_exact() -> None:
    assert quantile(np.full(100, -0.123456), 0.05) == -0.123456


@pytest.mark.parametrize("far", [-40.0, 30.0])
def test_an_index_beyond_the_bins_stays_within_what_was_seen(far: float) -> None:
    assert quantile(np.full(100, far), 0.5) == far


def test_every_path_has_a_bin_in_every_month() -> None:
    x = np.random.default_rng(1).normal(0.0, 20.0, (3, 500))
    assert (count_index(x).sum(axis=1) == 500).all()


def test_zero_losses_are_counted_apart() -> None:
    counts = count_losses(np.array([0.0, 0.0, 1e-9, 50.0, 100.0, 120.0]), 100.0)
    assert counts[[0, 1, LOSS_BINS // 2 + 1, LOSS_BINS + 1]].tolist() == [2, 1, 1, 2]


def test_losses_are_valued_to_half_a_bin_and_the_largest_exactly() -> None:
    losses = np.random.default_rng(1).uniform(0.0, 100.0, 1000)
    values = np.repeat(loss_values(100.0, losses.max()), count_losses(losses, 100.0))
    assert np.abs(values - np.sort(losses)).max() <= 50.0 / LOSS_BINS
    beyond = np.array([250.0])
    assert loss_values(100.0, 250.0)[count_losses(beyond, 100.0) == 1] == 250.0


def test_nothing_to_lose_is_no_error() -> None:
    assert count_losses(np.zeros(5), 0.0)[0] == 5
