"""Interest and scheduled principal: what a tranche is owed every month."""

from neocloud_mc import jit
from neocloud_mc.elementary import exp, log
from neocloud_mc.jit import Record
from neocloud_mc.mechanisms.debt.terms import ANNUITY, BULLET, LINEAR, MAP, NOTES, REVOLVER


@jit.step
def begin(market: Record, tranche: Record) -> None:
    """Put the tranche at its base date; mutates `tranche`."""
    rate = tranche.coupon
    if tranche.margin >= 0.0:
        rate = market.risk_free + tranche.margin
    elif not tranche.coupon >= 0.0:
        rate = market.risk_free + market.funding_spread_base / 12.0
    tranche.is_dormant = 0.0
    tranche.has_balloon = 0.0
    tranche.has_rolled = 0.0
    tranche.next_maturity = tranche.opening_maturity
    for i in range(len(tranche.balance)):
        tranche.balance[i] = tranche.principal
        tranche.interest[i] = 0.0
        tranche.scheduled[i] = 0.0
        tranche.balloon[i] = 0.0
        tranche.borrowed[i] = 0.0
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
    """Open the month with last month's balance; mutates `tranche`.

    A dormant tranche has no balance on any lane and wakes when it is drawn.
    """
    if tranche.kind == REVOLVER:
        for i in range(len(tranche.balance)):
            tranche.borrowed[i] = 0.0
    if tranche.is_dormant > 0.0:
        return
    for i in range(len(tranche.balance)):
        tranche.opening_balance[i] = tranche.balance[i]
    if tranche.has_balloon > 0.0:
        tranche.has_balloon = 0.0
        for i in range(len(tranche.balance)):
            tranche.balloon[i] = 0.0


@jit.step
def owe(t: int, market: Record, issuer: Record, tranche: Record, repayment: float) -> None:
    """Interest and scheduled principal of the month; mutates `tranche` and `issuer`.

    `repayment` is this month's amount of an amortisation map, USD.
    """
    if tranche.is_dormant > 0.0:
        return
    accrue(market, issuer, tranche)
    if tranche.has_rolled > 0.0:
        schedule_rolled(t, tranche, repayment)
    elif tranche.kind == NOTES:
        schedule_equal(tranche, tranche.months)
    elif tranche.amortization == LINEAR and t > tranche.interest_only_until:
        schedule_equal(tranche, max(tranche.opening_maturity - t + 1.0, 1.0))
    elif tranche.amortization == ANNUITY and t > tranche.interest_only_until:
        schedule_annuity(t, tranche)
    elif tranche.amortization == MAP:
        for i in range(len(tranche.balance)):
            tranche.scheduled[i] = min(repayment, tranche.balance[i])
    else:
        return
    for i in range(len(tranche.balance)):
        issuer.scheduled[i] += tranche.scheduled[i]


@jit.step
def accrue(market: Record, issuer: Record, tranche: Record) -> None:
    """Interest on the opening balance, and exposure; mutates `tranche` and `issuer`."""
    discounted_month = market.discount / 12.0
    n_awake = 0
    for i in range(len(tranche.balance)):
        opening, balance = tranche.opening_balance[i], tranche.balance[i]
        interest = opening * tranche.rate[i]
        tranche.interest[i] = interest
        tranche.exposure[i] += discounted_month * opening
        issuer.interest[i] += interest
        issuer.total_debt[i] += balance
        n_awake += 1 if opening + balance > 0.0 else 0
    tranche.is_dormant = 1.0 if n_awake == 0 else 0.0


@jit.step
def schedule_equal(tranche: Record, months: float) -> None:
    """An equal part of the balance for each month; mutates `tranche.scheduled`."""
    share = 1.0 / months
    for i in range(len(tranche.balance)):
        tranche.scheduled[i] = share * tranche.balance[i]


@jit.step
def schedule_annuity(t: int, tranche: Record) -> None:
    """Principal part of the level payment over the months left; mutates `tranche.scheduled`.

    Until a lane is rolled over, every lane has the same rate and maturity.
    """
    share = level_share(tranche.rate[0], max(tranche.opening_maturity - t + 1.0, 1.0))
    for i in range(len(tranche.balance)):
        tranche.scheduled[i] = share * tranche.balance[i]


@jit.step
def level_share(rate: float, months: float) -> float:
    """Share of the balance in the next of so many level payments at a rate per month."""
    growth = exp(months * log(1.0 + rate)) - 1.0
    share = 1.0 / months if rate == 0.0 else rate / growth
    return 1.0 if months == 1.0 else share


@jit.step
def schedule_rolled(t: int, tranche: Record, repayment: float) -> None:
    """As before on lanes not rolled over; linear or level on the others; mutates `scheduled`."""
    has_begun = t > tranche.interest_only_until
    is_map, is_level = tranche.amortization == MAP, tranche.amortization == ANNUITY
    is_bullet = tranche.amortization == BULLET
    for i in range(len(tranche.balance)):
        balance, is_rolled = tranche.balance[i], tranche.is_rolled[i] > 0.0
        months = max(tranche.maturity[i] - t + 1.0, 1.0)
        share = level_share(tranche.rate[i], months) if is_level else 1.0 / months
        due = share * balance if has_begun | is_rolled else 0.0
        due = min(repayment, balance) if is_map & (not is_rolled) else due
        tranche.scheduled[i] = 0.0 if is_bullet else due
