"""Scores of forecasts: against libraries, brute force, and the coverage of their intervals."""

import math
from itertools import combinations

import numpy as np
import pytest
from riskvalidation.engines.low_default import most_prudent_pd
from riskvalidation.validation.calibration import pd_brier, pd_chi2_grades
from riskvalidation.validation.discrimination import auc_with_variance
from scipy import stats

from neocloud_mc.results.book import Floats
from neocloud_mc.studies.backtest.calibration import (
    chi_square_above,
    exact,
    hosmer_lemeshow,
    number,
    table,
    upper_bounds,
)
from neocloud_mc.studies.backtest.patterns import Flags, Patterns, counted, independent, patterns
from neocloud_mc.studies.backtest.scores import no_ranking, score_each, scores

PD = np.array([0.02, 0.02, 0.15, 0.15, 0.15, 0.4, 0.4, 0.4])
HAPPENED = np.array([0, 0, 0, 1, 0, 1, 0, 1], dtype=bool)


def one(pd: Floats, happened: Flags) -> dict[str, float]:
    return {name: float(values[0]) for name, values in scores(pd, happened[None, :]).items()}


def drawn(pd: Floats, n: int = 4000, seed: int = 1) -> Patterns:
    """Paths on which firms fall independently."""
    happened = np.random.default_rng(seed).random((len(pd), n)) < pd[:, None]
    return patterns(counted(happened), len(pd))


def test_the_auc_is_that_of_mann_and_whitney() -> None:
    found = one(PD, HAPPENED)["auc"]
    bad, good = PD[HAPPENED], PD[~HAPPENED]
    pairs = len(bad) * len(good)
    assert found == pytest.approx(stats.mannwhitneyu(bad, good).statistic / pairs, abs=1e-12)
    assert found == pytest.approx(auc_with_variance(PD.tolist(), HAPPENED.tolist())[0], abs=1e-12)


def test_the_parts_of_the_brier_score_are_those_of_murphy_where_bands_are_of_one_pd() -> None:
    found = one(PD, HAPPENED)
    bands = ["a", "a", "b", "b", "b", "c", "c", "c"]
    theirs = pd_brier(HAPPENED.astype(int).tolist(), PD.tolist(), groups=bands)
    assert found["brier"] == pytest.approx(theirs.metric, abs=1e-12)
    for part in ("reliability", "resolution", "uncertainty"):
        assert found[part] == pytest.approx(theirs.extras[part], abs=1e-12)
    assert found["rest"] == pytest.approx(0.0, abs=1e-15)


def test_the_parts_add_up_whatever_the_pds() -> None:
    pd = np.random.default_rng(2).random(40)
    found = one(pd, np.random.default_rng(3).random(40) < pd)
    parts = found["reliability"] - found["resolution"] + found["uncertainty"] + found["rest"]
    assert parts == pytest.approx(found["brier"], abs=1e-15)
    assert abs(found["rest"]) > 1e-6


def test_the_log_score_is_minus_the_mean_log_likelihood() -> None:
    expected = -np.mean(stats.bernoulli.logpmf(HAPPENED.astype(int), PD))
    assert one(PD, HAPPENED)["log_score"] == pytest.approx(expected, abs=1e-12)


def test_a_firm_of_weight_two_counts_as_two_firms() -> None:
    weights = np.array([[1.0, 2.0, 0.0, 1.0, 3.0, 1.0, 1.0, 2.0]])
    copies = weights[0].astype(int)
    weighted = scores(PD, HAPPENED[None, :], weights)
    repeated = one(np.repeat(PD, copies), np.repeat(HAPPENED, copies))
    for name, value in repeated.items():
        assert float(weighted[name][0]) == pytest.approx(value, abs=1e-12), name


def test_a_ranking_at_random_reaches_an_auc_as_often_as_all_choices_say() -> None:
    ranks = stats.rankdata(PD)
    reached = [sum(ranks[list(chosen)]) for chosen in combinations(range(8), 3)]
    share = np.mean([total >= ranks[HAPPENED].sum() for total in reached])
    assert no_ranking(PD, HAPPENED) == pytest.approx(float(share), abs=1e-12)
    pd = np.random.default_rng(4).random(25)
    happened = np.random.default_rng(5).random(25) < pd
    theirs = stats.mannwhitneyu(
        pd[happened], pd[~happened], alternative="greater", method="exact"
    ).pvalue
    assert no_ranking(pd, happened) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(("events", "n"), [(0, 11), (1, 11), (7, 11), (11, 11), (3, 4000)])
def test_a_share_has_the_interval_of_clopper_and_pearson(events: int, n: int) -> None:
    theirs = stats.binomtest(events, n).proportion_ci(0.95, "exact")
    found = exact(events, n)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_upper_bounds_are_those_of_pluto_and_tasche() -> None:
    happened = np.array([0] * 9 + [1] + [0] * 2, dtype=bool)
    pd = np.array([0.005] * 5 + [0.02] * 4 + [0.2] * 3)
    bands = table(pd, happened, drawn(pd))
    for level in ("75", "95"):
        theirs = most_prudent_pd([5, 4, 3], [0, 0, 1], int(level) / 100)["pd"]
        assert bands[0].upper[level] == pytest.approx(theirs[0], abs=1e-9)
        assert bands[1].upper[level] == pytest.approx(theirs[1], abs=1e-9)
    assert not bands[2].upper
    assert upper_bounds(np.zeros(11, dtype=bool))["95"] == pytest.approx(1 - 0.05 ** (1 / 11))


