"""Fleet: lots of GPUs, bought, delivered late, and put to work.

A lot is `count` GPUs of one type that enter service together.

- In `pay_month` > 0 it costs count · `unit_cost`. A lot that is not `committed` is cancelled for
  good instead, unless the window `growth_window` of its issuer is open and the issuer is not in
  breach. A cancelled lot never runs and is in no pool.
- A lot with `service_month` > 0 starts G months late: P(G = k) = (1 − q) q^k, q = d/(1 + d), with
  mean d = `delivery_delay_months`. It runs from month service_month + G on; a lot with
  service_month 0 runs from month 1.
- `financed_by` names a delayed-draw tranche that lends `advance` of the cost (see debt); what it
  does not lend is the issuer's own capex.

The collateral of a pool is Σ count · W_g,t over its lots that are paid for and not cancelled.

*Not modelled:* sale of running GPUs by a living issuer, and failure of hardware.
"""

from typing import Annotated

import numpy as np
from pydantic import Field

from neocloud_mc import draws, jit
from neocloud_mc.elementary import log, log1p
from neocloud_mc.jit import Lanes, Record
from neocloud_mc.quantities import GpuCount, Id, Month, Share, Terms, UsdPerGpu, UsdPerGpuMonth


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
    pool: Annotated[Id | None, Field(description="Collateral pool it is pledged to.")] = None
    financed_by: Annotated[Id | None, Field(description="Delayed-draw tranche that pays.")] = None
    advance: Annotated[Share, Field(description="Share of the cost that the tranche lends.")] = 0.0
    operating_cost: Annotated[
        UsdPerGpuMonth | None, Field(description="Its own operating cost; else its GPU type's.")
    ] = None


LOT_SCALARS = ("always_runs",)
"""1 once the lot runs on every lane."""
FLEET_SCALARS = ("always_running",)
"""GPUs of lots that run on every lane."""
LOT_LANES = ("start", "cancelled", "cost")
FLEET_LANES = ("running", "idle", "left")
POOL_LANES = ("owned", "collateral", "proceeds", "is_run")
"""`owned`: GPUs at default; `is_run`: 1 where lenders stepped in and run the pool instead of
selling it."""


@jit.step
def begin(market: Record, issuer: Record, lot: Record) -> None:
    """Draw the lot's delay, geometric in whole months; mutates `lot`."""
    seed, first, stream = market.seed, market.first_path, lot.stream
    service = max(lot.service_month, 1.0)
    lot.always_runs = 0.0
    for i in range(len(lot.start)):
        lot.start[i] = service
        lot.cancelled[i] = 0.0
        lot.cost[i] = 0.0
    mean = issuer.delivery_delay_months
    if mean > 0.0 and lot.service_month > 0.0:
        log_q = -log1p(1.0 / mean)
        for i in range(len(lot.start)):
            delay = np.floor(log(draws.uniform(seed, first + i, 0, stream)) / log_q)
            lot.start[i] = service + delay


@jit.step
def pay(market: Record, issuer: Record, lot: Record) -> None:
    """Pay for the lot or cancel it; mutates `lot.cost`, `lot.cancelled` and `issuer.purchases`."""
    cost, is_optional, window = (
        lot.count * lot.unit_cost,
        lot.committed == 0.0,
        issuer.growth_window,
    )
    for i in range(len(lot.cost)):
        may_grow = (market.climate[i] > window) & (issuer.in_breach[i] == 0.0)
        cancelled = 1.0 if is_optional & (not may_grow) else 0.0
        paid = cost if (cancelled == 0.0) & (issuer.alive[i] > 0.0) else 0.0
        lot.cancelled[i] = cancelled
        lot.cost[i] = paid
        issuer.purchases[i] += paid


@jit.step
def serve(t: int, issuer: Record, lot: Record, fleet: Record) -> None:
    """Count the lot's running GPUs; mutates `fleet.running` and `issuer.gpu_cost`."""
    count, cost = lot.count, lot.count * lot.operating_cost
    if lot.always_runs > 0.0:
        fleet.always_running += count
        issuer.always_running_cost += cost
        return
    n_running = 0
    for i in range(len(lot.start)):
        runs = (lot.start[i] <= t) & (lot.cancelled[i] == 0.0)
        fleet.running[i] += count if runs else 0.0
        issuer.gpu_cost[i] += cost if runs else 0.0
        n_running += 1 if runs else 0
    lot.always_runs = 1.0 if n_running == len(lot.start) else 0.0


@jit.step
def appraise(lot: Record, gpu: Record, pool: Record) -> None:
    """Add a paid-for lot to the collateral of its pool, USD; mutates `pool.collateral`."""
    count = lot.count
    for i in range(len(lot.cancelled)):
        value = count * gpu.resale[i]
        pool.collateral[i] += value if lot.cancelled[i] == 0.0 else 0.0


@jit.step
def clear_running(fleet: Record) -> None:
    """Begin counting running GPUs; mutates `fleet`."""
    fleet.always_running = 0.0
    for i in range(len(fleet.running)):
        fleet.running[i] = 0.0


@jit.step
def clear(lanes: Lanes) -> None:
    """Begin a sum over lots with zero; mutates `lanes`, float64[lanes]."""
    for i in range(len(lanes)):
        lanes[i] = 0.0


@jit.step
def free(fleet: Record) -> None:
    """Before anyone is served every running GPU is idle; mutates `running` and `idle`."""
    always = fleet.always_running
    for i in range(len(fleet.idle)):
        running = fleet.running[i] + always
        fleet.running[i] = running
        fleet.idle[i] = running
