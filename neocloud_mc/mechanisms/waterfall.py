"""Waterfall: a month's cash, and the moment when it does not suffice.

D_t is the month's interest, scheduled principal, balloons not rolled over, refunds of prepaid rent,
and calls of vehicles (see vehicles).

2. A = cash_{t−1}(1 + rΔ) + CFADS + prepayments received − own capex − D_t.
3. A < 0: revolvers are drawn in file order (issuer not in breach, t < maturity) up to the
   shortfall. Then, while A is below `target_cash` of a notes programme whose window is open and the
   issuer is not in breach, it sells min(commitment left, max(0, max_leverage · annualised CFADS −
   total debt), target_cash − A). Then equity, if `support.window` is open and A < 0 or
   `support.runway` > 0:

       min(max(0, Q_t · min(1, exp(ζ x_t)) − raised so far),
           max(0, min_cash + runway · max(0, b_t) + M_t − A)),

   Q_t = `capacity` + `per_year` · Δ for each month so far in which the window was open, ζ
   `price_elasticity`, b_t the mean over the last three months of interest + scheduled principal +
   own capex + calls − CFADS (of a parent, with what its vehicles distributed the month before),
   M_t what this month leaves of bullets without `refinance` that mature in months t+1 … t+runway.
   Still short: orders of the month are given up (see fleet). Still short → **default**, cause
   *refinancing* if the shortfall left is at most this month's balloons due, those of called
   vehicles included, else *liquidity*.

   With probability 1 − exp(−Δ `jump_to_default`) the issuer defaults in this month whatever its
   cash, cause *jump* (a month that is short anyway keeps its own cause): a payment default.
4. A > min_cash: the excess repays the revolvers; then each tranche with a sweep, in file order, is
   prepaid min(B, sweep · max(0, CFADS − own capex − D_t), excess left). In breach the sweep of
   tranches with covenants is 1.

The room for optional lots (see fleet) is L = max(0, cash_{t−1} − min_cash − max(0, last month's
interest + scheduled principal − CFADS) − balances that mature this month) + undrawn revolvers,
less what orders have cost this month.

"In breach" is as the last covenant test left it. A month of payment default pays nothing of D_t,
draws no revolver, sells no notes, raises no equity, buys no lot and cancels none for money.

*Not modelled:* dividends to shareholders.
"""

from typing import Annotated

from pydantic import Field

from neocloud_mc import draws, jit
from neocloud_mc.causes import JUMP, LIQUIDITY, REFINANCING, VEHICLE
from neocloud_mc.elementary import expm1
from neocloud_mc.jit import Record
from neocloud_mc.lane_sets import NOBODY, LaneSet, first_of, only, without_first
from neocloud_mc.quantities import (
    OPEN,
    MonthsAhead,
    Sensitivity,
    Terms,
    Usd,
    UsdPerYear,
    Window,
)


class Support(Terms):
    """Equity that owners would still put in."""

    capacity: Annotated[Usd, Field(description="Most that they would put in, over all time.")]
    per_year: Annotated[
        UsdPerYear, Field(description="What is added to it while the window is open.")
    ] = 0.0
    runway: Annotated[
        MonthsAhead, Field(description="Months ahead of need in which it is raised.")
    ] = 0
    price_elasticity: Annotated[
        Sensitivity, Field(description="Response of it to the compute price, in logs.")
    ] = 0.0
    window: Annotated[Window, Field(description="Climate below which they would not.")] = OPEN


@jit.step
def begin(issuer: Record) -> None:
    """Put the issuer's cash at its base date; mutates `issuer`."""
    issuer.n_alive = len(issuer.alive)
    issuer.n_defaults = 0.0
    issuer.is_raising = 0.0
    cash, minimum = issuer.opening_cash, issuer.min_cash
    for i in range(len(issuer.alive)):
        issuer.alive[i] = 1.0
        issuer.default_month[i] = 0.0
        issuer.cause[i] = 0.0
        issuer.is_unpaid[i] = 0.0
        issuer.cash[i] = cash
        issuer.floor[i] = minimum
        issuer.months_open[i] = 0.0
        issuer.raised[i] = 0.0
        issuer.equity[i] = 0.0
        issuer.need[i] = 0.0
        issuer.need_1[i] = 0.0
        issuer.jumps[i] = 0.0


