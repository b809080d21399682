"""Balloons: rolled over, some of them ahead of time, or due."""

import math

from neocloud_mc import jit
from neocloud_mc.jit import Record, Table
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
    next_maturity = math.inf
    for i in range(len(tranche.balance)):
        maturity = tranche.maturity[i]
        if issuer.alive[i] > 0.0 and maturity == t:
            tranche.has_balloon = 1.0
            balloon = tranche.balance[i] - tranche.scheduled[i]
            balloon = balloon if balloon > NOTHING else 0.0
            is_tested = balloon > 0.0 or tranche.kind == REVOLVER
            if is_tested and _is_refinanced(i, market, issuer, tranche):
                _roll_over(t, i, market, tranche)
                balloon = 0.0
            tranche.balloon[i] = balloon
            issuer.balloons[i] += balloon
        elif issuer.alive[i] > 0.0 and t < maturity <= t + tranche.refinance_ahead:
            may_roll = issuer.in_breach[i] == 0.0 and tranche.balance[i] > 0.0
            if may_roll and _is_refinanced(i, market, issuer, tranche):
                _roll_over(t, i, market, tranche)
        if tranche.maturity[i] > t:
            next_maturity = min(next_maturity, tranche.maturity[i])
    tranche.next_maturity = next_maturity


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
