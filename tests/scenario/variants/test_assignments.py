"""Settings reach every leaf, and never make things out of misspelt names."""

import pytest

from neocloud_mc.scenario.load import Loaded
from tests.scenario.desk import SMALL, loaded, mistakes


def varied(*settings: str) -> Loaded:
    return loaded(SMALL, *settings)


@pytest.mark.parametrize(
    ("setting", "path", "value"),
    [
        ("issuers.acme.cash=2e9", "issuers.acme.cash", 2e9),
        ("issuers.acme.cash = 1_000", "issuers.acme.cash", 1000),
        ("horizon_months=12", "horizon_months", 12),
        ("name=stressed", "name", "stressed"),
        ("market.regime.mean_years.glut=.inf", "market.regime.mean_years.glut", float("inf")),
        ("market.contagion.price_impact=1", "market.contagion.price_impact", 1),
        ("issuers.acme.lenders.waiver=0.5", "issuers.acme.lenders.waiver", 0.5),
        ("issuers.acme.tranches.term.refinance.months=12",
         "issuers.acme.tranches.term.refinance.months", 12),
    ],
)  # fmt: skip
def test_a_setting_changes_one_leaf(setting: str, path: str, value: object) -> None:
    if "refinance" in path:
        assert _at(varied(setting).resolved, path) == value
        return
    found: object = varied(setting).scenario
    for key in path.split("."):
        found = found[key] if isinstance(found, dict) else getattr(found, key)
    assert found == value


def test_months_of_a_schedule_and_holdings_with_dots_can_be_set() -> None:
    scenario = varied("issuers.acme.tranches.term.amortization.6=5",
                      "issuers.acme.tranches.ddtl.amortization.9=7",
                      "portfolio.acme.term=0.5").scenario  # fmt: skip
    assert scenario.issuers["acme"].tranches["term"].amortization == {6: 5.0, 12: 2e6}
    assert scenario.issuers["acme"].tranches["ddtl"].amortization == {9: 7.0}
    assert scenario.portfolio is not None
    assert scenario.portfolio["acme.term"] == 0.5


def test_the_source_of_a_figure_can_be_set() -> None:
    scenario = varied("sources.issuers.acme.cash=a bank statement").scenario
    assert scenario.sources["issuers.acme.cash"] == "a bank statement"


def test_null_removes_a_key() -> None:
    assert varied("issuers.acme.support=null").scenario.issuers["acme"].support is None


def test_a_mapping_replaces_a_mapping_and_a_new_thing_is_given_whole() -> None:
    tpu = "{price: 2, resale: 9000, operating_cost: 200}"
    scenario = varied("issuers.acme.support={capacity: 5}", f"gpus.tpu={tpu}").scenario
    support = scenario.issuers["acme"].support
    assert support is not None
    assert support.capacity == 5
    assert scenario.gpus["tpu"].resale == 9000


def test_the_later_setting_wins() -> None:
    assert varied("issuers.acme.cash=1", "issuers.acme.cash=2").scenario.issuers["acme"].cash == 2


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("issuers.acem.cash=1", "there is no 'acem' in issuers (did you mean 'acme'?)"),
        ("issuers.acme.csah=1", "unknown key 'csah' in issuers.acme (did you mean 'cash'?)"),
        ("marekt.risk_free=1", "unknown key 'marekt' (did you mean 'market'?)"),
        ("issuers.acme.tranches.trem.coupon=1", "there is no 'trem' in issuers.acme.tranches (did "
         "you mean 'term'?)"),
        ("issuers.acme.cash.x=1", "issuers.acme.cash has no keys"),
        ("issuers.acme.cash", "KEY=VALUE is expected"),
        ("=3", "KEY=VALUE is expected"),
        ("issuers.acme.cash=", "a value is missing; null removes a key"),
        ("issuers.acme.cash=[", "not valid YAML: a value is expected here"),
        ("issuers.acme.cash=1,5", "a number (USD) is expected, found '1,5' (did you mean 1.5?)"),
        ("market.risk_free=4", "4 is outside 0 to 1 per year (did you mean 0.04?)"),
        ("market={risk_free: 4}", "market.risk_free: 4 is outside 0 to 1 per year (did you mean "
         "0.04?)"),
        ("issuers.acme.fleet.old.gpu=h10", "there is no 'h10' in gpus (did you mean 'h100'?)"),
        ("extends=other.yaml", "unknown key 'extends'"),
    ],
)  # fmt: skip
def test_a_bad_setting_is_told_by_its_own_text(setting: str, expected: str) -> None:
    assert f"--set {setting}: {expected}" in mistakes(SMALL, setting)


def test_a_setting_that_removes_what_is_needed_is_told() -> None:
    assert mistakes(SMALL, "issuers.acme.cash=null") == [
        "--set issuers.acme.cash=null: is missing (a number (USD) is expected)"
    ]


def _at(value: object, path: str) -> object:
    for key in path.split("."):
        assert isinstance(value, dict)
        value = value[key]
    return value
