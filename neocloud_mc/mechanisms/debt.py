"""Debt: what each tranche lends, earns and is owed, month by month.

A tranche has a `principal` (drawn now), a `commitment` (still undrawn) and a rate: `coupon`
(fixed) or `margin` (over r). B is its balance after this month's delayed draw.

- A `delayed_draw` tranche lends min(advance · cost, commitment left) when a lot that it finances
  is paid, if the issuer was not in breach at the last test and t < `maturity`.
- Interest_t = B_{t−1} · rate · Δ.
- Scheduled principal, t > `interest_only_until`: *linear* B/(maturity − t + 1); *annuity* the level
  payment's principal B i/((1 + i)^n − 1), i = rate Δ, n = maturity − t + 1 (i = 0: linear; n = 1:
  B); a *map* {month: amount} its amount, at most B; *bullet* none.
- `notes` is a programme of staggered unsecured notes: B/`months` falls due every month, and more
  is sold in step 3 of the waterfall. Its rate is the mean, weighted by the balance after this
  month's principal and the sale, of its rate and r + c_t.
- What is left in the maturity month is the *balloon*. It is rolled over if the tranche has
  `refinance`, its window is open, LTV_t ≤ `max_ltv` (secured) and total debt ≤ `max_leverage` ·
  annualised CFADS (which must be positive). Rolled: maturity = t + `refinance.months`, fixed rate
  r + c_t, amortisation as before (a map: linear), no interest-only time. Otherwise it is due.
- A revolver with `refinance` is tested in its maturity month even when nothing is drawn.

LTV_t of a secured tranche is the balances of its pool with rank ≤ its own over the pool's
collateral; a pool without collateral fails every limit. Amounts of at most 1e-6 dollars are 0.

*Not modelled:* commitment and arrangement fees, make-whole premiums, hedging, conversion into
shares.
"""

import math
from typing import Annotated, Literal

from pydantic import Field

from neocloud_mc import jit
from neocloud_mc.elementary import exp, log
from neocloud_mc.jit import Record, Table
from neocloud_mc.quantities import (
    NOTHING,
    OPEN,
    Id,
    InterestRate,
    LaterMonth,
    Month,
    Months,
    Rank,
    Ratio,
    Share,
    Terms,
    Usd,
    Window,
)

Kind = Literal["term", "delayed_draw", "revolver", "notes"]
Schedule = Literal["bullet", "linear", "annuity"]


class Refinance(Terms):
    """When a balloon is rolled over instead of falling due."""

    months: Annotated[Months, Field(description="Term of the new loan.")]
    window: Annotated[Window, Field(description="Climate needed.")] = OPEN
    max_ltv: Annotated[Ratio | None, Field(description="Highest LTV; none: not tested.")] = None
    max_leverage: Annotated[
        Ratio | None, Field(description="Highest debt / annual CFADS; none: not tested.")
    ] = None


class CovenantLimits(Terms):
    """Limits tested every third month (see covenants)."""

    min_dscr: Annotated[Ratio | None, Field(description="Lowest DSCR of the issuer.")] = None
    max_ltv: Annotated[Ratio | None, Field(description="Highest LTV of the tranche.")] = None
    min_liquidity: Annotated[Usd | None, Field(description="Lowest cash and undrawn revolvers.")] = (
        None
    )


class Tranche(Terms):
    """A loan, a facility or a programme of notes."""

    kind: Annotated[Kind, Field(description="What kind of debt it is.")] = "term"
    principal: Annotated[Usd, Field(description="Drawn at the base date.")] = 0.0
    commitment: Annotated[Usd, Field(description="Still to be drawn.")] = 0.0
    coupon: Annotated[InterestRate | None, Field(description="Fixed rate.")] = None
    margin: Annotated[InterestRate | None, Field(description="Margin over the base rate.")] = None
    maturity: Annotated[LaterMonth | None, Field(description="Month of the last payment.")] = None
    amortization: Annotated[
        Schedule | dict[LaterMonth, Usd], Field(description="How principal is repaid.")
    ] = "bullet"
    interest_only_until: Annotated[Month, Field(description="Last month without principal.")] = 0
    months: Annotated[Months | None, Field(description="Notes: mean term of the programme.")] = None
    window: Annotated[Window, Field(description="Notes: climate in which they sell.")] = OPEN
    max_leverage: Annotated[
        Ratio | None, Field(description="Notes: highest debt / annual CFADS.")
    ] = None
    target_cash: Annotated[Usd, Field(description="Notes: cash that the programme aims at.")] = 0.0
    pool: Annotated[Id | None, Field(description="Collateral pool; none: unsecured.")] = None
    rank: Annotated[Rank, Field(description="1 is paid first.")] = 1
    recourse: Annotated[
        bool, Field(description="Whether an unpaid part claims on the estate.")
    ] = True
    sweep: Annotated[Share, Field(description="Share of excess cash flow that prepays.")] = 0.0
    refinance: Annotated[Refinance | None, Field(description="Rollover of the balloon.")] = None
    covenants: Annotated[CovenantLimits | None, Field(description="Limits tested quarterly.")] = None


