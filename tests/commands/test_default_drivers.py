"""`run --attribution`: what came before the defaults, and what alone would have prevented them."""

import csv
import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from neocloud_mc.cli import main
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.default_drivers.counterfactuals import counterfactuals
from neocloud_mc.studies.default_drivers.replayed import drivers_of_default
from neocloud_mc.studies.default_drivers.shares import DefaultDriver, DefaultsOfIssuer, TriggerEvent
from neocloud_mc.validation import worlds
from tests.commands import worlds as files
from tests.commands.result_schema import as_documented

PATHS: Final = 2000
EVERY: Final = "tests/golden/every_mechanism/scenario.yaml"
Capture = pytest.CaptureFixture[str]


def defaults(scenario: Scenario, issuer: str = "acme", threads: int = 1) -> DefaultsOfIssuer:
    others = list(counterfactuals(scenario))
    found = drivers_of_default(scenario, others, paths=PATHS, seed=1, threads=threads)
    return found.issuers[issuer]


def driver(one: DefaultsOfIssuer, kind: str, name: str) -> DefaultDriver:
    (found,) = [e for e in one.drivers if e.trigger[1:] == (kind, name)]
    return found


def shares(found: DefaultDriver) -> tuple[float | None, float | None]:
    return found.happened.value, found.averted.value


def acme(*changes: Mapping[str, Any]) -> Scenario:
    return worlds.world("test", *changes)


def agrees(found: Estimate, truth: float, n: int) -> None:
    assert found.value is not None
    assert abs(found.value - truth) <= 4.5 * math.sqrt(truth * (1.0 - truth) / n)


def failing(intensity: float, *names: str) -> dict[str, Any]:
    return {"customers": {name: {"default_intensity": intensity} for name in names}}


def test_the_only_customer_would_have_saved_every_path() -> None:
    one = defaults(
        acme(
            failing(0.3, "tenant"), worlds.NO_SPOT, {"issuers": {"acme": worlds.landlord("tenant")}}
        )
    )
    found = driver(one, "customer", "tenant")
    assert one.defaults > 500
    assert shares(found) == (1.0, 1.0)
    assert found.lead_months.value == 0.0
    assert one.averted_by_none.value == 0.0


def test_a_customer_whose_gpus_are_let_again_at_once_saves_nobody() -> None:
    issuer = worlds.landlord("rich", "poor")
    issuer["contracts"]["rich"]["price"] = 2 * worlds.PRICE
    issuer["costs"]["fixed"] *= 1.4
    one = defaults(acme(failing(0.4, "rich", "poor"), {"issuers": {"acme": issuer}}))
    assert shares(driver(one, "customer", "rich")) == (1.0, 1.0)
    happened, averted = shares(driver(one, "customer", "poor"))
    assert happened is not None and 0.2 < happened < 0.5 and averted == 0.0


def test_either_of_two_customers_kills_and_shares_are_the_closed_forms() -> None:
    intensity, months = 0.4, 24
    issuer = worlds.landlord("one", "two")
    found = defaults(
        acme(failing(intensity, "one", "two"), worlds.NO_SPOT, {"issuers": {"acme": issuer}})
    )
    p = 1.0 - math.exp(-intensity * months / 12)
    pd = 1.0 - (1.0 - p) ** 2
    agrees(Estimate(found.defaults / PATHS), pd, PATHS)
    for name in ("one", "two"):
        agrees(driver(found, "customer", name).averted, p * (1.0 - p) / pd, found.defaults)
        agrees(driver(found, "customer", name).happened, 0.5, found.defaults)
    agrees(found.averted_by_none, p * p / pd, found.defaults)


def lessor(**terms: object) -> dict[str, Any]:
    """An issuer that lives as long as its contract."""
    issuer = worlds.landlord("tenant")
    issuer["contracts"]["tenant"] |= terms
    return {"issuers": {"acme": issuer}}


def test_a_contract_that_is_walked_away_from_would_have_saved_every_path() -> None:
    one = defaults(acme(worlds.NO_SPOT, lessor(churn=0.5)))
    assert one.defaults > 500
    assert shares(driver(one, "contract", "tenant")) == (1.0, 1.0)


def test_a_price_cut_counts_as_the_contracts_loss() -> None:
    cut = lessor(churn=0.5, concession=1.0, price=2 * worlds.PRICE)
    cut["issuers"]["acme"]["costs"]["fixed"] *= 1.5
    one = defaults(acme(worlds.NO_SPOT, cut))
    assert one.defaults > 500
    assert shares(driver(one, "contract", "tenant")) == (1.0, 1.0)


