"""Bars have a fixed number of columns and lengths in proportion."""

import pytest

from neocloud_mc.views.render.bars import bar, lettered, spark, two_sided


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0.0, "    "), (0.5, "██  "), (1.0, "████"), (0.28125, "█▏  "), (2.0, "████"), (-1.0, "    ")],
)
def test_a_bar_is_drawn_in_eighths(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn


@pytest.mark.parametrize(
    ("pale", "full", "drawn"),
    [
        (-0.5, 1.0, "  ▒▒│████"),
        (0.5, -1.0, "████│▒▒  "),
        (0.5, 1.0, "    │▒▒██"),
        (1.0, 0.5, "    │██▒▒"),
        (-1.0, -0.5, "▒▒██│    "),
        (0.0, 0.0, "    │    "),
        (-0.001, 0.001, "   ▒│█   "),
    ],
)
def test_a_tornado_leaves_the_axis_to_the_side_of_the_sign(
    pale: float, full: float, drawn: str
) -> None:
    assert two_sided(pale, full, 4) == drawn


def test_a_spark_is_scaled_to_its_largest_and_shows_all_that_is_not_nothing() -> None:
    assert spark([0.0, 0.001, 0.5, 1.0]) == " ▁▄█"
    assert spark([0.0, 0.0]) == "  "
    assert spark([]) == ""


def test_letters_share_a_bar_of_its_length() -> None:
    assert lettered([("L", 0.5), ("C", 0.5)], 0.5, 8) == "LLCC    "
    assert lettered([("L", 0.9), ("C", 0.1)], 1.0, 10) == "LLLLLLLLLC"
    assert lettered([("J", 1.0)], 0.01, 10) == "J         "
    assert lettered([], 0.0, 4) == "    "
