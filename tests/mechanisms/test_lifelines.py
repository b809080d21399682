"""Equity ahead of need, rollovers ahead of maturity, cash cures, and jumps.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.studies.ledger.replay import ledger, replay
from tests.worlds import FRESH, STILL, Tree, frequency, outcome, world

PATHS = 40_000
NORMAL = NormalDist()
FREE: Tree = {"market": {"funding": {"spread": {"base": 0.0}}}}
"""What is rolled over costs nothing."""
"""Every month's climate is a draw of its own."""


def firm(tranches: Tree | None = None, **terms: Any) -> Tree:
    return {"issuers": {"acme": {"cash": 0.0, "tranches": tranches or {}} | terms}}


def bullet(month: int, amount: float = 100.0, **terms: Any) -> Tree:
    return {"loan": {"principal": amount, "coupon": 0.0, "maturity": month} | terms}


def story(*changes: Tree) -> Ledger:
    return ledger(world(STILL, *changes), "acme", 1, 0)


# Equity ahead of need.


@pytest.mark.parametrize("runway", [0, 1, 4, 9])
def test_a_runway_gives_as_many_more_chances_to_find_an_open_window(runway: int) -> None:
    """No open month in n = runway + 1: Φ(w)ⁿ."""
    window = 0.4
    terms = firm(bullet(12), support={"capacity": 1e3, "window": window, "runway": runway})
    run = outcome(world(FRESH, terms), PATHS)
    frequency(run.default_month[0] == 12, NORMAL.cdf(window) ** (runway + 1))


def test_owners_make_up_to_the_cash_that_the_runway_burns() -> None:
    """10 a month are burnt: min_cash 25 + 3 · 10 + the bullet of month 7 from month 4 on."""
    terms = firm(
        bullet(7, 40.0),
        cash=100.0,
        min_cash=25.0,
        costs={"fixed": 10.0},
        support={"capacity": 1e9, "runway": 3},
    )
    months = story(terms).months
    assert [m.cash for m in months[:8]] == [90.0, 80.0, 70.0, 95.0, 95.0, 95.0, 55.0, 55.0]
    assert [m.equity for m in months[:7]] == [0.0, 0.0, 0.0, 35.0, 10.0, 10.0, 10.0]


def test_the_burn_is_the_mean_of_three_months() -> None:
    """A lot of 90 in month 3 counts for 30 a month in months 3, 4 and 5."""
    order = {"gpu": "h100", "count": 1, "unit_cost": 90.0, "pay_month": 3, "service_month": 99}
    terms = firm(fleet={"lot": order}, support={"capacity": 1e9, "runway": 2})
    cash = [m.cash for m in story(terms).months[:6]]
    assert cash == [0.0, 0.0, 60.0, 60.0, 60.0, 60.0]
    equity = [m.equity for m in story(terms).months[:6]]
    assert equity == [0.0, 0.0, 150.0, 0.0, 0.0, 0.0]


def test_a_bullet_that_may_be_rolled_over_is_not_saved_for() -> None:
    support = {"capacity": 1e9, "runway": 6}
    plain = firm(bullet(12), support=support)
    rolled = firm(bullet(12, refinance={"months": 24}), support=support)
    assert sum(m.equity for m in story(plain).months) == 100.0
    assert sum(m.equity for m in story(FREE, rolled).months) == 0.0


def test_what_owners_would_give_grows_while_their_window_is_open() -> None:
    """10 at once and 12 a year: after t months 10 + t, and 5 a month are needed."""
    terms = firm(costs={"fixed": 5.0}, support={"capacity": 10.0, "per_year": 12.0})
    ending = story(terms).ending
    assert ending is not None
    assert ending.month == 3 and math.isclose(ending.shortfall, 15.0 - 13.0)


def test_months_with_a_shut_window_add_nothing() -> None:
    path = {"market": {"path": {"climate": {1: -1.0, 8: -1.0, 9: 1.0, 24: 1.0}}}}
    terms = firm(bullet(12, 3.5), support={"capacity": 0.0, "per_year": 12.0, "window": 0.0})
    assert story(terms, path).ending is None
    more = firm(bullet(12, 4.5), support={"capacity": 0.0, "per_year": 12.0, "window": 0.0})
    assert story(more, path).ending is not None


@pytest.mark.parametrize(("elasticity", "capacity"), [(0.0, 100.0), (1.0, 50.0), (2.0, 25.0)])
def test_owners_are_worth_less_when_compute_is(elasticity: float, capacity: float) -> None:
    path = {"market": {"path": {"price_index": {2: 0.5, 24: 0.5}}}}
    for need, dies in ((capacity - 1e-6, False), (capacity + 1e-6, True)):
        support = {"capacity": 100.0, "price_elasticity": elasticity}
        found = story(firm(bullet(12, need), support=support), path).ending
        assert (found is not None) == dies


def test_a_dearer_market_makes_owners_no_richer() -> None:
    path = {"market": {"path": {"price_index": {2: 3.0, 24: 3.0}}}}
    support = {"capacity": 100.0, "price_elasticity": 1.0}
    assert story(firm(bullet(12, 100.01), support=support), path).ending is not None


# Rollovers ahead.


@pytest.mark.parametrize("ahead", [0, 1, 6])
def test_every_month_ahead_is_one_more_chance_to_roll_over(ahead: int) -> None:
    """Φ(w)^{k+1} to find no open month."""
    window = 0.3
    loan = bullet(12, refinance={"months": 60, "window": window, "ahead": ahead})
    run = outcome(world(FRESH, FREE, firm(loan)), PATHS)
    frequency(run.default_month[0] == 12, NORMAL.cdf(window) ** (ahead + 1))


