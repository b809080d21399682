"""Closed forms of the market: price index, regime, funding climate, spreads, quotes."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from neocloud_mc.engine.tables import Tables
from neocloud_mc.results.book import Outcome
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.record import Claim, mean, share, variance, within
from neocloud_mc.validation.sampling import Floats, sample, states
from neocloud_mc.validation.worlds import MONTHS, PRICE, RESALE, Tree, market, prices, world

_LEVELS: Final = (0.001, 0.05, 0.5, 0.95, 0.999)
_DRIFT, _VOLATILITY, _OBSOLESCENCE = -0.2, 0.4, 0.15


def claims(budget: Budget) -> Iterator[Claim]:
    """Every closed form of the market."""
    for reversion in (0.0, 0.8):
        yield from _normal_index(budget, reversion)
    yield from _launches(budget)
    yield from _regime(budget)
    yield from _climate(budget)
    yield from _quotes(budget)


def _last(outcome: Outcome) -> Floats:
    """Log index of the last month."""
    last: Floats = outcome.log_index[-1]
    return last


def _normal_index(budget: Budget, reversion: float) -> Iterator[Claim]:
    """x_T is normal; its mean and variance are sums over the months."""
    name = f"price index, reversion {reversion:g}"
    change = prices(_DRIFT, _VOLATILITY, reversion=reversion, obsolescence=_OBSOLESCENCE)
    x = sample(world(name, change), budget, _last)
    centre, spread = summed_index(reversion)
    yield mean(f"{name}: mean of x_24", centre, x, spread)
    yield variance(f"{name}: variance of x_24", spread, x)
    law = NormalDist(centre, math.sqrt(spread))
    for level in _LEVELS:
        below = np.count_nonzero(x < law.inv_cdf(level))
        yield share(f"{name}: P(x_24 below its {level:g} quantile)", level, below, x.size)


def summed_index(reversion: float) -> tuple[float, float]:
    """Mean and variance of x_T, summed month by month."""
    powers = np.exp(-reversion * np.arange(MONTHS) / 12.0)
    trend = _DRIFT / 12.0 * powers.sum() - _OBSOLESCENCE * MONTHS / 12.0
    return float(trend), float(_VOLATILITY**2 / 12.0 * (powers**2).sum())


@dataclass(frozen=True)
class Jump:
    """A launch: arrivals a year, mean and deviation of the jump of the log index."""

    per_year: float = 1.5
    mean: float = -0.3
    sd: float = 0.2

    @property
    def probability(self) -> float:
        """P(a launch in one month)."""
        return -math.expm1(-self.per_year / 12.0)

    @property
    def cumulants(self) -> tuple[float, float, float]:
        """Mean, variance and fourth cumulant of a month's jump: moments of a mixture."""
        p, m, s = self.probability, self.mean, self.sd
        raw = [p * m, p * (m**2 + s**2), p * (m**3 + 3 * m * s**2)]
        raw.append(p * (m**4 + 6 * m**2 * s**2 + 3 * s**4))
        a, b, c, d = raw
        return a, b - a**2, d - 4 * a * c - 3 * b**2 + 12 * a**2 * b - 6 * a**4

    def below(self, level: float, volatility: float) -> float:
        """P(x_T < level) without drift: normals weighted by the number of launches."""
        p, total = self.probability, 0.0
        for k in range(MONTHS + 1):
            weight = math.comb(MONTHS, k) * p**k * (1.0 - p) ** (MONTHS - k)
            spread = MONTHS * volatility**2 / 12.0 + k * self.sd**2
            total += weight * NormalDist(k * self.mean, math.sqrt(spread)).cdf(level)
        return total


def _launches(budget: Budget) -> Iterator[Claim]:
    jump, volatility = Jump(), 0.3
    launch = {"per_year": jump.per_year, "mean": jump.mean, "sd": jump.sd}
    x = sample(world("launches", prices(0.0, volatility, launch=launch)), budget, _last)
    first, second, fourth = jump.cumulants
    spread = MONTHS * (volatility**2 / 12.0 + second)
    yield mean("launches: mean of x_24", MONTHS * first, x, spread)
    yield variance("launches: variance of x_24", spread, x, MONTHS * fourth)
    for level in (-2.5, -1.0, 0.0, 0.7):
        below = np.count_nonzero(x < level)
        text = f"launches: P(x_24 < {level:g}), mixture of normals"
        yield share(text, jump.below(level, volatility), below, x.size)


def occupancy(stay_shortage: float, stay_glut: float) -> Floats:
    """P(glut) in months 0 … T of the two-state chain that begins in a shortage."""
    leave_shortage, leave_glut = (
        -math.expm1(-1.0 / (12.0 * y)) for y in (stay_shortage, stay_glut)
    )
    shares = [0.0]
    for _ in range(MONTHS):
        shares.append(shares[-1] * (1.0 - leave_glut) + (1.0 - shares[-1]) * leave_shortage)
    return np.array(shares)


