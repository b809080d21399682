"""The numbers of a run: hand examples, definitions, and what is undefined."""

import math
from dataclasses import replace

import numpy as np
import pytest

from neocloud_mc.results.book import Book, Outcome, horizons
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.figures import Estimates
from neocloud_mc.results.tally import nothing, tally
from tests.results.samples import book, independent, quiet, with_losses

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
    assert senior.expected_loss_rate.note == "no debt today"
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
    assert found.pays_enough == "thin"


def test_the_portfolio_loses_its_shares_undiscounted() -> None:
    tranches = tuple(replace(t, share=0.5 * (t.id == "senior")) for t in BOOK.tranches)
    of = replace(BOOK, tranches=tranches)
    outcome = independent(of, 1000)
    portfolio = estimates_of(outcome, of).portfolio
    losses = 0.5 * (outcome.loss[0] + outcome.loss[2])
    assert portfolio.mean.value == pytest.approx(losses.mean())
    assert portfolio.drawn == 1e9
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
