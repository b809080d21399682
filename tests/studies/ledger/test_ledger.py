"""The ledger of a path: tests against their limits, what passes in a group, quarters."""

import math
from dataclasses import asdict
from typing import Any

import pytest

from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.studies.ledger.quarters import quarterly
from neocloud_mc.studies.ledger.replay import ledger
from tests.worlds import IDLE_YEAR, Tree, world

INCOME = 730.0 * 100 * 2.0
"""USD a month of the vehicle's contract."""
RENT: Tree = {"customer": "tenant", "gpu": "h100", "count": 100, "price": 2.0, "end_month": 240}


def loan(principal: float, maturity: int = 99, **terms: Any) -> Tree:
    return {"principal": principal, "coupon": 0.0, "maturity": maturity} | terms


def story(name: str, vehicle: Tree | None = None, *, cash: float = 1e6, **spv: Any) -> Ledger:
    """The account of `top`, which has cash, or of its vehicle `spv`, which lives on `INCOME`."""
    base: Tree = {"cash": 0.0, "parent": "top", "fleet": {"lot": {"gpu": "h100", "count": 100}}}
    base |= {"contracts": {"rent": RENT}, "vehicle": vehicle or {}}
    return ledger(
        world(IDLE_YEAR, {"issuers": {"top": {"cash": cash}, "spv": base | spv}}), name, 1, 0
    )


def events(found: Ledger, month: int) -> str:
    return "; ".join(found.months[month - 1].events)


def test_a_failed_test_stands_beside_its_limit_and_names_its_tranche() -> None:
    """146,000 of CFADS against 120,000 of principal."""
    tranche = loan(1.2e6, 10, amortization="linear", covenants={"min_dscr": 1.25})
    found = story("spv", tranches={"loan": tranche}, lenders={"cure_quarters": 9})
    (test,) = found.months[2].tests
    assert (test.tranche, test.measured, test.limit, test.fails) == ("loan", "DSCR", 1.25, True)
    assert test.value == pytest.approx(INCOME / 120e3)
    assert events(found, 3) == "covenants fail, test 1 in a row: loan DSCR 1.22 < 1.25"
    assert [len(month.tests) for month in found.months[:6]] == [0, 0, 1, 0, 0, 1]
    assert "spv: covenants fail, test 1 in a row" in events(
        story("top", tranches={"loan": tranche}, lenders={"cure_quarters": 9}), 3
    )


def test_a_limit_is_not_tested_before_its_month_and_the_first_test_is_told() -> None:
    covenants = {"min_liquidity": 2e5, "from_month": 5}
    tranche = loan(1.2e6, covenants=covenants)
    found = story("spv", tranches={"loan": tranche}, lenders={"cure_quarters": 9})
    assert [len(month.tests) for month in found.months[:6]] == [0] * 5 + [1]
    assert found.months[5].tests[0].measured == "liquidity"
    told = events(found, 6)
    assert told.startswith("covenants of loan are tested from now on")
    assert "loan liquidity $0.15m < $0.20m" in told


def test_what_goes_up_is_called_and_is_trapped_is_kept_for_parent_and_vehicle() -> None:
    """The balloon of month 2 is more than an income; the test of month 3 keeps two of them back."""
    tested = loan(1e6, covenants={"min_liquidity": 1e9})
    terms: Tree = {"tranches": {"balloon": loan(2e5, 2), "loan": tested}}
    terms |= {"lenders": {"cure_quarters": 99}}
    below, above = (story(name, {"guarantee": True}, **terms).months for name in ("spv", "top"))
    assert [month.vehicles for month in below] == [month.vehicles for month in above]
    first, second, third, fourth = (month.vehicles[0] for month in below[:4])
    assert (first.distributed, second.called) == pytest.approx((INCOME, 2e5 - INCOME))
    assert (third.distributed, third.trapped, fourth.trapped) == pytest.approx(
        (0.0, 0.0, 2 * INCOME)
    )
    assert f"spv calls ${(2e5 - INCOME) / 1e6:.2f}m from top" in events(
        story("spv", {"guarantee": True}, **terms), 2
    )
    assert "cash of spv is trapped and prepays $0.29m" in above[3].events


