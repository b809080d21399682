"""Convergence: the error against a closed form falls as one over the square root of the paths.

K independent runs of each size give a mean square error e². Around its expectation σ²/N it is a
χ²_K variable over K; z is the normal deviate of Wilson and Hilferty. The fitted rate is the slope
of log e over log N.
"""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import simulate
from neocloud_mc.notation import counted
from neocloud_mc.results.estimates import estimate
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.merton import with_pd
from neocloud_mc.validation.record import Claim
from neocloud_mc.validation.sampling import Floats
from neocloud_mc.validation.worlds import INCOME, bullet, prices, spot_issuer, world

_PD, _DRIFT, _VOLATILITY = 0.2, -0.3, 1.5
_SMALLEST: Final = 1000


def claims(budget: Budget) -> Iterator[Claim]:
    """The mean square error of each size, and the fitted rate, of a PD and an expected loss."""
    debt = with_pd(_PD, INCOME, _DRIFT, _VOLATILITY)
    powers = range(round(math.log10(budget.longest / _SMALLEST)) + 1)
    sizes = [_SMALLEST * 10**power for power in powers]
    errors = _errors(budget, sizes, np.array([debt.pd, debt.expected_loss / INCOME]))
    variances = (debt.pd * (1.0 - debt.pd), debt.loss_variance / INCOME**2)
    for row, (name, spread) in enumerate(
        zip(("PD of 20%", "expected loss over income"), variances, strict=True)
    ):
        squares = (errors[row] ** 2).mean(axis=1)
        for size, square in zip(sizes, squares, strict=True):
            text = f"{name}: mean square error of {counted(size, 'path')}"
            yield _mean_square(text, spread / size, float(square), budget.replicates)
        yield _rate(f"{name}: fitted rate of the error", sizes, squares, budget.replicates)


def _errors(budget: Budget, sizes: list[int], truth: Floats) -> Floats:
    """Errors of the reported numbers: float64[numbers, sizes, replicates]."""
    debt = with_pd(_PD, INCOME, _DRIFT, _VOLATILITY)
    issuers = {"one": spot_issuer(bullet(debt.principal))}
    change = {"horizon_months": 1, "gpus": {"gpu": {"resale": 0.0}}, "issuers": issuers}
    scenario = world("convergence", prices(_DRIFT, _VOLATILITY), change)
    book = open_book(scenario)
    errors = np.empty((len(truth), len(sizes), budget.replicates))
    for column, size in enumerate(sizes):
        for number in range(budget.replicates):
            seed = budget.key(f"convergence {size} {number}")
            found = estimate(book, simulate(scenario, paths=size, seed=seed)).issuers["one"]
            values = (found.pd[1].value or 0.0, (found.expected_loss.value or 0.0) / INCOME)
            errors[:, column, number] = values - truth
    return errors


def _mean_square(text: str, expected: float, found: float, replicates: int) -> Claim:
    """A mean square error against σ²/N."""
    width = 2.0 / (9.0 * replicates)
    score = ((found / expected) ** (1.0 / 3.0) - (1.0 - width)) / math.sqrt(width)
    error = expected * math.sqrt(2.0 / replicates)
    return Claim(text, expected, found, error, score=score)


def _rate(text: str, sizes: list[int], squares: Floats, replicates: int) -> Claim:
    """Least squares of log e on log N; a log of a χ² mean has variance ψ'(K/2)."""
    x, y = np.log(np.array(sizes)), 0.5 * np.log(squares)
    centred = x - x.mean()
    slope = float(centred @ y / (centred @ centred))
    half = replicates / 2.0
    trigamma = 1.0 / half + 0.5 / half**2 + 1.0 / (6.0 * half**3)
    return Claim(text, -0.5, slope, 0.5 * math.sqrt(trigamma / float(centred @ centred)))
