"""A month of the market: regime, price, climate, quotes."""

import math

from neocloud_mc import draws, jit
from neocloud_mc.elementary import exp
from neocloud_mc.jit import Record
from neocloud_mc.mechanisms.market.tilt import TILT_SCALARS, month_of, tilt_block, tilted

MARKET_SCALARS = (
    *("leave_shortage", "leave_glut", "launch_probability"),
    *("decay", "persistence", "innovation", "own_funding_shock"),
    *TILT_SCALARS,
)
MARKET_LANES = (
    *("glut", "left", "price_shock", "trend", "index", "arrival"),
    *("funding_shock", "funding", "climate", "spread", "log_ratio_of_moves", "log_ratio"),
    *("released", "recent_defaults", "stress"),
)
"""`left`: 1 where the regime changed this month; `log_ratio_of_moves`, `log_ratio`: see `tilt`."""
GPU_LANES = ("price", "resale")
POWER_SCALARS = ("exponent",)
POWER_LANES = ("level",)
PRICE, RESALE = 0, 1
"""Powers of the index that spot prices and resale values follow; others are of contracts."""


@jit.step
def begin(market: Record) -> None:
    """Put the market at its base date; mutates `market`."""
    tilt_block(market)
    leave_shortage = tilted(market, market.tilt_leave_shortage)
    leave_glut = tilted(market, market.tilt_leave_glut)
    launches = tilted(market, market.tilt_launch)
    market.leave_shortage = month_of(leave_shortage / (12.0 * market.regime_mean_years_shortage))
    market.leave_glut = month_of(leave_glut / (12.0 * market.regime_mean_years_glut))
    market.launch_probability = month_of(launches * market.price_launch_per_year)
    market.decay = exp(-market.price_reversion)
    market.persistence = exp(-1.0 / (12.0 * market.funding_persistence_years))
    market.innovation = math.sqrt(1.0 - market.persistence**2)
    market.own_funding_shock = math.sqrt(1.0 - market.funding_price_correlation**2)
    for i in range(len(market.glut)):
        market.glut[i] = market.starts_in_glut
        market.trend[i] = 0.0
        market.index[i] = 0.0
        market.funding[i] = market.funding_start
        market.arrival[i] = 0.0
        market.log_ratio_of_moves[i] = 0.0
        market.log_ratio[i] = 0.0


@jit.step
def turn(t: int, market: Record) -> None:
    """Let the regime leave its state; mutates `market.glut` (1 in a glut, else 0)."""
    leave_shortage, leave_glut = market.leave_shortage, market.leave_glut
    seed, first, stream = market.seed, market.first_path, market.stream_regime
    for i in range(len(market.glut)):
        was_glut = market.glut[i]
        leave = leave_glut if was_glut > 0.0 else leave_shortage
        leaves = draws.uniform(seed, first + i, t, stream) < leave
        market.left[i] = 1.0 if leaves else 0.0
        market.glut[i] = 1.0 - was_glut if leaves else was_glut


@jit.step
def move_price(t: int, market: Record) -> None:
    """Advance the price index, launches apart; mutates `price_shock`, `trend`, `index`."""
    drift, glut_drift = market.price_drift_shortage, market.price_drift_glut
    volatility, glut_volatility = market.price_volatility_shortage, market.price_volatility_glut
    decay, impact = market.decay, market.contagion_price_impact
    seed, first, stream = market.seed, market.first_path, market.stream_price
    obsolete, shift = market.price_obsolescence * t, market.shift_price
    for i in range(len(market.trend)):
        in_glut = market.glut[i] > 0.0
        mu = glut_drift if in_glut else drift
        sigma = glut_volatility if in_glut else volatility
        shock = draws.normal(seed, first + i, t, stream) + shift
        market.price_shock[i] = shock
        trend = decay * market.trend[i] + mu + sigma * shock - impact * market.released[i]
        market.trend[i] = trend
        market.index[i] = trend - obsolete


@jit.step
def launch(t: int, market: Record) -> None:
    """Let a new GPU generation arrive on some lanes; mutates `trend` and `index`."""
    probability, mean, sd = (
        market.launch_probability,
        market.price_launch_mean,
        market.price_launch_sd,
    )
    seed, first = market.seed, market.first_path
    stream, size = market.stream_launch, market.stream_launch_size
    n_arrivals = 0
    for i in range(len(market.trend)):
        arrives = draws.uniform(seed, first + i, t, stream) < probability
        market.arrival[i] = 1.0 if arrives else 0.0
        n_arrivals += 1 if arrives else 0
    if n_arrivals > 0:
        for i in range(len(market.trend)):
            if market.arrival[i] > 0.0:
                jump = mean + sd * draws.normal(seed, first + i, t, size)
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
    shift = market.shift_funding
    for i in range(len(market.funding)):
        own_shock = draws.normal(seed, first + i, t, stream) + shift
        shock = correlation * market.price_shock[i] + own * own_shock
        market.funding_shock[i] = own_shock
        funding = persistence * market.funding[i] + innovation * shock
        climate = funding - glut_shift * market.glut[i] - impact * market.recent_defaults[i]
        market.funding[i] = funding
        market.climate[i] = climate
        market.spread[i] = base * exp(-sensitivity * climate)


@jit.step
def follow(market: Record, power: Record) -> None:
    """Raise the index (1 at the base date) to a power; mutates `power.level`.

    Once a month for all that follows it: an exponential for each contract instead took 22% of
    the whole simulation.
    """
    exponent = power.exponent
    for i in range(len(power.level)):
        power.level[i] = exp(exponent * market.index[i])


@jit.step
def quote(t: int, market: Record, gpu: Record, price: Record, resale: Record) -> None:
    """Spot price (USD per GPU-hour) and resale value (USD per GPU); mutates `gpu`."""
    age = gpu.obsolescence * t
    par = gpu.opening_price * exp(-age)
    value = gpu.opening_resale * exp(-market.resale_elasticity * age - gpu.depreciation * t)
    for i in range(len(gpu.price)):
        gpu.price[i] = par * price.level[i]
        gpu.resale[i] = value * resale.level[i]
