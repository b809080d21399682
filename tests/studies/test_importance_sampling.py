"""A tilted market: its weights undo the tilt exactly, and rare events come out right and cheap."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import live, over_chunks
from neocloud_mc.engine.tables import Tilt, tabulate
from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.results.book import Floats, Outcome
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.importance_sampling.estimates import (
    PROBABILITY,
    RareEventEstimates,
    _within,
    estimate_rare_event,
)
from neocloud_mc.studies.importance_sampling.rare_event import find_event, lost
from neocloud_mc.studies.importance_sampling.run import UNTILTED_SHARE, fit_tilt, simulate_tilted
from neocloud_mc.validation import worlds
from neocloud_mc.validation.merton import SpotDebt, with_pd
from tests.engine.rich_world import rich

TILTS = {
    "price": Tilt(price=-0.3),
    "climate": Tilt(funding=-0.3),
    "ends of shortages": Tilt(leave_shortage=4.0),
    "ends of gluts": Tilt(leave_glut=0.3),
    "launches": Tilt(launch=3.0),
    "customers": Tilt(customers=dict.fromkeys(rich().customers, 5.0)),
    "all": Tilt(-0.1, 0.1, 2.0, 0.8, 1.5, dict.fromkeys(rich().customers, 2.0)),
}
RARE: SpotDebt = with_pd(1e-4, worlds.INCOME, -0.3, 0.5)
INSURED = "nebius.vineland_loan.loss > 1.5e9"
"""A rare loss of the shipped loan whose lenders lose least often."""


def rare_world() -> Scenario:
    issuer = worlds.spot_issuer(worlds.bullet(RARE.principal))
    no_resale = {"gpu": {"resale": 0.0}}
    changes = {"horizon_months": 1, "gpus": no_resale, "issuers": {"x": issuer}}
    return worlds.world("rare", worlds.prices(-0.3, 0.5), changes)


def estimates(scenario: Scenario, name: str, paths: int, threads: int = 2) -> RareEventEstimates:
    book = open_book(scenario)
    event = find_event(book, name)
    fitted = fit_tilt(scenario, event, seed=1, threads=threads)
    batches = simulate_tilted(scenario, event, fitted, paths=paths, seed=1, threads=threads)
    return estimate_rare_event(book, event, batches)


def ratios(tilt: Tilt, paths: int = 32_768) -> Outcome:
    pieces = over_chunks(rich(), paths=paths, seed=3, tilt=tilt, work=lambda part: part)
    found = list(pieces)
    names = ("default_month", "log_ratio", "log_index")
    empty = np.empty((0, 0))
    month, ratio, index = (
        np.concatenate([getattr(part, name) for part in found], axis=1) for name in names
    )
    return Outcome(month, empty, empty, empty, empty, empty, index, ratio)


def weights(log_ratio: Floats) -> Floats:
    return np.asarray(1.0 / (UNTILTED_SHARE + (1.0 - UNTILTED_SHARE) * np.exp(-log_ratio)))


def is_one_on_average(weight: Floats) -> bool:
    """Within 4.5 standard errors: one false alarm in 150,000 such checks."""
    return bool(abs(weight.mean() - 1.0) < 4.5 * weight.std() / math.sqrt(len(weight)))


@pytest.mark.parametrize("name", TILTS)
def test_weights_are_one_on_average_at_every_default_and_at_the_horizon(name: str) -> None:
    for row in ratios(TILTS[name]).log_ratio:
        weight = weights(row)
        assert weight.std() > 0.01
        assert is_one_on_average(weight)


@pytest.mark.parametrize("name", TILTS)
def test_weighted_paths_know_the_true_default_probability(name: str) -> None:
    """Within 4.5 standard errors of the difference."""
    tilted = ratios(TILTS[name])
    crude = np.concatenate(
        list(over_chunks(rich(), paths=32_768, seed=4, work=lambda part: part.default_month)),
        axis=1,
    )
    for n, months in enumerate(tilted.default_month):
        weighted = weights(tilted.log_ratio[n]) * (months > 0.0)
        happened = crude[n] > 0.0
        error = math.sqrt((weighted.var() + happened.var()) / len(months))
        assert abs(weighted.mean() - happened.mean()) < 4.5 * error + 1e-12


def test_a_weight_is_the_ratio_of_the_probabilities_of_what_happened() -> None:
    """The market's moves and the customers' failures, weighed anew month by month."""
    scenario, tilt = rich(), TILTS["all"]
    tables = tabulate(scenario, 3, tilt=tilt)
    market, customers = tables.market[0], tables.customers
    market.first_path = 64
    live(0, tables)
    regime, launch = scenario.market.regime.mean_years, scenario.market.price.launch
    moves = np.zeros(len(market.glut))
    for t in range(1, 13):
        was_glut = market.glut > 0.0
        live(t, tables)
        changed = (market.glut > 0.0) != was_glut
        moves += log_density(market.price_shock, 0.0) - log_density(market.price_shock, tilt.price)
        moves += log_density(market.funding_shock, 0.0)
        moves -= log_density(market.funding_shock, tilt.funding)
        mean = np.where(was_glut, regime.glut, regime.shortage)
        factor = np.where(was_glut, tilt.leave_glut, tilt.leave_shortage)
        moves += log_odds(1.0 / (12.0 * mean), factor, changed)
        arrives = market.arrival > 0.0
        moves += log_odds(np.array(launch.per_year / 12.0), np.array(tilt.launch), arrives)
        owed = moves.copy()
        for row, name in enumerate(scenario.customers):
            k, failed = tilt.customers[name], customers.failed[row] > 0.0
            borne = np.where(failed, customers.threshold[row], customers.hazard[row])
            owed += np.where(failed, -borne - (np.log(k) - k * borne), -borne + k * borne)
        assert np.allclose(market.log_ratio, owed, atol=1e-11)


def test_a_tilt_towards_the_impossible_weighs_nothing() -> None:
    scenario = rich({"market": {"price": {"launch": {"per_year": 0.0}}}})
    untilted, tilted = (tabulate(scenario, 3, tilt=tilt) for tilt in (Tilt(), Tilt(launch=3.0)))
    for tables in (untilted, tilted):
        tables.market[0].first_path = 64
        live(0, tables)
        live(1, tables)
    assert np.array_equal(untilted.market[0].log_ratio, tilted.market[0].log_ratio)


def log_density(x: Floats, mean: float) -> Floats:
    return np.asarray(-0.5 * (x - mean) ** 2)


def log_odds(intensity: Floats, factor: Floats, happened: NDArray[np.bool_]) -> Floats:
    """log(p/q) where it happened, log((1 − p)/(1 − q)) elsewhere."""
    p, q = -np.expm1(-intensity), -np.expm1(-factor * intensity)
    return np.asarray(np.where(happened, np.log(p / q), np.log((1.0 - p) / (1.0 - q))))


@pytest.mark.parametrize("lanes", [128, 48, 65])
def test_lanes_that_would_mix_tilted_and_untilted_paths_are_refused(lanes: int) -> None:
    with pytest.raises(
        ValueError, match=f"{lanes} lanes (do not divide a block of|are more than) 64"
    ):
        tabulate(rich(), 1, lanes, Tilt(price=-0.1))


def test_no_weight_exceeds_the_inverse_of_the_untilted_share() -> None:
    weight = weights(ratios(TILTS["all"]).log_ratio[-1])
    assert weight.max() <= 1.0 / UNTILTED_SHARE


def test_one_block_of_paths_in_eight_is_untilted() -> None:
    index = ratios(TILTS["price"], 4096).log_index
    (untilted,) = over_chunks(rich(), paths=4096, seed=3, work=lambda part: part.log_index)
    same = (index == untilted).all(axis=0).reshape(-1, 64).all(axis=1)
    assert np.flatnonzero(same).tolist() == list(range(0, 64, 8))


def test_a_market_without_tilt_weighs_nothing() -> None:
    assert np.all(ratios(Tilt(), 4096).log_ratio == 0.0)


def test_a_rare_default_agrees_with_its_closed_form() -> None:
    """PD 1e-4; within 4.5 standard errors of Merton's formula."""
    found = estimates(rare_world(), "x.pd.1", 32_768).measures["issuers.x.pd.1"]
    assert found.value is not None and found.high is not None
    assert abs(found.value - RARE.pd) < 4.5 / 1.96 * (found.high - found.value)
    assert (found.high - found.value) / RARE.pd < 0.05


