"""Scenario -> Book: the names, debts and discounting that the statistics of a run need."""

import math

import numpy as np

from neocloud_mc.mechanisms.debt import Tranche
from neocloud_mc.mechanisms.market import Market
from neocloud_mc.mechanisms.market.terms import PriceOfRisk
from neocloud_mc.quantities import YEARS_PER_MONTH
from neocloud_mc.results.book import (
    Book,
    GpuEntry,
    IssuerEntry,
    ProbabilityMeasure,
    TrancheEntry,
)
from neocloud_mc.scenario.model import Scenario


def open_book(scenario: Scenario) -> Book:
    """Describe the scenario's issuers, tranches and GPUs to the statistics."""
    months, rate = scenario.horizon_months, scenario.market.risk_free
    held = scenario.portfolio
    tranches = tuple(
        TrancheEntry(
            issuer=place,
            id=key,
            kind=tranche.kind,
            secured=tranche.pool is not None,
            principal=tranche.principal,
            commitment=tranche.commitment,
            rate=opening_rate(tranche, scenario.market),
            contract_spread=contract_spread(tranche, scenario.market),
            maturity=tranche.maturity,
            rank=tranche.rank,
            share=1.0 if held is None else held.get(f"{name}.{key}", 0.0),
        )
        for place, (name, issuer) in enumerate(scenario.issuers.items())
        for key, tranche in issuer.tranches.items()
    )
    return Book(
        scenario=scenario.name,
        base_date=scenario.base_date.isoformat() if scenario.base_date else None,
        months=months,
        discount=np.array([math.exp(-rate * t * YEARS_PER_MONTH) for t in range(months + 1)]),
        issuers=tuple(
            IssuerEntry(name, issuer.label or name, issuer.parent)
            for name, issuer in scenario.issuers.items()
        ),
        tranches=tranches,
        gpus=tuple(
            GpuEntry(
                name,
                gpu.price,
                gpu.resale,
                gpu.obsolescence * YEARS_PER_MONTH,
                gpu.depreciation * YEARS_PER_MONTH,
            )
            for name, gpu in scenario.gpus.items()
        ),
        elasticity=scenario.market.resale.elasticity,
        measure=measure(scenario.market),
    )


def measure(market: Market) -> ProbabilityMeasure:
    """Whose probabilities a market has: those of the real world, or those that prices imply."""
    return "real-world" if market.price_of_risk == PriceOfRisk() else "risk-neutral"


def opening_rate(tranche: Tranche, market: Market) -> float:
    """Interest of a tranche at the base date, per year."""
    if tranche.coupon is not None:
        return tranche.coupon
    spread = market.funding.spread.base if tranche.margin is None else tranche.margin
    return market.risk_free + spread


def contract_spread(tranche: Tranche, market: Market) -> float | None:
    """What a tranche pays for its credit risk, per year; None where its rate does not tell.

    The buyers of a convertible are paid by its option, and so are those who lend below the
    risk-free rate by something else.
    """
    if tranche.margin is not None:
        spread = tranche.margin
    elif tranche.coupon is not None:
        spread = tranche.coupon - market.risk_free
    else:
        spread = market.funding.spread.base
    return None if tranche.convertible or spread < 0.0 else spread
