"""Contracts: take-or-pay rent, walked away from when the market is cheaper.

A contract k rents `count` GPUs of one type at `price` p_k to a customer, billed in the months
s < t ≤ e (s `start_month`, e `end_month`). Each month, in this order:

1. its customer has failed: it ends, unbilled;
2. while s < t ≤ e, served or not, it accumulates Λ_k += Δ c (p_k / P_g,t)^ψ, c `churn`, ψ
   `price_sensitivity`; when Λ_k ≥ E_k, E_k ~ Exp(1), the customer walks: with probability
   `concession` the price becomes min(p_k, P_g,t), Λ_k restarts at 0 with a new E_k and the
   contract goes on, otherwise it ends, unbilled;
3. it is billed for the GPUs that the issuer can serve, at the share `take_or_pay` of its price;
4. in month e it is renewed with `renewal.probability`: p_k = P_g,t (1 − `renewal.discount`),
   e = e + `renewal.months`, Λ_k and E_k afresh; otherwise it ends;
5. in month s + `longstop`, if it was billed for less than its count (by more than a billionth of
   it) and p_k > P_g,t, it ends: the issuer delivered too late, and the customer can have it
   cheaper.

*Prepaid rent*, the deposit V_k ≥ 0, begins with `prepaid.balance`. In a month of
`prepaid.receipts`, if the contract is on after steps 1 and 2 (or has not begun, and its customer is
solvent), the amount is received, in cash that is not CFADS, and added to V_k. Of each bill
min(V_k, `prepaid.share` · bill) is paid from V_k. When the contract ends by step 5, V_k is due as a
refund; when it ends otherwise V_k lapses; a renewal keeps it.

*Not modelled:* escalators, and penalties for GPUs that the issuer cannot serve.
"""

import math
from typing import Annotated

from pydantic import Field

from neocloud_mc import draws, jit
from neocloud_mc.elementary import exp, log
from neocloud_mc.jit import Record
from neocloud_mc.lane_sets import NOBODY, first_of, only, without_first
from neocloud_mc.quantities import (
    HOURS_PER_MONTH,
    GpuCount,
    Id,
    Intensity,
    LaterMonth,
    Month,
    Months,
    Sensitivity,
    Share,
    Terms,
    Usd,
    UsdPerGpuHour,
)

A_BILLIONTH = 1e-9
"""Share of its count by which a contract may be served short and still be served."""


class Renewal(Terms):
    """What happens when a contract ends."""

    probability: Annotated[Share, Field(description="Chance that the customer stays.")]
    months: Annotated[Months, Field(description="Length of the new term.")]
    discount: Annotated[Share, Field(description="Discount against the spot price.")] = 0.0


class Prepaid(Terms):
    """Rent that the customer pays ahead."""

    balance: Annotated[Usd, Field(description="Received before the base date, not yet used.")] = 0.0
    receipts: Annotated[
        dict[LaterMonth, Usd], Field(description="What is still to come, by month.")
    ] = Field(default_factory=dict)
    share: Annotated[Share, Field(description="Most of a bill that is paid from it.")] = 1.0


class Contract(Terms):
    """GPUs let to one customer for a term."""

    customer: Annotated[Id, Field(description="Who pays.")]
    gpu: Annotated[Id, Field(description="Type of GPU.")]
    count: Annotated[GpuCount, Field(description="GPUs let.")]
    price: Annotated[UsdPerGpuHour, Field(description="Rent of one GPU.")]
    start_month: Annotated[Month, Field(description="Billed from the month after this one.")] = 0
    end_month: Annotated[LaterMonth, Field(description="Last month billed.")]
    take_or_pay: Annotated[Share, Field(description="Share of the full bill that is paid.")] = 1.0
    churn: Annotated[Intensity, Field(description="Walk-aways a year at the market's price.")] = 0.0
    price_sensitivity: Annotated[
        Sensitivity, Field(description="Power of (contract price / spot price) in the intensity.")
    ] = 0.0
    concession: Annotated[
        Share, Field(description="Chance that a walk-away ends in a lower price instead.")
    ] = 0.0
    renewal: Annotated[Renewal | None, Field(description="Terms of renewal; none: it ends.")] = None
    pool: Annotated[Id | None, Field(description="Collateral pool it is pledged to.")] = None
    longstop: Annotated[
        Months | None,
        Field(description="Months after its start when it can end for late delivery."),
    ] = None
    prepaid: Annotated[Prepaid | None, Field(description="Rent paid ahead.")] = None


