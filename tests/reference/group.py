"""Sections 7 and 7a of the model: a month of a parent and its vehicles.

An issuer without vehicles is a group of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .debt import Due, Size, annualised, fall_due, own_size, settle_dust, total
from .growth import Purchases, buy, give_up, lend
from .market import DT, Month
from .waterfall import Raised, coverage, pay, raise_money, review_covenants, spend_excess

if TYPE_CHECKING:
    from .draws import Bools, Floats
    from .issuer import Issuer, Operations

LIQUIDITY, REFINANCING, COVENANT, JUMP, PARENT, VEHICLE = 1, 2, 3, 4, 5, 6


@dataclass
class Record:
    """A month of one issuer; dollars, [n_paths].

    `claims` and `estate_cash` count on default only. `from_group` is the cash that came from the
    parent or from vehicles, less what went to them.
    """

    operations: Operations
    opening: dict[str, Floats]
    undrawn: dict[str, Floats]
    bought: Purchases
    due: Due
    raised: Raised
    lives: Bools
    means: Floats
    fails: Bools
    called: Bools
    from_group: Floats
    defaulted: Bools
    claims: dict[str, Floats]
    estate_cash: Floats
    distributed: Floats

    @property
    def interest(self) -> Floats:
        """Due on the opening balances."""
        return np.broadcast_to(total(self.due.interest.values()), self.lives.shape)


def step_group(group: list[Issuer], month: Month) -> dict[str, Record]:
    """Take a group through a month, its parent last in the list.

    States of paths that have defaulted go on moving and mean nothing.
    """
    *vehicles, parent = group
    opening = {i.name: {j: state.balance for j, state in i.tranches.items()} for i in group}
    undrawn = {i.name: revolvers_undrawn(i, month.t) for i in group}
    bought = buy(group, month)
    records: dict[str, Record] = {}
    for v in vehicles:
        records[v.name] = step_vehicle(v, parent, month, bought[v.name], opening[v.name])
    ours = step_parent(parent, vehicles, records, month, bought[parent.name], opening[parent.name])
    records[parent.name] = ours
    for issuer in group:
        records[issuer.name].undrawn = undrawn[issuer.name]
    pull_down_by_payment(parent, vehicles, records, month)
    for v in vehicles:
        settle_vehicle(v, records[v.name], month)
    test_all(parent, vehicles, records, month)
    distribute(parent, vehicles, records, month)
    for issuer in group:
        conclude(issuer, records[issuer.name], month)
    return records


def revolvers_undrawn(issuer: Issuer, t: int) -> dict[str, Floats]:
    """What each revolver before its maturity can still lend, USD."""
    return {
        j: np.where(t < state.maturity, state.available, 0.0)
        for j, state in issuer.tranches.items()
        if state.spec.kind == "revolver"
    }


def step_vehicle(
    v: Issuer, parent: Issuer, month: Month, bought: Purchases, opening: dict[str, Floats]
) -> Record:
    """Steps 1 to 3 of a vehicle; what it lacks while its parent guarantees is called there."""
    lives, zero = v.alive, np.zeros(v.n_paths)
    operations = v.operate(month)
    v.cfads.append(operations.cfads)
    v.upstream.append(zero)
    v.spent.append(zero)
    due = fall_due(v, month, opening, own_size(v), operations, (zero, zero))
    v.debt_service.append(np.broadcast_to(due.service, v.n_paths))
    means = v.cash * (1.0 + v.scenario.market.risk_free * DT) + operations.cfads
    means = means + operations.received
    raised = raise_money(v, month, due, means - due.total)
    jumps = lives & jump(v, month.t)
    short = lives & (raised.cash < 0.0)
    guaranteed = v.spec.vehicle.guaranteed(month.t) & parent.alive
    called = short & guaranteed & ~jumps
    fails = (short & ~called) | jumps
    note_cause(v, short & ~called, jumps, -raised.cash <= total(due.balloon.values()))
    lack = np.where(called, -raised.cash, 0.0)
    record = Record(
        operations,
        opening,
        {},
        bought,
        due,
        raised,
        lives,
        means,
        fails,
        called,
        lack,
        fails,
        {},
        zero,
        zero,
    )
    cancel_unpaid(v, bought, month.t, fails)
    return record


def settle_vehicle(v: Issuer, record: Record, month: Month) -> None:
    """Pay what a vehicle owes, and step 4.

    Once it is known whether the parent has paid for its lots: what was lent on a lot that is undone
    was never owed, and nothing can prepay it.
    """
    pay(v, month, record.due, record.raised)
    v.cash = np.where(record.called, 0.0, record.raised.cash)
    spend_excess(v, floor(v), record.operations.cfads - record.due.total)


def step_parent(
    p: Issuer,
    vehicles: list[Issuer],
    records: dict[str, Record],
    month: Month,
    ours: Purchases,
    opening: dict[str, Floats],
) -> Record:
    """Steps 1 to 4 of the parent, with what its vehicles buy and lack."""
    lives, n = p.alive, p.n_paths
    zero = np.zeros(n)
    operations = p.operate(month)
    p.cfads.append(operations.cfads)
    if len(p.upstream) < month.t:
        p.upstream.append(zero)
    theirs, calls, balloons = zero, zero, zero
    for v in vehicles:
        record = records[v.name]
        theirs = theirs + np.where(record.lives & ~record.fails, record.bought.own_capex(n), 0.0)
        calls = calls + record.from_group
        owed = total(record.due.balloon.values())
        balloons = balloons + np.where(record.called, owed, 0.0)
    size = group_size(p, vehicles, records)
    due = fall_due(p, month, opening, size, operations, (calls, balloons))
    p.debt_service.append(np.broadcast_to(due.service, n))
    means = p.cash * (1.0 + p.scenario.market.risk_free * DT) + operations.cfads
    means = means + operations.received
    own_capex = ours.own_capex(n) + theirs
    p.spent.append(own_capex + calls)
    raised = raise_money(p, month, due, means - own_capex - due.total)
    before = ours.own_capex(n)
    cash = give_up(p, ours, lives & (raised.cash < 0.0), raised.cash)
    own_capex = own_capex + ours.own_capex(n) - before
    p.spent[-1] = own_capex + calls
    short, jumps = lives & (cash < 0.0), lives & jump(p, month.t)
    dragged = zero.astype(bool)
    for v in vehicles:
        if v.spec.vehicle.guaranteed(month.t):
            dragged = dragged | (records[v.name].fails & lives)
    note_cause(p, short, jumps, -cash <= total(due.balloon.values()) + balloons)
    fails = short | jumps | dragged
    p.cause = np.where(dragged & ~short & ~jumps, VEHICLE, p.cause)
    pay(p, month, due, raised)
    p.cash = cash
    spend_excess(p, floor(p), operations.cfads - own_capex - due.total)
    record = Record(
        operations,
        opening,
        {},
        ours,
        due,
        raised,
        lives,
        means,
        fails,
        zero.astype(bool),
        -theirs - calls,
        fails,
        {},
        zero,
        zero,
    )
    cancel_unpaid(p, ours, month.t, fails)
    return record


def jump(issuer: Issuer, t: int) -> Bools:
    """Whether the issuer falls out of the blue in month t."""
    h = issuer.spec.jump_to_default
    if h == 0.0:
        return np.zeros(issuer.n_paths, dtype=bool)
    falls: Bools = issuer.draws.uniform(f"jump/{issuer.name}", t) < -np.expm1(-h * DT)
    return falls


def floor(issuer: Issuer) -> Floats:
    """K_v of a vehicle, `min_cash` of any other issuer, USD."""
    service = total(issuer.debt_service[-3:]) / len(issuer.debt_service[-3:])
    return np.maximum(issuer.spec.min_cash, issuer.spec.vehicle.reserve_months * service)


def note_cause(issuer: Issuer, short: Bools, jumps: Bools, refinancing: Bools) -> None:
    """A month that is short anyway keeps its own cause."""
    cause = np.where(short, np.where(refinancing, REFINANCING, LIQUIDITY), JUMP)
    issuer.cause = np.where(short | jumps, cause, issuer.cause)


def group_size(p: Issuer, vehicles: list[Issuer], records: dict[str, Record]) -> Size:
    """Debt and CFADS of the parent and its living vehicles, for tests of the parent's leverage."""
    size = own_size(p)
    debt, cfads = size.debt, size.cfads
    for v in vehicles:
        record = records[v.name]
        counts = record.lives & ~record.fails
        debt = debt + np.where(counts, total(record.due.balance.values()), 0.0)
        cfads = cfads + np.where(counts, annualised(v.cfads), 0.0)
    return Size(debt, cfads)


