"""The numbers of a run: hand examples, definitions, and what is undefined."""

import math
from dataclasses import replace

import numpy as np
import pytest

from neocloud_mc.results.book import Book, Outcome, horizons
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.figures import Estimates
from neocloud_mc.results.ratings import default_rates
from neocloud_mc.results.tally import nothing, tally
from tests.results.samples import MONTHS, book, independent, quiet, with_losses

BOOK = book(2)


def estimates_of(outcome: Outcome, of: Book = BOOK) -> Estimates:
    return estimate(of, tally(of, outcome))


def test_horizons_are_whole_years_and_the_last_month() -> None:
    assert horizons(60) == (12, 24, 36, 48, 60)
    assert horizons(30) == (12, 24, 30)
    assert horizons(6) == (6,)


def test_fair_spread_pays_for_the_loss() -> None:
    """20 of 100 paths lose 60 in month 12; on each path 1 dollar-year of balance at most."""
    losses = np.where(np.arange(100) < 20, 60.0, 0.0)
    outcome = with_losses(BOOK, losses)
    outcome = replace(outcome, discounted_balance=np.where(outcome.loss > 0, 0.5, 1.0))
    senior = estimates_of(outcome).issuers["issuer_0"].tranches["senior"]
    discount = math.exp(-0.04)
    assert senior.fair_spread.value == pytest.approx(20 * 60 * discount / (20 * 0.5 + 80))
    assert senior.expected_loss.value == pytest.approx(12 * discount)
    assert senior.expected_loss_rate.value == pytest.approx(12 * discount / 1e9)
    assert senior.lgd.value == 1.0


def test_the_fair_spread_of_an_issuer_is_that_of_all_its_tranches_together() -> None:
    outcome = independent(BOOK, 1000)
    issuer = estimates_of(outcome).issuers["issuer_0"]
    loss = np.exp(-0.04 * outcome.default_month[0] / 12) * outcome.loss[:2].sum(axis=0)
    balance = outcome.discounted_balance[:2].sum(axis=0)
    assert issuer.fair_spread.value == pytest.approx(loss.mean() / balance.mean())
    residual = loss - loss.mean() / balance.mean() * balance
    half_width = 1.96 * residual.std(ddof=1) / 1000**0.5 / balance.mean()
    assert issuer.fair_spread.high == pytest.approx(issuer.fair_spread.value + half_width, rel=1e-3)


def test_exposure_at_default_is_the_mean_claim_of_the_defaults() -> None:
    """An issuer's over all its defaults, a tranche's over those with a claim on it."""
    outcome = independent(BOOK, 2000)
    random = np.random.default_rng(2)
    claim = outcome.claim * random.random(outcome.claim.shape)
    claim[0] *= random.random(2000) < 0.5
    outcome = replace(outcome, claim=claim, loss=np.minimum(claim, outcome.loss))
    issuer = estimates_of(outcome).issuers["issuer_0"]
    claims, senior = claim[:2].sum(axis=0)[outcome.default_month[0] > 0], claim[0][claim[0] > 0]
    for found, sample in ((issuer.ead, claims), (issuer.tranches["senior"].ead, senior)):
        assert found.value == pytest.approx(sample.mean())
        half_width = 1.959964 * sample.std(ddof=1) / len(sample) ** 0.5
        assert found.low is not None and found.high is not None
        assert found.high - sample.mean() == pytest.approx(half_width, rel=1e-6)
        assert sample.mean() - found.low == pytest.approx(half_width, rel=1e-6)


def test_claims_that_are_all_alike_leave_an_interval_for_what_was_not_seen() -> None:
    ead = estimates_of(independent(BOOK, 3000)).issuers["issuer_0"].ead
    assert ead.value == pytest.approx(2e9)
    assert ead.low is not None and ead.high is not None
    assert ead.low < 0.998 * 2e9 and ead.high > 2e9


def test_early_losses_are_those_of_the_first_twelve_months() -> None:
    outcome = independent(BOOK, 1000)
    found = estimates_of(outcome)
    is_early = (outcome.default_month[0] > 0) & (outcome.default_month[0] <= 12)
    present = is_early * np.exp(-0.04 * outcome.default_month[0] / 12) * outcome.loss[1]
    junior = found.issuers["issuer_0"].tranches["junior"].expected_loss_12m
    assert junior.value == pytest.approx(present.mean())
    early = (outcome.default_month <= 12).repeat(2, axis=0) * outcome.loss
    assert found.portfolio.by_month_12.mean.value == pytest.approx(early.sum(axis=0).mean())
    exact = np.quantile(early.sum(axis=0), 0.95, method="inverted_cdf")
    assert found.portfolio.by_month_12.var["95"].value == pytest.approx(exact)


