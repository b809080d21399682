"""Factors of GPU types, prescribed paths and the pricing measure, in closed form.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from typing import Any

import numpy as np
import pytest

from neocloud_mc.engine.run import over_chunks
from neocloud_mc.engine.tables import LANES, Tilt
from neocloud_mc.studies.ledger.replay import replay
from tests.engine.group_world import groups
from tests.engine.rich_world import rich
from tests.worlds import Tree, frequency, outcome, world

PATHS = 40_000
MONTHS = 24


def prices(volatility: float = 0.4, **more: Any) -> Tree:
    return {
        "horizon_months": MONTHS,
        "market": {
            "price": {"volatility": {"shortage": volatility, "glut": volatility}, **more},
            "funding": {"price_correlation": 0.5},
        },
    }


def last_prices(*changes: Tree, blocks: int = 60) -> Any:
    """Log spot price of the one GPU type against today's, float64[paths]."""
    scenario, found = world(*changes), []
    for block in range(blocks):
        tables = list(replay(scenario, 1, block * LANES))[-1]
        found.append(np.log(tables.gpus[0].price / 2.0))
    return np.concatenate(found)


@pytest.mark.parametrize("reversion", [0.0, 1.5])
def test_a_types_own_factor_is_normal_around_the_index(reversion: float) -> None:
    s, kappa = 0.3, reversion / 12.0
    still = prices(0.0)
    x = last_prices(still, {"gpus": {"h100": {"volatility": s, "reversion": reversion}}})
    powers = np.exp(-2.0 * kappa * np.arange(MONTHS))
    variance = s**2 / 12.0 * powers.sum()
    if reversion:
        geometric = (1.0 - math.exp(-2.0 * kappa * MONTHS)) / (1.0 - math.exp(-2.0 * kappa))
        assert math.isclose(powers.sum(), geometric, rel_tol=1e-12)
    assert abs(x.mean()) < 4.5 * math.sqrt(variance / len(x))
    assert abs(x.var() / variance - 1.0) < 4.5 * math.sqrt(2.0 / len(x))
    frequency(x < math.sqrt(variance), 0.841345)


def test_the_factor_of_one_type_moves_neither_the_index_nor_another_type() -> None:
    own = {"gpus": {"gb200": {"volatility": 0.4}}}
    (*_, plain), (*_, moved) = replay(rich(), 1, 0), replay(rich(own), 1, 0)
    assert np.array_equal(plain.market[0].price_shock, moved.market[0].price_shock)
    ratio = [moved.gpus[g].price / np.exp(moved.market[0].index) for g in (0, 1)]
    assert np.allclose(ratio[0], plain.gpus[0].price / np.exp(plain.market[0].index), rtol=1e-12)
    assert ratio[1].std() > 0.1


def test_resale_and_churn_follow_the_types_own_price() -> None:
    """With elasticity 1 the resale value is proportional to the price; so is the hazard at ψ 1."""
    own = {
        "gpus": {"h100": {"volatility": 0.4, "depreciation": 0.0}},
        "market": {"resale": {"elasticity": 1.0}},
    }
    path = list(replay(rich(own), 1, 0))
    for tables in path[1:]:
        gpu = tables.gpus[0]
        assert np.allclose(gpu.resale / gpu.price, 22_000.0 / 2.2, rtol=1e-12)
    before, after = path[3].contracts[0], path[4].contracts[0]
    paid = 0.15 / 12.0 * (before.price / path[4].gpus[0].price) ** 2.0
    same = (before.live > 0.0) & (after.live > 0.0) & (after.threshold == before.threshold)
    assert same.sum() > 10
    assert np.allclose((after.hazard - before.hazard)[same], paid[same], rtol=1e-9)


@pytest.mark.parametrize("start", [-0.5, 0.8])
def test_a_price_away_from_its_trend_returns_to_it(start: float) -> None:
    kappa = 1.2
    x = outcome(world(prices(start=start, reversion=kappa)), PATHS).log_index[-1]
    mean = start * (math.exp(-kappa * MONTHS / 12.0) - 1.0)
    assert abs(x.mean() - mean) < 4.5 * x.std() / math.sqrt(PATHS)


def test_a_start_without_reversion_changes_nothing() -> None:
    here, there = outcome(world(prices()), 500), outcome(world(prices(start=0.7)), 500)
    assert np.allclose(here.log_index, there.log_index, atol=1e-12)


PRESCRIBED: Tree = {
    "market": {
        "path": {
            "price_index": {6: 0.9, 12: 0.5},
            "climate": {4: -1.0, 10: 0.5},
            "regime": {2: "glut", 5: "shortage", 8: "glut"},
        },
        "regime": {"mean_years": {"shortage": 0.3, "glut": 0.3}},
        "contagion": {"price_impact": 3.0},
    }
}


