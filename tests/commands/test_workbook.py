"""`run -o FILE.xlsx`: every number of the JSON result in a sheet, as a number."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from neocloud_mc.cli import main
from neocloud_mc.errors import RunError
from neocloud_mc.views.render import workbook

RICH = "tests/golden/every_mechanism/scenario.yaml"
BULLET = "tests/golden/one_bullet/scenario.yaml"
RUN = ["run", RICH, BULLET, "--paths", "300", "-q", "--fail-if", "portfolio.mean > $1"]
BREACHED = 3
DIGITS: Final = 16
"""As many as a cell holds."""
Capture = pytest.CaptureFixture[str]
Records = list[dict[str, Any]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbook")
    for suffix in ("xlsx", "json"):
        assert main([*RUN, "-o", str(folder / f"out.{suffix}")]) == BREACHED
    return folder


@pytest.fixture(scope="module")
def results(files: Path) -> dict[str, Any]:
    """The JSON results by their scenarios."""
    found = json.loads((files / "out.json").read_text(encoding="utf-8"))
    return {result["scenario"]: result for result in found}


@pytest.fixture(scope="module")
def book(files: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(files / "out.xlsx")


def stored(value: float | None) -> float | None:
    """A number as a cell holds it."""
    return None if value is None else float(f"{value:.{DIGITS}g}")


def records(sheet: Any) -> Records:
    """The rows of a sheet by their headers, units left out."""
    header, *rows = sheet.iter_rows(values_only=True)
    names = [name.partition(", ")[0] for name in header]
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_issuers_and_tranches_are_those_of_the_json(
    book: openpyxl.Workbook, results: dict[str, Any]
) -> None:
    rows = records(book["Issuers"])
    assert [(row["scenario"], row["issuer"]) for row in rows] == [
        (name, issuer) for name, result in results.items() for issuer in result["issuers"]
    ]
    for row in rows:
        issuer = results[row["scenario"]]["issuers"][row["issuer"]]
        assert row["fair_spread"] == stored(issuer["fair_spread"]["value"])
        assert row["pd.12 low"] == stored(issuer["pd"]["12"]["low"])
        assert row["debt"] == stored(issuer["debt"])
    for row in records(book["Tranches"]):
        issuer = results[row["scenario"]]["issuers"][row["issuer"]]
        tranche = issuer["tranches"][row["tranche"]]
        assert row["lgd"] == stored(tranche["lgd"]["value"])
        assert row["maturity"] == tranche["maturity"]
    assert not [name for row in rows for name in row if name.endswith("_note")]
    sheet = book["Issuers"]
    (rating,) = (cell.column for cell in sheet[1] if cell.value == "implied_rating")
    remarks = [sheet.cell(at, rating).comment for at in range(2, len(rows) + 2)]
    assert [remark and remark.text for remark in remarks] == [
        issuer.get("implied_rating_note")
        for result in results.values()
        for issuer in result["issuers"].values()
    ]


def test_every_month_and_every_pair_has_a_row(
    book: openpyxl.Workbook, results: dict[str, Any]
) -> None:
    months = records(book["PD by month"])
    assert len(months) == sum(r["months"] * len(r["issuers"]) for r in results.values())
    for row in months:
        issuer = results[row["scenario"]]["issuers"][row["issuer"]]
        assert row["pd"] == stored(issuer["pd_by_month"][row["month"] - 1]["value"])
        assert row["defaults in the month"] == issuer["default_months"][row["month"] - 1]
    for row in records(book["Pairs"]):
        pair = results[row["scenario"]]["joint"]["pairs"][row["given"]][row["other"]]
        assert row["conditional"] == stored(pair["conditional"]["value"])


def test_headers_say_units_and_numbers_have_formats(book: openpyxl.Workbook) -> None:
    sheet = book["Issuers"]
    formats = {cell.value: sheet.cell(2, cell.column).number_format for cell in sheet[1]}
    assert formats["debt, USD"] == "#,##0"
    assert formats["fair_spread, per year"] == "0.000%"
    assert formats["pd.12, share"] == "0.00%"
    assert sheet.freeze_panes == "C2"


def test_what_is_missing_is_an_empty_cell_with_a_note(
    book: openpyxl.Workbook, results: dict[str, Any]
) -> None:
    sheet = book["Tranches"]
    noted = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    notes = {cell.comment.text for cell in noted}
    known = {
        measure["note"]
        for result in results.values()
        for issuer in result["issuers"].values()
        for tranche in issuer["tranches"].values()
        for measure in tranche.values()
        if isinstance(measure, dict) and measure.get("note")
    }
    assert notes == known
    assert notes


def test_gates_sources_and_manifest_have_sheets(
    book: openpyxl.Workbook, results: dict[str, Any]
) -> None:
    statuses = [gate["status"] for result in results.values() for gate in result["gates"]]
    assert [row["status"] for row in records(book["Gates"])] == statuses
    figures = {row["figure"]: row for row in records(book["Sources and assumptions"])}
    assert figures["market.risk_free"]["unit"]
    told = records(book["Manifest"])
    digests = [row["value"] for row in told if row["what"] == "digest"]
    assert digests == [result["digest"] for result in results.values()]


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    scenario = Path(BULLET).read_text(encoding="utf-8")
    file = tmp_path / "odd.yaml"
    file.write_text(scenario.replace("name: one_bullet", 'name: "=1+1"'), encoding="utf-8")
    assert main(["run", str(file), "--paths", "9", "-q", "-o", str(tmp_path / "odd.xlsx")]) == 0
    book = openpyxl.load_workbook(tmp_path / "odd.xlsx")
    cell = book["Issuers"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_text_longer_than_a_cell_goes_on_in_the_next_column(tmp_path: Path) -> None:
    """A cell holds 32,767 halves of such characters as these; the library cuts more in silence."""
    source, scenario = "𝄞" * 20_000, Path(BULLET).read_text(encoding="utf-8")
    file = tmp_path / "long.yaml"
    told = f"sources:\n  market.risk_free: {source}\n"
    file.write_text(scenario + told, encoding="utf-8")
    assert main(["run", str(file), "--paths", "9", "-q", "-o", str(tmp_path / "long.xlsx")]) == 0
    book = openpyxl.load_workbook(tmp_path / "long.xlsx")
    (row,) = (row for row in records(book["Sources and assumptions"]) if row["figure"] in told)
    first, rest = row["source or assumption"], row["source or assumption (part 2)"]
    assert first + rest == source
    assert len(first.encode("utf-16-le")) // 2 <= 32_767


def test_more_rows_than_a_sheet_holds_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_ROWS", 2)
    with pytest.raises(RunError, match="sheet Pairs would have 3 rows, more than a workbook holds"):
        workbook.write(None, "Pairs", [{}] * 3)


def test_without_the_library_nothing_is_simulated(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neocloud_mc.commands.shared.simulation.load", None)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert main(["run", BULLET, "-o", "out.xlsx"]) == 2
    told = "xlsx needs XlsxWriter: pip install 'neocloud-mc[xlsx]'\n"
    assert capsys.readouterr() == ("", told)