def test_a_contract_that_is_not_renewed_is_lost_the_month_before() -> None:
    renewal = {"probability": 0.5, "months": 36}
    one = defaults(acme(worlds.NO_SPOT, lessor(end_month=6, renewal=renewal)))
    found = driver(one, "contract", "tenant")
    assert shares(found) == (1.0, 1.0)
    assert found.lead_months.value == 1.0


def test_a_contract_that_ends_at_its_long_stop_would_have_saved_who_ever_delivers() -> None:
    """Delivered later than the contract waits, which is dearer than the spot price.

    P(G > 2) = q³ end so, and G > 23 would have left nothing to pay with, q = 4/5.
    """
    late = lessor(longstop=3, price=1.1 * worlds.PRICE)
    acme_terms = late["issuers"]["acme"]
    acme_terms |= {"delivery_delay_months": 4.0, "cash": 100 * worlds.INCOME}
    acme_terms["costs"] = {"fixed": 0.0}
    acme_terms["fleet"] = {"lot": {"gpu": "gpu", "count": worlds.COUNT, "service_month": 1}}
    acme_terms["tranches"] = {"loan": worlds.bullet(101 * worlds.INCOME, maturity=24)}
    one = defaults(acme(worlds.NO_SPOT, late))
    found = driver(one, "contract", "tenant")
    agrees(Estimate(one.defaults / PATHS), 0.8**3, PATHS)
    assert found.happened.value == 1.0
    agrees(found.averted, 1.0 - 0.8**21, one.defaults)
    assert found.lead_months.value == 24 - 3


def test_a_refund_at_the_long_stop_that_kills_at_once_is_counted() -> None:
    late = lessor(longstop=2, price=1.1 * worlds.PRICE, prepaid={"balance": 1e9, "share": 1.0})
    acme_terms = late["issuers"]["acme"]
    acme_terms |= {"delivery_delay_months": 4.0, "cash": 1e8, "costs": {"fixed": 0.0}}
    acme_terms["fleet"] = {"lot": {"gpu": "gpu", "count": worlds.COUNT, "service_month": 1}}
    one = defaults(acme(worlds.NO_SPOT, late))
    found = driver(one, "contract", "tenant")
    assert one.defaults > 500
    assert shares(found) == (1.0, 1.0) and found.lead_months.value == 0.0


def test_the_operator_that_takes_the_contract_would_have_saved_every_path() -> None:
    vehicle = worlds.landlord("tenant") | {
        "parent": "operator",
        "vehicle": {"operator_loss": {"termination": 1.0}},
    }
    head = {"cash": 1e9, "jump_to_default": 0.5}
    one = defaults(acme(worlds.NO_SPOT, {"issuers": {"operator": head, "acme": vehicle}}))
    found = driver(one, "operator", "operator")
    assert one.defaults > 500
    assert shares(found) == (1.0, 1.0)
    assert found.lead_months.value == 1.0
    assert not [e for e in one.drivers if e.trigger.kind == "contract"]


def test_an_operator_that_takes_nothing_is_not_asked_about() -> None:
    vehicle = worlds.landlord("tenant") | {"parent": "operator"}
    scenario = acme(worlds.NO_SPOT, {"issuers": {"operator": {"cash": 1e9}, "acme": vehicle}})
    assert "operator" not in {one.without[0].kind for one in counterfactuals(scenario)}


def test_a_contract_that_was_to_end_is_no_event() -> None:
    one = defaults(acme(worlds.NO_SPOT, lessor(end_month=6)))
    assert one.defaults == PATHS
    assert one.averted_by_none.value == 1.0
    assert not [e for e in one.drivers if e.trigger.kind == "contract"]


def test_a_failed_customer_is_not_blamed_on_the_contract() -> None:
    one = defaults(acme(failing(0.3, "tenant"), worlds.NO_SPOT, lessor(churn=1e-9)))
    assert shares(driver(one, "customer", "tenant")) == (1.0, 1.0)
    assert shares(driver(one, "contract", "tenant")) == (0.0, 0.0)


