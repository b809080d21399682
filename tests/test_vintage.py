"""The systems of 30 June 2026: valid, every figure from somewhere, totals as filed."""

import re

import numpy as np
import pytest

from neocloud_mc.mechanisms.debt import Tranche
from neocloud_mc.scenario.load import Loaded, load
from neocloud_mc.scenario.model import Issuer
from neocloud_mc.scenario.sources import entries

SYSTEMS = ("coreweave", "nebius", "nscale", "lambda", "crusoe", "xai", "neoclouds")


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> Loaded:
    return load(f"@2026-06/{request.param}")


def test_coreweave_repays_by_year_as_filed() -> None:
    """10-Q of 30 June 2026: 4,413, 6,184, 4,416, 2,421, 3,221 and 14,896 $m; 35,551 in all."""
    group = load("@2026-06/coreweave").scenario.issuers.values()
    drawn = [tranche for issuer in group for tranche in issuer.tranches.values()]
    by_year = sum((_due(tranche) for tranche in drawn), start=np.zeros(6))
    filed = [4_413e6, 6_184e6, 4_416e6, 2_421e6, 3_221e6, 14_896e6]
    # The parts of a year are rounded to four digits: a few tens of thousands in a year
    assert np.allclose(by_year, filed, rtol=0, atol=1e6)
    assert sum(tranche.principal for tranche in drawn) == pytest.approx(35_551e6)


def test_coreweave_owes_3_7bn_without_recourse() -> None:
    """10-Q of 30 June 2026: 3,719 $m, DDTL 4.0 and a line of the vendors."""
    group = load("@2026-06/coreweave").scenario.issuers
    alone = [it for it in group.values() if it.vehicle is not None and not it.vehicle.guarantee]
    assert sum(_principal(issuer) for issuer in alone) == pytest.approx(3_719e6)


def test_nebius_and_nscale_hold_the_deposits_in_their_books() -> None:
    """6-K of 12 August 2026: 5,975.2 $m; S-1 of 18 September 2026: 6,492.6, part not received."""
    assert _deposits("nebius", until=0) == pytest.approx(5_975.2e6, rel=1e-3)
    assert _deposits("nscale", until=3) == pytest.approx(6_492.6e6, rel=1e-3)


def test_xai_vehicles_owe_what_two_level_loans_leave() -> None:
    issuers = load("@2026-06/xai").scenario.issuers.values()
    assert sum(_principal(issuer) for issuer in issuers) == pytest.approx(6_484.5e6)
    assert {it.customer for issuer in issuers for it in issuer.contracts.values()} == {"xai"}


def _principal(issuer: Issuer) -> float:
    return sum(tranche.principal for tranche in issuer.tranches.values())


def _due(tranche: Tranche) -> np.ndarray:
    """What the balance of the base date repays in the half-year and the four years after, $."""
    by_year = np.zeros(6)
    schedule = tranche.amortization
    paid = dict(schedule) if isinstance(schedule, dict) else {}
    if tranche.principal > 0.0:
        assert tranche.maturity is not None
        left = tranche.principal - sum(paid.values())
        paid[tranche.maturity] = paid.get(tranche.maturity, 0.0) + left
        for month, amount in paid.items():
            by_year[min(5, (month + 5) // 12)] += amount
    return by_year


def _deposits(system: str, until: int) -> float:
    """Rent paid ahead by a month, $."""
    total = 0.0
    for issuer in load(f"@2026-06/{system}").scenario.issuers.values():
        for contract in issuer.contracts.values():
            if contract.prepaid is not None:
                receipts = contract.prepaid.receipts or {}
                total += contract.prepaid.balance
                total += sum(amount for month, amount in receipts.items() if month <= until)
    return total


@pytest.mark.parametrize("overlays", [(), ("@stress/rents_2026_09",)])
def test_every_rent_says_which_of_the_two_prices_it_is(overlays: tuple[str, ...]) -> None:
    """Spot and contract rents went apart in 2026."""
    loaded = load("@2026-06/neoclouds", overlays=overlays)
    texts = {it.path: it.text for it in entries(loaded.resolved)}
    rents = [texts[f"gpus.{gpu}.price"] for gpu in loaded.scenario.gpus]
    assert [text for text in rents if not text.startswith(("spot", "contract"))] == []


def test_resale_need_not_follow_rents() -> None:
    found = {it.path: it for it in entries(load("@2026-06/neoclouds").resolved)}
    elasticity = found["market.resale.elasticity"]
    assert elasticity.low == 0.0 and "includes none" in elasticity.text


@pytest.mark.parametrize("vintage", ["2025-06", "2026-06"])
def test_no_credit_view_on_an_issuer_is_an_input(vintage: str) -> None:
    """Ratings are of customers alone, spreads of an index; a yield is one of issue terms."""
    views = re.compile(r"\bCDS\b|\b[Rr]at(ed|ing)\b|credit default|traded at|Moody|Fitch")
    for entry in entries(load(f"@{vintage}/neoclouds").resolved):
        assert entry.path.startswith("customers.") or not views.search(entry.text), entry.path


@pytest.mark.parametrize("vintage", ["2025-06", "2026-06"])
def test_one_rule_fills_in_every_firm(vintage: str) -> None:
    """Where no filing gives a firm's own figure, the figures of the rules in market.yaml."""
    issuers = load(f"@{vintage}/neoclouds").scenario.issuers.values()
    jumps = {(issuer.parent is None, issuer.jump_to_default) for issuer in issuers}
    assert jumps == {(True, 0.005), (False, 0.0)}
    support = [issuer.support for issuer in issuers if issuer.support is not None]
    assert {(owners.runway, owners.price_elasticity) for owners in support} == {(9, 0.5)}
    terms = [t.refinance for issuer in issuers for t in issuer.tranches.values() if t.refinance]
    assert {refinance.ahead for refinance in terms} == {12}


def test_orders_and_contracts_follow_the_rules_of_a_year_before() -> None:
    for issuer in load("@2026-06/neoclouds").scenario.issuers.values():
        for lot in issuer.fleet.values():
            is_ordered = lot.pay_month > 0 and lot.committed
            assert lot.cancel_cost in ({0.15} if is_ordered else {0.15, None})
            assert lot.committed or issuer.growth_hurdle == 0.25
        for contract in issuer.contracts.values():
            # Nscale's S-1: Anthropic's terms on late delivery are stricter than others'
            is_stricter = contract.customer == "anthropic" and issuer.label == "Nscale Monarch"
            assert contract.longstop in (None, 3.0 if is_stricter else 6.0)