def test_breaches_warn_of_defaults_that_come_after_them() -> None:
    """10 of 100 paths breach in month 3; of these 4 default then, 3 later; 5 others default."""
    month, breach = np.zeros((2, 100)), np.zeros((2, 100))
    breach[0, :10] = 3.0
    month[0, :4], month[0, 4:7], month[0, 10:15] = 3.0, 9.0, 7.0
    cause = np.where(month > 0, 1.0, 0.0)
    outcome = replace(quiet(BOOK, 100), default_month=month, cause=cause, first_breach=breach)
    issuer = estimates_of(outcome).issuers["issuer_0"]
    assert issuer.breach.value == 0.1
    assert issuer.default_given_breach.value == 0.7
    assert issuer.warned.value == 3 / 12
    assert issuer.lead_months.value == pytest.approx(18 / 7)


def test_the_rate_of_loss_is_over_what_is_drawn_and_what_can_be() -> None:
    of = replace(BOOK, tranches=tuple(replace(t, commitment=3e9) for t in BOOK.tranches))
    issuer = estimates_of(independent(of, 1000), of).issuers["issuer_0"]
    loss, rate = issuer.expected_loss, issuer.expected_loss_rate
    assert rate.value == pytest.approx((loss.value or 0.0) / 8e9)
    assert (issuer.debt, issuer.commitment) == (2e9, 6e9)


def test_a_convertible_has_no_contract_spread_and_is_not_called_enough() -> None:
    of = replace(BOOK, tranches=tuple(replace(t, contract_spread=None) for t in BOOK.tranches))
    loan = estimates_of(independent(of, 1000), of).issuers["issuer_0"].tranches["senior"]
    assert loan.contract_spread is None
    assert loan.pays_enough is None
    assert loan.fair_spread.value is not None


def test_a_tranche_is_rated_by_its_expected_loss() -> None:
    """Losing 60% of a claim rates it as its issuer; losing a hundredth of that, far better."""
    outcome = independent(BOOK, 5000, pd=0.2)
    alike = replace(outcome, loss=0.6 * outcome.claim)
    flat = replace(BOOK, discount=np.ones(MONTHS + 1))
    for loss, is_better in ((alike.loss, False), (alike.loss / 100.0, True)):
        issuer = estimates_of(replace(outcome, loss=loss), flat).issuers["issuer_0"]
        tranche = issuer.tranches["senior"].implied_rating
        assert tranche and issuer.implied_rating
        grades = list(default_rates())
        places = [grades.index(x.grade) for x in (tranche, issuer.implied_rating)]
        assert places[0] < places[1] if is_better else places[0] == places[1]


def test_issuers_with_a_parent_are_not_counted_together() -> None:
    issuers = (BOOK.issuers[0], replace(BOOK.issuers[1], parent="issuer_0"))
    of = replace(BOOK, issuers=issuers)
    found = estimates_of(independent(of, 1000), of)
    assert list(found.joint.at_least) == [1]
    assert found.joint.at_least[1].value == found.issuers["issuer_0"].pd[MONTHS].value
    assert found.issuers["issuer_1"].parent == "issuer_0"
    assert list(found.joint.pairs) == ["issuer_0", "issuer_1"]


def test_an_issuer_loses_what_its_tranches_lose() -> None:
    for issuer in estimates_of(independent(BOOK, 1000)).issuers.values():
        parts = [t.expected_loss.value or 0.0 for t in issuer.tranches.values()]
        assert issuer.expected_loss.value == pytest.approx(sum(parts))
        assert issuer.debt == 2e9


def test_probabilities_of_default_rise_to_the_share_of_defaults() -> None:
    outcome = independent(BOOK, 1000)
    issuer = estimates_of(outcome).issuers["issuer_0"]
    path = [p.value or 0.0 for p in issuer.pd.values()]
    assert path == sorted(path)
    assert list(issuer.pd) == list(range(1, 25))
    assert issuer.pd[24].value == np.mean(outcome.default_month[0] > 0)
    assert sum(c.value or 0.0 for c in issuer.causes.values()) == pytest.approx(path[-1])
    assert sum(issuer.default_months) == np.sum(outcome.default_month[0] > 0)


def test_independent_issuers_do_not_tell_of_each_other() -> None:
    pair = estimates_of(independent(BOOK, 20_000)).joint.pairs["issuer_0"]["issuer_1"]
    assert pair.joint.low is not None
    assert pair.joint.low < 0.09 < (pair.joint.high or 0.0)
    assert pair.conditional.low is not None
    assert pair.conditional.low < 0.3 < (pair.conditional.high or 0.0)


