"""The auditor: keeps its own books beside the kernel's, on every path, month and issuer.

It reads the state that each month leaves, carries cash and debt forward itself, and counts what
does not agree. Amounts agree to 1e-9 of what moved that month.
"""

from typing import Final

import numpy as np

from neocloud_mc import jit
from neocloud_mc.causes import COVENANT, LIQUIDITY, REFINANCING
from neocloud_mc.engine import history, path
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
)
CASH, DEBT, BELOW_ZERO, SERVED, CAUSE, LOSS, RECOVERED, PROCEEDS, GHOST = range(len(RULES))
SEEN, DEFAULTS = len(RULES), len(RULES) + 1
"""Further rows of `found`: months of living issuers, and defaults."""

_CLOSE: Final = 1e-9


@jit.kernel
def audit(
    n_paths: int,
    found: Table,
    market: Record,
    powers: Table,
    gpus: Table,
    customers: Table,
    issuers: Table,
    fleets: Table,
    lots: Table,
    contracts: Table,
    tranches: Table,
    pools: Table,
    repayments: Table,
) -> None:
    """Simulate whole blocks of at least n_paths and audit them; mutates the tables and `found`.

    found : float64[len(RULES) + 2], cases in which each rule is broken, then `SEEN`, `DEFAULTS`.
    """
    lanes = len(market.index)
    cash, debt = np.zeros((len(issuers), lanes)), np.zeros((len(issuers), lanes))
    for _ in range(0, n_paths, lanes):
        history.begin(
            market,
            powers,
            gpus,
            customers,
            issuers,
            fleets,
            lots,
            contracts,
            tranches,
            pools,
            repayments,
        )
        for n in range(len(issuers)):
            for i in range(lanes):
                cash[n, i] = issuers[n].cash[i]
                debt[n, i] = owed(i, issuers[n], tranches)
        for t in range(1, repayments.shape[1]):
            path.month(
                t,
                market,
                powers,
                gpus,
                customers,
                issuers,
                fleets,
                lots,
                contracts,
                tranches,
                pools,
                repayments,
            )
            for n in range(len(issuers)):
                issuer = issuers[n]
                for i in range(lanes):
                    if issuer.default_month[i] == 0.0 or issuer.default_month[i] == t:
                        found[SEEN] += 1.0
                        check_operations(i, found, issuer, fleets, contracts)
                    if issuer.default_month[i] == 0.0:
                        check_cash(i, found, cash[n, i], market, issuer)
                        check_debt(i, found, debt[n, i], issuer, tranches)
                    elif issuer.default_month[i] == t:
                        found[DEFAULTS] += 1.0
                        check_cause(t, i, found, cash[n, i], market, issuer)
                        check_recovery(i, found, issuer, tranches, pools)
                    else:
                        is_ghost = issuer.cash[i] != 0.0 or owed(i, issuer, tranches) != 0.0
                        found[GHOST] += 1.0 if is_ghost else 0.0
                    cash[n, i] = issuer.cash[i]
                    debt[n, i] = owed(i, issuer, tranches)
        market.first_path += lanes


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
    inflow = before * (1.0 + market.risk_free) + issuer.revenue[i] + issuer.financed[i]
    inflow += issuer.borrowed[i] + issuer.equity[i]
    outflow = issuer.opex[i] + issuer.purchases[i] + issuer.interest[i] + issuer.scheduled[i]
    outflow += issuer.balloons[i] + issuer.prepaid[i]
    gap = abs(issuer.cash[i] - (inflow - outflow))
    if not gap <= _CLOSE * (1.0 + inflow + outflow):
        found[CASH] += 1.0
    if not issuer.cash[i] >= 0.0:
        found[BELOW_ZERO] += 1.0


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
    t: int, i: int, found: Table, before: float, market: Record, issuer: Record
) -> None:
    """Why it defaulted, from the auditor's own cash account; mutates `found`."""
    due = issuer.interest[i] + issuer.scheduled[i] + issuer.balloons[i]
    capex = issuer.purchases[i] - issuer.financed[i]
    income = before * (1.0 + market.risk_free) + issuer.revenue[i]
    available = income - issuer.opex[i] - capex - due
    size = _CLOSE * (1.0 + income + issuer.opex[i] + issuer.purchases[i] + due)
    is_short = issuer.gap[i] < 0.0
    is_called = issuer.cause[i] == COVENANT
    agrees = abs(available - issuer.available[i]) <= size and is_short != is_called
    if is_called:
        agrees = agrees and t % MONTHS_BETWEEN_TESTS == 0 and 0.0 < issuer.first_breach[i] <= t
        agrees = agrees and issuer.breaches[i] > issuer.lenders_cure_quarters
    else:
        is_balloon = -issuer.gap[i] <= issuer.balloons[i]
        agrees = agrees and available <= issuer.gap[i] + size
        agrees = agrees and issuer.cause[i] == (REFINANCING if is_balloon else LIQUIDITY)
    if not agrees:
        found[CAUSE] += 1.0


@jit.step
def check_recovery(i: int, found: Table, issuer: Record, tranches: Table, pools: Table) -> None:
    """Nobody gets more than is owed, nor all more than there is; mutates `found`."""
    money, claims, recovered = issuer.estate[i], 0.0, 0.0
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
