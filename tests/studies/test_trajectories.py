"""Fans are of the run's own paths: same numbers, same cash, the ratios that covenants test."""

import math
from typing import Final

import numpy as np
import pytest

from neocloud_mc.api.inputs import effort_of
from neocloud_mc.engine.run import simulate
from neocloud_mc.mechanisms.covenants import MONTHS_BETWEEN_TESTS
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.ledger.replay import ledger, replay
from neocloud_mc.studies.trajectories import (
    FEWEST_ALIVE,
    LEVELS,
    Fan,
    Trajectories,
    dscr,
    trajectories,
)
from tests.engine.group_world import groups
from tests.engine.rich_world import rich

PATHS: Final = 300
"""More than four blocks of lanes, and no multiple of them."""
SEED: Final = 7


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return rich()


@pytest.fixture(scope="module")
def found(scenario: Scenario) -> Trajectories:
    return trajectories(scenario, PATHS, effort_of(PATHS, SEED, 1))


def fan(found: Trajectories, quantity: str, issuer: str = "", item: str = "") -> Fan:
    (one,) = (f for f in found.fans if (f.quantity, f.issuer, f.item) == (quantity, issuer, item))
    return one


def test_its_paths_are_those_of_the_run(scenario: Scenario, found: Trajectories) -> None:
    tally = simulate(scenario, paths=PATHS, seed=SEED)
    dead = tally.defaults.sum(axis=1).cumsum(axis=1)
    assert dead[:, -1].any()
    for n, issuer in enumerate(scenario.issuers):
        alive = np.array(found.alive[issuer]) * PATHS
        assert alive[0] == PATHS
        assert np.array_equal(np.round(alive[1:]), PATHS - dead[n])


def test_it_begins_with_the_opening_balances(scenario: Scenario, found: Trajectories) -> None:
    for name, issuer in scenario.issuers.items():
        cash, debt = (fan(found, quantity, name) for quantity in ("cash", "debt"))
        assert cash.months[0] == debt.months[0] == 0
        assert cash.quantiles[:, 0] == pytest.approx([issuer.cash] * len(LEVELS), rel=1e-6)
        owed = sum(tranche.principal for tranche in issuer.tranches.values())
        assert debt.quantiles[:, 0] == pytest.approx([owed] * len(LEVELS), rel=1e-6)


def test_quantiles_are_those_of_the_paths_that_live(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neocloud_mc.studies.trajectories.FEWEST_ALIVE", 1)
    issuer, month, paths = "alpha", 27, 12
    few = trajectories(scenario, paths, effort_of(paths, SEED, 1))
    ledgers = [ledger(scenario, issuer, SEED, number) for number in range(paths)]
    cash = [one.months[month - 1].cash for one in ledgers if _lives(one.ending, month)]
    assert 1 < len(cash) < paths
    one = fan(few, "cash", issuer)
    assert one.quantiles[:, one.months.index(month)] == pytest.approx(
        np.quantile(cash, LEVELS), rel=1e-6
    )


def _lives(ending: object, month: int) -> bool:
    return ending is None or getattr(ending, "month", 0) > month


def test_dscr_is_what_covenants_test(scenario: Scenario) -> None:
    n_tested = 0
    for number in range(8):
        for t, tables in enumerate(replay(scenario, SEED, number)):
            for row in tables.issuers:
                if t and t % MONTHS_BETWEEN_TESTS == 0 and row.has_covenants and row.alive[0]:
                    ours, tested = dscr(row)[0], row.dscr[0]
                    assert (math.isnan(ours) and tested == math.inf) or ours == tested
                    n_tested += 1
    assert n_tested > 50


def test_ratios_are_told_where_they_are_tested(scenario: Scenario, found: Trajectories) -> None:
    for one in found.fans:
        if one.quantity in ("dscr", "ltv", "liquidity"):
            assert all(month % MONTHS_BETWEEN_TESTS == 0 for month in one.months)
    covenants = {
        (name, key): tranche.covenants
        for name, issuer in scenario.issuers.items()
        for key, tranche in issuer.tranches.items()
        if tranche.covenants
    }
    for (issuer, tranche), limits in covenants.items():
        if limits.min_dscr is not None:
            assert fan(found, "dscr", issuer).limits[tranche] == limits.min_dscr
        if limits.min_liquidity is not None:
            assert fan(found, "liquidity", issuer).limits[tranche] == limits.min_liquidity
        if limits.max_ltv is not None:
            assert fan(found, "ltv", issuer, tranche).limits == {tranche: limits.max_ltv}


def test_where_too_few_live_nothing_is_said(scenario: Scenario) -> None:
    few = trajectories(scenario, FEWEST_ALIVE - 1, effort_of(10, SEED, 1))
    assert few.fans
    assert all(np.isnan(one.quantiles).all() for one in few.fans)


def test_flows_of_vehicles_are_those_of_the_ledgers() -> None:
    scenario, paths = groups(), 5
    found = trajectories(scenario, paths, effort_of(paths, SEED, 1))
    assert set(found.flows) == {n for n, one in scenario.issuers.items() if one.parent}
    n_flows = 0
    for vehicle, flows in found.flows.items():
        books = [ledger(scenario, vehicle, SEED, number) for number in range(paths)]
        for name, field in (
            ("distributed", "distributed"),
            ("called", "called"),
            ("cured", "cured_by_parent"),
        ):
            total = sum(
                getattr(month, field)
                for book in books
                for month in book.months
                if _lives(book.ending, month.month)
            )
            assert flows.means[name].value == pytest.approx(total / paths, rel=1e-9, abs=1e-6)
            n_flows += total > 0.0
    assert n_flows
