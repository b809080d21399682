"""Recovery: what a default yields, to whom, and what it does to the others.

Haircut of this default, R_t the regime and Z^H normal:

    H = logistic(logit(`haircut.base`) + `.glut` · 1{glut} + `.fire_sale` · S_t
                 + `.volatility` · Z^H)

S_t is the paid-for GPUs of all issuers that defaulted in months t−11 … t, this one included, over
`market.total_gpus`; recoveries are worked out after all issuers have been stepped, so the order of
groups never matters.

- Pool by liquidation: V = (1 − `resale.cost`)(1 − H) exp(−r L Δ) · collateral, L = `resale.months`.
- Pool by step-in, if the issuer has one: (1 − `friction`) Σ over its active contracts with a
  solvent customer of b_k max(0, 730 p_k τ_k (1 − costs.variable) − o) · annuity(months left,
  r + c_t), each less V_k (see contracts), to 0 at least; b_k = billed_k as far as the pool's own
  running GPUs of that type reach, in file order; o the GPU type's operating cost with inflation
  and operator loss (see vehicles); annuity(n, y) = (1 − (1 + yΔ)^{−n}) / (yΔ). The larger of the
  two is taken; a pool that is stepped into is not sold.
- Pool money pays the pool's tranches by rank, pro rata within a rank; what is left joins the
  estate: cash (payment default: what was there before anything was due; else what is left) and the
  liquidation of unpledged lots. The estate pays unsecured tranches, and as rank 1 the unpaid part
  of recourse tranches and prepaid rent (an unpaid refund; V_k of every contract that has not ended
  and was not valued in a pool stepped into), by rank, pro rata.
- Vehicles are wound up before their parent. What the estate of a vehicle leaves goes to p: to its
  estate if p has defaulted this month, to its cash if p lives. Unpaid recourse claims of a vehicle
  whose guarantee is in force are claims on p's estate, as rank 1. The estate of p gains, for each
  vehicle that lives on, what it has beyond its debt and prepaid rent, its pools and unpledged lots
  at p's haircut.
- Claim = balance + this month's interest if unpaid; Loss = Claim − recovery.
- The GPUs sold, n, reach the market evenly over L months: D_s += n / (L · total_gpus),
  s = t+1 … t+L.

*Not modelled:* the length and cost of a bankruptcy beyond L and `resale.cost`, and the vendor's
or landlord's claims.
"""

import math
from typing import Annotated

from pydantic import Field

from neocloud_mc import draws, jit
from neocloud_mc.elementary import exp, expm1, log, log1p
from neocloud_mc.jit import Record, Table
from neocloud_mc.quantities import HOURS_PER_MONTH, NO_RATE, NOTHING, Share, Terms


class StepIn(Terms):
    """Lenders run the pledged GPUs for the contracts instead of selling them."""

    friction: Annotated[Share, Field(description="Value lost by changing the operator.")]


UNPLEDGED = -1
"""The pool of a lot, a contract or a tranche that has none."""
MEMORY = 12
"""Months in which a default still weighs on climate and fire sales."""


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
def clear_contagion(market: Record) -> None:
    """Begin counting what earlier defaults do to the market; mutates `market`."""
    for i in range(len(market.released)):
        market.released[i] = 0.0
        market.recent_defaults[i] = 0.0


@jit.step
def spread(t: int, market: Record, issuer: Record) -> None:
    """Add D_t and K_t of one issuer's earlier default; mutates `released`, `recent_defaults`.

    A vehicle is not counted in K_t.
    """
    months = market.resale_months
    share = 1.0 / (months * market.total_gpus)
    counted = 1.0 if issuer.parent < 0 else 0.0
    for i in range(len(market.released)):
        default_month = issuer.default_month[i]
        age = t - default_month
        is_past = default_month > 0.0
        market.released[i] += issuer.liquidated[i] * share if is_past & (age <= months) else 0.0
        market.recent_defaults[i] += counted if is_past & (age <= MEMORY) else 0.0


