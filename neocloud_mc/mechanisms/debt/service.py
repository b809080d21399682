"""Interest and scheduled principal: what a tranche is owed every month.

Both are worked out on the balance that opens the month, before anything is drawn.
"""

from neocloud_mc import jit
from neocloud_mc.elementary import expm1, log1p
from neocloud_mc.jit import Record
from neocloud_mc.mechanisms.debt.terms import ANNUITY, BULLET, LINEAR, MAP, NOTES, REVOLVER
from neocloud_mc.quantities import NO_RATE, NOTHING


@jit.step
def begin(market: Record, tranche: Record) -> None:
    """Put the tranche at its base date; mutates `tranche`."""
    rate = tranche.coupon
    if tranche.margin >= 0.0:
        rate = market.risk_free + tranche.margin
    elif not tranche.coupon >= 0.0:
        rate = market.risk_free + market.funding_spread_base / 12.0
    principal = tranche.principal if tranche.principal > NOTHING else 0.0
    tranche.is_dormant = 0.0
    tranche.has_balloon = 0.0
    tranche.has_rolled = 0.0
    tranche.is_scheduled = 0.0
    tranche.next_maturity = tranche.opening_maturity
    commitment, maturity = tranche.commitment, tranche.opening_maturity
    for i in range(len(tranche.balance)):
        tranche.balance[i] = principal
        tranche.interest[i] = 0.0
        tranche.scheduled[i] = 0.0
        tranche.balloon[i] = 0.0
        tranche.borrowed[i] = 0.0
        tranche.undrawn[i] = commitment
        tranche.rate[i] = rate
        tranche.maturity[i] = maturity
        tranche.is_rolled[i] = 0.0
        tranche.exposure[i] = 0.0
        tranche.fails[i] = 0.0
        tranche.claim[i] = 0.0
        tranche.loss[i] = 0.0


@jit.step
def begin_service(issuer: Record) -> None:
    """No debt service yet; mutates `issuer`."""
    for i in range(len(issuer.service)):
        issuer.service[i] = 0.0
        issuer.service_1[i] = 0.0
        issuer.financed[i] = 0.0


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
    if issuer.is_buying > 0.0:
        for i in range(len(issuer.financed)):
            issuer.financed[i] = 0.0


@jit.step
def accrue(t: int, market: Record, issuer: Record, tranche: Record) -> None:
    """Interest and exposure of the balance that opens the month; mutates `tranche`, `issuer`.

    A tranche without balance on any lane falls dormant, and wakes when it is drawn. The exposure of
    a revolver includes what it can still lend.
    """
    if tranche.kind == REVOLVER:
        _open_revolver(t, market, tranche)
    if tranche.is_dormant > 0.0:
        return
    discounted_month, n_awake = market.discount / 12.0, 0
    for i in range(len(tranche.balance)):
        balance = tranche.balance[i]
        interest = balance * tranche.rate[i]
        tranche.interest[i] = interest
        tranche.exposure[i] += discounted_month * balance
        issuer.interest[i] += interest
        issuer.total_debt[i] += balance
        n_awake += 1 if balance > 0.0 else 0
    if n_awake == 0:
        _fall_dormant(tranche)
    if tranche.has_balloon > 0.0:
        tranche.has_balloon = 0.0
        for i in range(len(tranche.balance)):
            tranche.balloon[i] = 0.0


@jit.step
def _open_revolver(t: int, market: Record, tranche: Record) -> None:
    """Nothing is drawn yet; what can be is exposed; mutates `tranche`."""
    discounted_month = market.discount / 12.0
    for i in range(len(tranche.undrawn)):
        undrawn = tranche.undrawn[i] if t < tranche.maturity[i] else 0.0
        tranche.borrowed[i] = 0.0
        tranche.exposure[i] += discounted_month * undrawn


@jit.step
def _fall_dormant(tranche: Record) -> None:
    """Nothing is owed on any lane; mutates `tranche`."""
    tranche.is_dormant = 1.0
    for i in range(len(tranche.scheduled)):
        tranche.scheduled[i] = 0.0


@jit.step
def schedule(t: int, issuer: Record, tranche: Record, repayment: float) -> None:
    """Scheduled principal of the month; mutates `tranche.scheduled` and `issuer.scheduled`.

    `repayment` is this month's amount of an amortisation map, USD.
    """
    tranche.is_scheduled = 0.0
    if tranche.is_dormant > 0.0:
        return
    has_begun = t > tranche.interest_only_until or tranche.has_rolled > 0.0
    if tranche.kind == NOTES:
        schedule_equal(issuer, tranche, tranche.months)
    elif tranche.amortization == BULLET or not has_begun:
        return
    elif tranche.has_rolled > 0.0:
        schedule_rolled(t, issuer, tranche, repayment)
    elif tranche.amortization == LINEAR:
        schedule_equal(issuer, tranche, max(tranche.opening_maturity - t + 1.0, 1.0))
    elif tranche.amortization == ANNUITY:
        schedule_annuity(t, issuer, tranche)
    else:
        schedule_amount(issuer, tranche, repayment)
    tranche.is_scheduled = 1.0


@jit.step
def schedule_equal(issuer: Record, tranche: Record, months: float) -> None:
    """An equal part of the balance for each month."""
    schedule_share(issuer, tranche, 1.0 / months)


@jit.step
def schedule_annuity(t: int, issuer: Record, tranche: Record) -> None:
    """Principal part of the level payment over the months left.

    Until a lane is rolled over, every lane has the same rate and maturity.
    """
    months = max(tranche.opening_maturity - t + 1.0, 1.0)
    schedule_share(issuer, tranche, level_share(tranche.rate[0], months))


@jit.step
def schedule_share(issuer: Record, tranche: Record, share: float) -> None:
    """The same share of the balance on every lane; mutates `scheduled` of both."""
    for i in range(len(tranche.balance)):
        due = share * tranche.balance[i]
        tranche.scheduled[i] = due
        issuer.scheduled[i] += due


@jit.step
def schedule_amount(issuer: Record, tranche: Record, amount: float) -> None:
    """The same amount on every lane, at most the balance; mutates `scheduled` of both."""
    for i in range(len(tranche.balance)):
        due = min(amount, tranche.balance[i])
        tranche.scheduled[i] = due
        issuer.scheduled[i] += due


@jit.step
def level_share(rate: float, months: float) -> float:
    """Share of the balance in the next of so many level payments at a rate per month."""
    growth = expm1(months * log1p(rate))
    share = rate / growth if rate > NO_RATE else 1.0 / months
    return 1.0 if months == 1.0 else share


@jit.step
def schedule_rolled(t: int, issuer: Record, tranche: Record, repayment: float) -> None:
    """As before on lanes not rolled over; linear or level on the others; mutates `scheduled`."""
    has_begun = t > tranche.interest_only_until
    is_map, is_level = tranche.amortization == MAP, tranche.amortization == ANNUITY
    for i in range(len(tranche.balance)):
        balance, is_rolled = tranche.balance[i], tranche.is_rolled[i] > 0.0
        months = max(tranche.maturity[i] - t + 1.0, 1.0)
        share = level_share(tranche.rate[i], months) if is_level else 1.0 / months
        due = share * balance if has_begun | is_rolled else 0.0
        due = min(repayment, balance) if is_map & (not is_rolled) else due
        tranche.scheduled[i] = due
        issuer.scheduled[i] += due
