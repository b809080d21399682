"""Debt: what each tranche lends, earns and is owed, month by month.

A tranche has a `principal` (drawn now), a `commitment` (still undrawn) and a rate: `coupon`
(fixed) or `margin` (over r). Interest and scheduled principal are worked out on B_{t−1}; elsewhere
B is the balance after this month's delayed draw.

- A `delayed_draw` tranche lends min(advance · cost, commitment left) when a lot that it finances
  is paid, if the issuer was not in breach at the last test and t < `maturity`.
- Interest_t = B_{t−1} · rate · Δ.
- Scheduled principal, t > `interest_only_until`, B the balance B_{t−1}: *linear* B/(maturity − t +
  1); *annuity* the level payment's principal B i/((1 + i)^n − 1), i = rate Δ, n = maturity − t + 1
  (i = 0: linear; n = 1: B); a *map* {month: amount} its amount, at most B; *bullet* none.
- `notes` is a programme of staggered unsecured notes: B/`months` falls due every month, and more
  is sold in step 3 of the waterfall. Its rate is the mean, weighted by the balance after this
  month's principal and the sale, of its rate and r + c_t.
- What is left in the maturity month is the *balloon*. It is rolled over if the tranche has
  `refinance`, its window is open, LTV_t ≤ `max_ltv` (secured) and total debt ≤ `max_leverage` ·
  annualised CFADS (which must be positive; of a parent, those of its group). Rolled: maturity = t +
  `refinance.months`, fixed rate r + c_t, amortisation as before (a map: linear), no interest-only
  time. Otherwise it is due.
- With `refinance.ahead` k the same tests are made in each of the k months before, if the issuer is
  not in breach and B > 0; the first month that passes rolls the whole balance, after that month's
  scheduled principal, which stays due.
- A revolver with `refinance` is tested in its maturity month even when nothing is drawn.

LTV_t of a secured tranche is the balances of its pool with rank ≤ its own over the pool's
collateral; a pool without collateral fails every limit. Amounts of at most 1e-6 dollars are 0.

*Not modelled:* commitment and arrangement fees, make-whole premiums, hedging, conversion into
shares.
"""

from neocloud_mc.mechanisms.debt.borrowing import (
    count_undrawn,
    draw,
    draw_revolver,
    look_ahead,
    offer,
    prepay_trapped,
    repay_revolver,
    sell_notes,
    set_aside,
    settle,
    sweep,
)
from neocloud_mc.mechanisms.debt.maturity import mature, may_mature, measure_ltv
from neocloud_mc.mechanisms.debt.service import accrue, begin, begin_service, open_month, schedule
from neocloud_mc.mechanisms.debt.terms import (
    MAP,
    NOTES,
    REVOLVER,
    CovenantLimits,
    Kind,
    Refinance,
    Schedule,
    Tranche,
)

__all__ = [
    "MAP",
    "NOTES",
    "REVOLVER",
    "CovenantLimits",
    "Kind",
    "Refinance",
    "Schedule",
    "Tranche",
    "accrue",
    "begin",
    "begin_service",
    "count_undrawn",
    "draw",
    "draw_revolver",
    "look_ahead",
    "mature",
    "may_mature",
    "measure_ltv",
    "offer",
    "open_month",
    "prepay_trapped",
    "repay_revolver",
    "schedule",
    "sell_notes",
    "set_aside",
    "settle",
    "sweep",
]
