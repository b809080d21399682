"""First passage: an issuer that defaults when the log price is below a line at a month's end.

It lets all its GPUs at the spot price, pays its costs, and every dollar left prepays a loan without
interest that never ends: cash is always 0, so it defaults in the first month t in which
730 · count · P_t is below its costs, that is, x_t < b.

*Exact*: the density of the surviving log prices is carried from month to month by quadrature on
Gauss–Legendre nodes above the line; the survivors of month t+1 at x are ∫_b^∞ p_t(y) φ(x | y) dy.

*Approximate*: a Brownian motion watched at all times falls below a line with a known probability;
watched monthly, it does so as if the line lay 0.5826 σ√Δ lower (−ζ(½)/√2π). The error left is of a
smaller order than √Δ, about 0.001 in these probabilities, so it is set beside the exact recursion
with a tolerance; the simulated frequencies are set beside the recursion alone.

References
----------
Broadie, Glasserman, Kou (1997), "A continuity correction for discrete barrier options".
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Final

import numpy as np

from neocloud_mc.results.book import Outcome
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.record import Claim, share, within
from neocloud_mc.validation.sampling import Floats, sample
from neocloud_mc.validation.worlds import INCOME, Tree, market, prices, spot_issuer, world

BGK: Final = 0.5825971579390106
_BGK_TOLERANCE: Final = 0.002
"""Room for the error of the corrected formula in a probability: 0.0012 at five steps' distance."""
_NODES: Final = 400


@cache
def _gauss_legendre() -> tuple[Floats, Floats]:
    """Nodes and weights on (−1, 1), float64[_NODES] each."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights


@dataclass(frozen=True)
class Passage:
    """A random walk of monthly steps and the line b < 0 that it must stay above.

    Parameters
    ----------
    drift, volatility : per year, in the shortage and in the glut.
    leave : probability of leaving each regime in a month; the walk begins in the shortage.
    fall : of the index with age, per year (`price.obsolescence`).
    reversion : per year.
    """

    line: float
    months: int
    drift: tuple[float, float]
    volatility: tuple[float, float]
    leave: tuple[float, float] = (0.0, 0.0)
    fall: float = 0.0
    reversion: float = 0.0

    def survival(self) -> Floats:
        """P(above the line in months 1 … t) for t = 1 … months, by density propagation."""
        alive = np.empty(self.months)
        y, weights = np.zeros(1), np.ones(1)
        density = np.array([[1.0], [0.0]])
        for t in range(1, self.months + 1):
            mass = self._turned(density) * weights
            y, weights, density = self._stepped(t, y, mass)
            alive[t - 1] = float((density * weights).sum())
        return alive

    def _turned(self, density: Floats) -> Floats:
        """The regimes' densities after the month's change of regime: float64[2, nodes]."""
        leave = self.leave
        change = np.array([[1.0 - leave[0], leave[1]], [leave[0], 1.0 - leave[1]]])
        return change @ density

    def _stepped(self, t: int, y: Floats, mass: Floats) -> tuple[Floats, Floats, Floats]:
        """Nodes above the line in month t, their weights, and the density on them."""
        low = self.line + self.fall * t / 12.0
        high = low + abs(self.line) + 10.0 * max(self.volatility) * math.sqrt(t / 12.0)
        nodes, weights = _gauss_legendre()
        to = low + (nodes + 1.0) * (high - low) / 2.0
        decay = math.exp(-self.reversion / 12.0)
        density = np.empty((2, _NODES))
        for regime in range(2):
            s = self.volatility[regime] / math.sqrt(12.0)
            gap = to[:, None] - decay * y[None, :] - self.drift[regime] / 12.0
            kernel = np.exp(-0.5 * (gap / s) ** 2) / (s * math.sqrt(2.0 * math.pi))
            density[regime] = kernel @ mass[regime]
        return to, weights * (high - low) / 2.0, density

    def corrected(self, month: int) -> float:
        """P(below the line by that month) of the continuously watched walk, line corrected."""
        sigma, mu, years = self.volatility[0], self.drift[0], month / 12.0
        line = self.line - BGK * sigma * math.sqrt(1.0 / 12.0)
        spread = sigma * math.sqrt(years)
        law = NormalDist()
        reflected = math.exp(2.0 * mu * line / sigma**2)
        return law.cdf((line - mu * years) / spread) + reflected * law.cdf(
            (line + mu * years) / spread
        )

    def scenario(self, name: str) -> Scenario:
        """The issuer of this walk."""
        loan = {"principal": 1e13, "coupon": 0.0, "maturity": 2400, "sweep": 1.0}
        issuer = spot_issuer(loan, fixed=INCOME * math.exp(self.line))
        stay = [math.inf if p == 0.0 else -1.0 / (12.0 * math.log1p(-p)) for p in self.leave]
        pair = ("shortage", "glut")
        regime: Tree = {"mean_years": dict(zip(pair, stay, strict=True))}
        more = {"obsolescence": self.fall, "reversion": self.reversion}
        return world(
            name,
            prices(0.0, 0.0, **more),
            market(
                regime=regime,
                price={
                    "drift": dict(zip(pair, self.drift, strict=True)),
                    "volatility": dict(zip(pair, self.volatility, strict=True)),
                },
            ),
            {"horizon_months": self.months, "issuers": {"one": issuer}},
        )


_WALKS: Final = {
    "random walk": Passage(-0.6, 60, (-0.1, -0.1), (0.4, 0.4)),
    "long random walk": Passage(-1.2, 240, (0.05, 0.05), (0.35, 0.35)),
    "ageing and reverting": Passage(-0.7, 36, (0.1, 0.1), (0.5, 0.5), fall=0.15, reversion=0.6),
    "two regimes": Passage(-0.8, 60, (0.1, -0.4), (0.25, 0.6), leave=(0.05, 0.1)),
}


def claims(budget: Budget) -> Iterator[Claim]:
    """The term structure of default of each walk, against the recursion and the formula."""
    for name, walk in _WALKS.items():
        months = sample(walk.scenario(f"first passage, {name}"), budget, _default_months)
        exact = 1.0 - walk.survival()
        shown = [m for m in (1, 3, 12, 36, walk.months) if exact[m - 1] * months.size > 500.0]
        for month in dict.fromkeys(shown):
            events = np.count_nonzero((months > 0.0) & (months <= month))
            text = f"{name}, line {walk.line}: default by month {month}, exact recursion"
            yield share(text, exact[month - 1], events, months.size)
        if "random" in name:
            text = f"{name}, line {walk.line}: corrected Brownian formula against the recursion"
            yield within(text, walk.corrected(walk.months), exact[-1], _BGK_TOLERANCE)


def _default_months(outcome: Outcome) -> Floats:
    months: Floats = outcome.default_month[0]
    return months
