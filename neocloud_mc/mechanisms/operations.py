"""Operations: from running GPUs to CFADS.

For each GPU type the running GPUs serve the contracts in file order, then the vendor's backstop,
then the spot market: billed_k = min(count_k, what is left). While t ≤ `backstop.until_month` and
its window is open, the vendor takes up to `backstop.count` idle GPUs at `backstop.price`; the rest
earns P_g,t at `regime.utilization[R_t]`. With 730 hours a month,

    revenue = 730 (Σ billed_k p_k τ_k + backstop + spot), of which prepaid rent is not cash
    opex    = (Σ_running count · operating_cost + costs.fixed)(1 + costs.inflation)^{tΔ}
              + costs.variable · revenue
    CFADS   = revenue − prepaid rent used − opex

The operating costs of a vehicle's lots are (1 + `operator_loss.cost`) times as high after its
parent has failed (see vehicles).

*Not modelled:* cash taxes and working capital.
"""

from typing import Annotated

from pydantic import Field

from neocloud_mc import jit
from neocloud_mc.elementary import exp
from neocloud_mc.jit import Record
from neocloud_mc.quantities import (
    HOURS_PER_MONTH,
    OPEN,
    GpuCount,
    Id,
    InflationRate,
    Month,
    Share,
    Terms,
    UsdPerGpuHour,
    UsdPerMonth,
    Window,
)


class Costs(Terms):
    """Running costs beyond those of each GPU."""

    fixed: Annotated[UsdPerMonth, Field(description="Staff, leases, overhead.")] = 0.0
    variable: Annotated[Share, Field(description="Costs that grow with revenue.")] = 0.0
    inflation: Annotated[InflationRate, Field(description="Growth of the costs.")] = 0.0


class Backstop(Terms):
    """A vendor's promise to take idle GPUs."""

    gpu: Annotated[Id, Field(description="Type of GPU.")]
    count: Annotated[GpuCount, Field(description="Most GPUs that it takes.")]
    price: Annotated[UsdPerGpuHour, Field(description="What it pays.")]
    until_month: Annotated[Month, Field(description="Last month of the promise.")]
    window: Annotated[Window, Field(description="Climate below which the vendor backs out.")] = OPEN


@jit.step
def begin(issuer: Record) -> None:
    """No CFADS yet; mutates `issuer`."""
    for i in range(len(issuer.cfads)):
        issuer.cfads[i] = 0.0
        issuer.cfads_1[i] = 0.0
        issuer.gpu_cost[i] = 0.0
        issuer.cost_factor[i] = 1.0
        issuer.deposits_used[i] = 0.0


@jit.step
def open_month(t: int, issuer: Record) -> None:
    """Begin the month's income statement; mutates `issuer`."""
    issuer.cost_index = exp(issuer.log_inflation * t)
    for i in range(len(issuer.cfads)):
        issuer.cfads_2[i] = issuer.cfads_1[i]
        issuer.cfads_1[i] = issuer.cfads[i]
        issuer.contracted[i] = 0.0
        issuer.backstopped[i] = 0.0
        issuer.let_spot[i] = 0.0


@jit.step
def use_backstop(t: int, market: Record, issuer: Record, fleet: Record) -> None:
    """Let the vendor take idle GPUs; mutates `fleet.idle` and `issuer.backstopped`."""
    count, window = issuer.backstop_count, issuer.backstop_window
    rate = HOURS_PER_MONTH * issuer.backstop_price
    count = count if t <= issuer.backstop_until_month else 0.0
    for i in range(len(fleet.idle)):
        taken = min(count, fleet.idle[i]) if market.climate[i] > window else 0.0
        fleet.idle[i] -= taken
        issuer.backstopped[i] += rate * taken


@jit.step
def let_idle(market: Record, issuer: Record, fleet: Record, gpu: Record) -> None:
    """Let what is left by the hour; mutates `issuer.let_spot`."""
    short, glut = market.regime_utilization_shortage, market.regime_utilization_glut
    for i in range(len(fleet.idle)):
        price, idle = gpu.price[i], fleet.idle[i]
        utilization = glut if market.glut[i] > 0.0 else short
        issuer.let_spot[i] += HOURS_PER_MONTH * idle * utilization * price


@jit.step
def close_books(t: int, issuer: Record) -> None:
    """Revenue, opex and CFADS, USD a month; mutates `issuer`.

    `cfads_annual` annualises the last three months; before month 3, the months so far.
    """
    index, fixed, variable = issuer.cost_index, issuer.costs_fixed, issuer.costs_variable
    scale = 4.0 if t >= 3 else 12.0 / t
    for i in range(len(issuer.cfads)):
        revenue = issuer.contracted[i] + issuer.backstopped[i] + issuer.let_spot[i]
        gpu_cost = issuer.gpu_cost[i] * issuer.cost_factor[i]
        opex = (gpu_cost + fixed) * index + variable * revenue
        cfads = revenue - issuer.deposits_used[i] - opex
        issuer.revenue[i] = revenue
        issuer.opex[i] = opex
        issuer.cfads[i] = cfads
        issuer.cfads_annual[i] = scale * (cfads + issuer.cfads_1[i] + issuer.cfads_2[i])
