"""What moves a number, and what does not: one figure under two names, and a figure at 0."""

import csv
import io
import json
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from tests.cases import worlds

Capture = pytest.CaptureFixture[str]
CASH = "issuers.a.cash"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (CASH, "issuers.*.cash"),
        ("issuers.*.cash", CASH),
        ("issuers.*.tranches.t.principal", "issuers.a.tranches.*.principal"),
    ],
)
def test_two_names_of_one_figure_are_refused(
    tmp_path: Path, capsys: Capture, first: str, second: str
) -> None:
    arguments = ["--vary", f"{first}=1:1000:2", "--vary", f"{second}=1:10:2", "--paths", "1e12"]
    assert main(["sweep", worlds.write(tmp_path), *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1
    assert f"--vary {first} and --vary {second} both move issuers.a." in told.err


def test_figures_of_one_name_each_are_a_grid(tmp_path: Path, capsys: Capture) -> None:
    arguments = ["--vary", f"{CASH}=0:700:2", "--vary", "issuers.*.tranches.*.principal=700:1400:2"]
    path = worlds.write(tmp_path)
    assert main(["sweep", path, *arguments, "--paths", "500", "-q", "--format", "json"]) == 0
    points = json.loads(capsys.readouterr().out)["points"]
    assert points[2]["values"]["issuers.a.pd.1"]["value"] == 0.0


def test_a_driver_at_0_without_a_range_was_not_moved_and_is_named(
    tmp_path: Path, capsys: Capture
) -> None:
    path = worlds.write(tmp_path)
    command = ["sensitivity", path, "--only", CASH, "--paths", "500", "-q"]
    assert main(command) == 0
    table = capsys.readouterr().out
    assert f"Not moved: 1 driver at 0 without a range ({CASH})." in table
    assert "0 drivers, each alone" in table and "on no path" not in table
    assert main([*command, "--format", "json"]) == 0
    (driver,) = json.loads(capsys.readouterr().out)["drivers"]
    assert driver["not_moved"] == "at 0 without a range" and driver["ends"] == {}
    assert main([*command, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["note"] for row in rows if row["driver"]} == {"not moved: at 0 without a range"}
    assert main([*command, "--format", "markdown"]) == 0
    assert "not moved: at 0 without a range" in capsys.readouterr().out


def test_a_driver_at_0_in_a_range_in_per_cent_is_told_as_such(
    tmp_path: Path, capsys: Capture
) -> None:
    text = f"assumptions: {{{CASH}: 'guess; range -50% to +50%'}}\n"
    path = worlds.write(tmp_path)
    Path(path).write_text(Path(path).read_text() + text)
    command = ["sensitivity", path, "--only", CASH, "--paths", "500"]
    assert main(command) == 0
    told = capsys.readouterr()
    assert f"Not moved: 1 driver at 0, in a range in per cent ({CASH})." in told.out
    assert f"assumptions.{CASH}: never moves: a share of 0 is 0" in told.err


def test_moved_idle_and_unmoved_drivers_are_counted_apart(tmp_path: Path, capsys: Capture) -> None:
    path = worlds.write(tmp_path, worlds.with_cash(50))
    command = ["sensitivity", path, "--paths", "500", "-q"]
    assert main([*command, "--format", "json"]) == 0
    drivers = json.loads(capsys.readouterr().out)["drivers"]
    still = [d for d in drivers if d["not_moved"]]
    assert all(not d["ends"] for d in still)
    assert all(figure["value"] == 0.0 for d in still[:5] for figure in d["figures"])
    moved = [d for d in drivers if not d["not_moved"]]
    idle = [
        d for d in moved
        if all(end["changes"]["issuers.a.pd.1"]["value"] == 0.0 for end in d["ends"].values())
    ]  # fmt: skip
    assert main(command) == 0
    table = capsys.readouterr().out
    assert f"{len(moved)} drivers, each alone" in table
    assert f"{len(idle)} drivers that were moved change it on no path." in table
    assert "without a range (--format csv and json name them)" in table


def test_a_tornado_says_from_where_to_where_a_whole_number_went(
    tmp_path: Path, capsys: Capture
) -> None:
    path, key = worlds.write(tmp_path), "issuers.a.tranches.t.maturity"
    command = ["sensitivity", path, "--only", key, "--paths", "500", "-q"]
    assert main(command) == 0
    table = capsys.readouterr().out
    assert "1 → 1 or 2 †" in table and "† the file gives no range" in table
    assert main([*command, "--format", "json"]) == 0
    (driver,) = json.loads(capsys.readouterr().out)["drivers"]
    assert driver["range"] == "1 to 2"


def test_with_a_range_the_same_driver_moves(tmp_path: Path, capsys: Capture) -> None:
    assumed = {"assumptions": {CASH: "a guess; range 0 to 50"}}
    path = worlds.write(tmp_path, assumed)
    assert main(
        ["sensitivity", path, "--only", CASH, "--paths", "4000", "-q", "--format", "json"]
    ) == 0  # fmt: skip
    (driver,) = json.loads(capsys.readouterr().out)["drivers"]
    change = driver["ends"]["high"]["changes"]["issuers.a.pd.1"]
    assert driver["not_moved"] is None
    assert change["low"] < worlds.pd(50) - worlds.pd(0) < change["high"]
