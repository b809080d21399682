"""From estimates to figures of a scenario, each with a range of two standard errors.

The scenario keeps its launches, regimes and reversion, so what the quotes say of drift and variance
as a whole is what these leave: with λ launches a year of mean m and deviation s, and the drift μ of
the regime of the base date,

    obsolescence = μ + λ m − d        volatility² = σ² − λ (m² + s²)

There is a price where the quotes reach the base date, ageing and own volatility for the types of
the scenario. A figure replaces an assumption only if it is known better than a guess: a volatility
that lies two standard errors above 0, anything else whose standard error is at most `VAGUE`. The
drift's error follows from the volatility, so without one it is not known.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from neocloud_mc.mechanisms.market import Market
from neocloud_mc.notation import counted
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.fit.level import Parameter
from neocloud_mc.studies.fit.market import Known, Level, MarketFit, ResaleFit

ERRORS: Final = 2.0
"""Standard errors to either end of a range."""
VAGUE: Final = 0.25
"""In logs, or in logs a year."""
DIGITS: Final = 4


@dataclass(frozen=True)
class Figure:
    """A figure of the scenario as the quotes have it.

    Parameters
    ----------
    path : dotted.
    value : in the file's unit, with its range.
    error : standard error; of a price in logs.
    assumed : the scenario's own.
    rests_on : a few words.
    is_founded : whether its error is known.
    """

    path: str
    value: Estimate
    error: float
    assumed: float
    rests_on: str
    is_founded: bool = True

    @property
    def is_told(self) -> bool:
        """Whether it is known well enough to replace an assumption."""
        if ".volatility" in self.path:
            return (self.value.value or 0.0) > ERRORS * self.error
        return self.is_founded and self.error <= VAGUE


def known(scenario: Scenario) -> dict[str, Known]:
    """What the scenario says of its types of GPU, by their ids in small letters."""
    return {
        key.lower(): Known(gpu.obsolescence, gpu.reversion) for key, gpu in scenario.gpus.items()
    }


def figures(scenario: Scenario, found: MarketFit, resale: ResaleFit | None) -> list[Figure]:
    """Every figure of the scenario that the quotes tell."""
    told = [
        *_of_index(scenario.market, found),
        *_of_types(scenario, found),
        *(_of_resale(scenario, resale) if resale else ()),
    ]
    return [figure for figure in told if math.isfinite(figure.error)]


def _of_index(market: Market, found: MarketFit) -> Iterator[Figure]:
    price, regime = market.price, market.regime.start
    launch, months = price.launch, found.quotes.n_quoted
    drift = getattr(price.drift, regime) + launch.per_year * launch.mean
    fall = _figure(
        "market.price.obsolescence",
        Parameter(drift - found.posterior.value, found.posterior.error),
        price.obsolescence,
        f"slopes over {months} months",
    )
    yield replace(fall, is_founded=moves(found.smoothed.volatility))
    jumps = launch.per_year * (launch.mean**2 + launch.sd**2)
    volatility = _without(found.smoothed.volatility, jumps)
    if volatility is not None:
        path = f"market.price.volatility.{regime}"
        rests_on = f"changes over {months} months"
        yield _figure(path, volatility, getattr(price.volatility, regime), rests_on)


def moves(volatility: Parameter) -> bool:
    """Whether a volatility is told from 0."""
    return volatility.error is not None and volatility.value > ERRORS * volatility.error


def _without(found: Parameter, variance: float) -> Parameter | None:
    """A volatility without the part of launches; None where nothing is left, or none was told."""
    left = found.value**2 - variance
    if found.error is None or left <= 0.0:
        return None
    value = math.sqrt(left)
    return Parameter(value, found.error * found.value / value)


def _of_types(scenario: Scenario, found: MarketFit) -> Iterator[Figure]:
    base = scenario.base_date
    month = None if base is None else found.quotes.position(base)
    own = found.smoothed.own
    for key, gpu in scenario.gpus.items():
        name = key.lower()
        if name not in found.prices:
            continue
        rests_on = counted(found.quotes.number_of(name), "quote")
        if month is not None:
            yield _price(f"gpus.{key}.price", found.prices[name], month, gpu.price, rests_on)
        if name in found.ageing:
            path = f"gpus.{key}.obsolescence"
            against = f"{rests_on}, against {found.quotes.gpus[0]}"
            yield _figure(path, found.ageing[name], gpu.obsolescence, against)
        if own is not None and own.error is not None:
            path = f"gpus.{key}.volatility"
            yield _figure(path, own, gpu.volatility, "all types alike")


def _price(path: str, level: Level, month: int, assumed: float, rests_on: str) -> Figure:
    log, error = float(level.log[month]), float(level.error[month])
    value, low, high = (math.exp(log + side * ERRORS * error) for side in (0.0, -1.0, 1.0))
    return Figure(path, _within(path, value, low, high), error, assumed, rests_on)


def _of_resale(scenario: Scenario, found: ResaleFit) -> Iterator[Figure]:
    months = found.quotes.n_quoted
    yield _figure(
        "market.resale.elasticity",
        found.elasticity,
        scenario.market.resale.elasticity,
        f"{months} months of both",
    )
    for key, gpu in scenario.gpus.items():
        if key.lower() in found.depreciation:
            rests_on = counted(found.quotes.number_of(key.lower()), "quote")
            path = f"gpus.{key}.depreciation"
            yield _figure(path, found.depreciation[key.lower()], gpu.depreciation, rests_on)


def _figure(path: str, found: Parameter, assumed: float, rests_on: str) -> Figure:
    error = math.nan if found.error is None else found.error
    value, low, high = (found.value + side * ERRORS * error for side in (0.0, -1.0, 1.0))
    return Figure(path, _within(path, value, low, high), error, assumed, rests_on)


def _within(path: str, *values: float) -> Estimate:
    """A value and its ends, rounded, within what the format allows."""
    shape = shapes.at(tuple(path.split(".")))
    quantity = shape.quantity if shape else None
    least, most = (quantity.low, quantity.high) if quantity else (-math.inf, math.inf)
    value, low, high = (_rounded(min(max(x, least), most)) for x in values)
    return Estimate(value, low, high)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
