"""New money, payment and prepayment: how a balance moves."""

import math

from neocloud_mc import jit
from neocloud_mc.jit import Record, Table
from neocloud_mc.mechanisms.debt.terms import BULLET, NOTES, REVOLVER
from neocloud_mc.quantities import NOTHING


@jit.step
def offer(t: int, issuer: Record, lot: Record, tranche: Record) -> None:
    """Offer the advance on a lot to be paid, as far as the commitment goes; mutates `lot.drawn`."""
    advance = lot.advance * (lot.count * lot.unit_cost)
    for i in range(len(tranche.undrawn)):
        lends = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])
        lot.drawn[i] = min(advance, tranche.undrawn[i]) if lends else 0.0


@jit.step
def draw(issuer: Record, lot: Record, tranche: Record) -> None:
    """Lend on a lot what it draws; mutates `tranche`, `issuer`."""
    tranche.is_dormant = 0.0
    for i in range(len(tranche.balance)):
        loan = lot.drawn[i]
        balance = tranche.balance[i] + loan
        tranche.balance[i] = balance if balance > NOTHING else 0.0
        tranche.undrawn[i] -= loan
        issuer.total_debt[i] += loan
        issuer.financed[i] += loan


@jit.step
def set_aside(t: int, issuer: Record, tranche: Record) -> None:
    """Keep what matures this month out of the room for orders; mutates `issuer.room`."""
    for i in range(len(tranche.balance)):
        issuer.room[i] -= tranche.balance[i] if tranche.maturity[i] == t else 0.0


@jit.step
def count_undrawn(t: int, issuer: Record, tranche: Record) -> None:
    """Add what a revolver could lend to the room for orders; mutates `issuer.room`."""
    if tranche.kind != REVOLVER:
        return
    for i in range(len(tranche.undrawn)):
        lends = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])
        issuer.room[i] += tranche.undrawn[i] if lends else 0.0


@jit.step
def look_ahead(t: int, issuer: Record, tranche: Record) -> None:
    """Add a bullet that matures within the runway to the cash aimed at; mutates `issuer.target`.

    A bullet without `refinance` keeps its opening maturity; a revolver's draw of the month counts.
    """
    is_bullet = tranche.amortization == BULLET and tranche.kind != NOTES
    is_refinanced = tranche.refinance_months >= 1.0
    maturity = tranche.opening_maturity
    if is_bullet and not is_refinanced and t < maturity <= t + issuer.support_runway:
        for i in range(len(tranche.balance)):
            issuer.target[i] += tranche.balance[i] + tranche.borrowed[i]


@jit.step
def draw_revolver(t: int, issuer: Record, tranche: Record) -> None:
    """A revolver lends up to the shortfall.

    Mutates `tranche.borrowed` and the issuer's `gap`, `borrowed`.
    """
    if tranche.kind != REVOLVER:
        return
    for i in range(len(tranche.balance)):
        may_draw = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])
        needs = may_draw & (issuer.alive[i] > 0.0) & (issuer.gap[i] < 0.0)
        loan = min(tranche.undrawn[i], -issuer.gap[i]) if needs else 0.0
        tranche.borrowed[i] = loan
        issuer.gap[i] += loan
        issuer.borrowed[i] += loan


@jit.step
def sell_notes(market: Record, issuer: Record, tranche: Record) -> None:
    """A programme sells notes up to its target; mutates as `draw_revolver`."""
    if tranche.kind != NOTES:
        return
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
        after = after if after > NOTHING else 0.0
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
    if tranche.kind == REVOLVER:
        prepay(issuer, tranche, math.inf, 0.0)


@jit.step
def sweep(issuer: Record, tranche: Record) -> None:
    """Prepay from the month's cash flow; in breach all of it; mutates as `repay_revolver`."""
    in_breach_share = 1.0 if tranche.has_covenants > 0.0 else tranche.sweep
    is_swept_in_breach = tranche.has_covenants > 0.0 and issuer.n_in_breach > 0.0
    if tranche.sweep > 0.0 or is_swept_in_breach:
        prepay(issuer, tranche, 0.0, in_breach_share)


@jit.step
def prepay(issuer: Record, tranche: Record, least: float, in_breach_share: float) -> None:
    """Prepay the larger of `least` and a share of the flow, up to balance and excess cash.

    Where the issuer's cash is trapped (see vehicles) there is no share.
    """
    if tranche.is_dormant > 0.0:
        return
    restored = 1.0 if tranche.kind == REVOLVER else 0.0
    usual_share = tranche.sweep
    for i in range(len(tranche.balance)):
        balance, excess = tranche.balance[i], issuer.excess[i]
        share = in_breach_share if issuer.in_breach[i] > 0.0 else usual_share
        share = 0.0 if issuer.is_trapped[i] > 0.0 else share
        flow = issuer.cfads[i] - issuer.own_capex[i] - issuer.due[i]
        paid = min(balance, max(least, share * max(0.0, flow)), excess)
        left = balance - paid
        tranche.balance[i] = left if left > NOTHING else 0.0
        tranche.undrawn[i] += restored * paid
        issuer.excess[i] = excess - paid
        issuer.prepaid[i] += paid


@jit.step
def prepay_trapped(issuer: Record, tranches: Table) -> None:
    """Prepay by rank, then in file order, from all excess cash that is trapped.

    Mutates the issuer's tranches, `excess` and `prepaid`.
    """
    rank, last = 0.0, math.inf
    while rank < last:
        following = last
        for j in range(issuer.first_tranche, issuer.end_tranche):
            of_tranche = tranches[j].rank
            following = min(following, of_tranche if of_tranche > rank else last)
        rank = following
        for j in range(issuer.first_tranche, issuer.end_tranche):
            if tranches[j].rank == rank:
                _prepay_all(issuer, tranches[j])


@jit.step
def _prepay_all(issuer: Record, tranche: Record) -> None:
    """Prepay one tranche from trapped cash; mutates as `prepay_trapped`."""
    restored = 1.0 if tranche.kind == REVOLVER else 0.0
    for i in range(len(tranche.balance)):
        balance, excess = tranche.balance[i], issuer.excess[i]
        paid = min(balance, excess) if issuer.is_trapped[i] > 0.0 else 0.0
        left = balance - paid
        tranche.balance[i] = left if left > NOTHING else 0.0
        tranche.undrawn[i] += restored * paid
        issuer.excess[i] = excess - paid
        issuer.prepaid[i] += paid
