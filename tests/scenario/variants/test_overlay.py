"""Overlays: how they merge, what the result is called, and which scenarios they do not fit."""

from pathlib import Path

import pytest

from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario import library
from neocloud_mc.scenario.load import Loaded, load
from neocloud_mc.scenario.shipped import shipped
from neocloud_mc.scenario.sources import entries
from tests.scenario.desk import SMALL, write

FITTING = [file.name for file in shipped() if file.kind == "stress" and not file.needs]
NEEDING = [file.name for file in shipped() if file.needs]
SHUT = "description: Nobody lends.\nmarket: {funding: {start: -2.0}}\n"


@pytest.fixture(autouse=True)
def base(folder: Path) -> None:
    """A scenario of somebody's own."""
    write(folder, small=f"description: A cloud.\n{SMALL}", shut=SHUT)


def laid(*overlays: str, settings: tuple[str, ...] = ()) -> Loaded:
    return load("small.yaml", settings, overlays=overlays)


def told(*overlays: str, base: str = "small.yaml") -> list[str]:
    with pytest.raises(ScenarioError) as failure:
        load(base, overlays=overlays)
    return failure.value.lines


def test_an_overlay_merges_key_by_key_and_null_deletes() -> None:
    write(Path(), over="market: {funding: {start: -2.0}}\nissuers: {acme: {support: null}}\n")
    before, after = load("small.yaml").scenario, laid("over.yaml").scenario
    assert after.market.funding.start == -2.0
    assert after.market.funding.spread == before.market.funding.spread
    assert before.issuers["acme"].support is not None and after.issuers["acme"].support is None


def test_overlays_are_laid_in_order_and_settings_come_last() -> None:
    write(
        Path(), one="market: {risk_free: 0.01, total_gpus: 1e6}\n", two="market: {risk_free: 0.02}"
    )
    market = laid("one.yaml", "two.yaml").scenario.market
    assert (market.risk_free, market.total_gpus) == (0.02, 1e6)
    assert laid("two.yaml", "one.yaml").scenario.market.risk_free == 0.01
    settings = ("market.risk_free=0.03",)
    assert laid("two.yaml", settings=settings).scenario.market.risk_free == 0.03


def test_the_result_has_the_names_and_descriptions_of_all() -> None:
    scenario = laid("shut.yaml", "@stress/fire_sale").scenario
    assert scenario.name == "small + shut + fire_sale"
    assert scenario.description.startswith("A cloud. Nobody lends. The buyers of used GPUs")
    assert laid("shut.yaml", settings=("name=mine",)).scenario.name == "mine"
    write(Path(), shut=f"name: closed\n{SHUT}")
    assert laid("shut.yaml").scenario.name == "small + closed"


def test_files_of_overlays_are_told_too() -> None:
    files = [file.name for file in laid("shut.yaml", "@stress/fire_sale").files]
    assert files == ["small.yaml", "shut.yaml", "fire_sale.yaml"]


def test_an_overlay_may_extend_overlays() -> None:
    write(Path(), both="extends: [shut.yaml, '@stress/shortage_ends']\n")
    market = laid("both.yaml").scenario.market
    assert (market.funding.start, market.regime.mean_years.shortage) == (-2.0, 1.0)
    assert laid("both.yaml").scenario.name == "small + both"


def test_a_mistake_of_an_overlay_stands_in_the_overlay() -> None:
    write(Path(), over="market:\n  risk_free: 7\n")
    assert told("over.yaml")[0].startswith("over.yaml:2:3: market.risk_free: 7 is outside")
    assert told("gone.yaml") == ["gone.yaml: there is no such file"]


def test_what_an_overlay_assumes_has_no_source_of_the_base_any_more() -> None:
    write(Path(), over="issuers: {acme: {cash: 1}}\nassumptions: {issuers.acme.cash: a guess}\n")
    entry = next(one for one in entries(laid("over.yaml").resolved) if one.path.endswith(".cash"))
    assert (entry.value, entry.kind, entry.text) == (1, "assumption", "a guess")


@pytest.mark.parametrize("stress", FITTING)
def test_a_stress_that_needs_nothing_fits_a_company_of_ones_own(stress: str) -> None:
    before, after = load("small.yaml"), laid(stress)
    assert after.scenario.issuers.keys() == before.scenario.issuers.keys()
    assert after.scenario.market != before.scenario.market
    assert [line for line in after.warnings if line not in before.warnings] == []


@pytest.mark.parametrize("stress", NEEDING)
def test_a_stress_that_needs_what_is_not_there_says_so_and_what_to_do(stress: str) -> None:
    first, *lines = told(stress)
    assert first == (
        f"{stress}: does not fit small.yaml: an overlay changes what is there; copy it "
        f"(neocloud-mc init --from {stress} FOLDER) and name what is yours"
    )
    assert lines
    assert all(line.startswith(f"{stress}:") and "is not in the scenario" in line for line in lines)