def test_what_is_rolled_ahead_pays_this_months_principal_and_begins_anew() -> None:
    """120 over 12 months: 10 in month 6, and 60 over 18 months from month 7 on, at r + c."""
    loan = bullet(12, 120.0, amortization="linear", refinance={"months": 18, "ahead": 6})
    months = story(firm(loan, cash=1e3)).months
    assert [m.scheduled for m in months[4:8]] == pytest.approx([10.0, 10.0, 60 / 18, 60 / 18])
    assert [m.interest for m in months[4:8]] == pytest.approx(
        [0.0, 0.0, 60 * 0.05 / 12, (60 - 60 / 18) * 0.05 / 12]
    )
    assert any("6 months ahead" in event for event in months[5].events)


def test_nothing_is_rolled_ahead_in_breach() -> None:
    tested = {"min_liquidity": 1e9}
    loan = bullet(12, refinance={"months": 60, "ahead": 8}, covenants=tested)
    terms = firm(loan, cash=1.0, lenders={"cure_quarters": 99})
    rolled = [m.month for m in story(terms).months for e in m.events if "rolled" in e]
    assert rolled == [12]
    late = bullet(12, refinance={"months": 60, "ahead": 10}, covenants=tested)
    terms = firm(late, cash=1.0, lenders={"cure_quarters": 99})
    assert [m.month for m in story(terms).months for e in m.events if "rolled" in e] == [2]


def test_a_loan_rolled_ahead_is_tried_again_before_its_new_maturity() -> None:
    loan = bullet(6, refinance={"months": 8, "ahead": 3})
    rolled = [m.month for m in story(FREE, firm(loan)).months for e in m.events if "rolled" in e]
    assert rolled == [3, 8, 13, 18, 23]


# Scheduled principal on the balance that opens the month.


def test_what_is_drawn_this_month_falls_due_from_the_next_on() -> None:
    order = {"gpu": "h100", "count": 1, "unit_cost": 60.0, "pay_month": 3, "service_month": 99}
    lent = order | {"financed_by": "loan", "advance": 1.0}
    loan = {"kind": "delayed_draw", "commitment": 60.0, "margin": 0.0, "maturity": 12}
    terms = firm({"loan": loan | {"amortization": "linear"}}, fleet={"lot": lent}, cash=1e3)
    assert [m.scheduled for m in story(terms).months[1:5]] == pytest.approx(
        [0.0, 0.0, 60 / 9, 60 / 9]
    )


# Covenants.


def test_covenants_are_tested_from_their_month_on() -> None:
    tested = {"min_liquidity": 1e9, "from_month": 9}
    terms = firm(bullet(99, covenants=tested), lenders={"cure_quarters": 0})
    ending = story(terms).ending
    assert ending is not None and (ending.month, ending.cause) == (9, "covenant")


@pytest.mark.parametrize(("cash", "cured"), [(150.0, True), (149.99, False)])
def test_a_loan_is_repaid_at_par_rather_than_accelerated(cash: float, cured: bool) -> None:
    """100 from cash above 50; the loan beside it, which failed no test, stays."""
    loans = bullet(99, covenants={"min_liquidity": 1e9}) | {
        "other": {"principal": 70.0, "coupon": 0.0, "maturity": 99}
    }
    account = story(firm(loans, cash=cash, min_cash=50.0))
    assert (account.ending is None) == cured
    if cured:
        month = account.months[2]
        assert (month.prepaid, month.debt) == (100.0, 70.0)
        assert month.cash == pytest.approx(50.0)
        assert not month.in_breach
        assert all(not m.in_breach for m in account.months[3:])


def test_a_cure_ends_what_could_still_be_lent() -> None:
    line = {"kind": "revolver", "principal": 10.0, "commitment": 90.0, "margin": 0.0}
    tested = line | {"maturity": 99, "covenants": {"min_liquidity": 1e9}}
    last = list(replay(world(STILL, firm({"line": tested}, cash=100.0, min_cash=95.0)), 1, 0))[3]
    assert last.tranches[0].balance[0] == 0.0
    assert last.tranches[0].undrawn[0] in (0.0, 100.0)


def test_lenders_who_waive_are_not_repaid() -> None:
    loan = bullet(99, covenants={"min_liquidity": 1e9})
    account = story(firm(loan, cash=1e3, lenders={"waiver": 1.0}))
    assert account.ending is None
    assert {m.prepaid for m in account.months} == {0.0}


# Jumps.


@pytest.mark.parametrize("intensity", [0.05, 0.8])
def test_jumps_leave_an_exponential_survival(intensity: float) -> None:
    run = outcome(world(STILL, firm(cash=1e9, jump_to_default=intensity)), PATHS)
    for month in (1, 12, 24):
        died = (run.default_month[0] > 0) & (run.default_month[0] <= month)
        frequency(died, 1.0 - math.exp(-intensity * month / 12.0))
    assert set(np.unique(run.cause[0])) == {0.0, 4.0}


def test_a_month_that_is_short_anyway_keeps_its_cause() -> None:
    run = outcome(world(STILL, firm(bullet(1), jump_to_default=1e9)), 100)
    assert set(run.cause[0]) == {2.0}


def test_a_jump_pays_nothing_that_month() -> None:
    """1,000 of cash are the estate; the claim includes the month's interest."""
    loan = {"loan": {"principal": 5000.0, "coupon": 0.12, "maturity": 99}}
    ending = story(firm(loan, cash=1e3, jump_to_default=1e9)).ending
    assert ending is not None
    assert (ending.month, ending.cause, ending.shortfall) == (1, "jump", 0.0)
    assert ending.tranches[0].claim == pytest.approx(5050.0)
    assert ending.tranches[0].recovered == pytest.approx(1000.0)
