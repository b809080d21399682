"""What would help the likeliest to default: each change alone, on the same draws."""

from neocloud_mc.api.inputs import effort_of
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.what_ifs import (
    CASH,
    CONTRACTS,
    DELIVERIES,
    EQUITY,
    FINANCE,
    RENTS,
    variants,
    what_ifs,
)
from tests.engine.group_world import groups
from tests.worlds import world


def loaded(scenario: Scenario) -> Loaded:
    return Loaded(scenario, {}, [], ())


def test_twice_the_cash_outlasts_the_horizon() -> None:
    """Costs of 1m a month use up 5m in month 6, and 10m after the eighth, which is the last."""
    poor = {"cash": 5e6, "costs": {"fixed": 1e6}}
    scenario = world({"horizon_months": 8, "issuers": {"acme": poor}})
    found = what_ifs(loaded(scenario), "acme", effort_of(64, 1, 1))
    assert found is not None
    ((name, change),) = found.ranked
    assert name == CASH
    assert change.before is not None
    assert change.after is not None
    assert isinstance(change.change, Estimate)
    assert (change.before.estimate.value, change.after.estimate.value) == (1.0, 0.0)
    assert change.change.value == -1.0


def test_where_nothing_can_be_changed_nothing_is_simulated() -> None:
    scenario = world({"horizon_months": 8, "issuers": {"acme": {"cash": 0.0}}})
    assert what_ifs(loaded(scenario), "acme", effort_of(64, 1, 1)) is None


def test_vehicles_change_with_their_parent_but_for_cash_and_equity() -> None:
    own = groups()
    found = dict(variants(own, "alpha"))
    assert list(found) == [CASH, EQUITY, CONTRACTS, DELIVERIES, FINANCE, RENTS]
    assert all(one != own for one in found.values())
    cash = {key: one.cash for key, one in found[CASH].issuers.items()}
    assert cash == {key: one.cash * (1 + (key == "alpha")) for key, one in own.issuers.items()}
    support, doubled = (one.issuers["alpha"].support for one in (own, found[EQUITY]))
    assert support
    assert doubled
    assert (doubled.capacity, doubled.per_year) == (2 * support.capacity, 2 * support.per_year)
    for key in ("alpha", "v1"):
        contracts = found[CONTRACTS].issuers[key].contracts.values()
        assert all(one.churn == 0.0 and one.longstop is None for one in contracts)
        assert found[DELIVERIES].issuers[key].delivery_delay_months == 0.0
    assert found[CONTRACTS].customers["giant"].default_intensity == 0.0
    for name in (CASH, EQUITY, CONTRACTS, DELIVERIES, FINANCE):
        assert found[name].issuers["beta"] == own.issuers["beta"]
    assert found[RENTS].issuers == own.issuers
