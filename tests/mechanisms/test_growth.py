"""Growth: what is ordered while it can be afforded and pays, given up, and undone by a default.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from typing import Any

import numpy as np
import pytest

from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.studies.ledger.replay import ledger
from tests.worlds import IDLE_YEAR, Tree, frequency, outcome, world

PATHS = 40_000


def lot(cost: float, month: int = 4, **terms: Any) -> Tree:
    """One GPU of that cost, which runs after the horizon."""
    order = {"gpu": "h100", "count": 1, "unit_cost": cost, "pay_month": month}
    return order | {"service_month": 99} | terms


def maybe(cost: float, **terms: Any) -> Tree:
    return lot(cost, committed=False, **terms)


def firm(fleet: Tree, **terms: Any) -> Tree:
    return {"issuers": {"acme": {"cash": 1000.0, "fleet": fleet} | terms}}


def story(*changes: Tree) -> Ledger:
    return ledger(world(IDLE_YEAR, *changes), "acme", 1, 0)


def spent(*changes: Tree, month: int = 4) -> float:
    return story(*changes).months[month - 1].purchases


# The room.


@pytest.mark.parametrize(("cost", "bought"), [(1000.0, True), (1000.01, False)])
def test_an_optional_lot_is_bought_to_the_last_cent_of_cash(cost: float, bought: bool) -> None:
    assert spent(firm({"one": maybe(cost)})) == (cost if bought else 0.0)


def test_the_minimum_cash_is_no_room() -> None:
    assert spent(firm({"one": maybe(500.0)}, min_cash=500.0)) == 500.0
    assert spent(firm({"one": maybe(500.01)}, min_cash=500.0)) == 0.0


def test_committed_lots_take_the_room_before_optional_ones_wherever_they_stand() -> None:
    fleet = {"maybe": maybe(600.0), "sure": lot(600.0)}
    assert spent(firm(fleet)) == 600.0
    assert spent(firm(fleet, cash=1200.0)) == 1200.0


def test_earlier_optional_lots_take_the_room_of_later_ones() -> None:
    fleet = {"first": maybe(600.0), "second": maybe(500.0), "third": maybe(400.0)}
    assert spent(firm(fleet)) == 1000.0


def test_what_matures_this_month_is_no_room_though_it_can_be_rolled_over() -> None:
    loan = {"principal": 300.0, "coupon": 0.0, "maturity": 4, "refinance": {"months": 24}}
    assert spent(firm({"one": maybe(700.0)}, tranches={"loan": loan})) == 700.0
    assert spent(firm({"one": maybe(700.01)}, tranches={"loan": loan})) == 0.0


def test_last_months_shortfall_is_kept_for_this_month() -> None:
    """Interest of 10 a month without income: 30 are gone, 10 more are kept."""
    loan = {"principal": 1000.0, "coupon": 0.12, "maturity": 99}
    assert spent(firm({"one": maybe(959.9)}, tranches={"loan": loan})) == 959.9
    assert spent(firm({"one": maybe(960.1)}, tranches={"loan": loan})) == 0.0


@pytest.mark.parametrize(("maturity", "room"), [(5, 1400.0), (4, 1000.0)])
def test_a_revolver_before_its_maturity_is_room(maturity: int, room: float) -> None:
    line = {"kind": "revolver", "commitment": 400.0, "margin": 0.0, "maturity": maturity}
    assert spent(firm({"one": maybe(room)}, tranches={"line": line})) == room
    assert spent(firm({"one": maybe(room + 0.01)}, tranches={"line": line})) == 0.0


def test_what_a_lender_advances_needs_no_room() -> None:
    loan = {"kind": "delayed_draw", "commitment": 1e5, "margin": 0.0, "maturity": 99}
    terms = {"financed_by": "loan", "advance": 0.75}
    assert spent(firm({"one": maybe(4000.0, **terms)}, tranches={"loan": loan})) == 4000.0
    assert spent(firm({"one": maybe(4001.0, **terms)}, tranches={"loan": loan})) == 0.0


# The hurdle.


RENT: Tree = {"customer": "tenant", "gpu": "h100", "count": 1, "price": 3.0, "end_month": 200}


def earner(hurdle: float, rent: Tree | None = None, **terms: Any) -> Tree:
    """A lot of 10,000 USD; spot rent of 2 an hour at 80%, operating costs of 168 a month."""
    order = maybe(10_000.0, operating_cost=168.0, **terms)
    contracts = {"rent": RENT | rent} if rent is not None else {}
    issuer = firm({"one": order}, cash=1e5, growth_hurdle=hurdle, contracts=contracts)
    return issuer | {"market": {"regime": {"utilization": {"shortage": 0.8}}}}


SPOT_MARGIN = 12 * (730 * 2.0 * 0.8 - 168.0) / 10_000


@pytest.mark.parametrize(("nudge", "bought"), [(-1e-9, True), (1e-9, False)])
def test_a_lot_must_earn_its_hurdle_by_the_hour(nudge: float, bought: bool) -> None:
    """12 (730 · 2 · 0.8 − 168) = 12,000 a year for 10,000."""
    assert math.isclose(SPOT_MARGIN, 1.2)
    assert (spent(earner(SPOT_MARGIN + nudge)) > 0.0) == bought


@pytest.mark.parametrize(("nudge", "bought"), [(-1e-9, True), (1e-9, False)])
def test_a_lot_for_a_contract_must_earn_its_hurdle_from_that_rent(
    nudge: float, bought: bool
) -> None:
    margin = 12 * (730 * 3.0 * 0.9 - 168.0) / 10_000
    terms = earner(margin + nudge, {"take_or_pay": 0.9, "start_month": 90}, for_contract="rent")
    assert (spent(terms) > 0.0) == bought


@pytest.mark.parametrize(("end", "bought"), [(3, False), (4, True)])
def test_a_contract_that_ended_last_month_earns_no_lot(end: int, bought: bool) -> None:
    """Then what counts is the rent by the hour; `for_contract` of the past is for tests only."""
    terms = earner(1.5, {"end_month": end}, for_contract="rent")
    assert (spent(terms) > 0.0) == bought


def test_a_lot_for_a_contract_of_a_failed_customer_is_weighed_by_the_hour() -> None:
    failed = {"customers": {"tenant": {"default_intensity": 1e9}}}
    terms = earner(1.5, {"start_month": 90}, for_contract="rent")
    assert spent(terms) > 0.0
    assert spent(terms, failed) == 0.0


@pytest.mark.parametrize("correlation", [-0.6, 0.0, 0.7])
def test_a_lot_is_bought_as_often_as_price_and_climate_allow(correlation: float) -> None:
    """P(x_1 ≥ c, e_1 > w), bivariate normal; the last cent of cash tells whether it was bought."""
    sigma, level, window = 0.5, -0.05, 0.2
    market = {
        "price": {"volatility": {"shortage": sigma}},
        "funding": {"persistence_years": 1e-6, "price_correlation": correlation},
        "regime": {"utilization": {"shortage": 1.0}},
    }
    hurdle = 12 * 730 * 2.0 * math.exp(level) / 1000.0
    order = maybe(1000.0) | {"pay_month": 1, "service_month": 99}
    fleet = {"one": order, "next": lot(1.0, 2)}
    issuer = firm(fleet, growth_window=window, growth_hurdle=hurdle)
    run = outcome(world({"horizon_months": 2, "market": market}, issuer), PATHS)
    frequency(
        run.default_month[0] == 2, above(level / (sigma / math.sqrt(12)), window, correlation)
    )


def above(a: float, b: float, correlation: float) -> float:
    """P(X > a, Y > b) of standard normals, by quadrature of P(Y > b | X)."""
    x = np.linspace(a, 9.0, 200_001)
    density = np.exp(-0.5 * x**2) / math.sqrt(2.0 * math.pi)
    z = (b - correlation * x) / math.sqrt(1.0 - correlation**2)
    tail = np.array([0.5 * math.erfc(value / math.sqrt(2.0)) for value in z[::100]])
    return float(np.trapezoid((density * np.interp(x, x[::100], tail)), x))


# Cancelling.


def test_cancelling_costs_its_share() -> None:
    terms = firm({"one": maybe(2000.0, cancel_cost=0.15)})
    month = story(terms).months[3]
    assert (month.purchases, month.cash) == (300.0, 700.0)
    assert month.events == ("lot one is cancelled, for $0.00m: there is no cash for it",)


def test_a_lot_whose_cancelling_costs_its_own_share_is_bought() -> None:
    loan = {"kind": "delayed_draw", "commitment": 1e5, "margin": 0.0, "maturity": 99}
    terms = {"financed_by": "loan", "advance": 0.75, "cancel_cost": 0.25}
    shut = {"growth_window": math.inf, "tranches": {"loan": loan}}
    assert spent(firm({"one": maybe(2000.0, **terms)}, **shut)) == 2000.0
    assert spent(firm({"one": maybe(2000.0, **terms | {"cancel_cost": 0.249})}, **shut)) == 498.0


def test_orders_are_given_up_optional_ones_first_and_the_last_first() -> None:
    """Of 1,000 + 400 that are ordered 1,000 must go: the fees of 10% stay to be paid."""
    fleet = {
        "sure": lot(400.0, cancel_cost=0.1),
        "last": lot(300.0, cancel_cost=0.1),
        "bound": lot(300.0),
        "maybe": maybe(100.0, cancel_cost=0.1),
    }
    costs = {"fixed": 25.0}
    found = [story(firm(fleet, cash=cash, costs=costs)).months for cash in (1200.0, 1110.0, 840.0)]
    cancelled = [[e for e in months[3].events if "cancelled" in e] for months in found]
    names = [[event.split()[1] for event in events] for events in cancelled]
    assert names == [[], ["maybe"], ["last", "maybe"]]
    assert found[2][3].purchases == 400.0 + 30.0 + 300.0 + 10.0
    assert found[2][3].cash == 840.0 - 100.0 - 740.0


def test_what_cannot_be_given_up_ends_in_default() -> None:
    ending = story(firm({"sure": lot(400.0, cancel_cost=0.1), "bound": lot(900.0)})).ending
    assert ending is None
    ending = story(firm({"sure": lot(400.0), "bound": lot(900.0)})).ending
    assert ending is not None and ending.cause == "liquidity"
    assert math.isclose(ending.shortfall, 300.0)


def test_an_order_that_gives_nothing_back_is_kept() -> None:
    """Its lender pays for all of the last one; the one before it gives back what is missing."""
    loan = {"kind": "delayed_draw", "commitment": 1e5, "margin": 0.0, "maturity": 99}
    lent = lot(4000.0, financed_by="loan", advance=1.0, cancel_cost=0.0)
    fleet = {"own": lot(400.0, cancel_cost=0.0), "lent": lent}
    months = story(firm(fleet, costs={"fixed": 200.0}, tranches={"loan": loan})).months
    assert months[3].events == (
        "lot own is cancelled: there is no cash for it",
        "lot lent is paid for with $0.00m, $0.00m of it lent",
    )
    assert (months[3].purchases, months[3].financed, months[3].cash) == (4000.0, 4000.0, 200.0)


# A payment default.


def test_a_lot_that_a_default_cannot_pay_for_feeds_no_recovery() -> None:
    """A firm with 1,000 falls over a lot of a million: its lenders share the 1,000."""
    order = lot(1e6, pool="box", financed_by="draw", advance=0.5) | {"service_month": 5}
    draw = {"kind": "delayed_draw", "commitment": 1e6, "margin": 0.0, "maturity": 99, "pool": "box"}
    loan = {"principal": 5e4, "coupon": 0.0, "maturity": 99, "pool": "box"}
    ending = story(firm({"one": order}, tranches={"draw": draw, "loan": loan})).ending
    assert ending is not None
    assert ending.pools[0].collateral == 0.0
    assert [tranche.claim for tranche in ending.tranches] == [0.0, 5e4]
    assert math.isclose(ending.estate, 1000.0) and math.isclose(
        ending.tranches[1].recovered, 1000.0
    )


def test_a_default_pays_no_fee_of_cancelling() -> None:
    fleet = {"maybe": maybe(5000.0, cancel_cost=0.1), "bound": lot(900.0)}
    loan = {"principal": 5e4, "coupon": 0.0, "maturity": 99}
    ending = story(firm(fleet, tranches={"loan": loan})).ending
    assert ending is not None
    assert math.isclose(ending.estate, 1000.0)


def test_more_cash_never_buys_fewer_lots() -> None:
    fleet = {f"lot{k}": maybe(100.0 + 50.0 * k, cancel_cost=0.02 * k) for k in range(5)}
    bought = []
    for cash in np.linspace(50.0, 2000.0, 40):
        months = story(firm(fleet, cash=float(cash), min_cash=20.0)).months
        bought.append(sum("is paid for" in event for event in months[3].events))
    assert bought == sorted(bought) and len(set(bought)) > 3
