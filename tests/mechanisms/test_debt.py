"""Debt: schedules against their formulas over the whole life, and balloons at the border.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from neocloud_mc.studies.ledger.ledger import LedgerMonth
from neocloud_mc.studies.ledger.replay import ledger, replay
from tests.worlds import FRESH, STILL, Tree, frequency, outcome, world

NO_SPOT: Tree = {"market": {"regime": {"utilization": {"shortage": 0.0}}}}
MATURITY = 18
PRINCIPAL = 3_600_000.0
RATE = 0.09
MONTHLY = RATE / 12.0


def loan(**terms: Any) -> Tree:
    return {"principal": PRINCIPAL, "coupon": RATE, "maturity": MATURITY} | terms


def borrower(cash: float = 1e9, **tranches: Tree) -> Tree:
    """An issuer with cash and debt only."""
    return {"issuers": {"acme": {"cash": cash, "tranches": tranches}}}


def life(*changes: Tree) -> tuple[LedgerMonth, ...]:
    return ledger(world(STILL, NO_SPOT, *changes), "acme", 1, 0).months


def test_a_bullet_pays_interest_until_its_last_month() -> None:
    months = life(borrower(loan=loan()))
    interest = [PRINCIPAL * MONTHLY] * MATURITY + [0.0] * 6
    assert np.allclose([m.interest for m in months], interest, rtol=1e-14)
    assert [m.balloons for m in months] == [0.0] * 17 + [PRINCIPAL] + [0.0] * 6


@pytest.mark.parametrize("free", [0, 5, 17])
def test_linear_principal_is_the_same_every_month(free: int) -> None:
    months = life(borrower(loan=loan(amortization="linear", interest_only_until=free)))
    paying = MATURITY - free
    paid = [0.0] * free + [PRINCIPAL / paying] * paying + [0.0] * 6
    assert np.allclose([m.scheduled for m in months], paid, rtol=1e-13)
    interest = PRINCIPAL * MONTHLY * (free + (paying + 1) / 2.0)
    assert math.isclose(sum(m.interest for m in months), interest, rel_tol=1e-13)
    assert not any(m.balloons for m in months)


@pytest.mark.parametrize("free", [0, 5, 17])
def test_an_annuity_is_a_level_payment_to_a_balance_of_zero(free: int) -> None:
    months = life(borrower(loan=loan(amortization="annuity", interest_only_until=free)))
    n = MATURITY - free
    growth = (1.0 + MONTHLY) ** n
    payment = PRINCIPAL * MONTHLY * growth / (growth - 1.0)
    for k, month in enumerate(months[free:MATURITY], start=1):
        balance = PRINCIPAL * (growth - (1.0 + MONTHLY) ** k) / (growth - 1.0)
        assert math.isclose(month.interest + month.scheduled, payment, rel_tol=1e-11)
        assert math.isclose(month.debt, balance, rel_tol=1e-11, abs_tol=1e-6)
    assert months[MATURITY - 1].debt == 0.0
    assert all(m.scheduled == 0.0 for m in months[:free])


def test_an_annuity_without_interest_is_linear() -> None:
    first = life(borrower(loan=loan(amortization="annuity", coupon=0.0)))
    second = life(borrower(loan=loan(amortization="linear", coupon=0.0)))
    assert [m.debt for m in first] == [m.debt for m in second]


@pytest.mark.parametrize("coupon", [5e-324, 1e-300, 1e-17, 1e-15, 1e-14, 1e-12, 1e-9, 1e-6, 1e-3])
def test_an_annuity_stays_level_at_the_smallest_rates(coupon: float) -> None:
    """Against P i / (1 − (1 + i)^−n) without cancellation, to twelve digits."""
    months = life(borrower(loan=loan(amortization="annuity", coupon=coupon)))
    i = coupon / 12.0
    growth = -math.expm1(-MATURITY * math.log1p(i))
    payment = PRINCIPAL * i / growth if growth > 1e-300 else PRINCIPAL / MATURITY
    for month in months[:MATURITY]:
        assert math.isclose(month.interest + month.scheduled, payment, rel_tol=1e-12)
    assert months[MATURITY - 1].debt == 0.0


def test_a_map_pays_its_amounts_and_the_rest_at_maturity() -> None:
    months = life(borrower(loan=loan(amortization={3: 1e6, 7: 5e5})))
    paid = {m.month: m.scheduled + m.balloons for m in months if m.scheduled + m.balloons > 0.0}
    assert paid == {3: 1e6, 7: 5e5, MATURITY: 2.1e6}


@pytest.mark.parametrize(
    "schedule", ["bullet", "linear", "annuity", {2: 1e6, 4: 9e9}, {MATURITY: 1.0}]
)
def test_every_schedule_repays_exactly_the_principal(schedule: Any) -> None:
    months = life(borrower(loan=loan(amortization=schedule)))
    paid = sum(m.scheduled + m.balloons for m in months)
    assert math.isclose(paid, PRINCIPAL, rel_tol=1e-13)
    assert all(m.debt >= 0.0 for m in months)
    assert months[-1].debt == 0.0


@pytest.mark.parametrize("schedule", ["linear", "annuity"])
def test_interest_only_to_the_end_is_a_bullet(schedule: str) -> None:
    idle = loan(amortization=schedule, interest_only_until=MATURITY)
    assert life(borrower(loan=idle)) == life(borrower(loan=loan()))


def test_faster_repayment_never_costs_more_interest() -> None:
    schedules = ("bullet", "annuity", "linear")
    totals = [
        sum(m.interest for m in life(borrower(loan=loan(amortization=schedule))))
        for schedule in schedules
    ]
    assert totals[0] > totals[1] > totals[2]


def test_a_margin_is_paid_over_the_risk_free_rate() -> None:
    rates = {"market": {"risk_free": 0.04}}
    floating = loan(margin=0.05)
    del floating["coupon"]
    first, second = life(rates, borrower(loan=floating)), life(rates, borrower(loan=loan()))
    assert np.allclose([m.interest for m in first], [m.interest for m in second], rtol=1e-14)


def test_exposure_is_the_discounted_annuity_of_the_balance() -> None:
    run = outcome(world({"market": {"risk_free": 0.05}}, borrower(loan=loan())), 1)
    months = np.arange(1, MATURITY + 1)
    expected = PRINCIPAL / 12.0 * np.exp(-0.05 * months / 12.0).sum()
    assert math.isclose(run.discounted_balance[0, 0], expected, rel_tol=1e-13)


def test_notes_run_off_geometrically_while_none_are_sold() -> None:
    notes = {"kind": "notes", "principal": 1e6, "coupon": 0.06, "months": 10}
    for m in life(borrower(notes=notes)):
        assert math.isclose(m.debt, 1e6 * 0.9**m.month, rel_tol=1e-13)
        assert math.isclose(m.interest, 0.005 * 1e6 * 0.9 ** (m.month - 1), rel_tol=1e-13)


def test_notes_sold_to_replace_what_falls_due_reprice_the_programme() -> None:
    """Sold to hold 1e6: the rate is 0.9 of the old plus 0.1 of the market's 8%."""
    notes = {"kind": "notes", "principal": 1e6, "coupon": 0.02, "months": 10, "commitment": 1e9}
    terms = borrower(5e5, notes=notes | {"target_cash": 5e5})
    spread = {"market": {"funding": {"spread": {"base": 0.08}}}}
    income = {"fleet": {"lot": {"gpu": "h100", "count": 1}}}
    deal = {"customer": "tenant", "gpu": "h100", "count": 1, "price": 1.0, "end_month": 99}
    rate, balance, before = 0.02, 1e6, 5e5
    earning = {"issuers": {"acme": income | {"contracts": {"deal": deal}}}}
    for m in life(terms, spread, earning):
        assert math.isclose(m.interest, balance * rate / 12.0, rel_tol=1e-12)
        sold = max(0.0, 0.1 * balance + m.interest - 730.0 - (before - 5e5))
        rate = (0.9 * balance * rate + sold * 0.08) / (0.9 * balance + sold)
        balance = 0.9 * balance + sold
        assert math.isclose(m.debt, balance, rel_tol=1e-12)
        assert math.isclose(m.cash, 5e5, rel_tol=1e-12)


