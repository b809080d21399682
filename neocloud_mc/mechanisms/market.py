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

import math
from typing import Annotated, Literal

from pydantic import Field

from neocloud_mc import draws, jit
from neocloud_mc.elementary import exp, log
from neocloud_mc.jit import Record
from neocloud_mc.quantities import (
    Climate,
    Correlation,
    CreditSpread,
    GpuStock,
    Intensity,
    InterestRate,
    LogDeviation,
    LogDrift,
    LogSize,
    LogVolatility,
    MeanYears,
    Months,
    OpenShare,
    Sensitivity,
    Share,
    SignedSensitivity,
    Terms,
    UsdPerGpu,
    UsdPerGpuHour,
    UsdPerGpuMonth,
    Years,
)

RegimeName = Literal["shortage", "glut"]


class Drift(Terms):
    """Expected change of the log index in each regime."""

    shortage: Annotated[LogDrift, Field(description="Drift while GPUs are short.")]
    glut: Annotated[LogDrift, Field(description="Drift while GPUs are plentiful.")]


class Volatility(Terms):
    """Volatility of the log index in each regime."""

    shortage: Annotated[LogVolatility, Field(description="Volatility while GPUs are short.")]
    glut: Annotated[LogVolatility, Field(description="Volatility while GPUs are plentiful.")]


class Launch(Terms):
    """A new GPU generation: how often, and how far it moves the index."""

    per_year: Annotated[Intensity, Field(description="Generations a year.")] = 0.0
    mean: Annotated[LogSize, Field(description="Mean jump of the log index.")] = 0.0
    sd: Annotated[LogDeviation, Field(description="Deviation of the jump.")] = 0.0


class Price(Terms):
    """The compute-price index."""

    drift: Drift
    volatility: Volatility
    obsolescence: Annotated[
        LogDrift, Field(description="Steady fall of the price of a given GPU's hour.")
    ] = 0.0
    reversion: Annotated[Intensity, Field(description="Speed of return to the trend.")] = 0.0
    launch: Launch = Launch()


class MeanStay(Terms):
    """How long a regime lasts on average."""

    shortage: Annotated[MeanYears, Field(description="Mean length of a shortage; .inf: for ever.")]
    glut: Annotated[MeanYears, Field(description="Mean length of a glut; .inf: for ever.")]


class Utilization(Terms):
    """Share of idle GPUs that the spot market takes."""

    shortage: Annotated[Share, Field(description="Share let by the hour in a shortage.")]
    glut: Annotated[Share, Field(description="Share let by the hour in a glut.")]


class Regime(Terms):
    """Shortage or glut of GPUs."""

    start: Annotated[RegimeName, Field(description="The regime at the base date.")]
    mean_years: MeanStay
    utilization: Utilization


class Spread(Terms):
    """The market's credit spread for new debt."""

    base: Annotated[CreditSpread, Field(description="Spread in the average climate.")]
    sensitivity: Annotated[
        Sensitivity, Field(description="Relative rise of the spread per unit of worse climate.")
    ] = 0.0


class Funding(Terms):
    """The climate in which money is raised, in standard deviations from its mean."""

    start: Annotated[Climate, Field(description="Climate at the base date.")] = 0.0
    persistence_years: Annotated[Years, Field(description="Time in which a shock fades to 1/e.")]
    price_correlation: Annotated[
        Correlation, Field(description="Correlation with shocks of the compute price.")
    ] = 0.0
    glut_shift: Annotated[Climate, Field(description="How much worse the climate is in a glut.")] = (
        0.0
    )
    spread: Spread


class Haircut(Terms):
    """Discount of a forced sale against the resale value (see recovery)."""

    base: Annotated[OpenShare, Field(description="Median discount in a shortage, nobody selling.")]
    glut: Annotated[SignedSensitivity, Field(description="Added log-odds in a glut.")] = 0.0
    fire_sale: Annotated[
        SignedSensitivity, Field(description="Added log-odds per market share of failed issuers.")
    ] = 0.0
    volatility: Annotated[Sensitivity, Field(description="Deviation of the log-odds.")] = 0.0


class Resale(Terms):
    """The second-hand market for GPUs."""

    elasticity: Annotated[
        Sensitivity, Field(description="Response of resale values to the compute price, in logs.")
    ] = 0.0
    cost: Annotated[Share, Field(description="Cost of a liquidation, share of its proceeds.")] = 0.0
    months: Annotated[Months, Field(description="How long a liquidation takes.")]
    haircut: Haircut


class Contagion(Terms):
    """How one issuer's failure reaches the others."""

    price_impact: Annotated[
        Sensitivity, Field(description="Fall of the log index if all GPUs were released.")
    ] = 0.0
    funding_impact: Annotated[
        Sensitivity, Field(description="Loss of climate per default of the last twelve months.")
    ] = 0.0


class Market(Terms):
    """Everything that all issuers share."""

    total_gpus: Annotated[GpuStock, Field(description="GPUs in the market that sales compete in.")]
    risk_free: Annotated[InterestRate, Field(description="Flat risk-free and floating base rate.")]
    price: Price
    regime: Regime
    funding: Funding
    resale: Resale
    contagion: Contagion = Contagion()


