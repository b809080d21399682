"""What must hold on every single path, whatever the scenario."""

from collections.abc import Iterator

import numpy as np

from neocloud_mc.engine.tables import LANES
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation.audit import DEFAULTS, RULES, SEEN, audit
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.company import company
from neocloud_mc.validation.record import Claim, never
from neocloud_mc.validation.sampling import watch


def claims(budget: Budget) -> Iterator[Claim]:
    """The audit of the built-in world."""
    return audited(company(), budget)


def audited(scenario: Scenario, budget: Budget) -> Iterator[Claim]:
    """How often each rule is broken."""
    found = np.zeros(len(RULES) + 2)
    books = np.zeros((2, len(scenario.issuers), LANES))
    for t, tables in watch(scenario, budget.audited, budget.key(f"audit {scenario.name}")):
        market, issuers, fleets = tables.market[0], tables.issuers, tables.fleets
        rest = (tables.contracts, tables.tranches, tables.pools)
        audit(t, found, books, market, issuers, fleets, *rest)
    seen = f"{found[SEEN]:,.0f} issuer-months, {found[DEFAULTS]:,.0f} defaults"
    for place, rule in enumerate(RULES):
        name = f"{scenario.name}, {seen}" if place == 0 else scenario.name
        yield never(f"{name}: cases in which {rule}", int(found[place]))
