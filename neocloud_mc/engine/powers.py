"""Powers that are worked out once a month for all that follow them: of prices, of the climate."""

from typing import TypeAlias

from neocloud_mc.mechanisms import market
from neocloud_mc.scenario.model import Issuer, Scenario

Power: TypeAlias = tuple[float, int]
"""An exponent, and what is raised: the price of a GPU type, of the index, or exp(e_t)."""


def find_powers(scenario: Scenario) -> list[Power]:
    """Powers that something follows."""
    exponents: list[Power] = []
    for name in scenario.gpus:
        source = price_source(scenario, name)
        exponents += [(1.0, source), (scenario.market.resale.elasticity, source)]
    for customer in scenario.customers.values():
        exponents.append((-customer.funding_beta, market.OF_CLIMATE))
    for issuer in scenario.issuers.values():
        exponents.append(owners_power(issuer))
        for contract in issuer.contracts.values():
            source = price_source(scenario, contract.gpu)
            exponents.append((-contract.price_sensitivity, source))
    return list(dict.fromkeys(exponents))


def price_source(scenario: Scenario, gpu: str) -> int:
    """Position of a GPU type with a factor of its own; else it follows the index alone."""
    has_own = scenario.gpus[gpu].volatility > 0.0
    return list(scenario.gpus).index(gpu) if has_own else market.OF_INDEX


def owners_power(issuer: Issuer) -> Power:
    """What the equity that owners would put in follows."""
    return (issuer.support.price_elasticity if issuer.support else 1.0, market.OF_INDEX)