def test_a_customer_that_fails_when_its_contract_is_over_is_no_event() -> None:
    issuer = worlds.spot_issuer(worlds.bullet(1e9, maturity=24))
    issuer["contracts"] = {"old": worlds.lease(end_month=1)}
    one = defaults(acme(failing(0.5, "tenant"), {"issuers": {"acme": issuer}}))
    happened, averted = shares(driver(one, "customer", "tenant"))
    assert happened is not None and happened < 0.1 and averted == 0.0


def test_the_maturity_that_is_refused_would_have_saved_every_path() -> None:
    loan = worlds.bullet(5e7, maturity=6) | {"refinance": {"months": 12, "window": 0.0}}
    loans = {"issuers": {"acme": worlds.spot_issuer(loan)}}
    loans["issuers"]["acme"]["tranches"]["late"] = worlds.bullet(1.0, maturity=7)
    one = defaults(acme(loans))
    found = driver(one, "maturity", "loan")
    assert 0.3 * PATHS < one.defaults < PATHS
    assert shares(found) == (1.0, 1.0) and found.lead_months.value == 0.0
    assert one.causes["refinancing"].value == 1.0
    late = driver(one, "maturity", "late")
    assert late.happened.value and late.averted.value == 0.0


def test_a_maturity_beyond_the_horizon_is_not_asked_about() -> None:
    one = defaults(acme({"issuers": {"acme": worlds.spot_issuer(worlds.bullet(1.0, maturity=25))}}))
    assert one.drivers == () and one.defaults == 0 and one.averted_by_none.note == "no default"


def test_notes_that_do_not_sell_would_have_saved_every_path() -> None:
    notes = {"kind": "notes", "principal": 0.0, "commitment": 1e12, "months": 60, "window": -0.3}
    issuer = worlds.spot_issuer(notes, fixed=1.1 * worlds.INCOME)
    one = defaults(acme({"issuers": {"acme": issuer}}))
    assert 0.3 * PATHS < one.defaults < PATHS
    assert shares(driver(one, "notes", "loan")) == (1.0, 1.0)


def test_a_spot_borrower_defaults_for_the_price_of_the_month() -> None:
    debt = files.DEBT
    one = defaults(
        acme(
            {"horizon_months": 1},
            worlds.prices(files.DRIFT, files.VOLATILITY),
            {"issuers": {"acme": worlds.spot_issuer(worlds.bullet(debt.principal))}},
        )
    )
    found = driver(one, "market", "prices")
    assert shares(found) == (1.0, 1.0) and found.lead_months.value is None
    standing = one.standing
    barrier = debt.principal / debt.income
    median = math.exp(debt.drift / 12)
    levels = [standing.price_index[name].value or 0.0 for name in ("p25", "p50", "p75")]
    assert levels == sorted(levels) and levels[-1] < barrier
    assert standing.to_median["p50"].value == pytest.approx(levels[1] / median, rel=0.02)
    assert standing.below_median.value == 1.0 and standing.glut.value == 0.0


def test_the_glut_that_came_would_have_saved_every_path() -> None:
    regime = {
        "mean_years": {"shortage": 2.0, "glut": 1.0},
        "utilization": {"shortage": 1.0, "glut": 0.0},
    }
    issuer = worlds.spot_issuer(worlds.bullet(1.0), fixed=0.999 * worlds.INCOME)
    one = defaults(acme(worlds.market(regime=regime), {"issuers": {"acme": issuer}}))
    assert one.defaults > 500
    assert shares(driver(one, "market", "glut")) == (1.0, 1.0)
    assert one.standing.glut.value == 1.0


def test_the_others_default_would_have_saved_every_path() -> None:
    loan = worlds.bullet(5e7, maturity=12) | {"refinance": {"months": 36, "window": -0.5}}
    issuer = worlds.spot_issuer(loan)
    issuer["contracts"] = {"safe": worlds.lease(customer="solid")}
    world = acme(
        worlds.market(contagion={"funding_impact": 1.0}, funding={"persistence_years": 1000.0}),
        {"customers": {"tenant": {"default_intensity": 0.5}, "solid": {"default_intensity": 0.0}}},
        worlds.NO_SPOT,
        {"issuers": {"first": worlds.landlord("tenant"), "acme": issuer}},
    )
    one = defaults(world)
    assert 0.2 * PATHS < one.defaults < 0.7 * PATHS
    assert shares(driver(one, "market", "contagion")) == (1.0, 1.0)
    assert not [e for e in one.drivers if e.trigger.kind == "customer"]
    assert driver(defaults(world, "first"), "market", "contagion").averted.value == 0.0


