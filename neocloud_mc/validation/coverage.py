"""Coverage: over many seeds, a 95% interval holds the true value 95% of the time.

The truth is known for one-month debt (see `merton`). Hits are binomial; z is that of their exact
distribution.
"""

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Final

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import simulate
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.figures import Estimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.merton import SpotDebt, with_pd
from neocloud_mc.validation.record import Claim, share
from neocloud_mc.validation.worlds import INCOME, bullet, market, prices, spot_issuer, world

_DRIFT, _VOLATILITY, _RATE = -0.3, 1.5, 0.05
_PDS: Final = {"rare": 0.001, "usual": 0.05, "even": 0.5}
_PATHS: Final = 20_000
_NOMINAL: Final = 0.95


def claims(budget: Budget) -> Iterator[Claim]:
    """Hits of each interval among so many seeds."""
    debts = {name: with_pd(pd, INCOME, _DRIFT, _VOLATILITY) for name, pd in _PDS.items()}
    truths, scenario = _truths(debts), _scenario(debts)
    book = open_book(scenario)
    hits = dict.fromkeys(truths, 0)
    for number in range(budget.intervals):
        seed = budget.key(f"coverage {number}")
        found = _found(estimate(book, simulate(scenario, paths=_PATHS, seed=seed)))
        for name, truth in truths.items():
            low, high = found[name].low, found[name].high
            hits[name] += low is not None and high is not None and low <= truth <= high
    for name, count in hits.items():
        text = f"{name}: 95% intervals of {_PATHS:,} paths that hold it, {budget.intervals} seeds"
        yield share(text, _NOMINAL, count, budget.intervals)


def _scenario(debts: dict[str, SpotDebt]) -> Scenario:
    issuers = {name: spot_issuer(bullet(debt.principal)) for name, debt in debts.items()}
    return world(
        "coverage",
        prices(_DRIFT, _VOLATILITY),
        market(risk_free=_RATE),
        {
            "horizon_months": 1,
            "gpus": {"gpu": {"resale": 0.0}},
            "issuers": issuers,
            "portfolio": {"even.loan": 1.0},
        },
    )


def _truths(debts: dict[str, SpotDebt]) -> dict[str, float]:
    """True values by name, in the order of the record."""
    discount = math.exp(-_RATE / 12.0)
    truths = {f"PD of {pd:.1%}": pd for pd in _PDS.values()}
    for name in ("usual", "even"):
        debt, at = debts[name], f"at a PD of {_PDS[name]:.0%}"
        truths[f"LGD {at}"] = debt.lgd
        truths[f"expected loss {at}"] = discount * debt.expected_loss
        truths[f"fair spread {at}"] = 12.0 * debt.expected_loss / debt.principal
    truths["portfolio's mean loss"] = debts["even"].expected_loss
    truths["portfolio's 95% VaR"] = debts["even"].loss_quantile(0.95)
    truths["portfolio's 95% ES"] = debts["even"].shortfall(0.95)
    law = NormalDist(_DRIFT / 12.0, _VOLATILITY / math.sqrt(12.0))
    for name, level in (("median", 0.5), ("95% quantile", 0.95)):
        truths[f"{name} of the price index"] = math.exp(law.inv_cdf(level))
    return truths


def _found(estimates: Estimates) -> dict[str, Estimate]:
    """The estimates of the true values, by the same names."""
    issuers, portfolio = estimates.issuers, estimates.portfolio
    found = {f"PD of {pd:.1%}": issuers[name].pd[1] for name, pd in _PDS.items()}
    for name in ("usual", "even"):
        at = f"at a PD of {_PDS[name]:.0%}"
        found[f"LGD {at}"] = issuers[name].lgd
        found[f"expected loss {at}"] = issuers[name].expected_loss
        found[f"fair spread {at}"] = issuers[name].tranches["loan"].fair_spread
    found["portfolio's mean loss"] = portfolio.mean
    found["portfolio's 95% VaR"] = portfolio.var["95"]
    found["portfolio's 95% ES"] = portfolio.es["95"]
    quantiles = estimates.market.price_index[1]
    found["median of the price index"] = quantiles["p50"]
    found["95% quantile of the price index"] = quantiles["p95"]
    return found
