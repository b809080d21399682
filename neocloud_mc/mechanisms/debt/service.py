"""Interest and scheduled principal: what a tranche is owed every month."""

from neocloud_mc import jit
from neocloud_mc.elementary import exp, log
from neocloud_mc.jit import Record
from neocloud_mc.mechanisms.debt.terms import ANNUITY, LINEAR, MAP, NOTES


@jit.step
def begin(market: Record, tranche: Record) -> None:
    """Put the tranche at its base date; mutates `tranche`."""
    rate = tranche.coupon
    if tranche.margin >= 0.0:
        rate = market.risk_free + tranche.margin
    elif not tranche.coupon >= 0.0:
        rate = market.risk_free + market.funding_spread_base / 12.0
    tranche.is_dormant = 0.0
    tranche.next_maturity = tranche.opening_maturity
    for i in range(len(tranche.balance)):
        tranche.balance[i] = tranche.principal
        tranche.undrawn[i] = tranche.commitment
        tranche.rate[i] = rate
        tranche.maturity[i] = tranche.opening_maturity
        tranche.is_rolled[i] = 0.0
        tranche.exposure[i] = 0.0
        tranche.claim[i] = 0.0
        tranche.loss[i] = 0.0


@jit.step
def begin_service(issuer: Record) -> None:
    """No debt service yet; mutates `issuer`."""
    for i in range(len(issuer.service)):
        issuer.service[i] = 0.0
        issuer.service_1[i] = 0.0


@jit.step
def open_month(issuer: Record) -> None:
    """Begin the month's debt service; mutates `issuer`."""
    for i in range(len(issuer.service)):
        issuer.service_2[i] = issuer.service_1[i]
        issuer.service_1[i] = issuer.service[i]
        issuer.total_debt[i] = 0.0
        issuer.interest[i] = 0.0
        issuer.scheduled[i] = 0.0
        issuer.balloons[i] = 0.0
        issuer.borrowed[i] = 0.0
        issuer.prepaid[i] = 0.0
        issuer.financed[i] = 0.0


@jit.step
def carry_forward(tranche: Record) -> None:
    """Open the month with last month's balance; mutates `tranche`."""
    for i in range(len(tranche.balance)):
        tranche.opening_balance[i] = tranche.balance[i]
        tranche.borrowed[i] = 0.0


@jit.step
def owe(t: int, market: Record, issuer: Record, tranche: Record, repayment: float) -> None:
    """Interest and scheduled principal of the month; mutates `tranche` and `issuer`.

    `repayment` is this month's amount of an amortisation map, USD.
    """
    if tranche.is_dormant > 0.0:
        return
    accrue(market, issuer, tranche)
    if tranche.kind == NOTES:
        schedule_notes(tranche)
    elif tranche.amortization == LINEAR:
        schedule_linear(t, tranche)
    elif tranche.amortization == ANNUITY:
        schedule_annuity(t, tranche)
    elif tranche.amortization == MAP:
        schedule_map(t, tranche, repayment)
    else:
        for i in range(len(tranche.balance)):
            tranche.scheduled[i] = 0.0
    n_awake = 0
    for i in range(len(tranche.balance)):
        issuer.scheduled[i] += tranche.scheduled[i]
        n_awake += 1 if tranche.balance[i] + tranche.opening_balance[i] > 0.0 else 0
    tranche.is_dormant = 1.0 if n_awake == 0 else 0.0


@jit.step
def accrue(market: Record, issuer: Record, tranche: Record) -> None:
    """Interest on the opening balance, and exposure; mutates `tranche` and `issuer`."""
    discounted_month = market.discount / 12.0
    for i in range(len(tranche.balance)):
        interest = tranche.opening_balance[i] * tranche.rate[i]
        tranche.interest[i] = interest
        tranche.balloon[i] = 0.0
        tranche.exposure[i] += discounted_month * tranche.opening_balance[i]
        issuer.interest[i] += interest
        issuer.total_debt[i] += tranche.balance[i]


@jit.step
def schedule_notes(tranche: Record) -> None:
    """An equal part of a programme of notes falls due; mutates `tranche.scheduled`."""
    months = tranche.months
    for i in range(len(tranche.balance)):
        tranche.scheduled[i] = tranche.balance[i] / months


@jit.step
def schedule_linear(t: int, tranche: Record) -> None:
    """Equal principal over the months left; mutates `tranche.scheduled`."""
    has_begun = t > tranche.interest_only_until
    for i in range(len(tranche.balance)):
        months = max(tranche.maturity[i] - t + 1.0, 1.0)
        repays = has_begun | (tranche.is_rolled[i] > 0.0)
        tranche.scheduled[i] = tranche.balance[i] / months if repays else 0.0


@jit.step
def schedule_annuity(t: int, tranche: Record) -> None:
    """Principal part of the level payment over the months left; mutates `tranche.scheduled`."""
    has_begun = t > tranche.interest_only_until
    for i in range(len(tranche.balance)):
        months = max(tranche.maturity[i] - t + 1.0, 1.0)
        rate, balance = tranche.rate[i], tranche.balance[i]
        growth = exp(months * log(1.0 + rate)) - 1.0
        level = balance / months if rate == 0.0 else balance * rate / growth
        level = balance if months == 1.0 else level
        repays = has_begun | (tranche.is_rolled[i] > 0.0)
        tranche.scheduled[i] = level if repays else 0.0


@jit.step
def schedule_map(t: int, tranche: Record, repayment: float) -> None:
    """The amount of the map; once rolled over, linear; mutates `tranche.scheduled`."""
    for i in range(len(tranche.balance)):
        balance = tranche.balance[i]
        linear = balance / max(tranche.maturity[i] - t + 1.0, 1.0)
        tranche.scheduled[i] = linear if tranche.is_rolled[i] > 0.0 else min(repayment, balance)
