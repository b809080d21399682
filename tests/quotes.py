"""Quotes of a market that the program simulates, to be fitted again.

`python -m tests.quotes` writes the example files of `docs calibration` anew.
"""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import NormalDist
from typing import Final

from neocloud_mc.results.book import Floats
from neocloud_mc.studies.fit.reading import COLUMNS
from tests.worlds import outcome, world

DOCS: Final = Path(__file__).parents[1] / "neocloud_mc" / "docs"
DRIFT: Final = -0.2
VOLATILITY: Final = 0.3
_PATH: Final = 3
_NORMAL: Final = NormalDist()

Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Market:
    """What lies behind the quotes.

    Parameters
    ----------
    types : price in month 0, and ageing per year, by id.
    providers : log effect of each.
    own, reversion : volatility of a type's own factor, and its return a year.
    missing : share of quotes that are not there.
    first : year and month of month 0.
    """

    types: Mapping[str, tuple[float, float]]
    providers: Sequence[float] = (0.0, 0.25, -0.15, 0.1)
    noise: float = 0.05
    own: float = 0.0
    reversion: float = 0.0
    missing: float = 0.1
    first: tuple[int, int] = (2023, 7)
    kind: str = "on-demand"
    names: str = "simulated-{}"


def indices(n: int, months: int, seed: int = 1, volatility: float = VOLATILITY) -> Floats:
    """Log indices that the program simulates, float64[months + 1, n], 0 in month 0."""
    price = {"drift": {"shortage": DRIFT}, "volatility": {"shortage": volatility}}
    scenario = world({"horizon_months": months, "market": {"price": price}})
    found: Floats = outcome(scenario, n, seed).log_index
    return found


def log_prices(market: Market, log_index: Sequence[float], seed: int) -> dict[str, list[float]]:
    """Log prices of the types against month 0, by month, with their own factors and ageing.

    Parameters
    ----------
    log_index : of months 1, 2, …; in month 0 it is 0.
    """
    random, found = Random(seed), {}
    for gpu, (_, ageing) in market.types.items():
        own, logs = 0.0, [0.0]
        for month, x in enumerate(log_index, start=1):
            own *= math.exp(-market.reversion / 12)
            own += market.own * math.sqrt(1 / 12) * _normal(random)
            logs.append(x + own - ageing * month / 12)
        found[gpu] = logs
    return found


def quoted(market: Market, logs: Mapping[str, Sequence[float]], seed: int) -> list[Row]:
    """Rows of a file of quotes: one a month for each type and provider, some missing.

    Parameters
    ----------
    logs : of the price of each type against month 0, by month.
    """
    random, rows = Random(seed), []
    for gpu, (price, _) in market.types.items():
        for month, log in enumerate(logs[gpu]):
            for place, effect in enumerate(market.providers):
                here = price * math.exp(log + effect + market.noise * _normal(random))
                if random.random() >= market.missing:
                    rows.append(_row(market, month, gpu, place, here, random))
    return rows


def _row(market: Market, month: int, gpu: str, place: int, price: float, random: Random) -> Row:
    years, index = divmod(market.first[1] - 1 + month, 12)
    day = f"{market.first[0] + years}-{index + 1:02d}-{1 + int(28 * random.random()):02d}"
    written = f"{price:.2f}" if price > 100 else f"{price:.4g}"
    return day, gpu, market.names.format("abcdefgh"[place]), market.kind, written


def _normal(random: Random) -> float:
    return _NORMAL.inv_cdf(max(random.random(), 1e-12))


def text(rows: Sequence[Row]) -> str:
    """A file of quotes."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    return file.getvalue()


TYPES: Final = {"h100": (4.6, 0.05), "a100": (2.2, 0.15), "h200": (5.6, 0.0)}


ELASTICITY, DEPRECIATION = 0.8, 0.1
USED: Final = {"h100": (33_000.0, 0.0), "a100": (14_000.0, 0.0)}


def _example() -> tuple[Market, dict[str, list[float]]]:
    """The market of the example, and its log prices."""
    market = Market(TYPES, own=0.15, reversion=1.0)
    return market, log_prices(market, indices(_PATH + 1, 35)[:, _PATH].tolist(), seed=1)


def example_prices() -> str:
    """`@example/quotes`: three types, four providers, 36 months, one misprint."""
    rows = quoted(*_example(), seed=1)
    day, gpu, provider, kind, price = rows[100]
    rows[100] = (day, gpu, provider, kind, f"{10 * float(price):.4g}")
    return text(rows)


def used(logs: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Log resale values, given log prices."""
    return {
        gpu: [ELASTICITY * log - DEPRECIATION * month / 12 for month, log in enumerate(logs[gpu])]
        for gpu in USED
    }


def example_resale() -> str:
    """`@example/resale`: used GPUs of two of the types, at two brokers."""
    market = Market(USED, (0.0, 0.08), noise=0.08, kind="used")
    return text(quoted(market, used(_example()[1]), seed=2))


if __name__ == "__main__":
    (DOCS / "quotes.csv").write_text(example_prices(), encoding="utf-8")
    (DOCS / "resale.csv").write_text(example_resale(), encoding="utf-8")
