"""How wide a default probability is because its inputs are not known.

The assumptions are drawn K times, and each draw is simulated on the same paths as the scenario's
own values. With d_k the default probability of draw k less that of the own values on these paths,
and PD that of the whole run, a draw stands for PD + d_k: what the draws' paths have in common with
those of the own values cancels.

What is left of sampling noise makes the d_k wider than the inputs do. Their variance is unbiased
for σ² + c/n, with n the paths; the grouped jackknife, which leaves batches of paths out, removes
the term in 1/n exactly, however the noise of the draws moves together:

    σ² = G V − Σ (1 − m_g / n) V_(g)

The d_k are drawn together to that variance about their mean before their quantiles are taken.
Standard errors of σ: of K draws, √((m₄ − V²) / K) / 2σ, and of the paths, by the jackknife.

References
----------
Sun, Apley, Staum (2011), "Efficient nested simulation for estimating the variance of a conditional
expectation", Oper. Res. 59.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from neocloud_mc.results.book import Floats
from neocloud_mc.results.intervals import Estimate, Z, quantile_of_sample
from neocloud_mc.results.replicates import Replicates
from neocloud_mc.results.sampled import Sample, Sampled

_LOW, _MEDIAN, _HIGH = 50, 500, 950
"""Per mille of the draws."""


@dataclass(frozen=True)
class Spread:
    """A default probability over the inputs.

    Parameters
    ----------
    own : at the scenario's own values, from the whole run; its interval is sampling error alone.
    median, low, high : quantiles 50%, 5% and 95% over the draws, with order-statistic intervals
        for the number of draws.
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
    pd: Mapping[str, Mapping[int, Spread]]


def spread(whole: Estimate, own: Sampled, drawn: Sequence[Sampled]) -> Spread:
    """Set what the inputs do beside what the paths do.

    Parameters
    ----------
    whole : at the own values, from the whole run.
    own, drawn : from the same, fewer paths; at least two draws.
    """
    changes = np.array([one.replicates.value - own.replicates.value for one in drawn])
    variance = _variance(own.replicates, drawn)
    inputs = _unbiased(variance)
    narrowed = math.sqrt(inputs / variance.value) if variance.value > 0.0 else 1.0
    centre = float(np.mean(changes))
    level = whole.value or 0.0
    values = np.sort(np.clip(level + centre + narrowed * (changes - centre), 0.0, 1.0))
    return Spread(
        own=whole,
        median=quantile_of_sample(values, _MEDIAN, "draws"),
        low=quantile_of_sample(values, _LOW, "draws"),
        high=quantile_of_sample(values, _HIGH, "draws"),
        deviation=_deviation(inputs, changes, variance),
    )


def spreads(
    whole: Mapping[str, Estimate], own: Sample, drawn: Sequence[Sample]
) -> Iterator[tuple[str, Spread]]:
    """The spread of every measure by its full name."""
    for name, estimate in whole.items():
        yield name, spread(estimate, own[name], [one[name] for one in drawn])


def _variance(own: Replicates, drawn: Sequence[Sampled]) -> Replicates:
    """Variance over the draws of what they change, from all paths and without each batch."""
    values = np.array([one.replicates.value - own.value for one in drawn])
    without = np.array([one.replicates.without - own.without for one in drawn])
    return Replicates(float(np.var(values, ddof=1)), np.var(without, axis=0, ddof=1), own.shares)


def _unbiased(variance: Replicates) -> float:
    """The variance that the inputs make: that of the draws without its bias by sampling noise."""
    rest = float(np.sum((1.0 - variance.shares) * variance.without))
    found = len(variance.shares) * variance.value - rest
    return min(max(found, 0.0), variance.value)


def _deviation(inputs: float, changes: Floats, variance: Replicates) -> Estimate:
    """Root of the inputs' variance, with the errors of draws and of paths."""
    if variance.value == 0.0:
        return Estimate(0.0, 0.0, 0.0)
    deviation = math.sqrt(inputs)
    if deviation == 0.0:
        return Estimate(0.0, note="no more than sampling noise")
    fourth = float(np.mean((changes - np.mean(changes)) ** 4))
    of_draws = max(0.0, fourth - variance.value**2) / len(changes)
    error = math.sqrt(of_draws + variance.standard_error**2) / (2.0 * deviation)
    return Estimate(deviation, max(0.0, deviation - Z * error), deviation + Z * error)