TERM, DELAYED_DRAW, REVOLVER, NOTES = range(4)
"""Codes of `kind`, in the order of `Kind`."""
BULLET, LINEAR, ANNUITY, MAP = range(4)
"""Codes of `amortization`, in the order of `Schedule`; a map comes last."""

TRANCHE_SCALARS = ("is_dormant", "next_maturity")
TRANCHE_LANES = (
    *("balance", "opening_balance", "undrawn", "rate", "maturity", "is_rolled", "exposure"),
    *("interest", "scheduled", "balloon", "borrowed", "prepaid", "ltv"),
    *("claim", "loss", "owed", "standing"),
)
ISSUER_LANES = (
    *("total_debt", "interest", "scheduled", "balloons", "borrowed", "prepaid", "financed"),
    *("service", "service_1", "service_2"),
)


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
        tranche.prepaid[i] = 0.0


@jit.step
def draw(t: int, issuer: Record, lot: Record, tranche: Record) -> None:
    """Lend the advance on a lot just paid; mutates `tranche` and `issuer.financed`."""
    advance = lot.advance
    tranche.is_dormant = 0.0
    for i in range(len(tranche.balance)):
        lends = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])
        loan = min(advance * lot.cost[i], tranche.undrawn[i]) if lends else 0.0
        tranche.balance[i] += loan
        tranche.undrawn[i] -= loan
        issuer.financed[i] += loan


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


@jit.step
def measure_ltv(tranche: Record, tranches: Table, pool: Record) -> None:
    """Balances of its pool with rank up to its own over the collateral; mutates `tranche.ltv`.

    `tranches` are those of the issuer. Infinite where there is no collateral.
    """
    for i in range(len(tranche.ltv)):
        tranche.ltv[i] = 0.0
    for j in range(len(tranches)):
        if tranches[j].pool == tranche.pool and tranches[j].rank <= tranche.rank:
            for i in range(len(tranche.ltv)):
                tranche.ltv[i] += tranches[j].balance[i]
    for i in range(len(tranche.ltv)):
        collateral = pool.collateral[i]
        tranche.ltv[i] = tranche.ltv[i] / collateral if collateral > 0.0 else math.inf


@jit.step
def mature(t: int, market: Record, issuer: Record, tranche: Record) -> None:
    """Roll the balloon over or let it fall due; mutates `tranche` and `issuer.balloons`."""
    next_maturity = math.inf
    for i in range(len(tranche.balance)):
        if issuer.alive[i] > 0.0 and tranche.maturity[i] == t:
            balloon = tranche.balance[i] - tranche.scheduled[i]
            balloon = balloon if balloon > NOTHING else 0.0
            if balloon > 0.0 or tranche.kind == REVOLVER:
                if _is_refinanced(i, market, issuer, tranche):
                    tranche.maturity[i] = t + tranche.refinance_months
                    tranche.rate[i] = market.risk_free + market.spread[i] / 12.0
                    tranche.is_rolled[i] = 1.0
                    balloon = 0.0
            tranche.balloon[i] = balloon
            issuer.balloons[i] += balloon
        if tranche.maturity[i] > t:
            next_maturity = min(next_maturity, tranche.maturity[i])
    tranche.next_maturity = next_maturity


@jit.step
def _is_refinanced(i: int, market: Record, issuer: Record, tranche: Record) -> bool:
    """Whether the market rolls the balloon over on lane i; a limit that is NaN is not tested."""
    if not market.climate[i] > tranche.refinance_window:
        return False
    if tranche.pool >= 0 and tranche.ltv[i] > tranche.refinance_max_ltv:
        return False
    limit, cfads = tranche.refinance_max_leverage, issuer.cfads_annual[i]
    return not (limit >= 0.0 and (cfads <= 0.0 or issuer.total_debt[i] > limit * cfads))