def test_a_rare_loss_agrees_with_its_closed_form() -> None:
    scenario = rare_world()
    tranche = next(iter(scenario.issuers["x"].tranches))
    found = estimates(scenario, f"x.{tranche}.expected_loss", 32_768)
    for name, exact in (("expected_loss", RARE.expected_loss), ("lgd", RARE.lgd)):
        e = found.measures[f"issuers.x.tranches.{tranche}.{name}"]
        assert e.value is not None and e.high is not None
        assert abs(e.value - exact) < 4.5 / 1.96 * (e.high - e.value)


def test_a_rare_event_takes_a_tenth_of_the_paths_of_crude_monte_carlo() -> None:
    found = estimates(rare_world(), "x.pd.1", 32_768)
    assert found.variance_reduction > 10.0


def test_threads_do_not_change_the_answer() -> None:
    one, two = (estimates(rare_world(), "x.pd.1", 20_000, threads) for threads in (1, 2))
    assert one == two


def test_too_small_an_effective_sample_is_refused() -> None:
    with pytest.raises(RunError, match="effective sample size of"):
        estimates(rare_world(), "x.pd.1", 256)


def test_a_measure_without_a_rare_event_is_refused() -> None:
    with pytest.raises(UsageError, match="no rare event"):
        find_event(open_book(rare_world()), "market.price_index.1.p50")


