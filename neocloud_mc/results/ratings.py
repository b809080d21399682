"""Which rating's published default record a simulated probability of default is nearest to.

The record is carried in `default_rates.csv`: average cumulative default rates by rating and year.
Between whole years the cumulative hazard −log(1 − rate) is interpolated, from 0 at the base date;
beyond the last year the last year stands. A rating without a default so far (a rate of 0) has no
log-odds and is not compared.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from neocloud_mc.quantities import MONTHS_PER_YEAR


@dataclass(frozen=True)
class Rating:
    """A letter grade, and a remark where the comparison reached its end."""

    grade: str
    note: str | None = None


@cache
def default_rates() -> Mapping[str, tuple[float, ...]]:
    """Cumulative default rates by rating, best first; entry y − 1 is that of year y."""
    table = resources.files(__package__).joinpath("default_rates.csv").read_text("utf-8")
    rates: dict[str, tuple[float, ...]] = {}
    for row in csv.DictReader(table.splitlines()):
        rate = float(row["cumulative_default_rate"])
        rates[row["rating"]] = (*rates.get(row["rating"], ()), rate)
    return rates


def published_rate(grade: str, months: int) -> float:
    """Cumulative default rate of a rating over `months` (1 or more), 0 to 1."""
    hazards = [0.0, *(-math.log1p(-rate) for rate in default_rates()[grade])]
    years = min(months / MONTHS_PER_YEAR, len(hazards) - 1.0)
    year = min(int(years), len(hazards) - 2)
    hazard = hazards[year] + (years - year) * (hazards[year + 1] - hazards[year])
    return -math.expm1(-hazard)


def implied_rating(probability: float | None, months: int) -> Rating | None:
    """The rating nearest in log-odds to a probability of default over `months`."""
    if probability is None:
        return None
    grades = list(default_rates())
    if probability <= 0.0:
        return Rating(grades[0], "no path defaults")
    if probability >= 1.0:
        return Rating(grades[-1], "every path defaults")
    odds = {g: _log_odds(rate) for g in grades if (rate := published_rate(g, months)) > 0.0}
    own = _log_odds(probability)
    nearest = min(odds, key=lambda grade: abs(odds[grade] - own))
    is_worse = nearest == grades[-1] and own > odds[nearest]
    return Rating(nearest, "above the record of the lowest rating" if is_worse else None)


def _log_odds(probability: float) -> float:
    return math.log(probability) - math.log1p(-probability)
