"""`sweep` as a shell sees it: one key, two keys, every format, and what it refuses."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.cli import main
from tests.commands import worlds

BULLET = "tests/golden/one_bullet/scenario.yaml"
PRINCIPAL = "issuers.acme.tranches.loan.principal"
Capture = pytest.CaptureFixture[str]


def swept(capsys: Capture, *arguments: str, paths: int = 4000) -> str:
    assert main(["sweep", *arguments, "--paths", str(paths), "-q"]) == 0
    return capsys.readouterr().out


def document(capsys: Capture, *arguments: str, paths: int = 4000) -> Any:
    return json.loads(swept(capsys, *arguments, "--format", "json", paths=paths))


def test_the_intervals_hold_the_closed_form(tmp_path: Path, capsys: Capture) -> None:
    truth = [0.1, 0.3, 0.6]
    low, high = worlds.owing(truth[0]), worlds.owing(truth[2])
    result = document(
        capsys, worlds.write(tmp_path), "--vary", f"{PRINCIPAL}={low}:{high}:2", paths=40_000
    )
    found = [point["values"]["issuers.acme.pd.1"] for point in result["points"]]
    own = result["own"]["issuers.acme.pd.1"]
    for estimate, pd in zip((found[0], own, found[1]), truth, strict=True):
        half_width = 2.3 * (estimate["high"] - estimate["low"]) / 2
        assert abs(estimate["value"] - pd) < half_width
    change = result["points"][1]["changes"]["issuers.acme.pd.1"]
    assert change["value"] == pytest.approx(found[1]["value"] - own["value"])
    assert change["low"] < 0.3 < change["high"]


def test_a_point_is_the_run_with_that_setting(capsys: Capture) -> None:
    result = document(capsys, BULLET, "--vary", f"{PRINCIPAL}=1.2e7:1.6e7:3")
    main(
        ["run", BULLET, "--paths", "4000", "-q", "--format", "json", "--set", f"{PRINCIPAL}=1.6e7"]
    )
    alone = json.loads(capsys.readouterr().out)
    assert (
        result["points"][2]["values"]["issuers.acme.pd.12"] == alone["issuers"]["acme"]["pd"]["12"]
    )


def test_the_scenarios_own_value_is_marked_or_added(capsys: Capture) -> None:
    inside = swept(capsys, BULLET, "--vary", f"{PRINCIPAL}=1.2e7:1.6e7:3").splitlines()
    beside = swept(capsys, BULLET, "--vary", f"{PRINCIPAL}=1.5e7:1.6e7:2").splitlines()
    for lines, rows in ((inside, 3), (beside, 3)):
        start = next(place for place, line in enumerate(lines) if line.startswith("───")) + 1
        own = [line for line in lines[start : start + rows] if " * " in line]
        assert len(own) == 1 and own[0].startswith("1.4e7 *") and own[0].endswith("–")


def test_paired_changes_are_sharper_than_the_values(capsys: Capture) -> None:
    result = document(capsys, BULLET, "--vary", f"{PRINCIPAL}=1.41e7:1.42e7:2")
    for point in result["points"]:
        (value,), (change,) = point["values"].values(), point["changes"].values()
        assert change["high"] - change["low"] < 0.5 * (value["high"] - value["low"])


def test_several_measures_are_columns(capsys: Capture) -> None:
    text = swept(
        capsys, BULLET, "--vary", f"{PRINCIPAL}=1.2e7:1.6e7:3",
        "--measure", "acme.pd.12", "--measure", "acme.loan.expected_loss",
    )  # fmt: skip
    assert "acme.pd.12  change, points  acme.loan.expected_loss" in text
    assert "█" not in text


def test_csv_and_json_hold_every_point(capsys: Capture) -> None:
    arguments = [
        *(BULLET, "--measure", "acme.pd.12", "--vary", f"{PRINCIPAL}=1.2e7:1.6e7:3"),
        *("--vary", "market.price.volatility.shortage=0.2:0.4:2"),
    ]
    result = document(capsys, *arguments)
    rows = list(csv.DictReader(io.StringIO(swept(capsys, *arguments, "--format", "csv"))))
    assert result["schema"] == "neocloud-mc/sweep/1"
    assert [key["own"] for key in result["keys"]] == [1.4e7, 0.4]
    assert len(rows) == 2 * len(result["points"]) == 12
    found = [point[kind] for point in result["points"] for kind in ("values", "changes")]
    for number, (row, of) in enumerate(zip(rows, found, strict=True)):
        at = result["points"][number // 2]["at"]
        assert [float(row[key]) for key in at] == list(at.values())
        estimate = of["issuers.acme.pd.12"]
        assert [float(row[key] or 0) for key in ("value", "low", "high")] == [
            estimate[key] or 0 for key in ("value", "low", "high")
        ]
        assert row["against"] == ("one_bullet" if number % 2 else "")
    assert [point["is_own"] for point in result["points"]].count(True) == 1


def test_two_keys_are_a_grid_without_intervals(capsys: Capture) -> None:
    text = swept(
        capsys, BULLET, "--vary", f"{PRINCIPAL}=1.2e7:1.6e7:3", "--vary",
        "market.price.volatility.shortage=0.2:0.4:2",
    )  # fmt: skip
    assert "acme.pd.12: issuers.acme.tranches.loan.principal down" in text
    rows = [line.split() for line in text.splitlines()]
    assert ["1.2e7"] in [row[:1] for row in rows] and "The widest interval" in text
    assert "* the scenario as it is (1.4e7, 0.4): " in text
    assert "±?" not in text


def test_a_grid_explains_a_missing_interval_where_it_shows_one(capsys: Capture) -> None:
    spans = (f"{PRINCIPAL}=1.2e7:1.6e7:2", "market.price.volatility.shortage=0.2:0.4:2")
    asked = [part for span in spans for part in ("--vary", span)]
    assert main(["sweep", BULLET, *asked, "--measure", "acme.lgd", "--paths", "100", "-q"]) == 0
    text = capsys.readouterr().out
    assert "): 0.37% ±?.\n" in text and "±?: too few events for an interval." in text


def test_colour_shades_the_grid_and_a_pipe_has_none(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans = (f"{PRINCIPAL}=1.2e7:1.6e7:3", "market.price.volatility.shortage=0.2:0.4:2")
    asked = [part for span in spans for part in ("--vary", span)]
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    piped = swept(capsys, BULLET, *asked, paths=500)
    for name, value in (
        ("FORCE_COLOR", "1"),
        ("TERM", "xterm-256color"),
        ("COLORTERM", "truecolor"),
    ):
        monkeypatch.setenv(name, value)
    shaded = swept(capsys, BULLET, *asked, paths=500)
    assert "\x1b" not in piped
    backgrounds = set(re.findall(r"48;2;\d+;\d+;\d+m", shaded))
    assert len(backgrounds) >= 4
    assert re.sub(r"\x1b\[[0-9;]*m", "", shaded) == piped


def test_markdown_is_a_table(capsys: Capture) -> None:
    text = swept(capsys, BULLET, "--vary", f"{PRINCIPAL}=1.2e7:1.6e7:3", "--format", "markdown")
    assert text.startswith("# one_bullet\n")
    assert "| 1.2e7 |" in text


def test_whole_numbers_are_tried_once(capsys: Capture) -> None:
    key = "issuers.acme.tranches.loan.maturity"
    result = document(capsys, BULLET, "--vary", f"{key}=10:12:9", paths=500)
    assert [point["at"][key] for point in result["points"]] == [10.0, 11.0, 12.0]


def test_threads_do_not_change_a_sweep(capsys: Capture) -> None:
    arguments = [BULLET, "--vary", f"{PRINCIPAL}=1.2e7:1.6e7:2"]
    one, two = (
        document(capsys, *arguments, "--threads", n, paths=9000)["points"] for n in ("1", "2")
    )
    assert one == two


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--vary", "market.risk_free=0:4:3"], "outside 0 to 1 per year"),
        (["--vary", "market.risk_fre=0:0.1:3"], "did you mean 'risk_free'?"),
        (["--vary", "market.risk_free=0.1:0:3"], "is empty"),
        (["--vary", "market.risk_free=0:0.1:3", "--measure", "acem.pd.12"], "did you mean"),
        (["--vary", "market.risk_free=0:0.1:3", "--vary", "market.risk_free=0:0.2:3"], "twice"),
        (["--vary", "market.risk_free=0:0.1:100", "--vary", "market.resale.cost=0:0.2:11"],
         "1,100 values together are more than 1,000"),
        (["--vary", "market.risk_free=0:0.1:2", "--vary", "market.resale.cost=0:0.2:2",
          "--measure", "acme.pd.12", "--measure", "acme.pd.6"], "shows one measure"),
        (["--vary", "market.risk_free=0:0.1:2"] * 3, "once or twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_swept_is_one_line_and_nothing_is_simulated(
    capsys: Capture, arguments: list[str], told: str
) -> None:
    assert main(["sweep", BULLET, *arguments, "--paths", "1e12"]) == 2
    found = capsys.readouterr()
    assert found.out == "" and told in found.err and found.err.count("\n") == 1
