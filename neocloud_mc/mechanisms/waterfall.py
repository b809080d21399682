"""Waterfall: a month's cash, and the moment when it does not suffice.

D_t is the month's interest, scheduled principal and balloons not rolled over.

2. A = cash_{t−1}(1 + rΔ) + CFADS − own capex − D_t.
3. A < 0: revolvers are drawn in file order (issuer not in breach, t < maturity) up to the
   shortfall. Then, while A is below `target_cash` of a notes programme whose window is open and the
   issuer is not in breach, it sells min(commitment left, max(0, max_leverage · annualised CFADS −
   total debt), target_cash − A). Then A < 0 and `support.window` open: equity of
   min(`support.capacity` left, shortfall + `min_cash`). Still short: **default**, cause
   *refinancing* if the shortfall left is at most this month's balloons due, else *liquidity*.
4. A > min_cash: the excess repays the revolvers; then each tranche with a sweep, in file order, is
   prepaid min(B, sweep · max(0, CFADS − own capex − D_t), excess left). In breach the sweep of
   tranches with covenants is 1.

"In breach" is as the last covenant test left it. A month of payment default pays nothing of D_t,
draws no revolver, sells no notes and raises no equity.

*Not modelled:* dividends, and cash trapped in subsidiaries.
"""

from typing import Annotated

from pydantic import Field

from neocloud_mc import jit
from neocloud_mc.causes import LIQUIDITY, REFINANCING
from neocloud_mc.jit import Record
from neocloud_mc.quantities import OPEN, Terms, Usd, Window


class Support(Terms):
    """Equity that owners would still put in."""

    capacity: Annotated[Usd, Field(description="Most that they would put in, over all time.")]
    window: Annotated[Window, Field(description="Climate below which they would not.")] = OPEN


ISSUER_SCALARS = ("n_alive", "n_defaults")
WATERFALL_LANES = (
    *("alive", "default_month", "cause", "cash", "cash_before", "interest_income"),
    *("purchases", "due", "available", "gap", "equity", "equity_left", "excess"),
)


@jit.step
def begin(issuer: Record) -> None:
    """Put the issuer's cash at its base date; mutates `issuer`."""
    issuer.n_alive = len(issuer.alive)
    issuer.n_defaults = 0.0
    for i in range(len(issuer.alive)):
        issuer.alive[i] = 1.0
        issuer.default_month[i] = 0.0
        issuer.cause[i] = 0.0
        issuer.cash[i] = issuer.opening_cash
        issuer.equity_left[i] = issuer.support_capacity


@jit.step
def open_month(issuer: Record) -> None:
    """Begin the month's cash account; mutates `issuer`."""
    issuer.n_defaults = 0.0
    for i in range(len(issuer.cash)):
        issuer.cash_before[i] = issuer.cash[i]
        issuer.purchases[i] = 0.0
        issuer.equity[i] = 0.0
        issuer.excess[i] = 0.0


@jit.step
def serve_debt(market: Record, issuer: Record) -> int:
    """Cash after all that is due, A of step 2, USD; mutates `issuer`; counts the lanes short."""
    risk_free, n_short = market.risk_free, 0
    for i in range(len(issuer.cash)):
        due = issuer.interest[i] + issuer.scheduled[i] + issuer.balloons[i]
        earned = issuer.cash[i] * risk_free
        own_capex = issuer.purchases[i] - issuer.financed[i]
        available = issuer.cash[i] + earned + issuer.cfads[i] - own_capex - due
        issuer.interest_income[i] = earned
        issuer.due[i] = due
        issuer.available[i] = available
        issuer.gap[i] = available
        issuer.service[i] = issuer.interest[i] + issuer.scheduled[i]
        n_short += 1 if (available < 0.0) & (issuer.alive[i] > 0.0) else 0
    return n_short


@jit.step
def raise_equity(market: Record, issuer: Record) -> None:
    """Let the owners fill the gap, up to the minimum cash; mutates `equity` and `gap`."""
    window, minimum = issuer.support_window, issuer.min_cash
    for i in range(len(issuer.gap)):
        needs = (issuer.gap[i] < 0.0) & (issuer.alive[i] > 0.0) & (market.climate[i] > window)
        gap = issuer.gap[i]
        raised = min(issuer.equity_left[i], minimum - gap) if needs else 0.0
        issuer.equity[i] = raised
        issuer.gap[i] = minimum if needs & (raised == minimum - gap) else gap + raised


@jit.step
def judge(t: int, issuer: Record) -> None:
    """Default where cash is still short, undoing what was raised; mutates `issuer`."""
    n_defaults = 0
    for i in range(len(issuer.gap)):
        fails = (issuer.gap[i] < 0.0) & (issuer.alive[i] > 0.0)
        cause = REFINANCING if -issuer.gap[i] <= issuer.balloons[i] else LIQUIDITY
        n_defaults += 1 if fails else 0
        issuer.alive[i] = 0.0 if fails else issuer.alive[i]
        issuer.default_month[i] = t if fails else issuer.default_month[i]
        issuer.cause[i] = cause if fails else issuer.cause[i]
        issuer.equity[i] = 0.0 if fails else issuer.equity[i]
        issuer.borrowed[i] = 0.0 if fails else issuer.borrowed[i]
    issuer.n_defaults = n_defaults


@jit.step
def keep(issuer: Record) -> None:
    """Cash after the month's payments, and what may prepay debt; mutates `cash`, `excess`."""
    minimum = issuer.min_cash
    for i in range(len(issuer.cash)):
        cash = issuer.gap[i] if issuer.alive[i] > 0.0 else 0.0
        issuer.cash[i] = cash
        issuer.excess[i] = max(0.0, cash - minimum)
        issuer.equity_left[i] -= issuer.equity[i]


@jit.step
def close_month(issuer: Record) -> None:
    """Take the prepayments out of cash, to `min_cash` exactly at most; mutates `issuer.cash`."""
    minimum = issuer.min_cash
    for i in range(len(issuer.cash)):
        left = minimum + issuer.excess[i]
        issuer.cash[i] = left if issuer.prepaid[i] > 0.0 else issuer.cash[i]
