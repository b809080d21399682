"""A month of the market: regime, price, climate, quotes."""

import math

from neocloud_mc import draws, jit
from neocloud_mc.elementary import exp
from neocloud_mc.jit import Record, Table
from neocloud_mc.lane_sets import NOBODY, first_of, only, without_first
from neocloud_mc.mechanisms.market.tilt import begin_tilt, month_of, tilt_month, tilted

INDEX, CLIMATE, REGIME = 0, 1, 2
"""Rows of the calendar: the prescribed x_t, f_t and R_t (1 in a glut); NaN in a free month."""
OF_INDEX, OF_CLIMATE = -1, -2
"""What a power is raised from, where it is not the price of a GPU type."""


@jit.step
def begin(market: Record) -> None:
    """Put the market at its base date; mutates `market`."""
    begin_tilt(market)
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
        market.trend[i] = market.price_start
        market.index[i] = 0.0
        market.funding[i] = market.funding_start
        market.arrival[i] = 0.0
        market.log_ratio_of_moves[i] = 0.0
        market.log_ratio[i] = 0.0


@jit.step
def begin_type(gpu: Record) -> None:
    """A type's own factor begins at 0; mutates `gpu.factor`."""
    for i in range(len(gpu.factor)):
        gpu.factor[i] = 0.0


@jit.step
def open_month(t: int, market: Record, calendar: Table) -> None:
    """See what the scenario fixes this month, and tilt what is free; mutates `market`."""
    market.discount = exp(-market.risk_free * t)
    market.fixed_index = calendar[INDEX, t]
    market.fixed_funding = calendar[CLIMATE, t]
    market.fixed_glut = calendar[REGIME, t]
    tilt_month(market)


@jit.chain
def turn(t: int, market: Record) -> None:
    """Let the regime leave its state; mutates `market.glut` (1 in a glut, else 0) and `left`."""
    leave_shortage, leave_glut = market.leave_shortage, market.leave_glut
    seed, first, stream = market.seed, market.first_path, market.stream_regime
    for i in range(len(market.glut)):
        was_glut = market.glut[i]
        leave = leave_glut if was_glut > 0.0 else leave_shortage
        leaves = draws.uniform(seed, first + i, t, stream) < leave
        market.left[i] = 1.0 if leaves else 0.0
        market.glut[i] = 1.0 - was_glut if leaves else was_glut
    fixed_glut = market.fixed_glut
    if not math.isnan(fixed_glut):
        for i in range(len(market.glut)):
            market.glut[i] = fixed_glut


@jit.chain
def shake(t: int, market: Record) -> None:
    """Draw the normals of the month, shifts included; mutates `price_shock`, `funding_shock`."""
    seed, first = market.seed, market.first_path
    price, funding = market.stream_price, market.stream_funding
    shift_price, shift_funding = market.shift_price, market.shift_funding
    for i in range(len(market.price_shock)):
        market.price_shock[i] = draws.normal(seed, first + i, t, price) + shift_price
        market.funding_shock[i] = draws.normal(seed, first + i, t, funding) + shift_funding


@jit.step
def move_price(t: int, market: Record) -> None:
    """Advance the price index, launches apart; mutates `trend`, `index`."""
    drift, glut_drift = market.price_drift_shortage, market.price_drift_glut
    volatility, glut_volatility = market.price_volatility_shortage, market.price_volatility_glut
    decay, impact = market.decay, market.contagion_price_impact
    par, premium = market.price_start + market.price_obsolescence * t, market.price_of_risk_price
    for i in range(len(market.trend)):
        in_glut = market.glut[i] > 0.0
        mu = glut_drift if in_glut else drift
        sigma = glut_volatility if in_glut else volatility
        trend = decay * market.trend[i] + mu + sigma * (market.price_shock[i] - premium)
        trend -= impact * market.released[i]
        market.trend[i] = trend
        market.index[i] = trend - par


@jit.chain
def launch(t: int, market: Record) -> None:
    """Let a new GPU generation arrive on some lanes; mutates `trend` and `index`."""
    probability, mean, sd = (
        market.launch_probability,
        market.price_launch_mean,
        market.price_launch_sd,
    )
    seed, first = market.seed, market.first_path
    stream, size = market.stream_launch, market.stream_launch_size
    if probability == 0.0:
        return
    arriving = NOBODY
    for i in range(len(market.arrival)):
        arrives = draws.uniform(seed, first + i, t, stream) < probability
        market.arrival[i] = 1.0 if arrives else 0.0
        arriving |= only(i) if arrives else NOBODY
    while arriving != NOBODY:
        i = first_of(arriving)
        arriving = without_first(arriving)
        jump = mean + sd * draws.normal(seed, first + i, t, size)
        market.trend[i] += jump
        market.index[i] += jump


