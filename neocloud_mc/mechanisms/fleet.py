"""Fleet: lots of GPUs, bought, delivered late, and put to work.

A lot is `count` GPUs of one type that enter service together.

- In `pay_month` > 0 it costs count · `unit_cost`. `financed_by` names a delayed-draw tranche that
  lends `advance` of the cost (see debt); what it does not lend is the *own share*. Committed lots
  come first, then those that are not `committed`, each in file order.
- An optional lot is bought only if the window `growth_window` is open and its issuer is not in
  breach, if its own share is at most the *room* L, and, where the issuer has a `growth_hurdle` h,
  if

      12 (730 r (1 − costs.variable) − o) ≥ h · unit_cost,

  o the lot's operating cost with inflation, r = p_k τ_k of the contract that it names in
  `for_contract` while that is on and its customer solvent, else P_g,t · utilisation. Otherwise it
  is cancelled. L is the issuer's cash, or its parent's, beyond what the month needs (see
  waterfall), less what committed lots, earlier optional lots and cancellations cost this month.
- Cancelling costs `cancel_cost` · count · unit_cost (left out: nothing for an optional lot; a
  committed one cannot be cancelled). An optional lot whose cancelling would cost something, and at
  least its own share, is bought. A cancelled lot never runs, draws nothing and is in no pool.
- While cash is short (see waterfall), this month's optional lots, then its committed ones, of
  either kind the last first, are given up if that gives something back. A payment default undoes
  all orders of its month.
- A lot with `service_month` > 0 starts G months late: P(G = k) = (1 − q) q^k, q = d/(1 + d), with
  mean d = `delivery_delay_months`. It runs from month service_month + G on; a lot with
  service_month 0 runs from month 1.

The collateral of a pool is Σ count · W_g,t over its lots that are paid for and not cancelled.

*Not modelled:* sale of running GPUs by a living issuer, and failure of hardware.
"""

import math
from typing import Annotated

import numpy as np
from pydantic import Field

from neocloud_mc import draws, jit
from neocloud_mc.elementary import log, log1p
from neocloud_mc.jit import Lanes, Record, Table
from neocloud_mc.lane_sets import NOBODY, LaneSet, first_of, without_first
from neocloud_mc.quantities import (
    HOURS_PER_MONTH,
    MONTHS_PER_YEAR,
    NOTHING,
    GpuCount,
    Id,
    Month,
    Share,
    Terms,
    UsdPerGpu,
    UsdPerGpuMonth,
)


class Lot(Terms):
    """GPUs of one type that are bought and enter service together."""

    gpu: Annotated[Id, Field(description="Type of GPU.")]
    count: Annotated[GpuCount, Field(description="Number of GPUs.")]
    service_month: Annotated[
        Month, Field(description="First month of service; 0: running at the base date.")
    ] = 0
    pay_month: Annotated[Month, Field(description="Month of payment; 0: already paid.")] = 0
    unit_cost: Annotated[UsdPerGpu | None, Field(description="Cost of one GPU, all in.")] = None
    committed: Annotated[bool, Field(description="Whether the order is binding.")] = True
    cancel_cost: Annotated[
        Share | None,
        Field(description="Share of its cost that cancelling costs; none: cannot, or free."),
    ] = None
    for_contract: Annotated[
        Id | None, Field(description="Contract whose rent it must earn (growth_hurdle).")
    ] = None
    pool: Annotated[Id | None, Field(description="Collateral pool it is pledged to.")] = None
    financed_by: Annotated[Id | None, Field(description="Delayed-draw tranche that pays.")] = None
    advance: Annotated[Share, Field(description="Share of the cost that the tranche lends.")] = 0.0
    operating_cost: Annotated[
        UsdPerGpuMonth | None, Field(description="Its own operating cost; else its GPU type's.")
    ] = None


@jit.step
def begin_fleet(fleet: Record) -> None:
    """Nothing runs yet; mutates `fleet.running`."""
    for i in range(len(fleet.running)):
        fleet.running[i] = 0.0


@jit.step
def begin(market: Record, issuer: Record, lots: Table) -> None:
    """Await all lots; mutates the issuer and `lots`."""
    issuer.is_buying = 0.0
    issuer.next_order = _next_order(0, issuer, lots)
    for i in range(len(issuer.purchases)):
        issuer.purchases[i] = 0.0
        issuer.own_capex[i] = 0.0
    issuer.n_awaited = issuer.end_lot - issuer.first_lot
    for k in range(issuer.first_lot, issuer.end_lot):
        _begin_lot(market, issuer, lots[k])


@jit.chain
def _begin_lot(market: Record, issuer: Record, lot: Record) -> None:
    """Draw the lot's delay, geometric in whole months; mutates `lot`."""
    seed, first, stream = market.seed, market.first_path, lot.stream
    service = max(lot.service_month, 1.0)
    lot.is_awaited = 1.0
    for i in range(len(lot.start)):
        lot.start[i] = service
        lot.cancelled[i] = 0.0
        lot.cost[i] = 0.0
        lot.drawn[i] = 0.0
        lot.pays_off[i] = 1.0
    mean = issuer.delivery_delay_months
    if mean > 0.0 and lot.service_month > 0.0:
        log_q = -log1p(1.0 / mean)
        for i in range(len(lot.start)):
            delay = np.floor(log(draws.uniform(seed, first + i, 0, stream)) / log_q)
            lot.start[i] = service + delay


