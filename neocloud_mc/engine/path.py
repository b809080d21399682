"""The path loop: the history of a block of paths, told as a list of events.

A block of paths advances side by side, month by month. Every record holds an entity's terms
(scalars, the same on every path) and its state (float64[lanes], one value a path); each event is a
step of one mechanism, in the order of the model. Mechanisms know nothing of each other: what
couples them can be read here, and in `neocloud_mc.engine.estates`.

Issuers live through a month group by group. A group is a head, which has no parent, and its
vehicles; `first_member` of the head and `next_member` lead through it, vehicles in file order, the
head last.

Beside the market's record, `tables` are all that `neocloud_mc.engine.tables` lays out, in its
order: powers (of prices and of the climate), gpus, customers, issuers, fleets (an issuer's GPUs of
one type), lots, contracts, tranches, pools, and calendar float64[rows, months + 1], what the
scenario fixes by month. An event hands them on as they are, and names them all in one line.
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
def month(t: int, market: Record, *tables: Table) -> None:
    """Live through month t on a block of paths; mutates every table but `calendar`."""
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    open_market(t, market, *tables)
    for n in range(len(issuers)):
        if issuers[n].parent < 0:
            live(t, n, market, *tables)
    n_defaults = 0.0
    for n in range(len(issuers)):
        issuers[n].n_alive -= issuers[n].n_defaults
        n_defaults += issuers[n].n_defaults
    if n_defaults > 0.0:
        recovery.clear_stress(market)
        for n in range(len(issuers)):
            recovery.count_gpus(t, issuers[n], lots)
            recovery.add_stress(t, market, issuers[n])
        for n in range(len(issuers)):
            if issuers[n].parent < 0:
                estates.resolve(t, n, market, *tables)


@jit.sequence
def open_market(t: int, market: Record, *tables: Table) -> None:
    """Move regime, prices and climate, and let customers fail."""
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    weather.open_month(t, market, calendar)
    recovery.clear_contagion(market)
    for n in range(len(issuers)):
        issuers[n].n_defaults = 0.0
        if issuers[n].n_alive < len(market.index):
            recovery.spread(t, market, issuers[n])
    weather.turn(t, market)
    weather.shake(t, market)
    weather.move_price(t, market)
    weather.launch(t, market)
    weather.fix_index(t, market)
    weather.move_climate(t, market)
    weather.fix_climate(market)
    for g in range(len(gpus)):
        weather.move_type(t, market, gpus[g])
    for k in range(len(powers)):
        weather.follow(market, powers[k], gpus)
    for g in range(len(gpus)):
        weather.quote(t, market, gpus[g], powers[gpus[g].price_power], powers[gpus[g].resale_power])
    for c in range(len(customers)):
        clients.fail(customers[c], powers[customers[c].power])
    if market.is_tilted > 0.0:
        weather.weigh(market)
        for c in range(len(customers)):
            clients.weigh(market, customers[c])


@jit.sequence
def live(t: int, n: int, market: Record, *tables: Table) -> None:
    """Live through month t with the group of issuer n."""
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    first = issuers[n].first_member
    m = first
    while m >= 0:
        if issuers[m].n_alive > 0.0:
            open_month(t, market, issuers[m], tranches, calendar)
        m = issuers[m].next_member
    buy(t, n, market, *tables)
    m = first
    while m >= 0:
        if issuers[m].n_alive > 0.0:
            operate(t, m, market, *tables)
            owe(t, n, m, market, *tables)
        m = issuers[m].next_member
    m = first
    while m >= 0:
        if issuers[m].n_alive > 0.0:
            pay(t, market, issuers[m], tranches)
        m = issuers[m].next_member
    m = first
    while m >= 0:
        if issuers[m].n_alive > 0.0 and covenants.is_due(t, issuers[m]):
            test(t, n, m, market, *tables)
        m = issuers[m].next_member
    if first != n:
        part(t, n, issuers)


@jit.sequence
def open_month(t: int, market: Record, issuer: Record, tranches: Table, calendar: Table) -> None:
    """Begin the month's accounts; work out interest and scheduled principal."""
    operations.open_month(t, issuer)
    debt.open_month(issuer)
    waterfall.open_month(issuer)
    plant.open_month(issuer)
    rent.open_month(issuer)
    vehicles.open_month(t, issuer)
    for j in range(issuer.first_tranche, issuer.end_tranche):
        debt.accrue(t, market, issuer, tranches[j])
        debt.schedule(t, issuer, tranches[j], calendar[tranches[j].calendar_row, t])


