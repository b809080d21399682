"""Implausible figures and deals are doubted with unit and usual range, and never refused."""

import math

import pytest

from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.checks import economics, usual
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.ledger.replay import ledger
from tests.reference.group_ledgers import group
from tests.scenario.desk import SMALL, changed, doubts, loaded
from tests.worlds import Tree, world

FIGURES = [
    ("issuers.acme.cash=150",
     "150 is unusual (100000 to 1e12 USD is usual); did you mean 1.5e8?"),
    ("issuers.acme.tranches.term.principal=380",
     "380 is unusual (10000 to 1e12 USD is usual); did you mean 3.8e8?"),
    ("customers.startup.default_intensity=5",
     "5 is unusual (0 to 4 per year is usual); did you mean 0.05?"),
    ("issuers.acme.costs.inflation=2.5",
     "2.5 is unusual (-0.2 to 0.2 per year is usual); did you mean 0.025?"),
    ("issuers.acme.tranches.term.covenants.min_dscr=120",
     "120 is unusual (0.3 to 5 is usual); did you mean 1.2?"),
    ("gpus.gb200.price=52.8",
     "52.8 is unusual (0.02 to 25 USD per GPU-hour is usual); did you mean 2.2?"),
    ("gpus.gb200.resale=45",
     "45 is unusual (100 to 300000 USD per GPU is usual); did you mean 45000?"),
    ("market.price.drift.glut=-35",
     "-35 is unusual (-2 to 2 log per year is usual); did you mean -0.35?"),
    ("issuers.acme.tranches.rcf.maturity=2027",
     "2027 is unusual (1 to 480 months is usual)"),
    ("issuers.acme.tranches.rcf.margin=0.6",
     "0.6 is unusual (0.001 to 0.25 per year is usual); did you mean 0.006?"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "expected"), FIGURES)
def test_an_unusual_figure_is_doubted_with_unit_and_range(setting: str, expected: str) -> None:
    told = [line for line in loaded(SMALL, setting).warnings if "is unusual" in line]
    assert len(told) == 1
    assert told[0].endswith(expected)


@pytest.mark.parametrize("setting", ["issuers.acme.cash=0", "market.regime.mean_years.glut=.inf",
                                     "market.price.launch.mean=0"])  # fmt: skip
def test_nothing_and_for_ever_are_never_doubted(setting: str) -> None:
    assert not [line for line in loaded(SMALL, setting).warnings if "unusual" in line]


@pytest.mark.parametrize("path", usual._BY_PATH)
def test_every_usual_range_is_of_a_number_of_the_format_and_within_its_limits(
    path: tuple[str, ...],
) -> None:
    shape = shapes.at(tuple("6" if part == "*" else part for part in path))
    if path[-1] == "*" and path[-2] in ("drift", "volatility", "mean_years"):
        shape = shapes.at((*path[:-1], "glut"))
    assert shape is not None and shape.quantity is not None
    row = usual._BY_PATH[path]
    assert shape.quantity.low <= row.low < row.high <= shape.quantity.high
    assert (row.low, row.high) != (shape.quantity.low, shape.quantity.high)


DEALS = [
    ("issuers.acme.contracts.anchor.price=286",
     "286 USD per GPU-hour is 130 times the spot price of h100 (0.2 to 4 is usual)"),
    ("issuers.acme.contracts.anchor.price=52.8",
     "52.8 USD per GPU-hour is 24 times the spot price of h100 (0.2 to 4 is usual); "
     "a day's rent? did you mean 2.2?"),
    ("issuers.acme.backstop.price=1095",
     "1095 USD per GPU-hour is 498 times the spot price of h100 (0.2 to 4 is usual); "
     "a month's rent? did you mean 1.5?"),
    ("issuers.acme.fleet.old.operating_cost=2000",
     "running a GPU costs 2000 USD a month, letting it brings at most 1820: lot old "
     "of acme loses money"),
    ("issuers.acme.fleet.old.advance=0.5",
     "without effect: no tranche is named in financed_by"),
    ("issuers.acme.fleet.new.unit_cost=600000",
     "600000 USD per GPU are 22.1 years of rent at 3.1 USD per GPU-hour (0.05 to 20 "
     "are usual)"),
    ("issuers.acme.fleet.new.count=2000000",
     "the own share of the orders comes to 2.4e10 USD by month 3 (September 2025); "
     "cash, lines, owners, deposits and all rents until then to 1.3e8"),
    ("issuers.acme.lenders=null",
     "any breach is at once a default, since the issuer has no lenders "
     "(cure_quarters, waiver)"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "expected"), DEALS)