@jit.step
def draw_revolver(t: int, issuer: Record, tranche: Record) -> None:
    """Lend up to the shortfall; mutates `tranche.borrowed` and the issuer's `gap`, `borrowed`."""
    for i in range(len(tranche.balance)):
        may_draw = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])
        needs = may_draw & (issuer.alive[i] > 0.0) & (issuer.gap[i] < 0.0)
        loan = min(tranche.undrawn[i], -issuer.gap[i]) if needs else 0.0
        tranche.borrowed[i] = loan
        issuer.gap[i] += loan
        issuer.borrowed[i] += loan


@jit.step
def sell_notes(market: Record, issuer: Record, tranche: Record) -> None:
    """Sell notes up to the target; mutates `tranche.borrowed` and the issuer's `gap`, `borrowed`."""
    window, target, limit = tranche.window, tranche.target_cash, tranche.max_leverage
    is_limited = limit >= 0.0
    for i in range(len(tranche.balance)):
        is_open = (market.climate[i] > window) & (issuer.in_breach[i] == 0.0)
        sells = is_open & (issuer.alive[i] > 0.0) & (issuer.gap[i] < target)
        room = max(0.0, limit * issuer.cfads_annual[i] - issuer.total_debt[i])
        room = min(tranche.undrawn[i], room) if is_limited else tranche.undrawn[i]
        gap = issuer.gap[i]
        sale = min(room, target - gap) if sells else 0.0
        tranche.borrowed[i] = sale
        issuer.gap[i] = target if sells & (sale == target - gap) else gap + sale
        issuer.borrowed[i] += sale


@jit.step
def settle(market: Record, issuer: Record, tranche: Record) -> None:
    """Pay what is due and book what was borrowed, where the issuer lives; mutates `tranche`."""
    is_notes, n_borrowing = tranche.kind == NOTES, 0
    risk_free = market.risk_free
    if tranche.is_dormant > 0.0 and tranche.kind != NOTES and tranche.kind != REVOLVER:
        return
    for i in range(len(tranche.balance)):
        lives, balance, rate = issuer.alive[i] > 0.0, tranche.balance[i], tranche.rate[i]
        asked = tranche.borrowed[i]
        borrowed = asked if lives else 0.0
        kept = balance - tranche.scheduled[i] - tranche.balloon[i]
        kept = kept if kept > NOTHING else 0.0
        after = kept + borrowed
        new_rate = risk_free + market.spread[i] / 12.0
        mean_rate = (kept * rate + borrowed * new_rate) / max(after, NOTHING)
        tranche.rate[i] = mean_rate if is_notes & (borrowed > 0.0) else rate
        tranche.balance[i] = after if lives else balance
        tranche.undrawn[i] -= borrowed
        tranche.borrowed[i] = borrowed
        n_borrowing += 1 if borrowed > 0.0 else 0
    if n_borrowing > 0:
        tranche.is_dormant = 0.0


@jit.step
def repay_revolver(issuer: Record, tranche: Record) -> None:
    """Repay a revolver from the excess cash; mutates `tranche` and the issuer's `excess`."""
    prepay(issuer, tranche, math.inf, 0.0)


@jit.step
def sweep(issuer: Record, tranche: Record) -> None:
    """Prepay from the month's cash flow; in breach all of it; mutates as `repay_revolver`."""
    in_breach_share = 1.0 if tranche.has_covenants > 0.0 else tranche.sweep
    prepay(issuer, tranche, 0.0, in_breach_share)


@jit.step
def prepay(issuer: Record, tranche: Record, least: float, in_breach_share: float) -> None:
    """Prepay the larger of `least` and a share of the flow, up to balance and excess cash."""
    if tranche.is_dormant > 0.0:
        return
    restored = 1.0 if tranche.kind == REVOLVER else 0.0
    usual_share = tranche.sweep
    for i in range(len(tranche.balance)):
        balance, excess = tranche.balance[i], issuer.excess[i]
        share = in_breach_share if issuer.in_breach[i] > 0.0 else usual_share
        flow = issuer.cfads[i] - (issuer.purchases[i] - issuer.financed[i]) - issuer.due[i]
        paid = min(min(balance, max(least, share * max(0.0, flow))), excess)
        left = balance - paid
        tranche.balance[i] = left if left > NOTHING else 0.0
        tranche.undrawn[i] += restored * paid
        tranche.prepaid[i] += paid
        issuer.excess[i] = excess - paid
        issuer.prepaid[i] += paid
