"""Quantiles of the market are values that occur: at atoms, far away, and in order."""

import math
from statistics import NormalDist

import pytest

from tests.cases.falls import agrees, faller, found, month, owing
from tests.worlds import Tree, world

NOBODY: Tree = {"issuers": {"a": {"cash": 1.0}}}


@pytest.mark.parametrize("jump", [-0.301, -1.0 / 3.0, 2.5, 20.0])
def test_quantiles_at_atoms_are_exact(jump: float) -> None:
    """The price moves with launches alone: Binomial(12, 1 − exp(−1/12)) of them."""
    launch = {"price": {"launch": {"per_year": 1.0, "mean": jump, "sd": 0.0}}}
    still = {"horizon_months": 12, "market": launch}
    index = found(world(still, NOBODY), 5001).market.price_index[12]
    few, many = ("p95", "p05") if jump < 0.0 else ("p05", "p95")
    for name, launches in ((few, 0), ("p50", 1), (many, 3)):
        level = pytest.approx(math.exp(launches * jump), rel=1e-13)
        assert index[name].value == index[name].low == index[name].high == level


@pytest.mark.parametrize("drift", [-30.0, -1.0, 0.0, 1.0, 25.0])
def test_quantiles_far_away_are_those_of_the_lognormal(drift: float) -> None:
    price = {"drift": {"shortage": drift}, "volatility": {"shortage": 0.1}}
    far = {"horizon_months": 240, "market": {"price": price}}
    index = found(world(far, NOBODY), 2000).market.price_index[240]
    sd = 0.1 * math.sqrt(20.0)
    for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        agrees(index[name], math.exp(20.0 * drift + sd * NormalDist().inv_cdf(share)))


@pytest.mark.parametrize("total_gpus", [1e-300, 1e-9, 1.0, 1e6])
def test_quantiles_rise_whatever_the_size_of_the_market(total_gpus: float) -> None:
    """Liquidated GPUs, a share of the market's, press on the price beyond all measure."""
    contagion = {"market": {"total_gpus": total_gpus, "contagion": {"price_impact": 1.0}}}
    scenario = month(1.0, contagion, {"horizon_months": 3}, a=faller(10, loan=owing(1e6)))
    market = found(scenario, 500).market
    for quantiles in (market.price_index, market.gpus["h100"].price, market.gpus["h100"].resale):
        low, middle, high = (each.value for each in quantiles[3].values())
        if low is not None and middle is not None and high is not None:
            assert low <= middle <= high
