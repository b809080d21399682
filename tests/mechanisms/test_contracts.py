"""Contracts: churn, concessions and renewals in closed form.

Most worlds here are one contract that just pays the issuer's fixed costs, without a spot market:
the issuer defaults in the month in which the contract is gone, so a survival law is a PD.
Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from typing import Any

import numpy as np
import pytest

from neocloud_mc.studies.ledger.replay import replay
from tests.worlds import Tree, frequency, outcome, tree, world

PATHS = 40_000
SPOT = 2.0
NO_SPOT: Tree = {"market": {"regime": {"utilization": {"shortage": 0.0}}}}
NEVER_LESS_THAN = 1.0
"""USD of cash that absorb rounding of the spot price."""


def contract(**terms: Any) -> Tree:
    known = {"customer": "tenant", "gpu": "h100", "count": 100, "price": SPOT, "end_month": 240}
    return known | terms


def landlord(*, needs: float = SPOT, **terms: Any) -> Tree:
    """An issuer that needs 100 GPUs let at `needs` USD an hour to pay its costs."""
    issuer = {
        "cash": NEVER_LESS_THAN,
        "costs": {"fixed": 730.0 * 100 * needs},
        "fleet": {"lot": {"gpu": "h100", "count": 100}},
        "contracts": {"rent": contract(**terms)},
    }
    return tree(NO_SPOT, {"issuers": {"acme": issuer}})


def lost(*, needs: float = SPOT, paths: int = PATHS, **terms: Any) -> Any:
    """Month in which the contract is gone, inf where it lasts, float64[paths]."""
    month = outcome(world(landlord(needs=needs, **terms)), paths).default_month[0]
    return np.where(month > 0, month, np.inf)


def states(scenario: Tree, months: int = 24) -> list[Any]:
    """Contract `rent` at the base date and after every month, 64 paths."""
    return [tables.contracts[0] for tables in replay(world(scenario), 1, 0)][: months + 1]


@pytest.mark.parametrize("churn", [0.1, 0.6])
def test_churn_at_the_markets_price_is_exponential(churn: float) -> None:
    month = lost(churn=churn, price_sensitivity=0.0)
    for t in (1, 6, 12, 24):
        frequency(month <= t, 1.0 - math.exp(-churn * t / 12.0))


@pytest.mark.parametrize(("price", "sensitivity"), [(3.0, 2.0), (1.5, 2.0), (3.0, 0.5)])
def test_churn_at_a_constant_dear_price_is_exponential(price: float, sensitivity: float) -> None:
    churn = 0.2
    month = lost(needs=price, price=price, churn=churn, price_sensitivity=sensitivity)
    rate = churn * (price / SPOT) ** sensitivity
    for t in (1, 6, 12, 24):
        frequency(month <= t, 1.0 - math.exp(-rate * t / 12.0))


def test_hazard_follows_the_spot_price_month_by_month() -> None:
    volatile = {"market": {"price": {"volatility": {"shortage": 0.6}}}}
    terms = landlord(needs=0.0, price=2.5, churn=1e-3, price_sensitivity=1.7)
    hazard = 0.0
    for t, tables in enumerate(replay(world(terms, volatile), 1, 0)):
        if t > 0:
            hazard += 1e-3 / 12.0 * (2.5 / tables.gpus[0].price) ** 1.7
            assert np.allclose(tables.contracts[0].hazard, hazard, rtol=1e-12)


def test_without_churn_nobody_walks() -> None:
    assert np.all(np.isinf(lost(churn=0.0, price_sensitivity=50.0, price=9.0, paths=2000)))


def test_a_cheap_contract_of_a_very_sensitive_customer_lasts() -> None:
    assert np.all(np.isinf(lost(needs=1.0, price=1.0, churn=1.0, price_sensitivity=99.0)))


def test_a_very_sensitive_customer_leaves_a_dear_contract_at_once() -> None:
    assert np.all(lost(needs=4.0, price=4.0, churn=1.0, price_sensitivity=99.0) == 1.0)


def test_more_churn_never_keeps_a_customer_longer() -> None:
    months = [lost(churn=churn) for churn in (0.1, 0.3, 1.0)]
    assert np.all(np.diff(np.minimum(months, 99.0), axis=0) <= 0.0)


def test_a_dearer_contract_never_keeps_a_customer_longer() -> None:
    months = [
        lost(needs=price, price=price, churn=0.2, price_sensitivity=1.5)
        for price in (1.0, 2.0, 4.0)
    ]
    assert np.all(np.diff(np.minimum(months, 99.0), axis=0) <= 0.0)


def test_unserved_contracts_tire_as_well() -> None:
    served = landlord(needs=0.0, churn=0.1)
    unserved = tree(served, {"issuers": {"acme": {"fleet": {"lot": {"count": 0}}}}})
    first, second = states(served)[-1], states(unserved)[-1]
    assert np.array_equal(first.live, second.live)
    assert not second.billed.any()


@pytest.mark.parametrize("concession", [0.0, 0.4, 0.9])
def test_every_walk_ends_in_a_concession_with_the_given_probability(concession: float) -> None:
    """Someone who wants to leave every month is still there after t months with ν^t."""
    month = lost(churn=1e9, price=3.0, concession=concession)
    for t in (1, 2, 5, 10):
        frequency(month > t, concession**t)


def test_a_customer_who_always_gets_a_concession_never_leaves() -> None:
    assert np.all(np.isinf(lost(churn=1e9, price=3.0, concession=1.0)))


@pytest.mark.parametrize(("price", "conceded"), [(3.0, SPOT), (1.5, 1.5)])
def test_a_concession_is_to_the_spot_price_and_never_a_rise(price: float, conceded: float) -> None:
    terms = landlord(needs=0.0, price=price, churn=1e9, concession=1.0)
    assert np.allclose(states(terms)[1].price, conceded, rtol=1e-14)


def test_after_a_concession_the_customer_bears_a_fresh_hazard() -> None:
    """So he walks in any month, whatever came before, with probability 1 − exp(−c/12)."""
    churn, months = 1.2, 24
    found = states(landlord(needs=0.0, churn=churn, concession=1.0), months)
    thresholds = np.array([state.threshold for state in found])
    walks = np.diff(thresholds, axis=0) != 0.0
    rate = 1.0 - math.exp(-churn / 12.0)
    frequency(walks, rate)
    assert abs(np.corrcoef(walks[1:].ravel(), walks[:-1].ravel())[0, 1]) < 4.5 / math.sqrt(23 * 64)


@pytest.mark.parametrize("probability", [0.3, 0.8])
def test_a_contract_lasts_one_more_term_per_renewal(probability: float) -> None:
    renewal = {"probability": probability, "months": 2}
    month = lost(end_month=1, renewal=renewal)
    for renewals in range(8):
        frequency(month <= 2 + 2 * renewals, 1.0 - probability ** (renewals + 1))


@pytest.mark.parametrize("probability", [0.0, 0.5, 0.9, 1.0])
def test_expected_number_of_renewals_is_a_geometric_sum(probability: float) -> None:
    terms = contract(end_month=1, renewal={"probability": probability, "months": 1})
    deals = {f"deal{k}": terms for k in range(300)}
    issuer = {"cash": 0.0, "contracts": deals}
    last = list(replay(world({"issuers": {"acme": issuer}}), 1, 0))[-1]
    renewals = last.contracts["end_month"] - 1.0
    expected = sum(probability**k for k in range(1, 25))
    deviation = math.sqrt(probability) / max(1.0 - probability, 1e-9) if probability < 1.0 else 0.0
    assert abs(renewals.mean() - expected) <= 4.5 * deviation / math.sqrt(renewals.size)


@pytest.mark.parametrize("discount", [0.0, 0.15, 1.0])
def test_a_renewal_is_at_the_spot_price_less_the_discount(discount: float) -> None:
    volatile = {"market": {"price": {"volatility": {"shortage": 0.6}}}}
    renewal = {"probability": 1.0, "months": 4, "discount": discount}
    months = list(replay(world(landlord(needs=0.0, end_month=3, renewal=renewal), volatile), 1, 0))
    for t in (3, 7, 11):
        paid = months[t].gpus[0].price * (1.0 - discount)
        assert np.array_equal(months[t].contracts[0].price, paid)
        assert np.array_equal(months[t + 4 - 1].contracts[0].price, paid)


@pytest.mark.parametrize(("start", "end"), [(0, 1), (0, 6), (3, 4), (5, 11)])
def test_a_contract_is_billed_after_its_start_up_to_its_end(start: int, end: int) -> None:
    terms = landlord(needs=0.0, start_month=start, end_month=end)
    billed = [t for t, state in enumerate(states(terms)) if state.billed[0] > 0.0 and t <= end]
    assert billed == list(range(start + 1, end + 1))
    revenue = [month.issuers[0].revenue[0] for month in replay(world(terms), 1, 0)]
    assert sum(revenue) == (end - start) * 146_000.0


def test_a_failed_customer_is_not_billed_and_does_not_come_back() -> None:
    broke = {"customers": {"tenant": {"default_intensity": 1e9}}}
    renewal = {"probability": 1.0, "months": 1}
    terms = tree(landlord(needs=0.0, end_month=1, renewal=renewal), broke)
    assert not any(state.live.any() or state.billed.any() for state in states(terms)[1:])


def test_a_further_contract_changes_nothing_for_the_others() -> None:
    alone = landlord(needs=0.0, churn=0.5, concession=0.3)
    other = {"issuers": {"acme": {"contracts": {"other": contract(churn=0.7)}}}}
    for first, second in zip(states(alone), states(tree(alone, other)), strict=True):
        assert np.array_equal(first.live, second.live)
        assert np.array_equal(first.price, second.price)
