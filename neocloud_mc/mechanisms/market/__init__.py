"""Market: supply regime, compute-price index, GPU prices and the funding climate.

Every month, Δ = 1/12 year, all issuers of a path live through the same market.

*Regime.* R_t is shortage or glut and R_0 = `regime.start`. Each month it leaves its state with
probability 1 − exp(−Δ / `regime.mean_years[R]`); `.inf` means never.

*Compute-price index*, in logs, y_0 = x_0 = 0:

    y_t = exp(−κΔ) y_{t−1} + μ[R_t] Δ + σ[R_t] √Δ Z^P_t + N_t (m_J + s_J Z^J_t) − γ D_t
    x_t = y_t − δ t Δ

κ `price.reversion`, μ `price.drift` and σ `price.volatility` per regime, δ `price.obsolescence`;
N_t ~ Bernoulli(1 − exp(−Δ `price.launch.per_year`)) is the arrival of a GPU generation, which
moves the index by m_J `price.launch.mean` with deviation s_J `price.launch.sd`; γ
`contagion.price_impact` times D_t, the share of the market's GPUs that liquidations release.

*GPU type g*, a_g = `obsolescence`, η = `resale.elasticity`:

    P_g,t = `price` · exp(x_t − a_g tΔ)                          spot, USD per GPU-hour
    W_g,t = `resale` · exp(−`depreciation` tΔ + η (x_t − a_g tΔ))  resale, USD per GPU

*Funding climate*, f_0 = `funding.start`, φ = exp(−Δ / `funding.persistence_years`):

    f_t = φ f_{t−1} + √(1 − φ²) Z^F_t,   corr(Z^P_t, Z^F_t) = `funding.price_correlation`
    e_t = f_t − `funding.glut_shift` · 1{glut} − `contagion.funding_impact` · K_t
    c_t = `funding.spread.base` · exp(−`funding.spread.sensitivity` · e_t)

K_t counts the issuers that defaulted in months t−12 … t−1. A *window* with level w is open when
e_t > w; c_t is the market's credit spread per year. The risk-free rate r is flat.

*Not modelled:* a stochastic base rate, and a regime of its own for each type of GPU.
"""

from neocloud_mc.mechanisms.market.steps import (
    GPU_LANES,
    MARKET_LANES,
    MARKET_SCALARS,
    POWER_LANES,
    POWER_SCALARS,
    PRICE,
    RESALE,
    begin,
    follow,
    launch,
    move_climate,
    move_price,
    quote,
    turn,
)
from neocloud_mc.mechanisms.market.terms import Contagion, Gpu, Market
from neocloud_mc.mechanisms.market.tilt import BLOCK, UNTILTED_EVERY, weigh

__all__ = [
    "BLOCK",
    "GPU_LANES",
    "MARKET_LANES",
    "MARKET_SCALARS",
    "POWER_LANES",
    "POWER_SCALARS",
    "PRICE",
    "RESALE",
    "UNTILTED_EVERY",
    "Contagion",
    "Gpu",
    "Market",
    "begin",
    "follow",
    "launch",
    "move_climate",
    "move_price",
    "quote",
    "turn",
    "weigh",
]
