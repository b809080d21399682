"""Fleet: when lots arrive, what they cost, and who pays for them.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from neocloud_mc.studies.ledger.replay import replay
from tests.engine.rich_world import rich
from tests.worlds import IDLE, Tree, frequency, outcome, world

LOTS = 300
"""Lots of one issuer: with 64 paths side by side, 19,200 draws of a delay."""
DDTL = 2
"""Place of the delayed-draw tranche in the rich world."""
ORDER: Tree = {
    **{"gpu": "h100", "count": 100, "unit_cost": 1000.0},
    **{"pay_month": 4, "service_month": 5},
}
"""100,000 USD, due in month 4."""
RICH: Tree = {"min_cash": 0.0}
"""All of the cash may go into optional lots."""
HOPELESS: Tree = {
    "lenders": {"cure_quarters": 9},
    "tranches": {
        "tested": {
            **{"principal": 1.0, "coupon": 0.0, "maturity": 24},
            "covenants": {"min_liquidity": 1e9},
        }
    },
}
"""In breach from the first test, month 3, on."""


def buyer(lot: Tree, *changes: Tree) -> Tree:
    """An issuer with 500,000 USD, no income, and one lot to come."""
    issuer: Tree = {"cash": 500_000.0, "min_cash": 500_000.0, "fleet": {"lot": ORDER | lot}}
    for change in changes:
        issuer |= change
    return {"horizon_months": 8, "issuers": {"acme": issuer}}


def starts(delay: float, service_month: int) -> NDArray[np.float64]:
    """First month of service, float64[lots, paths]."""
    lot = {"gpu": "h100", "count": 1, "service_month": service_month}
    fleet = {f"lot{k}": lot for k in range(LOTS)}
    issuer = {"cash": 0.0, "delivery_delay_months": delay, "fleet": fleet}
    first = next(replay(world({"issuers": {"acme": issuer}}), 1, 0))
    return np.array(first.lots["start"])


def funded(
    *changes: Tree, advance: float = 0.8, maturity: int = 24, commitment: float = 1e6
) -> Any:
    """Issuer, after month 4, whose delayed-draw tranche lends for the lot; all paths alike."""
    loan = {"kind": "delayed_draw", "commitment": commitment, "margin": 0.0, "maturity": maturity}
    lent = {"financed_by": "ddtl", "advance": advance}
    terms = buyer(lent, *changes)
    tranches = terms["issuers"]["acme"].get("tranches", {})
    terms["issuers"]["acme"]["tranches"] = {**tranches, "ddtl": loan}
    return list(replay(world(IDLE, terms), 1, 0))[4].issuers[0]


@pytest.mark.parametrize("delay", [0.4, 2.0, 7.5])
def test_delay_is_geometric_with_the_given_mean(delay: float) -> None:
    late = starts(delay, 3) - 3.0
    q = delay / (1.0 + delay)
    assert abs(late.mean() - delay) < 4.5 * math.sqrt(delay * (1.0 + delay) / late.size)
    for months in range(1, 9):
        frequency(late >= months, q**months)


def test_lots_of_one_issuer_are_late_independently() -> None:
    late = starts(2.0, 3)
    correlation = np.corrcoef(late[0::2].ravel(), late[1::2].ravel())[0, 1]
    assert abs(correlation) < 4.5 / math.sqrt(late.size / 2)


def test_without_delay_a_lot_starts_in_its_service_month() -> None:
    assert np.all(starts(0.0, 5) == 5.0)


def test_a_lot_in_service_at_the_base_date_is_never_late() -> None:
    assert np.all(starts(6.0, 0) == 1.0)


def test_a_longer_mean_delay_never_brings_a_lot_earlier() -> None:
    delays = [starts(delay, 2) for delay in (0.0, 0.5, 3.0, 9.0)]
    assert np.all(np.diff(delays, axis=0) >= 0.0)


def test_running_gpus_are_those_of_lots_in_service() -> None:
    for t, state in enumerate(replay(rich(), 1, 0)):
        for issuer in state.issuers if t > 0 else ():
            alive = issuer.alive > 0.0
            lots = state.lots[issuer.first_lot : issuer.end_lot]
            runs = (lots["start"] <= t) & (lots["cancelled"] == 0.0)
            fleets = state.fleets[issuer.first_fleet : issuer.end_fleet]
            running = (lots["count"][:, None] * runs).sum(0)
            assert np.array_equal(fleets["running"].sum(0)[alive], running[alive])


def test_collateral_is_what_is_paid_for_and_not_cancelled() -> None:
    seen = 0
    for t, state in enumerate(replay(rich(), 1, 64)):
        for issuer in state.issuers if t > 0 and t % 3 == 0 else ():
            alive = issuer.alive > 0.0
            tranches = state.tranches[issuer.first_tranche : issuer.end_tranche]
            limited = {tranche.pool for tranche in tranches if tranche.covenants_max_ltv > 0.0}
            for p in limited - {-1}:
                value = np.zeros(len(alive))
                for lot in state.lots[issuer.first_lot : issuer.end_lot]:
                    gpu = state.gpus[state.fleets[lot.fleet].gpu]
                    owned = (lot.pool == p) & (lot.pay_month <= t) & (lot.cancelled == 0.0)
                    value += lot["count"] * gpu.resale * owned
                assert np.allclose(state.pools[p].collateral[alive], value[alive], rtol=1e-14)
                seen += int(alive.sum())
    assert seen > 100


def test_purchases_are_own_capex_and_delayed_draws() -> None:
    seen = 0.0
    for t, (before, state) in enumerate(pairwise(replay(rich(), 2, 0)), start=1):
        issuer = state.issuers[0]
        lives = issuer.alive > 0.0
        lots = state.lots[issuer.first_lot : issuer.end_lot]
        cost = lots["cost"][lots["pay_month"] == t].sum(0)
        assert np.array_equal(issuer.purchases[lives], cost[lives])
        drawn = before.tranches[DDTL].undrawn - state.tranches[DDTL].undrawn
        assert np.allclose(issuer.financed[lives], drawn[lives], rtol=0, atol=1e-6)
        assert np.all(issuer.financed[lives] <= issuer.purchases[lives])
        seen += drawn[lives].sum()
    assert seen > 0.0


@pytest.mark.parametrize(("cash", "pays"), [(100_000.0, True), (99_999.99, False)])
def test_a_committed_lot_must_be_paid_to_the_last_cent(cash: float, pays: bool) -> None:
    run = outcome(world(IDLE, buyer({}, {"cash": cash})), 1)
    assert run.default_month[0, 0] == (0 if pays else 4)


@pytest.mark.parametrize("window", [-1.0, 0.3, 1.5])
def test_an_optional_lot_is_bought_as_often_as_its_window_is_open(window: float) -> None:
    """Its last cent goes into the lot, so that it cannot pay the next one exactly then."""
    fresh = {"market": {"funding": {"persistence_years": 1e-6}}}
    late: Tree = {"service_month": 99}
    terms = RICH | {"cash": 100_000.0, "growth_window": window}
    issuer = buyer({"committed": False} | late, terms)
    after = {"fleet": {"next": ORDER | late | {"count": 1, "pay_month": 5}}}
    run = outcome(world(fresh, issuer, {"issuers": {"acme": after}}), 40_000)
    frequency(run.default_month[0] == 5, NormalDist().cdf(-window))


@pytest.mark.parametrize(("window", "bought"), [(0.25, False), (math.nextafter(0.25, 0.0), True)])
def test_a_window_at_the_level_of_the_climate_is_closed(window: float, bought: bool) -> None:
    climate = {"market": {"funding": {"start": 0.25}}}
    issuer = buyer({"committed": False}, RICH | {"growth_window": window})
    last = list(replay(world(IDLE, climate, issuer), 1, 0))[-1]
    assert last.issuers[0].cash[0] == (400_000.0 if bought else 500_000.0)


def test_a_cancelled_lot_never_runs_and_is_nobodys_collateral() -> None:
    issuer = buyer({"committed": False, "pool": "box"}, {"growth_window": math.inf})
    last = list(replay(world(IDLE, issuer), 1, 0))[-1]
    assert last.fleets[0].running[0] == 0.0
    assert last.pools[0].collateral[0] == 0.0
    assert last.issuers[0].cash[0] == 500_000.0


def test_a_committed_lot_is_bought_in_any_climate() -> None:
    last = list(replay(world(IDLE, buyer({}, {"growth_window": math.inf})), 1, 0))[-1]
    assert last.issuers[0].cash[0] == 400_000.0
    assert last.fleets[0].running[0] == 100.0


@pytest.mark.parametrize(("pay_month", "bought"), [(3, True), (4, False)])
def test_breach_cancels_optional_lots_from_the_month_after_the_test(
    pay_month: int, bought: bool
) -> None:
    terms = buyer({"committed": False, "pay_month": pay_month}, RICH, HOPELESS)
    last = list(replay(world(IDLE, terms), 1, 0))[-1]
    assert last.fleets[0].running[0] == (100.0 if bought else 0.0)


@pytest.mark.parametrize("advance", [0.0, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("commitment", [0.0, 60_000.0, 1e6])
def test_a_delayed_draw_lends_its_advance_up_to_its_commitment(
    advance: float, commitment: float
) -> None:
    issuer = funded(advance=advance, commitment=commitment)
    lent = min(advance * 100_000.0, commitment)
    assert issuer.financed[0] == lent
    assert issuer.cash[0] == 400_000.0 + lent


@pytest.mark.parametrize(("maturity", "lent"), [(4, 0.0), (5, 80_000.0)])
def test_a_delayed_draw_lends_nothing_in_its_maturity_month(maturity: int, lent: float) -> None:
    assert funded(maturity=maturity).financed[0] == lent


def test_a_delayed_draw_lends_nothing_in_breach() -> None:
    assert funded(HOPELESS).financed[0] == 0.0
