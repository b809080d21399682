"""Ladders and intervals as they are written: what is read, and what is refused in one line."""

import math
from datetime import date

import pytest
from hypothesis import given, strategies as st

from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.variants.ladder import (
    MOST_POINTS,
    Interval,
    Ladder,
    parse,
    parse_interval,
    spread,
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a.b=0:1:3", (0.0, 0.5, 1.0)),
        ("a.b=0.1:0.5:5", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("a.b=-1:1:3", (-1.0, 0.0, 1.0)),
        ("a.b=1:100:3:log", (1.0, 10.0, 100.0)),
        ("a.b = 1_000 : 1e4 : 2", (1000.0, 10_000.0)),
        ("a.b=0.3:0.3:1", (0.3,)),
        ("a.b=0.3:0.4:1", (0.3,)),
        ("a.b=-1e308:1e308:3", (-1e308, 0.0, 1e308)),
    ],
)
def test_values_run_from_one_end_to_the_other(text: str, values: tuple[float, ...]) -> None:
    assert parse(text) == Ladder("a.b", values)


def test_equal_ratios_with_log() -> None:
    values = parse("a=2:32:5:log").values
    assert values == pytest.approx((2, 4, 8, 16, 32), rel=1e-11)


def test_an_interval_has_two_ends() -> None:
    assert parse_interval("a.b=0:0.4") == Interval("a.b", 0.0, 0.4)


def test_values_too_near_to_tell_apart_are_one() -> None:
    assert parse("a=1:1.0000000000000002:5").values == (1.0, 1.0000000000000002)


def test_a_spread_holds_both_ends() -> None:
    assert spread(0.0, 1.0, 5) == (0.0, 0.25, 0.5, 0.75, 1.0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "KEY=LO:HI:N or KEY=LO:HI:N:log is expected"),
        ("a", "KEY=LO:HI:N or KEY=LO:HI:N:log is expected"),
        ("=0:1:2", "KEY=LO:HI:N or KEY=LO:HI:N:log is expected"),
        ("a=0:1", "KEY=LO:HI:N or KEY=LO:HI:N:log is expected"),
        ("a=0:1:2:log:3", "KEY=LO:HI:N or KEY=LO:HI:N:log is expected"),
        ("a=:1:2", "an end is missing"),
        ("a=0::2", "an end is missing"),
        ("a=x:1:2", "'x' is not a finite number"),
        ("a=0:inf:2", "'inf' is not a finite number"),
        ("a=nan:1:2", "'nan' is not a finite number"),
        ("a=0:1e999:2", "'1e999' is not a finite number"),
        ("a=0:١:2", "'١' is not a finite number"),
        ("a=1:0:2", "1 to 0 is empty: write the lower end first"),
        ("a=1:0:1", "1 to 0 is empty: write the lower end first"),
        ("a=1:1:2", "1 to 1 is empty: the ends are equal"),
        ("a=0:1:", "'' is not a number of values"),
        ("a=0:1:2.5", "'2.5' is not a number of values"),
        ("a=0:1:0", "0 values are outside 1 to 1000"),
        ("a=0:1:-3", "-3 values are outside 1 to 1000"),
        ("a=0:1:1001", "1001 values are outside 1 to 1000"),
        ("a=0:1:2:lin", "'lin' is not log"),
        ("a=0:1:3:log", "log needs ends above 0, found 0"),
        ("a=-1:1:3:log", "log needs ends above 0, found -1"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(text: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert caught.value.lines == [f"--vary {text}: {why}"]


BASE = date(2025, 6, 30)
MONTH = "issuers.a.tranches.t.maturity"


def test_the_ends_of_a_months_range_may_be_dates() -> None:
    assert parse(f"{MONTH}=2026-12:2027-12-31:3", BASE).values == (18.0, 24.0, 30.0)
    assert parse(f"{MONTH}=6:2026-12:2", BASE).values == (6.0, 18.0)
    assert parse_interval(f"{MONTH}=2026-12:2027-06", BASE) == Interval(MONTH, 18.0, 24.0)


@pytest.mark.parametrize(
    ("key", "base"), [("issuers.a.cash", BASE), (MONTH, None), ("nonsense", BASE)]
)
def test_a_date_is_a_month_only_where_months_are_counted(key: str, base: date | None) -> None:
    with pytest.raises(UsageError, match="'2026-12' is not a finite number"):
        parse(f"{key}=2026-12:2027-06:2", base)


def test_a_month_in_another_notation_is_told_with_the_one_meant() -> None:
    with pytest.raises(UsageError, match=r"'06/30/2027' is .* \(did you mean 2027-06\?\)"):
        parse(f"{MONTH}=06/30/2027:2028-06-30:2", BASE)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a=0:1:2", "KEY=LO:HI is expected"),
        ("a=1", "KEY=LO:HI is expected"),
        ("a=1:1", "1 to 1 is empty: the ends are equal"),
        ("a=2:1", "2 to 1 is empty: write the lower end first"),
        ("a=0:.inf", "'.inf' is not a finite number"),
    ],
)
def test_an_interval_that_cannot_be_read_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=r"^--vary ") as caught:
        parse_interval(text)
    assert caught.value.lines == [f"--vary {text}: {why}"]


@given(st.text(max_size=30))
def test_any_text_is_a_ladder_or_one_line(text: str) -> None:
    try:
        assert parse(text).values
    except UsageError as error:
        assert len(error.lines) == 1


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(1, MOST_POINTS),
    st.booleans(),
)
def test_any_ladder_ascends_within_its_ends(a: float, b: float, n: int, is_log: bool) -> None:
    low, high = sorted((a, b))
    try:
        values = parse(f"key={low!r}:{high!r}:{n}{':log' * is_log}").values
    except UsageError:
        return
    assert values[0] == low
    assert values[-1] == (high if n > 1 else low)
    assert all(math.isfinite(value) and low <= value <= high for value in values)
    assert list(values) == sorted(set(values)) and len(values) <= n
