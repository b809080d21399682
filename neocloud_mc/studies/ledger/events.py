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
        *_group_events(t, scenario, place, after),
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
        is_cancelled = lot.cancelled[0] > was.cancelled[0]
        if lot.cost[0] > 0.0 and lot.pay_month == t and not is_cancelled:
            yield f"lot {name} is paid for"
        if is_cancelled and not is_dead:
            fee = f", for ${lot.cost[0] / 1e6:,.2f}m" if lot.cost[0] > 0.0 else ""
            yield f"lot {name} is cancelled{fee}"
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
        if (received := after.calendar[contract.calendar_row, t]) > 0.0 and contract.live[0] > 0.0:
            yield f"contract {name} prepays ${received / 1e6:,.2f}m of rent"
        if was.live[0] > contract.live[0] and contract.start_month < t and not is_dead:
            solvent = after.customers[contract.customer].failed[0] == 0.0
            yield f"contract {name} {_ending(t, contract, was, is_solvent=solvent)}"
        elif contract.end_month[0] != was.end_month[0]:
            yield f"contract {name} is renewed at ${contract.price[0]:.2f} an hour"
        elif contract.price[0] != was.price[0]:
            yield f"contract {name} is cut to ${contract.price[0]:.2f} an hour"


def _ending(t: int, contract: Any, was: Any, *, is_solvent: bool) -> str:
    """How a contract ends that had begun."""
    is_kept = is_solvent and contract.hazard[0] < contract.threshold[0] and was.end_month[0] > t
    if is_kept and contract.start_month + contract.longstop == t:
        return "ends at its long stop, for GPUs that were not delivered"
    return "expires" if was.end_month[0] <= t and contract.billed[0] > 0.0 else "is lost"


def _debt_events(
    t: int, terms: Issuer, issuer: Any, before: Tables, after: Tables
) -> Iterator[str]:
    for row, name in enumerate(terms.tranches, start=issuer.first_tranche):
        tranche, was = after.tranches[row], before.tranches[row]
        if tranche.maturity[0] > was.maturity[0]:
            ahead = int(was.maturity[0]) - t
            early = f", {ahead} months ahead" if ahead > 0 else ""
            yield f"{name} is rolled over at {12 * tranche.rate[0]:.2%}{early}"
        elif was.maturity[0] == t and tranche.balloon[0] > 0.0:
            yield f"balloon of {name} falls due"
        if tranche.borrowed[0] > 0.0:
            verb = "is drawn" if tranche.kind == REVOLVER else "sells notes"
            yield f"{name} {verb}"
    if issuer.equity[0] > 0.0:
        is_needed = issuer.available[0] + issuer.borrowed[0] < 0.0
        yield "owners put in equity" + ("" if is_needed else " ahead of need")
    if issuer.jumps[0] > 0.0:
        yield "the issuer fails for reasons of its own"


def _covenant_events(was: Any, issuer: Any) -> Iterator[str]:
    if issuer.breaches[0] > was.breaches[0]:
        yield f"covenants are breached, test {int(issuer.breaches[0])} in a row"
    elif issuer.is_cured[0] > was.is_cured[0]:
        yield "cash repays the tranches that failed their tests"
    elif was.in_breach[0] > issuer.in_breach[0]:
        yield "breach is waived" if issuer.fails[0] > 0.0 else "breach is cured"


def _group_events(t: int, scenario: Scenario, place: int, after: Tables) -> Iterator[str]:
    """What goes up and down between a parent and its vehicles."""
    issuer, names = after.issuers[place], list(scenario.issuers)
    if issuer.called[0] > 0.0:
        yield f"calls ${issuer.called[0] / 1e6:,.2f}m from {names[issuer.parent]}"
    if issuer.cured_by_parent[0] > 0.0:
        paid = f"${issuer.cured_by_parent[0] / 1e6:,.2f}m"
        yield f"{names[issuer.parent]} pays {paid} to cure its covenants"
    if issuer.is_trapped[0] > 0.0 and issuer.prepaid[0] > 0.0:
        yield "cash is trapped and prepays debt"
    if issuer.distributed[0] > 0.0:
        yield f"distributes ${issuer.distributed[0] / 1e6:,.2f}m to {names[issuer.parent]}"
    for other, name in enumerate(names):
        vehicle = after.issuers[other]
        if vehicle.parent != place:
            continue
        if vehicle.called[0] > 0.0:
            yield f"is called by {name} for ${vehicle.called[0] / 1e6:,.2f}m"
        if vehicle.distributed[0] > 0.0:
            yield f"receives ${vehicle.distributed[0] / 1e6:,.2f}m from {name}"
    if issuer.residual[0] > 0.0:
        yield f"receives ${issuer.residual[0] / 1e6:,.2f}m left by the estate of a vehicle"
    if issuer.parent >= 0 and after.issuers[issuer.parent].default_month[0] == t:
        lost = issuer.is_orphaned[0] > 0.0
        yield "goes on without its parent" if lost else "its parent fails"