@jit.step
def fix_index(t: int, market: Record) -> None:
    """Put the index where the scenario prescribes it; mutates `trend` and `index`."""
    index = market.fixed_index
    if math.isnan(index):
        return
    trend = index + market.price_start + market.price_obsolescence * t
    for i in range(len(market.trend)):
        market.trend[i] = trend
        market.index[i] = index


@jit.chain
def move_climate(t: int, market: Record) -> None:
    """Advance the funding climate and the credit spread; mutates `funding`, `climate`, `spread`."""
    premium = (1.0 - market.persistence) * market.price_of_risk_funding
    persistence, innovation = market.persistence, market.innovation
    correlation, own = market.funding_price_correlation, market.own_funding_shock
    glut_shift, impact = market.funding_glut_shift, market.contagion_funding_impact
    base, sensitivity = market.funding_spread_base, market.funding_spread_sensitivity
    for i in range(len(market.funding)):
        shock = correlation * market.price_shock[i] + own * market.funding_shock[i]
        funding = persistence * market.funding[i] + innovation * shock - premium
        climate = funding - glut_shift * market.glut[i] - impact * market.recent_defaults[i]
        market.funding[i] = funding
        market.climate[i] = climate
        market.spread[i] = base * exp(-sensitivity * climate)


@jit.step
def fix_climate(market: Record) -> None:
    """Put the climate where the scenario prescribes it; mutates as `move_climate`."""
    funding = market.fixed_funding
    if math.isnan(funding):
        return
    glut_shift, impact = market.funding_glut_shift, market.contagion_funding_impact
    base, sensitivity = market.funding_spread_base, market.funding_spread_sensitivity
    for i in range(len(market.funding)):
        climate = funding - glut_shift * market.glut[i] - impact * market.recent_defaults[i]
        market.funding[i] = funding
        market.climate[i] = climate
        market.spread[i] = base * exp(-sensitivity * climate)


@jit.chain
def move_type(t: int, market: Record, gpu: Record) -> None:
    """Advance a GPU type's own factor; mutates `gpu.factor`."""
    decay, volatility = exp(-gpu.reversion), gpu.volatility
    if not volatility > 0.0:
        return
    seed, first, stream = market.seed, market.first_path, gpu.stream
    for i in range(len(gpu.factor)):
        shock = draws.normal(seed, first + i, t, stream)
        gpu.factor[i] = decay * gpu.factor[i] + volatility * shock


@jit.chain
def follow(market: Record, power: Record, gpus: Table) -> None:
    """Raise a price, or exp(e_t), to a power; mutates `power.level`.

    The price of the index, or of a GPU type that has a factor of its own, is 1 at the base date and
    for today's GPU. Once a month for all that follows it: an exponential for each contract instead
    took 22% of the whole simulation.
    """
    exponent = power.exponent
    if exponent == 0.0:
        for i in range(len(power.level)):
            power.level[i] = 1.0
    elif power.of == OF_INDEX:
        for i in range(len(power.level)):
            power.level[i] = exp(exponent * market.index[i])
    elif power.of == OF_CLIMATE:
        for i in range(len(power.level)):
            power.level[i] = exp(exponent * market.climate[i])
    else:
        gpu = gpus[power.of]
        for i in range(len(power.level)):
            power.level[i] = exp(exponent * (market.index[i] + gpu.factor[i]))


@jit.step
def quote(t: int, market: Record, gpu: Record, price: Record, resale: Record) -> None:
    """Spot price (USD per GPU-hour) and resale value (USD per GPU); mutates `gpu`.

    `price` and `resale` are the powers that they follow.
    """
    age = gpu.obsolescence * t
    par = gpu.opening_price * exp(-age)
    value = gpu.opening_resale * exp(-market.resale_elasticity * age - gpu.depreciation * t)
    for i in range(len(gpu.price)):
        gpu.price[i] = par * price.level[i]
        gpu.resale[i] = value * resale.level[i]
