"""Recovery: what a default yields, to whom, and what it does to the others.

Haircut of this default, R_t the regime and Z^H normal:

    H = logistic(logit(`haircut.base`) + `.glut` · 1{glut} + `.fire_sale` · S_t
                 + `.volatility` · Z^H)

S_t is the paid-for GPUs of all issuers that defaulted in months t−11 … t, this one included, over
`market.total_gpus`; recoveries are worked out after all issuers have been stepped, so the order of
groups never matters.

- Pool by liquidation: V = (1 − `resale.cost`)(1 − H) exp(−r L Δ) · collateral, L = `resale.months`.
- Pool by step-in, if the issuer has one: (1 − `friction`) Σ over its active contracts with a
  solvent customer of b_k max(0, 730 p_k τ_k (1 − costs.variable) − o) · annuity(months left,
  r + c_t), each less V_k (see contracts), to 0 at least; b_k = billed_k as far as the pool's own
  running GPUs of that type reach, in file order; o the GPU type's operating cost with inflation
  and operator loss (see vehicles); annuity(n, y) = (1 − (1 + yΔ)^{−n}) / (yΔ). The larger of the
  two is taken; a pool that is stepped into is not sold.
- Pool money pays the pool's tranches by rank, pro rata within a rank; what is left joins the
  estate: cash (payment default: what was there before anything was due; else what is left) and the
  liquidation of unpledged lots. The estate pays unsecured tranches, and as rank 1 the unpaid part
  of recourse tranches and prepaid rent (an unpaid refund; V_k of every contract that has not ended
  and was not valued in a pool stepped into), by rank, pro rata.
- Vehicles are wound up before their parent. What the estate of a vehicle leaves goes to p: to its
  estate if p has defaulted this month, to its cash if p lives. Unpaid recourse claims of a vehicle
  whose guarantee is in force are claims on p's estate, as rank 1. The estate of p gains, for each
  vehicle that lives on, what it has beyond its debt and prepaid rent, its pools and unpledged lots
  at p's haircut.
- Claim = balance + this month's interest if unpaid; Loss = Claim − recovery.
- The GPUs sold, n, reach the market evenly over L months: D_s += n / (L · total_gpus),
  s = t+1 … t+L.

*Not modelled:* the length and cost of a bankruptcy beyond L and `resale.cost`, and the vendor's
or landlord's claims.
"""

from neocloud_mc.mechanisms.recovery.contagion import (
    add_stress,
    clear_contagion,
    clear_stress,
    count_gpus,
    spread,
)
from neocloud_mc.mechanisms.recovery.distribution import (
    begin,
    claim_on_guarantor,
    divide_estate,
    divide_pool,
    open_estate,
    pass_up,
    settle_guarantee,
    wind_up,
)
from neocloud_mc.mechanisms.recovery.terms import UNPLEDGED, StepIn
from neocloud_mc.mechanisms.recovery.valuation import (
    annuity,
    appraise,
    begin_market,
    equity_of,
    lending_rate,
    prepaid_rent,
    price_haircut,
    value_pool,
)

__all__ = [
    "UNPLEDGED",
    "StepIn",
    "add_stress",
    "annuity",
    "appraise",
    "begin",
    "begin_market",
    "claim_on_guarantor",
    "clear_contagion",
    "clear_stress",
    "count_gpus",
    "divide_estate",
    "divide_pool",
    "equity_of",
    "lending_rate",
    "open_estate",
    "pass_up",
    "prepaid_rent",
    "price_haircut",
    "settle_guarantee",
    "spread",
    "value_pool",
    "wind_up",
]