@jit.chain
def begin(market: Record, contract: Record, gpu: Record) -> None:
    """Sign the contract and draw the hazard it bears; mutates `contract`."""
    log_par = log(gpu.opening_price) - gpu.obsolescence * (contract.start_month + 1.0)
    contract.intensity = contract.churn * exp(-contract.price_sensitivity * log_par)
    contract.ageing = exp(contract.price_sensitivity * gpu.obsolescence)
    seed, first, stream = market.seed, market.first_path, contract.stream_churn
    price, end_month = contract.opening_price, contract.opening_end_month
    price_power = exp(contract.price_sensitivity * log(price))
    deposit = contract.prepaid_balance if contract.has_deposit > 0.0 else 0.0
    contract.n_live = len(contract.live)
    contract.next_end = contract.opening_end_month
    for i in range(len(contract.live)):
        contract.live[i] = 1.0
        contract.price[i] = price
        contract.price_power[i] = price_power
        contract.end_month[i] = end_month
        contract.hazard[i] = 0.0
        contract.threshold[i] = draws.exponential(seed, first + i, 0, stream)
        contract.billed[i] = 0.0
        contract.deposit[i] = deposit


@jit.step
def open_month(issuer: Record) -> None:
    """Begin the month's account of prepaid rent; mutates `issuer`."""
    if issuer.has_deposits == 0.0:
        return
    for i in range(len(issuer.refunds)):
        issuer.deposits_received[i] = 0.0
        issuer.deposits_used[i] = 0.0
        issuer.refunds[i] = 0.0


@jit.step
def lose_customer(contract: Record, customer: Record) -> None:
    """End the contract where its customer has failed; mutates `contract.live`."""
    for i in range(len(contract.live)):
        contract.live[i] = 0.0 if customer.failed[i] > 0.0 else contract.live[i]


@jit.step
def terminate(t: int, market: Record, contract: Record, gpu: Record, power: Record) -> None:
    """Accumulate the hazard of termination, and walk or concede; mutates `contract`.

    `power` is the price index to the power −ψ.
    """
    intensity = contract.intensity
    contract.intensity = intensity * contract.ageing
    walking = NOBODY
    for i in range(len(contract.live)):
        hazard = contract.hazard[i] + intensity * (contract.price_power[i] * power.level[i])
        contract.hazard[i] = hazard
        walks = (contract.live[i] > 0.0) & (hazard >= contract.threshold[i])
        walking |= only(i) if walks else NOBODY
    while walking != NOBODY:
        _walk(t, first_of(walking), market, contract, gpu)
        walking = without_first(walking)


@jit.step
def _walk(t: int, i: int, market: Record, contract: Record, gpu: Record) -> None:
    """Concede the market's price on lane i, or lose the contract; mutates `contract`.

    What a concession needs is worked out beside the draw that decides: to wait for it took longer.
    """
    seed, path = market.seed, market.first_path + i
    u = draws.uniform(seed, path, t, contract.stream_concession)
    threshold = draws.exponential(seed, path, t, contract.stream_churn)
    price = min(gpu.price[i], contract.price[i])
    power = exp(contract.price_sensitivity * log(price))
    stays = u < contract.concession
    contract.live[i] = 1.0 if stays else 0.0
    contract.price[i] = price if stays else contract.price[i]
    contract.price_power[i] = power if stays else contract.price_power[i]
    contract.hazard[i] = 0.0 if stays else contract.hazard[i]
    contract.threshold[i] = threshold if stays else contract.threshold[i]


