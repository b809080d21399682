"""The auditor: keeps its own books beside the kernel's, on every path, month and issuer.

It reads the state that each month leaves, carries cash and debt forward itself, and counts what
does not agree. Amounts agree to 1e-9 of what moved that month.
"""

from typing import Final

from neocloud_mc import jit
from neocloud_mc.causes import COVENANT, JUMP, LIQUIDITY, PARENT, REFINANCING, VEHICLE
from neocloud_mc.jit import Record, Table
from neocloud_mc.mechanisms.covenants import MONTHS_BETWEEN_TESTS
from neocloud_mc.quantities import NOTHING

RULES: Final = (
    "cash is not last month's and what flowed in less what flowed out",
    "debt is not last month's and what was lent less what was repaid",
    "a balance, an undrawn commitment or a living issuer's cash is below 0",
    "GPUs billed and idle exceed those that run, or are below 0",
    "a default's cause does not follow from the shortfall, the balloons and the tests",
    "a loss is below 0 or above its claim",
    "recoveries exceed the proceeds of the pools and the estate",
    "a pool that was sold fetched more than its value, or a haircut is outside 0 to 1",
    "an issuer in default still holds cash or owes a balance",
    "what vehicles distribute, call and buy is not what their parent receives and pays",
)
CASH, DEBT, BELOW_ZERO, SERVED, CAUSE, LOSS, RECOVERED, PROCEEDS, GHOST, GROUP = range(len(RULES))
SEEN, DEFAULTS = len(RULES), len(RULES) + 1
"""Further rows of `found`: months of living issuers, and defaults."""

_CLOSE: Final = 1e-9


@jit.kernel
def audit(
    t: int,
    found: Table,
    books: Table,
    market: Record,
    issuers: Table,
    fleets: Table,
    contracts: Table,
    tranches: Table,
    pools: Table,
) -> None:
    """Audit what month t left of a block of paths, 0 to open the books.

    Mutates `found` and `books`.

    found : float64[len(RULES) + 2], cases in which each rule is broken, then `SEEN`, `DEFAULTS`.
    books : float64[2, issuers, lanes], the auditor's own: cash and debt, USD.
    """
    for n in range(len(issuers)):
        if t > 0:
            check(t, n, found, books, market, issuers, fleets, contracts, tranches, pools)
        for i in range(len(market.index)):
            books[0, n, i] = issuers[n].cash[i]
            books[1, n, i] = owed(i, issuers[n], tranches)


@jit.step
def check(
    t: int,
    n: int,
    found: Table,
    books: Table,
    market: Record,
    issuers: Table,
    fleets: Table,
    contracts: Table,
    tranches: Table,
    pools: Table,
) -> None:
    """Hold month t of issuer n against the books of the month before; mutates `found`."""
    issuer = issuers[n]
    head = issuers[issuer.parent if issuer.parent >= 0 else n]
    for i in range(len(market.index)):
        if issuer.default_month[i] == 0.0 or issuer.default_month[i] == t:
            found[SEEN] += 1.0
            check_operations(i, found, issuer, fleets, contracts)
        if issuer.default_month[i] == 0.0:
            check_cash(i, found, books[0, n, i], market, issuer)
            check_debt(i, found, books[1, n, i], issuer, tranches)
        elif issuer.default_month[i] == t:
            found[DEFAULTS] += 1.0
            check_cause(t, i, found, books[0, n, i], market, issuer, head)
            check_recovery(t, i, found, issuer, head, tranches, pools)
        else:
            is_ghost = issuer.cash[i] != 0.0 or owed(i, issuer, tranches) != 0.0
            found[GHOST] += 1.0 if is_ghost else 0.0
    if issuer.is_in_group > 0.0 and issuer.parent < 0:
        for i in range(len(market.index)):
            check_group(t, i, n, found, issuers)


