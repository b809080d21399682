"""Section 7 of the model: an issuer's month, from operations to covenants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .debt import Due, fall_due, loan_to_value, settle_dust, total
from .market import DT, Month

if TYPE_CHECKING:
    from .draws import Bools, Floats
    from .issuer import Issuer, Operations

LIQUIDITY, REFINANCING, COVENANT = 1, 2, 3


@dataclass(frozen=True)
class Raised:
    """Money that step 3 would bring in, and the cash that it would leave."""

    draws: dict[str, Floats]
    sales: dict[str, Floats]
    equity: Floats
    cash: Floats


@dataclass(frozen=True)
class Record:
    """A month of one issuer; dollars, [n_paths]. `claims` and `estate_cash` on default only."""

    operations: Operations
    opening: dict[str, Floats]
    interest: Floats
    equity: Floats
    defaulted: Bools
    claims: dict[str, Floats]
    estate_cash: Floats


def step(issuer: Issuer, month: Month) -> Record:
    """Take an issuer through a month; paths that default in it have their claims worked out.

    States of paths that have defaulted go on moving and mean nothing.
    """
    alive = issuer.alive
    opening = {j: state.balance for j, state in issuer.tranches.items()}
    operations = issuer.operate(month)
    issuer.cfads.append(operations.cfads)
    due = fall_due(issuer, month, opening)
    issuer.debt_service.append(np.broadcast_to(due.service, issuer.n_paths))
    accrued = issuer.cash * (1.0 + issuer.scenario.market.risk_free * DT)
    before = accrued + operations.cfads - operations.own_capex - due.total
    raised = raise_money(issuer, month, due, before)
    short = alive & (raised.cash < 0.0)
    refinancing = -raised.cash <= total(due.balloon.values())
    issuer.cause = np.where(short, np.where(refinancing, REFINANCING, LIQUIDITY), issuer.cause)
    pay(issuer, month, due, raised)
    spend_excess(issuer, due, operations)
    broken = review_covenants(issuer, month, alive & ~short)
    issuer.cause = np.where(broken, COVENANT, issuer.cause)
    issuer.default_month = np.where(short | broken, month.t, issuer.default_month)
    unpaid = {j: due.balance[j] + due.interest[j] for j in issuer.tranches}
    return Record(
        operations=operations,
        opening=opening,
        interest=np.broadcast_to(total(due.interest.values()), issuer.n_paths),
        equity=raised.equity,
        defaulted=short | broken,
        claims={
            j: settle_dust(np.where(short, unpaid[j], state.balance))
            for j, state in issuer.tranches.items()
        },
        estate_cash=np.where(short, np.maximum(0.0, before + due.total), issuer.cash),
    )


def raise_money(issuer: Issuer, month: Month, due: Due, cash: Floats) -> Raised:
    """Step 3: revolvers, then notes, then equity, as far as each is needed and to be had."""
    draws, sales = {}, {}
    for j, state in issuer.tranches.items():
        if state.spec.kind == "revolver":
            usable = ~issuer.in_breach & (month.t < state.maturity) & (cash < 0.0)
            draws[j] = np.where(usable, np.minimum(state.available, -cash), 0.0)
            cash = cash + draws[j]
    for j, state in issuer.tranches.items():
        spec = state.spec
        if spec.kind != "notes":
            continue
        gap = spec.target_cash - cash
        sells = month.opens(spec.window) & ~issuer.in_breach & (cash < spec.target_cash)
        room = state.available
        if spec.max_leverage is not None:
            headroom = np.maximum(0.0, spec.max_leverage * due.annual_cfads - due.total_debt)
            room = np.minimum(room, headroom)
        sales[j] = np.where(sells, np.minimum(room, gap), 0.0)
        # On target is on target: no rounding may leave it a hair below a covenant's limit.
        cash = np.where(sells & (room >= gap), spec.target_cash, cash + sales[j])
    support = issuer.spec.support
    asked = -cash + issuer.spec.min_cash
    helped = (cash < 0.0) & month.opens(support.window)
    equity = np.where(helped, np.minimum(issuer.support_left, asked), 0.0)
    whole = helped & (issuer.support_left >= asked)
    cash = np.where(whole, issuer.spec.min_cash, cash + equity)
    return Raised(draws, sales, equity, cash)


def pay(issuer: Issuer, month: Month, due: Due, raised: Raised) -> None:
    """Pay the month's due, book what was raised."""
    for j, state in issuer.tranches.items():
        paid = due.scheduled[j] + due.balloon[j]
        state.balance = settle_dust(np.maximum(0.0, due.balance[j] - paid))
        new = raised.draws.get(j, raised.sales.get(j))
        if new is None:
            continue
        if state.spec.kind == "notes":
            after = state.balance + new
            mixed = state.balance * state.rate + new * month.new_rate
            state.rate = np.where(new > 0.0, mixed / np.where(new > 0.0, after, 1.0), state.rate)
        state.available = state.available - new
        state.balance = settle_dust(state.balance + new)
    issuer.support_left = issuer.support_left - raised.equity
    issuer.cash = raised.cash