def _of_market(*names: str) -> Callable[[Tables], Floats]:
    """Reads columns of the market's state."""
    return lambda tables: np.stack([tables.market[0][name] for name in names])


def _regime(budget: Budget) -> Iterator[Claim]:
    drift = {"shortage": 0.2, "glut": -0.6}
    stay = market(regime={"mean_years": {"shortage": 1.0, "glut": 0.5}})
    scenario = world("regime", stay, market(price={"drift": drift}))
    glut, index = np.moveaxis(states(scenario, budget, _of_market("glut", "index")), 1, 0)
    expected = occupancy(1.0, 0.5)
    for month in (1, 6, 12, MONTHS):
        events = int(glut[month].sum())
        yield share(f"regime: P(glut in month {month})", expected[month], events, glut[month].size)
    moves = drift["shortage"] + (drift["glut"] - drift["shortage"]) * expected[1:]
    yield mean("regime: mean of x_24 under two drifts", float(moves.sum() / 12.0), index[MONTHS])


def _climate(budget: Budget) -> Iterator[Claim]:
    """f_t is an autoregression: normal around φ^t f_0 with variance 1 − φ^2t."""
    years, start, rho, base, sensitivity = 0.7, 0.5, 0.6, 0.05, 0.4
    funding: Tree = {"start": start, "persistence_years": years, "price_correlation": rho}
    funding |= {"spread": {"base": base, "sensitivity": sensitivity}}
    scenario = world("climate", prices(0.0, 0.3), market(funding=funding))
    read = _of_market("climate", "price_shock", "spread")
    f, shock, spread = np.moveaxis(states(scenario, budget, read), 1, 0)
    phi = math.exp(-1.0 / (12.0 * years))
    n = f.shape[1]
    for month in (1, 6, MONTHS):
        v = 1.0 - phi ** (2 * month)
        yield mean(f"climate: mean in month {month}", start * phi**month, f[month], v)
        yield variance(f"climate: variance in month {month}", v, f[month])
        loading = base * math.exp(-sensitivity * start * phi**month + sensitivity**2 * v / 2.0)
        yield mean(f"climate: mean credit spread in month {month}", loading, spread[month])
    innovation = (f[1:] - phi * f[:-1])[1:]
    found = float(np.corrcoef(innovation.ravel(), shock[2:].ravel())[0, 1])
    error = (1.0 - rho**2) / math.sqrt(innovation.size)
    yield Claim("climate: correlation of its shocks with the price's", rho, found, error)
    serial = float(np.corrcoef(innovation[1:].ravel(), innovation[:-1].ravel())[0, 1])
    error = 1.0 / math.sqrt(innovation[1:].size)
    yield Claim("climate: serial correlation of its shocks", 0.0, serial, error)
    yield from _stationary(budget, n)


def _stationary(budget: Budget, n: int) -> Iterator[Claim]:
    """Forgotten its start, the climate is standard normal in every month; a glut shifts it."""
    years, shift = 0.2, 0.7
    funding = {"start": 3.0, "persistence_years": years, "glut_shift": shift}
    scenario = world("stationary climate", market(funding=funding, regime={"start": "glut"}))
    e = states(scenario, budget, _of_market("climate"))[:, 0]
    phi = math.exp(-1.0 / (12.0 * years))
    for month in (18, MONTHS):
        centre = 3.0 * phi**month - shift
        yield mean(f"climate in a glut: mean in month {month}", centre, e[month], 1.0)
        yield variance(f"climate in a glut: variance in month {month}", 1.0, e[month])
    products = (e[MONTHS] + shift) * (e[18] + shift)
    decay = phi ** (MONTHS - 18)
    text = "climate: autocovariance over six months"
    yield Claim(text, decay, float(products.mean()), math.sqrt((1.0 + decay**2) / n))


def _quotes(budget: Budget) -> Iterator[Claim]:
    """Spot price and resale value follow the index, to rounding."""
    ageing, depreciation, elasticity = 0.12, 0.06, 0.7
    gpu = {"obsolescence": ageing, "depreciation": depreciation}
    scenario = world(
        "quotes",
        prices(-0.3, 0.4),
        market(resale={"elasticity": elasticity}),
        {"gpus": {"gpu": gpu}},
    )

    def read(tables: Tables) -> Floats:
        kind = tables.gpus[0]
        return np.stack([tables.market[0].index, kind.price, kind.resale])

    index, price, resale = np.moveaxis(states(scenario, budget, read)[1:], 1, 0)
    years = np.arange(1, MONTHS + 1)[:, None] / 12.0
    move = index - ageing * years
    spot = PRICE * np.exp(move)
    value = RESALE * np.exp(elasticity * move - depreciation * years)
    for name, found, expected in (("spot price", price, spot), ("resale value", resale, value)):
        worst = float(np.abs(found / expected - 1.0).max())
        text = f"{name}: largest relative distance from its formula, any path and month"
        yield within(text, 0.0, worst, 1e-13)
