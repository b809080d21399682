"""Values at which a measure hits its target, where they are known in closed form."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.cli import main
from tests.cases import worlds

Capture = pytest.CaptureFixture[str]
CASH = "issuers.a.cash"
OWING = {
    "horizon_months": 12,
    "issuers": {"a": {"tranches": {"t": {"principal": 1200, "coupon": 0.12}}}},
}
"""1,212 at the end of month 1, of which a month's rent pays 730."""
ENOUGH = 1212.0 - worlds.HOURS


def answer(capsys: Capture, path: str, vary: str, target: str, *more: str) -> str:
    assert main(["breakeven", path, "--vary", vary, "--target", target, "-q", *more]) == 0
    return capsys.readouterr().out


def document(capsys: Capture, path: str, vary: str, target: str, *more: str) -> Any:
    return json.loads(answer(capsys, path, vary, target, *more, "--format", "json"))


def sure(folder: Path) -> str:
    return worlds.write(folder, worlds.STILL, OWING)


@pytest.mark.parametrize(("pd", "held"), [(0, (ENOUGH, 1000)), (1, (0, ENOUGH))])
def test_a_target_is_reached_where_it_begins_to_hold(
    tmp_path: Path, capsys: Capture, pd: int, held: tuple[float, float]
) -> None:
    arguments = (sure(tmp_path), f"{CASH}=0:1000", f"a.pd.12={pd}", "--paths", "500")
    result = document(capsys, *arguments)
    (root,), (span,) = result["roots"], result["held"]
    assert result["is_reached"]
    assert root["low"] <= ENOUGH <= root["high"] and root["high"] - root["low"] < 0.1
    assert (span["from"], span["to"]) == pytest.approx(held, abs=0.1)
    text = answer(capsys, *arguments)
    assert f"a.pd.12 reaches {100 * pd}% at {CASH} = 48" in text
    assert f"It is {100 * pd}% on these 500 paths, at every value tried, from" in text


def test_a_target_that_holds_all_over_the_interval_is_reached(
    tmp_path: Path, capsys: Capture
) -> None:
    arguments = (sure(tmp_path), f"{CASH}=0:400", "a.pd.12=1", "--paths", "500")
    result = document(capsys, *arguments)
    assert result["is_reached"] and result["roots"] == []
    assert result["held"] == [{"from": 0.0, "to": 400.0}]
    told = f"a.pd.12 is 100% on these 500 paths, at every value tried, for {CASH} from 0 to 400."
    assert told in answer(capsys, *arguments)


def between_deliveries(folder: Path) -> str:
    """The lot that is paid in month 5 can be let from month 6 on; later its maker wants more."""
    issuer = {
        "fleet": {
            "n": {"gpu": "g", "count": 1, "unit_cost": 3000, "pay_month": 5, "service_month": 6}
        },
        "contracts": {"k": {"customer": "c", "gpu": "g", "count": 1, "price": 1, "end_month": 6}},
        "tranches": {"t": {"coupon": 1.0, "maturity": 50}},
    }
    return worlds.write(
        folder,
        worlds.STILL,
        {
            "horizon_months": 24,
            "customers": {"c": {"default_intensity": 0}},
            "market": {"regime": {"utilization": {"shortage": 0, "glut": 0}}},
            "issuers": {"a": issuer},
        },
    )


@pytest.mark.parametrize("interval", ["1:100", "2.5:40"])
def test_every_whole_number_of_a_short_range_is_tried(
    tmp_path: Path, capsys: Capture, interval: str
) -> None:
    path = between_deliveries(tmp_path)
    key = "issuers.a.tranches.t.maturity"
    result = document(capsys, path, f"{key}={interval}", "a.pd.24=0.5", "--paths", "64")
    low, high = (float(end) for end in interval.split(":"))
    assert len(result["points"]) == math.floor(high) - math.ceil(low) + 1
    assert result["is_complete"]
    tried = {point["at"]: point["value"] for point in result["points"]}
    crossed = [at for at in tried if at - 1 in tried and (tried[at] > 0.5) != (tried[at - 1] > 0.5)]
    assert [root["value"] for root in result["roots"]] == crossed == [6, 12]
    for root in result["roots"]:
        assert root["between"] == [root["value"] - 1, root["value"]]
        assert root["low"] == root["high"] == root["value"]


def test_long_ranges_of_whole_numbers_say_what_they_leave_open(
    tmp_path: Path, capsys: Capture
) -> None:
    path, key = between_deliveries(tmp_path), "issuers.a.tranches.t.maturity"
    arguments = (path, f"{key}=20:420", "a.pd.24=0.5", "--paths", "64")
    result = document(capsys, *arguments)
    assert not result["is_complete"] and result["widest_gap"] == 25.0
    assert all(point["at"].is_integer() for point in result["points"])
    text = answer(capsys, *arguments)
    assert "values tried, at most 25 apart; a crossing and its way back between two" in text


@pytest.mark.parametrize("pd", [0.385, 0.38])
def test_an_interval_ends_where_the_search_does(tmp_path: Path, capsys: Capture, pd: float) -> None:
    """Three times the half-width of the open end: the sampled root, not the closed one, is cut."""
    path = worlds.write(tmp_path)
    result = document(capsys, path, f"{CASH}=0:300", f"a.pd.1={pd}", "--paths", "1000")
    (root,) = result["roots"]
    truth = 700.0 - worlds.owed(pd)
    assert 0.0 <= root["low"] <= root["value"] <= root["high"] <= 300.0
    assert abs(root["value"] - truth) < 3 * (root["high"] - root["value"])


def test_a_target_just_beyond_what_was_found_is_not_excluded(
    tmp_path: Path, capsys: Capture
) -> None:
    """At no cash the PD is 39.7% on these paths, give or take 3 points."""
    arguments = (worlds.write(tmp_path), f"{CASH}=0:300", "a.pd.1=0.41", "--paths", "1000")
    result = document(capsys, *arguments)
    assert not result["is_reached"] and result["compatible"][0] == 0.0
    assert "the 95% interval at 0 holds 41%." in answer(capsys, *arguments)


def test_where_few_paths_decide_there_is_no_interval(tmp_path: Path, capsys: Capture) -> None:
    path = worlds.write(tmp_path)
    result = document(capsys, path, f"{CASH}=0:300", "a.pd.1=0.002", "--paths", "1000")
    assert result["roots"][0]["low"] is None
    assert "fewer than 10 paths decide" in result["roots"][0]["note"]
