"""Importance sampling: a market tilted towards the rare event, and its likelihood ratio.

In a tilted market the normals of the price and of the climate have means θ_P and θ_F instead of
0, and the intensities of leaving a shortage, of leaving a glut, of launches and of each customer's
failure are multiplied by a k. The weight of a path is its likelihood ratio, up to the month in
which all is decided,

    log L = Σ_t θ_P(θ_P/2 − z_P,t) + θ_F(θ_F/2 − z_F,t) + Σ log(p/q) over what happened
            + Σ log((1 − p)/(1 − q)) over what did not + Σ_customers (see there),

z the normals drawn (shift included), p and q the true and the tilted probability of a month; what
is prescribed in a month has no part in it. One block of paths in `UNTILTED_EVERY` is not tilted, so
that with α = 1/`UNTILTED_EVERY` the weight against the mixture of both, L / (αL + 1 − α), never
exceeds 1/α.

References
----------
Rubinstein, Kroese (2004), "The cross-entropy method". Hesterberg (1995), "Weighted average
importance sampling and defensive mixture distributions", Technometrics 37.
"""

import math

from neocloud_mc import jit
from neocloud_mc.elementary import expm1, log
from neocloud_mc.jit import Record

BLOCK, UNTILTED_EVERY = 64, 8
"""Paths a block: lanes must divide it, or some would not be tilted and weighed as tilted."""


@jit.step
def begin_tilt(market: Record) -> None:
    """Tilt this block of paths, or leave it as it is; mutates `market`."""
    is_untilted = (market.first_path // BLOCK) % UNTILTED_EVERY == 0
    market.block_is_tilted = 0.0 if is_untilted else market.is_tilted


@jit.step
def tilt_month(market: Record) -> None:
    """Means of the month's normals, 0 where nothing follows from them; mutates `market`.

    A prescribed climate makes its own normal idle, and the price's too if the index is prescribed.
    """
    is_climate_free = math.isnan(market.fixed_funding)
    is_price_felt = is_climate_free or math.isnan(market.fixed_index)
    market.mean_price = market.tilt_price if is_price_felt else 0.0
    market.mean_funding = market.tilt_funding if is_climate_free else 0.0
    market.shift_price = market.block_is_tilted * market.mean_price
    market.shift_funding = market.block_is_tilted * market.mean_funding


@jit.step
def tilted(market: Record, factor: float) -> float:
    """The factor of an intensity in this block."""
    return factor if market.block_is_tilted > 0.0 else 1.0


@jit.step
def month_of(intensity: float) -> float:
    """Probability of an event in a month of that intensity per month."""
    return -expm1(-intensity)


@jit.step
def weigh(market: Record) -> None:
    """Log likelihood ratio of the market so far; mutates `log_ratio_of_moves`, `log_ratio`."""
    price, funding = market.mean_price, market.mean_funding
    is_index_free = math.isnan(market.fixed_index)
    is_regime_free = math.isnan(market.fixed_glut)
    left_shortage, stayed_short = _ratios(
        1.0 / (12.0 * market.regime_mean_years_shortage), market.tilt_leave_shortage
    )
    left_glut, stayed_glut = _ratios(
        1.0 / (12.0 * market.regime_mean_years_glut), market.tilt_leave_glut
    )
    came, came_not = _ratios(market.price_launch_per_year, market.tilt_launch)
    for i in range(len(market.log_ratio_of_moves)):
        was_glut = (market.glut[i] > 0.0) != (market.left[i] > 0.0)
        left = left_glut if was_glut else left_shortage
        stayed = stayed_glut if was_glut else stayed_short
        moved = left if market.left[i] > 0.0 else stayed
        launched = came if market.arrival[i] > 0.0 else came_not
        ratio = moved if is_regime_free else 0.0
        ratio += launched if is_index_free else 0.0
        ratio += price * (0.5 * price - market.price_shock[i])
        ratio += funding * (0.5 * funding - market.funding_shock[i])
        market.log_ratio_of_moves[i] += ratio
        market.log_ratio[i] = market.log_ratio_of_moves[i]


@jit.step
def _ratios(intensity: float, factor: float) -> tuple[float, float]:
    """log(p/q) and log((1 − p)/(1 − q)) of a month; 0 where the event is impossible."""
    if intensity == 0.0:
        return 0.0, 0.0
    happened = log(month_of(intensity)) - log(month_of(factor * intensity))
    return happened, (factor - 1.0) * intensity
