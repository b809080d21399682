"""Variants of a scenario: what a name moves, and what the format says against a value."""

import pytest

from neocloud_mc.errors import ScenarioError, UsageError
from neocloud_mc.scenario.variants.levers import Lever, Variants
from tests.scenario.desk import SMALL, loaded


def variants(*settings: str) -> Variants:
    return Variants(loaded(SMALL, *settings))


def test_a_variant_is_the_scenario_with_that_setting() -> None:
    desk = variants()
    made = desk.at([desk.lever("issuers.acme.cash")], [5e8])
    assert made == loaded(SMALL, "issuers.acme.cash=5e8").scenario


def test_nothing_moved_is_the_scenario_itself() -> None:
    assert variants().at([], []) == loaded(SMALL).scenario


def test_settings_stay_in_a_variant() -> None:
    desk = variants("issuers.acme.min_cash=2e7")
    made = desk.at([desk.lever("issuers.acme.cash")], [5e8])
    assert (made.issuers["acme"].min_cash, made.issuers["acme"].cash) == (2e7, 5e8)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("issuers.acme.cash", 1e8),
        ("issuers.acme.fleet.new.pay_month", 3.0),
        ("issuers.acme.tranches.term.amortization.6", 1e6),
        ("issuers.acme.tranches.term.amortization.9", None),
        ("issuers.acme.growth_window", float("-inf")),
        ("market.resale.elasticity", 0.0),
        ("portfolio.acme.ddtl", 0.05),
        ("issuers.acme.fleet.*.count", None),
        ("issuers.acme.fleet.*.pay_month", 3.0),
    ],
)
def test_the_scenarios_own_value_is_known_defaults_too(name: str, own: float | None) -> None:
    assert variants().lever(name).own == own


def test_a_star_moves_every_id_that_states_the_figure() -> None:
    desk = variants()
    assert [path[3] for path in desk.lever("issuers.*.tranches.*.commitment").paths] == [
        "ddtl", "rcf", "shelf",
    ]  # fmt: skip
    made = desk.at([desk.lever("issuers.acme.fleet.*.count")], [7.0])
    assert {lot.count for lot in made.issuers["acme"].fleet.values()} == {7.0}


def test_whole_numbers_are_rounded_and_told_once() -> None:
    lever: Lever = variants().lever("issuers.acme.fleet.new.service_month")
    assert lever.allowed([6.0, 6.4, 6.6, 7.0]) == (6.0, 7.0)
    assert variants().at([lever], [7.0]).issuers["acme"].fleet["new"].service_month == 7


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("market.prise.reversion", "unknown key 'prise' in market (did you mean 'price'?)"),
        ("issuers.acem.cash", "there is no 'acem' in issuers (did you mean 'acme'?)"),
        ("issuers.acme.label", "holds text, not a number"),
        ("issuers.acme.fleet", "holds a mapping, not a number"),
        ("issuers.acme.fleet.*.cuont", "unknown key 'cuont' in issuers.acme.fleet.old (did you "
         "mean 'count'?)"),
        ("issuers.acme.fleet.*.operating_cost", "nothing in issuers.acme.fleet states "
         "operating_cost"),
        ("horizon_months", "cannot be varied; a default probability has a name for every month, "
         "such as acme.pd.24"),
        ("name", "holds text, not a number"),
    ],
)  # fmt: skip
def test_what_cannot_move_is_refused_in_one_line(name: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        variants().lever(name)
    assert caught.value.lines == [f"--vary {name}: {why}"]


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("market.risk_free", 4.0, "--vary market.risk_free=4: 4 is outside 0 to 1 per year (did "
         "you mean 0.04?)"),
        ("issuers.acme.fleet.new.pay_month", 9.0, "--vary issuers.acme.fleet.new.pay_month=9: 9 "
         "(March 2026) is not before service_month 6 (December 2025)"),
        ("issuers.acme.fleet.new.service_month", 2.0, "--vary "
         "issuers.acme.fleet.new.service_month=2: issuers.acme.fleet.new.pay_month: 3 "
         "(September 2025) is not before service_month 2 (August 2025)"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_allowed_is_the_formats_own_complaint(
    name: str, value: float, line: str
) -> None:
    desk = variants()
    with pytest.raises(ScenarioError) as caught:
        desk.at([desk.lever(name)], [value])
    assert caught.value.lines == [line]