@jit.step
def open_month(issuer: Record) -> None:
    """Begin the month's cash account; mutates `issuer`."""
    issuer.n_defaults = 0.0
    for i in range(len(issuer.cash)):
        issuer.cash_before[i] = issuer.cash[i]
    if issuer.is_raising > 0.0:
        issuer.is_raising = 0.0
        for i in range(len(issuer.equity)):
            issuer.equity[i] = 0.0


@jit.step
def open_room(issuer: Record) -> None:
    """Cash beyond the minimum and the last month's shortfall; mutates `issuer.room`."""
    minimum = issuer.min_cash
    for i in range(len(issuer.room)):
        income = issuer.cfads_1[i] + issuer.upstream_1[i]
        burnt = max(0.0, issuer.service_1[i] - income)
        issuer.room[i] = issuer.cash[i] - minimum - burnt


@jit.step
def close_room(issuer: Record) -> None:
    """What is missing there does not take from revolvers; mutates `issuer.room`."""
    for i in range(len(issuer.room)):
        issuer.room[i] = max(0.0, issuer.room[i])


@jit.step
def serve_debt(market: Record, issuer: Record) -> int:
    """Cash after all that is due, A of step 2, USD; mutates `issuer`; counts the lanes short."""
    risk_free, n_short = market.risk_free, 0
    for i in range(len(issuer.cash)):
        service = issuer.interest[i] + issuer.scheduled[i]
        due = service + issuer.balloons[i] + issuer.refunds[i] + issuer.calls[i]
        earned = issuer.cash[i] * risk_free
        available = issuer.cash[i] + earned + issuer.cfads[i] + issuer.deposits_received[i]
        available = available - issuer.own_capex[i] - due
        issuer.interest_income[i] = earned
        issuer.due[i] = due
        issuer.available[i] = available
        issuer.gap[i] = available
        issuer.service[i] = service
        n_short += 1 if (available < 0.0) & (issuer.alive[i] > 0.0) else 0
    return n_short


@jit.step
def count_open(market: Record, issuer: Record) -> None:
    """Count a month in which owners' window is open; mutates `issuer.months_open`."""
    window = issuer.support_window
    for i in range(len(issuer.months_open)):
        issuer.months_open[i] += 1.0 if market.climate[i] > window else 0.0


@jit.step
def aim(t: int, issuer: Record) -> None:
    """Cash that owners make up to, bullets ahead apart; mutates `target`, `need` and its past."""
    minimum, runway = issuer.min_cash, issuer.support_runway
    months = min(t, 3)
    for i in range(len(issuer.target)):
        outflow = issuer.service[i] + issuer.own_capex[i] + issuer.calls[i]
        need = outflow - issuer.cfads[i] - issuer.upstream[i]
        mean = (need + issuer.need[i] + issuer.need_1[i]) / months
        issuer.need_1[i] = issuer.need[i]
        issuer.need[i] = need
        issuer.target[i] = minimum + (runway * max(0.0, mean) if runway > 0.0 else 0.0)


@jit.step
def raise_equity(market: Record, issuer: Record, power: Record) -> None:
    """Let the owners make up to the target; mutates `equity`, `gap` and `is_raising`.

    `power` is the price index to the power ζ.
    """
    capacity, per_month = issuer.support_capacity, issuer.support_per_year
    window = issuer.support_window
    is_ahead = issuer.support_runway > 0.0
    issuer.is_raising = 1.0
    for i in range(len(issuer.gap)):
        gap, target = issuer.gap[i], issuer.target[i]
        needs = is_ahead | (gap < 0.0)
        needs = needs & (issuer.alive[i] > 0.0) & (market.climate[i] > window)
        worth = min(1.0, power.level[i])
        willing = (capacity + per_month * issuer.months_open[i]) * worth - issuer.raised[i]
        missing = max(0.0, target - gap)
        raised = min(max(0.0, willing), missing) if needs else 0.0
        issuer.equity[i] = raised
        reaches = needs & (missing > 0.0) & (raised == missing)
        issuer.gap[i] = target if reaches else gap + raised


