"""The path loop: the history of a block of paths, told as a list of events.

A block of paths advances side by side, month by month. Every record holds an entity's terms
(scalars, the same on every path) and its state (float64[lanes], one value a path); each event is a
step of one mechanism, in the order of the model. Mechanisms know nothing of each other: what
couples them can be read here, and in `neocloud_mc.engine.estates`.

Issuers live through a month group by group. A group is a head, which has no parent, and its
vehicles; `first_member` of the head and `next_member` lead through it, vehicles in file order, the
head last.

Tables (see `neocloud_mc.engine.tables`): market, powers (of the price index), gpus, customers,
issuers, fleets (an issuer's GPUs of one type), lots, contracts, tranches, pools, and calendar
float64[rows, months + 1], what the scenario fixes by month.
"""

from neocloud_mc import jit
from neocloud_mc.causes import PARENT, VEHICLE
from neocloud_mc.engine import estates
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
    vehicles,
    waterfall,
)


@jit.sequence
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
    calendar: Table,
) -> None:
    """Live through month t on a block of paths; mutates every table but `calendar`."""
    weather.open_month(t, market, calendar)
    recovery.clear_contagion(market)
    for n in range(len(issuers)):
        issuers[n].n_defaults = 0.0
        if issuers[n].n_alive < len(market.index):
            recovery.spread(t, market, issuers[n])
    weather.turn(t, market)
    weather.move_price(t, market)
    if market.launch_probability > 0.0:
        weather.launch(t, market)
    weather.fix_index(t, market)
    weather.move_climate(t, market)
    weather.fix_climate(market)
    for g in range(len(gpus)):
        if gpus[g].volatility > 0.0:
            weather.move_type(t, market, gpus[g])
    for k in range(len(powers)):
        weather.follow(market, powers[k], gpus)
    for g in range(len(gpus)):
        weather.quote(t, market, gpus[g], powers[gpus[g].price_power], powers[gpus[g].resale_power])
    for c in range(len(customers)):
        clients.fail(market, customers[c])
    if market.is_tilted > 0.0:
        weather.weigh(market)
        for c in range(len(customers)):
            clients.weigh(market, customers[c])

    for n in range(len(issuers)):
        if issuers[n].parent < 0:
            live(
                t,
                n,
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
                calendar,
            )

    n_defaults = 0.0
    for n in range(len(issuers)):
        issuers[n].n_alive -= issuers[n].n_defaults
        n_defaults += issuers[n].n_defaults
    if n_defaults > 0.0:
        recovery.clear_stress(market)
        for n in range(len(issuers)):
            if issuers[n].n_defaults > 0.0:
                for k in range(issuers[n].first_lot, issuers[n].end_lot):
                    recovery.count_gpus(t, issuers[n], lots[k])
            recovery.add_stress(t, market, issuers[n])
        for n in range(len(issuers)):
            if issuers[n].parent < 0:
                estates.resolve(
                    t, n, market, issuers, gpus, fleets, lots, contracts, tranches, pools
                )


@jit.sequence
def live(
    t: int,
    n: int,
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
    calendar: Table,
) -> None:
    """Live through month t with the group of issuer n."""
    first = issuers[n].first_member
    m = first
    while m >= 0:
        if issuers[m].n_alive > 0.0:
            open_month(t, market, issuers[m], tranches, calendar)
        m = issuers[m].next_member
    buy(t, n, market, gpus, customers, issuers, fleets, lots, contracts, tranches)
    m = first
    while m >= 0:
        issuer = issuers[m]
        if issuer.n_alive > 0.0:
            operate(t, market, issuer, powers, gpus, customers, fleets, lots, contracts, calendar)
            owe(t, n, m, market, issuers, gpus, fleets, lots, tranches, pools)
        m = issuer.next_member
    m = first
    while m >= 0:
        if issuers[m].n_alive > 0.0:
            pay(t, market, issuers[m], tranches)
        m = issuers[m].next_member
    m = first
    while m >= 0:
        issuer = issuers[m]
        if issuer.n_alive > 0.0 and covenants.is_due(t, issuer):
            test(t, n, market, issuer, issuers, gpus, fleets, lots, tranches, pools)
        m = issuer.next_member
    if first != n:
        part(t, n, issuers)