def test_conditional_probability_is_of_the_column_given_the_row() -> None:
    """Issuer 0 fails on 4 of 10 paths, issuer 1 on one of these alone."""
    outcome = quiet(BOOK, 10)
    month = np.zeros((2, 10))
    month[0, :4] = month[1, :1] = 5
    pairs = estimates_of(replace(outcome, default_month=month, cause=month / 5)).joint.pairs
    assert pairs["issuer_0"]["issuer_1"].conditional.value == 0.25
    assert pairs["issuer_1"]["issuer_0"].conditional.value == 1.0


def test_at_least_sums_what_exactly_tells() -> None:
    joint = estimates_of(independent(BOOK, 1000)).joint
    assert joint.at_least[2].value == joint.exactly[2].value
    assert joint.at_least[1].value == pytest.approx(1 - (joint.exactly[0].value or 0.0))


def test_without_defaults_ratios_are_undefined_and_bounds_are_given() -> None:
    issuer = estimates_of(quiet(BOOK, 1000)).issuers["issuer_0"]
    assert issuer.lgd.value is None
    assert issuer.lgd.note
    assert issuer.lead_months.value is None
    assert issuer.pd[24].value == 0.0
    assert issuer.pd[24].high == pytest.approx(0.003827, abs=1e-6)
    assert issuer.expected_loss.value == 0.0
    assert issuer.expected_loss.low == 0.0
    most = 2e9 * (1.0 + 0.09 / 12.0)
    assert issuer.expected_loss.high == pytest.approx(0.003827 * most, rel=1e-3)
    assert issuer.implied_rating is not None
    assert (issuer.implied_rating.grade, issuer.implied_rating.note) == ("AAA", "no path defaults")


def test_an_undrawn_tranche_has_no_rate_and_no_fair_spread() -> None:
    of = replace(BOOK, tranches=tuple(replace(t, principal=0.0) for t in BOOK.tranches))
    outcome = quiet(of, 100)
    outcome = replace(outcome, discounted_balance=0.0 * outcome.discounted_balance)
    senior = estimates_of(outcome, of).issuers["issuer_0"].tranches["senior"]
    assert senior.expected_loss_rate.note == "no debt"
    assert senior.fair_spread.note == "never drawn"
    assert senior.pays_enough is None


@pytest.mark.parametrize(("contract", "verdict"), [(0.9, "yes"), (0.0, "no")])
def test_a_contract_pays_enough_if_its_spread_covers_the_fair_one(
    contract: float, verdict: str
) -> None:
    tranches = tuple(replace(t, contract_spread=contract) for t in BOOK.tranches)
    of = replace(BOOK, tranches=tranches)
    found = estimates_of(independent(of, 1000), of).issuers["issuer_0"].tranches["senior"]
    assert found.pays_enough == verdict
    fair = found.fair_spread.value or 0.0
    of = replace(BOOK, tranches=tuple(replace(t, contract_spread=fair) for t in BOOK.tranches))
    found = estimates_of(independent(of, 1000), of).issuers["issuer_0"].tranches["senior"]
    assert found.pays_enough == "undecided"


def test_the_portfolio_loses_its_shares_undiscounted() -> None:
    tranches = tuple(replace(t, share=0.5 * (t.id == "senior")) for t in BOOK.tranches)
    of = replace(BOOK, tranches=tranches)
    outcome = independent(of, 1000)
    portfolio = estimates_of(outcome, of).portfolio
    losses = 0.5 * (outcome.loss[0] + outcome.loss[2])
    assert portfolio.mean.value == pytest.approx(losses.mean())
    assert portfolio.exposure == 1e9
    exact = np.quantile(losses, 0.95, method="inverted_cdf")
    assert portfolio.var["95"].value == pytest.approx(exact, abs=1.02e9 / 65_536 / 2)


def test_quantiles_of_prices_and_resale_follow_the_index() -> None:
    outcome = independent(BOOK, 20_000)
    market = estimates_of(outcome).market
    x = outcome.log_index[11]
    for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        move = np.quantile(x, share) - 0.01 * 12
        price = 2.0 * math.exp(move)
        resale = 20_000.0 * math.exp(-0.02 * 12 + 0.5 * move)
        assert market.gpus["h100"].price[12][name].value == pytest.approx(price, rel=1e-3)
        found = market.gpus["h100"].resale[12][name]
        assert found.value == pytest.approx(resale, rel=1e-3)
        assert (found.low or 0.0) < (found.value or 0.0) < (found.high or 0.0)


def test_no_paths_give_no_numbers_and_no_error() -> None:
    found = estimate(BOOK, nothing(BOOK))
    assert found.issuers["issuer_0"].pd[24].value is None
    assert found.portfolio.var["99.9"].value is None
    assert found.market.price_index[12]["p50"].value is None


def test_one_path_has_values_without_intervals() -> None:
    found = estimates_of(independent(BOOK, 1, pd=1.0))
    assert found.issuers["issuer_0"].lgd.value is not None
    assert found.issuers["issuer_0"].lgd.low is None