@jit.step
def bill(contract: Record, fleet: Record, issuer: Record) -> None:
    """Bill the GPUs that can be served; mutates `billed`, `fleet.idle`, `issuer.contracted`."""
    count, rate = contract.count, HOURS_PER_MONTH * contract.take_or_pay
    n_live = 0
    for i in range(len(contract.live)):
        is_live = contract.live[i] > 0.0
        billed = min(count, fleet.idle[i]) if is_live else 0.0
        n_live += 1 if is_live else 0
        contract.billed[i] = billed
        fleet.idle[i] -= billed
        issuer.contracted[i] += rate * billed * contract.price[i]
    contract.n_live = n_live


@jit.step
def receive(amount: float, contract: Record, issuer: Record) -> None:
    """Receive rent ahead of time; mutates `contract.deposit` and `issuer.deposits_received`.

    A contract that is paid ahead is lost with its customer even before it begins.
    """
    for i in range(len(contract.deposit)):
        received = amount if contract.live[i] > 0.0 else 0.0
        contract.deposit[i] += received
        issuer.deposits_received[i] += received


@jit.step
def use_deposit(contract: Record, issuer: Record) -> None:
    """Pay a part of the bill from the deposit; mutates it and `issuer.deposits_used`."""
    share, rate = contract.prepaid_share, HOURS_PER_MONTH * contract.take_or_pay
    for i in range(len(contract.deposit)):
        bill = rate * contract.billed[i] * contract.price[i]
        used = min(contract.deposit[i], share * bill)
        contract.deposit[i] -= used
        issuer.deposits_used[i] += used


@jit.chain
def renew(t: int, market: Record, contract: Record, gpu: Record) -> None:
    """Renew or end the contract in its last month, the same on every lane; mutates `contract`."""
    seed, first = market.seed, market.first_path
    stream, churn = contract.stream_renewal, contract.stream_churn
    probability, share = contract.renewal_probability, 1.0 - contract.renewal_discount
    sensitivity, end_month = contract.price_sensitivity, t + contract.renewal_months
    n_renewed = 0
    if probability > 0.0:
        for i in range(len(contract.live)):
            u = draws.uniform(seed, first + i, t, stream)
            renewed = (contract.live[i] > 0.0) & (u < probability)
            threshold = draws.exponential(seed, first + i, t, churn)
            contract.live[i] = 1.0 if renewed else 0.0
            contract.hazard[i] = 0.0 if renewed else contract.hazard[i]
            contract.threshold[i] = threshold if renewed else contract.threshold[i]
            contract.end_month[i] = end_month if renewed else contract.end_month[i]
            n_renewed += 1 if renewed else 0
        for i in range(len(contract.live)):
            renewed = contract.live[i] > 0.0
            price = gpu.price[i] * share
            power = exp(sensitivity * log(price))
            contract.price[i] = price if renewed else contract.price[i]
            contract.price_power[i] = power if renewed else contract.price_power[i]
    else:
        for i in range(len(contract.live)):
            contract.live[i] = 0.0
    contract.next_end = end_month if n_renewed > 0 else math.inf


@jit.step
def stop_late(contract: Record, gpu: Record, issuer: Record) -> None:
    """End a contract that is served too little and dearer than the market, with a refund.

    Mutates `contract` and `issuer.refunds`.
    """
    enough = contract.count * (1.0 - A_BILLIONTH)
    for i in range(len(contract.live)):
        is_late = (contract.live[i] > 0.0) & (contract.billed[i] < enough)
        ends = is_late & (contract.price[i] > gpu.price[i])
        issuer.refunds[i] += contract.deposit[i] if ends else 0.0
        contract.live[i] = 0.0 if ends else contract.live[i]


@jit.step
def lapse(contract: Record) -> None:
    """Where the contract has ended its deposit is no more; mutates `contract.deposit`."""
    for i in range(len(contract.deposit)):
        contract.deposit[i] = contract.deposit[i] if contract.live[i] > 0.0 else 0.0