@jit.step
def owed(i: int, issuer: Record, tranches: Table) -> float:
    """Balances of the issuer on lane i, USD."""
    total = 0.0
    for j in range(issuer.first_tranche, issuer.end_tranche):
        total += tranches[j].balance[i]
    return total


@jit.step
def check_operations(i: int, found: Table, issuer: Record, fleets: Table, contracts: Table) -> None:
    """GPUs are let once; mutates `found`."""
    for f in range(issuer.first_fleet, issuer.end_fleet):
        busy = fleets[f].idle[i]
        is_wrong = not busy >= -_CLOSE * fleets[f].running[i]
        for k in range(issuer.first_contract, issuer.end_contract):
            contract = contracts[k]
            if contract.fleet == f and contract.live[i] > 0.0:
                busy += contract.billed[i]
                is_wrong = is_wrong or not contract.billed[i] >= 0.0
        if is_wrong or not busy <= fleets[f].running[i] * (1.0 + _CLOSE):
            found[SERVED] += 1.0


@jit.step
def check_cash(i: int, found: Table, before: float, market: Record, issuer: Record) -> None:
    """The month's cash account of a survivor; mutates `found`."""
    inflow = before * (1.0 + market.risk_free) + issuer.revenue[i] - issuer.deposits_used[i]
    inflow += issuer.deposits_received[i] + issuer.borrowed[i] + issuer.equity[i]
    inflow += issuer.called[i] + issuer.cured_by_parent[i]
    inflow += issuer.received[i] + issuer.residual[i]
    outflow = issuer.opex[i] + issuer.own_capex[i] + issuer.interest[i] + issuer.scheduled[i]
    outflow += issuer.balloons[i] + issuer.refunds[i] + issuer.prepaid[i]
    outflow += issuer.calls[i] + issuer.cures[i] + issuer.distributed[i]
    gap = abs(issuer.cash[i] - (inflow - outflow))
    if not gap <= _CLOSE * (1.0 + inflow + outflow):
        found[CASH] += 1.0
    if not issuer.cash[i] >= 0.0:
        found[BELOW_ZERO] += 1.0


@jit.step
def check_group(t: int, i: int, n: int, found: Table, issuers: Table) -> None:
    """What vehicles send up, call and let be paid is what their living head has in its books.

    Mutates `found`.
    """
    head = issuers[n]
    if head.default_month[i] > 0.0:
        return
    sent, called, cured = 0.0, 0.0, 0.0
    spent = head.purchases[i] - head.financed[i]
    v = head.first_member
    while v != n:
        vehicle = issuers[v]
        if vehicle.default_month[i] == 0.0 or vehicle.default_month[i] == t:
            sent += vehicle.distributed[i]
            called += vehicle.called[i]
            cured += vehicle.cured_by_parent[i]
            spent += vehicle.purchases[i] - vehicle.financed[i]
        v = vehicle.next_member
    is_wrong = not abs(sent - head.received[i]) <= _CLOSE * (1.0 + sent)
    is_wrong = is_wrong or not abs(called - head.calls[i]) <= _CLOSE * (1.0 + called)
    is_wrong = is_wrong or not abs(cured - head.cures[i]) <= _CLOSE * (1.0 + cured)
    if is_wrong or not abs(spent - head.own_capex[i]) <= _CLOSE * (1.0 + head.purchases[i] + spent):
        found[GROUP] += 1.0


@jit.step
def check_debt(i: int, found: Table, before: float, issuer: Record, tranches: Table) -> None:
    """The month's debt account of a survivor; mutates `found`."""
    lent = before + issuer.financed[i] + issuer.borrowed[i]
    repaid = issuer.scheduled[i] + issuer.balloons[i] + issuer.prepaid[i]
    gap = abs(owed(i, issuer, tranches) - (lent - repaid))
    dust = NOTHING * (issuer.end_tranche - issuer.first_tranche)
    if not gap <= _CLOSE * lent + dust:
        found[DEBT] += 1.0
    for j in range(issuer.first_tranche, issuer.end_tranche):
        if not (tranches[j].balance[i] >= 0.0 and tranches[j].undrawn[i] >= 0.0):
            found[BELOW_ZERO] += 1.0


