"""Numbers are rounded by their own error and carry their unit."""

from random import Random

import pytest

from neocloud_mc.results.intervals import Estimate, proportion
from neocloud_mc.views.render import headings
from neocloud_mc.views.render.changes import PAIRED
from neocloud_mc.views.render.grid import Alarm, Grid
from neocloud_mc.views.render.numbers import (
    Number,
    amount,
    basis_points,
    bounds,
    in_usd,
    loss_rate,
    median_and_range,
    number,
    percent,
    signed,
    signed_usd,
    usd,
)


def around(value: float, half_width: float) -> Estimate:
    return Estimate(value, value - half_width, value + half_width)


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (around(0.3208, 0.000916), "32.1% ±0.1"),
        (around(0.03, 0.0003), "3.00% ±0.03"),
        (around(0.0912, 0.0005), "9.12% ±0.05"),
        (around(0.5, 0.031), "50.0% ±3.1"),
        (proportion(0, 1_000_000), "<0.0004%"),
        (proportion(12, 1_000_000), "0.001% ±0.001"),
        (proportion(7, 7), ">64%"),
        (proportion(0, 300), "<1.3%"),
        (proportion(300, 300), ">98.7%"),
        (Estimate(1.0, 1.0, 1.0), "100% ±0"),
        (Estimate(0.5333, 0.5333, 0.5333), "53.3% ±0"),
        (Estimate(0.4, note="few"), "40% ±?"),
        (Estimate(None, note="none"), "–"),
        (Estimate(0.0, 0.0, 0.0), "0% ±0"),
    ],
)
def test_shares_are_per_cents(estimate: Estimate, text: str) -> None:
    assert percent(estimate) == text


def test_a_loss_of_all_that_was_owed_is_one_hundred_per_cent() -> None:
    assert loss_rate(Estimate(1.0, 0.9962, 1.0)) == "100.0% ±0.4"
    assert loss_rate(around(0.4, 0.01)) == percent(around(0.4, 0.01))
    assert loss_rate(proportion(0, 300)) == "<1.3%"


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (around(1.2345e9, 1.1e7), "$1.23bn ±0.01"),
        (around(1.234e8, 2e6), "$123m ±2"),
        (around(5.0e5, 1e3), "$500k ±1"),
        (around(1.5, 0.25), "$1.5 ±0.2"),
        (Estimate(0.0, note="few"), "–"),
        (Estimate(0.0, 0.0, 2e6), "<$2m"),
        (Estimate(0.0, 0.0, 12_643.0), "<$13k"),
        (around(1.5e6, 0.0), "$1.50m ±0"),
        (around(999_999.0, 0.0), "$1.00m ±0"),
    ],
)
def test_money_has_a_unit(estimate: Estimate, text: str) -> None:
    assert usd(estimate) == text


def test_rates_are_basis_points_and_months_plain() -> None:
    assert basis_points(around(0.0245, 0.0003)) == "245 ±3"
    assert basis_points(around(0.1234, 0.00001)) == "1,234.0 ±0.1"
    assert number(around(7.31, 0.1)) == "7.3 ±0.1"


@pytest.mark.parametrize("n", [*range(1, 400), 3799, 10**6, 3 * 10**9])
def test_bounds_are_rounded_outwards_by_at_most_a_quarter(n: int) -> None:
    bound = proportion(0, n).high
    assert bound is not None
    above, below = percent(proportion(0, n)), percent(proportion(n, n))
    assert 100 * bound <= float(above[1:-1]) <= 125 * bound
    assert 100 * bound <= 100 - float(below[1:-1]) + 1e-12
    assert 100 - float(below[1:-1]) <= 125 * bound + 1e-12


def test_the_interval_of_a_bare_number_is_rounded_outwards() -> None:
    assert bounds(Estimate(0.3, 0.25009, 0.30001)) == "0.25 to 0.3001"
    assert bounds(Estimate(0.0, -12_646.0, 0.0)) == "-1.265e+04 to 0"


def test_what_is_not_sampled_has_three_digits() -> None:
    assert [in_usd(x) for x in (1.117e10, 9.99e8, 0.0)] == ["$11.2bn", "$999m", "$0"]
    three = (Estimate(x) for x in (0.92345, 1.85, 13_324.0))
    assert median_and_range(*three) == "1.9 (0.9–13,324.0)"


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.032, 0.031, 0.033), "+3.2 ±0.1"),
        (Estimate(-0.032, -0.033, -0.030), "−3.2 ±0.2"),
        (Estimate(0.00001, -0.001, 0.001), "0.0 ±0.1"),
        (Estimate(-0.032, note="too few"), "−3.2 ±?"),
        (Estimate(0.0, note="too few"), "–"),
        (Estimate(None), "–"),
    ],
)
def test_a_change_carries_its_sign(estimate: Estimate, text: str) -> None:
    assert signed(estimate, 100.0) == text


def test_a_change_of_money_carries_its_sign_before_the_dollar() -> None:
    assert signed_usd(Estimate(-1.23e9, -1.24e9, -1.22e9)) == "−$1.23bn ±0.01"
    assert signed_usd(Estimate(5e6, 4e6, 6e6)) == "+$5m ±1"
    assert signed_usd(Estimate(1.5e6, 1.5e6, 1.5e6)) == "+$1.50m ±0"


def shown(*cells: str) -> list[str]:
    """The cells as a column of a table shows them."""
    return [row[1] for row in Grid("title", ("", "figures"), tuple(("row", c) for c in cells)).rows]


