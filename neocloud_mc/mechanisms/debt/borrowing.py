"""New money, payment and prepayment: how a balance moves."""

import math

from neocloud_mc import jit
from neocloud_mc.jit import Record
from neocloud_mc.mechanisms.debt.terms import NOTES, REVOLVER
from neocloud_mc.quantities import NOTHING


@jit.step
def draw(t: int, issuer: Record, lot: Record, tranche: Record) -> None:
    """Lend the advance on a lot just paid; mutates `tranche`, `issuer`."""
    advance = lot.advance
    tranche.is_dormant = 0.0
    for i in range(len(tranche.balance)):
        lends = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])
        loan = min(advance * lot.cost[i], tranche.undrawn[i]) if lends else 0.0
        tranche.balance[i] += loan
        tranche.undrawn[i] -= loan
        issuer.total_debt[i] += loan
        issuer.financed[i] += loan


@jit.step
def draw_revolver(t: int, issuer: Record, tranche: Record) -> None:
    """Lend up to the shortfall; mutates `tranche.borrowed` and the issuer's `gap`, `borrowed`."""
    for i in range(len(tranche.balance)):
        may_draw = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])
        needs = may_draw & (issuer.alive[i] > 0.0) & (issuer.gap[i] < 0.0)
        loan = min(tranche.undrawn[i], -issuer.gap[i]) if needs else 0.0
        tranche.borrowed[i] = loan
        issuer.gap[i] += loan
        issuer.borrowed[i] += loan


@jit.step
def sell_notes(market: Record, issuer: Record, tranche: Record) -> None:
    """Sell notes up to the target; mutates `tranche.borrowed` and the issuer's `gap`."""
    window, target, limit = tranche.window, tranche.target_cash, tranche.max_leverage
    is_limited = limit >= 0.0
    for i in range(len(tranche.balance)):
        is_open = (market.climate[i] > window) & (issuer.in_breach[i] == 0.0)
        sells = is_open & (issuer.alive[i] > 0.0) & (issuer.gap[i] < target)
        room = max(0.0, limit * issuer.cfads_annual[i] - issuer.total_debt[i])
        room = min(tranche.undrawn[i], room) if is_limited else tranche.undrawn[i]
        gap = issuer.gap[i]
        sale = min(room, target - gap) if sells else 0.0
        tranche.borrowed[i] = sale
        issuer.gap[i] = target if sells & (sale == target - gap) else gap + sale
        issuer.borrowed[i] += sale


@jit.step
def settle(market: Record, issuer: Record, tranche: Record) -> None:
    """Pay what is due and book what was borrowed, where the issuer lives; mutates `tranche`."""
    if tranche.kind in (NOTES, REVOLVER):
        book(market, issuer, tranche)
    elif tranche.is_dormant == 0.0:
        pay_down(issuer, tranche)


@jit.step
def pay_down(issuer: Record, tranche: Record) -> None:
    """Pay scheduled principal and balloon; mutates `tranche.balance`."""
    if tranche.has_balloon > 0.0:
        for i in range(len(tranche.balance)):
            balance, due = tranche.balance[i], tranche.scheduled[i] + tranche.balloon[i]
            kept = balance - due if balance - due > NOTHING else 0.0
            tranche.balance[i] = kept if issuer.alive[i] > 0.0 else balance
    elif tranche.is_scheduled > 0.0:
        for i in range(len(tranche.balance)):
            balance, due = tranche.balance[i], tranche.scheduled[i]
            kept = balance - due if balance - due > NOTHING else 0.0
            tranche.balance[i] = kept if issuer.alive[i] > 0.0 else balance


@jit.step
def book(market: Record, issuer: Record, tranche: Record) -> None:
    """Pay what is due and add what was borrowed, at its rate; mutates `tranche`."""
    is_notes, n_borrowing = tranche.kind == NOTES, 0
    risk_free = market.risk_free
    for i in range(len(tranche.balance)):
        lives, balance, rate = issuer.alive[i] > 0.0, tranche.balance[i], tranche.rate[i]
        asked = tranche.borrowed[i]
        borrowed = asked if lives else 0.0
        kept = balance - tranche.scheduled[i] - tranche.balloon[i]
        kept = kept if kept > NOTHING else 0.0
        after = kept + borrowed
        new_rate = risk_free + market.spread[i] / 12.0
        mean_rate = (kept * rate + borrowed * new_rate) / max(after, NOTHING)
        tranche.rate[i] = mean_rate if is_notes & (borrowed > 0.0) else rate
        tranche.balance[i] = after if lives else balance
        tranche.undrawn[i] -= borrowed
        tranche.borrowed[i] = borrowed
        n_borrowing += 1 if borrowed > 0.0 else 0
    if n_borrowing > 0:
        tranche.is_dormant = 0.0


@jit.step
def repay_revolver(issuer: Record, tranche: Record) -> None:
    """Repay a revolver from the excess cash; mutates `tranche` and the issuer's `excess`."""
    prepay(issuer, tranche, math.inf, 0.0)


@jit.step
def sweep(issuer: Record, tranche: Record) -> None:
    """Prepay from the month's cash flow; in breach all of it; mutates as `repay_revolver`."""
    in_breach_share = 1.0 if tranche.has_covenants > 0.0 else tranche.sweep
    prepay(issuer, tranche, 0.0, in_breach_share)


@jit.step
def prepay(issuer: Record, tranche: Record, least: float, in_breach_share: float) -> None:
    """Prepay the larger of `least` and a share of the flow, up to balance and excess cash."""
    if tranche.is_dormant > 0.0:
        return
    restored = 1.0 if tranche.kind == REVOLVER else 0.0
    usual_share = tranche.sweep
    for i in range(len(tranche.balance)):
        balance, excess = tranche.balance[i], issuer.excess[i]
        share = in_breach_share if issuer.in_breach[i] > 0.0 else usual_share
        flow = issuer.cfads[i] - (issuer.purchases[i] - issuer.financed[i]) - issuer.due[i]
        paid = min(balance, max(least, share * max(0.0, flow)), excess)
        left = balance - paid
        tranche.balance[i] = left if left > NOTHING else 0.0
        tranche.undrawn[i] += restored * paid
        issuer.excess[i] = excess - paid
        issuer.prepaid[i] += paid
