"""Months of a run are told in the calendar beside their numbers, where there is a base date."""

import pytest
from rich.console import Console

from neocloud_mc.views.render import calendar_months as months
from neocloud_mc.views.render.grid import Grid, fit
from neocloud_mc.views.render.markdown import table
from neocloud_mc.views.render.terminal import plain, show_grid


@pytest.mark.parametrize(
    ("month", "base", "told"),
    [
        (12, "2025-06-30", "Jun 2026"),
        (1, "2025-12-31", "Jan 2026"),
        (7, "2025-06-01", "Jan 2026"),
        (60, "2025-06-30", "Jun 2030"),
        (240, "9999-12-31", "Dec 10019"),
    ],
)
def test_a_month_is_counted_from_that_of_the_base_date(month: int, base: str, told: str) -> None:
    assert months.short(month, base) == told
    assert months.numbered(month, base) == f"{told} (month {month})"
    assert months.alone(month, base) == told
    assert months.stacked(month, base) == f"month {month}\n{told}"
    assert months.beside(month, base) == f"{month:>3} {told}"


def test_without_a_base_date_months_are_numbers() -> None:
    told = {f(12, None) for f in (months.numbered, months.stacked, months.alone)}
    assert told == {"month 12"}
    assert months.beside(12, None) == "12"


GRID = Grid("PD", ("issuer", months.stacked(12, "2025-06-30")), (("Acme", "1.0%"),))


def test_a_heading_of_two_lines_takes_the_width_of_the_wider() -> None:
    assert GRID.widths == [6, 8]
    assert list(fit(GRID, 16)) == [GRID]

    def show(console: Console) -> None:
        show_grid(console, GRID)

    lines = [line.rstrip() for line in plain(show).splitlines()]
    assert lines[2:4] == ["        month 12", "issuer  Jun 2026"]
    assert lines[5].split() == ["Acme", "1.0%"]


def test_in_markdown_it_is_one_line() -> None:
    assert "| issuer | month 12 Jun 2026 |" in list(table(GRID))