@jit.step
def check_cause(
    t: int, i: int, found: Table, before: float, market: Record, issuer: Record, head: Record
) -> None:
    """Why it defaulted, from the auditor's own cash account; mutates `found`.

    A payment default undoes its orders, so that what was available is known up to their cost.
    """
    due = issuer.interest[i] + issuer.scheduled[i] + issuer.balloons[i]
    due += issuer.refunds[i] + issuer.calls[i]
    income = before * (1.0 + market.risk_free) + issuer.revenue[i] + issuer.deposits_received[i]
    costs = issuer.opex[i] + issuer.deposits_used[i]
    available = income - costs - issuer.own_capex[i] - due
    size = _CLOSE * (1.0 + income + costs + issuer.own_capex[i] + due)
    is_short, is_unpaid = issuer.gap[i] < 0.0, issuer.is_unpaid[i] > 0.0
    cause, ordered = issuer.cause[i], issuer.is_buying + issuer.is_in_group > 0.0
    agrees = issuer.available[i] <= available + size
    agrees = agrees and (ordered or issuer.available[i] >= available - size)
    agrees = agrees and (not is_short or is_unpaid)
    if cause == COVENANT:
        agrees = agrees and t % MONTHS_BETWEEN_TESTS == 0 and 0.0 < issuer.first_breach[i] <= t
        agrees = agrees and issuer.breaches[i] > issuer.lenders_cure_quarters and not is_unpaid
    elif cause in (LIQUIDITY, REFINANCING):
        is_balloon = -issuer.gap[i] <= issuer.balloons[i] + issuer.called_balloons[i]
        agrees = agrees and is_short and issuer.available[i] <= issuer.gap[i] + size
        agrees = agrees and cause == (REFINANCING if is_balloon else LIQUIDITY)
    elif cause == PARENT:
        agrees = agrees and head.default_month[i] == t and issuer.is_guaranteed > 0.0
        agrees = agrees and is_unpaid == (issuer.called[i] > 0.0 and head.is_unpaid[i] > 0.0)
    else:
        agrees = agrees and not is_short and cause == (JUMP if issuer.jumps[i] > 0.0 else VEHICLE)
    if not agrees:
        found[CAUSE] += 1.0


@jit.step
def check_recovery(
    t: int, i: int, found: Table, issuer: Record, head: Record, tranches: Table, pools: Table
) -> None:
    """Nobody gets more than is owed, nor all more than there is; mutates `found`.

    A guarantor's estate answers, too.
    """
    money, claims, recovered = issuer.estate[i], 0.0, 0.0
    if issuer.is_guaranteed > 0.0 and head.default_month[i] == t:
        money += head.estate[i]
    for j in range(issuer.first_tranche, issuer.end_tranche):
        claim, loss = tranches[j].claim[i], tranches[j].loss[i]
        if not 0.0 <= loss <= claim:
            found[LOSS] += 1.0
        claims += claim
        recovered += claim - loss
    is_wrong = not 0.0 <= issuer.haircut[i] <= 1.0
    for p in range(issuer.first_pool, issuer.end_pool):
        secured = 0.0
        for j in range(issuer.first_tranche, issuer.end_tranche):
            secured += tranches[j].claim[i] if tranches[j].pool == p else 0.0
        proceeds = pools[p].proceeds[i]
        money += min(proceeds, secured)  # what a pool has beyond its debt is in the estate
        is_sold = pools[p].is_run[i] == 0.0
        is_wrong = is_wrong or (is_sold and not proceeds <= pools[p].collateral[i] * (1.0 + _CLOSE))
    if not recovered <= money + _CLOSE * (1.0 + claims):
        found[RECOVERED] += 1.0
    if is_wrong:
        found[PROCEEDS] += 1.0