def test_a_bound_of_more_than_all_the_money_in_a_year_is_a_dash() -> None:
    """Of a loan that hardly a path draws: its fair spread is under 2,000,000 bp, and unknown."""
    column = [Estimate(0.03, 0.028, 0.032), Estimate(0.0, 0.0, 200.0), Estimate(0.0, 0.0, 0.9)]
    assert shown(*map(basis_points, column)) == ["300 ±20", "–", "<9,000"]


def test_nothing_without_an_interval_is_a_dash() -> None:
    """0.0 ±? would say that something is known."""
    column = [Estimate(7.3, 7.2, 7.4), Estimate(0.0, note="few"), Estimate(2.0, note="few")]
    assert shown(*map(number, column)) == ["7.3 ±0.1", "–", "2.0 ±?"]


def test_a_column_has_one_count_of_decimals() -> None:
    """Half-widths of 0.09, 0.03 and 0.002 points, and nothing in 1,000,000 paths."""
    small, unseen = around(0.0001, 0.00002), proportion(0, 1_000_000)
    column = [around(0.31, 0.0009), around(0.026, 0.0009), small, unseen]
    assert shown(*map(percent, column)) == ["31.0% ±0.1", "2.6% ±0.1", "<0.1%", "<0.1%"]


def test_under_means_that_the_whole_interval_lies_below() -> None:
    """Whether nothing was seen, or less than the last digit of the column shows."""
    draws = Random(1)
    column = [proportion(draws.choice((0, 1, 3, 40)), draws.choice((200, 10**5))) for _ in "." * 99]
    told = shown(*map(percent, [around(0.31, 0.0009), *column]))[1:]
    under = [(cell, one) for cell, one in zip(told, column, strict=True) if cell.startswith("<")]
    assert {one.value == 0.0 for _, one in under} == {True, False}
    assert all(100 * (one.high or 1.0) <= float(cell[1:-1]) for cell, one in under)


def test_the_median_half_width_decides_but_none_is_shown_to_more_than_two_digits() -> None:
    fine = [around(0.01, 0.0001)] * 3
    assert shown(*map(percent, [*fine, around(0.5, 0.001)]))[-1] == "50.00% ±0.10"
    assert shown(*map(percent, [*fine, around(0.5, 0.03)])) == ["1.0% ±0.1"] * 3 + ["50.0% ±3.0"]


def test_plus_minus_is_the_larger_side_of_a_lopsided_interval() -> None:
    assert shown(percent(Estimate(0.05, 0.04, 0.08))) == ["5.0% ±3.0"]
    assert "the larger side of a 95% interval" in headings.WHAT_IS_SAMPLED
    assert "the larger side of a 95% interval" in PAIRED


def test_a_half_width_is_never_shown_as_nothing() -> None:
    column = [around(0.31, 0.01), around(0.26, 0.01), around(0.1, 0.0001)]
    assert shown(*map(percent, column))[-1] == "10.0% ±0.1"


def test_money_of_a_column_has_one_unit() -> None:
    column = [around(1.163e9, 3e7), around(1.9e7, 1e6), around(2.4e5, 1.2e5), Estimate(None)]
    assert shown(*map(usd, column)) == ["$1,163m ±30", "$19m ±1", "<$1m", "–"]
    assert shown(amount(4.438e9), amount(2e7), amount(0.0)) == ["$4,438m", "$20m", "$0"]
    assert shown(usd(around(2.5e9, 1e8)), usd(Estimate(0.0, 0.0, 0.0)))[1] == "$0 ±0"


def test_the_largest_amount_of_a_column_reads_well_in_its_unit() -> None:
    """Ten millions are no longer thousands; what millions cannot show is under their least."""
    small = [around(1.7e5, 3e4), around(3.5e5, 5e4), Estimate(0.0, 0.0, 6e5)]
    with_a_large_one = shown(*map(usd, [around(5.2885e7, 1.0193e7), *small]))
    assert with_a_large_one == ["$53m ±10", "<$1m", "<$1m", "<$1m"]
    with_a_sharp_one = shown(*map(usd, [around(5.2885e7, 4e5), *small]))
    assert with_a_sharp_one == ["$52.88m ±0.40", "$0.17m ±0.03", "$0.35m ±0.05", "<$0.60m"]
    assert shown(*map(usd, [around(9.4e6, 1e5), *small])) == [
        "$9,400k ±100",
        "$170k ±30",
        "$350k ±50",
        "<$600k",
    ]
    assert shown(usd(around(2.19e10, 3e8)), *map(usd, [around(7.2e7, 3e6)] * 2))[1] == "$72m ±3"
    assert shown(amount(1.2e4), amount(150.0)) == ["$12.0k", "$0.1k"]


def test_a_change_that_a_column_cannot_show_is_nothing() -> None:
    column = [signed(around(0.3, 0.01), 100.0), signed(Estimate(1e-5, -1e-5, 3e-5), 100.0)]
    assert shown(*column) == ["+30.0 ±1.0", "0"]


def test_kinds_of_numbers_in_a_column_do_not_mind_each_other() -> None:
    assert shown(percent(around(0.3, 0.01)), usd(around(1e6, 2e4))) == [
        "30.0% ±1.0",
        "$1.00m ±0.02",
    ]


def test_numbers_of_one_cell_keep_its_words_and_its_dress() -> None:
    cell = Number(*percent(around(0.3, 0.01)).parts, " here", dress=Alarm)
    (found,) = shown(cell)
    assert found == "30.0% ±1.0 here" and type(found) is Alarm
    assert cell.bare() == "30.0% here"
