"""Market: supply regime, compute-price index, GPU prices and the funding climate.

Every month, Δ = 1/12 year, all issuers of a path live through the same market.

*Regime.* R_t is shortage or glut and R_0 = `regime.start`. Each month it leaves its state with
probability 1 − exp(−Δ / `regime.mean_years[R]`); `.inf` means never.

*Compute-price index*, in logs, y_0 = `price.start`, the log distance of today's price from its
trend:

    y_t = exp(−κΔ) y_{t−1} + μ[R_t] Δ + σ[R_t] √Δ Z^P_t + N_t (m_J + s_J Z^J_t) − γ D_t
    x_t = y_t − y_0 − δ t Δ

κ `price.reversion`, μ `price.drift` and σ `price.volatility` per regime, δ `price.obsolescence`;
N_t ~ Bernoulli(1 − exp(−Δ `price.launch.per_year`)) is the arrival of a GPU generation, which
moves the index by m_J `price.launch.mean` with deviation s_J `price.launch.sd`; γ
`contagion.price_impact` times D_t, the share of the market's GPUs that liquidations release.

*GPU type g*, a_g = `obsolescence`, η = `resale.elasticity`. A type may have a factor of its own,
s_g = `volatility`, κ_g = `reversion`, u_g,0 = 0:

    u_g,t = exp(−κ_g Δ) u_g,t−1 + s_g √Δ Z^g_t
    x_g,t = x_t + u_g,t − a_g tΔ
    P_g,t = `price` · exp(x_g,t)                                  spot, USD per GPU-hour
    W_g,t = `resale` · exp(−`depreciation` tΔ + η x_g,t)          resale, USD per GPU

*Funding climate*, f_0 = `funding.start`, φ = exp(−Δ / `funding.persistence_years`):

    f_t = φ f_{t−1} + √(1 − φ²) Z^F_t,   corr(Z^P_t, Z^F_t) = `funding.price_correlation`
    e_t = f_t − `funding.glut_shift` · 1{glut} − `contagion.funding_impact` · K_t
    c_t = `funding.spread.base` · exp(−`funding.spread.sensitivity` · e_t)

K_t counts the issuers without a parent that defaulted in months t−12 … t−1. A *window* with level w
is open when e_t > w; c_t is the market's credit spread per year. The risk-free rate r is flat.

*Prescribed path* (`path`). Up to the last month named in `price_index`, exp(x_t) is the log-linear
interpolation through (0, 1) and the points, and y_t is set to match; up to the last month named in
`climate`, f_t is the linear interpolation from (0, `funding.start`); from the first to the last
month named in `regime`, R_t is the last state named. Draws are consumed as if nothing were
prescribed.

*Pricing measure* (`price_of_risk`; all 0: the real-world measure). Z^P_t becomes Z^P_t − λ_P √Δ in
the index, f_t gains −(1 − φ) λ_F each month, and customers' intensities are multiplied by
exp(λ_C). The correlation of the two normals is that of the unshifted ones.

*Not modelled:* a stochastic base rate, and a regime of its own for each type of GPU.
"""

from neocloud_mc.mechanisms.market.steps import (
    CLIMATE,
    INDEX,
    OF_CLIMATE,
    OF_INDEX,
    REGIME,
    begin,
    begin_type,
    fix_climate,
    fix_index,
    follow,
    launch,
    move_climate,
    move_price,
    move_type,
    open_month,
    quote,
    shake,
    turn,
)
from neocloud_mc.mechanisms.market.terms import Contagion, Gpu, Market, PrescribedPath
from neocloud_mc.mechanisms.market.tilt import BLOCK, UNTILTED_EVERY, weigh

__all__ = [
    "BLOCK",
    "CLIMATE",
    "INDEX",
    "OF_CLIMATE",
    "OF_INDEX",
    "REGIME",
    "UNTILTED_EVERY",
    "Contagion",
    "Gpu",
    "Market",
    "PrescribedPath",
    "begin",
    "begin_type",
    "fix_climate",
    "fix_index",
    "follow",
    "launch",
    "move_climate",
    "move_price",
    "move_type",
    "open_month",
    "quote",
    "shake",
    "turn",
    "weigh",
]