@jit.sequence
def buy(t: int, n: int, market: Record, *tables: Table) -> None:
    """Pay for the group's lots of the month from its head's cash, or cancel them.

    The committed ones first, then those that it may cancel.
    """
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    n_orders = 0
    m = issuers[n].first_member
    while m >= 0:
        n_orders += plant.count_orders(t, issuers[m], lots)
        m = issuers[m].next_member
    if n_orders == 0:
        return
    measure_room(t, issuers[n], tranches)
    for is_optional in range(2):
        m = issuers[n].first_member
        while m >= 0:
            for k in range(issuers[m].first_lot, issuers[m].end_lot):
                if plant.is_ordered(t, is_optional, issuers[m], lots[k]):
                    order(t, n, m, k, market, *tables)
            m = issuers[m].next_member


@jit.sequence
def measure_room(t: int, head: Record, tranches: Table) -> None:
    """What the month leaves for orders."""
    waterfall.open_room(head)
    for j in range(head.first_tranche, head.end_tranche):
        debt.set_aside(t, head, tranches[j])
    waterfall.close_room(head)
    for j in range(head.first_tranche, head.end_tranche):
        debt.count_undrawn(t, head, tranches[j])


@jit.sequence
def order(t: int, n: int, m: int, k: int, market: Record, *tables: Table) -> None:
    """Ask what is lent on lot k and whether it is worth it; then pay for it or cancel it."""
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    issuer, head, lot = issuers[m], issuers[n], lots[k]
    if lot.financing >= 0:
        debt.offer(t, issuer, lot, tranches[lot.financing])
    else:
        plant.clear(lot.drawn)
    if lot.committed == 0.0 and issuer.growth_hurdle >= 0.0:
        plant.weigh_spot(market, issuer, lot, gpus[fleets[lot.fleet].gpu])
        if lot.contract >= 0:
            contract = contracts[lot.contract]
            plant.weigh_rent(issuer, lot, contract, customers[contract.customer])
    plant.order(market, issuer, head, lot)
    if lot.financing >= 0:
        debt.draw(issuer, lot, tranches[lot.financing])


@jit.sequence
def operate(t: int, m: int, market: Record, *tables: Table) -> None:
    """Run the lots, serve contracts, let the rest and close the books of issuer m."""
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    issuer = issuers[m]
    plant.serve(t, issuer, lots, fleets)
    for f in range(issuer.first_fleet, issuer.end_fleet):
        plant.free(fleets[f])
    for k in range(issuer.first_contract, issuer.end_contract):
        contract = contracts[k]
        has_begun, is_paid_ahead = contract.start_month < t, contract.has_deposit > 0.0
        if contract.n_live > 0.0 and (has_begun or is_paid_ahead):
            fleet = fleets[contract.fleet]
            customer = customers[contract.customer]
            if customer.n_failing > 0.0 or contract.start_month == t - 1:
                rent.lose_customer(contract, customer)
            if has_begun and contract.churn > 0.0:
                rent.terminate(t, market, contract, gpus[fleet.gpu], powers[contract.power])
            if is_paid_ahead:
                rent.receive(calendar[contract.calendar_row, t], contract, issuer)
            if has_begun:
                rent.bill(contract, fleet, issuer)
                if is_paid_ahead:
                    rent.use_deposit(contract, issuer)
                if contract.next_end <= t:
                    rent.renew(t, market, contract, gpus[fleet.gpu])
                if contract.start_month + contract.longstop == t:
                    rent.stop_late(contract, gpus[fleet.gpu], issuer)
            if is_paid_ahead:
                rent.lapse(contract)
    for f in range(issuer.first_fleet, issuer.end_fleet):
        if f == issuer.backstop_fleet:
            operations.use_backstop(t, market, issuer, fleets[f])
        operations.let_idle(market, issuer, fleets[f], gpus[fleets[f].gpu])
    operations.close_books(t, issuer)


