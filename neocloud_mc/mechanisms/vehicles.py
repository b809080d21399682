"""Vehicles: ring-fenced borrowers, and how they and their parent hold or fall.

Most GPU loans are made to a vehicle: one customer's contract, the GPUs that serve it, one loan, a
controlled account; what is left goes up to the parent. A vehicle v is an issuer with `parent` p. It
has no notes programme and no `support`. The guarantee of p is in force if `guarantee` is true and
t ≤ `guarantee_until` (left out: always).

A month of a group: vehicles in file order live through it before p does, up to the default or the
payments; covenants are tested in the same order; then vehicles distribute. While p lives:

- p pays the own capex of v, costs of cancelling included; the room for orders is p's.
- K_v = max(`min_cash`, `reserve_months` · the mean over the last three months of interest +
  scheduled principal) stands for `min_cash`, also when p has failed.
- Where v is short after its own measures, the guarantee in force and no jump: p is *called* for the
  shortfall, due this month, and v goes on.
- After the tests, if neither has defaulted this month, v is not in breach and its DSCR over the
  last three months is at least `distribution.min_dscr` (left out: any; `.inf`: never) or it had no
  debt service, v *distributes* max(0, cash − K_v): cash of p at once, CFADS of p next month.
- In tests of leverage p counts the balances and CFADS of its living vehicles, too.
- Guarantee in force: a jump or a covenant default of v brings p down, cause *vehicle*: a payment
  default if v jumped, else after the month's payments.

While v is in breach, or after p has defaulted, its cash above K_v is *trapped*: it prepays v's
tranches by rank, then in file order, instead of sweeps.

When p defaults: called vehicles default on payment too, those guaranteed otherwise after their
payments, cause *parent*. The others live on: lots not yet paid are cancelled, by a payment default
of p those of its month too, commitments lapse, each contract that has not ended ends with
probability `operator_loss.termination`, and from then on operating costs of the lots are
(1 + `operator_loss.cost`) times as high.

*Not modelled:* vehicles of vehicles, cross-default to the parent without a guarantee, cures by a
sponsor who is no guarantor.
"""

import math
from typing import Annotated

from pydantic import Field

from neocloud_mc import draws, jit
from neocloud_mc.causes import COVENANT
from neocloud_mc.jit import Record, Table
from neocloud_mc.lane_sets import NOBODY, LaneSet, only
from neocloud_mc.quantities import Hurdle, LastMonth, MonthsAhead, Ratio, Share, Terms


class Distribution(Terms):
    """When a vehicle may pay cash up to its parent."""

    min_dscr: Annotated[
        Hurdle | None, Field(description="Lowest DSCR; none: any; .inf: never.")
    ] = None


class OperatorLoss(Terms):
    """What the failure of the parent, who runs the GPUs, does to its vehicles."""

    termination: Annotated[Share, Field(description="Chance that a contract ends.")] = 0.0
    cost: Annotated[Ratio, Field(description="Rise of operating costs under another operator.")] = (
        0.0
    )


class Vehicle(Terms):
    """The ring fence around an issuer that has a parent."""

    guarantee: Annotated[bool, Field(description="Whether the parent answers for its debt.")] = (
        False
    )
    guarantee_until: Annotated[
        LastMonth | None, Field(description="Last month of the guarantee; none: it never ends.")
    ] = None
    distribution: Distribution = Distribution()
    reserve_months: Annotated[
        MonthsAhead, Field(description="Months of debt service that it keeps in cash.")
    ] = 0
    operator_loss: OperatorLoss = OperatorLoss()


@jit.step
def begin(issuer: Record) -> None:
    """Nothing has gone up or down yet; mutates `issuer`."""
    issuer.is_guaranteed = 0.0
    issuer.n_pulled = 0.0
    for i in range(len(issuer.calls)):
        issuer.calls[i] = 0.0
        issuer.called_balloons[i] = 0.0
        issuer.is_pulled[i] = 0.0
        issuer.called[i] = 0.0
        issuer.cures[i] = 0.0
        issuer.cured_by_parent[i] = 0.0
        issuer.distributed[i] = 0.0
        issuer.received[i] = 0.0
        issuer.upstream[i] = 0.0
        issuer.upstream_1[i] = 0.0
        issuer.residual[i] = 0.0
        issuer.is_orphaned[i] = 0.0
        issuer.is_trapped[i] = 0.0


@jit.step
def open_month(t: int, issuer: Record) -> None:
    """Begin the month's account between a vehicle and its parent; mutates either's record.

    What was received last month counts as CFADS now.
    """
    if issuer.is_in_group == 0.0:
        return
    is_in_force = issuer.vehicle_guarantee > 0.0 and not t > issuer.vehicle_guarantee_until
    issuer.is_guaranteed = 1.0 if is_in_force else 0.0
    issuer.n_pulled = 0.0
    if issuer.parent >= 0:
        for i in range(len(issuer.called)):
            issuer.called[i] = 0.0
            issuer.cured_by_parent[i] = 0.0
            issuer.distributed[i] = 0.0
        return
    for i in range(len(issuer.calls)):
        issuer.upstream_2[i] = issuer.upstream_1[i]
        issuer.upstream_1[i] = issuer.upstream[i]
        issuer.upstream[i] = issuer.received[i]
        issuer.calls[i] = 0.0
        issuer.called_balloons[i] = 0.0
        issuer.is_pulled[i] = 0.0
        issuer.cures[i] = 0.0
        issuer.received[i] = 0.0
        issuer.residual[i] = 0.0