def cancel_unpaid(issuer: Issuer, bought: Purchases, t: int, where: Bools) -> None:
    """Undo what was bought this month: lots are cancelled, nothing was lent on them."""
    for key, lot in issuer.lots.items():
        if lot.spec.pay_month == t:
            lot.cancelled = lot.cancelled | where
            lend(issuer, lot, np.where(where, -bought.lent[key], 0.0))
            for amounts in (bought.lent, bought.own, bought.fee):
                amounts[key] = np.where(where, 0.0, amounts[key])


def pull_down_by_payment(
    p: Issuer, vehicles: list[Issuer], records: dict[str, Record], month: Month
) -> None:
    """A parent's payment default: this month's lots, and the vehicles that it was called for."""
    fails = records[p.name].fails
    for v in vehicles:
        record = records[v.name]
        cancel_unpaid(v, record.bought, month.t, fails & record.lives & ~record.fails)
        paid = np.where(record.lives & ~record.fails, record.bought.own_capex(v.n_paths), 0.0)
        record.from_group = record.from_group + paid
        falls = fails & record.called
        v.cause = np.where(falls, PARENT, v.cause)
        record.fails = record.fails | falls
        record.defaulted = record.defaulted | falls


def test_all(p: Issuer, vehicles: list[Issuer], records: dict[str, Record], month: Month) -> None:
    """Step 5 for the vehicles and the parent, and who falls with whom after the payments."""
    ours = records[p.name]
    p_lives = ours.lives & ~ours.fails
    dragged = np.zeros(p.n_paths, dtype=bool)
    for v in vehicles:
        record = records[v.name]
        guaranteed = v.spec.vehicle.guaranteed(month.t)
        spare = np.where(p_lives & guaranteed, np.maximum(0.0, p.cash - floor(p)), 0.0)
        verdict = review_covenants(v, month, record.lives & ~record.fails, floor(v), spare)
        p.cash = p.cash - verdict.helped
        record.from_group = record.from_group + verdict.helped
        ours.from_group = ours.from_group - verdict.helped
        v.cause = np.where(verdict.called, COVENANT, v.cause)
        record.defaulted = record.defaulted | verdict.called
        dragged = dragged | (verdict.called & guaranteed & p_lives)
    verdict = review_covenants(p, month, p_lives, floor(p), np.zeros(p.n_paths))
    p.cause = np.where(verdict.called, COVENANT, p.cause)
    ours.defaulted = ours.defaulted | verdict.called | dragged
    p.cause = np.where(dragged & ~verdict.called, VEHICLE, p.cause)
    for v in vehicles:
        orphan_or_fall(v, records[v.name], ours.defaulted, month)