@jit.sequence
def owe(t: int, n: int, m: int, market: Record, *tables: Table) -> None:
    """Fall due, roll over, bridge the shortfall, and default or go on."""
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    issuer, head = issuers[m], issuers[n]
    first, end = issuer.first_tranche, issuer.end_tranche
    if m == n:
        v = head.first_member
        while v != n:
            vehicles.consolidate(issuers[v], head)
            v = issuers[v].next_member
    for j in range(first, end):
        if debt.may_mature(t, tranches[j]):
            if tranches[j].refinance_max_ltv >= 0.0:
                appraise(t, j, issuer, gpus, fleets, lots, tranches, pools)
            debt.mature(t, market, issuer, tranches[j])

    n_short = waterfall.serve_debt(market, issuer)
    if n_short > 0:
        for j in range(first, end):
            debt.draw_revolver(t, issuer, tranches[j])
    for j in range(first, end):
        debt.sell_notes(market, issuer, tranches[j])
    if issuer.support_per_year > 0.0:
        waterfall.count_open(market, issuer)
    if issuer.has_support > 0.0 and (n_short > 0 or issuer.support_runway > 0.0):
        waterfall.aim(t, issuer)
        for j in range(first, end):
            debt.look_ahead(t, issuer, tranches[j])
        waterfall.raise_equity(market, issuer, powers[issuer.support_power])
    if n_short > 0 and m == n and issuer.is_buying > 0.0:
        plant.give_up(t, waterfall.short(issuer), issuer, lots, tranches)
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
    fallen = waterfall.fallen(t, issuer)
    plant.undo(t, fallen, issuer, head, lots, tranches)
    v = head.first_member
    while m == n and v != n:
        struck = fallen & waterfall.living(issuers[v])
        plant.undo(t, struck, issuers[v], head, lots, tranches)
        waterfall.fail(t, struck & vehicles.calling(issuers[v]), PARENT, 1.0, issuers[v])
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
        debt.repay_revolver(issuer, tranches[j])
    for j in range(first, end):
        debt.sweep(issuer, tranches[j])
    if n_trapped > 0:
        debt.prepay_trapped(issuer, tranches)
    waterfall.close_month(issuer)


@jit.sequence
def appraise(
    t: int,
    j: int,
    issuer: Record,
    gpus: Table,
    fleets: Table,
    lots: Table,
    tranches: Table,
    pools: Table,
) -> None:
    """Value the collateral of tranche j at this month's resale prices, and measure its LTV."""
    p = tranches[j].pool
    if p >= 0:
        plant.clear(pools[p].collateral)
        for k in range(issuer.first_lot, issuer.end_lot):
            if lots[k].pool == p and lots[k].pay_month <= t:
                plant.appraise(lots[k], gpus[fleets[lots[k].fleet].gpu], pools[p])
        debt.measure_ltv(issuer, tranches[j], tranches, pools[p])


@jit.sequence
def test(t: int, n: int, m: int, market: Record, *tables: Table) -> None:
    """Test the covenants and let lenders bear, waive, take the money or accelerate."""
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    issuer = issuers[m]
    first, end = issuer.first_tranche, issuer.end_tranche
    covenants.measure_dscr(issuer)
    covenants.open_test(issuer)
    for j in range(first, end):
        if tranches[j].kind == debt.REVOLVER:
            covenants.count_revolver(t, issuer, tranches[j])
    for j in range(first, end):
        if tranches[j].has_covenants > 0.0:
            if tranches[j].covenants_max_ltv >= 0.0:
                appraise(t, j, issuer, gpus, fleets, lots, tranches, pools)
            covenants.test(t, issuer, tranches[j])
    covenants.enforce(t, market, issuer, issuers[n], tranches)


@jit.sequence
def part(t: int, n: int, issuers: Table) -> None:
    """Let guarantor and guaranteed fall with each other; the others distribute."""
    head = issuers[n]
    v = head.first_member
    while v != n:
        if issuers[v].is_guaranteed > 0.0 and issuers[v].n_defaults > 0.0:
            waterfall.fail(t, vehicles.accelerated(t, issuers[v]), VEHICLE, 0.0, head)
        v = issuers[v].next_member
    v = head.first_member
    while v != n:
        if issuers[v].is_guaranteed > 0.0 and head.n_defaults > 0.0:
            waterfall.fail(t, waterfall.fallen(t, head), PARENT, 0.0, issuers[v])
        if issuers[v].n_alive > 0.0:
            if issuers[v].vehicle_distribution_min_dscr >= 0.0:
                covenants.measure_dscr(issuers[v])
            vehicles.distribute(issuers[v], head)
        v = issuers[v].next_member
