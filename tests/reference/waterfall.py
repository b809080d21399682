"""Section 7 of the model, steps 3 to 5 for one issuer: raise, pay, spend, and be tested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .debt import Due, loan_to_value, settle_dust, total
from .market import DT, Month

if TYPE_CHECKING:
    from .draws import Bools, Floats
    from .issuer import Issuer


@dataclass(frozen=True)
class Raised:
    """Money that step 3 would bring in, and the cash that it would leave."""

    draws: dict[str, Floats]
    sales: dict[str, Floats]
    equity: Floats
    cash: Floats


@dataclass(frozen=True)
class Verdict:
    """What the lenders make of a covenant test; `helped` is what a guarantor paid for a cure."""

    called: Bools
    helped: Floats


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
            headroom = np.maximum(0.0, spec.max_leverage * due.size.cfads - due.size.debt)
            room = np.minimum(room, headroom)
        sales[j] = np.where(sells, np.minimum(room, gap), 0.0)
        # On target is on target: no rounding may leave it a hair below a covenant's limit.
        cash = np.where(sells & (room >= gap), spec.target_cash, cash + sales[j])
    equity, cash = raise_equity(issuer, month, due, draws, cash)
    return Raised(draws, sales, equity, cash)


def raise_equity(
    issuer: Issuer, month: Month, due: Due, draws: dict[str, Floats], cash: Floats
) -> tuple[Floats, Floats]:
    """Equity in $, and the cash with it: `runway` months ahead of need while the window is open."""
    support = issuer.spec.support
    is_open = month.opens(support.window)
    issuer.open_months = issuer.open_months + is_open
    worth = np.minimum(1.0, np.exp(support.price_elasticity * month.index))
    promised = (support.capacity + support.per_year * DT * issuer.open_months) * worth
    left = np.maximum(0.0, promised - issuer.equity_raised)
    target = issuer.spec.min_cash + support.runway * np.maximum(0.0, burn(issuer))
    target = target + maturing(issuer, due, draws, month.t, support.runway)
    asked = np.maximum(0.0, target - cash)
    helped = is_open & ((cash < 0.0) | (support.runway > 0))
    equity = np.where(helped, np.minimum(left, asked), 0.0)
    whole = helped & (left >= asked) & (asked > 0.0)
    return equity, np.where(whole, target, cash + equity)


def burn(issuer: Issuer) -> Floats:
    """b_t: what the last three months took, a month, USD."""
    recent = issuer.debt_service[-3:], issuer.spent[-3:], issuer.tested_cfads(3)
    taken = [service + spent - earned for service, spent, earned in zip(*recent, strict=True)]
    return total(taken) / len(taken)


def maturing(issuer: Issuer, due: Due, draws: dict[str, Floats], t: int, runway: int) -> Floats:
    """M_t: bullets without a promise of refinancing that mature within the runway, USD."""
    amount = np.zeros(issuer.n_paths)
    for j, state in issuer.tranches.items():
        spec = state.spec
        if spec.kind == "notes" or spec.amortization != "bullet" or spec.refinance is not None:
            continue
        left = due.balance[j] - due.balloon[j] + draws.get(j, 0.0)
        is_near = (t < state.maturity) & (state.maturity <= t + runway)
        amount = amount + np.where(is_near, left, 0.0)
    return amount


def pay(issuer: Issuer, month: Month, due: Due, raised: Raised) -> None:
    """Pay the month's due, book what was raised."""
    for j, state in issuer.tranches.items():
        paid = due.scheduled[j] + due.balloon[j]
        drawn_back = state.balance - due.balance[j]
        state.balance = settle_dust(np.maximum(0.0, due.balance[j] - paid) + drawn_back)
        new = raised.draws.get(j, raised.sales.get(j))
        if new is None:
            continue
        if state.spec.kind == "notes":
            after = state.balance + new
            mixed = state.balance * state.rate + new * month.new_rate
            state.rate = np.where(new > 0.0, mixed / np.where(new > 0.0, after, 1.0), state.rate)
        state.available = state.available - new
        state.balance = settle_dust(state.balance + new)
    issuer.equity_raised = issuer.equity_raised + raised.equity


