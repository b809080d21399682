"""Balloons: rolled over, some of them ahead of time, or due."""

import math

from neocloud_mc import jit
from neocloud_mc.jit import Record, Table
from neocloud_mc.lane_sets import NOBODY, first_of, only, without_first
from neocloud_mc.mechanisms.debt.terms import REVOLVER
from neocloud_mc.quantities import NOTHING


@jit.step
def may_mature(t: int, tranche: Record) -> bool:
    """Whether some lane comes to its maturity, or to the months in which it is rolled over."""
    return tranche.next_maturity - tranche.refinance_ahead <= t


@jit.step
def measure_ltv(issuer: Record, tranche: Record, tranches: Table, pool: Record) -> None:
    """Balances of its pool with rank up to its own over the collateral; mutates `tranche.ltv`.

    Infinite where there is no collateral.
    """
    for i in range(len(tranche.ltv)):
        tranche.ltv[i] = 0.0
    for j in range(issuer.first_tranche, issuer.end_tranche):
        if tranches[j].pool == tranche.pool and tranches[j].rank <= tranche.rank:
            for i in range(len(tranche.ltv)):
                tranche.ltv[i] += tranches[j].balance[i]
    for i in range(len(tranche.ltv)):
        collateral = pool.collateral[i]
        tranche.ltv[i] = tranche.ltv[i] / collateral if collateral > 0.0 else math.inf


@jit.step
def mature(t: int, market: Record, issuer: Record, tranche: Record) -> None:
    """Roll the balance over, now or ahead, or let the balloon fall due.

    Mutates `tranche` and `issuer.balloons`. Ahead the balance is rolled over after this month's
    scheduled principal, which stays due.
    """
    due, ahead = NOBODY, NOBODY
    last, window = t + tranche.refinance_ahead, tranche.refinance_window
    for i in range(len(tranche.balance)):
        maturity, lives = tranche.maturity[i], issuer.alive[i] > 0.0
        may_roll = lives & (issuer.in_breach[i] == 0.0) & (tranche.balance[i] > 0.0)
        may_roll = may_roll & (market.climate[i] > window)
        due |= only(i) if lives & (maturity == t) else NOBODY
        ahead |= only(i) if may_roll & (t < maturity) & (maturity <= last) else NOBODY
    is_later = tranche.next_maturity > t
    while ahead != NOBODY:
        i = first_of(ahead)
        ahead = without_first(ahead)
        if _is_refinanced(i, market, issuer, tranche):
            _roll_over(t, i, market, tranche)
            is_later = False
    while due != NOBODY:
        _fall_due(t, first_of(due), market, issuer, tranche)
        due = without_first(due)
    if not is_later:
        tranche.next_maturity = _next_maturity(t, tranche)


@jit.step
def _fall_due(t: int, i: int, market: Record, issuer: Record, tranche: Record) -> None:
    """Roll over what lane i still owes at its maturity, or let it fall due; mutates as `mature`."""
    tranche.has_balloon = 1.0
    balloon = tranche.balance[i] - tranche.scheduled[i]
    balloon = balloon if balloon > NOTHING else 0.0
    is_tested = balloon > 0.0 or tranche.kind == REVOLVER
    if is_tested and _is_refinanced(i, market, issuer, tranche):
        _roll_over(t, i, market, tranche)
        balloon = 0.0
    tranche.balloon[i] = balloon
    issuer.balloons[i] += balloon


@jit.step
def _next_maturity(t: int, tranche: Record) -> float:
    """The first maturity after this month on any lane; infinite: there is none."""
    following = math.inf
    for i in range(len(tranche.maturity)):
        maturity = tranche.maturity[i]
        following = min(following, maturity if maturity > t else math.inf)
    return following


@jit.step
def _roll_over(t: int, i: int, market: Record, tranche: Record) -> None:
    """Lend for another term at the market's spread, on lane i; mutates `tranche`."""
    tranche.maturity[i] = t + tranche.refinance_months
    tranche.rate[i] = market.risk_free + market.spread[i] / 12.0
    tranche.is_rolled[i] = 1.0
    tranche.has_rolled = 1.0


@jit.step
def _is_refinanced(i: int, market: Record, issuer: Record, tranche: Record) -> bool:
    """Whether the market rolls the balance over on lane i; a limit that is NaN is not tested."""
    if not market.climate[i] > tranche.refinance_window:
        return False
    if tranche.pool >= 0 and tranche.ltv[i] > tranche.refinance_max_ltv:
        return False
    limit, cfads = tranche.refinance_max_leverage, issuer.cfads_annual[i]
    return not (limit >= 0.0 and (cfads <= 0.0 or issuer.total_debt[i] > limit * cfads))