@jit.step
def consolidate(vehicle: Record, parent: Record) -> None:
    """Count a living vehicle in its parent's leverage; mutates `total_debt`, `cfads_annual`."""
    for i in range(len(parent.total_debt)):
        lives = vehicle.alive[i] > 0.0
        parent.total_debt[i] += vehicle.total_debt[i] if lives else 0.0
        parent.cfads_annual[i] += vehicle.cfads_annual[i] if lives else 0.0


@jit.step
def reserve(t: int, vehicle: Record) -> None:
    """K_v, what the vehicle keeps in cash; mutates `vehicle.floor`."""
    minimum, reserved = vehicle.min_cash, vehicle.vehicle_reserve_months
    months = min(t, 3)
    for i in range(len(vehicle.floor)):
        service = vehicle.service[i] + vehicle.service_1[i] + vehicle.service_2[i]
        vehicle.floor[i] = max(minimum, reserved * (service / months))


@jit.step
def call(vehicle: Record, parent: Record) -> None:
    """Let the guarantor make up what the vehicle is short of; mutates both records."""
    for i in range(len(vehicle.gap)):
        is_short = (vehicle.gap[i] < 0.0) & (vehicle.alive[i] > 0.0)
        calls = is_short & (vehicle.jumps[i] == 0.0) & (parent.alive[i] > 0.0)
        called = -vehicle.gap[i] if calls else 0.0
        vehicle.called[i] = called
        vehicle.gap[i] = 0.0 if calls else vehicle.gap[i]
        parent.calls[i] += called
        parent.called_balloons[i] += vehicle.balloons[i] if calls else 0.0


@jit.step
def pull(t: int, vehicle: Record, parent: Record) -> None:
    """Let a guaranteed vehicle's jump bring its parent down this month; mutates `parent`."""
    for i in range(len(parent.is_pulled)):
        jumps = (vehicle.default_month[i] == t) & (vehicle.jumps[i] > 0.0)
        parent.is_pulled[i] = 1.0 if jumps else parent.is_pulled[i]
    parent.n_pulled += vehicle.n_defaults


@jit.step
def calling(vehicle: Record) -> LaneSet:
    """The lanes on which the vehicle has called its guarantor this month."""
    lanes = NOBODY
    for i in range(len(vehicle.called)):
        lanes |= only(i) if vehicle.called[i] > 0.0 else NOBODY
    return lanes


@jit.step
def accelerated(t: int, vehicle: Record) -> LaneSet:
    """The lanes on which lenders accelerate the vehicle's debt this month."""
    lanes = NOBODY
    for i in range(len(vehicle.default_month)):
        falls = (vehicle.default_month[i] == t) & (vehicle.cause[i] == COVENANT)
        lanes |= only(i) if falls else NOBODY
    return lanes


@jit.step
def trap(vehicle: Record) -> int:
    """See where cash is trapped; mutates `vehicle.is_trapped`; counts the lanes."""
    n_trapped = 0
    for i in range(len(vehicle.is_trapped)):
        is_trapped = (vehicle.in_breach[i] > 0.0) | (vehicle.is_orphaned[i] > 0.0)
        vehicle.is_trapped[i] = 1.0 if is_trapped else 0.0
        n_trapped += 1 if is_trapped else 0
    return n_trapped


@jit.step
def distribute(vehicle: Record, parent: Record) -> None:
    """Pay cash above the reserve up to the parent, where it may; mutates both records."""
    least = vehicle.vehicle_distribution_min_dscr
    never = least == math.inf
    for i in range(len(vehicle.cash)):
        may = (vehicle.alive[i] > 0.0) & (parent.alive[i] > 0.0) & (vehicle.in_breach[i] == 0.0)
        may = may & (not never) & (not (vehicle.dscr[i] < least))
        paid = max(0.0, vehicle.cash[i] - vehicle.floor[i]) if may else 0.0
        vehicle.cash[i] -= paid
        vehicle.distributed[i] = paid
        parent.cash[i] += paid
        parent.received[i] += paid


@jit.step
def orphan(
    t: int, i: int, market: Record, vehicle: Record, lots: Table, contracts: Table, tranches: Table
) -> None:
    """Live on without the parent from now on, on lane i; mutates all that the vehicle has."""
    vehicle.is_orphaned[i] = 1.0
    vehicle.cost_factor[i] = 1.0 + vehicle.vehicle_operator_loss_cost
    for k in range(vehicle.first_lot, vehicle.end_lot):
        if lots[k].pay_month > t:
            lots[k].cancelled[i] = 1.0
    for j in range(vehicle.first_tranche, vehicle.end_tranche):
        tranches[j].undrawn[i] = 0.0
    probability = vehicle.vehicle_operator_loss_termination
    for k in range(vehicle.first_contract, vehicle.end_contract):
        contract = contracts[k]
        u = draws.uniform(market.seed, market.first_path + i, t, contract.stream_operator)
        if u < probability:
            contract.live[i] = 0.0
            contract.deposit[i] = 0.0
