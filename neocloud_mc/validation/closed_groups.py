"""Closed forms of growth, lifelines, prescribed markets and vehicles."""

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Any, Final

import numpy as np

from neocloud_mc.notation import counted
from neocloud_mc.results.book import Outcome
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.record import Claim, mean, never, share, variance, within
from neocloud_mc.validation.sampling import Floats, outcomes, sample, states
from neocloud_mc.validation.worlds import (
    COUNT,
    MONTHS,
    NO_SPOT,
    PRICE,
    Tree,
    bullet,
    lease,
    market,
    prices,
    spot_issuer,
    world,
)

_NORMAL: Final = NormalDist()
_WINDOW: Final = 0.4
_FRESH: Final = market(funding={"persistence_years": 1e-6, "spread": {"base": 0.0}})
"""Every month's climate is a draw of its own; what is rolled over costs nothing."""
_DUE: Final = 12
"""Month of the bullets below."""


def claims(budget: Budget) -> Iterator[Claim]:
    """Every closed form of this page."""
    yield from _own_factor(budget)
    yield from _prescribed(budget)
    yield from _jumps(budget)
    yield from _windows(budget)
    yield from _long_stops(budget)
    yield from _optional_lots(budget)
    yield from _ring_fence(budget)


def _month_of_default(outcome: Outcome) -> Floats:
    months: Floats = outcome.default_month
    return months


def _alone(**terms: Any) -> Tree:
    """One issuer without cash."""
    return {"issuers": {"one": {"cash": 0.0} | terms}}


def _own_factor(budget: Budget) -> Iterator[Claim]:
    """u_g,T is normal: variance s² Δ (1 − e^{−2κT}) / (1 − e^{−2κΔ})."""
    s, kappa = 0.3, 1.5
    own = {"gpus": {"gpu": {"volatility": s, "reversion": kappa}}}
    name = "factor of a GPU type"
    found = states(world(name, own), budget, lambda tables: tables.gpus.price)[-1].ravel()
    u = np.log(found / PRICE)
    decay = -2.0 * kappa / 12.0
    spread = s**2 / 12.0 * math.expm1(decay * MONTHS) / math.expm1(decay)
    yield mean(f"{name}: mean of u_24", 0.0, u, spread)
    yield variance(f"{name}: variance of u_24", spread, u)


def _prescribed(budget: Budget) -> Iterator[Claim]:
    """Up to its last month a prescribed index is met exactly, jumps and volatility or not."""
    launch = {"per_year": 2.0, "mean": -0.2, "sd": 0.1}
    path = {"price_index": {6: 0.8, 12: 0.5}}
    scenario = world(
        "prescribed index", prices(-0.3, 0.5, launch=launch, start=0.2), market(path=path)
    )
    index = sample(scenario, budget, lambda outcome: outcome.log_index[:12])
    months = np.arange(1, 13)
    expected = np.interp(months, [0, 6, 12], [0.0, math.log(0.8), math.log(0.5)])
    worst = float(np.abs(index - expected[:, None]).max())
    yield within("prescribed index: largest distance from the line", 0.0, worst, 1e-14)


def _jumps(budget: Budget) -> Iterator[Claim]:
    """Survival of jumps alone is exp(−hT)."""
    h = 0.25
    month = sample(world("jumps", _alone(jump_to_default=h, cash=1e9)), budget, _month_of_default)[
        0
    ]
    for t in (1, 12, MONTHS):
        died = np.count_nonzero((month > 0) & (month <= t))
        text = f"jump to default at {h:g} a year: P(default by month {t})"
        yield share(text, -math.expm1(-h * t / 12.0), died, month.size)


def _windows(budget: Budget) -> Iterator[Claim]:
    """With a climate drawn afresh every month no window opens in n months with Φ(w)ⁿ."""
    loan = bullet(100.0, _DUE)
    for months in (0, 2, 5):
        support = {"capacity": 1e3, "window": _WINDOW, "runway": months}
        refinance = {"months": 60, "window": _WINDOW, "ahead": months}
        for what, terms in (
            ("runway", {"support": support, "tranches": {"loan": loan}}),
            ("refinance.ahead", {"tranches": {"loan": loan | {"refinance": refinance}}}),
        ):
            name = f"{what} {months}"
            month = sample(world(name, _FRESH, _alone(**terms)), budget, _month_of_default)[0]
            missed = _NORMAL.cdf(_WINDOW) ** (months + 1)
            events = np.count_nonzero(month == _DUE)
            yield share(f"{name}: P(no open month)", missed, events, month.size)


