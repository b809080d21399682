"""Accuracy of the elementary functions against 60-digit arithmetic."""

import mpmath
import numpy as np
import pytest
from numpy.typing import NDArray

from neocloud_mc import jit
from neocloud_mc.elementary import EXP_LIMIT, SMALL, exp, expm1, log, log1p

ULPS = 2.5 * 2.0**-53


@jit.kernel
def _exps(x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    for i in range(len(x)):
        y[i] = exp(x[i])


@jit.kernel
def _logs(x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    for i in range(len(x)):
        y[i] = log(x[i])


@jit.kernel
def _differences(x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64]) -> None:
    for i in range(len(x)):
        y[i], z[i] = expm1(x[i]), log1p(x[i])


def _worst(x: NDArray[np.float64], y: NDArray[np.float64], truth: object) -> float:
    mpmath.mp.dps = 60
    worst = mpmath.mpf(0)
    for argument, value in zip(x, y, strict=True):
        exact = truth(mpmath.mpf(float(argument)))  # type: ignore[operator]
        error = abs(mpmath.mpf(float(value)) - exact)
        worst = max(worst, error / abs(exact) if exact else error)
    return float(worst)


@pytest.mark.parametrize("span", [1e-8, 1.0, 50.0, 599.0])
def test_exp_is_accurate_to_the_last_bits(span: float) -> None:
    x = np.random.default_rng(1).uniform(-span, span, 4000)
    y = np.empty_like(x)
    _exps(x, y)
    assert _worst(x, y, mpmath.exp) < ULPS


@pytest.mark.parametrize("span", [1e-3, 1.0, 36.0, 700.0])
def test_log_is_accurate_to_the_last_bits(span: float) -> None:
    x = np.exp(np.random.default_rng(2).uniform(-span, span, 4000))
    y = np.empty_like(x)
    _logs(x, y)
    assert _worst(x, y, mpmath.log) < 2 * ULPS


def test_exp_of_zero_and_log_of_one_are_exact() -> None:
    y = np.empty(1)
    _exps(np.zeros(1), y)
    assert y[0] == 1.0
    _logs(np.ones(1), y)
    assert y[0] == 0.0


def test_exp_stays_finite_and_positive_at_any_argument() -> None:
    x = np.array([-np.inf, -1e300, -EXP_LIMIT, EXP_LIMIT, 1e300, np.inf])
    y = np.empty_like(x)
    _exps(x, y)
    assert np.all(np.isfinite(y)) and np.all(y > 0.0)
    assert y[0] == y[2] and y[5] == y[3]


@pytest.mark.parametrize("span", [1e-300, 1e-15, 1e-9, SMALL, 0.5])
def test_differences_with_one_keep_their_digits(span: float) -> None:
    """Small ones to the last bits; beyond `SMALL` a difference with 1 costs at most ten bits."""
    x = np.random.default_rng(3).uniform(-span, span, 2000)
    y, z = np.empty_like(x), np.empty_like(x)
    _differences(x, y, z)
    bound = 3 * ULPS if span <= SMALL else 5e-13
    assert _worst(x, y, mpmath.expm1) < bound
    assert _worst(x, z, mpmath.log1p) < bound
