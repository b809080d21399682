"""How an estate is divided among its claims, and wound up, on one lane."""

import math

from neocloud_mc import jit
from neocloud_mc.jit import Record, Table
from neocloud_mc.mechanisms.recovery.terms import UNPLEDGED
from neocloud_mc.quantities import NOTHING


@jit.step
def begin(issuer: Record) -> None:
    """Nothing was sold yet; mutates `issuer`."""
    for i in range(len(issuer.liquidated)):
        issuer.gpus_lost[i] = 0.0
        issuer.liquidated[i] = 0.0
        issuer.from_vehicles[i] = 0.0
        issuer.other_claims[i] = 0.0
        issuer.other_owed[i] = 0.0


@jit.step
def open_estate(i: int, issuer: Record, tranches: Table) -> None:
    """Fix the claims, and begin the estate with cash and what vehicles left, on lane i.

    Mutates `estate` and `liquidated` of the issuer, `claim` and `owed` of its tranches.
    """
    claim(i, issuer, tranches)
    issuer.estate[i] = cash_in_hand(i, issuer) + issuer.from_vehicles[i]
    issuer.liquidated[i] = issuer.owned[i]


@jit.step
def claim(i: int, issuer: Record, tranches: Table) -> None:
    """Fix every claim on lane i; mutates `claim` and `owed` of the issuer's tranches."""
    missed_interest = issuer.is_unpaid[i]
    for j in range(issuer.first_tranche, issuer.end_tranche):
        tranche = tranches[j]
        amount = tranche.balance[i] + missed_interest * tranche.interest[i]
        amount = amount if amount > NOTHING else 0.0
        tranche.claim[i] = amount
        tranche.owed[i] = amount


@jit.step
def cash_in_hand(i: int, issuer: Record) -> float:
    """Cash that an estate begins with, on lane i, USD.

    After a payment default what was there before anything was due or bought; else what is left.
    """
    if issuer.is_unpaid[i] == 0.0:
        return issuer.cash[i]
    income = issuer.interest_income[i] + issuer.cfads[i] + issuer.deposits_received[i]
    return max(0.0, issuer.cash_before[i] + income)


@jit.step
def divide_pool(i: int, p: int, issuer: Record, tranches: Table, pools: Table) -> None:
    """Pay the pool's tranches from its value, on lane i; what is left joins the estate.

    Mutates `owed`, and `estate` and `liquidated` of the issuer.
    """
    issuer.liquidated[i] += pools[p].owned[i] if pools[p].is_run[i] == 0.0 else 0.0
    issuer.estate[i] += distribute(i, p, pools[p].proceeds[i], issuer, tranches)


@jit.step
def divide_estate(i: int, net: float, prepaid: float, issuer: Record, tranches: Table) -> float:
    """Pay all other claims from the estate, on lane i; returns what is left, USD.

    Mutates `owed`, and `estate`, `other_claims` and `other_owed` of the issuer.
    """
    issuer.estate[i] += net * issuer.collateral[i]
    issuer.other_claims[i] += prepaid + issuer.is_unpaid[i] * issuer.refunds[i]
    issuer.other_owed[i] = issuer.other_claims[i]
    return distribute(i, UNPLEDGED, issuer.estate[i], issuer, tranches)


@jit.step
def claim_on_guarantor(i: int, vehicle: Record, parent: Record, tranches: Table) -> None:
    """Claim what recourse tranches still miss from the parent; mutates `parent`.

    A vehicle whose guarantee is in force fails only together with its parent.
    """
    for j in range(vehicle.first_tranche, vehicle.end_tranche):
        is_claimed = tranches[j].recourse > 0.0
        parent.other_claims[i] += tranches[j].owed[i] if is_claimed else 0.0


@jit.step
def settle_guarantee(i: int, vehicle: Record, parent: Record, tranches: Table) -> None:
    """Take what the guarantor's estate paid off the claims on lane i; mutates `owed`."""
    claims = parent.other_claims[i]
    unpaid = parent.other_owed[i] / claims if claims > 0.0 else 1.0
    for j in range(vehicle.first_tranche, vehicle.end_tranche):
        if tranches[j].recourse > 0.0:
            tranches[j].owed[i] *= unpaid


@jit.step
def distribute(i: int, p: int, money: float, issuer: Record, tranches: Table) -> float:
    """Pay the claims on pool p by rank, pro rata within one, on lane i; mutates `owed`.

    `UNPLEDGED` is the estate: unsecured and recourse claims, and `issuer.other_claims`, of which
    `other_owed` stays. Returns the money left, USD.
    """
    paid_rank = 0.0
    while money > 0.0:
        others = issuer.other_owed[i] if p == UNPLEDGED and paid_rank < 1.0 else 0.0
        rank, total = (1.0, others) if others > 0.0 else (math.inf, 0.0)
        for j in range(issuer.first_tranche, issuer.end_tranche):
            standing = _standing(p, tranches[j])
            if paid_rank < standing <= rank:
                total = total if standing == rank else 0.0
                total += tranches[j].owed[i]
                rank = standing
        if rank == math.inf:
            break
        paid = min(money, total)
        share = paid / total if total > 0.0 else 0.0
        money -= paid
        for j in range(issuer.first_tranche, issuer.end_tranche):
            if _standing(p, tranches[j]) == rank:
                tranches[j].owed[i] *= 1.0 - share
        if others > 0.0:
            issuer.other_owed[i] *= 1.0 - share
        paid_rank = rank
    return money


@jit.step
def _standing(p: int, tranche: Record) -> float:
    """Rank of the tranche's claim on pool p or on the estate (`UNPLEDGED`); 0 without a claim."""
    if tranche.pool == p:
        return tranche.rank
    return 1.0 if p == UNPLEDGED and tranche.recourse > 0.0 else 0.0


@jit.step
def pass_up(t: int, i: int, money: float, parent: Record) -> None:
    """Give what a vehicle's estate leaves to its parent, on lane i; mutates `parent`."""
    if parent.default_month[i] == t:
        parent.from_vehicles[i] += money
    elif parent.alive[i] > 0.0:
        parent.cash[i] += money
        parent.residual[i] += money


@jit.step
def wind_up(i: int, issuer: Record, lots: Table, contracts: Table, tranches: Table) -> None:
    """Book the losses and close everything the issuer had on lane i; mutates all of it."""
    for j in range(issuer.first_tranche, issuer.end_tranche):
        tranche = tranches[j]
        tranche.loss[i] = tranche.owed[i]
        tranche.balance[i] = 0.0
        tranche.undrawn[i] = 0.0
    for n in range(issuer.first_lot, issuer.end_lot):
        lots[n].cancelled[i] = 1.0
    for k in range(issuer.first_contract, issuer.end_contract):
        contracts[k].live[i] = 0.0
    issuer.cash[i] = 0.0
