"""What happened in a month of one path, in words, read from the tables before and after it."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from neocloud_mc.causes import CAUSES
from neocloud_mc.engine.tables import Tables
from neocloud_mc.mechanisms.covenants import MONTHS_BETWEEN_TESTS
from neocloud_mc.mechanisms.debt import REVOLVER
from neocloud_mc.notation import counted
from neocloud_mc.scenario.model import Issuer, Scenario
from neocloud_mc.studies.contract_events import is_cut, is_renewed, runs_out, walks_away
from neocloud_mc.studies.ledger.covenant_tests import failed, tests_of_month
from neocloud_mc.studies.ledger.fleet_events import fleet_events
from neocloud_mc.studies.ledger.vehicles import vehicle_rows
from neocloud_mc.studies.ledger.words import money

_PRESCRIBED: Final = {
    "fixed_glut": "the regime",
    "fixed_index": "the price index",
    "fixed_funding": "the funding climate",
}


def events_of_month(
    t: int,
    scenario: Scenario,
    issuer_id: str,
    before: Tables,
    after: Tables,
) -> tuple[str, ...]:
    """Events of month t that concern the issuer, in the order of the model.

    Cash that vehicles send up month by month is no event; it is kept as a flow.
    """
    terms = scenario.issuers[issuer_id]
    place = list(scenario.issuers).index(issuer_id)
    return (
        *_market_events(t, before, after),
        *_customer_events(scenario, terms, before, after),
        *fleet_events(t, terms, place, before, after),
        *_contract_events(t, terms, place, before, after),
        *_debt_events(t, terms, after.issuers[place], before, after),
        *_equity_events(after.issuers[place]),
        *_covenant_events(t, terms, place, before, after),
        *_group_events(t, scenario, place, before, after),
        *_defaults(t, scenario, place, after),
    )


def _market_events(t: int, before: Tables, after: Tables) -> Iterator[str]:
    market, earlier = after.market[0], before.market[0]
    for column, name in _PRESCRIBED.items():
        was = t > 1 and not np.isnan(earlier[column])
        now = not np.isnan(market[column])
        if was != now:
            yield f"{name} is {'prescribed' if now else 'free'} from here on"
    if market.glut[0] != earlier.glut[0]:
        yield "the shortage ends" if market.glut[0] > 0.0 else "the glut ends"
    if market.arrival[0] > 0.0:
        yield "a GPU generation is launched"


def _customer_events(
    scenario: Scenario, terms: Issuer, before: Tables, after: Tables
) -> Iterator[str]:
    mine = {contract.customer for contract in terms.contracts.values()}
    for row, name in enumerate(scenario.customers):
        fails = after.customers[row].failed[0] > before.customers[row].failed[0]
        if fails and name in mine:
            yield f"customer {name} fails"


def _contract_events(
    t: int, terms: Issuer, place: int, before: Tables, after: Tables
) -> Iterator[str]:
    issuer = after.issuers[place]
    is_dead = issuer.default_month[0] > 0.0
    is_parted = issuer.is_orphaned[0] > before.issuers[place].is_orphaned[0]
    for row, name in enumerate(terms.contracts, start=issuer.first_contract):
        contract, was = after.contracts[row], before.contracts[row]
        if contract.start_month == t - 1 and was.live[0] > 0.0:
            yield f"contract {name} begins"
        if (received := after.calendar[contract.calendar_row, t]) > 0.0 and contract.live[0] > 0.0:
            yield f"contract {name} prepays {money(received)} of rent"
        if was.live[0] > contract.live[0] and contract.start_month < t and not is_dead:
            solvent = after.customers[contract.customer].failed[0] == 0.0
            how = _ending(t, contract, was, is_solvent=solvent, is_parted=is_parted)
            yield f"contract {name} {how}"
        elif is_renewed(was, contract)[0]:
            yield f"contract {name} is renewed at ${contract.price[0]:.2f} an hour"
        elif is_cut(was, contract)[0]:
            yield f"contract {name} is cut to ${contract.price[0]:.2f} an hour"
    if issuer.refunds[0] > 0.0:
        yield f"prepaid rent of {money(issuer.refunds[0])} is given back"


def _ending(t: int, contract: Any, was: Any, *, is_solvent: bool, is_parted: bool) -> str:
    """How a contract ends that had begun."""
    is_over = runs_out(t, was)[0]
    is_kept = is_solvent and not walks_away(contract)[0] and not is_over
    if is_kept and contract.start_month + contract.longstop == t:
        return "ends at its long stop, for GPUs that were not delivered"
    if is_kept and is_parted:
        return "ends with the operator"
    return "expires" if is_over and contract.billed[0] > 0.0 else "is lost"


def _debt_events(
    t: int, terms: Issuer, issuer: Any, before: Tables, after: Tables
) -> Iterator[str]:
    for row, name in enumerate(terms.tranches, start=issuer.first_tranche):
        tranche, was = after.tranches[row], before.tranches[row]
        if tranche.maturity[0] > was.maturity[0]:
            ahead = int(was.maturity[0]) - t
            early = f", {counted(ahead, 'month')} ahead" if ahead > 0 else ""
            yield f"{name} is rolled over at {12 * tranche.rate[0]:.2%}{early}"
        elif was.maturity[0] == t and tranche.balloon[0] > 0.0:
            yield f"balloon of {name}, {money(tranche.balloon[0])}, falls due"
        if tranche.borrowed[0] > 0.0 and issuer.is_unpaid[0] == 0.0:
            verb = "is drawn for" if tranche.kind == REVOLVER else "sells notes for"
            yield f"{name} {verb} {money(tranche.borrowed[0])}"


def _equity_events(issuer: Any) -> Iterator[str]:
    if issuer.equity[0] > 0.0:
        is_needed = issuer.available[0] + issuer.borrowed[0] < 0.0
        ahead = "" if is_needed else " ahead of need"
        yield f"owners put in {money(issuer.equity[0])} of equity{ahead}"
    if issuer.jumps[0] > 0.0:
        yield "the issuer fails for reasons of its own"


def _covenant_events(
    t: int, terms: Issuer, place: int, before: Tables, after: Tables
) -> Iterator[str]:
    was, issuer = before.issuers[place], after.issuers[place]
    for name, tranche in terms.tranches.items():
        first = tranche.covenants.from_month if tranche.covenants else 0
        if 1 < first <= t < first + MONTHS_BETWEEN_TESTS and t % MONTHS_BETWEEN_TESTS == 0:
            yield f"covenants of {name} are tested from now on"
    tests = tests_of_month(t, terms, issuer, after.tranches)
    if any(test.fails for test in tests):
        yield f"covenants fail, test {int(was.breaches[0]) + 1} in a row: {failed(tests)}"
    if issuer.is_cured[0] > was.is_cured[0]:
        yield "cash repays the tranches that failed their tests"
    elif was.in_breach[0] > issuer.in_breach[0] and issuer.alive[0] > 0.0:
        yield "the breach is waived" if issuer.fails[0] > 0.0 else "the breach is over"


def _group_events(
    t: int, scenario: Scenario, place: int, before: Tables, after: Tables
) -> Iterator[str]:
    """Calls, cures and failures between a parent and its vehicles."""
    issuer, names = after.issuers[place], list(scenario.issuers)
    for row in vehicle_rows(place, after.issuers):
        vehicle, name = after.issuers[row], names[row]
        parent = names[vehicle.parent]
        if row != place:
            for event in _covenant_events(t, scenario.issuers[name], row, before, after):
                yield f"{name}: {event}"
        if vehicle.called[0] > 0.0:
            yield f"{name} calls {money(vehicle.called[0])} from {parent}"
        if vehicle.cured_by_parent[0] > 0.0:
            yield f"{parent} pays {money(vehicle.cured_by_parent[0])} to cure covenants of {name}"
        if vehicle.is_trapped[0] > 0.0 and vehicle.prepaid[0] > 0.0:
            yield f"cash of {name} is trapped and prepays {money(vehicle.prepaid[0])}"
        if vehicle.vehicle_guarantee > 0.0 and vehicle.vehicle_guarantee_until == t - 1:
            yield f"{parent} guarantees {name} no longer"
    if issuer.residual[0] > 0.0:
        yield f"the estate of a vehicle leaves it {money(issuer.residual[0])}"
    if issuer.parent >= 0 and after.issuers[issuer.parent].default_month[0] == t:
        yield "goes on without its parent" if issuer.alive[0] > 0.0 else "its parent fails"


def _defaults(t: int, scenario: Scenario, place: int, after: Tables) -> Iterator[str]:
    """Those of others, which move the market, and its own last."""
    for row, name in enumerate(scenario.issuers):
        if row != place and after.issuers[row].default_month[0] == t:
            yield f"{name} defaults, cause {_cause(after.issuers[row])}"
    if after.issuers[place].default_month[0] == t:
        yield f"default, cause {_cause(after.issuers[place])}"


def _cause(issuer: Any) -> str:
    return CAUSES[int(issuer.cause[0]) - 1]
