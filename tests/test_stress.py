"""The shipped stresses: valid, sourced, unlike the base, and moving what their stories say.

Those of `scenarios/stress` fit every vintage, those of a folder there the companies of one. What is
said of the stories is said of June 2025, unless a test names June 2026.
"""

from functools import cache
from math import exp, log
from pathlib import Path
from typing import Any

import pytest
import yaml

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import simulate
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.figures import Estimates
from neocloud_mc.scenario.load import Loaded, load
from neocloud_mc.scenario.sources import Entry, entries

FOLDER = Path("scenarios/stress")
BASE = "base"
OLDER, NEWEST = "2025-06", "2026-06"
SHARED = sorted(file.stem for file in FOLDER.glob("*.yaml"))
OWN = {at: sorted(file.stem for file in (FOLDER / at).glob("*.yaml")) for at in (OLDER, NEWEST)}
STRESSES = [*SHARED, *OWN[OLDER]]
PATHS, FEW_PATHS = 8_192, 1_024
ISSUERS = ("coreweave", "nebius", "nscale", "lambda", "crusoe", "xai_spv")
ISSUERS_2026 = (
    *("coreweave", "coreweave_ddtl_4", "nebius", "nscale", "nscale_texas"),
    *("lambda", "lambda_gpu_bond", "lambda_anthropic", "crusoe", "xai_vci_1"),
)
every_stress = pytest.mark.parametrize("stress", STRESSES)
in_either_vintage = pytest.mark.parametrize(
    ("vintage", "stress"), [(at, stress) for at, own in OWN.items() for stress in [*SHARED, *own]]
)


