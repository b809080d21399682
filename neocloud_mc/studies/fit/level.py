"""A local level behind noisy quotes, by the Kalman filter.

Of quote q in month t, of type g:

    y_q = l_t + u_g,t + X_q β + ω ε_q
    l_t = l_{t−1} + σ √Δ Z_t,   l_0 = 0
    u_g,t = φ_g u_g,t−1 + s √Δ Z_g,t,   u_g,0 = 0   (only where there are several types)

with all ε and Z standard normal. β is without a prior (a variance of 100 in logs), so the
likelihood that is maximised over σ, ω and s is the restricted one, and β has the covariance of
generalised least squares at these. Standard errors of σ, ω and s come from the curvature of that
likelihood: its inverse is their covariance Σ. A month without a quote is bridged by the filter.

σ, ω and s are estimates, so a variance V(σ, ω, s) that follows from them is one as well. It is
known as well as one of ν = 2 V² / (g' Σ g) degrees of freedom is, g the gradient of V, and the
standard error is widened by as much as a 95% interval of Student's t with ν degrees is wider than
a normal one.

References
----------
Durbin, Koopman (2012), "Time series analysis by state space methods", chapters 2, 4 and 6. The
filter is that of statsmodels, one quote at a time. Satterthwaite (1946), Biometrics Bull. 2 (ν).
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neocloud_mc.errors import UsageError
from neocloud_mc.quantities import YEARS_PER_MONTH
from neocloud_mc.results.book import Floats
from neocloud_mc.results.intervals import Z
from neocloud_mc.studies.fit.quotes import Integers
from neocloud_mc.studies.jackknife import student

_DIFFUSE: Final = 100.0
_LOWEST, _HIGHEST = np.log(1e-3), np.log(5.0)
"""Ends between which standard deviations are looked for."""
_STARTS: Final = ((0.3, 0.05, 0.1), (0.1, 0.2, 0.3))
_STEP: Final = 0.05
"""Of differences, as a share of the parameter."""
_FEWEST_DEGREES: Final = 3.0
"""With fewer nothing is known of a variance."""


@dataclass(frozen=True)
class Parameter:
    """An estimate with its standard error; None where the data do not tell it from 0."""

    value: float
    error: float | None


@dataclass(frozen=True)
class Smoothed:
    """What the filter makes of the quotes.

    Parameters
    ----------
    volatility, noise : σ per √year, and ω.
    own : s per √year; None where there is one type.
    state : float64[months, 1 + types + coefficients], l, u and β given all quotes.
    covariance : float64[months, states, states], at the estimates of σ, ω and s.
    gradient : float64[told, months, states, states], its derivatives by those of them that are
        told from 0; uncertainty : float64[told, told], their covariance.
    residuals : float64[n].
    n_own : types with a factor of their own.
    """

    volatility: Parameter
    noise: Parameter
    own: Parameter | None
    state: Floats
    covariance: Floats
    gradient: Floats
    uncertainty: Floats
    residuals: Floats
    n_own: int

    @property
    def first_coefficient(self) -> int:
        """Place of the first β among the states."""
        return 1 + self.n_own

    def combined(self, month: int, weights: Floats) -> tuple[Floats, Floats]:
        """Sums of states of a month, and their covariance with standard errors that are widened.

        Parameters
        ----------
        weights : float64[sums, states].

        Returns
        -------
        float64[sums], float64[sums, sums].
        """
        at_estimates = weights @ self.covariance[month] @ weights.T
        variances = np.maximum(np.diag(at_estimates), 0.0)
        gradients = np.einsum("ks,gst,kt->kg", weights, self.gradient[:, month], weights)
        spreads = np.einsum("kg,gh,kh->k", gradients, self.uncertainty, gradients)
        wider = [_widened(v, s) for v, s in zip(variances.tolist(), spreads.tolist(), strict=True)]
        return weights @ self.state[month], at_estimates * np.outer(wider, wider)

    def of(self, month: int, weights: Floats) -> tuple[float, float]:
        """One sum of states of a month, and its standard error."""
        (value,), ((variance,),) = self.combined(month, weights[None, :])
        return float(value), max(float(variance), 0.0) ** 0.5


def _widened(variance: float, spread: float) -> float:
    """What widens the standard error of a number whose variance is itself known with `spread`."""
    if not spread > 0.0 or variance == 0.0:
        return 1.0
    return student(max(2.0 * variance**2 / spread, _FEWEST_DEGREES)) / Z


def library() -> Any:
    """The module with the filter.

    Raises
    ------
    UsageError : it is not installed.
    """
    if sys.modules.get("scipy", sys) is None:  # the command line spares numba its import
        del sys.modules["scipy"]
    try:
        from statsmodels.tsa.statespace import kalman_smoother
    except ImportError:
        raise UsageError("fit needs statsmodels: pip install 'neocloud-mc[fit]'") from None
    return kalman_smoother


def smooth(y: Floats, month: Integers, regressors: Floats, own: Integers, kept: Floats) -> Smoothed:
    """Fit the variances, then smooth.

    Parameters
    ----------
    y : float64[n]; month : int64[n], from 0; regressors : float64[n, k].
    own : int64[n], the type of each quote.
    kept : float64[types], φ_g; with fewer than two types there are no factors of their own.
    """
    model = _Model(y, month, regressors, own, kept if len(kept) > 1 else kept[:0])
    found = _maximised(model.likelihood, 3 if model.n_own else 2)
    told = _told(found)
    uncertainty = _uncertainty(model.likelihood, found, told)
    errors = dict(zip(told, np.sqrt(np.diag(uncertainty)).tolist(), strict=False))
    parameters = [Parameter(float(v), errors.get(i)) for i, v in enumerate(found)]
    state, covariance = map(np.ascontiguousarray, model.smoothed(found))
    gradient = [_slope(lambda x: model.smoothed(x)[1], found, i) for i in told[: len(uncertainty)]]
    return Smoothed(
        volatility=parameters[0],
        noise=parameters[1],
        own=parameters[2] if model.n_own else None,
        state=state,
        covariance=covariance,
        gradient=np.array(gradient).reshape(-1, *covariance.shape),
        uncertainty=uncertainty,
        residuals=y - np.einsum("nk,nk->n", model.rows, state[month]),
        n_own=model.n_own,
    )


class _Model:
    """The filter, to which σ, ω and s are given; arguments as of `smooth`."""

    def __init__(
        self, y: Floats, month: Integers, regressors: Floats, own: Integers, kept: Floats
    ) -> None:
        self.n_own = len(kept)
        self.rows = _rows(regressors, own, self.n_own)
        self._filter = _filter(y, month, self.rows, kept)

    def likelihood(self, deviations: Floats) -> float:
        """Its log."""
        self._set(deviations)
        return float(self._filter.loglike())

    def smoothed(self, deviations: Floats) -> tuple[Floats, Floats]:
        """States by month, and their covariances."""
        self._set(deviations)
        result = self._filter.smooth()
        return result.smoothed_state.T, np.moveaxis(result.smoothed_state_cov, 2, 0)

    def _set(self, deviations: Floats) -> None:
        monthly = deviations**2 * YEARS_PER_MONTH
        self._filter["state_cov"] = np.diag([monthly[0], *[monthly[-1]] * self.n_own])
        self._filter["obs_cov"] = np.eye(self._filter.k_endog) * deviations[1] ** 2


def _rows(regressors: Floats, own: Integers, n_own: int) -> Floats:
    """float64[n, states], what each quote sees of the states."""
    n = len(regressors)
    factors = np.zeros((n, n_own))
    if n_own:
        factors[np.arange(n), own] = 1.0
    return np.hstack([np.ones((n, 1)), factors, regressors])


def _filter(y: Floats, month: Integers, rows: Floats, kept: Floats) -> Any:
    """The filter with all but the variances."""
    n_months, n_states = int(month.max()) + 1, rows.shape[1]
    order = np.argsort(month, kind="stable")
    starts = np.searchsorted(month[order], np.arange(n_months))
    place = np.empty(len(y), dtype=np.int64)
    place[order] = np.arange(len(y)) - starts[month[order]]
    widest = int(place.max()) + 1
    endog = np.full((n_months, widest), np.nan)
    design = np.zeros((widest, n_states, n_months))
    endog[month, place] = y
    design[place, :, month] = rows
    moving = 1 + len(kept)
    found = library().KalmanSmoother(k_endog=widest, k_states=n_states, k_posdef=moving)
    found.bind(endog)
    found["design"] = design
    found["transition"] = np.diag(np.concatenate([[1.0], kept, np.ones(n_states - moving)]))
    found["selection"] = np.eye(n_states, moving)
    start = np.diag(np.concatenate([np.zeros(moving), np.full(n_states - moving, _DIFFUSE)]))
    found.initialize_known(np.zeros(n_states), start)
    found.filter_univariate = True
    return found


def _maximised(likelihood: Callable[[Floats], float], n: int) -> Floats:
    """The deviations of the largest likelihood, from two starts."""
    from scipy.optimize import minimize

    tries = [
        minimize(
            lambda logs: -likelihood(np.exp(logs)),
            np.log(start[:n]),
            method="L-BFGS-B",
            bounds=[(_LOWEST, _HIGHEST)] * n,
        )
        for start in _STARTS
    ]
    best = min(tries, key=lambda it: float(it.fun))
    return np.asarray(np.exp(best.x))


def _told(found: Floats) -> list[int]:
    """Places of the deviations that are not at the lower end."""
    return np.flatnonzero(np.log(found) > _LOWEST + 0.5).tolist()


def _uncertainty(likelihood: Callable[[Floats], float], found: Floats, told: list[int]) -> Floats:
    """Covariance of the deviations that are told, from second differences; 0 by 0: no curvature."""
    curvature = np.empty((len(told), len(told)))
    steps = np.diag(_STEP * found)
    for a, i in enumerate(told):
        for b, j in enumerate(told):
            ends = [
                likelihood(found + p * steps[i] + q * steps[j]) * p * q
                for p in (1.0, -1.0)
                for q in (1.0, -1.0)
            ]
            curvature[a, b] = -sum(ends) / (4.0 * steps[i, i] * steps[j, j])
    if not told or np.linalg.eigvalsh(curvature).min() <= 0.0:
        return np.empty((0, 0))
    return np.asarray(np.linalg.inv(curvature))


def _slope(function: Callable[[Floats], Floats], at: Floats, place: int) -> Floats:
    """Derivative by one of the deviations."""
    step = np.zeros(len(at))
    step[place] = _STEP * at[place]
    found: Floats = (function(at + step) - function(at - step)) / (2.0 * step[place])
    return found