def test_a_misspelt_customer_of_an_overlay_is_refused_with_the_nearest() -> None:
    write(Path(), over="customers:\n  statrup: {default_intensity: 1.5}\n")
    assert told("over.yaml") == [
        "over.yaml: does not fit small.yaml: an overlay changes what is there",
        "over.yaml:2:3: customers.statrup: is not in the scenario (did you mean 'startup'?), and "
        "nothing names it as its customer",
    ]


def test_a_misspelt_lot_of_an_overlay_is_one_line() -> None:
    write(Path(), over="issuers: {acme: {fleet: {hoper: {count: 5}}}}\n")
    _, line = told("over.yaml")
    assert "issuers.acme.fleet.hoper: is not in the scenario" in line
    assert line.endswith("; a new one must be whole, with its gpu")


def test_what_an_overlay_adds_whole_and_uses_is_added() -> None:
    customer = "customers: {fund: {default_intensity: 0.02}}\n"
    contract = "{customer: fund, gpu: h100, count: 5, price: 2, end_month: 30}"
    write(Path(), over=f"{customer}issuers: {{acme: {{contracts: {{more: {contract}}}}}}}\n")
    scenario = laid("over.yaml").scenario
    assert scenario.customers["fund"].default_intensity == 0.02
    assert scenario.issuers["acme"].contracts["more"].count == 5


def test_a_later_overlay_may_change_what_an_earlier_one_added() -> None:
    customer = "customers: {fund: {default_intensity: 0.02}}\n"
    write(
        Path(),
        one=f"{customer}issuers: {{acme: {{contracts: {{lab: {{customer: fund}}}}}}}}\n",
        two="customers: {fund: {default_intensity: 0.5}}\n",
    )
    assert laid("one.yaml", "two.yaml").scenario.customers["fund"].default_intensity == 0.5


@pytest.mark.parametrize(
    "source",
    ["@stress/openai_fails", "@customers", str(library.folder() / "stress" / "window_shut.yaml")],
)
def test_a_shipped_overlay_is_no_scenario_and_says_what_it_is_for(source: str) -> None:
    with pytest.raises(ScenarioError) as failure:
        load(source)
    assert failure.value.lines == [
        f"{source}: no scenario of its own: lay it over one, as in neocloud-mc run @neoclouds "
        f"--with {source}"
    ]


def test_an_overlay_of_ones_own_that_is_run_gets_a_hint_beside_its_mistakes() -> None:
    assert told(base="shut.yaml")[-1] == (
        "shut.yaml: if this is an overlay, lay it over a scenario: --with shut.yaml"
    )


def test_a_whole_scenario_that_is_laid_over_another_is_doubted() -> None:
    write(Path(), other=SMALL, base=f"extends: '@2025-06/market'\n{SMALL}")
    doubt = (
        "is a scenario of its own: 1 issuer and all else that it states are merged into {} key by "
        "key; an overlay states only what changes; for the two side by side: neocloud-mc compare "
        "{} {}"
    )
    assert laid("other.yaml").warnings[0] == (
        "other.yaml: warning: " + doubt.format("small.yaml", "small.yaml", "other.yaml")
    )
    nebius = load("@2025-06/coreweave", overlays=["@2025-06/nebius"]).warnings
    names = ("@2025-06/coreweave", "@2025-06/coreweave", "@2025-06/nebius")
    assert nebius == ["@2025-06/nebius: warning: " + doubt.format(*names)]


def test_a_whole_scenario_that_does_not_fit_says_so_beside_the_mistakes() -> None:
    *_, last = told("@2025-06/neoclouds", base="@neoclouds")
    assert last.startswith("@2025-06/neoclouds: warning: is a scenario of its own: 11 issuers and")


@pytest.mark.parametrize(
    "over",
    [
        "extends: small.yaml\nissuers: {acme: {cash: 1}}\n",
        f"market:\n  total_gpus:{SMALL.partition('total_gpus:')[2].partition('customers:')[0]}",
        f"issuers:{SMALL.partition('issuers:')[2].replace('acme:', 'zeta:')}",
    ],
    ids=["a variant of the base", "another market", "one more issuer"],
)
def test_what_states_only_what_changes_is_not_doubted(over: str) -> None:
    write(Path(), over=over)
    assert [line for line in laid("over.yaml").warnings if line.startswith("over.yaml: ")] == []


def test_an_overlay_that_was_read_already_says_that_it_changes_nothing() -> None:
    text = "warning: changes nothing: what was read for small.yaml has all of it already"
    assert laid("small.yaml").warnings[0] == f"small.yaml: {text}"
    assert laid("shut.yaml", "shut.yaml").warnings[0] == f"shut.yaml: {text}"


@pytest.mark.parametrize("misnamed", ["[a, b]", "{a: 1}", "3"])
def test_a_customer_that_is_no_name_is_a_mistake_of_its_line(folder: Path, misnamed: str) -> None:
    contract = f"{{customer: {misnamed}, gpu: h100}}"
    over = f"customers: {{bank: {{}}}}\nissuers: {{acme: {{contracts: {{k: {contract}}}}}}}\n"
    write(folder, over=over)
    for lines in (told("over.yaml"), told(base="over.yaml")):
        assert any("customer" in line and "over.yaml:2" in line for line in lines), lines
