"""Prepaid rent and long stops.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from typing import Any

import pytest

from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.studies.ledger.replay import ledger
from tests.worlds import IDLE_YEAR, Tree, frequency, outcome, world

PATHS = 40_000
BILL = 730.0 * 100 * 2.0
"""USD a month of the contract below."""


def landlord(deal: Tree, **terms: Any) -> Tree:
    rent = {"customer": "tenant", "gpu": "h100", "count": 100, "price": 2.0, "end_month": 240}
    fleet = {"lot": {"gpu": "h100", "count": 100}}
    issuer = {"cash": 1e6, "fleet": fleet, "contracts": {"rent": rent | deal}}
    return {"issuers": {"acme": issuer | terms}}


def story(*changes: Tree) -> Ledger:
    return ledger(world(IDLE_YEAR, *changes), "acme", 1, 0)


def test_a_deposit_pays_its_share_of_the_bills_until_it_is_used() -> None:
    prepaid = {"balance": 1.2 * BILL, "share": 0.5}
    months = story(landlord({"prepaid": prepaid})).months
    used = [m.deposits_used / BILL for m in months[:4]]
    assert used == pytest.approx([0.5, 0.5, 0.2, 0.0])
    assert [m.contracted for m in months[:4]] == [BILL] * 4
    assert [m.cfads for m in months[:4]] == pytest.approx([BILL * (1.0 - share) for share in used])


def test_costs_that_grow_with_revenue_count_prepaid_rent() -> None:
    terms = landlord({"prepaid": {"balance": 1e9}}, costs={"variable": 0.1})
    assert story(terms).months[0].cfads == pytest.approx(-0.1 * BILL)


def test_receipts_are_cash_that_is_not_cfads() -> None:
    months = story(landlord({"prepaid": {"receipts": {3: 5e5}, "share": 0.0}})).months
    assert [m.deposits_received for m in months[:4]] == [0.0, 0.0, 5e5, 0.0]
    assert months[2].cfads == BILL
    assert months[2].cash == pytest.approx(1e6 + 3 * BILL + 5e5)


@pytest.mark.parametrize(("intensity", "received"), [(0.0, 5e5), (1e9, 0.0)])
def test_a_contract_to_come_is_prepaid_while_its_customer_is_solvent(
    intensity: float, received: float
) -> None:
    deal = {"start_month": 6, "prepaid": {"receipts": {3: 5e5}}}
    failed = {"customers": {"tenant": {"default_intensity": intensity}}}
    assert story(landlord(deal), failed).months[2].deposits_received == received


def test_a_deposit_lapses_with_its_contract() -> None:
    """Renewed at the spot price the contract keeps it; ended it pays no bill of the next."""
    deal = {"end_month": 2, "prepaid": {"balance": 10 * BILL}}
    renewed = {"renewal": {"probability": 1.0, "months": 12}}
    assert story(landlord(deal | renewed)).months[3].deposits_used == BILL
    ended = story(landlord(deal)).months
    assert ended[3].deposits_used == 0.0 and ended[3].refunds == 0.0


def test_unused_rent_is_a_claim_on_the_estate_beside_recourse() -> None:
    """1,000,000 of cash and rent due for 20 and 60 months against 4,000,000 of debt."""
    loan = {"principal": 4e6, "coupon": 0.0, "maturity": 1}
    deal = {"prepaid": {"balance": 1e6, "share": 0.0}}
    worthless = {"gpus": {"h100": {"resale": 0.0}}}
    ending = story(worthless, landlord(deal, tranches={"loan": loan})).ending
    assert ending is not None
    estate = 1e6 + BILL
    assert ending.estate == pytest.approx(estate)
    assert ending.tranches[0].recovered == pytest.approx(estate * 4.0 / 5.0)


def test_who_steps_in_serves_the_prepaid_rent() -> None:
    """Its value falls by the deposit, which claims on no estate; if nothing is left, it claims."""
    loan = {"principal": 9e6, "coupon": 0.0, "maturity": 1, "pool": "box"}
    fleet = {"lot": {"gpu": "h100", "count": 100, "pool": "box"}}
    worthless = {"gpus": {"h100": {"resale": 0.0}}}

    def proceeds(balance: float) -> float:
        deal = {"pool": "box", "end_month": 13, "prepaid": {"balance": balance, "share": 0.0}}
        terms = {"fleet": fleet, "tranches": {"loan": loan}, "step_in": {"friction": 0.2}}
        ending = story(worthless, landlord(deal, **terms)).ending
        assert ending is not None
        recovered, unserved = ending.tranches[0].recovered, balance > 1e6
        share = (9e6 / (9e6 + balance)) if unserved else 1.0
        assert recovered == pytest.approx(ending.pools[0].proceeds + share * ending.estate)
        return ending.pools[0].proceeds

    assert proceeds(0.0) - proceeds(2e5) == pytest.approx(0.8 * 2e5)
    assert proceeds(1e8) == 0.0


# Long stops.


def late(deal: Tree, **terms: Any) -> Tree:
    """GPUs for month 2, which come late; the market is cheaper than the contract."""
    fleet = {"lot": {"gpu": "h100", "count": 100, "service_month": 2}}
    cheap = {"gpus": {"h100": {"price": 1.9}}}
    rent = {"start_month": 1} | deal
    return cheap | landlord(rent, fleet=fleet, delivery_delay_months=4.0, **terms)


@pytest.mark.parametrize("longstop", [1, 4])
def test_a_contract_ends_as_often_as_delivery_is_later_than_its_long_stop(longstop: int) -> None:
    """P(G > k) = q^(k+1), k = longstop − 1; it could never be paid for without the contract."""
    q = 4.0 / 5.0
    costs = {"fixed": 0.0}
    loan = {"principal": 1e6 + 1.0, "coupon": 0.0, "maturity": 24}
    terms = late({"longstop": longstop}, tranches={"loan": loan}, costs=costs, cash=1e6)
    run = outcome(world(IDLE_YEAR, {"horizon_months": 24}, terms), PATHS)
    never_delivered = q**23
    ended = q**longstop
    frequency(run.default_month[0] == 24, max(ended, never_delivered))


@pytest.mark.parametrize(("price", "ends"), [(1.9, True), (2.0, False)])
def test_a_late_contract_that_is_not_dearer_than_the_market_stays(price: float, ends: bool) -> None:
    terms = late({"longstop": 2}) | {"gpus": {"h100": {"price": price}}}
    fleet = {
        "issuers": {"acme": {"delivery_delay_months": 0.0, "fleet": {"lot": {"service_month": 5}}}}
    }
    events = [event for month in story(terms, fleet).months for event in month.events]
    assert any("long stop" in event for event in events) == ends
    billed = [month.gpus_contracted for month in story(terms, fleet).months]
    assert (billed[5] == 0.0) == ends


@pytest.mark.parametrize(("count", "ends"), [(100.0, False), (100.00001, True)])
def test_a_count_served_to_a_billionth_is_served(count: float, ends: bool) -> None:
    terms = late({"longstop": 2, "count": count})
    on_time = {"issuers": {"acme": {"delivery_delay_months": 0.0}}}
    billed = [month.gpus_contracted for month in story(terms, on_time).months]
    assert (billed[3] == 0.0) == ends


def test_the_deposit_of_a_contract_that_ends_late_is_refunded_that_month() -> None:
    deal = {"longstop": 2, "prepaid": {"balance": 3e5}}
    never = {"issuers": {"acme": {"fleet": {"lot": {"service_month": 90}}}}}
    months = story(late(deal), never).months
    assert [m.refunds for m in months[:4]] == [0.0, 0.0, 3e5, 0.0]
    assert months[2].cash == 7e5
    poor = {
        "issuers": {
            "acme": {
                "cash": 2e5,
                "tranches": {"loan": {"principal": 3e5, "coupon": 0.0, "maturity": 99}},
            }
        }
    }
    worthless = {"gpus": {"h100": {"resale": 0.0}}}
    ending = story(late(deal), never, poor, worthless).ending
    assert ending is not None and ending.cause == "liquidity"
    assert math.isclose(ending.tranches[0].recovered, 1e5, rel_tol=1e-12)
