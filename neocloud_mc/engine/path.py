"""The path loop: the history of a block of paths, told as a list of events.

A block of paths advances side by side, month by month. Every record holds an entity's terms
(scalars, the same on every path) and its state (float64[lanes], one value a path); each event is a
step of one mechanism, in the order of the model. Mechanisms know nothing of each other: what
couples them can be read here.

Tables (see `neocloud_mc.engine.tables`): market, powers (of the price index), gpus, customers,
issuers, fleets (an issuer's GPUs of one type), lots, contracts, tranches, pools, and repayments
float64[tranches, months + 1].
"""

from neocloud_mc import jit
from neocloud_mc.elementary import exp
from neocloud_mc.jit import Record, Table
from neocloud_mc.mechanisms import (
    contracts as rent,
    covenants,
    customers as clients,
    debt,
    fleet as plant,
    market as weather,
    operations,
    recovery,
    waterfall,
)


@jit.kernel
def month(
    t: int,
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
    """Live through month t on a block of paths; mutates every table but `repayments`."""
    market.discount = exp(-market.risk_free * t)
    recovery.clear_contagion(market)
    for n in range(len(issuers)):
        if issuers[n].n_alive < len(market.index):
            recovery.spread(t, market, issuers[n])
    weather.turn(t, market)
    weather.move_price(t, market)
    if market.launch_probability > 0.0:
        weather.launch(t, market)
    weather.move_climate(t, market)
    for k in range(len(powers)):
        weather.follow(market, powers[k])
    for g in range(len(gpus)):
        weather.quote(t, market, gpus[g], powers[weather.PRICE], powers[weather.RESALE])
    for c in range(len(customers)):
        clients.fail(market, customers[c])
    if market.is_tilted > 0.0:
        weather.weigh(market)
        for c in range(len(customers)):
            clients.weigh(market, customers[c])

    n_defaults = 0.0
    for n in range(len(issuers)):
        issuer = issuers[n]
        if issuer.n_alive > 0.0:
            waterfall.open_month(issuer)
            operate(t, market, issuer, powers, gpus, customers, fleets, lots, contracts, tranches)
            pay(t, market, issuer, gpus, fleets, lots, tranches, pools, repayments)
            if t % covenants.MONTHS_BETWEEN_TESTS == 0 and issuer.has_covenants > 0.0:
                test(t, market, issuer, gpus, fleets, lots, tranches, pools)
            issuer.n_alive -= issuer.n_defaults
            n_defaults += issuer.n_defaults
        else:
            issuer.n_defaults = 0.0

    if n_defaults > 0.0:
        recovery.clear_stress(market)
        for n in range(len(issuers)):
            if issuers[n].n_defaults > 0.0:
                for k in range(issuers[n].first_lot, issuers[n].end_lot):
                    recovery.count_gpus(t, issuers[n], lots[k])
            recovery.add_stress(t, market, issuers[n])
        for n in range(len(issuers)):
            if issuers[n].n_defaults > 0.0:
                for i in range(len(market.index)):
                    if issuers[n].default_month[i] == t:
                        resolve(
                            t, i, market, issuers[n], gpus, fleets, lots, contracts, tranches, pools
                        )


@jit.step
def operate(
    t: int,
    market: Record,
    issuer: Record,
    powers: Table,
    gpus: Table,
    customers: Table,
    fleets: Table,
    lots: Table,
    contracts: Table,
    tranches: Table,
) -> None:
    """Pay for lots, run them, serve contracts, let the rest and close the books."""
    operations.open_month(issuer)
    debt.open_month(issuer)
    for j in range(issuer.first_tranche, issuer.end_tranche):
        debt.accrue(market, issuer, tranches[j])
    for f in range(issuer.first_fleet, issuer.end_fleet):
        plant.clear_running(fleets[f])

    for k in range(issuer.first_lot, issuer.end_lot):
        lot = lots[k]
        fleet = fleets[lot.fleet]
        if lot.pay_month == t:
            plant.pay(market, issuer, lot)
            if lot.financing >= 0:
                debt.draw(t, issuer, lot, tranches[lot.financing])
        if lot.service_month <= t:
            plant.serve(t, issuer, lot, fleet)

    for f in range(issuer.first_fleet, issuer.end_fleet):
        plant.free(fleets[f])
    for k in range(issuer.first_contract, issuer.end_contract):
        contract = contracts[k]
        if contract.start_month < t and contract.n_live > 0.0:
            fleet = fleets[contract.fleet]
            if customers[contract.customer].n_failing > 0.0 or contract.start_month == t - 1:
                rent.lose_customer(contract, customers[contract.customer])
            if contract.churn > 0.0:
                rent.terminate(t, market, contract, gpus[fleet.gpu], powers[contract.power])
            rent.bill(contract, fleet, issuer)
            if contract.next_end <= t:
                rent.renew(t, market, contract, gpus[fleet.gpu])
    for f in range(issuer.first_fleet, issuer.end_fleet):
        if f == issuer.backstop_fleet:
            operations.use_backstop(t, market, issuer, fleets[f])
        operations.let_idle(market, issuer, fleets[f], gpus[fleets[f].gpu])
    operations.close_books(t, issuer)


@jit.step
def pay(
    t: int,
    market: Record,
    issuer: Record,
    gpus: Table,
    fleets: Table,
    lots: Table,
    tranches: Table,
    pools: Table,
    repayments: Table,
) -> None:
    """Fall due, roll over, bridge the shortfall, default or pay, prepay."""
    first, end = issuer.first_tranche, issuer.end_tranche
    for j in range(first, end):
        debt.schedule(t, issuer, tranches[j], repayments[j, t])
    for j in range(first, end):
        if tranches[j].next_maturity <= t:
            if tranches[j].pool >= 0:
                appraise(t, tranches[j].pool, issuer, gpus, fleets, lots, pools)
                debt.measure_ltv(issuer, tranches[j], tranches, pools[tranches[j].pool])
            debt.mature(t, market, issuer, tranches[j])

    n_short = waterfall.serve_debt(market, issuer)
    if n_short > 0:
        for j in range(first, end):
            if tranches[j].kind == debt.REVOLVER:
                debt.draw_revolver(t, issuer, tranches[j])
    for j in range(first, end):
        if tranches[j].kind == debt.NOTES:
            debt.sell_notes(market, issuer, tranches[j])
    if n_short > 0:
        waterfall.raise_equity(market, issuer)
        waterfall.judge(t, issuer)

    for j in range(first, end):
        debt.settle(market, issuer, tranches[j])
    waterfall.keep(issuer)
    for j in range(first, end):
        if tranches[j].kind == debt.REVOLVER:
            debt.repay_revolver(issuer, tranches[j])
    for j in range(first, end):
        is_swept_in_breach = tranches[j].has_covenants > 0.0 and issuer.n_in_breach > 0.0
        if tranches[j].sweep > 0.0 or is_swept_in_breach:
            debt.sweep(issuer, tranches[j])
    waterfall.close_month(issuer)


@jit.step
def appraise(
    t: int, p: int, issuer: Record, gpus: Table, fleets: Table, lots: Table, pools: Table
) -> None:
    """Value pool p at this month's resale prices."""
    plant.clear(pools[p].collateral)
    for k in range(issuer.first_lot, issuer.end_lot):
        if lots[k].pool == p and lots[k].pay_month <= t:
            plant.appraise(lots[k], gpus[fleets[lots[k].fleet].gpu], pools[p])


@jit.step
def test(
    t: int,
    market: Record,
    issuer: Record,
    gpus: Table,
    fleets: Table,
    lots: Table,
    tranches: Table,
    pools: Table,
) -> None:
    """Test the covenants and let lenders bear, waive or call."""
    first, end = issuer.first_tranche, issuer.end_tranche
    covenants.measure(issuer)
    for j in range(first, end):
        if tranches[j].kind == debt.REVOLVER:
            covenants.count_revolver(t, issuer, tranches[j])
    for j in range(first, end):
        if tranches[j].has_covenants > 0.0:
            if tranches[j].pool >= 0:
                appraise(t, tranches[j].pool, issuer, gpus, fleets, lots, pools)
                debt.measure_ltv(issuer, tranches[j], tranches, pools[tranches[j].pool])
            covenants.test(issuer, tranches[j])
    covenants.enforce(t, market, issuer)


@jit.step
def resolve(
    t: int,
    i: int,
    market: Record,
    issuer: Record,
    gpus: Table,
    fleets: Table,
    lots: Table,
    contracts: Table,
    tranches: Table,
    pools: Table,
) -> None:
    """Divide what a defaulted issuer leaves on lane i among its lenders."""
    net = recovery.price_haircut(t, i, market, issuer)
    recovery.claim(i, issuer, tranches)
    estate = max(0.0, issuer.available[i] + issuer.due[i])
    estate = estate if issuer.gap[i] < 0.0 else issuer.cash[i]
    recovery.appraise(t, i, issuer, gpus, lots, fleets, pools)
    for p in range(issuer.first_pool, issuer.end_pool):
        sold = net * pools[p].collateral[i]
        run = recovery.value_step_in(t, i, p, market, issuer, fleets, gpus, lots, contracts)
        pools[p].proceeds[i] = max(sold, run)
        pools[p].is_run[i] = 1.0 if run > sold else 0.0
        issuer.liquidated[i] += pools[p].owned[i] if run <= sold else 0.0
        estate += recovery.distribute(i, p, pools[p].proceeds[i], issuer, tranches)
    issuer.liquidated[i] += issuer.owned[i]
    estate += net * issuer.collateral[i]
    issuer.estate[i] = estate
    recovery.distribute(i, recovery.UNPLEDGED, estate, issuer, tranches)
    recovery.wind_up(i, issuer, lots, contracts, tranches)
    issuer.log_ratio[i] = market.log_ratio[i]
