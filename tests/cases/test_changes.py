"""Changes that few paths or none show, through every command that reports changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.cli import main
from tests.cases import worlds

Capture = pytest.CaptureFixture[str]
PATHS = 500
TRUTH = worlds.pd(0.5) - worlds.pd(0.0)
"""−0.189 points: on 500 paths one switches."""


def document(capsys: Capture, *arguments: str) -> Any:
    assert main([*arguments, "--paths", str(PATHS), "-q", "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_changes_of_a_sweep_cover_however_few_paths_switch(tmp_path: Path, capsys: Capture) -> None:
    """20 seeds; 17 hits or more have a chance of 99.7% at a coverage of 95%."""
    path, held = worlds.write(tmp_path), 0
    for seed in range(1, 21):
        result = document(
            capsys, "sweep", path, "--vary", "issuers.a.cash=0.5:1:2", "--seed", str(seed)
        )
        change = result["points"][0]["changes"]["issuers.a.pd.1"]
        assert change["low"] < change["high"]
        held += change["low"] <= TRUTH <= change["high"]
    assert held >= 17


def test_no_command_says_that_what_was_not_seen_cannot_be(tmp_path: Path, capsys: Capture) -> None:
    base = worlds.write(tmp_path, name="base")
    more = worlds.write(tmp_path, worlds.with_cash(1e-9), name="more")
    ranged = worlds.write(
        tmp_path,
        worlds.with_cash(1e-9),
        {"assumptions": {"issuers.a.cash": "a guess; range 0 to 2e-9"}},
        name="ranged",
    )
    compared = document(capsys, "compare", base, more)["comparisons"][0]["issuers"]["a"]
    split = document(capsys, "compare", base, more, "--by-assumption")
    moved = document(capsys, "sensitivity", ranged, "--only", "issuers.a.cash")
    swept = document(capsys, "sweep", base, "--vary", "issuers.a.cash=1e-9:2e-9:2")
    for change in (
        compared["pd"]["1"]["change"],
        compared["causes"]["liquidity"]["change"],
        compared["tranches"]["t"]["pd"]["change"],
        split["changes"][0]["effects"]["issuers.a.pd.1"],
        split["measures"]["issuers.a.pd.1"]["change"],
        moved["drivers"][0]["ends"]["low"]["changes"]["issuers.a.pd.1"],
        swept["points"][0]["changes"]["issuers.a.pd.1"],
    ):
        assert change["value"] == 0.0
        assert change["high"] == -change["low"] == pytest.approx(3.69 / PATHS, rel=0.01)
    averted, new = compared["saved"], compared["new"]
    assert averted["low"] == new["low"] == 0.0 < averted["high"] < 0.01


def test_a_scenario_beside_itself_cannot_differ(tmp_path: Path, capsys: Capture) -> None:
    path = worlds.write(tmp_path)
    (other,) = document(capsys, "compare", path, path)["comparisons"]
    same = {"value": 0.0, "low": 0.0, "high": 0.0}
    assert other["issuers"]["a"]["pd"]["1"]["change"] == same
    assert other["issuers"]["a"]["expected_loss"]["change"] == same
    swept = document(capsys, "sweep", path, "--vary", "issuers.a.cash=0:1:2")
    own, _ = swept["points"]
    assert own["is_own"] and own["changes"]["issuers.a.pd.1"] == same


def test_a_loss_that_no_path_changes_says_so(tmp_path: Path, capsys: Capture) -> None:
    base = worlds.write(tmp_path, name="base")
    more = worlds.write(tmp_path, {"gpus": {"g": {"resale": 10000.0000000001}}}, name="more")
    (other,) = document(capsys, "compare", base, more)["comparisons"]
    change = other["issuers"]["a"]["expected_loss"]["change"]
    assert change["low"] is None and change["high"] is None and change["note"]


def sure_loss(folder: Path, amount: float, name: str) -> str:
    """A file in which every path loses just what is owed."""
    loan = {"principal": amount, "maturity": 60, "pool": "empty", "recourse": False}
    poor = {"costs": {"fixed": 1e9}, "tranches": {"t": loan}}
    return worlds.write(folder, worlds.STILL, {"issuers": {"a": poor}}, name=name)


def test_sure_losses_and_their_change_are_exact(tmp_path: Path, capsys: Capture) -> None:
    files = sure_loss(tmp_path, 1.5e6, "one"), sure_loss(tmp_path, 3e6, "two")
    (other,) = document(capsys, "compare", *files)["comparisons"]
    issuer, portfolio = other["issuers"]["a"], other["portfolio"]
    for number in (
        issuer["expected_loss"],
        issuer["tranches"]["t"]["expected_loss"],
        portfolio["mean"],
        *portfolio["var"].values(),
        *portfolio["es"].values(),
    ):
        found = [number[side]["value"] for side in ("from", "to", "change")]
        assert found == [1.5e6, 3e6, 1.5e6]
    assert issuer["lgd"]["change"]["value"] == 0.0
    assert main(["compare", *files, "--paths", str(PATHS), "-q"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("1 month, ")
    (row,) = (line.split() for line in lines if line.startswith("a  ") and "$" in line)
    assert [float(word.strip("+$m")) for word in row[1::2]] == [1.5, 3.0, 1.5]
