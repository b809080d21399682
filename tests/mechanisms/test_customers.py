"""Customers: survival in closed form, and one failure that reaches every issuer."""

import math

import numpy as np
import pytest

from neocloud_mc.studies.ledger.replay import replay
from neocloud_mc.validation.closed_credit import expectation
from tests.worlds import Tree, frequency, outcome, world

HAZARD = 0.35


def tenant(beta: float) -> Tree:
    """An issuer that earns 730 · 100 · 2.0 = its fixed costs while its only tenant pays."""
    return {
        "customers": {"tenant": {"default_intensity": HAZARD, "funding_beta": beta}},
        "issuers": {"acme": one_tenant()},
    }


def one_tenant() -> Tree:
    contract = {"customer": "tenant", "gpu": "h100", "count": 100, "price": 2.0, "end_month": 240}
    return {
        "cash": 0.0,
        "costs": {"fixed": 146_000.0},
        "fleet": {"lot": {"gpu": "h100", "count": 100}},
        "contracts": {"rent": contract},
    }


NO_SPOT = {"market": {"regime": {"utilization": {"shortage": 0.0}}}}


def test_survival_without_funding_beta_is_exponential() -> None:
    run = outcome(world(tenant(0.0), NO_SPOT), 40_000)
    failed = run.default_month[0]
    for month in (1, 6, 12, 24):
        frequency((failed > 0) & (failed <= month), 1.0 - math.exp(-HAZARD * month / 12.0))


def test_a_year_in_one_climate_matches_quadrature() -> None:
    beta = 0.8
    frozen = {"market": {"funding": {"persistence_years": 1e6, "start": 0.7}}}
    run = outcome(world(tenant(beta), NO_SPOT, frozen), 40_000)
    intensity = HAZARD * math.exp(-beta * 0.7 - beta**2 / 2.0)
    failed = run.default_month[0]
    frequency((failed > 0) & (failed <= 12), 1.0 - math.exp(-intensity))


def test_mean_intensity_over_the_stationary_climate_is_the_given_one() -> None:
    """First month: survival is E exp(−λ(e)Δ), e ~ N(0, 1), by quadrature."""
    beta = 0.9
    fresh = {"market": {"funding": {"persistence_years": 1e-6}}}
    run = outcome(world(tenant(beta), NO_SPOT, fresh, {"horizon_months": 1}), 400_000)
    survival = expectation(
        lambda climate: np.exp(-HAZARD / 12.0 * np.exp(-beta * climate - beta**2 / 2.0))
    )
    frequency(run.default_month[0] > 0, 1.0 - survival)


def test_two_issuers_of_one_customer_fall_together() -> None:
    scenario = world(tenant(0.0), NO_SPOT, {"issuers": {"beta": one_tenant()}})
    run = outcome(scenario, 10_000)
    assert np.array_equal(run.default_month[0], run.default_month[1])
    frequency(run.default_month[0] > 0, 1.0 - math.exp(-2.0 * HAZARD))


@pytest.mark.parametrize("start", [-1.0, 1.0])
def test_a_better_climate_spares_customers(start: float) -> None:
    frozen = {"market": {"funding": {"start": start, "persistence_years": 1e6}}}
    first = list(replay(world(tenant(0.8), frozen), 1, 0))[1].customers[0].hazard[0]
    expected = HAZARD / 12.0 * math.exp(-0.8 * start - 0.32)
    assert math.isclose(first, expected, rel_tol=1e-3)


def test_a_customer_without_intensity_never_fails() -> None:
    calm = {"customers": {"tenant": {"default_intensity": 0.0}}}
    assert not outcome(world(tenant(0.0), calm, NO_SPOT), 1000).default_month.any()