class Gpu(Terms):
    """A type of GPU."""

    price: Annotated[UsdPerGpuHour, Field(description="Spot price today.")]
    resale: Annotated[UsdPerGpu, Field(description="Resale value today, before any haircut.")]
    obsolescence: Annotated[
        LogDrift, Field(description="Fall of its price beyond the index's own.")
    ] = 0.0
    depreciation: Annotated[LogDrift, Field(description="Loss of resale value with age.")] = 0.0
    operating_cost: Annotated[
        UsdPerGpuMonth, Field(description="Power, space and hands for one running GPU.")
    ]


MARKET_SCALARS = (
    *("leave_shortage", "leave_glut", "launch_probability"),
    *("decay", "persistence", "innovation", "own_funding_shock"),
)
MARKET_LANES = (
    *("glut", "price_shock", "trend", "index", "funding", "climate", "spread"),
    *("released", "recent_defaults", "stress"),
)
GPU_LANES = ("log_price", "price", "resale")


@jit.step
def begin(market: Record) -> None:
    """Put the market at its base date; mutates `market`."""
    market.leave_shortage = 1.0 - exp(-1.0 / (12.0 * market.regime_mean_years_shortage))
    market.leave_glut = 1.0 - exp(-1.0 / (12.0 * market.regime_mean_years_glut))
    market.launch_probability = 1.0 - exp(-market.price_launch_per_year)
    market.decay = exp(-market.price_reversion)
    market.persistence = exp(-1.0 / (12.0 * market.funding_persistence_years))
    market.innovation = math.sqrt(1.0 - market.persistence**2)
    market.own_funding_shock = math.sqrt(1.0 - market.funding_price_correlation**2)
    for i in range(len(market.glut)):
        market.glut[i] = market.starts_in_glut
        market.trend[i] = 0.0
        market.index[i] = 0.0
        market.funding[i] = market.funding_start


@jit.step
def turn(t: int, market: Record) -> None:
    """Let the regime leave its state; mutates `market.glut` (1 in a glut, else 0)."""
    leave_shortage, leave_glut = market.leave_shortage, market.leave_glut
    seed, first, stream = market.seed, market.first_path, market.stream_regime
    for i in range(len(market.glut)):
        was_glut = market.glut[i]
        leave = leave_glut if was_glut > 0.0 else leave_shortage
        leaves = draws.uniform(seed, first + i, t, stream) < leave
        market.glut[i] = 1.0 - was_glut if leaves else was_glut


@jit.step
def move_price(t: int, market: Record) -> None:
    """Advance the price index, launches apart; mutates `price_shock`, `trend`, `index`."""
    drift, glut_drift = market.price_drift_shortage, market.price_drift_glut
    volatility, glut_volatility = market.price_volatility_shortage, market.price_volatility_glut
    decay, impact = market.decay, market.contagion_price_impact
    seed, first, stream = market.seed, market.first_path, market.stream_price
    obsolete = market.price_obsolescence * t
    for i in range(len(market.trend)):
        in_glut = market.glut[i] > 0.0
        mu = glut_drift if in_glut else drift
        sigma = glut_volatility if in_glut else volatility
        shock = draws.normal(seed, first + i, t, stream)
        market.price_shock[i] = shock
        trend = decay * market.trend[i] + mu + sigma * shock - impact * market.released[i]
        market.trend[i] = trend
        market.index[i] = trend - obsolete


@jit.step
def launch(t: int, market: Record) -> None:
    """Let a new GPU generation arrive; mutates `trend` and `index`."""
    probability, mean, sd = market.launch_probability, market.price_launch_mean, market.price_launch_sd
    seed, first = market.seed, market.first_path
    arrival, size = market.stream_launch, market.stream_launch_size
    for i in range(len(market.trend)):
        arrives = draws.uniform(seed, first + i, t, arrival) < probability
        jump = mean + sd * draws.normal(seed, first + i, t, size)
        jump = jump if arrives else 0.0
        market.trend[i] += jump
        market.index[i] += jump


@jit.step
def move_climate(t: int, market: Record) -> None:
    """Advance the funding climate and the credit spread; mutates `funding`, `climate`, `spread`."""
    persistence, innovation = market.persistence, market.innovation
    correlation, own = market.funding_price_correlation, market.own_funding_shock
    glut_shift, impact = market.funding_glut_shift, market.contagion_funding_impact
    base, sensitivity = market.funding_spread_base, market.funding_spread_sensitivity
    seed, first, stream = market.seed, market.first_path, market.stream_funding
    for i in range(len(market.funding)):
        own_shock = own * draws.normal(seed, first + i, t, stream)
        shock = correlation * market.price_shock[i] + own_shock
        funding = persistence * market.funding[i] + innovation * shock
        climate = funding - glut_shift * market.glut[i] - impact * market.recent_defaults[i]
        market.funding[i] = funding
        market.climate[i] = climate
        market.spread[i] = base * exp(-sensitivity * climate)


@jit.step
def quote(t: int, market: Record, gpu: Record) -> None:
    """Spot price (USD per GPU-hour) and resale value (USD per GPU); mutates `gpu`."""
    start, ageing = log(gpu.opening_price), gpu.obsolescence * t
    value, depreciated = gpu.opening_resale, gpu.depreciation * t
    elasticity = market.resale_elasticity
    for i in range(len(gpu.price)):
        move = market.index[i] - ageing
        log_price = start + move
        gpu.log_price[i] = log_price
        gpu.price[i] = exp(log_price)
        gpu.resale[i] = value * exp(elasticity * move - depreciated)
