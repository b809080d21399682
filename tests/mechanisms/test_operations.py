"""Operations: who is served, at which price, at what cost.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from neocloud_mc.studies.ledger.replay import replay
from tests.engine.rich_world import rich
from tests.worlds import FRESH, STILL, Tree, frequency, outcome, world

NO_SPOT: Tree = {"market": {"regime": {"utilization": {"shortage": 0.0}}}}


def deal(count: float, price: float, **terms: Any) -> Tree:
    known = {"customer": "tenant", "gpu": "h100", "count": count, "price": price, "end_month": 99}
    return known | terms


def cloud(**terms: Any) -> Tree:
    """100 GPUs and whatever a test adds."""
    issuer = {"cash": 1e7, "fleet": {"lot": {"gpu": "h100", "count": 100}}}
    return {"issuers": {"acme": issuer | terms}}


def backstop(count: float = 40, price: float = 1.0, until: int = 99, **terms: Any) -> Tree:
    return {"gpu": "h100", "count": count, "price": price, "until_month": until} | terms


def months(*changes: Tree) -> list[Any]:
    """Tables after every month, 64 paths."""
    return list(replay(world(STILL, *changes), 1, 0))[1:]


def month_one(*changes: Tree) -> Any:
    return months(*changes)[0].issuers[0]


def billed(*changes: Tree) -> list[float]:
    return [float(k) for k in months(*changes)[0].contracts["billed"][:, 0]]


def test_spot_revenue_is_price_times_hours_times_utilization() -> None:
    moving = {
        "price": {"volatility": {"shortage": 0.4, "glut": 0.8}},
        "regime": {
            "mean_years": {"shortage": 0.5, "glut": 0.5},
            "utilization": {"shortage": 0.9, "glut": 0.4},
        },
    }
    seen = set()
    for tables in months(cloud(), {"market": moving}):
        market = tables.market[0]
        share = np.where(market.glut > 0.0, 0.4, 0.9)
        revenue = 730.0 * 100 * 2.0 * np.exp(market.index) * share
        assert np.allclose(tables.issuers[0].revenue, revenue, rtol=1e-13)
        seen |= set(market.glut)
    assert seen == {0.0, 1.0}


def test_contracts_are_served_in_file_order_whatever_they_pay() -> None:
    cheap, dear = deal(80, 1.0), deal(80, 5.0)
    assert billed(cloud(contracts={"cheap": cheap, "dear": dear})) == [80.0, 20.0]
    assert billed(cloud(contracts={"dear": dear, "cheap": cheap})) == [80.0, 20.0]


def test_what_a_contract_cannot_get_it_is_not_billed_for() -> None:
    issuer = month_one(cloud(contracts={"big": deal(1000, 2.5)}))
    assert issuer.revenue[0] == 730.0 * 100 * 2.5


def test_each_gpu_type_serves_its_own_contracts() -> None:
    other = {"gpus": {"b200": {"price": 3.0, "resale": 1.0, "operating_cost": 0.0}}}
    deals = {"new": deal(50, 4.0, gpu="b200"), "old": deal(70, 2.5)}
    assert billed(other, cloud(contracts=deals)) == [0.0, 70.0]


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 1.0])
def test_take_or_pay_is_the_share_of_the_bill_that_is_paid(share: float) -> None:
    issuer = month_one(cloud(contracts={"deal": deal(100, 2.5, take_or_pay=share)}))
    assert math.isclose(issuer.revenue[0], share * 730.0 * 100 * 2.5, rel_tol=1e-14)


def test_contracts_come_before_the_backstop_and_the_backstop_before_the_spot_market() -> None:
    issuer = month_one(cloud(contracts={"deal": deal(30, 3.0)}, backstop=backstop()))
    assert issuer.contracted[0] == 730.0 * 30 * 3.0
    assert issuer.backstopped[0] == 730.0 * 40 * 1.0
    assert math.isclose(issuer.let_spot[0], 730.0 * 30 * 2.0, rel_tol=1e-14)


@pytest.mark.parametrize(("let", "taken"), [(0, 40), (60, 40), (75, 25), (100, 0)])
def test_the_backstop_takes_idle_gpus_only(let: int, taken: int) -> None:
    issuer = month_one(cloud(contracts={"deal": deal(let, 3.0)}, backstop=backstop()))
    assert issuer.backstopped[0] == 730.0 * taken


def test_the_backstop_ends_after_its_last_month() -> None:
    paid = [m.issuers[0].backstopped[0] for m in months(cloud(backstop=backstop(until=7)))]
    assert paid == [730.0 * 40] * 7 + [0.0] * 17


@pytest.mark.parametrize("window", [-1.2, 0.0, 1.0])
def test_a_backstop_holds_as_often_as_its_window_is_open(window: float) -> None:
    """The backstop alone pays the costs: surviving t months takes t open windows."""
    terms = cloud(backstop=backstop(100, 2.0, window=window), costs={"fixed": 146_000.0}, cash=0.0)
    month = outcome(world(FRESH, NO_SPOT, terms), 40_000).default_month[0]
    for t in (1, 2, 6):
        frequency((month == 0) | (month > t), NormalDist().cdf(-window) ** t)


@pytest.mark.parametrize(("window", "taken"), [(0.0, 0), (math.nextafter(0.0, -1.0), 40)])
def test_a_backstop_at_the_level_of_the_climate_is_void(window: float, taken: int) -> None:
    issuer = month_one(cloud(backstop=backstop(window=window)))
    assert issuer.backstopped[0] == 730.0 * taken


@pytest.mark.parametrize("inflation", [-0.2, 0.0, 0.04, 1.5])
def test_costs_compound_monthly_to_the_yearly_inflation(inflation: float) -> None:
    costs = {"fixed": 5000.0, "inflation": inflation}
    gpu = {"gpus": {"h100": {"operating_cost": 30.0}}}
    for t, tables in enumerate(months(gpu, cloud(costs=costs)), start=1):
        expected = 8000.0 * (1.0 + inflation) ** (t / 12.0)
        assert math.isclose(tables.issuers[0].opex[0], expected, rel_tol=1e-13)


def test_variable_costs_grow_with_revenue_and_not_with_prices() -> None:
    costs = {"variable": 0.1, "inflation": 0.5}
    for tables in months(cloud(costs=costs, contracts={"deal": deal(100, 2.5)})):
        assert math.isclose(tables.issuers[0].cfads[0], 0.9 * 730.0 * 250.0, rel_tol=1e-14)


def test_a_lots_own_operating_cost_replaces_that_of_its_type() -> None:
    gpu = {"gpus": {"h100": {"operating_cost": 30.0}}}
    fleet = {
        "usual": {"gpu": "h100", "count": 100},
        "frugal": {"gpu": "h100", "count": 50, "operating_cost": 10.0},
    }
    assert month_one(gpu, cloud(fleet=fleet)).opex[0] == 100 * 30.0 + 50 * 10.0


def test_without_gpus_there_are_only_fixed_costs() -> None:
    issuer = month_one(cloud(fleet={}, contracts={"deal": deal(10, 2.0)}, costs={"fixed": 700.0}))
    assert issuer.revenue[0] == 0.0
    assert issuer.cfads[0] == -700.0


def test_a_fuller_spot_market_never_lowers_cfads() -> None:
    found = []
    for share in (0.0, 0.5, 1.0):
        use = {"market": {"regime": {"utilization": {"shortage": share, "glut": share}}}}
        found.append([tables.issuers[0].cfads for tables in replay(rich(use), 1, 0)][:4])
    assert np.all(np.diff(found, axis=0) >= 0.0)


def test_every_running_gpu_is_let_under_contract_backstopped_or_idle() -> None:
    taken_ever = 0.0
    for state in list(replay(rich(), 1, 0))[1:]:
        for issuer in state.issuers:
            alive = issuer.alive > 0.0
            for f in range(issuer.first_fleet, issuer.end_fleet):
                let = np.zeros(len(alive))
                for contract in state.contracts[issuer.first_contract : issuer.end_contract]:
                    let += contract.billed * (contract.fleet == f)
                if f == issuer.backstop_fleet:
                    let += issuer.backstopped / (730.0 * issuer.backstop_price)
                    taken_ever += issuer.backstopped[alive].sum()
                fleet = state.fleets[f]
                assert np.allclose((let + fleet.idle)[alive], fleet.running[alive], atol=1e-6)
    assert taken_ever > 0.0


def test_revenue_is_what_is_billed_at_the_prices_of_the_month() -> None:
    """Where no price changes during the month, contract by contract."""
    states, checked = list(replay(rich(), 1, 128)), 0
    for before, state in pairwise(states):
        for issuer in state.issuers:
            mine = slice(int(issuer.first_contract), int(issuer.end_contract))
            now, was = state.contracts[mine], before.contracts[mine]
            same = (now["price"] == was["price"]).all(0) & (issuer.alive > 0.0)
            rents = 730.0 * now["price"] * now["take_or_pay"][:, None]
            expected = (now["billed"] * rents).sum(0)
            assert np.allclose(issuer.contracted[same], expected[same], rtol=1e-12)
            checked += int(same.sum())
    assert checked > 1000
