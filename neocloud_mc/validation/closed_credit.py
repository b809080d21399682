"""Closed forms of customers, contracts, deliveries, haircuts and one-month debt."""

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np

from neocloud_mc.causes import REFINANCING
from neocloud_mc.engine.tables import Tables
from neocloud_mc.notation import counted
from neocloud_mc.results.book import Outcome
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.merton import SpotDebt
from neocloud_mc.validation.record import Claim, mean, never, share
from neocloud_mc.validation.sampling import Floats, sample, states
from neocloud_mc.validation.worlds import (
    COUNT,
    INCOME,
    MONTHS,
    NO_SPOT,
    RESALE,
    bullet,
    landlord,
    lease,
    market,
    prices,
    spot_issuer,
    world,
)

_HAZARD: Final = 0.35
_LEVERAGES: Final = (0.4, 0.6, 0.8, 1.0, 1.25, 1.6)


def claims(budget: Budget) -> Iterator[Claim]:
    """Every closed form of the credit side."""
    yield from _customers(budget)
    yield from _fresh_climate(budget)
    yield from _shared_customers(budget)
    yield from _contracts(budget)
    yield from _deliveries(budget)
    yield from _haircuts(budget)
    yield from _one_month_debt(budget)


def expectation(values: Callable[[Floats], Floats]) -> float:
    """E g(Z) for a standard normal Z, by Gauss–Hermite quadrature.

    Parameters
    ----------
    values : g, smooth, of float64[nodes].
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(100)
    return float((weights * values(nodes)).sum() / math.sqrt(2.0 * math.pi))


def _customers(budget: Budget) -> Iterator[Claim]:
    """Survival in a climate that stands still: exponential, with the climate's intensity."""
    start, beta = 0.7, 0.8
    frozen = market(funding={"start": start, "persistence_years": 1e9})
    tenants = {
        "plain": {"default_intensity": _HAZARD},
        "sensitive": {"default_intensity": _HAZARD, "funding_beta": beta},
    }
    scenario = world("customers", frozen, {"customers": tenants})
    failed = states(scenario, budget, lambda tables: np.array(tables.customers.failed))
    rates = (0.0, _HAZARD, _HAZARD * math.exp(-beta * start - beta**2 / 2.0))
    for row, text in ((1, "without funding beta"), (2, f"of beta {beta} in a climate of {start}")):
        for month in (1, 12, MONTHS):
            alive = np.count_nonzero(failed[month, row] == 0.0)
            survival = math.exp(-rates[row] * month / 12.0)
            yield share(f"customer {text}: survives month {month}", survival, alive, budget.watched)


def _fresh_climate(budget: Budget) -> Iterator[Claim]:
    """One month in a climate drawn from its stationary law: survival by quadrature."""
    for beta in (0.9, -0.5):
        name = f"customer of beta {beta}, stationary climate"
        fresh = market(funding={"persistence_years": 1e-6})
        tenant = {"tenant": {"default_intensity": _HAZARD, "funding_beta": beta}}
        issuers = {"one": landlord("tenant")}
        one_month = {"horizon_months": 1, "customers": tenant, "issuers": issuers}
        fails = sample(world(name, NO_SPOT, fresh, one_month), budget, _has_defaulted)
        survival = expectation(partial(_month_survival, beta=beta))
        yield share(f"{name}: fails in month 1", 1.0 - survival, int(fails.sum()), fails.size)


def _month_survival(climate: Floats, beta: float) -> Floats:
    """P(surviving one month) in a climate; float64[n]."""
    survival: Floats = np.exp(-_HAZARD / 12.0 * np.exp(-beta * climate - beta**2 / 2.0))
    return survival


def _has_defaulted(outcome: Outcome) -> Floats:
    """1 where the issuer defaults: float64[issuers, n]."""
    return (outcome.default_month > 0.0).astype(np.float64)


def _shared_customers(budget: Budget) -> Iterator[Claim]:
    """Two issuers with one customer in common and one each of their own."""
    rates = {"both": 0.2, "first": 0.3, "second": 0.1}
    scenario = world(
        "shared customer",
        NO_SPOT,
        {
            "customers": {name: {"default_intensity": h} for name, h in rates.items()},
            "issuers": {"a": landlord("both", "first"), "b": landlord("both", "second")},
        },
    )
    a, b = sample(scenario, budget, _has_defaulted)
    shared, first, second = (-math.expm1(-h * MONTHS / 12.0) for h in rates.values())
    joint = shared + (1.0 - shared) * first * second
    n = a.size
    yield share("shared customer: PD of the first", 1 - (1 - shared) * (1 - first), a.sum(), n)
    yield share("shared customer: PD of the second", 1 - (1 - shared) * (1 - second), b.sum(), n)
    yield share("shared customer: joint PD", joint, (a * b).sum(), n)