def test_balances_by_tranche_add_up_to_the_debt() -> None:
    tranches = {"one": loan(1.2e6, 12, amortization="linear"), "two": loan(5e5)}
    for month in story("spv", tranches=tranches).months:
        assert sum(month.balances.values()) == pytest.approx(month.debt)
        assert month.balances["one"] == pytest.approx(1e5 * (12 - month.month))


def test_quarters_add_flows_up_and_keep_the_last_state() -> None:
    found = story("top", tranches={"loan": loan(1.2e6, 12, amortization="linear")})
    quarters = quarterly(found).months
    assert [quarter.month for quarter in quarters] == [3, 6, 9, 12]
    assert [quarter.cash for quarter in quarters] == [
        found.months[t - 1].cash for t in (3, 6, 9, 12)
    ]
    for quarter, start in zip(quarters, (0, 3, 6, 9), strict=True):
        months = found.months[start : start + 3]
        assert quarter.cash_before == months[0].cash_before
        assert quarter.received == pytest.approx(sum(month.received for month in months))
        assert quarter.vehicles[0].distributed == pytest.approx(quarter.received)
        change = quarter.cash - quarter.cash_before
        assert change == pytest.approx(quarter.interest_income + quarter.from_group)


def test_a_quarter_that_a_default_cuts_short_ends_with_it() -> None:
    found = story("spv", tranches={"balloon": loan(9e6, 5)})
    assert found.ending is not None and found.ending.month == 5
    assert [quarter.month for quarter in quarterly(found).months] == [3, 5]
    assert events(found, 5).endswith("default, cause refinancing")


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"growth_hurdle": 0.25}, "its rent does not reach the hurdle"),
        ({"growth_window": math.inf}, "the window for growth is shut"),
        ({}, "there is no cash for it"),
    ],
)
def test_a_cancelled_order_says_why(terms: Tree, why: str) -> None:
    order = {"count": 10, "gpu": "h100", "pay_month": 2, "service_month": 9, "unit_cost": 1e6}
    fleet = {"more": order | {"committed": False, "operating_cost": 1e3}}
    found = ledger(
        world(IDLE_YEAR, {"issuers": {"acme": {"cash": 1e6, "fleet": fleet} | terms}}), "acme", 1, 0
    )
    assert found.months[1].events == (f"lot more is cancelled: {why}",)


def test_a_ledger_is_plain_data() -> None:
    found = story("spv", tranches={"loan": loan(1e6, covenants={"min_dscr": 1.0})})
    assert asdict(found)["months"][2]["tests"][0]["value"] is None


def test_the_end_of_a_guarantee_is_told_to_both() -> None:
    terms = {"guarantee": True, "guarantee_until": 2}
    for name in ("spv", "top"):
        found = story(name, terms)
        assert found.months[2].events == ("top guarantees spv no longer",)


def test_a_prescribed_market_is_told_where_it_begins_and_ends() -> None:
    path = {"price_index": {1: 1.0, 2: 0.8}}
    market = {"path": path, "price": {"volatility": {"shortage": 0.3, "glut": 0.3}}}
    found = ledger(
        world(IDLE_YEAR, {"market": market, "issuers": {"acme": {"cash": 1.0}}}), "acme", 1, 0
    )
    assert found.months[0].events == ("the price index is prescribed from here on",)
    assert found.months[1].events == ()
    assert found.months[2].events == ("the price index is free from here on",)
    assert [month.price_index for month in found.months[:2]] == pytest.approx([1.0, 0.8])


def test_what_a_default_leaves_unpaid_is_told() -> None:
    order = {"count": 10, "gpu": "h100", "pay_month": 2, "service_month": 9, "unit_cost": 1e6}
    found = ledger(
        world(IDLE_YEAR, {"issuers": {"acme": {"cash": 1.0, "fleet": {"more": order}}}}),
        "acme",
        1,
        0,
    )
    assert found.months[1].events == ("lot more stays unpaid", "default, cause liquidity")