def test_a_prescribed_path_is_met_on_every_path_and_free_afterwards() -> None:
    states = list(replay(rich(PRESCRIBED), 1, 0))
    for t, tables in enumerate(states):
        market = tables.market[0]
        if t <= 12:
            expected = np.interp(t, [0, 6, 12], [0.0, math.log(0.9), math.log(0.5)])
            assert np.allclose(market.index, expected, rtol=0, atol=1e-14)
        if 1 <= t <= 10:
            expected = np.interp(t, [0, 4, 10], [0.0, -1.0, 0.5])
            assert np.allclose(market.funding, expected, rtol=0, atol=1e-14)
        if 2 <= t <= 8:
            assert set(market.glut) == {1.0 if t < 5 or t == 8 else 0.0}
    for lane, t in (("index", 13), ("funding", 11), ("glut", 20)):
        assert len(set(states[t].market[0][lane])) > 1
    assert len(set(states[1].market[0].glut)) == 2


def test_what_is_prescribed_shifts_no_draw() -> None:
    """Increments after the last month named are those of the free market."""
    free, fixed = list(replay(rich(), 1, 0)), list(replay(rich(PRESCRIBED), 1, 0))
    for t in (3, 13, 20):
        shocks = (tables[t].market[0].price_shock for tables in (free, fixed))
        assert np.array_equal(*shocks)


def test_after_a_prescribed_path_the_trend_goes_on_from_there() -> None:
    path = {"market": {"path": {"price_index": {12: 0.5}}}}
    x = outcome(world(prices(0.3, reversion=0.9, start=0.2), path), PATHS).log_index
    decay, y = math.exp(-0.9), math.log(0.5) + 0.2
    mean = y * decay - 0.2
    assert np.allclose(x[11], math.log(0.5), atol=1e-14)
    assert abs(x[23].mean() - mean) < 4.5 * x[23].std() / math.sqrt(PATHS)


@pytest.mark.parametrize("premium", [-0.4, 0.6])
def test_the_price_of_risk_lowers_the_drift_by_its_volatility(premium: float) -> None:
    risk = {"market": {"price_of_risk": {"price": premium}}}
    plain, risky = (outcome(world(prices(), *more), 2000).log_index for more in ((), (risk,)))
    for t in (1, 12, MONTHS):
        shift = -premium * 0.4 * t / 12.0
        assert np.allclose(risky[t - 1] - plain[t - 1], shift, rtol=0, atol=1e-12)


def test_the_price_of_funding_risk_lowers_the_climate_in_the_long_run() -> None:
    """F settles λ below; the correlation of the shocks stays that of the unshifted ones."""
    quick = {"market": {"funding": {"persistence_years": 1.0}}}
    risk = {"market": {"price_of_risk": {"funding": 0.7, "price": 0.5}}}
    plain, risky = (list(replay(world(prices(), quick, *m), 1, 0)) for m in ((), (risk,)))
    phi = math.exp(-1.0 / 12.0)
    for t in (1, 6, MONTHS):
        shift = risky[t].market[0].funding - plain[t].market[0].funding
        assert np.allclose(shift, -0.7 * (1.0 - phi**t), rtol=0, atol=1e-12)


@pytest.mark.parametrize("premium", [-0.5, 1.2])
def test_the_price_of_customers_risk_multiplies_their_intensity(premium: float) -> None:
    deal = {"customer": "tenant", "gpu": "h100", "count": 100, "price": 2.0, "end_month": 240}
    issuer = {
        "cash": 0.0,
        "costs": {"fixed": 146_000.0},
        "fleet": {"lot": {"gpu": "h100", "count": 100}},
        "contracts": {"deal": deal},
    }
    idle = {"regime": {"utilization": {"shortage": 0.0}}, "price_of_risk": {"customers": premium}}
    scenario = world(
        {"market": idle, "customers": {"tenant": {"default_intensity": 0.3}}},
        {"issuers": {"acme": issuer}},
    )
    run = outcome(scenario, PATHS)
    frequency(run.default_month[0] > 0, 1.0 - math.exp(-0.3 * math.exp(premium) * 2.0))


def test_a_tilted_market_of_version_2_weighs_back_to_one() -> None:
    """The mean likelihood ratio over the tilted blocks is 1, prescribed months or not."""
    tilt = Tilt(price=-0.15, funding=-0.1, leave_shortage=1.5, launch=1.3, customers={"lab": 1.4})
    parts = over_chunks(
        groups({"horizon_months": 24}), paths=16_384, seed=3, work=lambda part: part, tilt=tilt
    )
    ratios = np.exp(np.concatenate([part.log_ratio for part in parts], axis=1))
    tilted = np.arange(ratios.shape[1]) // LANES % 8 > 0
    for row in ratios[:, tilted]:
        assert abs(row.mean() - 1.0) < 4.5 * row.std() / math.sqrt(len(row))
        assert row.std() > 0.1
