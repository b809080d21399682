"""An issuer that defaults in month 1 for sure, and what its lenders then lose, in closed form."""

from collections.abc import Callable
from statistics import NormalDist

import numpy as np

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import simulate
from neocloud_mc.results.book import Floats
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.figures import Estimates
from neocloud_mc.results.intervals import Estimate, Z
from neocloud_mc.scenario.model import Scenario
from tests.worlds import Tree, world

RESALE = 10_000.0
RARE = 1.5966
"""Volatility of the haircut with which H, of median 1/2, exceeds 0.99 once in 500."""
Loss = Callable[[Floats], Floats]
"""What is lost of a haircut H, USD."""


def faller(gpus: int, **tranches: Tree) -> Tree:
    """Without cash, with costs that it cannot pay; its GPUs secure its debt."""
    fleet = {"lot": {"gpu": "h100", "count": gpus, "pool": "p"}} if gpus else {}
    return {"cash": 0.0, "fleet": fleet, "costs": {"fixed": 1e11}, "tranches": tranches}


def owing(principal: float, **terms: object) -> Tree:
    """A loan from the pool that earns nothing."""
    return {"principal": principal, "coupon": 0.0, "maturity": 60, "pool": "p"} | terms


def month(volatility: float, *changes: Tree, **issuers: Tree) -> Scenario:
    """A month in which nothing is random but the haircut: H = logistic(volatility · Z)."""
    haircut = {"base": 0.5, "volatility": volatility}
    market = {"market": {"resale": {"months": 1, "cost": 0.0, "haircut": haircut}}}
    gpus = {"gpus": {"h100": {"price": 1.0, "resale": RESALE}}}
    return world({"horizon_months": 1}, market, gpus, {"issuers": issuers}, *changes)


def found(scenario: Scenario, paths: int, seed: int = 1) -> Estimates:
    return estimate(open_book(scenario), simulate(scenario, paths=paths, seed=seed, threads=1))


def haircuts(volatility: float, points: int = 400_001) -> Floats:
    """H at the middles of so many equally likely slices, ascending."""
    slices = (np.arange(points) + 0.5) / points
    z = np.array(list(map(NormalDist().inv_cdf, slices.tolist())))
    return np.asarray(1.0 / (1.0 + np.exp(-volatility * z)))


def agrees(estimate: Estimate, truth: float) -> None:
    """Within 4.5 standard errors: one false alarm in 150,000 such checks."""
    assert estimate.value is not None and estimate.low is not None and estimate.high is not None
    half_width = (
        estimate.high - estimate.value
        if truth > estimate.value
        else (estimate.value - estimate.low)
    )
    assert abs(estimate.value - truth) <= 4.5 / Z * half_width + 1e-12 * abs(truth)


def covers(estimate: Estimate, truth: float) -> bool | None:
    """Whether the interval has the truth; None without one."""
    if estimate.low is None or estimate.high is None:
        return None
    return estimate.low <= truth <= estimate.high
