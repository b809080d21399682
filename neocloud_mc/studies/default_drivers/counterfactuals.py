"""The same world without one of the things that can happen to its issuers.

Streams are named after what draws from them, so nothing else changes its fortune:

- a customer never fails (`default_intensity` 0);
- a contract is never walked away from, never cut in price, never ended for late delivery, and
  always renewed where it can be (`churn` 0, no `longstop`, `renewal.probability` 1);
- a vehicle keeps its contracts and its costs when its parent fails (`operator_loss` 0);
- a balloon is rolled over in any market (window −∞, no limit of LTV or leverage), for the months
  of its own `refinance` or, without one, of its first term;
- a programme of notes sells in any market;
- the market: compute prices follow their drift (no volatility, no launches), no glut comes, or no
  failure moves prices or funding.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from neocloud_mc.mechanisms.contracts import Contract
from neocloud_mc.mechanisms.debt import Refinance, Tranche
from neocloud_mc.mechanisms.market import Contagion, Market
from neocloud_mc.mechanisms.vehicles import OperatorLoss
from neocloud_mc.quantities import OPEN
from neocloud_mc.scenario.model import Issuer, Scenario
from neocloud_mc.studies.default_drivers.shares import CONTAGION, GLUT, PRICES, TriggerEvent


class Counterfactual(NamedTuple):
    """A world, and what it is without: the same thing by each issuer that can feel it."""

    without: tuple[TriggerEvent, ...]
    scenario: Scenario


def counterfactuals(scenario: Scenario) -> Iterator[Counterfactual]:
    """Every world that differs from the scenario."""
    yield from _of_customers(scenario)
    for name, issuer in scenario.issuers.items():
        yield from _of_contracts(scenario, name, issuer)
        yield from _of_operator(scenario, name, issuer)
        yield from _of_debt(scenario, name, issuer)
    yield from _of_market(scenario)


def _of_customers(scenario: Scenario) -> Iterator[Counterfactual]:
    for key, customer in scenario.customers.items():
        tenants = [
            name
            for name, issuer in scenario.issuers.items()
            if any(contract.customer == key for contract in issuer.contracts.values())
        ]
        if tenants and customer.default_intensity > 0.0:
            solid = customer.model_copy(update={"default_intensity": 0.0})
            customers = {**scenario.customers, key: solid}
            yield Counterfactual(
                tuple(TriggerEvent(name, "customer", key) for name in tenants),
                scenario.model_copy(update={"customers": customers}),
            )


def _of_contracts(scenario: Scenario, name: str, issuer: Issuer) -> Iterator[Counterfactual]:
    for key, contract in issuer.contracts.items():
        if kept(contract) != contract:
            contracts = {**issuer.contracts, key: kept(contract)}
            yield Counterfactual(
                (TriggerEvent(name, "contract", key),),
                with_issuer(scenario, name, {"contracts": contracts}),
            )


def kept(contract: Contract) -> Contract:
    """A contract that is never walked away from nor ended, and always renewed where it can be."""
    renewal = contract.renewal
    sure = renewal and renewal.model_copy(update={"probability": 1.0})
    return contract.model_copy(update={"churn": 0.0, "renewal": sure, "longstop": None})


def _of_operator(scenario: Scenario, name: str, issuer: Issuer) -> Iterator[Counterfactual]:
    vehicle = issuer.vehicle
    if issuer.parent and vehicle and vehicle.operator_loss != OperatorLoss():
        kept = vehicle.model_copy(update={"operator_loss": OperatorLoss()})
        yield Counterfactual(
            (TriggerEvent(name, "operator", issuer.parent),),
            with_issuer(scenario, name, {"vehicle": kept}),
        )


def _of_debt(scenario: Scenario, name: str, issuer: Issuer) -> Iterator[Counterfactual]:
    for key, tranche in issuer.tranches.items():
        free = financed(tranche, scenario.horizon_months)
        if free != tranche:
            tranches = {**issuer.tranches, key: free}
            yield Counterfactual(
                (TriggerEvent(name, "notes" if tranche.kind == "notes" else "maturity", key),),
                with_issuer(scenario, name, {"tranches": tranches}),
            )


def financed(tranche: Tranche, horizon: int) -> Tranche:
    """A tranche that is sold, or rolled over within the horizon, in any market."""
    if tranche.kind == "notes":
        return tranche.model_copy(update={"window": OPEN, "max_leverage": None})
    if (tranche.maturity or math.inf) <= horizon:
        return tranche.model_copy(update={"refinance": _always(tranche)})
    return tranche


def _always(tranche: Tranche) -> Refinance:
    """Terms on which the market rolls a balloon over whatever its state."""
    own = tranche.refinance
    return Refinance(months=own.months if own else tranche.maturity or 1, window=OPEN)


def _of_market(scenario: Scenario) -> Iterator[Counterfactual]:
    market = scenario.market
    others = {PRICES: on_drift(market), GLUT: _without_glut(market)}
    if len(scenario.issuers) > 1:
        others[CONTAGION] = market.model_copy(update={"contagion": Contagion()})
    for what, other in others.items():
        if other != market:
            yield Counterfactual(
                tuple(TriggerEvent(name, "market", what) for name in scenario.issuers),
                scenario.model_copy(update={"market": other}),
            )


def on_drift(market: Market) -> Market:
    """A market whose prices follow their drift, without volatility or launches."""
    price = market.price
    still = price.volatility.model_copy(update={"shortage": 0.0, "glut": 0.0})
    launch = price.launch.model_copy(update={"per_year": 0.0})
    quiet = price.model_copy(update={"volatility": still, "launch": launch})
    return market.model_copy(update={"price": quiet})


def _without_glut(market: Market) -> Market:
    """A shortage for ever."""
    stay = market.regime.mean_years.model_copy(update={"shortage": math.inf})
    regime = market.regime.model_copy(update={"start": "shortage", "mean_years": stay})
    return market.model_copy(update={"regime": regime})


def with_issuer(scenario: Scenario, name: str, change: dict[str, Any]) -> Scenario:
    """A scenario that has other terms for one issuer."""
    issuer = scenario.issuers[name].model_copy(update=change)
    return scenario.model_copy(update={"issuers": {**scenario.issuers, name: issuer}})