@pytest.mark.parametrize("degrees", range(1, 9))
def test_the_tail_of_chi_square_is_exact(degrees: int) -> None:
    for x in (0.1, 3.0, 12.0):
        assert chi_square_above(x, degrees) == pytest.approx(stats.chi2.sf(x, degrees), rel=1e-12)


def test_hosmer_and_lemeshow_need_ten_firms_in_every_band() -> None:
    pd = np.array([0.005] * 12 + [0.05] * 10 + [0.2] * 10)
    happened = np.random.default_rng(6).random(32) < pd
    found = hosmer_lemeshow(pd, happened, drawn(pd))
    k = [int(happened[part].sum()) for part in (slice(12), slice(12, 22), slice(22, 32))]
    theirs = pd_chi2_grades([12, 10, 10], k, [0.005, 0.05, 0.2])
    assert found is not None
    assert found.statistic == pytest.approx(theirs.statistic, rel=1e-12)
    assert found.p_value == pytest.approx(theirs.p_value, rel=1e-9)
    assert hosmer_lemeshow(pd[1:22], happened[1:22], drawn(pd[1:22])) is not None
    assert hosmer_lemeshow(pd[:21], happened[:21], drawn(pd[:21])) is None


def test_independent_firms_have_the_poisson_binomial_number_of_defaults() -> None:
    assert independent(np.full(6, 0.3)) == pytest.approx(stats.binom.pmf(range(7), 6, 0.3))
    theirs = stats.poisson_binom(PD.tolist()).pmf(np.arange(9))
    assert independent(PD) == pytest.approx(theirs, abs=1e-12)


def test_firms_that_fall_together_make_many_defaults_likelier_than_independent_ones() -> None:
    luck = np.random.default_rng(7).random(50_000)
    paths = patterns(counted(np.stack([luck < 0.1] * 3)), 3)
    found = number(np.full(3, 0.1), np.ones(3, dtype=bool), paths)
    error = math.sqrt(0.1 * 0.9 / 50_000)
    assert found.at_least.value == pytest.approx(0.1, abs=4.5 * error)
    assert found.independent[0] == pytest.approx(0.001)
    assert found.at_most.value == 1.0 and found.expected.high == 3.0


def test_patterns_count_every_path_whatever_the_chunks() -> None:
    happened = np.random.default_rng(8).random((11, 1000)) < 0.3
    whole = patterns(counted(happened), 11)
    parts = counted(happened[:, :300])
    parts.update(counted(happened[:, 300:]))
    split = patterns(parts, 11)
    assert whole.n == 1000
    assert (whole.happened == split.happened).all() and (whole.paths == split.paths).all()
    assert [pd.value for pd in whole.pds] == pytest.approx(happened.mean(axis=1))


def test_patterns_of_some_issuers_are_as_few_as_these_can_have() -> None:
    happened = np.random.default_rng(11).random((9, 2000)) < 0.4
    part = patterns(counted(happened), 9).of([7, 2])
    assert len(part.paths) == 4 and part.n == 2000
    for row, paths in zip(part.happened, part.paths, strict=True):
        assert paths == (happened[[7, 2]] == row[:, None]).all(axis=0).sum()


def test_a_score_stands_beside_what_it_would_be_if_the_forecast_were_true() -> None:
    paths = drawn(PD, n=20_000)
    found = score_each(PD, HAPPENED, paths, seed=1)
    expected = float((PD * (1 - PD)).mean())
    assert found["brier"].expected.value == pytest.approx(expected, abs=0.002)
    outcomes = np.random.default_rng(9).random((20_000, 8)) < PD
    worse = np.mean(((outcomes - PD) ** 2).mean(axis=1) >= one(PD, HAPPENED)["brier"] - 1e-12)
    error = math.sqrt(0.25 / 20_000)
    assert found["brier"].at_least_as_bad.value == pytest.approx(worse, abs=4.5 * 2**0.5 * error)


def test_without_a_default_the_auc_is_undefined_and_the_rest_is_not() -> None:
    found = score_each(PD, np.zeros(8, dtype=bool), drawn(PD), seed=1)
    assert found["auc"].found.value is None and found["auc"].at_least_as_bad.value is None
    assert found["brier"].found.value == pytest.approx(float((PD**2).mean()))
    assert found["brier"].found.low is not None and found["brier"].found.high is not None
    assert found["brier"].found.high > 0.1


@pytest.mark.parametrize(("n", "repeats", "least"), [(11, 600, 0.95), (60, 60, 0.93)])
def test_intervals_of_scores_hold_the_truth(n: int, repeats: int, least: float) -> None:
    """Few firms: at least 95%; many, drawn anew: the bootstrap's, within 3 standard errors."""
    random, held = np.random.default_rng(10), 0
    pd = np.linspace(0.05, 0.8, n)
    truth = float((pd * (1.0 - pd)).mean())
    for _ in range(repeats):
        own = pd if n < 20 else pd[random.integers(0, n, n)]
        happened = random.random(n) < own
        paths = Patterns(happened[None, :], np.array([1_000_000]))
        found = score_each(own, happened, paths, seed=1)["brier"].found
        assert found.low is not None and found.high is not None
        assert (found.note is None) == (10 <= happened.sum() <= n - 10)
        held += found.low <= truth <= found.high
    assert held / repeats >= least - (n > 20) * 3.0 * math.sqrt(0.95 * 0.05 / repeats)
