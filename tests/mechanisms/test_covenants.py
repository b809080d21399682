"""Covenants: limits at the border, and lenders who wait, waive or call.

The issuer earns exactly 730,000 USD a month and has ample cash, unless a test says otherwise.
Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from itertools import groupby
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from neocloud_mc.studies.ledger.replay import ledger, replay
from tests.worlds import FRESH, STILL, Tree, frequency, outcome, world

PATHS = 40_000
NORMAL = NormalDist()
PATIENT: Tree = {"cure_quarters": 1000}
ABOVE_TWO = math.nextafter(2.0, 3.0)


def issuer(tranches: Tree, **terms: Any) -> Tree:
    deal = {"customer": "tenant", "gpu": "h100", "count": 1000, "price": 1.0, "end_month": 99}
    fleet = {"lot": {"gpu": "h100", "count": 1000, "pool": "box"}}
    base = {"cash": 1e8, "fleet": fleet, "contracts": {"deal": deal}, "lenders": PATIENT}
    return {"issuers": {"acme": base | {"tranches": tranches} | terms}}


def loan(principal: float = 1e9, **terms: Any) -> Tree:
    return {"principal": principal, "coupon": 0.0, "maturity": 99} | terms


def paying(*quarters: float, **covenants: float) -> Tree:
    """A huge loan that repays so many dollars a month, quarter by quarter."""
    amounts = {3 * q + k: amount for q, amount in enumerate(quarters) for k in (1, 2, 3)}
    return {"loan": loan(amortization=amounts, covenants=covenants)}


def breaches(*changes: Tree) -> bool:
    """Whether the first test, in month 3, fails."""
    return bool(outcome(world(STILL, {"horizon_months": 3}, *changes), 1).first_breach[0, 0] == 3)


def month_of_default(*changes: Tree) -> int:
    return int(outcome(world(STILL, *changes), 1).default_month[0, 0])


# Limits.


def test_dscr_passes_at_its_limit_and_fails_just_below() -> None:
    """730,000 against 365,000 a month: exactly 2."""
    assert not breaches(issuer(paying(365e3, min_dscr=2.0)))
    assert breaches(issuer(paying(365e3, min_dscr=ABOVE_TWO)))


def test_ltv_passes_at_its_limit_and_fails_just_above() -> None:
    """10 million against 1,000 GPUs at 20,000: exactly one half."""
    for limit, fails in ((0.5, False), (math.nextafter(0.5, 0.0), True)):
        secured = loan(1e7, pool="box", covenants={"max_ltv": limit})
        assert breaches(issuer({"loan": secured})) is fails


def test_liquidity_passes_at_its_limit_and_fails_just_below() -> None:
    for limit, fails in ((1e8 + 3 * 730e3, False), (1e8 + 3 * 730e3 + 0.01, True)):
        assert breaches(issuer({"loan": loan(covenants={"min_liquidity": limit})})) is fails


@pytest.mark.parametrize(("maturity", "fails"), [(3, True), (4, False)])
def test_an_undrawn_revolver_is_liquidity_before_its_maturity(maturity: int, fails: bool) -> None:
    line = {"kind": "revolver", "commitment": 1e9, "margin": 0.1, "maturity": maturity}
    tested = loan(covenants={"min_liquidity": 1e9})
    assert breaches(issuer({"line": line, "loan": tested})) is fails


def test_debt_service_is_that_of_all_tranches() -> None:
    tested = loan(1.0, covenants={"min_dscr": ABOVE_TWO})
    assert not breaches(issuer({"tested": tested}))
    assert breaches(issuer({"tested": tested} | paying(365e3)))


def test_dscr_leaves_balloons_out() -> None:
    balloon = loan(5e6, maturity=3)
    assert not breaches(issuer({"balloon": balloon} | paying(365e3, min_dscr=2.0)))


def test_without_debt_service_any_dscr_limit_is_met() -> None:
    assert not breaches(issuer({"loan": loan(covenants={"min_dscr": 1e6})}))


def test_covenant_ltv_takes_balances_after_the_months_payments() -> None:
    secured = {"pool": "box", "amortization": {3: 4e6}, "covenants": {"max_ltv": 0.3}}
    assert not breaches(issuer({"loan": loan(1e7, **secured)}))


def test_a_junior_ltv_counts_its_seniors_and_not_the_other_way_round() -> None:
    senior, junior = loan(8e6, pool="box"), loan(6e6, pool="box", rank=2)
    limit = {"covenants": {"max_ltv": 0.5}}
    assert breaches(issuer({"senior": senior, "junior": junior | limit}))
    assert not breaches(issuer({"senior": senior | limit, "junior": junior}))


def test_a_repaid_tranche_is_no_longer_tested() -> None:
    tested = loan(1e6, maturity=2, covenants={"min_liquidity": 1e15})
    assert not breaches(issuer({"tested": tested, "other": loan()}))


def test_dscr_of_a_lognormal_quarter_fails_with_the_normal_probability() -> None:
    """The fleet starts in month 3; its spot revenue is all the CFADS of the quarter."""
    late = {"lot": {"gpu": "h100", "count": 500, "service_month": 3}}
    volatile = {"market": {"price": {"volatility": {"shortage": 0.8}}}}
    for limit in (0.7, 1.0, 1.3):
        terms = issuer(paying(730e3 / 3.0, min_dscr=limit), fleet=late, contracts={})
        run = outcome(world(volatile, {"horizon_months": 3}, terms), PATHS)
        frequency(run.first_breach[0] == 3, NORMAL.cdf(math.log(limit) / 0.4))


def test_ltv_of_lognormal_collateral_fails_with_the_normal_probability() -> None:
    volatile: Tree = {"market": {"price": {"volatility": {"shortage": 0.8}}}}
    elastic = {"market": {"resale": {"elasticity": 1.5}}, "horizon_months": 3}
    for limit in (0.4, 0.5, 0.8):
        secured = loan(1e7, pool="box", covenants={"max_ltv": limit})
        run = outcome(world(volatile, elastic, issuer({"loan": secured})), PATHS)
        frequency(run.first_breach[0] == 3, NORMAL.cdf(math.log(0.5 / limit) / (1.5 * 0.4)))


# Patience.


@pytest.mark.parametrize("patience", [0, 1, 2, 7, 8])
def test_lenders_bear_as_many_failed_tests_in_a_row_as_they_have_patience(patience: int) -> None:
    terms = issuer(paying(*[730e3] * 8, min_dscr=1.5), lenders={"cure_quarters": patience})
    assert month_of_default(terms) == (3 * (patience + 1) if patience < 8 else 0)


@pytest.mark.parametrize("patience", [0, 1, 2])
@pytest.mark.parametrize("quarters", ["FPFPFPFP", "PFFPFFFP", "PPPPPPPP", "FFPPFFPF"])
def test_one_passed_test_wipes_the_count_of_failed_ones(quarters: str, patience: int) -> None:
    """F: 730,000 a month, DSCR 1, fails; P: 100,000 a month, passes."""
    amounts = [730e3 if test == "F" else 100e3 for test in quarters]
    terms = issuer(paying(*amounts, min_dscr=1.5), lenders={"cure_quarters": patience})
    runs = [(test, len(list(run))) for test, run in groupby(quarters)]
    tests, expected = 0, 0
    for test, length in runs:
        if test == "F" and length > patience and expected == 0:
            expected = 3 * (tests + patience + 1)
        tests += length
    assert month_of_default(terms) == expected


def test_breach_lasts_from_one_test_to_the_next() -> None:
    amounts = [100e3, 730e3, 100e3, 730e3]
    months = ledger(world(STILL, issuer(paying(*amounts, min_dscr=1.5))), "acme", 1, 0).months
    assert [m.month for m in months if m.in_breach] == [6, 7, 8, 12, 13, 14]
    assert [m.month for m in months if m.dscr is not None] == [3, 6, 9, 12]


@pytest.mark.parametrize("waiver", [0.0, 0.5, 0.9, 1.0])
def test_every_failed_test_is_waived_with_the_given_probability(waiver: float) -> None:
    terms = issuer(paying(*[730e3] * 8, min_dscr=1.5), lenders={"waiver": waiver})
    month = outcome(world(terms), PATHS).default_month[0]
    for tests in (1, 2, 4, 8):
        frequency((month == 0) | (month > 3 * tests), waiver**tests)


def test_a_waiver_starts_the_patience_anew() -> None:
    lenders = {"waiver": 0.6, "cure_quarters": 1}
    terms = issuer(paying(*[730e3] * 8, min_dscr=1.5), lenders=lenders)
    month = outcome(world(terms), PATHS).default_month[0]
    assert set(month) == {0.0, 6.0, 12.0, 18.0, 24.0}
    for half_years in (1, 2, 4):
        frequency((month == 0) | (month > 6 * half_years), 0.6**half_years)


@pytest.mark.parametrize("window", [-1.0, 0.4])
def test_lenders_waive_in_an_open_window_only(window: float) -> None:
    lenders = {"waiver": 0.8, "window": window}
    terms = issuer(paying(*[730e3] * 8, min_dscr=1.5), lenders=lenders)
    month = outcome(world(FRESH, terms), PATHS).default_month[0]
    for tests in (1, 3):
        frequency((month == 0) | (month > 3 * tests), (0.8 * NORMAL.cdf(-window)) ** tests)


def test_whoever_is_waived_is_not_in_breach() -> None:
    terms = issuer(paying(*[730e3] * 8, min_dscr=1.5), lenders={"waiver": 1.0})
    for state in replay(world(terms), 1, 0):
        assert not state.issuers[0].in_breach.any()


def test_in_breach_all_free_cash_flow_prepays_the_tested_tranche_and_no_other() -> None:
    tested = paying(100e3, 100e3, min_liquidity=1e12)
    months = ledger(world(STILL, issuer(tested | {"other": loan()})), "acme", 1, 0).months
    assert [m.prepaid for m in months[:6]] == [0.0, 0.0, 0.0, 630e3, 630e3, 630e3]
    last = list(replay(world(STILL, issuer(tested | {"other": loan()})), 1, 0))[6]
    assert [t.balance[0] for t in last.tranches] == [1e9 - 6 * 100e3 - 3 * 630e3, 1e9]


def test_a_covenant_default_comes_after_the_months_payments() -> None:
    """Three months pay 100,000 of principal each, and interest of 20,000, 18,000 and 16,000."""
    tested = loan(1e6, coupon=0.24, amortization="linear", maturity=10)
    terms = {"loan": tested | {"covenants": {"min_liquidity": 1e9}}}
    ending = ledger(world(issuer(terms, lenders={}, min_cash=1e12)), "acme", 1, 0).ending
    assert ending is not None
    assert (ending.month, ending.cause) == (3, "covenant")
    assert math.isclose(ending.tranches[0].claim, 7e5, rel_tol=1e-13)
    cash = 1e8 + 3 * (730e3 - 100e3) - 54e3
    assert math.isclose(ending.estate, cash + ending.pools[0].proceeds, rel_tol=1e-13)


# Under common draws.

SHAKY: Tree = {"market": {"price": {"volatility": {"shortage": 0.6}}}}


def spot_issuer(min_dscr: float, **lenders: float) -> Tree:
    tested = loan(6e6, coupon=0.1, maturity=24, amortization="annuity")
    fleet = {"lot": {"gpu": "h100", "count": 300}}
    tranches = {"loan": tested | {"covenants": {"min_dscr": min_dscr}}}
    return issuer(tranches, cash=2e6, fleet=fleet, contracts={}, lenders=lenders)


def months(field: str, terms: Tree) -> Any:
    found = getattr(outcome(world(SHAKY, terms), 4000), field)[0]
    return np.where(found > 0, found, 99.0)


def test_a_tighter_covenant_is_never_breached_later() -> None:
    found = [
        months("first_breach", spot_issuer(dscr, cure_quarters=99)) for dscr in (0.9, 1.1, 1.3, 2.0)
    ]
    assert np.all(np.diff(found, axis=0) <= 0.0)
    assert np.any(found[0] > found[-1])


def test_more_patience_and_more_waivers_never_bring_default_forward() -> None:
    patience = [months("default_month", spot_issuer(1.2, cure_quarters=n)) for n in (0, 1, 2, 5)]
    waiver = [months("default_month", spot_issuer(1.2, waiver=w)) for w in (0.0, 0.3, 0.8, 1.0)]
    for found in (patience, waiver):
        assert np.all(np.diff(found, axis=0) >= 0.0)
        assert np.any(found[0] < found[-1])
