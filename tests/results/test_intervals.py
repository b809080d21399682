"""Intervals cover the truth as often as they say, and are refused where they cannot."""

import os
import subprocess
import sys

import numpy as np
import pytest

from neocloud_mc.results.histogram import count
from neocloud_mc.results.intervals import (
    Estimate,
    Seen,
    around,
    expected_shortfall,
    mean_of_counts,
    proportion,
    value_at_risk,
)
from neocloud_mc.results.moments import moments

MOST = 100.0
"""More than any loss."""
SEEDS = 400


def covers(estimate: Estimate, truth: float) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high


def assert_coverage(hits: int, nominal: float = 0.95) -> None:
    """Within four standard deviations of the nominal coverage, and 1.5% for small samples."""
    tolerance = 4 * (nominal * (1 - nominal) / SEEDS) ** 0.5 + 0.015
    assert abs(hits / SEEDS - nominal) < tolerance


def losses(n: int, seed: int) -> np.ndarray:
    """Lognormal losses in 2 of 5 paths."""
    random = np.random.default_rng(seed)
    return np.where(random.random(n) < 0.4, random.lognormal(0.0, 0.7, n), 0.0)


def seen(events: int, n: int = 1000, most: float = 1.0) -> Seen:
    return Seen(n, events, "defaults", most)


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [(10, 100, 0.05523, 0.17437), (0, 100, 0.0, 0.03699), (5, 5, 0.56552, 1.0)],
)
def test_wilson_intervals_are_those_of_the_tables(
    events: int, n: int, low: float, high: float
) -> None:
    found = proportion(events, n)
    assert found.value == events / n
    assert found.low == pytest.approx(low, abs=1e-5)
    assert found.high == pytest.approx(high, abs=1e-5)


def test_a_probability_of_nothing_is_undefined() -> None:
    assert proportion(0, 0) == Estimate(None, note="no paths")


def test_wilson_covers() -> None:
    counts = np.random.default_rng(1).binomial(500, 0.02, SEEDS)
    assert_coverage(sum(covers(proportion(int(k), 500), 0.02) for k in counts))


def test_a_ratio_covers() -> None:
    hits = 0
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        claim = np.where(random.random((1, 1000)) < 0.2, random.lognormal(size=(1, 1000)), 0.0)
        ratio = moments(claim * random.beta(2, 3, claim.shape), claim).ratio(0)
        hits += covers(around(*ratio, seen(200)), 0.4)
    assert_coverage(hits)


@pytest.mark.parametrize("per_mille", [950, 990, 999])
def test_var_and_es_are_those_of_the_sample(per_mille: int) -> None:
    sample = losses(10_000, 1)
    tail = np.sort(sample)[-(10 * (1000 - per_mille)) :]
    threshold = np.quantile(sample, per_mille / 1000, method="inverted_cdf")
    var = value_at_risk(count(sample), per_mille)
    es = expected_shortfall(count(sample), per_mille, MOST)
    assert var.value == pytest.approx(threshold, rel=1e-3)
    assert es.value == pytest.approx(tail.mean(), rel=1e-5)


def test_var_and_es_cover() -> None:
    sample = np.sort(losses(4_000_000, 99))
    truth_var, truth_es = sample[int(0.95 * len(sample))], sample[int(0.95 * len(sample)) :].mean()
    var = es = 0
    for seed in range(SEEDS):
        found = count(losses(4000, seed))
        var += covers(value_at_risk(found, 950), truth_var)
        es += covers(expected_shortfall(found, 950, MOST), truth_es)
    assert_coverage(var)
    assert_coverage(es)


def test_levels_beyond_the_sample_have_no_interval() -> None:
    var = value_at_risk(count(losses(1000, 1)), 999)
    assert (var.low, var.high) == (None, None)
    assert var.note
    es = expected_shortfall(count(losses(1000, 1)), 999, MOST)
    assert (es.low, es.high) == (None, None)
    assert es.note


def test_too_few_events_have_no_interval() -> None:
    assert around(1.0, 0.1, seen(9)) == Estimate(1.0, note="fewer than 10 defaults")
    assert around(1.0, 0.1, seen(10)).low == pytest.approx(0.804004, abs=1e-6)


def test_intervals_stay_where_the_number_must_lie() -> None:
    assert around(0.9, 0.2, seen(99), highest=1.0).high == 1.0
    assert around(0.1, 0.2, seen(99)).low == 0.0


def test_what_was_not_seen_is_bounded_by_its_share() -> None:
    """Wilson's bound of 0 in 300 is 1.264%."""
    none = around(0.0, 0.0, seen(0, n=300, most=1e6))
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(12_643.0, abs=0.1)
    alike = around(4e5, 1e-12, seen(300, n=300, most=1e6))
    assert alike.low == pytest.approx(4e5 - 0.012643 * 4e5, abs=0.5)
    assert alike.high == pytest.approx(4e5 + 0.012643 * 6e5, abs=0.5)
    weighty = around(1.0, 0.0, Seen(300, 0, "recoveries", 1.0, weight=3.0), highest=1.0)
    assert weighty.low == pytest.approx(1.0 - 3 * 0.012643, abs=1e-5)
    assert weighty.high == 1.0
    assert around(0.0, 0.0, seen(0, n=9)).high is None


@pytest.mark.parametrize("share", [0.0005, 0.002, 0.998, 0.9995])
def test_a_mean_of_what_is_hardly_ever_seen_or_missed_is_covered(share: float) -> None:
    """300 paths lose 1 or nothing; of the samples that have an interval it fails in 1 of 30."""
    hits = given = 0
    for events in np.random.default_rng(2).binomial(300, share, SEEDS).tolist():
        error = (events * (300 - events) / 300**3) ** 0.5
        found = around(events / 300, error, seen(min(events, 300 - events) or events, n=300))
        if found.low is not None:
            given += 1
            hits += covers(found, share)
    assert given > SEEDS / 3
    assert hits >= 29 * given // 30


@pytest.mark.parametrize("per_mille", [950, 990, 999])
@pytest.mark.parametrize("spread", [0.0, 1e-9, 1.0, 1e6])
def test_a_shortfall_is_at_least_the_value_at_risk_and_the_mean(
    per_mille: int, spread: float
) -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        sample = np.maximum(0.0, 1e6 + spread * random.standard_t(2, 2000)) * 0.3
        es = expected_shortfall(count(sample), per_mille, MOST).value
        var = value_at_risk(count(sample), per_mille).value
        assert es is not None and var is not None
        assert es >= var
        assert es >= count(sample).mean()
        assert es <= sample.max()


def test_a_mean_of_counts_is_that_of_the_sample() -> None:
    sample = np.random.default_rng(1).integers(0, 20, 300)
    found = mean_of_counts(np.bincount(sample), "leads")
    error = sample.std(ddof=1) / 300**0.5
    assert found.value == pytest.approx(sample.mean())
    assert found.high == pytest.approx(sample.mean() + 1.959963984540054 * error)
    assert mean_of_counts(np.zeros(3, dtype=np.int64), "leads").value is None


def test_expected_shortfall_does_not_depend_on_the_threads_of_the_library() -> None:
    program = (
        "import numpy as np; from neocloud_mc.results.intervals import expected_shortfall;"
        "from neocloud_mc.results.histogram import count;"
        "losses = np.random.default_rng(1).lognormal(12, 3, 1_000_000);"
        "print(expected_shortfall(count(losses), 500, 1e9))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads},
            check=True,
            capture_output=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(told) == 1