def test_a_deal_that_does_not_go_together_is_doubted(setting: str, expected: str) -> None:
    assert any(line.endswith(expected) for line in loaded(SMALL, setting).warnings), loaded(
        SMALL, setting
    ).warnings


def test_lenders_whose_patience_is_stated_are_not_doubted() -> None:
    assert doubts(SMALL) == []
    told = doubts(changed("    lenders: {}\n", ""))
    assert len(told) == 1


@pytest.mark.parametrize(("unit_cost", "n_doubts"), [(1_000.0, 0), (10_000.0, 1)])
def test_a_parent_pays_for_its_vehicles_orders(unit_cost: float, n_doubts: int) -> None:
    # Month 2: the parent earns 2 x 730k, the vehicle nothing; 1,000 GPUs cost 1m or 10m.
    lot = {"gpu": "g", "count": 1000, "pay_month": 2, "service_month": 3, "unit_cost": unit_cost}
    scenario = Scenario.model_validate(group(2, {}, {"fleet": {"l": lot}}))
    found = [remark for remark in economics.doubts(scenario) if "orders" in remark.text]
    assert [remark.path for remark in found] == n_doubts * [("issuers", "v", "fleet", "l")]


NEW: Tree = {
    "parent": "top",
    "cash": 2e6,
    "fleet": {"lot": {"gpu": "h100", "count": 100, "service_month": 4}},
    "contracts": {
        "rent": {"customer": "tenant", "gpu": "h100", "count": 100, "price": 2.0, "end_month": 240}
    },
    "costs": {"fixed": 1e5},
}
"""A vehicle that pays 100,000 a month and earns 146,000 from month 4 on."""


@pytest.mark.parametrize(
    ("terms", "month", "key", "told"),
    [
        ({}, 2, "min_cash", "0 USD is all that it does not pay out, so it defaults in month 2: "
         "costs exceed rents by 200000 USD up to month 3; give it that much"),
        ({"min_cash": 1.5e5}, 3, "min_cash", "150000 USD is all that it does not pay out, so it "
         "defaults in month 3: costs exceed rents by 200000 USD up to month 3; give it that much"),
        ({"min_cash": 2e5, "cash": 2.5e5}, 3, "cash", "250000 USD is all it has, so it defaults "
         "in month 3: costs exceed rents by 300000 USD up to month 3; give it that much"),
        ({"vehicle": {"guarantee": True, "guarantee_until": 1}}, 2, "min_cash", ""),
        ({"min_cash": 2e5}, None, "", ""),
        ({"vehicle": {"guarantee": True}}, None, "", ""),
        ({"vehicle": {"distribution": {"min_dscr": math.inf}}}, None, "", ""),
        ({"fleet": {"lot": {"service_month": 0}}}, None, "", ""),
    ],
)  # fmt: skip
def test_a_vehicle_that_fails_before_its_rents_cover_its_costs_is_told_what_it_needs(
    terms: Tree, month: int | None, key: str, told: str
) -> None:
    still = {"horizon_months": 6, "market": {"regime": {"utilization": {"shortage": 0.0}}}}
    issuers = {"top": {"cash": 1e9}, "new": NEW}
    scenario = world(still, {"issuers": issuers}, {"issuers": {"new": terms}})
    doubted = [remark for remark in economics.doubts(scenario) if "new" in remark.path]
    ending = ledger(scenario, "new", 1, 0).ending
    assert (None if ending is None else ending.month) == month
    assert [remark.path[-1] for remark in doubted] == [key] * (month is not None)
    assert all(told in remark.text for remark in doubted)
