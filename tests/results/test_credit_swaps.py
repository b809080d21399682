"""Par spreads of credit default swaps."""

import math

import numpy as np
import pytest

from neocloud_mc.results.credit_swaps import par_spread
from neocloud_mc.results.histogram import Counts

LOSS = 0.6 * 360.0 / 365.0


def months_of(hazard: float, months: int, n: int) -> Counts:
    """Defaults of n paths month by month at a constant hazard, without chance."""
    alive = np.exp(-hazard * np.arange(months + 1) / 12.0)
    found: Counts = np.rint(-n * np.diff(alive)).astype(np.int64)
    return found


@pytest.mark.parametrize("hazard", [0.01, 0.2])
def test_a_constant_hazard_is_paid_by_the_credit_triangle(hazard: float) -> None:
    """The premium, paid half a month late on average, is h (1 - R) with months that are short."""
    discount = np.exp(-0.04 * np.arange(61) / 12.0)
    found = par_spread(months_of(hazard, 60, 10**9), 10**9, discount)
    exact = 12.0 * 2.0 * math.tanh(hazard / 24.0) * LOSS
    assert found.value == pytest.approx(exact, rel=1e-6)
    assert exact == pytest.approx(hazard * LOSS, rel=hazard / 100.0)


def test_it_is_the_formula_term_by_term() -> None:
    discount, pd = [1.0, 0.99, 0.97, 0.96], [0.0, 0.1, 0.1, 0.4]
    protection = sum(discount[t] * (pd[t] - pd[t - 1]) for t in (1, 2, 3))
    premium = sum(discount[t] / 12.0 * (1.0 - (pd[t] + pd[t - 1]) / 2.0) for t in (1, 2, 3))
    found = par_spread(np.array([100, 0, 300]), 1000, np.array(discount))
    assert found.value == pytest.approx(LOSS * protection / premium)


def test_its_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Of 2,000 samples 95% ± 3 standard errors."""
    truth = par_spread(months_of(0.05, 24, 10**9), 10**9, np.ones(25)).value
    random, inside = np.random.default_rng(5), 0
    probabilities = -np.diff(np.exp(-0.05 * np.arange(25) / 12.0))
    chances = np.append(probabilities, 1.0 - probabilities.sum())
    for _ in range(2000):
        counts = random.multinomial(1000, chances)
        found = par_spread(counts[:-1], 1000, np.ones(25))
        inside += (found.low or 0.0) <= (truth or 0.0) <= (found.high or 0.0)
    assert abs(inside / 2000 - 0.95) < 3 * math.sqrt(0.95 * 0.05 / 2000)


def test_few_defaults_give_no_interval_and_none_a_bound() -> None:
    discount = np.ones(13)
    none, few = (par_spread(np.array([k] + 11 * [0]), 1000, discount) for k in (0, 5))
    assert few.low is None and few.note == "fewer than 10 defaults"
    share = 0.003827
    assert none.value == none.low == 0.0
    assert none.high == pytest.approx(LOSS * share / (1.0 - share), rel=2e-3)
    assert par_spread(np.zeros(12, dtype=np.int64), 0, discount).note == "no paths"


def test_certain_default_in_the_first_month_is_a_number() -> None:
    found = par_spread(np.array([100, 0]), 100, np.ones(3))
    assert found.value == pytest.approx(24.0 * LOSS)
    assert found.low is not None and found.high is not None
    assert found.low < 24.0 * LOSS <= found.high + 1e-12
