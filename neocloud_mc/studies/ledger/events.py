"""What happened in a month of one path, in words, read from the tables before and after it."""

from collections.abc import Iterator
from typing import Any

from neocloud_mc.engine.tables import Tables
from neocloud_mc.mechanisms.debt import REVOLVER
from neocloud_mc.scenario.model import Issuer, Scenario


def events_of_month(
    t: int, scenario: Scenario, issuer_id: str, before: Tables, after: Tables
) -> tuple[str, ...]:
    """Events of month t that concern the issuer, in the order of the model."""
    terms = scenario.issuers[issuer_id]
    place = list(scenario.issuers).index(issuer_id)
    return (
        *_market_events(scenario, place, before, after),
        *_customer_events(scenario, terms, before, after),
        *_fleet_events(t, terms, after.issuers[place], before, after),
        *_contract_events(t, terms, after.issuers[place], before, after),
        *_debt_events(t, terms, after.issuers[place], before, after),
        *_covenant_events(before.issuers[place], after.issuers[place]),
    )


def _market_events(scenario: Scenario, place: int, before: Tables, after: Tables) -> Iterator[str]:
    was, now = before.market[0].glut[0], after.market[0].glut[0]
    if was != now:
        yield "the shortage ends" if now > 0.0 else "the glut ends"
    for other, name in enumerate(scenario.issuers):
        died = after.issuers[other].default_month[0] > 0.0
        if other != place and died and before.issuers[other].default_month[0] == 0.0:
            yield f"{name} defaults"


def _customer_events(
    scenario: Scenario, terms: Issuer, before: Tables, after: Tables
) -> Iterator[str]:
    mine = {contract.customer for contract in terms.contracts.values()}
    for row, name in enumerate(scenario.customers):
        fails = after.customers[row].failed[0] > before.customers[row].failed[0]
        if fails and name in mine:
            yield f"customer {name} fails"


def _fleet_events(
    t: int, terms: Issuer, issuer: Any, before: Tables, after: Tables
) -> Iterator[str]:
    is_dead = issuer.default_month[0] > 0.0
    for row, name in enumerate(terms.fleet, start=issuer.first_lot):
        lot, was = after.lots[row], before.lots[row]
        if lot.cost[0] > 0.0 and lot.pay_month == t:
            yield f"lot {name} is paid for"
        if lot.cancelled[0] > was.cancelled[0] and not is_dead:
            yield f"lot {name} is cancelled"
        if lot.start[0] == t and lot.service_month > 0 and was.cancelled[0] == 0.0:
            late = int(lot.start[0] - lot.service_month)
            yield f"lot {name} enters service" + (f", {late} months late" if late else "")


def _contract_events(
    t: int, terms: Issuer, issuer: Any, before: Tables, after: Tables
) -> Iterator[str]:
    is_dead = issuer.default_month[0] > 0.0
    for row, name in enumerate(terms.contracts, start=issuer.first_contract):
        contract, was = after.contracts[row], before.contracts[row]
        if contract.start_month == t - 1 and was.live[0] > 0.0:
            yield f"contract {name} begins"
        if was.live[0] > contract.live[0] and contract.start_month < t and not is_dead:
            expires = was.end_month[0] <= t and contract.billed[0] > 0.0
            yield f"contract {name} " + ("expires" if expires else "is lost")
        elif contract.end_month[0] != was.end_month[0]:
            yield f"contract {name} is renewed at ${contract.price[0]:.2f} an hour"
        elif contract.price[0] != was.price[0]:
            yield f"contract {name} is cut to ${contract.price[0]:.2f} an hour"


def _debt_events(
    t: int, terms: Issuer, issuer: Any, before: Tables, after: Tables
) -> Iterator[str]:
    for row, name in enumerate(terms.tranches, start=issuer.first_tranche):
        tranche, was = after.tranches[row], before.tranches[row]
        if tranche.maturity[0] > was.maturity[0]:
            yield f"{name} is rolled over at {12 * tranche.rate[0]:.2%}"
        elif was.maturity[0] == t and tranche.balloon[0] > 0.0:
            yield f"balloon of {name} falls due"
        if tranche.borrowed[0] > 0.0:
            verb = "is drawn" if tranche.kind == REVOLVER else "sells notes"
            yield f"{name} {verb}"
    if issuer.equity[0] > 0.0:
        yield "owners put in equity"


def _covenant_events(was: Any, issuer: Any) -> Iterator[str]:
    if issuer.breaches[0] > was.breaches[0]:
        yield f"covenants are breached, test {int(issuer.breaches[0])} in a row"
    elif was.in_breach[0] > issuer.in_breach[0]:
        yield "breach is waived" if issuer.fails[0] > 0.0 else "breach is cured"
