"""Waterfall: cash in, cash out, and the moment when it does not suffice.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from neocloud_mc.engine.replay import ledger
from neocloud_mc.results.ledger import LedgerMonth
from tests.engine.rich_world import rich
from tests.worlds import Tree, frequency, outcome, world

PATHS = 40_000
NORMAL = NormalDist()
STILL: Tree = {"market": {"funding": {"persistence_years": 1e30}}}
FRESH: Tree = {"market": {"funding": {"persistence_years": 1e-6}}}
INCOME = 730_000.0
"""USD a month of the contract below."""


def rented(**terms: Any) -> Tree:
    """An issuer that earns `INCOME` every month, no cash at first."""
    deal = {"customer": "tenant", "gpu": "h100", "count": 500, "price": 2.0, "end_month": 99}
    fleet = {"lot": {"gpu": "h100", "count": 500}}
    issuer = {"cash": 0.0, "fleet": fleet, "contracts": {"deal": deal}}
    return {"issuers": {"acme": issuer | terms}}


def bill(amount: float, month: int = 2) -> Tree:
    """A lot that has to be paid for."""
    lot = {"gpu": "h100", "count": 1, "unit_cost": amount}
    return lot | {"pay_month": month, "service_month": 99}


def buying(amount: float, month: int = 2) -> Tree:
    return {"issuers": {"acme": {"fleet": {"bill": bill(amount, month)}}}}


def loan(principal: float, maturity: int = 99, **terms: Any) -> Tree:
    return {"principal": principal, "coupon": 0.0, "maturity": maturity} | terms


def line(commitment: float, **terms: Any) -> Tree:
    return {"kind": "revolver", "commitment": commitment, "margin": 0.12, "maturity": 99} | terms


def story(*changes: Tree) -> tuple[LedgerMonth, ...]:
    return ledger(world(STILL, *changes), "acme", 1, 0).months


# One month, all spot, one bullet: Merton's firm.

VOLATILITY, DRIFT, RISK_FREE, COUPON, CASH = 0.9, -0.3, 0.06, 0.12, 2e5
SPOT_INCOME = 730.0 * 1000 * 2.0


def merton(leverage: float) -> Tree:
    """Revenue `SPOT_INCOME` · exp(x) against a bullet of that share of it."""
    price = {"drift": {"shortage": DRIFT}, "volatility": {"shortage": VOLATILITY}}
    issuer = {
        "cash": CASH,
        "fleet": {"lot": {"gpu": "h100", "count": 1000}},
        "tranches": {"bullet": loan(leverage * SPOT_INCOME, 1, coupon=COUPON)},
    }
    return {
        "horizon_months": 1,
        "market": {"risk_free": RISK_FREE, "price": price},
        "gpus": {"h100": {"resale": 0.0}},
        "issuers": {"acme": issuer},
    }


def strike(leverage: float) -> float:
    """What revenue must reach, USD."""
    owed = leverage * SPOT_INCOME * (1.0 + COUPON / 12.0)
    return owed - CASH * (1.0 + RISK_FREE / 12.0)


@pytest.mark.parametrize("leverage", [0.7, 0.9, 1.0, 1.1, 1.3, 1.6])
def test_one_month_pd_is_mertons(leverage: float) -> None:
    distance = math.log(strike(leverage) / SPOT_INCOME) - DRIFT / 12.0
    pd = NORMAL.cdf(distance / (VOLATILITY / math.sqrt(12.0)))
    frequency(outcome(world(merton(leverage)), PATHS).default_month[0] == 1, pd)


@pytest.mark.parametrize("leverage", [0.7, 0.9, 1.0, 1.1, 1.3, 1.6])
def test_one_month_expected_loss_is_a_put_on_revenue(leverage: float) -> None:
    deviation = VOLATILITY / math.sqrt(12.0)
    mean = SPOT_INCOME * math.exp(DRIFT / 12.0 + deviation**2 / 2.0)
    k = strike(leverage)
    d = (math.log(k / mean) + deviation**2 / 2.0) / deviation
    put = k * NORMAL.cdf(d) - mean * NORMAL.cdf(d - deviation)
    loss = outcome(world(merton(leverage)), PATHS).loss[0]
    assert abs(loss.mean() - put) < 4.5 * loss.std() / math.sqrt(PATHS)


@pytest.mark.parametrize(("leverage", "pd"), [(0.9, 0.0), (1.3, 1.0)])
def test_without_volatility_default_is_certain_or_impossible(leverage: float, pd: float) -> None:
    calm = {"market": {"price": {"volatility": {"shortage": 0.0}}}}
    assert outcome(world(merton(leverage), calm), 100).default_month.mean() == pd


def test_without_debt_and_costs_nobody_defaults() -> None:
    run = outcome(world(merton(0.0)), 4000)
    assert not run.default_month.any()
    assert not run.claim.any()


# Cash.


@pytest.mark.parametrize("rate", [0.0, 0.06, 0.3])
def test_cash_without_volatility_is_an_annuity_of_the_free_cash_flow(rate: float) -> None:
    debt = loan(1e6, coupon=0.24)
    months = story({"market": {"risk_free": rate}}, rented(cash=1e5, tranches={"loan": debt}))
    for m in months:
        growth = (1.0 + rate / 12.0) ** m.month
        annuity = (growth - 1.0) / (rate / 12.0) if rate > 0.0 else m.month
        assert math.isclose(m.cash, 1e5 * growth + (INCOME - 20_000.0) * annuity, rel_tol=1e-12)


@pytest.mark.parametrize("name", ["alpha", "beta"])
def test_cash_and_debt_are_conserved_month_by_month(name: str) -> None:
    """Sources less uses is the change of cash; drawn less repaid is the change of debt."""
    scenario = rich()
    deaths = 0
    for path in range(40):
        account = ledger(scenario, name, 7, path)
        cash = scenario.issuers[name].cash
        debt = sum(t.principal for t in scenario.issuers[name].tranches.values())
        survived = account.months[:-1] if account.ending else account.months
        for m in survived:
            repaid = m.scheduled + m.balloons + m.prepaid
            cash += m.interest_income + m.cfads + m.financed + m.borrowed + m.equity
            cash -= m.purchases + m.interest + repaid
            debt += m.financed + m.borrowed - repaid
            assert math.isclose(m.cash, cash, rel_tol=1e-9, abs_tol=0.01)
            assert math.isclose(m.debt, debt, rel_tol=1e-9, abs_tol=0.01)
            assert m.cash >= 0.0
        deaths += account.ending is not None
    assert 0 < deaths < 40


@pytest.mark.parametrize(("amount", "dies"), [(2 * INCOME, False), (2 * INCOME + 0.01, True)])
def test_cash_of_exactly_zero_is_no_default(amount: float, dies: bool) -> None:
    run = outcome(world(rented(), buying(amount)), 1)
    assert run.default_month[0, 0] == (2 if dies else 0)


@pytest.mark.parametrize(("amount", "cause"), [(2 * INCOME, 2), (2 * INCOME + 0.01, 1)])
def test_a_default_is_for_refinancing_if_the_balloon_alone_is_missing(
    amount: float, cause: int
) -> None:
    terms = rented(tranches={"loan": loan(5e5, 2)})
    assert outcome(world(terms, buying(amount)), 1).cause[0, 0] == cause


def test_a_payment_default_pays_and_raises_nothing() -> None:
    """50,000 + 100,000 of revolver and equity cannot save a month short of 270,000."""
    helped = {"support": {"capacity": 1e5}, "tranches": {"rcf": line(5e4)}}
    account = ledger(world(STILL, rented(**helped), buying(2 * INCOME + 2.7e5)), "acme", 1, 0)
    last, ending = account.months[-1], account.ending
    assert ending is not None
    assert (last.borrowed, last.equity, last.cash) == (0.0, 0.0, 0.0)
    assert ending.tranches[0].claim == 0.0
    assert math.isclose(ending.shortfall, 1.2e5, rel_tol=1e-12)


# Revolvers, equity, sweeps.


@pytest.mark.parametrize("shortfall", [0.0, 20_000.0, 50_000.0, 90_000.0, 150_000.0, 150_001.0])
def test_revolvers_lend_the_shortfall_in_file_order(shortfall: float) -> None:
    lines = {"first": line(50_000.0), "second": line(100_000.0, margin=0.24)}
    account = ledger(
        world(STILL, rented(tranches=lines), buying(2 * INCOME + shortfall)), "acme", 1, 0
    )
    if shortfall > 150_000.0:
        assert account.ending is not None
        return
    draw, after = account.months[1], account.months[2]
    first = min(shortfall, 50_000.0)
    assert (draw.borrowed, draw.cash) == (shortfall, 0.0)
    interest = 0.01 * first + 0.02 * (shortfall - first)
    assert math.isclose(after.interest, interest, rel_tol=1e-13, abs_tol=1e-9)
    assert after.prepaid == shortfall
    assert math.isclose(after.cash, INCOME - interest - shortfall, rel_tol=1e-13)


def test_what_is_repaid_can_be_drawn_again() -> None:
    again = {"issuers": {"acme": {"fleet": {"again": bill(2 * INCOME, 4)}}}}
    months = story(rented(tranches={"rcf": line(50_000.0)}), buying(2 * INCOME + 5e4), again)
    assert [m.borrowed for m in months[:4]] == [0.0, 50_000.0, 0.0, 50_000.0 + 500.0 - 0.0][:3] + [
        months[3].borrowed
    ]
    assert math.isclose(months[3].borrowed, 2 * INCOME - INCOME - months[2].cash, rel_tol=1e-9)
