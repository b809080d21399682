"""Numbers are rounded by their own error and carry their unit."""

import pytest

from neocloud_mc.results.intervals import Estimate, proportion
from neocloud_mc.views.render.numbers import (
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
    assert loss_rate(Estimate(1.0, 0.9962, 1.0)) == "100%"
    assert loss_rate(around(0.4, 0.01)) == percent(around(0.4, 0.01))
    assert loss_rate(proportion(0, 300)) == "<1.3%"


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (around(1.2345e9, 1.1e7), "$1.23bn ±0.01"),
        (around(1.234e8, 2e6), "$123m ±2"),
        (around(5.0e5, 1e3), "$500k ±1"),
        (around(1.5, 0.25), "$1.5 ±0.2"),
        (Estimate(0.0, note="few"), "$0 ±?"),
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
    assert median_and_range(*three) == "1.85 (0.923–13,300)"


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.032, 0.031, 0.033), "+3.2 ±0.1"),
        (Estimate(-0.032, -0.033, -0.030), "−3.2 ±0.2"),
        (Estimate(0.00001, -0.001, 0.001), "0.0 ±0.1"),
        (Estimate(-0.032, note="too few"), "−3.2 ±?"),
        (Estimate(None), "–"),
    ],
)
def test_a_change_carries_its_sign(estimate: Estimate, text: str) -> None:
    assert signed(estimate, 100.0) == text


def test_a_change_of_money_carries_its_sign_before_the_dollar() -> None:
    assert signed_usd(Estimate(-1.23e9, -1.24e9, -1.22e9)) == "−$1.23bn ±0.01"
    assert signed_usd(Estimate(5e6, 4e6, 6e6)) == "+$5m ±1"
    assert signed_usd(Estimate(1.5e6, 1.5e6, 1.5e6)) == "+$1.50m ±0"
