"""What the assets of an estate are worth, sold or run, on one lane."""

from neocloud_mc import draws, jit
from neocloud_mc.elementary import exp, expm1, log
from neocloud_mc.jit import Record, Table
from neocloud_mc.mechanisms.recovery.terms import UNPLEDGED
from neocloud_mc.quantities import HOURS_PER_MONTH, NO_RATE


@jit.step
def begin_market(market: Record) -> None:
    """What every estate needs of the resale market; mutates `market`."""
    base = market.resale_haircut_base
    market.haircut_odds = log(base) - log(1.0 - base)
    market.resale_discount = exp(-market.risk_free * market.resale_months)


@jit.step
def price_haircut(t: int, i: int, market: Record, issuer: Record) -> float:
    """What a GPU's sale yields of its resale value, net of cost and time, on lane i.

    Mutates `issuer.haircut`.
    """
    z = draws.normal(market.seed, market.first_path + i, t, issuer.stream_haircut)
    odds = market.haircut_odds + market.resale_haircut_glut * market.glut[i]
    odds += market.resale_haircut_fire_sale * market.stress[i]
    odds += market.resale_haircut_volatility * z
    issuer.haircut[i] = 1.0 / (1.0 + exp(-odds))
    return (1.0 - market.resale_cost) * (1.0 - issuer.haircut[i]) * market.resale_discount


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
def value_pool(
    t: int,
    i: int,
    p: int,
    net: float,
    rate: float,
    growth: float,
    issuer: Record,
    fleets: Table,
    gpus: Table,
    lots: Table,
    contracts: Table,
    pools: Table,
) -> float:
    """The larger of selling pool p and of running it for its contracts, on lane i, USD.

    `net` is what a sale yields of resale values, `rate` the lenders' per month, `growth` its
    log1p. Mutates `proceeds` and `is_run` of the pool, and
    `left` of the issuer's fleets.
    """
    sold = net * pools[p].collateral[i]
    run = value_step_in(t, i, p, rate, growth, issuer, fleets, gpus, lots, contracts)
    pools[p].proceeds[i] = max(sold, run)
    pools[p].is_run[i] = 1.0 if run > sold else 0.0
    return max(sold, run)


@jit.step
def value_step_in(
    t: int,
    i: int,
    p: int,
    rate: float,
    growth: float,
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
    cost_index = issuer.cost_index * issuer.cost_factor[i]
    _count_running(t, i, p, issuer, fleets, lots)
    for k in range(issuer.first_contract, issuer.end_contract):
        contract = contracts[k]
        if contract.pool == p and _is_active(t, i, contract):
            fleet = fleets[contract.fleet]
            served = min(contract.billed[i], fleet.left[i])
            fleet.left[i] -= served
            income = HOURS_PER_MONTH * contract.price[i] * contract.take_or_pay
            cost = gpus[fleet.gpu].operating_cost * cost_index
            margin = income * (1.0 - issuer.costs_variable) - cost
            worth = served * margin * annuity(contract.end_month[i] - t, rate, growth)
            value += max(0.0, worth - contract.deposit[i])
    return (1.0 - issuer.step_in_friction) * value


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
def lending_rate(i: int, market: Record) -> float:
    """What lenders ask for new debt on lane i, per month."""
    return market.risk_free + market.spread[i] / 12.0


@jit.step
def annuity(months: float, rate: float, growth: float) -> float:
    """Present value of 1 a month for so many months at a rate per month, `growth` its log1p."""
    if rate <= NO_RATE:
        return months
    return -expm1(-months * growth) / rate


@jit.step
def equity_of(i: int, value: float, prepaid: float, vehicle: Record, tranches: Table) -> float:
    """What the shares of a living vehicle are worth, on lane i, USD.

    `value` is that of all its GPUs, `prepaid` the rent that it owes in service.
    """
    worth = vehicle.cash[i] + value - prepaid
    for j in range(vehicle.first_tranche, vehicle.end_tranche):
        worth -= tranches[j].balance[i]
    return max(0.0, worth)