def spend_excess(issuer: Issuer, due: Due, operations: Operations) -> None:
    """Step 4: repay the revolvers, then sweep, from cash above the minimum."""
    floor = issuer.spec.min_cash
    start = np.maximum(0.0, issuer.cash - floor)
    excess = start
    for j, state in issuer.tranches.items():
        if state.spec.kind == "revolver":
            excess = excess - prepay(issuer, j, np.minimum(state.balance, excess))
    free = np.maximum(0.0, operations.cfads - operations.own_capex - due.total)
    for j, state in issuer.tranches.items():
        share = np.full(issuer.n_paths, state.spec.sweep)
        if state.spec.covenants is not None:
            share = np.where(issuer.in_breach, 1.0, share)
        amount = np.minimum(np.minimum(state.balance, share * free), excess)
        excess = excess - prepay(issuer, j, amount)
    issuer.cash = np.where(excess < start, floor + excess, issuer.cash)


def prepay(issuer: Issuer, name: str, amount: Floats) -> Floats:
    """Repay part of a tranche early; a revolver can lend it again."""
    state = issuer.tranches[name]
    state.balance = settle_dust(state.balance - amount)
    if state.spec.kind == "revolver":
        state.available = state.available + amount
    return amount


def review_covenants(issuer: Issuer, month: Month, living: Bools) -> Bools:
    """Step 5: every third month, test; the paths on which the lenders call a default."""
    if month.t % 3 != 0:
        return np.zeros(issuer.n_paths, dtype=bool)
    fails = living & covenant_fails(issuer, month)
    issuer.first_breach = np.where(fails & (issuer.first_breach == 0), month.t, issuer.first_breach)
    issuer.breaches = np.where(fails, issuer.breaches + 1, 0)
    lenders = issuer.spec.lenders
    exceeded = fails & (issuer.breaches > lenders.cure_quarters)
    waived = exceeded & month.opens(lenders.window)
    if waived.any():
        waived = waived & (issuer.draws.uniform(f"lenders/{issuer.name}", month.t) < lenders.waiver)
    issuer.breaches = np.where(waived, 0, issuer.breaches)
    issuer.in_breach = fails & ~waived
    return exceeded & ~waived


def covenant_fails(issuer: Issuer, month: Month) -> Bools:
    """Paths on which any covenant of a tranche with a balance fails."""
    fails = np.zeros(issuer.n_paths, dtype=bool)
    cfads = total(issuer.cfads[-3:])
    service = total(issuer.debt_service[-3:])
    cover = np.where(service > 0.0, cfads / np.where(service > 0.0, service, 1.0), np.inf)
    balance = {j: state.balance for j, state in issuer.tranches.items()}
    liquidity = issuer.cash + undrawn(issuer, month)
    for j, state in issuer.tranches.items():
        limits, broken = state.spec.covenants, np.zeros(issuer.n_paths, dtype=bool)
        if limits is None:
            continue
        if limits.min_dscr is not None:
            broken = broken | (cover < limits.min_dscr)
        if limits.max_ltv is not None and state.spec.pool is not None:
            broken = broken | (loan_to_value(issuer, j, balance, month) > limits.max_ltv)
        if limits.min_liquidity is not None:
            broken = broken | (liquidity < limits.min_liquidity)
        fails = fails | (broken & (state.balance > 0.0))
    return fails


def undrawn(issuer: Issuer, month: Month) -> Floats:
    """What the revolvers before their maturity could still lend."""
    left = np.zeros(issuer.n_paths)
    for state in issuer.tranches.values():
        if state.spec.kind == "revolver":
            left = left + np.where(month.t < state.maturity, state.available, 0.0)
    return left