@jit.sequence
def open_month(t: int, market: Record, issuer: Record, tranches: Table, calendar: Table) -> None:
    """Begin the month's accounts; work out interest and scheduled principal."""
    operations.open_month(issuer)
    debt.open_month(issuer)
    waterfall.open_month(issuer)
    plant.open_month(issuer)
    if issuer.has_deposits > 0.0:
        rent.open_month(issuer)
    if issuer.is_in_group > 0.0:
        vehicles.open_month(t, issuer)
    for j in range(issuer.first_tranche, issuer.end_tranche):
        debt.accrue(t, market, issuer, tranches[j])
        debt.schedule(t, issuer, tranches[j], calendar[tranches[j].calendar_row, t])


@jit.sequence
def buy(
    t: int,
    n: int,
    market: Record,
    gpus: Table,
    customers: Table,
    issuers: Table,
    fleets: Table,
    lots: Table,
    contracts: Table,
    tranches: Table,
) -> None:
    """Pay for the group's lots of the month from its head's cash, or cancel them.

    The committed ones first, then those that it may cancel.
    """
    n_orders = 0
    m = issuers[n].first_member
    while m >= 0:
        if issuers[m].n_alive > 0.0 and t <= issuers[m].last_order:
            for k in range(issuers[m].first_lot, issuers[m].end_lot):
                n_orders += 1 if lots[k].pay_month == t else 0
        m = issuers[m].next_member
    if n_orders == 0:
        return
    measure_room(t, issuers[n], tranches)
    for is_optional in range(2):
        m = issuers[n].first_member
        while m >= 0:
            if issuers[m].n_alive > 0.0:
                for k in range(issuers[m].first_lot, issuers[m].end_lot):
                    if lots[k].pay_month == t and lots[k].committed + is_optional == 1.0:
                        order(
                            t,
                            market,
                            issuers[m],
                            issuers[n],
                            lots[k],
                            gpus,
                            customers,
                            fleets,
                            contracts,
                            tranches,
                        )
            m = issuers[m].next_member


@jit.sequence
def measure_room(t: int, head: Record, tranches: Table) -> None:
    """What the month leaves for orders."""
    waterfall.open_room(head)
    for j in range(head.first_tranche, head.end_tranche):
        debt.set_aside(t, head, tranches[j])
    waterfall.close_room(head)
    for j in range(head.first_tranche, head.end_tranche):
        if tranches[j].kind == debt.REVOLVER:
            debt.count_undrawn(t, head, tranches[j])


@jit.sequence
def order(
    t: int,
    market: Record,
    issuer: Record,
    head: Record,
    lot: Record,
    gpus: Table,
    customers: Table,
    fleets: Table,
    contracts: Table,
    tranches: Table,
) -> None:
    """Ask what is lent on a lot and whether it is worth it; then pay for it or cancel it."""
    if lot.financing >= 0:
        debt.offer(t, issuer, lot, tranches[lot.financing])
    else:
        plant.clear(lot.drawn)
    if lot.committed == 0.0 and issuer.growth_hurdle >= 0.0:
        plant.weigh_spot(t, market, issuer, lot, gpus[fleets[lot.fleet].gpu])
        if lot.contract >= 0:
            contract = contracts[lot.contract]
            plant.weigh_rent(t, issuer, lot, contract, customers[contract.customer])
    plant.order(market, issuer, head, lot)
    if lot.financing >= 0:
        debt.draw(issuer, lot, tranches[lot.financing])


