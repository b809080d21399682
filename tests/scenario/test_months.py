"""Months may be written as dates; they count from the base date, and are shown as both."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.scenario import months
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.yaml.tree import Node
from neocloud_mc.views.scenario_yaml import render
from tests.scenario.desk import SMALL, changed, doubts, loaded, mistakes, place_of, write

BASE = date(2025, 6, 30)
AMORTIZATION = "amortization: {6: 1.0e6, 12: 2.0e6}"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2025-06", 0), ("2025-06-01", 0), ("2025-07", 1), ("2025-07-31", 1), ("2025-12", 6),
        ("2026-06-30", 12), ("2031-09-30", 75), ("2025-05-31", -1), ("2024-02-29", -16),
    ],
)  # fmt: skip
def test_a_month_counts_calendar_months_whatever_the_day(text: str, month: int) -> None:
    assert months.count(text, BASE) == month
    assert months.count(text, date(2025, 6, 1)) == month


def test_the_calendar_month_of_a_number_is_the_one_that_counts_to_it() -> None:
    assert months.name(75, BASE) == "September 2031"
    names = [months.name(month, BASE) for month in range(1, 14)]
    assert names[0] == "July 2025" and names[5] == "December 2025" and names[12] == "July 2026"


@pytest.mark.parametrize("base", ["2025-06-30", "2025-06-01", "2024-12-31"])
def test_a_scenario_with_dates_is_the_one_with_numbers(base: str) -> None:
    start = date.fromisoformat(base)
    dated = SMALL.replace("2025-06-30", base)
    for key, month in [("pay_month", 3), ("service_month", 6), ("end_month", 30),
                       ("start_month", 6), ("until_month", 24), ("maturity", 24),
                       ("maturity", 47)]:  # fmt: skip
        year, index = divmod(start.year * 12 + start.month - 1 + month, 12)
        dated = dated.replace(f"{key}: {month}", f"{key}: {year}-{index + 1:02d}-15", 1)
    assert dated.count("-15") == 7
    assert loaded(dated).scenario == loaded(SMALL.replace("2025-06-30", base)).scenario


def test_months_of_a_map_and_of_the_register_may_be_dates() -> None:
    text = changed(AMORTIZATION, "amortization: {2025-12: 1.0e6, 2026-06-30: 2.0e6}")
    entry = "issuers.acme.tranches.term.amortization.2025-12"
    result = loaded(text.replace("sources:\n", f"sources:\n  {entry}: agreement\n"))
    assert result.scenario.issuers["acme"].tranches["term"].amortization == {6: 1e6, 12: 2e6}
    assert entry.replace("2025-12", "6") in result.scenario.sources
    assert doubts(text) == doubts(SMALL)


@pytest.mark.parametrize(
    ("setting", "path", "month"),
    [
        ("issuers.acme.tranches.ddtl.maturity=2031-09-30", "ddtl.maturity", 75),
        ("issuers.acme.tranches.term.amortization.2026-06=5", "term.amortization.12", 5),
        ("issuers.acme.tranches.term.amortization={2026-07: 5}", "term.amortization.13", 5),
    ],
)
def test_a_setting_takes_dates_as_values_and_as_keys(setting: str, path: str, month: int) -> None:
    found: Any = loaded(SMALL, setting).resolved["issuers"]
    found = found["acme"]["tranches"]
    for key in path.split("."):
        found = found[int(key) if key.isdigit() else key]
    assert found == month


def test_a_setting_finds_the_month_of_a_file_in_either_notation() -> None:
    text = changed(AMORTIZATION, "amortization: {2025-12: 1.0e6}")
    scenario = loaded(text, "issuers.acme.tranches.term.amortization.6=7").scenario
    assert scenario.issuers["acme"].tranches["term"].amortization == {6: 7}


def test_dates_count_from_the_base_date_that_holds_in_the_end() -> None:
    write(Path(), base=changed("maturity: 47", "maturity: 2029-05-31"))
    over = "extends: base.yaml\nbase_date: 2025-12-31\n"
    assert loaded(over).scenario.issuers["acme"].tranches["ddtl"].maturity == 41
    scenario = loaded(over, "base_date=2026-01-01").scenario
    assert scenario.issuers["acme"].tranches["ddtl"].maturity == 40


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("maturity: 47", "maturity: 2025-05-31",
         "maturity: '2025-05-31' lies before the base date 2025-06-30"),
        ("maturity: 47", "maturity: 2025-06-30",
         "maturity: '2025-06-30' lies in the base date's month; the first allowed is July 2025"),
        ("maturity: 47", "maturity: 2300-01",
         "maturity: '2300-01' is month 3295, outside 1 to 2400 months"),
        ("maturity: 47", "maturity: 2031-13", "maturity: '2031-13' is not a date of the calendar"),
        ("maturity: 47", "maturity: 2031-02-30",
         "maturity: '2031-02-30' is not a date of the calendar"),
        ("maturity: 47", "maturity: 31.12.2026",
         "maturity: a whole number (month) or a date such as 2026-12 is "
         "expected, found '31.12.2026' (did you mean 2026-12?)"),
        ("maturity: 47", "maturity: Dec 2026",
         "maturity: a whole number (month) or a date such as 2026-12 is "
         "expected, found 'Dec 2026' (did you mean 2026-12?)"),
    ],
)  # fmt: skip
def test_a_date_that_is_no_month_is_told(old: str, new: str, expected: str) -> None:
    text = changed(old, new)
    assert mistakes(text) == [f"{place_of(new, text)}: issuers.acme.tranches.ddtl.{expected}"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30.06.2025", "2025-06-30"),
        ("06/30/2025", "2025-06-30"),
        ("2025/06/30", "2025-06-30"),
        ("2025-6-30", "2025-06-30"),
        ("20250630", "2025-06-30"),
        ("June 30th, 2025", "2025-06-30"),
        ("30 Sept. 2025", "2025-09-30"),
        ("2025-06-30 00:00:00", "2025-06-30"),
        ("06/2024", "2024-06-30"),
        ("Feb 2024", "2024-02-29"),
        ("03/04/2025", "2025-04-03 or 2025-03-04"),
        ("3.4.2025", "2025-04-03"),
        ("2025-02-30", None),
        ("13/13/2025", None),
        ("2025", None),
        ("end of June", None),
    ],
)
def test_a_date_in_another_notation_is_told_with_the_date_meant(
    written: str, meant: str | None
) -> None:
    (line,) = mistakes(changed("base_date: 2025-06-30", f"base_date: {written}"))
    found = written if written.isdigit() else repr(written)
    hint = f" (did you mean {meant}?)" if meant else ""
    assert line.endswith(f"base_date: a date such as 2025-06-30 is expected, found {found}{hint}")


def test_a_month_in_two_notations_is_told() -> None:
    text = changed(AMORTIZATION, "amortization: {6: 1.0e6, 2025-12: 2.0e6}")
    assert mistakes(text) == [
        f"{place_of('2025-12', text)}: issuers.acme.tranches.term.amortization.2025-12: month 6 "
        "appears twice, once as 2025-12"
    ]


def test_a_date_needs_a_base_date() -> None:
    text = changed("maturity: 47", "maturity: 2031-09").replace("base_date: 2025-06-30\n", "")
    (line,) = mistakes(text)
    assert line.endswith(
        "ddtl.maturity: '2031-09' is a date; months count from base_date, which the scenario does "
        "not state"
    )
    wrong = changed("maturity: 47", "maturity: 2031-09").replace("2025-06-30", "2025-06-31")
    assert [line.split(": ")[1] for line in mistakes(wrong)] == [
        "base_date", "issuers.acme.tranches.ddtl.maturity"]  # fmt: skip


def test_a_contradiction_of_months_is_told_in_both_notations() -> None:
    (line,) = mistakes(changed("pay_month: 3", "pay_month: 2026-01"))
    assert line.endswith(
        "pay_month: 7 (January 2026) is not before service_month 6 (December 2025)"
    )


def test_a_length_in_months_is_no_date() -> None:
    (line,) = mistakes(changed("horizon_months: 36", "horizon_months: 2030-06"))
    assert line.endswith("a whole number (months) is expected, found '2030-06'")


def test_months_are_shown_as_both_and_read_back() -> None:
    label = "{maturity: 7} " + "a name long enough for several lines of a file " * 3
    text = changed("maturity: 47", "maturity: 2031-09-30").replace("Acme Cloud", f"'{label}'")
    dated = loaded(text)
    text = render(dated.resolved)
    lines = text.splitlines()
    assert "        maturity: 75  # September 2031" in lines
    assert "        start_month: 6  # December 2025" in lines
    assert any(
        line.endswith("{6: 1e6, 12: 2e6}  # 6: December 2025, 12: June 2026") for line in lines
    )
    assert load("-", stdin=io.StringIO(text)).scenario == dated.scenario


def test_a_long_map_in_one_line_is_told_by_its_ends() -> None:
    pairs = ", ".join(f"{month}: 1" for month in range(1, 9))
    text = render(loaded(changed(AMORTIZATION, f"amortization: {{{pairs}}}")).resolved)
    assert "# 1: July 2025 … 8: February 2026" in text


def test_without_a_base_date_only_numbers_are_shown() -> None:
    bare = changed("base_date: 2025-06-30\n", "")
    assert "#" not in render(loaded(bare).resolved)


@pytest.mark.parametrize("value", ["[2025, 6]", "{year: 2025}"])
def test_a_base_date_that_is_no_text_is_not_spelt_out(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the largest part of a hostile file."""
    monkeypatch.setattr(Node, "__repr__", None)
    (told,) = mistakes(changed("base_date: 2025-06-30", f"base_date: {value}"))
    assert told.startswith("x.yaml:3:1: base_date: ")
