"""Scores of probabilities p against outcomes y, 1 for a default.

    AUC         P(a defaulted firm had the higher p than a firm that did not), ties half
    Brier       Σ w (p − y)² / Σ w = reliability − resolution + uncertainty + rest
    log score   −Σ w (y ln p + (1 − y) ln(1 − p)) / Σ w

Over bands b of p (see `EDGES`), with p_b and y_b the means of a band of weight w_b and ȳ that of
all: reliability Σ w_b (p_b − y_b)², resolution Σ w_b (y_b − ȳ)², uncertainty ȳ (1 − ȳ), each over
Σ w. The rest is what bands of unequal p leave.

Intervals of a score over firms: from `FEWEST_EVENTS` defaults and survivors on the percentiles of
`RESAMPLES` bootstrap samples of firms. With fewer the bootstrap sees too little of what could have
been, and Hoeffding's inequality gives ends that hold for any number of firms: the half-width is
√(ln(2/0.05) / 2k) for the AUC, k the smaller of the numbers of defaults and survivors, and
√(½ ln(2/0.05) Σ b²) / n for a score Σ (a + b y) / n.

References
----------
Brier (1950), Mon. Weather Rev. 78. Murphy (1973), J. Appl. Meteorol. 12; Stephenson, Coelho,
Jolliffe (2008), Weather Forecast. 23 (the rest). Hoeffding (1963), J. Am. Stat. Assoc. 58, theorem
2 and section 5 (U-statistics of two samples). Efron, Tibshirani (1993), "An introduction to the
bootstrap", chapter 13.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from neocloud_mc.results.book import Floats
from neocloud_mc.results.intervals import FEWEST_EVENTS, Estimate
from neocloud_mc.studies.backtest.patterns import Flags, Patterns

EDGES: Final = (0.01, 0.03, 0.1, 0.3)
"""Between the bands of the calibration table; a PD on an edge is in the band above."""
LARGER_IS_BETTER: Final = frozenset({"auc", "resolution"})
RESAMPLES: Final = 2000
_MISSED: Final = 0.05
_FEW: Final = f"Hoeffding's inequality, for fewer than {FEWEST_EVENTS} defaults or survivors"


@dataclass(frozen=True)
class Score:
    """A score, and what it would be if the forecast were true.

    Parameters
    ----------
    found : over the firms, with its interval.
    expected : mean over the model's paths, with the range of 95% of them.
    at_least_as_bad : share of the paths with this score or a worse one; undefined where the score
        is, or where it says nothing of better and worse.
    """

    found: Estimate
    expected: Estimate
    at_least_as_bad: Estimate


def scores(pd: Floats, happened: Flags, weights: Floats | None = None) -> dict[str, Floats]:
    """Every score of many sets of outcomes.

    Parameters
    ----------
    pd : float64[firms], within (0, 1).
    happened : bool[sets, firms].
    weights : float64[sets, firms], how often each firm counts; default: once.

    Returns
    -------
    By name, float64[sets]; NaN where a score is undefined.
    """
    y: Floats = happened.astype(np.float64)
    w = np.ones_like(y) if weights is None else weights
    n = w.sum(axis=1)
    brier = (w * (pd - y) ** 2).sum(axis=1) / n
    logs = -(w * np.where(happened, np.log(pd), np.log1p(-pd))).sum(axis=1) / n
    parts = _parts(pd, y, w)
    rest = brier - parts["reliability"] + parts["resolution"] - parts["uncertainty"]
    return {"auc": _auc(pd, y, w), "brier": brier, **parts, "rest": rest, "log_score": logs}


def score_each(pd: Floats, happened: Flags, paths: Patterns, seed: int) -> dict[str, Score]:
    """The scores of what happened, beside those of the model's paths.

    Parameters
    ----------
    pd : float64[firms]; happened : bool[firms]; paths : of these firms.
    """
    p = bounded(pd, paths.n)
    found = {name: float(values[0]) for name, values in scores(p, happened[None, :]).items()}
    if_true, ends = scores(p, paths.happened), _intervals(p, happened, found, seed)
    return {
        name: Score(
            ends[name] if name in ends else _undefined(value),
            spread(if_true[name], paths),
            _at_least_as_bad(name, value, if_true[name], paths),
        )
        for name, value in found.items()
    }


def bounded(pd: Floats, n: int) -> Floats:
    """Probabilities that n paths can tell from 0 and 1."""
    return np.asarray(np.clip(pd, 0.5 / n, 1.0 - 0.5 / n))


def bands(pd: Floats) -> Floats:
    """float64[bands, firms], 1 where a firm is in a band."""
    place = np.searchsorted(EDGES, pd, side="right")
    inside: Floats = (np.arange(len(EDGES) + 1)[:, None] == place).astype(np.float64)
    return inside


def spread(values: Floats, paths: Patterns) -> Estimate:
    """Mean and the range of 95% of the paths of a number that each pattern has."""
    known = ~np.isnan(values)
    if not known.any():
        return Estimate(None, note="undefined on every path")
    order = np.argsort(values[known], kind="stable")
    at, mass = values[known][order], np.cumsum(paths.paths[known][order])
    low, high = (at[np.searchsorted(mass, q * mass[-1])] for q in (_MISSED / 2, 1 - _MISSED / 2))
    mean = math.fsum(values[known] * paths.paths[known]) / float(mass[-1])
    return Estimate(mean, float(low), float(high))


def no_ranking(pd: Floats, happened: Flags) -> float:
    """P(an AUC at least as large | p ranks at random), over all ways to choose the defaulted firms.

    Exact: the number of ways is counted by their sum of midranks.
    """
    twice = np.rint(2.0 * _midranks(pd)).astype(int)
    m, observed = int(happened.sum()), int(twice[happened].sum())
    ways = np.zeros((m + 1, int(np.sort(twice)[len(pd) - m :].sum()) + 1))
    ways[0, 0] = 1.0
    for rank in twice:
        ways[1:, rank:] += ways[:-1, : ways.shape[1] - rank].copy()
    return float(ways[m, observed:].sum() / ways[m].sum())


def _auc(pd: Floats, y: Floats, w: Floats) -> Floats:
    above = np.sign(pd[:, None] - pd[None, :]) * 0.5 + 0.5
    bad, good = w * y, w * (1.0 - y)
    pairs = bad.sum(axis=1) * good.sum(axis=1)
    won = ((bad @ above) * good).sum(axis=1)
    found: Floats = np.divide(won, pairs, out=np.full(len(y), np.nan), where=pairs > 0.0)
    return found


def _parts(pd: Floats, y: Floats, w: Floats) -> dict[str, Floats]:
    """Reliability, resolution and uncertainty."""
    inside = bands(pd).T
    n, mass = w.sum(axis=1), w @ inside
    share = np.maximum(mass, np.finfo(float).tiny)
    p_mean, y_mean = (w * pd) @ inside / share, (w * y) @ inside / share
    base = (w * y).sum(axis=1) / n
    return {
        "reliability": (mass * (p_mean - y_mean) ** 2).sum(axis=1) / n,
        "resolution": (mass * (y_mean - base[:, None]) ** 2).sum(axis=1) / n,
        "uncertainty": base * (1.0 - base),
    }


def _undefined(value: float) -> Estimate:
    """A score without an interval; none where there is no score."""
    if math.isnan(value):
        return Estimate(None, note="needs a default and a survivor")
    return Estimate(value)


def _at_least_as_bad(name: str, value: float, if_true: Floats, paths: Patterns) -> Estimate:
    if math.isnan(value) or name in ("uncertainty", "rest"):
        return Estimate(None)
    known = ~np.isnan(if_true)
    tie = 1e-12 * max(1.0, abs(value))
    worse = if_true <= value + tie if name in LARGER_IS_BETTER else if_true >= value - tie
    return Patterns(paths.happened[known], paths.paths[known]).share(worse[known])


def _intervals(
    pd: Floats, happened: Flags, found: dict[str, float], seed: int
) -> dict[str, Estimate]:
    """Of the scores that have one, and of the parts where there are firms enough."""
    n, m = len(pd), int(happened.sum())
    few = min(m, n - m)
    if few >= FEWEST_EVENTS:
        return _bootstrapped(pd, happened, found, seed)
    log = math.log(2.0 / _MISSED)
    widths = {
        "brier": math.sqrt(0.5 * log * float(((1.0 - 2.0 * pd) ** 2).sum())) / n,
        "log_score": math.sqrt(0.5 * log * float((np.log(pd / (1.0 - pd)) ** 2).sum())) / n,
    }
    if few > 0:
        widths["auc"] = math.sqrt(log / (2.0 * few))
    ends = {name: _ends(name, pd) for name in widths}
    return {
        name: Estimate(
            found[name],
            max(ends[name][0], found[name] - width),
            min(ends[name][1], found[name] + width),
            _FEW,
        )
        for name, width in widths.items()
    }


def _ends(name: str, pd: Floats) -> tuple[float, float]:
    """The best and the worst score that these probabilities can have."""
    if name == "auc":
        return 0.0, 1.0
    if_not, if_so = (pd**2, (1.0 - pd) ** 2) if name == "brier" else (-np.log1p(-pd), -np.log(pd))
    return float(np.minimum(if_not, if_so).mean()), float(np.maximum(if_not, if_so).mean())


def _bootstrapped(
    pd: Floats, happened: Flags, found: dict[str, float], seed: int
) -> dict[str, Estimate]:
    n = len(pd)
    uniforms = np.random.Generator(np.random.Philox(seed)).random((RESAMPLES, n))
    drawn = (uniforms * n).astype(int) + n * np.arange(RESAMPLES)[:, None]
    weights = np.bincount(drawn.ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n)
    again = scores(pd, np.broadcast_to(happened, (RESAMPLES, n)), weights.astype(np.float64))
    ends = {
        name: [float(np.nanquantile(values, q)) for q in (_MISSED / 2, 1.0 - _MISSED / 2)]
        for name, values in again.items()
        if not math.isnan(found[name])
    }
    return {name: Estimate(found[name], low, high) for name, (low, high) in ends.items()}


def _midranks(values: Floats) -> Floats:
    """Ranks from 1, ties at their mean."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2.0)[place]