@jit.step
def count_gpus(t: int, issuer: Record, lot: Record) -> None:
    """Count paid-for GPUs of an issuer that defaults this month; mutates `issuer.gpus_lost`."""
    count = lot.count if lot.pay_month <= t else 0.0
    for i in range(len(issuer.gpus_lost)):
        defaults = (issuer.default_month[i] == t) & (lot.cancelled[i] == 0.0)
        issuer.gpus_lost[i] += count if defaults else 0.0


@jit.step
def clear_stress(market: Record) -> None:
    """Begin the sum over issuers of `add_stress`; mutates `market.stress`."""
    for i in range(len(market.stress)):
        market.stress[i] = 0.0


@jit.step
def add_stress(t: int, market: Record, issuer: Record) -> None:
    """Add S_t of one issuer, a share of the market's GPUs; mutates `market.stress`."""
    share = 1.0 / market.total_gpus
    for i in range(len(market.stress)):
        default_month = issuer.default_month[i]
        is_recent = (default_month > 0.0) & (t - default_month < MEMORY)
        market.stress[i] += issuer.gpus_lost[i] * share if is_recent else 0.0


@jit.step
def price_haircut(t: int, i: int, market: Record, issuer: Record) -> float:
    """What a GPU's sale yields of its resale value, net of cost and time, on lane i.

    Mutates `issuer.haircut`.
    """
    z = draws.normal(market.seed, market.first_path + i, t, issuer.stream_haircut)
    base = market.resale_haircut_base
    odds = log(base) - log(1.0 - base) + market.resale_haircut_glut * market.glut[i]
    odds += market.resale_haircut_fire_sale * market.stress[i]
    odds += market.resale_haircut_volatility * z
    issuer.haircut[i] = 1.0 / (1.0 + exp(-odds))
    waiting = exp(-market.risk_free * market.resale_months)
    return (1.0 - market.resale_cost) * (1.0 - issuer.haircut[i]) * waiting


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
def value_pool(
    t: int,
    i: int,
    p: int,
    net: float,
    market: Record,
    issuer: Record,
    fleets: Table,
    gpus: Table,
    lots: Table,
    contracts: Table,
    pools: Table,
) -> float:
    """The larger of selling pool p and of running it for its contracts, on lane i, USD.

    `net` is what a sale yields of resale values. Mutates `proceeds` and `is_run` of the pool, and
    `left` of the issuer's fleets.
    """
    sold = net * pools[p].collateral[i]
    run = value_step_in(t, i, p, market, issuer, fleets, gpus, lots, contracts)
    pools[p].proceeds[i] = max(sold, run)
    pools[p].is_run[i] = 1.0 if run > sold else 0.0
    return max(sold, run)


@jit.step
def value_step_in(
    t: int,
    i: int,
    p: int,
    market: Record,
    issuer: Record,
    fleets: Table,
    gpus: Table,
    lots: Table,
    contracts: Table,
) -> float:
    """Value of running pool p for its contracts, on lane i, USD; 0 without step-in.

    Mutates `left` of the issuer's fleets.
    """
    value = 0.0
    if not issuer.step_in_friction >= 0.0:
        return value
    rate = market.risk_free + market.spread[i] / 12.0
    cost_index = exp(issuer.log_inflation * t) * issuer.cost_factor[i]
    _count_running(t, i, p, issuer, fleets, lots)
    for k in range(issuer.first_contract, issuer.end_contract):
        contract = contracts[k]
        if contract.pool == p and _is_active(t, i, contract):
            fleet = fleets[contract.fleet]
            served = min(contract.billed[i], fleet.left[i])
            fleet.left[i] -= served
            income = HOURS_PER_MONTH * contract.price[i] * contract.take_or_pay
            cost = gpus[fleet.gpu].operating_cost * cost_index
            margin = max(0.0, income * (1.0 - issuer.costs_variable) - cost)
            worth = served * margin * annuity(contract.end_month[i] - t, rate)
            value += max(0.0, worth - contract.deposit[i])
    return (1.0 - issuer.step_in_friction) * value