def test_portfolio_losses_agree_with_crude_monte_carlo() -> None:
    """VaR 99% of the rich world, within 4.5 standard errors of both."""
    scenario = rich()
    book = open_book(scenario)
    event = find_event(book, "portfolio.var.99")
    found = estimates(scenario, "portfolio.var.99", 65_536).measures["portfolio.var.99"]
    losses = np.concatenate(
        list(
            over_chunks(scenario, paths=262_144, seed=9, work=lambda part: lost(book, event, part))
        )
    )
    assert found.value is not None and found.high is not None
    n = len(losses)
    half_width = 4.5 * math.sqrt(n * 0.01 * 0.99)
    low, high = np.sort(losses)[[int(n * 0.99 - half_width), int(n * 0.99 + half_width)]]
    slack = 4.5 / 1.96 * (found.high - found.value)
    assert low - slack <= found.value <= high + slack


@pytest.mark.slow
def test_a_rare_loss_of_a_shipped_loan_agrees_with_a_long_run_of_crude_monte_carlo() -> None:
    """Two million paths; the probability is about 2e-5; within 4.5 standard errors."""
    scenario = load("scenarios/2025-06/neoclouds.yaml").scenario
    book = open_book(scenario)
    event = find_event(book, INSURED)
    found = estimates(scenario, INSURED, 262_144)
    n = 2_000_000
    hits = sum(
        over_chunks(
            scenario,
            paths=n,
            seed=5,
            work=lambda part: int((lost(book, event, part) > 1.5e9).sum()),
        )
    )
    e = found.measures[PROBABILITY]
    assert e.value is not None and e.high is not None
    error = math.hypot((e.high - e.value) / 1.96, math.sqrt(hits) / n)
    assert abs(e.value - hits / n) < 4.5 * error
    assert (e.high - e.value) / e.value < 0.1
    assert found.variance_reduction > 10.0


def test_a_loss_that_is_whole_on_every_path_seen_has_no_interval() -> None:
    """No path tells that it could be less, and none that it cannot."""
    name = "issuers.acme.lgd"
    assert _within(name, Estimate(1.0, 1.0, 1.0)) == Estimate(
        1.0, note="no path tells a difference"
    )
    assert _within(name, Estimate(0.9, 0.7, 1.1)) == Estimate(0.9, 0.7, 1.0)
