"""Which rating's published default record simulated probabilities of default are nearest to.

The record is carried in `default_rates.csv`: average cumulative default rates by rating and year,
here made monotone: no rating has a lower rate than a better one, nor a later year than an earlier
one. Between whole years the cumulative hazard −log(1 − rate) is interpolated, from 0 at the base
date; beyond the last year the last year stands.

The nearest rating has the least sum of squared differences of log-odds over the months compared, of
rates and probabilities that are kept within 0.5/N and 1 − 0.5/N, N the paths: what is rarer no run
of so many tells apart. As the rates are monotone, higher probabilities never earn a better rating.

Of a debt that cannot default before its loans are drawn the first years outweigh the last: no
rating's record has such a shape. A remark then gives the rating by the last month alone.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from neocloud_mc.quantities import MONTHS_PER_YEAR

_FAR: Final = 2
"""Grades between the rating of all months and that of the last alone that deserve a remark."""


@dataclass(frozen=True)
class Rating:
    """A letter grade, and a remark where the comparison reached its end."""

    grade: str
    note: str | None = None


@cache
def default_rates() -> Mapping[str, tuple[float, ...]]:
    """Cumulative default rates by rating, best first, monotone; entry y − 1 is that of year y."""
    table = resources.files(__package__).joinpath("default_rates.csv").read_text("utf-8")
    published: dict[str, dict[int, float]] = {}
    for row in csv.DictReader(table.splitlines()):
        rate = float(row["cumulative_default_rate"])
        published.setdefault(row["rating"], {})[int(row["year"])] = rate
    rates: dict[str, tuple[float, ...]] = {}
    floors = [0.0] * max(map(len, published.values()))
    for grade, by_year in published.items():
        highest = 0.0
        for place, year in enumerate(sorted(by_year)):
            highest = floors[place] = max(highest, floors[place], by_year[year])
        rates[grade] = tuple(floors)
    return rates


@cache
def published_rate(grade: str, months: int) -> float:
    """Cumulative default rate of a rating over `months` (1 or more), 0 to 1."""
    hazards = [0.0, *(-math.log1p(-rate) for rate in default_rates()[grade])]
    years = min(months / MONTHS_PER_YEAR, len(hazards) - 1.0)
    year = min(int(years), len(hazards) - 2)
    hazard = hazards[year] + (years - year) * (hazards[year + 1] - hazards[year])
    return -math.expm1(-hazard)


def implied_rating(
    probabilities: Mapping[int, float], paths: int, none: str = "no path defaults"
) -> Rating | None:
    """The rating nearest to probabilities of default.

    Parameters
    ----------
    probabilities : by month.
    paths : N, from which they come; of none comes no rating.
    none : the remark where all are 0.
    """
    if paths == 0:
        return None
    nearest = _nearest(probabilities, paths)
    return Rating(nearest, _remark(probabilities, paths, nearest, none))


def _nearest(probabilities: Mapping[int, float], paths: int) -> str:
    own = [_log_odds(p, paths) for p in probabilities.values()]
    distances = {
        grade: math.fsum((a - b) ** 2 for a, b in zip(own, record, strict=True))
        for grade, record in _records(tuple(probabilities), paths).items()
    }
    return min(distances, key=distances.__getitem__)


@lru_cache(maxsize=256)
def _records(months: tuple[int, ...], paths: int) -> dict[str, tuple[float, ...]]:
    """Log-odds of the record's rates by rating; a jackknife asks for the same again and again."""
    return {
        grade: tuple(_log_odds(published_rate(grade, month), paths) for month in months)
        for grade in default_rates()
    }


def _remark(probabilities: Mapping[int, float], paths: int, nearest: str, none: str) -> str | None:
    """Where the comparison reached an end of the record, or says little."""
    grades = list(default_rates())
    if not any(probabilities.values()):
        return none
    if all(p > published_rate(grades[-1], month) for month, p in probabilities.items()):
        return "above the record of the lowest rating"
    last = max(probabilities)
    alone = _nearest({last: probabilities[last]}, paths)
    if abs(grades.index(alone) - grades.index(nearest)) >= _FAR:
        return f"{alone} by month {last} alone; no rating's record has such a shape"
    return None


def _log_odds(probability: float, paths: int) -> float:
    least = 0.5 / paths
    within = min(max(probability, least), 1.0 - least)
    return math.log(within) - math.log1p(-within)
