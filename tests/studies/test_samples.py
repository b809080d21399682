"""A few measures taken without the work of the others are the same numbers."""

import numpy as np

from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.measures import kind, measures
from neocloud_mc.results.tally import tally
from neocloud_mc.studies.jackknife import replicate
from neocloud_mc.studies.samples import sample
from tests.results.samples import book, independent


def test_a_sample_is_what_a_run_reports_and_what_it_replicates() -> None:
    of = book(2)
    batches = [tally(of, independent(of, 300, seed=seed)) for seed in range(6)]
    whole = replicate(of, batches)
    for name, found in sample(of, batches, list(whole)).items():
        np.testing.assert_equal(found.replicates.value, whole[name].value)
        np.testing.assert_array_equal(found.replicates.without, whole[name].without)
    total = tally(of, independent(of, 300, seed=9))
    alone = sample(of, [total], [m.path for m in measures(estimate(of, total))])
    assert {name: found.estimate for name, found in alone.items()} == {
        m.path: m.estimate for m in measures(estimate(of, total))
    }


def test_each_measure_alone_is_found() -> None:
    of = book(2)
    one = tally(of, independent(of, 300))
    for measure in measures(estimate(of, one)):
        (found,) = sample(of, [one], [measure.path]).values()
        assert found.estimate == measure.estimate


def test_every_measure_has_a_kind() -> None:
    of = book(2)
    found = {m.path: kind(m.path) for m in measures(estimate(of, tally(of, independent(of, 50))))}
    assert found["issuers.issuer_0.pd.12"] == found["joint.at_least.1"] == "share"
    assert found["issuers.issuer_0.causes.liquidity"] == found["issuers.issuer_0.lgd"] == "share"
    assert found["joint.pairs.issuer_0.issuer_1.conditional"] == "share"
    assert found["issuers.issuer_0.breach.lead_months"] == "months"
    assert found["issuers.issuer_0.tranches.senior.fair_spread"] == "rate"
    assert found["issuers.issuer_0.expected_loss_rate"] == "rate"
    assert found["issuers.issuer_0.expected_loss"] == found["portfolio.es.99.9"] == "usd"
    assert found["market.price_index.12.p50"] == "level"
