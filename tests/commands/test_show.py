"""`show`: the merged scenario as a file, and every figure with its source."""

import csv
import io
import json
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from neocloud_mc.scenario.load import load
from tests.scenario.desk import SMALL, write

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a file and one that extends it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEOCLOUD_MC_FORMAT", raising=False)
    write(tmp_path, small=SMALL, child="extends: small.yaml\nissuers: {acme: {cash: 5.0e8}}\n")
    return tmp_path


def shown(capsys: Capture, *arguments: str) -> str:
    assert main(["show", *arguments]) == 0
    return capsys.readouterr().out


def test_what_is_shown_is_the_same_scenario(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = shown(capsys, "child.yaml", "--set", "market.risk_free=0.02")
    direct = load("child.yaml", ["market.risk_free=0.02"])
    assert load("-", stdin=io.StringIO(text)).resolved == direct.resolved
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert main(["validate", "-"]) == 0


def test_showing_again_changes_nothing(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(capsys, "child.yaml")
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert shown(capsys, "-") == text


def test_numbers_and_small_mappings_read_as_people_write_them(capsys: Capture) -> None:
    text = shown(capsys, "small.yaml")
    assert "base_date: 2025-06-30\n" in text
    assert "    mean_years: {shortage: 2, glut: .inf}\n" in text
    assert "  total_gpus: 4e6\n" in text
    assert "resale: 22000," in text


def test_every_figure_is_listed_with_its_source(capsys: Capture) -> None:
    lines = shown(capsys, "small.yaml", "--sources").splitlines()
    assert lines[-1] == "74 figures: 7 from sources, 26 assumed, 41 with neither"
    cash = next(line for line in lines if line.startswith("issuers.acme.cash "))
    assert cash.split() == ["issuers.acme.cash", "1e8", "USD", "source", "annual", "report"]
    paid = next(line for line in lines if line.startswith("issuers.acme.fleet.new.pay_month "))
    assert "  3 (September 2025)  month  " in paid
    assert "  2 (August 2025) to 4 (October 2025)  " in paid


def test_the_list_comes_as_json_csv_and_markdown(capsys: Capture) -> None:
    found = json.loads(shown(capsys, "small.yaml", "--sources", "--format", "json"))
    rows = list(csv.DictReader(io.StringIO(
        shown(capsys, "small.yaml", "--sources", "--format", "csv"))))  # fmt: skip
    page = shown(capsys, "small.yaml", "--sources", "--format", "markdown")
    assert len(found) == len(rows) == page.count("\n| ") == 74
    assert found[1] == {
        "path": "market.risk_free", "value": 0.04, "unit": "per year", "kind": "assumption",
        "text": "ten-year note; range 0.03 to 0.05", "low": 0.03, "high": 0.05,
    }  # fmt: skip
    assert [row["value"] for row in rows[:2]] == ["4000000.0", "0.04"]


def test_the_format_can_come_from_the_environment(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEOCLOUD_MC_FORMAT", "csv")
    assert shown(capsys, "small.yaml", "--sources").startswith("path,value,unit,")
    assert shown(capsys, "small.yaml", "--sources", "--format", "json").startswith("[")


def test_the_files_are_listed(capsys: Capture) -> None:
    assert shown(capsys, "child.yaml", "--files") == "child.yaml\nsmall.yaml\n"


def test_the_files_are_a_rule_for_make(capsys: Capture, folder: Path) -> None:
    rule = "child.json: child.yaml small.yaml\nsmall.yaml:\n"
    assert shown(capsys, "child.yaml", "--rule", "child.json") == rule
    assert shown(capsys, "child.yaml", "--rule", "child.json", "-o", "child.d") == ""
    assert (folder / "child.d").read_text() == rule


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rule", "a;b"), "--rule: a;b: make gives ; in a name a meaning that cannot be taken "
         "from it: name the file otherwise\n"),
        (("--rule", ""), "--rule: the name of a file is expected\n"),
        (("--rule", "a", "--files"), "--sources, --files and --rule exclude each other\n"),
    ],
)  # fmt: skip
def test_a_rule_that_make_would_misread_is_refused(
    arguments: tuple[str, ...], said: str, capsys: Capture
) -> None:
    assert main(["show", "child.yaml", *arguments]) == 2
    assert capsys.readouterr().err == said


def test_the_result_goes_to_a_file_whole_or_not_at_all(capsys: Capture, folder: Path) -> None:
    assert shown(capsys, "child.yaml", "-o", "out.yaml") == ""
    assert load("out.yaml").scenario.issuers["acme"].cash == 5e8
    assert main(["show", "child.yaml", "-o", "none/out.yaml"]) == 1
    assert (
        capsys.readouterr().err == "none/out.yaml: cannot be written: No such file or directory\n"
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "child.yaml", "out.yaml", "small.yaml"]  # fmt: skip


def test_a_wrong_scenario_is_not_shown(capsys: Capture) -> None:
    assert main(["show", "child.yaml", "--set", "market.risk_free=9"]) == 2
    assert capsys.readouterr().out == ""