@jit.step
def prepaid_rent(t: int, i: int, issuer: Record, contracts: Table, pools: Table) -> float:
    """Deposits of contracts that nobody will serve, on lane i, USD."""
    owed = 0.0
    for k in range(issuer.first_contract, issuer.end_contract):
        contract = contracts[k]
        is_valued = contract.pool >= 0 and _is_active(t, i, contract)
        if is_valued:
            is_valued = pools[contract.pool].is_run[i] > 0.0
        if contract.live[i] > 0.0 and not is_valued:
            owed += contract.deposit[i]
    return owed


@jit.step
def _count_running(t: int, i: int, p: int, issuer: Record, fleets: Table, lots: Table) -> None:
    """Count the running GPUs pledged to pool p, by type, on lane i; mutates `fleet.left`."""
    for f in range(issuer.first_fleet, issuer.end_fleet):
        fleets[f].left[i] = 0.0
    for n in range(issuer.first_lot, issuer.end_lot):
        lot = lots[n]
        if lot.pool == p and lot.start[i] <= t and lot.cancelled[i] == 0.0:
            fleets[lot.fleet].left[i] += lot.count


@jit.step
def _is_active(t: int, i: int, contract: Record) -> bool:
    """Whether the contract has begun and is still on, on lane i."""
    return contract.start_month < t and contract.live[i] > 0.0


@jit.step
def annuity(months: float, rate: float) -> float:
    """Present value of 1 a month for so many months at a rate per month."""
    if rate <= NO_RATE:
        return months
    return -expm1(-months * log1p(rate)) / rate


@jit.step
def appraise(
    t: int, i: int, issuer: Record, gpus: Table, lots: Table, fleets: Table, pools: Table
) -> None:
    """Count and value at resale prices what the issuer owns, on lane i, pool by pool.

    Mutates `owned` (GPUs) and `collateral` (USD) of its pools, and those of the unpledged lots
    in the issuer.
    """
    issuer.owned[i] = 0.0
    issuer.collateral[i] = 0.0
    for p in range(issuer.first_pool, issuer.end_pool):
        pools[p].owned[i] = 0.0
        pools[p].collateral[i] = 0.0
    for n in range(issuer.first_lot, issuer.end_lot):
        lot = lots[n]
        if lot.pay_month <= t and lot.cancelled[i] == 0.0:
            value = lot.count * gpus[fleets[lot.fleet].gpu].resale[i]
            if lot.pool == UNPLEDGED:
                issuer.owned[i] += lot.count
                issuer.collateral[i] += value
            else:
                pools[lot.pool].owned[i] += lot.count
                pools[lot.pool].collateral[i] += value


@jit.step
def equity_of(i: int, value: float, prepaid: float, vehicle: Record, tranches: Table) -> float:
    """What the shares of a living vehicle are worth, on lane i, USD.

    `value` is that of all its GPUs, `prepaid` the rent that it owes in service.
    """
    worth = vehicle.cash[i] + value - prepaid
    for j in range(vehicle.first_tranche, vehicle.end_tranche):
        worth -= tranches[j].balance[i]
    return max(0.0, worth)


@jit.step
def open_estate(i: int, issuer: Record, tranches: Table) -> None:
    """Fix the claims, and begin the estate with cash and what vehicles left, on lane i.

    Mutates `estate` and `liquidated` of the issuer, `claim` and `owed` of its tranches.
    """
    claim(i, issuer, tranches)
    issuer.estate[i] = cash_in_hand(i, issuer) + issuer.from_vehicles[i]
    issuer.liquidated[i] = issuer.owned[i]


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
def claim_on_guarantor(t: int, i: int, vehicle: Record, parent: Record, tranches: Table) -> None:
    """Claim what recourse tranches still miss from a parent that fails too; mutates `parent`."""
    if parent.default_month[i] == t:
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