@jit.sequence
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
    calendar: Table,
) -> None:
    """Run the lots, serve contracts, let the rest and close the books."""
    if issuer.n_awaited > 0.0:
        issuer.n_awaited = 0.0
        for k in range(issuer.first_lot, issuer.end_lot):
            if lots[k].is_awaited > 0.0 and lots[k].service_month <= t:
                plant.serve(t, issuer, lots[k], fleets[lots[k].fleet])
            issuer.n_awaited += lots[k].is_awaited
    for f in range(issuer.first_fleet, issuer.end_fleet):
        plant.free(fleets[f])
    for k in range(issuer.first_contract, issuer.end_contract):
        contract = contracts[k]
        has_deposit = issuer.has_deposits > 0.0 and contract.has_deposit > 0.0
        is_awaited = has_deposit and contract.start_month >= t
        if contract.n_live > 0.0 and (contract.start_month < t or is_awaited):
            fleet = fleets[contract.fleet]
            customer = customers[contract.customer]
            if customer.n_failing > 0.0 or contract.start_month == t - 1:
                rent.lose_customer(contract, customer)
            if contract.churn > 0.0 and not is_awaited:
                rent.terminate(t, market, contract, gpus[fleet.gpu], powers[contract.power])
            if has_deposit:
                rent.receive(calendar[contract.calendar_row, t], contract, customer, issuer)
            if not is_awaited:
                rent.bill(contract, fleet, issuer)
                if has_deposit:
                    rent.use_deposit(contract, issuer)
                if contract.next_end <= t:
                    rent.renew(t, market, contract, gpus[fleet.gpu])
                if issuer.has_longstops > 0.0 and contract.start_month + contract.longstop == t:
                    rent.stop_late(contract, gpus[fleet.gpu], issuer)
            if has_deposit:
                rent.lapse(contract)
    for f in range(issuer.first_fleet, issuer.end_fleet):
        if f == issuer.backstop_fleet:
            operations.use_backstop(t, market, issuer, fleets[f])
        operations.let_idle(market, issuer, fleets[f], gpus[fleets[f].gpu])
    operations.close_books(t, issuer)


@jit.sequence
def owe(
    t: int,
    n: int,
    m: int,
    market: Record,
    issuers: Table,
    gpus: Table,
    fleets: Table,
    lots: Table,
    tranches: Table,
    pools: Table,
) -> None:
    """Fall due, roll over, bridge the shortfall, and default or go on."""
    issuer, head = issuers[m], issuers[n]
    first, end = issuer.first_tranche, issuer.end_tranche
    if m == n:
        v = head.first_member
        while v != n:
            vehicles.consolidate(issuers[v], head)
            v = issuers[v].next_member
    for j in range(first, end):
        if tranches[j].next_maturity - tranches[j].refinance_ahead <= t:
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
    if issuer.support_per_year > 0.0:
        waterfall.count_open(market, issuer)
    if issuer.has_support > 0.0 and (n_short > 0 or issuer.support_runway > 0.0):
        waterfall.aim(t, issuer)
        for j in range(first, end):
            debt.look_ahead(t, issuer, tranches[j])
        waterfall.raise_equity(market, issuer)
    if n_short > 0 and m == n and issuer.is_buying > 0.0:
        for i in range(len(issuer.gap)):
            if issuer.gap[i] < 0.0 and issuer.alive[i] > 0.0:
                plant.give_up(t, i, issuer, lots, tranches)
    n_jumping = 0
    if issuer.jump_to_default > 0.0:
        n_jumping = waterfall.jump(t, market, issuer)
    if n_short > 0 and m != n and issuer.is_guaranteed > 0.0:
        vehicles.call(issuer, head)
    if n_short > 0 or n_jumping > 0 or issuer.n_pulled > 0.0:
        waterfall.judge(t, issuer)
        miss(t, n, m, issuers, lots, tranches)


@jit.sequence
def miss(t: int, n: int, m: int, issuers: Table, lots: Table, tranches: Table) -> None:
    """Undo what a payment default cannot pay for, and let it hit the rest of the group."""
    issuer, head = issuers[m], issuers[n]
    if issuer.n_defaults == 0.0:
        return
    if m != n and issuer.is_guaranteed > 0.0:
        vehicles.pull(t, issuer, head)
    for i in range(len(issuer.gap)):
        if issuer.default_month[i] == t:
            if issuer.is_buying > 0.0:
                plant.undo(t, i, issuer, head, lots, tranches)
            v = issuer.first_member
            while v >= 0 and v != m:
                if issuers[v].alive[i] > 0.0:
                    if issuers[v].is_buying > 0.0:
                        plant.undo(t, i, issuers[v], head, lots, tranches)
                    if issuers[v].called[i] > 0.0:
                        waterfall.fail(t, i, PARENT, 1.0, issuers[v])
                v = issuers[v].next_member