def rolled(*changes: Tree, **terms: Any) -> bool:
    """Whether a balloon of 1,000,000, month 1, is rolled over for 6 months; 100 GPUs, 2,000,000.

    The contract earns 73,000 a month: 876,000 a year.
    """
    deal = {"customer": "tenant", "gpu": "h100", "count": 100, "price": 1.0, "end_month": 99}
    issuer = {
        "cash": 1e9,
        "fleet": {"lot": {"gpu": "h100", "count": 100, "pool": "box"}},
        "contracts": {"deal": deal},
        "tranches": {
            "loan": {
                **{"principal": 1e6, "coupon": 0.0, "maturity": 1, "pool": "box"},
                "refinance": {"months": 6} | terms,
            }
        },
    }
    scenario = world(STILL, NO_SPOT, {"issuers": {"acme": issuer}}, *changes)
    due = scenario.issuers["acme"].tranches["loan"].maturity or 0
    after = list(replay(scenario, 1, 0))[due].tranches[0]
    assert after.balance[0] == (1e6 if after.maturity[0] > due else 0.0)
    return bool(after.maturity[0] == due + 6)


def acme(**terms: Any) -> Tree:
    return {"issuers": {"acme": terms}}


@pytest.mark.parametrize(("max_ltv", "rolls"), [(0.5, True), (math.nextafter(0.5, 0.0), False)])
def test_a_balloon_rolls_up_to_its_ltv_limit(max_ltv: float, rolls: bool) -> None:
    assert rolled(max_ltv=max_ltv) is rolls


def test_a_pool_without_collateral_fails_every_ltv_limit() -> None:
    bare = acme(fleet={"lot": {"pool": None}})
    assert rolled(bare)
    assert not rolled(bare, max_ltv=1e6)