def spend_excess(issuer: Issuer, floor: Floats, free: Floats) -> None:
    """Step 4: repay the revolvers, then sweep, from cash above the floor.

    Parameters
    ----------
    floor : what the issuer keeps, USD.
    free : CFADS less own capex and the month's due, USD: what sweeps take their share of.

    """
    start = np.maximum(0.0, issuer.cash - floor)
    excess = start
    for j, state in issuer.tranches.items():
        if state.spec.kind == "revolver":
            excess = excess - prepay(issuer, j, np.minimum(state.balance, excess))
    trapped = issuer.orphaned | (issuer.in_breach & (issuer.spec.parent is not None))
    free = np.maximum(0.0, free)
    for j, state in issuer.tranches.items():
        share = np.full(issuer.n_paths, state.spec.sweep)
        if state.spec.covenants is not None:
            share = np.where(issuer.in_breach, 1.0, share)
        amount = np.minimum(np.minimum(state.balance, share * free), excess)
        excess = excess - prepay(issuer, j, np.where(trapped, 0.0, amount))
    for j in sorted(issuer.tranches, key=lambda j: issuer.tranches[j].spec.rank):
        amount = np.minimum(issuer.tranches[j].balance, excess)
        excess = excess - prepay(issuer, j, np.where(trapped, amount, 0.0))
    issuer.cash = np.where(excess < start, floor + excess, issuer.cash)


def prepay(issuer: Issuer, name: str, amount: Floats) -> Floats:
    """Repay part of a tranche early; a revolver can lend it again."""
    state = issuer.tranches[name]
    state.balance = settle_dust(state.balance - amount)
    if state.spec.kind == "revolver":
        state.available = state.available + amount
    return amount


def review_covenants(
    issuer: Issuer, month: Month, living: Bools, floor: Floats, help_to_hand: Floats
) -> Verdict:
    """Step 5: every third month, test; bear, waive, cure with cash, or call a default.

    Parameters
    ----------
    living : paths on which there is anything to test.
    floor : cash that a cure leaves the issuer, USD.
    help_to_hand : what a guarantor could add to a cure, USD, not negative.

    """
    n = issuer.n_paths
    if month.t % 3 != 0:
        return Verdict(np.zeros(n, dtype=bool), np.zeros(n))
    broken = broken_tranches(issuer, month)
    fails = living & np.any([np.zeros(n, dtype=bool), *broken.values()], axis=0)
    issuer.first_breach = np.where(fails & (issuer.first_breach == 0), month.t, issuer.first_breach)
    issuer.breaches = np.where(fails, issuer.breaches + 1, 0)
    lenders = issuer.spec.lenders
    exceeded = fails & (issuer.breaches > lenders.cure_quarters)
    waived = exceeded & month.opens(lenders.window)
    if waived.any():
        waived = waived & (issuer.draws.uniform(f"lenders/{issuer.name}", month.t) < lenders.waiver)
    price = np.zeros(n)
    for j, failed in broken.items():
        price = price + np.where(failed, issuer.tranches[j].balance, 0.0)
    own = np.maximum(0.0, issuer.cash - floor)
    cured = exceeded & ~waived & (price <= own + help_to_hand)
    for j, failed in broken.items():
        state = issuer.tranches[j]
        state.balance = np.where(cured & failed, 0.0, state.balance)
        state.available = np.where(cured & failed, 0.0, state.available)
    paid = np.where(cured, np.minimum(price, own), 0.0)
    issuer.cash = issuer.cash - paid
    issuer.breaches = np.where(waived | cured, 0, issuer.breaches)
    issuer.in_breach = fails & ~waived & ~cured
    return Verdict(exceeded & ~waived & ~cured, np.where(cured, price - paid, 0.0))


def broken_tranches(issuer: Issuer, month: Month) -> dict[str, Bools]:
    """Where each tranche with covenants and a balance fails a test of its own."""
    fails = {}
    cover = coverage(issuer)
    balance = {j: state.balance for j, state in issuer.tranches.items()}
    liquidity = issuer.cash + undrawn(issuer, month)
    for j, state in issuer.tranches.items():
        limits, broken = state.spec.covenants, np.zeros(issuer.n_paths, dtype=bool)
        if limits is None or month.t < limits.from_month:
            continue
        if limits.min_dscr is not None:
            broken = broken | (cover < limits.min_dscr)
        if limits.max_ltv is not None and state.spec.pool is not None:
            broken = broken | (loan_to_value(issuer, j, balance, month) > limits.max_ltv)
        if limits.min_liquidity is not None:
            broken = broken | (liquidity < limits.min_liquidity)
        fails[j] = broken & (state.balance > 0.0)
    return fails


def coverage(issuer: Issuer) -> Floats:
    """DSCR over the last three months (so far); infinite without debt service."""
    cfads = total(issuer.tested_cfads(3))
    service = total(issuer.debt_service[-3:])
    return np.where(service > 0.0, cfads / np.where(service > 0.0, service, 1.0), np.inf)


def undrawn(issuer: Issuer, month: Month) -> Floats:
    """What the revolvers before their maturity could still lend."""
    left = np.zeros(issuer.n_paths)
    for state in issuer.tranches.values():
        if state.spec.kind == "revolver":
            left = left + np.where(month.t < state.maturity, state.available, 0.0)
    return left