@jit.step
def open_month(issuer: Record) -> None:
    """Begin the month's orders, where last month's were paid; mutates `issuer`."""
    if issuer.is_buying == 0.0:
        return
    issuer.is_buying = 0.0
    for i in range(len(issuer.purchases)):
        issuer.purchases[i] = 0.0
        issuer.own_capex[i] = 0.0


@jit.step
def count_orders(t: int, issuer: Record, lots: Table) -> int:
    """How many lots it has to pay for or cancel this month; mutates `issuer.next_order`."""
    if issuer.n_alive == 0.0 or issuer.next_order != t:
        return 0
    n_orders = 0
    for k in range(issuer.first_lot, issuer.end_lot):
        n_orders += 1 if lots[k].pay_month == t else 0
    issuer.next_order = _next_order(t, issuer, lots)
    return n_orders


@jit.step
def _next_order(t: int, issuer: Record, lots: Table) -> float:
    """The next month in which it has to pay for a lot; infinite: there is none."""
    following = math.inf
    for k in range(issuer.first_lot, issuer.end_lot):
        month = lots[k].pay_month
        following = min(following, month) if month > t else following
    return following


@jit.step
def is_ordered(t: int, is_optional: int, issuer: Record, lot: Record) -> bool:
    """Whether the lot is to be paid for this month, and may be cancelled (1) or not (0)."""
    is_due = issuer.n_alive > 0.0 and lot.pay_month == t
    return is_due and lot.committed + is_optional == 1.0


@jit.step
def weigh_rent(issuer: Record, lot: Record, contract: Record, customer: Record) -> None:
    """Hold a contract's rent against the growth hurdle; mutates `lot.pays_off`.

    Where the contract has ended, or its customer failed, `pays_off` stays.
    """
    cost, hurdle = _hurdle(issuer, lot)
    kept = HOURS_PER_MONTH * (1.0 - issuer.costs_variable)
    for i in range(len(lot.pays_off)):
        is_on = (contract.live[i] > 0.0) & (customer.failed[i] == 0.0)
        margin = MONTHS_PER_YEAR * (kept * contract.price[i] * contract.take_or_pay - cost)
        pays_off = 1.0 if margin >= hurdle else 0.0
        lot.pays_off[i] = pays_off if is_on else lot.pays_off[i]


@jit.step
def weigh_spot(market: Record, issuer: Record, lot: Record, gpu: Record) -> None:
    """Hold the spot market's rent against the growth hurdle; mutates `lot.pays_off`."""
    short, glut = market.regime_utilization_shortage, market.regime_utilization_glut
    cost, hurdle = _hurdle(issuer, lot)
    kept = HOURS_PER_MONTH * (1.0 - issuer.costs_variable)
    for i in range(len(lot.pays_off)):
        utilization = glut if market.glut[i] > 0.0 else short
        margin = MONTHS_PER_YEAR * (kept * gpu.price[i] * utilization - cost)
        lot.pays_off[i] = 1.0 if margin >= hurdle else 0.0


@jit.step
def _hurdle(issuer: Record, lot: Record) -> tuple[float, float]:
    """A GPU's operating cost, USD a month, and the margin that it must earn, USD a year."""
    cost = lot.operating_cost * issuer.cost_index
    return cost, issuer.growth_hurdle * lot.unit_cost


@jit.step
def order(market: Record, issuer: Record, payer: Record, lot: Record) -> None:
    """Pay for the lot, or cancel it; mutates `lot`, `issuer.purchases` and the payer.

    `lot.drawn` holds what its lender offers, and what it lends afterwards. The payer is the issuer
    or its parent; its `own_capex` and `room` change.
    """
    price, fee = lot.count * lot.unit_cost, lot.cancel_fee
    is_optional, window = lot.committed == 0.0, issuer.growth_window
    is_bought_for_the_fee = is_optional & (fee > 0.0)
    issuer.is_buying = 1.0
    payer.is_buying = 1.0
    for i in range(len(lot.cost)):
        lives = (issuer.alive[i] > 0.0) & (lot.cancelled[i] == 0.0)
        own = price - lot.drawn[i]
        grows = (market.climate[i] > window) & (issuer.in_breach[i] == 0.0)
        grows = grows & (own <= payer.room[i]) & (lot.pays_off[i] > 0.0)
        bought = (not is_optional) | grows | (is_bought_for_the_fee & (fee >= own))
        cost = price if bought else fee
        drawn = lot.drawn[i] if bought & lives else 0.0
        cost = cost if lives else 0.0
        lot.drawn[i] = drawn
        lot.cost[i] = cost
        lot.cancelled[i] = 0.0 if bought & lives else 1.0
        issuer.purchases[i] += cost
        payer.own_capex[i] += cost - drawn
        payer.room[i] -= cost - drawn