def own(stress: str, vintage: str) -> dict[str, Any]:
    """What the file itself says."""
    folder = FOLDER if stress in SHARED else FOLDER / vintage
    found = yaml.safe_load((folder / f"{stress}.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@cache
def stressed(stress: str, settings: tuple[str, ...] = (), vintage: str = OLDER) -> Loaded:
    """The six systems of a vintage under a stress."""
    name = f"@stress/{'' if stress in SHARED else f'{vintage}/'}{stress}"
    overlays = () if stress == BASE else (name,)
    return load(f"@{vintage}/neoclouds", settings, overlays=overlays)


@cache
def figures(stress: str, vintage: str) -> dict[str, Entry]:
    return {entry.path: entry for entry in entries(stressed(stress, (), vintage).resolved)}


@cache
def run(stress: str, settings: tuple[str, ...] = (), vintage: str = OLDER) -> Estimates:
    scenario = stressed(stress, settings, vintage).scenario
    paths = PATHS if vintage == OLDER else FEW_PATHS
    return estimate(open_book(scenario), simulate(scenario, paths=paths, seed=1))


def pd(stress: str, issuer: str, month: int = 60, settings: tuple[str, ...] = ()) -> float:
    value = run(stress, settings).issuers[issuer].pd[month].value
    assert value is not None
    return value


def lgd(stress: str, issuer: str) -> float:
    value = run(stress).issuers[issuer].lgd.value
    assert value is not None
    return value


def expected_loss(stress: str, issuer: str, vintage: str = OLDER) -> float:
    value = run(stress, (), vintage).issuers[issuer].expected_loss.value
    assert value is not None
    return value


def fall(stress: str, months: int, settings: tuple[str, ...]) -> float:
    """What the median rent of an H100 has moved by then, in logs."""
    market = run(stress, (*settings, f"horizon_months={months}")).market
    median = market.gpus["h100"].price[months]["p50"].value
    assert median is not None
    return log(median / 2.30)


def changed(stress: str, vintage: str) -> dict[str, Entry]:
    """The figures that differ from the base's, or are new."""
    base = figures(BASE, vintage)
    return {
        path: entry
        for path, entry in figures(stress, vintage).items()
        if path not in base or entry.value != base[path].value
    }


def test_the_vintages_have_stresses_of_their_own_under_names_that_none_shares() -> None:
    assert all(OWN.values())
    assert not set(SHARED) & {stress for own in OWN.values() for stress in own}


@in_either_vintage
def test_every_stress_is_valid_without_a_warning(vintage: str, stress: str) -> None:
    assert stressed(stress, (), vintage).warnings == []


@in_either_vintage
def test_a_stress_is_an_overlay_that_adds_to_the_base_and_tells_a_story(
    vintage: str, stress: str
) -> None:
    assert "extends" not in own(stress, vintage)
    assert len(own(stress, vintage)["description"].split()) >= 30
    assert stressed(stress, (), vintage).scenario.name == f"neoclouds + {stress}"
    assert changed(stress, vintage) != {}
    assert set(figures(BASE, vintage)) <= set(figures(stress, vintage))


@in_either_vintage
def test_every_changed_figure_has_an_entry_of_the_file_itself(vintage: str, stress: str) -> None:
    here = own(stress, vintage)
    texts = {**here.get("assumptions", {}), **here.get("sources", {})}
    used = set()
    for path, entry in changed(stress, vintage).items():
        key = max((key for key in texts if f"{path}.".startswith(f"{key}.")), key=len, default="")
        assert entry.text == texts.get(key), path
        used.add(key)
    assert used == set(texts)


@in_either_vintage
def test_a_changed_assumption_has_a_range_that_holds_it(vintage: str, stress: str) -> None:
    for path, entry in changed(stress, vintage).items():
        if entry.kind == "assumption":
            assert entry.low is not None and entry.high is not None, path
            assert entry.low <= entry.value <= entry.high, path


@in_either_vintage
def test_a_stress_moves_some_expected_loss(vintage: str, stress: str) -> None:
    """On the same draws; a story that only contagion carries moves them by less than this."""
    losses = {
        issuer: [expected_loss(name, issuer, vintage) for name in (BASE, stress)]
        for issuer in stressed(stress, (), vintage).scenario.issuers
    }
    assert max(abs(after / before - 1) for before, after in losses.values() if before) > 0.03


@every_stress
def test_the_page_tells_of_every_stress_what_a_run_finds(stress: str) -> None:
    """100,000 paths on the page against these: within 4.5 standard errors of the smaller run."""
    page = Path("neocloud_mc/docs/stresses.md").read_text(encoding="utf-8")
    assert page.count(stress) >= 3
    row = next(
        line for line in page.splitlines() if line.startswith(f"| `{stress}`") and "." in line
    )
    for issuer, told in zip(ISSUERS, row.split("|")[2:8], strict=True):
        value, found = float(told) / 100, pd(stress, issuer)
        error = (value * (1 - value) / PATHS) ** 0.5
        assert abs(found - value) <= 4.5 * error + 0.001, (issuer, found)


# The price of compute


@pytest.mark.parametrize("stress", ["shortage_ends", "fast_generations"])
def test_cheaper_compute_makes_everybody_fail_more_often_but_who_has_cash(stress: str) -> None:
    for issuer in ISSUERS:
        if issuer != "nebius":
            assert pd(stress, issuer) > pd(BASE, issuer)
    assert abs(pd(stress, "nebius") - pd(BASE, "nebius")) < 0.005


def test_the_deeper_the_bust_the_more_fail() -> None:
    busts = (BASE, "h100_rent", "hashprice_2021", "bandwidth_2000")
    for issuer in ISSUERS:
        by_depth = [pd(bust, issuer) for bust in busts]
        assert by_depth == sorted(by_depth), issuer
        assert by_depth[-1] > by_depth[0] + 0.08


@pytest.mark.parametrize(
    ("stress", "yearly"),
    [("bandwidth_2000", log(0.3)), ("hashprice_2021", -1.01), ("h100_rent", -0.76)],
)
def test_a_glut_that_stays_repeats_the_history_it_is_named_after(
    stress: str, yearly: float
) -> None:
    """The median after two years; its standard error is below 0.013 in logs."""
    alone = ("market.regime.mean_years.glut=.inf", "market.contagion.price_impact=0")
    assert fall(stress, 24, alone) == pytest.approx(2 * yearly, abs=0.06)


def test_the_rebound_falls_to_1_70_in_four_months_and_is_at_2_65_after_eight_more() -> None:
    """Pieced together from medians of a glut and a shortage that each start at the trend."""
    alone = (
        "market.contagion.price_impact=0",
        "market.regime.mean_years={glut: .inf, shortage: .inf}",
    )

    def gap(start: str, months: int) -> float:
        return (
            fall("rebound", months, (*alone, f"market.regime.start={start}")) + 0.17 * months / 12
        )

    trough = gap("glut", 4)
    assert 2.30 * exp(trough - 0.17 * 4 / 12) == pytest.approx(1.70, rel=0.05)
    summit = trough * exp(-2.0 * 8 / 12) + gap("shortage", 8)
    assert 2.30 * exp(summit - 0.17) == pytest.approx(2.65, rel=0.05)


def test_a_fall_that_is_made_good_hurts_less_than_one_that_stays() -> None:
    for issuer in ISSUERS:
        assert pd("rebound", issuer) < pd(BASE, issuer) < pd("h100_rent", issuer)


# Names


def test_openai_takes_coreweave_with_it_and_hardly_anybody_else() -> None:
    assert pd("openai_fails", "coreweave") > pd(BASE, "coreweave") + 0.25
    for issuer in ISSUERS[1:]:
        assert abs(pd("openai_fails", issuer) - pd(BASE, issuer)) < 0.03


def test_a_lease_that_ends_early_costs_the_vehicle_its_life() -> None:
    assert pd("xai_stops_paying", "xai_spv") > 0.8
    assert expected_loss("xai_stops_paying", "xai_spv") > 3 * expected_loss(BASE, "xai_spv")


def test_nvidias_promise_catches_what_microsoft_leaves() -> None:
    def harm(*settings: str) -> float:
        names = ("microsoft_leaves", BASE)
        after, before = (pd(name, "coreweave", settings=settings) for name in names)
        return after - before

    without = [f"issuers.coreweave_ddtl_{number}.backstop=null" for number in (1, 2)]
    assert abs(harm()) < 0.005 < harm(*without)
    assert pd("microsoft_leaves", "lambda_gpu_bond") > pd(BASE, "lambda_gpu_bond")


def test_without_nvidia_those_whom_it_supports_fail_more_often() -> None:
    for issuer in ("coreweave", "nscale", "lambda", "crusoe"):
        assert pd("nvidia_withdraws", issuer) > pd(BASE, issuer)


def test_one_anchor_and_many_tenants_differ_in_names_alone() -> None:
    def book(stress: str) -> dict[str, dict[str, Any]]:
        contracts = stressed(stress).scenario.issuers["nebius"].contracts
        return {
            key: contract.model_dump(exclude={"customer"}) for key, contract in contracts.items()
        }

    assert book("single_anchor") == book("many_tenants") == book(BASE)
    one, many = (stressed(s).scenario for s in ("single_anchor", "many_tenants"))
    names = [contract.customer for contract in many.issuers["nebius"].contracts.values()]
    assert len(set(names)) == len(names)
    assert {many.customers[name] for name in names} == {one.customers["anchor"]}


def test_one_anchor_fails_the_company_more_often_and_earlier_and_at_a_greater_loss() -> None:
    """Of seven tenants one or two fail, and the cash pays for them; of one all or none."""
    assert pd("single_anchor", "nebius") > pd("many_tenants", "nebius") + 0.02
    assert pd("single_anchor", "nebius", month=24) > pd("many_tenants", "nebius", month=24)
    assert lgd("single_anchor", "nebius") > lgd("many_tenants", "nebius") + 0.2


# Money and things


def test_a_shut_window_ends_who_must_refinance_and_hurts_who_counts_on_owners() -> None:
    assert pd("window_shut", "coreweave", month=24) > 0.75
    for issuer in ("nscale", "lambda", "crusoe", "xai_spv"):
        assert pd("window_shut", issuer) > pd(BASE, issuer) + 0.03
    assert abs(pd("window_shut", "nebius") - pd(BASE, "nebius")) < 0.005


def test_dear_money_hurts_everybody_and_coreweave_less_than_none() -> None:
    for issuer in ISSUERS:
        assert pd("refinancing_400", issuer) > pd(BASE, issuer)
    assert pd("refinancing_400", "coreweave") < pd("window_shut", "coreweave") - 0.2


def test_new_money_costs_four_points_more_in_any_ordinary_climate() -> None:
    base, dear = (stressed(s).scenario.market.funding.spread for s in (BASE, "refinancing_400"))
    for climate in (-1.0, 0.0, 0.5, 1.0):
        gap = dear.base * exp(-dear.sensitivity * climate)
        gap -= base.base * exp(-base.sensitivity * climate)
        assert gap == pytest.approx(0.04, abs=0.003)


def test_late_deliveries_make_everybody_fail_more_often() -> None:
    for issuer in ISSUERS:
        assert pd("late_deliveries", issuer) > pd(BASE, issuer)
    assert pd("late_deliveries", "nebius") > 5 * pd(BASE, "nebius")


def test_a_fire_sale_lowers_no_pd_and_raises_every_lgd() -> None:
    for issuer in ISSUERS:
        before, after = pd(BASE, issuer), pd("fire_sale", issuer)
        assert before <= after < before + 0.02
        assert lgd("fire_sale", issuer) > lgd(BASE, issuer)


# June 2026


def pd_2026(stress: str, issuer: str) -> float:
    value = run(stress, (), NEWEST).issuers[issuer].pd[60].value
    assert value is not None
    return value


@pytest.mark.parametrize("stress", [*SHARED, *OWN[NEWEST]])
def test_the_page_tells_of_june_2026_what_a_run_finds(stress: str) -> None:
    """50,000 paths on the page against these: within 4.5 standard errors of the smaller run."""
    page = Path("neocloud_mc/docs/stresses.md").read_text(encoding="utf-8")
    _, _, newer = page.partition("Of June 2026")
    row = next(line for line in newer.splitlines() if line.startswith(f"| `{stress}`"))
    for issuer, told in zip(ISSUERS_2026, row.split("|")[2:12], strict=True):
        value, found = float(told) / 100, pd_2026(stress, issuer)
        error = (value * (1 - value) / FEW_PATHS) ** 0.5
        assert abs(found - value) <= 4.5 * error + 0.001, (issuer, found)


def test_what_comes_late_breaks_nscale_and_the_loan_whose_cover_is_tested_from_2027() -> None:
    for issuer in ("nscale", "nscale_texas", "coreweave_ddtl_4"):
        assert pd_2026("late_deliveries", issuer) > pd_2026(BASE, issuer) + 0.2


def test_without_a_listing_nscales_notes_of_june_2028_are_not_repaid() -> None:
    assert pd_2026("no_ipo", "nscale") > 0.9


def test_a_shut_window_fails_those_who_must_refinance() -> None:
    for issuer in ("coreweave", "nscale"):
        assert pd_2026("window_shut", issuer) > pd_2026(BASE, issuer) + 0.03


def test_two_builders_that_stop_in_a_poor_market_are_worse_than_either_alone() -> None:
    alone = [pd_2026(stress, "coreweave") for stress in ("openai_fails", "anthropic_stops")]
    assert pd_2026("builders_stop", "coreweave") > max(alone) + 0.03


def test_rents_of_march_hurt_and_those_of_september_help() -> None:
    for issuer in ("coreweave_oem", "nscale"):
        low, base, high = (pd_2026(s, issuer) for s in ("rents_of_march", BASE, "rents_2026_09"))
        assert high < base < low