def _contracts(budget: Budget) -> Iterator[Claim]:
    """Churn, concessions and renewals of an issuer that owes nothing."""
    churn, concession, dearness, stay = 0.4, 0.6, 1.5, 0.7
    terms = {
        "plain": lease(churn=churn),
        "dear": lease(churn=churn, price=2.0 * dearness, price_sensitivity=2.0),
        "conceding": lease(churn=churn, concession=concession),
        "renewed": lease(end_month=3, renewal={"probability": stay, "months": 3}),
    }
    issuer = {"cash": 0.0, "fleet": {"lot": {"gpu": "gpu", "count": COUNT}}, "contracts": terms}
    scenario = world("contracts", {"issuers": {"one": issuer}})

    def read(tables: Tables) -> Floats:
        return np.concatenate([tables.contracts.live, tables.contracts.end_month])

    seen = states(scenario, budget, read)
    walks = -math.expm1(-churn / 12.0)
    for month in (6, 12, MONTHS):
        live = np.count_nonzero(seen[month, :3], axis=1)
        for row, text, survival in (
            (0, "churn at psi = 0", math.exp(-churn * month / 12.0)),
            (1, "churn at psi = 2, price 1.5 times spot", math.exp(-churn * 2.25 * month / 12.0)),
            (2, "churn with concessions", (1.0 - walks * (1.0 - concession)) ** month),
        ):
            yield share(f"{text}: lives in month {month}", survival, live[row], budget.watched)
    renewals = (seen[MONTHS, 7] - 3.0) / 3.0
    orders = np.arange(1, MONTHS // 3 + 1)
    expected = float((stay**orders).sum())
    spread = float(((2 * orders - 1) * stay**orders).sum()) - expected**2
    yield mean("renewals of a contract in 24 months", expected, renewals, spread)


def _deliveries(budget: Budget) -> Iterator[Claim]:
    """Delays are geometric with the given mean."""
    delay, service = 2.5, 4
    lot = {"gpu": "gpu", "count": COUNT, "service_month": service}
    issuer = {"cash": 0.0, "delivery_delay_months": delay, "fleet": {"lot": lot}}
    scenario = world("deliveries", {"horizon_months": 1, "issuers": {"one": issuer}})
    late = states(scenario, budget, lambda tables: np.array(tables.lots.start))[0, 0] - service
    yield mean("delivery: mean delay, months", delay, late, delay * (1.0 + delay))
    q = delay / (1.0 + delay)
    for months in range(4):
        events = np.count_nonzero(late == months)
        claim = f"delivery: P({counted(months, 'month')} late)"
        yield share(claim, (1.0 - q) * q**months, events, late.size)
    events = np.count_nonzero(late >= 12)
    yield share("delivery: P(12 months late or more)", q**12, events, late.size)


def _haircuts(budget: Budget) -> Iterator[Claim]:
    """Mean haircut and loss of a certain default in month 1, by quadrature."""
    base, glut, fire, deviation = 0.25, 0.8, 2.0, 0.5
    cost, rate, months = 0.05, 0.06, 6
    haircut = {"base": base, "glut": glut, "fire_sale": fire, "volatility": deviation}
    loan = {"principal": COUNT * RESALE, "coupon": 0.0, "maturity": 24, "pool": "pool"}
    issuer = spot_issuer(loan, fixed=2.0 * INCOME)
    issuer["fleet"]["lot"]["pool"] = "pool"
    for regime in ("shortage", "glut"):
        scenario = world(
            f"haircut in a {regime}",
            market(
                total_gpus=10.0 * COUNT,
                risk_free=rate,
                regime={"start": regime},
                resale={"cost": cost, "months": months, "haircut": haircut},
            ),
            {"horizon_months": 1, "issuers": {"one": issuer}},
        )
        shift = math.log(base / (1.0 - base)) + fire / 10.0 + glut * (regime == "glut")
        first, second = (
            expectation(partial(_haircut, shift=shift, deviation=deviation, power=power))
            for power in (1, 2)
        )
        seen = states(scenario, budget, lambda tables: np.array(tables.issuers.haircut))[1, 0]
        yield mean(f"mean haircut in a {regime}", first, seen, second - first**2)
        rates = sample(scenario, budget, lambda outcome: outcome.loss[0] / (COUNT * RESALE))
        net = (1.0 - cost) * math.exp(-rate * months / 12.0)
        text = f"mean LGD of a loan at 100% LTV in a {regime}"
        yield mean(text, 1.0 - net * (1.0 - first), rates, net**2 * (second - first**2))


def _haircut(z: Floats, shift: float, deviation: float, power: int) -> Floats:
    """A power of the haircut at its normal draw z; float64[n]."""
    haircut: Floats = (1.0 + np.exp(-shift - deviation * z)) ** -power
    return haircut


def _one_month_debt(budget: Budget) -> Iterator[Claim]:
    """Merton: default when the month's income is below the bullet; the loss is a put."""
    drift, volatility = -0.3, 2.0
    debts = {f"at_{lev:g}".replace(".", "_"): lev for lev in _LEVERAGES}
    scenario = world(
        "one-month debt",
        prices(drift, volatility),
        {
            "horizon_months": 1,
            "gpus": {"gpu": {"resale": 0.0}},
            "issuers": {name: spot_issuer(bullet(lev * INCOME)) for name, lev in debts.items()},
        },
    )
    found = sample(scenario, budget, lambda outcome: np.concatenate([outcome.cause, outcome.loss]))
    for row, leverage in enumerate(_LEVERAGES):
        debt = SpotDebt(INCOME, drift, volatility, leverage * INCOME)
        cause, loss = found[row], found[row + len(_LEVERAGES)]
        text = f"one-month debt of {leverage:g} incomes"
        n_defaults = int((cause == REFINANCING).sum())
        yield share(f"{text}: PD, cause refinancing", debt.pd, n_defaults, cause.size)
        yield mean(f"{text}: expected loss over income", debt.expected_loss / INCOME, loss / INCOME)
    order = found[: len(_LEVERAGES)] > 0.0
    text = "one-month debt: paths on which less debt defaults and more does not"
    yield never(text, int(np.count_nonzero(order[:-1] & ~order[1:])))