def orphan_or_fall(v: Issuer, record: Record, parent_falls: Bools, month: Month) -> None:
    """What a parent's default does to a vehicle that has not defaulted itself."""
    struck = parent_falls & record.lives & ~record.defaulted
    if v.spec.vehicle.guaranteed(month.t):
        v.cause = np.where(struck, PARENT, v.cause)
        record.defaulted = record.defaulted | struck
        return
    for lot in v.lots.values():
        if lot.spec.pay_month > month.t:
            lot.cancelled = lot.cancelled | struck
    for state in v.tranches.values():
        state.available = np.where(struck, 0.0, state.available)
    v.terminate(month.t, struck)
    v.orphaned = v.orphaned | struck


def distribute(p: Issuer, vehicles: list[Issuer], records: dict[str, Record], month: Month) -> None:
    """Send up what vehicles may: cash of the parent at once, CFADS of it next month."""
    ours = records[p.name]
    sent = np.zeros(p.n_paths)
    for v in vehicles:
        record = records[v.name]
        may = record.lives & ~record.defaulted & ours.lives & ~ours.defaulted & ~v.in_breach
        if v.spec.vehicle.min_dscr is not None:
            # Without debt service the cover is infinite; a limit of infinity is for never.
            limit = v.spec.vehicle.min_dscr
            may = may & (coverage(v) >= limit) & (limit < math.inf)
        amount = np.where(may, np.maximum(0.0, v.cash - floor(v)), 0.0)
        v.cash = np.where(amount > 0.0, floor(v), v.cash)
        p.cash = p.cash + amount
        record.distributed = amount
        record.from_group = record.from_group - amount
        ours.from_group = ours.from_group + amount
        sent = sent + amount
    p.upstream.append(sent)


def conclude(issuer: Issuer, record: Record, month: Month) -> None:
    """Date the defaults; claims and the estate's cash of those."""
    issuer.default_month = np.where(record.defaulted, month.t, issuer.default_month)
    record.claims = {
        j: settle_dust(
            np.where(record.fails, record.opening[j] + record.due.interest[j], state.balance)
        )
        for j, state in issuer.tranches.items()
    }
    record.estate_cash = np.where(record.fails, np.maximum(0.0, record.means), issuer.cash)
