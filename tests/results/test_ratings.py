"""Probabilities of default are read against a published record."""

import math

import pytest

from neocloud_mc.results.ratings import default_rates, implied_rating, published_rate


def grade(probability: float, months: int) -> str:
    rating = implied_rating(probability, months)
    assert rating is not None
    return rating.grade


def test_the_record_worsens_from_rating_to_rating() -> None:
    rates = default_rates()
    assert list(rates) == ["AAA", "AA", "A", "BBB", "BB", "B", "CCC/C"]
    assert all(list(years) == sorted(years) and len(years) == 15 for years in rates.values())


@pytest.mark.parametrize("months", [12, 60, 120])
def test_a_published_rate_is_given_its_own_rating(months: int) -> None:
    for name, years in default_rates().items():
        rate = years[months // 12 - 1]
        assert grade(rate, months) == name


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


def test_the_ends_of_the_record_are_remarked() -> None:
    best, worst, beyond = (implied_rating(p, 60) for p in (0.0, 1.0, 0.9))
    assert best and worst and beyond
    assert (best.grade, worst.grade, beyond.grade) == ("AAA", "CCC/C", "CCC/C")
    assert best.note and worst.note and beyond.note
    assert implied_rating(None, 60) is None


def test_a_rating_without_any_default_so_far_is_not_compared() -> None:
    assert default_rates()["AAA"][0] == 0.0
    assert grade(1e-9, 12) == "AA"