def test_ltv_counts_what_ranks_before_and_not_what_ranks_behind() -> None:
    other = {"principal": 500_000.0, "coupon": 0.0, "maturity": 99, "pool": "box", "rank": 2}
    assert rolled(acme(tranches={"other": other}), max_ltv=0.5)
    senior = acme(tranches={"other": other | {"rank": 1}, "loan": {"rank": 2}})
    assert not rolled(senior, max_ltv=0.74)
    assert rolled(senior, max_ltv=0.75)


def test_ltv_is_not_tested_without_a_pool() -> None:
    assert rolled(acme(tranches={"loan": {"pool": None}}), max_ltv=0.0)


@pytest.mark.parametrize("limit", [1.5, 2.0])
def test_a_balloon_rolls_while_all_debt_is_within_the_leverage_limit(limit: float) -> None:
    others = {"principal": limit * 876_000.0 - 1e6, "coupon": 0.0, "maturity": 99}
    debt = acme(tranches={"others": others})
    assert rolled(debt, max_leverage=limit)
    assert not rolled(debt, max_leverage=math.nextafter(limit, 0.0))


@pytest.mark.parametrize(("month", "earned"), [(1, 1), (2, 2), (3, 3), (4, 2), (5, 1), (6, 0)])
def test_leverage_annualises_the_last_three_months_or_those_so_far(month: int, earned: int) -> None:
    """The contract ends after month 3; `earned` of the months that count were billed."""
    deal = acme(contracts={"deal": {"end_month": 3}})
    debt = acme(tranches={"loan": {"maturity": month}})
    annual = 73_000.0 * earned * 12 / min(month, 3)
    limit = 1e6 / annual if earned else 1e5
    assert rolled(deal, debt, max_leverage=limit * 1.001) is (earned > 0)
    assert not rolled(deal, debt, max_leverage=limit * 0.999)


def test_without_earnings_no_leverage_limit_is_met() -> None:
    losing = acme(costs={"fixed": 73_000.0})
    assert not rolled(losing, max_leverage=1e6)
    assert rolled(losing)


@pytest.mark.parametrize(("window", "rolls"), [(0.0, False), (math.nextafter(0.0, -1.0), True)])
def test_a_market_at_the_level_of_its_window_is_closed(window: float, rolls: bool) -> None:
    assert rolled(window=window) is rolls


def test_what_is_rolled_over_pays_the_markets_spread_of_that_month() -> None:
    market = {"risk_free": 0.03, "funding": {"start": -1.0, "spread": {"sensitivity": 0.5}}}
    terms = loan(maturity=4, refinance={"months": 9})
    months = life({"market": market}, borrower(loan=terms))
    rate = 0.03 + 0.05 * math.exp(0.5)
    assert math.isclose(months[3].interest, PRINCIPAL * MONTHLY, rel_tol=1e-13)
    for m in months[4:13]:
        assert math.isclose(m.interest, PRINCIPAL * rate / 12.0, rel_tol=1e-13)


@pytest.mark.parametrize("schedule", ["linear", "annuity", {99: 1.0}])
def test_what_is_rolled_over_repays_at_once_over_its_new_term(schedule: Any) -> None:
    terms = {"amortization": schedule, "interest_only_until": 99, "maturity": 3}
    if isinstance(schedule, dict):
        terms |= {"amortization": {3: 0.0}, "interest_only_until": 0}
    months = life(borrower(loan=loan(**terms, refinance={"months": 12})))
    assert months[2].debt == PRINCIPAL
    i, n = 0.05 / 12.0, 12
    first = PRINCIPAL * i / ((1.0 + i) ** n - 1.0) if schedule == "annuity" else PRINCIPAL / n
    assert math.isclose(months[3].scheduled, first, rel_tol=1e-11)
    assert months[14].debt == 0.0


@pytest.mark.parametrize("window", [-1.5, 0.0, 0.8])
def test_refinancing_risk_is_the_probability_of_a_closed_window(window: float) -> None:
    """A balloon that cannot be repaid, rolled month by month: survival is P(e > w)^t."""
    terms = {"principal": 1e6, "coupon": 0.0, "maturity": 1}
    once = terms | {"refinance": {"months": 1, "window": window}}
    free = {"market": {"funding": {"spread": {"base": 0.0}}}}
    run = outcome(world(FRESH, NO_SPOT, free, borrower(0.0, loan=once)), 40_000)
    month = run.default_month[0]
    for t in (1, 2, 5):
        frequency((month == 0) | (month > t), NormalDist().cdf(-window) ** t)
    assert set(run.cause[0]) <= {0.0, 2.0}


def test_a_wider_window_never_ends_a_loan_earlier() -> None:
    found = []
    for window in (-2.0, -1.0, 0.0, 1.0):
        terms = loan(maturity=3, refinance={"months": 3, "window": window})
        month = outcome(world(borrower(2e6, loan=terms)), 4000).default_month[0]
        found.append(np.where(month > 0, month, 99.0))
    assert np.all(np.diff(found, axis=0) <= 0.0)
    assert np.any(found[0] > found[-1])
