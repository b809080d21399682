"""Drivers: which figures move together, how far, and which stay."""

import math
from importlib import resources

import pytest

from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.variants.drivers import Driver, drivers
from neocloud_mc.scenario.variants.levers import Variants
from tests.scenario.desk import SMALL, changed, loaded


def found(only: str | None = None, text: str = SMALL) -> dict[str, Driver]:
    given = loaded(text)
    return {d.name: d for d in drivers(given.resolved, Variants(given), only)}


def starter() -> str:
    """What `init` writes."""
    return (resources.files("neocloud_mc") / "docs" / "start.yaml").read_text(encoding="utf-8")


def ends(driver: Driver) -> dict[str, tuple[float, float]]:
    return {figure.path: (figure.low, figure.high) for figure in driver.figures}


def test_an_assumption_with_a_range_moves_to_its_ends() -> None:
    driver = found()["market.risk_free"]
    assert (driver.basis, driver.unit, driver.relative) == ("range", "per year", None)
    assert ends(driver) == {"market.risk_free": (0.03, 0.05)}
    assert driver.moved("low") == {"market.risk_free": 0.03}


def test_a_relative_range_moves_all_that_it_covers_together() -> None:
    driver = found()["gpus.h100"]
    assert driver.relative == (-0.2, 0.2)
    assert ends(driver)["gpus.h100.price"] == pytest.approx((1.76, 2.64))
    assert set(ends(driver)) == {f"gpus.h100.{k}" for k in ("price", "resale", "operating_cost")}


def test_an_assumption_without_a_range_moves_by_a_tenth() -> None:
    driver = found()["market"]
    assert driver.basis == "±10%"
    assert ends(driver)["market.price.volatility.shortage"] == pytest.approx((0.225, 0.275))
    assert ends(driver)["market.price.drift.glut"] == pytest.approx((-0.385, -0.315))


def test_a_tenth_stays_within_what_the_format_allows() -> None:
    assert ends(found()["market"])["market.regime.utilization.shortage"] == pytest.approx(
        (0.81, 0.99)
    )
    driver = found("issuers.acme.tranches.term.covenants.max_ltv")
    assert ends(*driver.values()) == {
        "issuers.acme.tranches.term.covenants.max_ltv": pytest.approx((0.9, 1.1))
    }
    full = changed("utilization: {shortage: 0.9", "utilization: {shortage: 1")
    assert ends(found(text=full)["market"])["market.regime.utilization.shortage"] == (0.9, 1)


def test_a_tenth_of_a_whole_number_is_at_least_one() -> None:
    driver = found()["issuers.acme.contracts.anchor.end_month"]
    assert ends(driver) == {"issuers.acme.contracts.anchor.end_month": (27, 33)}
    cure = found()["issuers.acme.contracts.lab.start_month"]
    assert ends(cure) == {"issuers.acme.contracts.lab.start_month": (5, 7)}


@pytest.mark.parametrize(
    ("end", "expected"),
    [("guarantee_until: 24", (19, 29)), ("guarantee_until: .inf", (math.inf, math.inf))],
)
def test_the_last_month_of_a_guarantee_moves_by_whole_months(
    end: str, expected: tuple[float, float]
) -> None:
    text = starter().replace("guarantee_until: 24", end)
    driver = found("issuers.acme_north", text)["issuers.acme_north"]
    until = "issuers.acme_north.vehicle.guarantee_until"
    assert ends(driver)[until] == expected
    moved = Variants(loaded(text)).with_figures(driver.moved("low"), "low")
    vehicle = moved.issuers["acme_north"].vehicle
    assert vehicle is not None and vehicle.guarantee_until == expected[0]
    lever = Variants(loaded(text)).lever(until)
    assert lever.allowed([18.9, 19.1, 20.0]) == (19.0, 20.0)


def test_infinite_figures_and_zeros_do_not_move() -> None:
    assert found()["issuers.acme.growth_window"].moved("high") == {}
    assert "market.regime.mean_years.glut" not in found()["market"].moved("low")
    assert "market.price.drift.shortage" not in found()["market"].moved("low")


def test_figures_with_a_source_are_facts() -> None:
    assert not any("ddtl" in name and "tranches" in name for name in found())
    assert "issuers.acme.cash" not in found()
    assert not any("tranches.ddtl" in path for d in found().values() for path in ends(d))


def test_facts_move_where_nothing_else_is_named() -> None:
    assert ends(found("issuers.acme.cash")["issuers.acme.cash"])["issuers.acme.cash"] == (
        pytest.approx((0.9e8, 1.1e8))
    )
    assert set(found("issuers.acme.tranches.ddtl")) >= {"issuers.acme.tranches.ddtl.commitment"}


def test_only_takes_what_lies_below() -> None:
    assert set(found("gpus")) == {
        "gpus.h100", "gpus.gb200.price", "gpus.gb200.resale", "gpus.gb200.operating_cost",
    }  # fmt: skip


def test_only_takes_a_part_of_what_moves_together() -> None:
    driver = found("issuers.acme.fleet.new.count")["issuers.acme.fleet.new.count"]
    assert ends(driver) == {"issuers.acme.fleet.new.count": (250, 750)}


def test_only_names_no_neighbour_that_begins_alike() -> None:
    with pytest.raises(UsageError, match=r"--only gpus.h10: no figure lies there \(did you mean"):
        found("gpus.h10")


def test_name_dates_and_shares_of_the_portfolio_are_no_drivers() -> None:
    parts = {name.partition(".")[0] for name in found()}
    assert parts == {"market", "gpus", "customers", "issuers"}
