"""The shipped scenarios: valid, without doubts, every figure with its source or assumption."""

import calendar
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import simulate
from neocloud_mc.results.estimates import estimate
from neocloud_mc.scenario.load import Loaded, load
from neocloud_mc.scenario.sources import entries, uncovered

SYSTEMS = ("coreweave", "nebius", "nscale", "lambda", "crusoe", "xai_spv", "neoclouds")
NEWER = ("coreweave", "nebius", "nscale", "lambda", "crusoe", "xai", "neoclouds")
VINTAGES = {f"scenarios/2025-06/{name}.yaml": "2025-06-30" for name in SYSTEMS}
VINTAGES |= {f"scenarios/2026-06/{name}.yaml": "2026-06-30" for name in NEWER}
MONTHS = calendar.month_name[1:]
LAST_CITED = date(2025, 10, 15)


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> Loaded:
    return load(f"scenarios/2025-06/{request.param}.yaml")


@pytest.fixture(params=VINTAGES)
def of_any_vintage(request: pytest.FixtureRequest) -> Loaded:
    return load(request.param)


def test_every_system_is_valid_without_a_warning(of_any_vintage: Loaded) -> None:
    assert of_any_vintage.warnings == []
    assert of_any_vintage.scenario.base_date is not None
    assert of_any_vintage.scenario.base_date.isoformat() == VINTAGES[str(of_any_vintage.files[0])]


def test_every_figure_has_a_source_or_an_assumption(of_any_vintage: Loaded) -> None:
    assert [entry.path for entry in uncovered(of_any_vintage.resolved)] == []


def test_every_assumption_has_a_range_that_holds_its_value(of_any_vintage: Loaded) -> None:
    for entry in entries(of_any_vintage.resolved):
        if entry.kind == "assumption":
            assert entry.low is not None and entry.high is not None, entry.path
            assert entry.low <= entry.value <= entry.high, entry.path


@pytest.mark.parametrize("text", ["2025-11-02", "16 October 2025", "a letter of November 2025"])
def test_a_date_after_mid_october_2025_is_seen(text: str) -> None:
    assert max(dates(text)) > LAST_CITED >= max(dates("2025-10-15, 15 October and May 2025"))


def test_nothing_dated_after_mid_october_2025_is_cited(system: Loaded) -> None:
    """Of 2026 and later only months are told, in which something falls due."""
    for entry in entries(system.resolved):
        assert max(dates(entry.text), default=LAST_CITED) <= LAST_CITED, entry.path


def dates(text: str) -> list[date]:
    """Days that a text names, but for terms of contracts, and the first of months of 2025."""
    days = [date.fromisoformat(day) for day in re.findall(r"\b20\d\d-\d\d-\d\d\b", text)]
    named = rf"(?<!due )(?<!to )(?<!until )(?:\b(\d\d?) )?\b({'|'.join(MONTHS)}) (20\d\d)\b"
    for day, month, year in re.findall(named, text):
        if day or year == "2025":
            days.append(date(int(year), MONTHS.index(month) + 1, int(day or 1)))
    return days


def test_every_system_runs_to_finite_numbers(system: Loaded) -> None:
    tally = simulate(system.scenario, paths=1_000, seed=1)
    for issuer in estimate(open_book(system.scenario), tally).issuers.values():
        value = issuer.pd[60].value
        assert value is not None and np.isfinite(value) and 0.0 <= value < 1.0


def test_coreweave_repays_by_year_as_filed() -> None:
    """10-Q of 30 June 2025: 986.052, 4,218.457, 2,833.142, 1,010.054, 123.780 and 2,000 $m."""
    group = load("scenarios/2025-06/coreweave.yaml").scenario.issuers.values()
    tranches = [tranche for issuer in group for tranche in issuer.tranches.values()]
    by_year = np.zeros(6)
    for tranche in tranches:
        schedule = tranche.amortization
        paid = dict(schedule) if isinstance(schedule, dict) else {}
        left = tranche.principal - sum(paid.values())
        if tranche.principal > 0.0:
            assert tranche.maturity is not None
            paid[tranche.maturity] = paid.get(tranche.maturity, 0.0) + left
        for month, amount in paid.items():
            by_year[min(5, (month + 5) // 12)] += amount
    filed = [986.052e6, 4_218.457e6, 2_833.142e6, 1_010.054e6, 123.780e6, 2_000e6]
    assert np.allclose(by_year, filed, rtol=0, atol=1e3)
    assert sum(tranche.principal for tranche in tranches) == pytest.approx(11_171_485_000)


def test_xai_vehicle_is_7_5_of_equity_and_12_5_of_debt() -> None:
    issuer = load("scenarios/2025-06/xai_spv.yaml").scenario.issuers["xai_spv"]
    debt = sum(t.principal + t.commitment for t in issuer.tranches.values())
    assert debt == pytest.approx(12.5e9)
    assert sum(lot.count for lot in issuer.fleet.values()) == pytest.approx(300_000)
    assert {contract.customer for contract in issuer.contracts.values()} == {"xai"}


def test_neoclouds_joins_all_six() -> None:
    joined = load("scenarios/2025-06/neoclouds.yaml").scenario
    firms = {name for name, issuer in joined.issuers.items() if issuer.parent is None}
    assert firms == set(SYSTEMS) - {"neoclouds"}
    shared: dict[str, set[str]] = {}
    for name, issuer in joined.issuers.items():
        for contract in issuer.contracts.values():
            shared.setdefault(contract.customer, set()).add(name)
    assert max(len(issuers) for issuers in shared.values()) >= 3


def test_coreweaves_chip_loans_are_borrowed_by_vehicles_under_its_guarantee() -> None:
    """Filed for DDTL 1.0, 2.0 and 3.0; the loans that are not signed follow them."""
    issuers = load("scenarios/2025-06/coreweave.yaml").scenario.issuers
    vehicles = {name: issuer.vehicle for name, issuer in issuers.items() if issuer.parent}
    assert set(vehicles) == {
        "coreweave_ddtl_1",
        "coreweave_ddtl_2",
        "coreweave_ddtl_3",
        "coreweave_growth",
    }
    assert all(vehicle is not None and vehicle.guarantee for vehicle in vehicles.values())


def test_one_rule_fills_in_vehicles_and_orders() -> None:
    """Those of both vintages are in `test_vintage`."""
    issuers = load("scenarios/2025-06/neoclouds.yaml").scenario.issuers.values()
    fenced = [issuer.vehicle for issuer in issuers if issuer.vehicle is not None]
    assert len({vehicle.model_dump_json(exclude={"guarantee"}) for vehicle in fenced}) == 1
    for issuer in issuers:
        for lot in issuer.fleet.values():
            is_ordered = lot.pay_month > 0 and (lot.committed or lot.for_contract is not None)
            assert lot.cancel_cost == (0.15 if is_ordered else None)
            assert lot.committed or issuer.growth_hurdle == 0.25


def test_files_are_only_those_in_the_folder() -> None:
    names = {path.stem for path in Path("scenarios/2025-06").glob("*.yaml")}
    assert names == {*SYSTEMS, "market", "customers", "outcomes"}
