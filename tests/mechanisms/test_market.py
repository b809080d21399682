"""Market: closed forms of index, regime and climate.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math

import numpy as np
import pytest

from neocloud_mc.studies.ledger.replay import replay
from neocloud_mc.validation.closed_market import Jump, occupancy
from neocloud_mc.validation.worlds import MONTHS
from tests.worlds import Tree, frequency, outcome, world

PATHS = 40_000


def market(**changes: object) -> Tree:
    return {"horizon_months": MONTHS, "market": changes}


def prices(drift: float, volatility: float, **more: object) -> Tree:
    both = {"shortage": drift, "glut": drift}
    spread = {"shortage": volatility, "glut": volatility}
    return market(price={"drift": both, "volatility": spread, **more})


@pytest.mark.parametrize("reversion", [0.0, 0.8])
def test_index_is_normal_with_summed_mean_and_variance(reversion: float) -> None:
    mu, sigma, delta = -0.2, 0.4, 0.15
    run = outcome(world(prices(mu, sigma, reversion=reversion, obsolescence=delta)), PATHS)
    powers = np.exp(-reversion * np.arange(MONTHS) / 12.0)
    mean = mu / 12.0 * powers.sum() - delta * MONTHS / 12.0
    variance = sigma**2 / 12.0 * (powers**2).sum()
    x = run.log_index[-1]
    assert abs(x.mean() - mean) < 4.5 * math.sqrt(variance / PATHS)
    assert abs(x.var() / variance - 1.0) < 4.5 * math.sqrt(2.0 / PATHS)
    below = mean + np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) * math.sqrt(variance)
    for level, share in zip(below, (0.02275, 0.158655, 0.5, 0.841345, 0.97725), strict=True):
        frequency(x < level, share)


def test_launches_add_the_moments_of_a_bernoulli_mixture() -> None:
    jump = Jump(per_year=1.5, mean=-0.3, sd=0.2)
    launch = {"per_year": jump.per_year, "mean": jump.mean, "sd": jump.sd}
    x = outcome(world(prices(0.0, 0.3, launch=launch)), PATHS).log_index[-1]
    mean, of_jumps, _ = jump.cumulants
    variance = MONTHS * (0.3**2 / 12.0 + of_jumps)
    assert abs(x.mean() - MONTHS * mean) < 4.5 * math.sqrt(variance / PATHS)
    assert abs(x.var() / variance - 1.0) < 4.5 * math.sqrt(3.0 / PATHS)


def test_regime_occupancy_follows_the_two_state_chain() -> None:
    stay = {"shortage": 1.0, "glut": 0.5}
    scenario = world(
        market(
            regime={"mean_years": stay},
            price={"drift": {"shortage": 0.0, "glut": -12.0}},
        )
    )
    falls = np.diff(outcome(scenario, PATHS).log_index, axis=0, prepend=0.0) < -0.5
    for month, share in enumerate(occupancy(stay["shortage"], stay["glut"])[1:]):
        frequency(falls[month], share)


def test_a_regime_that_never_ends_stays() -> None:
    scenario = world(prices(0.1, 0.0), {"market": {"regime": {"start": "glut"}}})
    assert np.all(np.diff(outcome(scenario, 64).log_index, axis=0) > 0.0)
    assert next(replay(scenario, 1, 0)).market[0].glut[0] == 1.0


def test_zero_volatility_is_the_drift() -> None:
    x = outcome(world(prices(-0.24, 0.0, obsolescence=0.12)), 16).log_index
    assert np.allclose(x, -0.03 * np.arange(1, MONTHS + 1)[:, None], rtol=0, atol=1e-14)


def test_climate_is_stationary_and_correlated_with_the_price() -> None:
    persistence, rho, n = 0.7, 0.6, 1500
    funding = {"start": 0.5, "persistence_years": persistence, "price_correlation": rho}
    scenario = world(prices(0.0, 0.3), market(funding=funding))
    climates, shocks = np.empty((n, MONTHS)), np.empty((n, MONTHS))
    for path in range(n):
        states = [tables.market[0] for tables in replay(scenario, 3, path)]
        climates[path] = [state.climate[0] for state in states[1:]]
        shocks[path] = np.diff([state.index[0] for state in states])
    phi = math.exp(-1.0 / (12.0 * persistence))
    powers = phi ** np.arange(1, MONTHS + 1)
    deviation = np.sqrt(1.0 - powers**2)
    assert np.all(np.abs(climates.mean(0) - 0.5 * powers) < 4.5 * deviation / math.sqrt(n))
    assert np.all(np.abs(climates.var(0) / deviation**2 - 1.0) < 4.5 * math.sqrt(2.0 / n))
    innovations = climates[:, 1:] - phi * climates[:, :-1]
    found = np.corrcoef(innovations.ravel(), shocks[:, 1:].ravel())[0, 1]
    assert abs(found - rho) < 4.5 * (1.0 - rho**2) / math.sqrt(innovations.size)


def test_spot_and_resale_follow_the_index() -> None:
    gpu = {"obsolescence": 0.12, "depreciation": 0.06}
    scenario = world(prices(-0.3, 0.4), market(resale={"elasticity": 0.7}), {"gpus": {"h100": gpu}})
    for t, tables in enumerate(replay(scenario, 1, 5)):
        if t > 0:
            move = tables.market[0].index[0] - 0.01 * t
            assert math.isclose(tables.gpus[0].price[0], 2.0 * math.exp(move), rel_tol=1e-14)
            resale = 20_000.0 * math.exp(0.7 * move - 0.005 * t)
            assert math.isclose(tables.gpus[0].resale[0], resale, rel_tol=1e-14)


def test_worse_climate_means_wider_spreads() -> None:
    funding = {"start": -2.0, "spread": {"base": 0.04, "sensitivity": 0.5}}
    _, first = list(replay(world(market(funding=funding, price={})), 1, 0))[:2]
    climate = first.market[0].climate[0]
    assert math.isclose(first.market[0].spread[0], 0.04 * math.exp(-0.5 * climate), rel_tol=1e-14)
    assert climate < 0.0