@jit.chain
def jump(t: int, market: Record, issuer: Record) -> int:
    """Let the issuer fail whatever its cash; mutates `issuer.jumps`; counts the lanes."""
    probability = -expm1(-issuer.jump_to_default)
    seed, first, stream = market.seed, market.first_path, issuer.stream_jump
    n_jumping = 0
    for i in range(len(issuer.jumps)):
        jumps = (draws.uniform(seed, first + i, t, stream) < probability) & (issuer.alive[i] > 0.0)
        issuer.jumps[i] = 1.0 if jumps else 0.0
        n_jumping += 1 if jumps else 0
    return n_jumping


@jit.step
def judge(t: int, issuer: Record) -> None:
    """Default where cash is still short, or by force, undoing what was raised; mutates `issuer`."""
    n_defaults = 0
    for i in range(len(issuer.gap)):
        is_short = issuer.gap[i] < 0.0
        is_pulled = issuer.is_pulled[i] > 0.0
        fails = (is_short | (issuer.jumps[i] > 0.0) | is_pulled) & (issuer.alive[i] > 0.0)
        balloons = issuer.balloons[i] + issuer.called_balloons[i]
        own_cause = REFINANCING if -issuer.gap[i] <= balloons else LIQUIDITY
        forced = JUMP if issuer.jumps[i] > 0.0 else VEHICLE
        cause = own_cause if is_short else forced
        n_defaults += 1 if fails else 0
        issuer.alive[i] = 0.0 if fails else issuer.alive[i]
        issuer.default_month[i] = t if fails else issuer.default_month[i]
        issuer.cause[i] = cause if fails else issuer.cause[i]
        issuer.is_unpaid[i] = 1.0 if fails else issuer.is_unpaid[i]
        issuer.equity[i] = 0.0 if fails else issuer.equity[i]
        issuer.borrowed[i] = 0.0 if fails else issuer.borrowed[i]
    issuer.n_defaults += n_defaults


@jit.step
def living(issuer: Record) -> LaneSet:
    """The lanes on which the issuer lives."""
    lanes = NOBODY
    for i in range(len(issuer.alive)):
        lanes |= only(i) if issuer.alive[i] > 0.0 else NOBODY
    return lanes


@jit.step
def short(issuer: Record) -> LaneSet:
    """The lanes on which a living issuer is short of cash."""
    lanes = NOBODY
    for i in range(len(issuer.gap)):
        is_short = (issuer.gap[i] < 0.0) & (issuer.alive[i] > 0.0)
        lanes |= only(i) if is_short else NOBODY
    return lanes


@jit.step
def fallen(t: int, issuer: Record) -> LaneSet:
    """The lanes on which the issuer defaults this month."""
    lanes = NOBODY
    for i in range(len(issuer.default_month)):
        lanes |= only(i) if issuer.default_month[i] == t else NOBODY
    return lanes


@jit.step
def fail(t: int, lanes: LaneSet, cause: float, is_unpaid: float, issuer: Record) -> None:
    """Default for another's sake where it lives, having paid this month or not; mutates `issuer`.

    `lanes` are those on which the other falls.
    """
    lanes = lanes & living(issuer)
    while lanes != NOBODY:
        i = first_of(lanes)
        lanes = without_first(lanes)
        issuer.alive[i] = 0.0
        issuer.default_month[i] = t
        issuer.cause[i] = cause
        issuer.is_unpaid[i] = is_unpaid
        issuer.n_defaults += 1.0
        if is_unpaid > 0.0:
            issuer.equity[i] = 0.0
            issuer.borrowed[i] = 0.0


@jit.step
def keep(issuer: Record) -> None:
    """Cash after the month's payments, and what may prepay debt; mutates `cash`, `excess`.

    And `raised`, by what owners put in.
    """
    for i in range(len(issuer.cash)):
        cash = issuer.gap[i] if issuer.alive[i] > 0.0 else 0.0
        issuer.cash[i] = cash
        issuer.excess[i] = max(0.0, cash - issuer.floor[i])
    if issuer.is_raising > 0.0:
        for i in range(len(issuer.raised)):
            issuer.raised[i] += issuer.equity[i]


@jit.step
def close_month(issuer: Record) -> None:
    """Take the prepayments out of cash, to the minimum exactly at most; mutates `issuer.cash`."""
    for i in range(len(issuer.cash)):
        left = issuer.floor[i] + issuer.excess[i]
        issuer.cash[i] = left if issuer.prepaid[i] > 0.0 else issuer.cash[i]
