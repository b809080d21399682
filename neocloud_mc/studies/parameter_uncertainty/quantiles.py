"""How wide a default probability is because its inputs are not known.

The assumptions are drawn K times, and each draw is simulated on the same paths as the scenario's
own values. With p_k the share of these n paths on which draw k defaults, p_0 that of the own
values, and PD_0 that of the whole run, a draw stands for

    v_k = p_k + β_k (PD_0 − p_0),      β_k = Cov(default_k, default_0) / Var(default_0),

the regression of the one on the other over the paths: what the paths of a draw have in common with
those of the own values is corrected by what the whole run knows, and no more than that. A draw that
no path can make default stays at 0; inputs with two values give two.

**Quantiles.** What draws have of sampling noise of their own spreads them, by order 1 / n while it
is small beside the inputs. With Q_n the quantile of all paths, and Q_{n/2} the mean of those of
halves of the paths, 62 halves of 32 batches that balance each other, the quantile is

    Q = Q_n − d,      d = Q_{n/2} − Q_n.

Its interval adds up four errors that do not depend on each other, squared: of K draws, the order
statistics; of the paths, the grouped jackknife, or where fewer than ten paths of the draw at the
quantile default (or live), the exact ends of Clopper and Pearson; of PD_0, by its own interval;
and of the extrapolation, √2 d, since where noise outweighs the inputs the bias falls by n^−½ alone.

**Deviation.** The variance of the v_k is unbiased for σ² + c/n; the grouped jackknife removes the
term in 1/n exactly:

    σ² = G V − Σ (1 − m_g / n) V_(g)

Standard errors of σ: of K draws, √((m₄ − V²) / K) / 2σ, and of the paths, by the jackknife.

*Not told.* A draw's own value is known no better than its n paths allow; the spread says nothing of
inputs without a range, or of inputs that move together.

References
----------
Sun, Apley, Staum (2011), "Efficient nested simulation for estimating the variance of a conditional
expectation", Oper. Res. 59. Gordy, Juneja (2010), "Nested simulation in portfolio risk
measurement", Manag. Sci. 56 (bias of quantiles, and halves that remove it).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.results.book import Floats
from neocloud_mc.results.intervals import FEWEST_EVENTS, Estimate, Z, ranks
from neocloud_mc.studies.jackknife import BATCHES, Replicates
from neocloud_mc.studies.paired import Marks, half_widths_of_share

_LOW, _MEDIAN, _HIGH = 50, 500, 950
"""Per mille of the draws."""
Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class UncertainPd:
    """A default probability over the inputs.

    Parameters
    ----------
    own : at the scenario's own values, from the whole run; its interval is sampling error alone.
    median, low, high : quantiles 50%, 5% and 95% over the inputs; intervals hold the errors of
        draws and of paths.
    deviation : standard deviation over the inputs, without sampling noise.
    """

    own: Estimate
    median: Estimate
    low: Estimate
    high: Estimate
    deviation: Estimate


@dataclass(frozen=True)
class Uncertainty:
    """Default probabilities over the inputs.

    Parameters
    ----------
    draws : of the assumptions; `paths` of each.
    n_drivers, n_figures : drawn; `n_fixed` figures without a range or with a source are not.
    n_redrawn : draws made again because they were no valid scenario.
    pd : by issuer and month.
    """

    draws: int
    paths: int
    n_drivers: int
    n_figures: int
    n_fixed: int
    n_redrawn: int
    pd: Mapping[str, Mapping[int, UncertainPd]]


@dataclass(frozen=True)
class Draws:
    """Defaults on common paths, by batch of paths.

    Parameters
    ----------
    sizes : int64[batches], paths.
    own : int64[batches], paths on which the own values default.
    drawn, both : int64[draws, batches], on which each draw does, and on which both do.
    """

    sizes: Counts
    own: Counts
    drawn: Counts
    both: Counts

    def values(self, whole: float, batches: Floats) -> Floats:
        """What each draw stands for, on some of the batches: float64[draws, selections].

        Parameters
        ----------
        whole : default probability of the own values.
        batches : float64[batches, selections], 1 where a batch is in.
        """
        n, own = self.sizes @ batches, self.own @ batches
        drawn, both = self.drawn @ batches, self.both @ batches
        variance = own * (n - own)
        slope = (n * both - drawn * own) / np.where(variance > 0.0, variance, 1.0)
        found = drawn / n + np.where(variance > 0.0, slope, 0.0) * (whole - own / n)
        found = np.where((drawn == own) & (both == own) & (own > 0), whole, found)
        return np.clip(found, 0.0, 1.0)


def count(own: Marks, drawn: Sequence[Marks], n: int) -> Draws:
    """Count defaults by batch of consecutive paths.

    Parameters
    ----------
    own, drawn : marks of the n paths on which there is a default.
    """
    edges = np.unique(np.linspace(0, n, BATCHES + 1).astype(np.int64))

    def by_batch(marks: Marks) -> Counts:
        bits = np.unpackbits(marks, count=n).astype(np.int64)
        return np.add.reduceat(bits, edges[:-1])

    return Draws(
        np.diff(edges),
        by_batch(own),
        np.array([by_batch(one) for one in drawn]),
        np.array([by_batch(one & own) for one in drawn]),
    )


def uncertain_pd(whole: Estimate, draws: Draws) -> UncertainPd:
    """Set what the inputs do beside what the paths do.

    Parameters
    ----------
    whole : at the own values, from the whole run.
    draws : of the own values and at least two draws.
    """
    return UncertainPd(
        own=whole,
        median=_quantile(whole, draws, _MEDIAN),
        low=_quantile(whole, draws, _LOW),
        high=_quantile(whole, draws, _HIGH),
        deviation=_deviation(whole, draws),
    )


def _quantile(whole: Estimate, draws: Draws, per_mille: int) -> Estimate:
    """A quantile over the inputs; see the module."""
    level = _number(whole)
    n_batches, n_draws = len(draws.sizes), len(draws.drawn)
    rank = -(-n_draws * per_mille // 1000)
    every = np.ones((n_batches, 1))
    values = draws.values(level, every)[:, 0]
    order = np.argsort(values, kind="stable")
    raw = float(values[order[rank - 1]])
    drift = float(np.mean(_ranked(draws.values(level, balanced_halves(n_batches)), rank))) - raw
    value = min(max(raw - drift, 0.0), 1.0)
    bounds = ranks(n_draws, per_mille)
    if bounds is None:
        return Estimate(value, note="too few draws beyond this quantile")
    first, last = (float(values[order[place - 1]]) for place in bounds)
    ends = [whole.low, whole.high]
    at_ends = [
        raw if end is None else float(_ranked(draws.values(end, every), rank)[0]) for end in ends
    ]
    below, above = _half_widths_of_paths(
        level, draws, rank, int(draws.drawn[order[rank - 1]].sum())
    )
    bias = math.sqrt(2.0) * drift
    low = math.hypot(raw - first, raw - at_ends[0], below, bias)
    high = math.hypot(last - raw, at_ends[1] - raw, above, bias)
    return Estimate(value, max(value - low, 0.0), min(value + high, 1.0))


def _half_widths_of_paths(
    level: float, draws: Draws, rank: int, events: int
) -> tuple[float, float]:
    """How far the noise of the paths reaches; `events` defaults of the draw at the quantile."""
    n = int(draws.sizes.sum())
    if min(events, n - events) < FEWEST_EVENTS:
        return half_widths_of_share(events, n)
    without = 1.0 - np.eye(len(draws.sizes))
    found = Replicates(
        float(_ranked(draws.values(level, np.ones((len(without), 1))), rank)[0]),
        _ranked(draws.values(level, without), rank),
        draws.sizes / n,
    )
    half_width = Z * found.standard_error
    return half_width, half_width


def _ranked(values: Floats, rank: int) -> Floats:
    """The draw of that rank in every column."""
    found: Floats = np.sort(values, axis=0)[rank - 1]
    return found


def balanced_halves(n_batches: int) -> Floats:
    """float64[batches, halves], 1 where a batch is in: rows of a Hadamard matrix, and the rest."""
    numbers = np.arange(n_batches)
    rows = [np.bitwise_count(numbers & row) % 2 for row in range(1, max(n_batches, 2))]
    halves = [half for row in rows for half in (row, 1 - row) if half.any()]
    return np.array(halves, dtype=np.float64).T


def _deviation(whole: Estimate, draws: Draws) -> Estimate:
    """Standard deviation over the inputs, with the errors of draws and of paths."""
    level, n_batches = _number(whole), len(draws.sizes)
    values = draws.values(level, np.ones((n_batches, 1)))[:, 0]
    if values.min() == values.max():
        return Estimate(0.0, note="no path tells the draws apart")
    without = draws.values(level, 1.0 - np.eye(n_batches))
    variance = Replicates(
        float(np.var(values, ddof=1)),
        np.var(without, axis=0, ddof=1),
        draws.sizes / draws.sizes.sum(),
    )
    deviation = math.sqrt(_unbiased(variance))
    if deviation == 0.0:
        return Estimate(0.0, note="no more than sampling noise")
    fourth = float(np.mean((values - np.mean(values)) ** 4))
    of_draws = max(0.0, fourth - variance.value**2) / len(values)
    error = math.sqrt(of_draws + variance.standard_error**2) / (2.0 * deviation)
    return Estimate(deviation, max(0.0, deviation - Z * error), deviation + Z * error)


def _unbiased(variance: Replicates) -> float:
    """The variance that the inputs make: that of the draws without its bias by sampling noise."""
    rest = float(np.sum((1.0 - variance.shares) * variance.without))
    found = len(variance.shares) * variance.value - rest
    return min(max(found, 0.0), variance.value)


def _number(whole: Estimate) -> float:
    return whole.value or 0.0
