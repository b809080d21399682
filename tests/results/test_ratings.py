"""Probabilities of default are read against a published record."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from neocloud_mc.results.ratings import default_rates, implied_rating, published_rate

PATHS = 1_000_000


def grade(probability: float, months: int) -> str:
    rating = implied_rating({months: probability}, PATHS)
    assert rating is not None
    return rating.grade


def test_the_record_worsens_from_rating_to_rating() -> None:
    rates = default_rates()
    assert list(rates) == ["AAA", "AA", "A", "BBB", "BB", "B", "CCC/C"]
    assert all(list(years) == sorted(years) and len(years) == 15 for years in rates.values())


def test_the_record_is_monotone_in_the_rating() -> None:
    """As published, AA has fewer defaults over seven years than AAA."""
    rates = np.array(list(default_rates().values()))
    assert (np.diff(rates, axis=0) >= 0.0).all() and (np.diff(rates, axis=1) >= 0.0).all()
    assert default_rates()["AA"][6] == default_rates()["AAA"][6] == 0.0049


@pytest.mark.parametrize("name", ["AAA", "A", "BBB", "BB", "B", "CCC/C"])
def test_a_published_record_is_given_its_own_rating(name: str) -> None:
    for months in ((12,), (12, 24, 36, 48, 60), (12, 24, 30), (6,), (120,)):
        record = {month: published_rate(name, month) for month in months}
        found = implied_rating(record, PATHS)
        assert found and found.grade == name


def test_between_years_hazards_are_interpolated() -> None:
    first, second = default_rates()["B"][:2]
    assert published_rate("B", 18) == pytest.approx(1 - math.sqrt((1 - first) * (1 - second)))
    assert published_rate("B", 6) == pytest.approx(1 - math.sqrt(1 - first))


def test_beyond_the_record_its_last_year_stands() -> None:
    assert published_rate("BB", 240) == pytest.approx(default_rates()["BB"][-1])


def test_the_nearest_is_nearest_in_log_odds() -> None:
    b, ccc = (published_rate(name, 60) for name in ("B", "CCC/C"))
    middle = (math.log(b / (1 - b)) + math.log(ccc / (1 - ccc))) / 2
    between = 1 / (1 + math.exp(-middle))
    assert grade(between - 1e-6, 60) == "B"
    assert grade(between + 1e-6, 60) == "CCC/C"


def test_the_whole_term_structure_decides() -> None:
    """Single B by the first year alone; the next ones never come."""
    by_year = {12: 0.03, 24: 0.031, 36: 0.031, 48: 0.031, 60: 0.031}
    found = implied_rating(by_year, PATHS)
    assert grade(0.03, 12) == "B" and found and found.grade == "BB"


def test_higher_probabilities_never_earn_a_better_rating() -> None:
    random, grades = np.random.default_rng(1), list(default_rates())
    for _ in range(200):
        low = np.sort(random.random(5) ** random.integers(1, 6))
        high = low + random.random() * (1.0 - low) * random.random(5)
        found = [implied_rating(_by_year(rates), PATHS) for rates in (low, high)]
        places = [grades.index(rating.grade) for rating in found if rating]
        assert places == sorted(places)


def _by_year(rates: NDArray[np.float64]) -> dict[int, float]:
    return {12 * year: float(rate) for year, rate in enumerate(rates, start=1)}


def test_the_ends_of_the_record_are_remarked() -> None:
    best, worst, beyond = (implied_rating({60: p}, PATHS) for p in (0.0, 1.0, 0.9))
    assert best and worst and beyond
    assert (best.grade, worst.grade, beyond.grade) == ("AAA", "CCC/C", "CCC/C")
    assert best.note and worst.note and beyond.note
    assert implied_rating({60: 0.0}, 0) is None


def test_what_so_many_paths_cannot_see_is_no_difference() -> None:
    """No default on 1,000 paths over a year: AAA, whose record has none, and the next ones too."""
    assert default_rates()["AAA"][0] == 0.0
    few, many = implied_rating({12: 0.0004}, 1_000), implied_rating({12: 0.0004}, 1_000_000)
    assert few and many
    assert (few.grade, many.grade) == ("AAA", "A")


def test_a_rating_of_years_without_debt_says_what_the_last_month_alone_would_be() -> None:
    late = {12: 0.0, 24: 0.0, 36: 0.01, 48: 0.03, 60: 0.04}
    found = implied_rating(late, PATHS)
    assert found and found.grade == "AAA" and found.note
    assert found.note.startswith(f"{grade(0.04, 60)} by month 60 alone; ")
    assert grade(0.04, 60) == "BB"


def test_a_record_of_its_own_shape_needs_no_remark() -> None:
    for name in default_rates():
        found = implied_rating({m: published_rate(name, m) for m in (12, 24, 36, 48, 60)}, PATHS)
        assert found and found.note is None
