"""Bars have a fixed number of columns and lengths in proportion."""

import pytest

from neocloud_mc.views.render.bars import bar, two_sided


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