def _long_stops(budget: Budget) -> Iterator[Claim]:
    """A contract is lost where delivery is later than its long stop: P(G > k) = q^{k+1}."""
    delay = 4.0
    q = delay / (1.0 + delay)
    for k in (0, 3):
        issuer = {
            "cash": 1.0,
            "delivery_delay_months": delay,
            "fleet": {"lot": {"gpu": "gpu", "count": COUNT, "service_month": 1}},
            "contracts": {"rent": lease(price=1.1 * PRICE, longstop=k + 1)},
            "tranches": {"loan": bullet(10.0, MONTHS)},
        }
        name = f"long stop after {counted(k + 1, 'month')}"
        scenario = world(name, NO_SPOT, {"issuers": {"one": issuer}})
        month = sample(scenario, budget, _month_of_default)[0]
        events = np.count_nonzero(month == MONTHS)
        yield share(f"{name}: P(the contract is lost)", q ** (k + 1), events, month.size)


def _optional_lots(budget: Budget) -> Iterator[Claim]:
    """P(bought) is bivariate normal in the price and the climate of its month."""
    sigma, level = 0.5, -0.05
    order = {"gpu": "gpu", "count": 1, "unit_cost": 1000.0, "service_month": 99}
    fleet = {
        "maybe": order | {"pay_month": 1, "committed": False},
        "next": order | {"pay_month": 2, "unit_cost": 1.0},
    }
    hurdle = 12.0 * 730.0 * PRICE * math.exp(level) / 1000.0
    issuer = _alone(cash=1000.0, fleet=fleet, growth_window=_WINDOW, growth_hurdle=hurdle)
    for correlation in (-0.6, 0.7):
        climate = market(funding={"persistence_years": 1e-6, "price_correlation": correlation})
        name = f"an optional lot, correlation {correlation:g}"
        scenario = world(name, prices(0.0, sigma), climate, issuer)
        month = sample(scenario, budget, _month_of_default)[0]
        bought = _both_above(level / (sigma / math.sqrt(12.0)), _WINDOW, correlation)
        events = np.count_nonzero(month == 2)
        yield share(f"{name}: P(bought)", bought, events, month.size)


def _both_above(a: float, b: float, correlation: float) -> float:
    """P(X > a, Y > b) of standard normals, by Simpson's rule over X."""
    x = np.linspace(a, 9.0, 4001)
    density = np.exp(-0.5 * x**2) / math.sqrt(2.0 * math.pi)
    z = (b - correlation * x) / math.sqrt(2.0 - 2.0 * correlation**2)
    values = density * np.array([0.5 * math.erfc(one) for one in z])
    weights = np.full(len(x), 2.0)
    weights[1::2], weights[0], weights[-1] = 4.0, 1.0, 1.0
    return float(weights @ values * (x[1] - x[0]) / 3.0)


def _ring_fence(budget: Budget) -> Iterator[Claim]:
    """A vehicle that nothing leaves, and no operator's loss hits, keeps its PD bit for bit."""
    income = 730.0 * PRICE * COUNT
    loan = bullet(8.0 * income, MONTHS) | {"amortization": "annuity", "coupon": 0.09}
    firm = spot_issuer(loan, fixed=0.6 * income) | {"min_cash": 1e12}
    parent = {"cash": 1e9, "jump_to_default": 0.6}
    shaky = prices(0.0, 0.5)
    alone = world("a ring fence", shaky, {"issuers": {"firm": firm}})
    fenced = world(
        "a ring fence", shaky, {"issuers": {"firm": firm | {"parent": "top"}, "top": parent}}
    )
    one, other = (_run(scenario, budget) for scenario in (alone, fenced))
    differ = np.count_nonzero(one.default_month[0] != other.default_month[0])
    differ += np.count_nonzero(one.loss[0] != other.loss[0])
    orphans = np.count_nonzero(other.default_month[1]) / other.default_month.shape[1]
    died = np.count_nonzero(one.default_month[0]) / one.default_month.shape[1]
    text = f"a ring fence, PD {died:.0%}, its parent's {orphans:.0%}"
    yield never(f"{text}: paths on which the parent changes default or loss", int(differ))


def _run(scenario: Scenario, budget: Budget) -> Outcome:
    return outcomes(scenario, budget.paths, budget.key(scenario.name))