@jit.step
def give_up(t: int, lanes: LaneSet, issuer: Record, lots: Table, tranches: Table) -> None:
    """Give up orders of the month, on lanes that are short, until cash suffices.

    Mutates `lots`, the tranches that lent, and the issuer's `gap`, `need` and account of orders.
    """
    while lanes != NOBODY:
        _give_up(t, first_of(lanes), issuer, lots, tranches)
        lanes = without_first(lanes)


@jit.step
def _give_up(t: int, i: int, issuer: Record, lots: Table, tranches: Table) -> None:
    """Give up orders on lane i, the last first, the optional ones before those committed.

    Mutates as `give_up`.
    """
    for is_committed in range(2):
        for k in range(issuer.end_lot - 1, issuer.first_lot - 1, -1):
            lot = lots[k]
            is_ordered = lot.pay_month == t and lot.cancelled[i] == 0.0
            if is_ordered and lot.committed == is_committed and issuer.gap[i] < 0.0:
                back = lot.cost[i] - lot.drawn[i] - lot.cancel_fee
                if back > 0.0:
                    issuer.gap[i] += back
                    issuer.need[i] -= back
                    _cancel(i, lot.cancel_fee, issuer, issuer, lot, tranches)


@jit.step
def undo(
    t: int, lanes: LaneSet, issuer: Record, payer: Record, lots: Table, tranches: Table
) -> None:
    """Undo all orders of the month on some lanes; mutates as `give_up`, the payer's `own_capex`."""
    while issuer.is_buying > 0.0 and lanes != NOBODY:
        for k in range(issuer.first_lot, issuer.end_lot):
            if lots[k].pay_month == t:
                _cancel(first_of(lanes), 0.0, issuer, payer, lots[k], tranches)
        lanes = without_first(lanes)


@jit.step
def _cancel(
    i: int, fee: float, issuer: Record, payer: Record, lot: Record, tranches: Table
) -> None:
    """Cancel an order on lane i, for a fee, and give back what was lent on it."""
    drawn = lot.drawn[i]
    if drawn > 0.0:
        lender = tranches[lot.financing]
        balance = lender.balance[i] - drawn
        lender.balance[i] = balance if balance > NOTHING else 0.0
        lender.undrawn[i] += drawn
        issuer.financed[i] -= drawn
        issuer.total_debt[i] -= drawn
    issuer.purchases[i] -= lot.cost[i] - fee
    payer.own_capex[i] -= lot.cost[i] - drawn - fee
    lot.cancelled[i] = 1.0
    lot.cost[i] = fee
    lot.drawn[i] = 0.0


@jit.step
def serve(t: int, issuer: Record, lots: Table, fleets: Table) -> None:
    """Put lots to work that begin service this month; mutates the issuer, `lots`, `fleets`."""
    if issuer.n_awaited == 0.0:
        return
    issuer.n_awaited = 0.0
    for k in range(issuer.first_lot, issuer.end_lot):
        if lots[k].is_awaited > 0.0 and lots[k].service_month <= t:
            _serve(t, issuer, lots[k], fleets[lots[k].fleet])
        issuer.n_awaited += lots[k].is_awaited


@jit.step
def _serve(t: int, issuer: Record, lot: Record, fleet: Record) -> None:
    """Put the lot to work where it begins service this month.

    Mutates `fleet.running` and `issuer.gpu_cost`, which are kept from month to month: their sums
    grow lot by lot in the order of service, whatever happens on other lanes.
    """
    count, cost = lot.count, lot.count * lot.operating_cost
    n_awaited = 0
    for i in range(len(lot.start)):
        is_ordered = lot.cancelled[i] == 0.0
        starts = is_ordered & (lot.start[i] == t)
        fleet.running[i] += count if starts else 0.0
        issuer.gpu_cost[i] += cost if starts else 0.0
        n_awaited += 1 if is_ordered & (lot.start[i] > t) else 0
    lot.is_awaited = 1.0 if n_awaited > 0 else 0.0


@jit.step
def appraise(lot: Record, gpu: Record, pool: Record) -> None:
    """Add a paid-for lot to the collateral of its pool, USD; mutates `pool.collateral`."""
    count = lot.count
    for i in range(len(lot.cancelled)):
        value = count * gpu.resale[i]
        pool.collateral[i] += value if lot.cancelled[i] == 0.0 else 0.0


@jit.step
def clear(lanes: Lanes) -> None:
    """Begin a sum over lots with zero; mutates `lanes`, float64[lanes]."""
    for i in range(len(lanes)):
        lanes[i] = 0.0


@jit.step
def free(fleet: Record) -> None:
    """Before anyone is served every running GPU is idle; mutates `idle`."""
    for i in range(len(fleet.idle)):
        fleet.idle[i] = fleet.running[i]
