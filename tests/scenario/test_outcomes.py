"""Files of outcomes: dates for months, and mistakes with file, line and column."""

from pathlib import Path

import pytest

from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario.outcomes import check_names, read
from tests.worlds import world

GOOD = """\
base_date: 2025-06-30
until: 2026-06
issuers: {acme: none, apex: 2026-02-28, atlas: 3}
prices:
  h100: {2025-06-30: 2.3, 2025-12: 2, 12: 1.9}
resale: {h100: {2026-01: 19000}}
path: {climate: {2026-06: -1}}
sources: {issuers.apex: "petition of 28 February 2026", prices.h100.2025-12: "list price"}
"""


def written(folder: Path, text: str) -> str:
    file = folder / "outcomes.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def mistakes(folder: Path, was: str, now: str) -> list[str]:
    """What is said after a change of the good file, without the folder."""
    assert was in GOOD
    with pytest.raises(ScenarioError) as found:
        read(written(folder, GOOD.replace(was, now)))
    return [line.removeprefix(f"{folder}/") for line in found.value.lines]


def test_dates_are_months_from_the_base_date(tmp_path: Path) -> None:
    record = read(written(tmp_path, GOOD))
    found = record.outcomes
    assert found.until == 12 and found.issuers == {"acme": "none", "apex": 8, "atlas": 3}
    assert [record.defaulted(key) for key in found.issuers] == [None, 8, 3]
    assert found.prices == {"h100": {0: 2.3, 6: 2.0, 12: 1.9}}
    assert found.resale == {"h100": {7: 19000.0}}
    assert found.path is not None and found.path.climate == {12: -1.0}
    assert found.sources["prices.h100.6"] == "list price"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("base_date: 2025-06-30\n", "", "1:1: base_date: is missing (a date such as"),
        ("apex: 2026-02-28", "apex: 2026-08-01", "3:23: issuers.apex: month 14 (August 2026) is "),
        ("acme: none", "acme: maybe", "3:11: issuers.acme: 'maybe' is not none, a whole number"),
        ("acme: none", "acme: 0", "3:11: issuers.acme: 0 is outside 1 to"),
        ("2025-12: 2,", "2025-12: -2,", "5:27: prices.h100.6: -2 is outside 0 (excluded) to"),
        ("2025-12: 2,", "2025-05: 2,", "5:27: prices.h100.2025-05: '2025-05' lies before the base"),
        ("resale:", "resael:", "6:1: resael: unknown key 'resael' (did you mean 'resale'?)"),
        ("issuers: {acme: none, apex: 2026-02-28, atlas: 3}", "issuers: {}", "3:1: issuers: names"),
        ("until: 2026-06", "until: 999", "2:1: until: month 999 is after month 240"),
        ("climate: {2026-06: -1}", "price_index: {6: 0.9}", "7:8: path.price_index: the index "),
        ("acme: none", "acme: 31.12.2025", "3:11: issuers.acme: '31.12.2025' is not none, a whole "
         "number (month) or a date such as 2026-12 (did you mean 2025-12?)"),
        ("until: 2026-06", "until: 06.2026", "2:1: until: 6.2026 is not a whole number (1 to 2400 "
         "months) (did you mean 2026-06?)"),
        ("2025-12: 2,", "2025-12: '2,35',", "5:27: prices.h100.6: a number (USD per GPU-hour) is "
         "expected, found '2,35' (did you mean 2.35?)"),
        ("2025-12: 2,", "2025-12: .nan,", "5:27: prices.h100.6: a number (USD per GPU-hour) is"),
        ("apex: 2026", "acme: 2026", "3:23: the key 'acme' appears twice"),
        ("acme: none", "acme: null", "3:11: issuers.acme: has no value"),
        ("base_date: 2025-06-30", "base_date: soon", "1:1: base_date: a date such as"),
    ],
)  # fmt: skip
def test_a_mistake_has_its_place(tmp_path: Path, was: str, now: str, said: str) -> None:
    lines = mistakes(tmp_path, was, now)
    assert any(line.startswith(f"outcomes.yaml:{said}") for line in lines), lines


@pytest.mark.parametrize(("start", "ending"), [("\ufeff", "\n"), ("", "\r\n")])
def test_files_of_other_systems_are_read(tmp_path: Path, start: str, ending: str) -> None:
    file = tmp_path / "outcomes.yaml"
    file.write_bytes((start + GOOD.replace("\n", ending)).encode())
    assert read(str(file)).outcomes == read(written(tmp_path, GOOD)).outcomes


def test_a_scenario_is_no_file_of_outcomes() -> None:
    with pytest.raises(ScenarioError) as found:
        read("@2025-06/neoclouds")
    (line,) = found.value.lines
    assert line.startswith("@2025-06/neoclouds: a scenario, and no outcomes: these tell base_date")


def test_a_price_in_another_unit_is_doubted(tmp_path: Path) -> None:
    assert read(written(tmp_path, GOOD)).warnings == ()
    file = written(tmp_path, GOOD.replace("12: 1.9", "12: 190"))
    (warning,) = read(file).warnings
    usual = "190 is unusual (0.02 to 25 USD per GPU-hour is usual)"
    assert warning.startswith(f"{file}:5:39: warning: prices.h100.12: {usual}")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    lines = mistakes(tmp_path, "until: 2026-06\n", "until: soon\nfoo: 1\n")
    assert [line.split(": ")[1] for line in lines] == ["until", "foo"]


def test_what_is_no_file_is_told_in_a_line(tmp_path: Path) -> None:
    for name, said in (
        (str(tmp_path / "none.yaml"), "there is no such file"),
        (str(tmp_path), "a folder, not a file"),
        ("@nothing", "nothing of that name ships with the program"),
    ):
        with pytest.raises(ScenarioError, match=said):
            read(name)


def test_names_that_no_scenario_has_are_told_with_the_nearest(tmp_path: Path) -> None:
    known = world(
        {"issuers": {"acme": {"cash": 1.0}, "apexx": {"cash": 1.0}, "atlas": {"cash": 0}}}
    )
    with pytest.raises(ScenarioError) as found:
        check_names(
            read(written(tmp_path, GOOD.replace("h100: {2026", "h200: {2026"))), {"w": known}
        )
    assert [line.partition("outcomes.yaml:")[2] for line in found.value.lines] == [
        "3:23: issuers.apex: is not in w (did you mean 'apexx'?)",
        "6:10: resale.h200: is not in w (did you mean 'h100'?)",
    ]
