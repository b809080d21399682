"""What would help an issuer: the same world and the same draws with one thing changed for it.

Its vehicles are changed with it, but for cash and equity, which are its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from neocloud_mc.results.figures import Estimates
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Issuer, Scenario
from neocloud_mc.studies.comparison import Change, Comparisons
from neocloud_mc.studies.default_drivers.counterfactuals import (
    financed,
    kept,
    on_drift,
    with_issuer,
)
from neocloud_mc.studies.defaults import PATHS_OF_WHAT_IFS
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.side_by_side import differences

CASH: Final = "doubling its cash"
EQUITY: Final = "doubling what its owners would put in"
CONTRACTS: Final = "keeping and renewing every contract, with customers that never fail"
DELIVERIES: Final = "taking every delivery on time"
FINANCE: Final = "finding a lender at every maturity, in any market"
RENTS: Final = "rents that follow their drift, without swings or launches"


@dataclass(frozen=True)
class WhatIfs:
    """Changes that might help an issuer, each alone.

    Parameters
    ----------
    found : the scenario with each change beside the one as it is; named by the change.
    """

    issuer: str
    found: Comparisons

    @property
    def ranked(self) -> list[tuple[str, Change]]:
        """Changes of its probability of default at the horizon, the largest fall first."""
        path = f"issuers.{self.issuer}.pd.{self.found.base.months}"
        every = ((one.info.scenario, one.changes[path]) for one in self.found.others)
        known = [(name, one) for name, one in every if one.change and one.change.value is not None]
        return sorted(known, key=lambda pair: (pair[1].change and pair[1].change.value) or 0.0)


def likeliest(estimates: Estimates) -> str | None:
    """The id of the issuer with the largest PD at the horizon; None: no default was seen."""
    months, issuers = estimates.months, estimates.issuers
    pd = {key: one.pd[months].value or 0.0 for key, one in issuers.items()}
    first = max(pd, key=lambda key: pd[key], default=None)
    return first if first is not None and pd[first] > 0.0 else None


def what_ifs(loaded: Loaded, issuer: str, effort: Effort) -> WhatIfs | None:
    """Simulate a scenario with each change that makes it another; None: there is no such change."""
    own = loaded.scenario
    changed = [
        replace(loaded, scenario=scenario.model_copy(update={"name": name}))
        for name, scenario in variants(own, issuer)
        if scenario != own
    ]
    if not changed:
        return None
    fewer = replace(effort, paths=min(effort.paths, PATHS_OF_WHAT_IFS))
    every = [loaded, *changed]
    return WhatIfs(issuer, differences(every, fewer, "summary", every))


def variants(scenario: Scenario, issuer: str) -> Iterator[tuple[str, Scenario]]:
    """The scenario with each change, by its name; some leave it as it is."""
    own = scenario.issuers[issuer]
    yield CASH, with_issuer(scenario, issuer, {"cash": 2.0 * own.cash})
    if support := own.support:
        doubled = {"capacity": 2.0 * support.capacity, "per_year": 2.0 * support.per_year}
        more = support.model_copy(update=doubled)
        yield EQUITY, with_issuer(scenario, issuer, {"support": more})
    yield CONTRACTS, _with_contracts_kept(scenario, issuer)
    yield DELIVERIES, _with_family(scenario, issuer, lambda _: {"delivery_delay_months": 0.0})
    months = scenario.horizon_months
    yield (
        FINANCE,
        _with_family(
            scenario,
            issuer,
            lambda one: {"tranches": {k: financed(t, months) for k, t in one.tranches.items()}},
        ),
    )
    yield RENTS, scenario.model_copy(update={"market": on_drift(scenario.market)})


def _with_contracts_kept(scenario: Scenario, issuer: str) -> Scenario:
    customers = {
        contract.customer
        for one in _family(scenario, issuer)
        for contract in scenario.issuers[one].contracts.values()
    }
    solvent = {
        key: one.model_copy(update={"default_intensity": 0.0}) if key in customers else one
        for key, one in scenario.customers.items()
    }
    return _with_family(
        scenario.model_copy(update={"customers": solvent}),
        issuer,
        lambda one: {"contracts": {k: kept(c) for k, c in one.contracts.items()}},
    )


def _with_family(
    scenario: Scenario, issuer: str, change: Callable[[Issuer], dict[str, Any]]
) -> Scenario:
    """The scenario with other terms for an issuer and its vehicles."""
    for one in _family(scenario, issuer):
        scenario = with_issuer(scenario, one, change(scenario.issuers[one]))
    return scenario


def _family(scenario: Scenario, issuer: str) -> list[str]:
    return [key for key, one in scenario.issuers.items() if issuer in (key, one.parent)]