@jit.sequence
def pay(t: int, market: Record, issuer: Record, tranches: Table) -> None:
    """Pay what is due, and prepay from what is left."""
    first, end = issuer.first_tranche, issuer.end_tranche
    for j in range(first, end):
        debt.settle(market, issuer, tranches[j])
    n_trapped = 0
    if issuer.parent >= 0:
        n_trapped = vehicles.trap(issuer)
        vehicles.reserve(t, issuer)
    waterfall.keep(issuer)
    for j in range(first, end):
        if tranches[j].kind == debt.REVOLVER:
            debt.repay_revolver(issuer, tranches[j])
    for j in range(first, end):
        is_swept_in_breach = tranches[j].has_covenants > 0.0 and issuer.n_in_breach > 0.0
        if tranches[j].sweep > 0.0 or is_swept_in_breach:
            debt.sweep(issuer, tranches[j])
    if n_trapped > 0:
        debt.prepay_trapped(issuer, tranches)
    waterfall.close_month(issuer)


@jit.sequence
def appraise(
    t: int, p: int, issuer: Record, gpus: Table, fleets: Table, lots: Table, pools: Table
) -> None:
    """Value pool p at this month's resale prices."""
    plant.clear(pools[p].collateral)
    for k in range(issuer.first_lot, issuer.end_lot):
        if lots[k].pool == p and lots[k].pay_month <= t:
            plant.appraise(lots[k], gpus[fleets[lots[k].fleet].gpu], pools[p])


@jit.sequence
def test(
    t: int,
    n: int,
    market: Record,
    issuer: Record,
    issuers: Table,
    gpus: Table,
    fleets: Table,
    lots: Table,
    tranches: Table,
    pools: Table,
) -> None:
    """Test the covenants and let lenders bear, waive, take the money or accelerate."""
    first, end = issuer.first_tranche, issuer.end_tranche
    covenants.measure_dscr(issuer)
    covenants.open_test(issuer)
    for j in range(first, end):
        if tranches[j].kind == debt.REVOLVER:
            covenants.count_revolver(t, issuer, tranches[j])
    for j in range(first, end):
        if tranches[j].has_covenants > 0.0:
            if tranches[j].pool >= 0:
                appraise(t, tranches[j].pool, issuer, gpus, fleets, lots, pools)
                debt.measure_ltv(issuer, tranches[j], tranches, pools[tranches[j].pool])
            covenants.test(t, issuer, tranches[j])
    covenants.enforce(t, market, issuer, issuers[n], tranches)


@jit.sequence
def part(t: int, n: int, issuers: Table) -> None:
    """Let guarantor and guaranteed fall with each other; the others distribute."""
    head = issuers[n]
    v = head.first_member
    while v != n:
        if issuers[v].is_guaranteed > 0.0 and issuers[v].n_defaults > 0.0:
            for i in range(len(head.alive)):
                if head.alive[i] > 0.0 and vehicles.is_accelerated(t, i, issuers[v]):
                    waterfall.fail(t, i, VEHICLE, 0.0, head)
        v = issuers[v].next_member
    v = head.first_member
    while v != n:
        if issuers[v].is_guaranteed > 0.0 and head.n_defaults > 0.0:
            for i in range(len(head.alive)):
                if head.default_month[i] == t and issuers[v].alive[i] > 0.0:
                    waterfall.fail(t, i, PARENT, 0.0, issuers[v])
        if issuers[v].n_alive > 0.0:
            if issuers[v].vehicle_distribution_min_dscr >= 0.0:
                covenants.measure_dscr(issuers[v])
            vehicles.distribute(issuers[v], head)
        v = issuers[v].next_member
