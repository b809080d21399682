"""`track`: stored results in the order of their dates, and what moved them."""

import json
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.cli import main
from tests.commands import worlds

Capture = pytest.CaptureFixture[str]
PATHS = "2000"


def stored(folder: Path, name: str, *settings: str) -> Path:
    """The JSON result of acme with some settings."""
    file = folder / f"{name}.json"
    options = [word for setting in settings for word in ("--set", setting)]
    command = ["run", worlds.write(folder), "--paths", PATHS, "-q", "-o", str(file)]
    assert main([*command, *options]) == 0
    return file


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The later result first; it owes twice as much."""
    twice = f"{worlds.PRINCIPAL}={2.0 * worlds.DEBT.principal}"
    later = stored(tmp_path, "later", "base_date=2026-06-30", twice)
    return [later, stored(tmp_path, "earlier", "base_date=2025-12-31")]


def tracked(files: list[Path], capsys: Capture, *options: str) -> dict[str, Any]:
    assert main(["track", *map(str, files), "--format", "json", "-q", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_results_stand_in_the_order_of_their_dates(files: list[Path], capsys: Capture) -> None:
    found = tracked(files, capsys)
    assert [one["base_date"] for one in found["results"]] == ["2025-12-31", "2026-06-30"]
    assert {(one["months"], one["measure"]) for one in found["results"]} == {(1, "real-world")}
    later, earlier = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    values = found["issuers"]["acme"]["pd"]["values"]
    assert values == [one["issuers"]["acme"]["pd"]["1"] for one in (earlier, later)]
    (change,) = found["issuers"]["acme"]["pd"]["changes"]
    assert change["value"] == pytest.approx(values[1]["value"] - values[0]["value"])
    # Independent results: the interval of a difference is wider than either's alone.
    widths = [one["high"] - one["low"] for one in values]
    assert change["high"] - change["low"] > max(widths)


def test_the_table_has_a_column_for_each_date(files: list[Path], capsys: Capture) -> None:
    assert main(["track", *map(str, files)]) == 0
    out = capsys.readouterr().out
    for word in ("2025-12-31", "2026-06-30", "Probability of default by month 1", "Implied rating"):
        assert word in out


def test_what_moved_adds_up_to_the_change(files: list[Path], capsys: Capture) -> None:
    found = tracked(files, capsys, "--by-group", "--paths", PATHS)
    (moved,) = found["moved"]
    (part,) = moved["changes"]
    assert part["change"] == "debt"
    (change,) = found["issuers"]["acme"]["pd"]["changes"]
    (share,) = part["effects"].values()
    assert share["value"] == pytest.approx(change["value"])


def test_every_number_is_a_row(files: list[Path], capsys: Capture) -> None:
    assert main(["track", *map(str, files), "--format", "csv"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.endswith(",base_date,file")
    assert sum(",pd,1," in row for row in rows) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nonsense", "is no JSON"),
        ('{"schema": "other/1"}', "is no result of run"),
    ],
)
def test_other_files_are_refused_in_one_line(
    text: str, told: str, files: list[Path], tmp_path: Path, capsys: Capture
) -> None:
    other = tmp_path / "other.json"
    other.write_text(text, encoding="utf-8")
    assert main(["track", str(files[0]), str(other)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert len(err.splitlines()) == 1


def test_what_is_no_second_date_is_refused(
    files: list[Path], tmp_path: Path, capsys: Capture
) -> None:
    again = tmp_path / "again.json"
    again.write_text(files[0].read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["track", *map(str, files), str(again)]) == 2
    assert f"{again}: is the same result as {files[0]}" in capsys.readouterr().err
    neutral = stored(tmp_path, "neutral", "market.price_of_risk.price=0.3")
    assert main(["track", str(files[0]), str(neutral)]) == 2
    told = f"{files[0]}: is real-world, {neutral} is risk-neutral: these are not two dates"
    assert told in capsys.readouterr().err


def test_results_of_other_horizons_are_followed_to_a_month_of_both(
    tmp_path: Path, capsys: Capture
) -> None:
    """One base date: the files are the columns; what moved is simulated to that month too."""
    owing = f"{worlds.PRINCIPAL}={1.2 * worlds.DEBT.principal}"
    one = stored(tmp_path, "one", "base_date=2025-12-31", "horizon_months=12")
    two = stored(tmp_path, "two", "base_date=2025-12-31", "horizon_months=24", owing)
    assert main(["track", str(one), str(two), "--by-group", "--paths", "200", "-q"]) == 0
    out = capsys.readouterr().out
    for word in (f"{one}: spot, 12 months", f"{two}: spot, 24 months", "by month 12",
                 "Horizons differ: LGD, losses and spreads", "12 months to Dec 2026"):  # fmt: skip
        assert word in out, word


def test_one_result_is_no_track(files: list[Path], capsys: Capture) -> None:
    assert main(["track", str(files[0])]) == 2
    assert "two dates" in capsys.readouterr().err


def test_without_its_scenario_a_result_tells_no_causes(files: list[Path], capsys: Capture) -> None:
    result = json.loads(files[0].read_text(encoding="utf-8"))
    del result["manifest"]["scenario_resolved"]
    files[0].write_text(json.dumps(result), encoding="utf-8")
    assert main(["track", *map(str, files), "--by-group", "--paths", "50", "-q"]) == 2
    assert "does not keep its scenario" in capsys.readouterr().err