def test_what_is_left_out_changes_nothing_before_it_happens() -> None:
    scenario = Scenario.model_validate(files_tree())
    one = defaults(scenario, "alpha")
    for found in one.drivers:
        if found.trigger[1:] != ("market", "prices"):
            happened, averted = shares(found)
            assert happened is not None and averted is not None and averted <= happened


def files_tree() -> Any:
    from neocloud_mc.scenario.load import load

    return load(EVERY).scenario.model_dump()


def test_threads_do_not_change_it() -> None:
    world = acme(failing(0.3, "tenant"), worlds.NO_SPOT, lessor(churn=0.2))
    assert defaults(world, threads=1) == defaults(world, threads=2)


def document(capsys: Capture, *arguments: str) -> Any:
    assert main(["run", *arguments, "--format", "json", "-q"]) == 0
    return as_documented(json.loads(capsys.readouterr().out))


def test_the_defaults_are_those_of_the_run(capsys: Capture) -> None:
    result = document(capsys, EVERY, "--paths", "1500", "--attribution")
    assert result["attribution"]["paths"] == 1500
    for key, one in result["attribution"]["issuers"].items():
        months = result["issuers"][key]["default_months"]
        assert one["defaults"] == sum(months)
        for cause, share in one["causes"].items():
            of_all = result["issuers"][key]["causes"][cause]["value"]
            assert (share["value"] or 0.0) * sum(months) / 1500 == pytest.approx(of_all)
    plain = document(capsys, EVERY, "--paths", "1500")
    assert set(result) - set(plain) == {"attribution"}
    assert result["issuers"] == plain["issuers"]


def test_many_paths_are_attributed_by_the_first_of_them(tmp_path: Path, capsys: Capture) -> None:
    result = document(capsys, files.write(tmp_path), "--paths", "30000", "--attribution")
    assert result["paths"] == 30_000 and result["attribution"]["paths"] == 20_000


def test_the_spreadsheet_has_every_number_of_it(capsys: Capture) -> None:
    line = (EVERY, "--paths", "1500", "--attribution")
    one = document(capsys, *line)["attribution"]["issuers"]
    assert main(["run", *line, "--format", "csv", "-q"]) == 0
    table = csv.DictReader(io.StringIO(capsys.readouterr().out))
    prefix = "attribution."
    rows = [row for row in table if row["measure"].startswith(prefix)]
    found = {(row["issuer"], row["measure"].removeprefix(prefix)): row["value"] for row in rows}
    assert (
        len(found)
        == len(rows)
        == sum(len(it["causes"]) + 3 * len(it["drivers"]) + 15 for it in one.values())
    )
    for key, issuer in one.items():
        assert found[key, "no_single_one"] == written(issuer["no_single_one"])
        assert found[key, "causes.covenant"] == written(issuer["causes"]["covenant"])
        assert found[key, "at_default.climate.p25"] == written(
            issuer["at_default"]["climate"]["p25"]
        )
        for driver in issuer["drivers"]:
            name = f"drivers.{driver['kind']}.{driver['name']}.would_have_survived"
            assert found[key, name] == written(driver["would_have_survived"])


def written(estimate: dict[str, Any]) -> str:
    return "" if estimate["value"] is None else str(estimate["value"])


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_the_tables_say_what_the_shares_are(capsys: Capture, form: str) -> None:
    arguments = ["run", EVERY, "--paths", "1500", "--attribution", "-q", "--format", form]
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert "What stood behind" in text and "without it no default" in text
    assert "they overlap and do not add up" in text
    assert "none of them alone" in text
    assert "Where the market stood in the month of default" in text


def test_a_part_is_not_attributed(capsys: Capture) -> None:
    assert main(["run", EVERY, "--attribution", "--shard", "1/2", "-o", "x.nmc"]) == 2
    assert "--attribution" in capsys.readouterr().err


def test_every_trigger_event_is_of_an_issuer_that_can_feel_it() -> None:
    scenario = Scenario.model_validate(files_tree())
    names: list[TriggerEvent] = [
        one for other in counterfactuals(scenario) for one in other.without
    ]
    assert len(names) == len(set(names))
    for one in names:
        issuer = scenario.issuers[one.issuer]
        if one.kind == "customer":
            assert one.name in {contract.customer for contract in issuer.contracts.values()}
    assert np.all([other.scenario != scenario for other in counterfactuals(scenario)])
