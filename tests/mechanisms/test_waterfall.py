"""Waterfall: cash in, cash out, and the moment when it does not suffice.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from neocloud_mc.studies.ledger.ledger import LedgerMonth
from neocloud_mc.studies.ledger.replay import ledger
from neocloud_mc.validation.merton import SpotDebt
from tests.engine.rich_world import rich
from tests.worlds import FRESH, STILL, Tree, frequency, outcome, world

PATHS = 40_000
NORMAL = NormalDist()
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


def debt(leverage: float) -> SpotDebt:
    """What revenue must reach, USD, against it."""
    owed = leverage * SPOT_INCOME * (1.0 + COUPON / 12.0)
    return SpotDebt(SPOT_INCOME, DRIFT, VOLATILITY, owed - CASH * (1.0 + RISK_FREE / 12.0))


@pytest.mark.parametrize("leverage", [0.7, 0.9, 1.0, 1.1, 1.3, 1.6])
def test_one_month_pd_is_mertons(leverage: float) -> None:
    has_defaulted = outcome(world(merton(leverage)), PATHS).default_month[0] == 1
    frequency(has_defaulted, debt(leverage).pd)


@pytest.mark.parametrize("leverage", [0.7, 0.9, 1.0, 1.1, 1.3, 1.6])
def test_one_month_expected_loss_is_a_put_on_revenue(leverage: float) -> None:
    loss = outcome(world(merton(leverage)), PATHS).loss[0]
    assert abs(loss.mean() - debt(leverage).expected_loss) < 4.5 * loss.std() / math.sqrt(PATHS)


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
    assert deaths > 0


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
    """Month 3: 730,000 − 400 of interest − 40,000 repaid. Month 4 draws all of the 50,000."""
    again = {"issuers": {"acme": {"fleet": {"again": bill(689_600.0 + INCOME + 5e4, 4)}}}}
    months = story(rented(tranches={"rcf": line(5e4)}), buying(2 * INCOME + 4e4), again)
    assert np.allclose([m.borrowed for m in months[:5]], [0.0, 4e4, 0.0, 5e4, 0.0], atol=1e-6)
    assert np.allclose([m.prepaid for m in months[:5]], [0.0, 0.0, 4e4, 0.0, 5e4], atol=1e-6)


@pytest.mark.parametrize(("maturity", "dies"), [(2, True), (3, False)])
def test_a_revolver_lends_nothing_in_its_maturity_month(maturity: int, dies: bool) -> None:
    terms = rented(tranches={"rcf": line(1e6, maturity=maturity)})
    assert outcome(world(terms, buying(2 * INCOME + 1.0)), 1).default_month[0, 0] == 2 * dies


def test_a_revolver_is_repaid_from_cash_above_the_minimum_only() -> None:
    terms = rented(min_cash=6e5, tranches={"rcf": line(5e5)})
    months = story(terms, buying(2 * INCOME + 5e5))
    assert months[2].prepaid == INCOME - 5000.0 - 6e5
    assert months[2].cash == 6e5


@pytest.mark.parametrize("minimum", [0.0, 30_000.0])
@pytest.mark.parametrize("shortfall", [10_000.0, 80_000.0, 100_000.0, 100_001.0])
def test_owners_restore_the_minimum_cash_within_their_capacity(
    shortfall: float, minimum: float
) -> None:
    terms = rented(min_cash=minimum, support={"capacity": 1e5})
    account = ledger(world(STILL, terms, buying(2 * INCOME + shortfall)), "acme", 1, 0)
    month = account.months[1]
    if shortfall > 1e5:
        assert account.ending is not None
    else:
        assert month.equity == min(1e5, shortfall + minimum)
        assert month.cash == month.equity - shortfall


@pytest.mark.parametrize("window", [-1.0, 0.5])
def test_owners_pay_as_often_as_their_window_is_open(window: float) -> None:
    terms = rented(support={"capacity": 1e9, "window": window})
    run = outcome(world(FRESH, terms, buying(2 * INCOME + 1.0)), PATHS)
    frequency(run.default_month[0] == 2, NORMAL.cdf(window))


@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_a_swept_balance_follows_its_recursion_in_closed_form(share: float) -> None:
    """B_t = B_{t−1}(1 + s i) − s C, so B_t = C/i + (B_0 − C/i)(1 + s i)^t."""
    i = 0.01
    level = INCOME / i
    months = story(rented(tranches={"loan": loan(2e7, coupon=0.12, sweep=share)}))
    for m in months:
        balance = level + (2e7 - level) * (1.0 + share * i) ** m.month
        assert math.isclose(m.debt, balance, rel_tol=1e-11)


def test_sweeps_share_the_cash_flow_in_file_order() -> None:
    swept = {"first": loan(4e6, sweep=0.8), "second": loan(4e6, sweep=0.5)}
    month = story(rented(tranches=swept))[0]
    assert (month.prepaid, month.cash) == (INCOME, 0.0)
    both = outcome(world(STILL, rented(tranches=swept), {"horizon_months": 2}), 1)
    first, second = 12.0 * both.discounted_balance[:, 0] - 4e6
    assert math.isclose(first, 4e6 - 0.8 * INCOME, rel_tol=1e-12)
    assert math.isclose(second, 4e6 - 0.2 * INCOME, rel_tol=1e-12)


# Under common draws.

SHAKY: Tree = {
    "market": {
        "price": {"volatility": {"shortage": 0.6}, "drift": {"shortage": -0.2}},
        "resale": {"haircut": {"volatility": 0.5}},
    }
}


def months_of_default(
    schedule: Any, principal: float = 1.6e7, cash: float = 2e6, coupon: float = 0.12
) -> NDArray[np.float64]:
    """Of a plain term issuer, all spot, with two loans; 99 where it lives, float64[paths]."""
    terms = {"principal": principal, "coupon": coupon, "amortization": schedule}
    issuer = {
        "cash": cash,
        "costs": {"fixed": 2e5},
        "fleet": {"lot": {"gpu": "h100", "count": 1000}},
        "tranches": {"first": terms | {"maturity": 18}, "second": loan(1e6, 21, coupon=coupon)},
    }
    month = outcome(world(SHAKY, {"issuers": {"acme": issuer}}), 4000).default_month[0]
    return np.where(month > 0, month, 99.0)


SCHEDULES = ["bullet", "linear", "annuity", {6: 6e6, 12: 6e6}]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_more_principal_never_saves_an_issuer(schedule: Any) -> None:
    found = [months_of_default(schedule, principal=p) for p in (1.2e7, 1.6e7, 1.61e7, 2.2e7)]
    assert np.all(np.diff(found, axis=0) <= 0.0)
    assert np.any(found[0] > found[-1])


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_more_cash_never_hurts(schedule: Any) -> None:
    found = [months_of_default(schedule, cash=cash) for cash in (0.0, 2e6, 2.01e6, 6e6)]
    assert np.all(np.diff(found, axis=0) >= 0.0)
    assert np.any(found[0] < found[-1])


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_cheaper_debt_never_hurts(schedule: Any) -> None:
    found = [months_of_default(schedule, coupon=coupon) for coupon in (0.0, 0.12, 0.121, 0.4)]
    assert np.all(np.diff(found, axis=0) <= 0.0)
    assert np.any(found[0] > found[-1])
