"""What importance sampling saves on the shipped loan whose lenders lose least often."""

import time
from typing import Final

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import over_chunks
from neocloud_mc.scenario.load import load
from neocloud_mc.studies.importance_sampling.rare_event import (
    PROBABILITY,
    estimate_tail,
    lost,
    target,
)
from neocloud_mc.studies.importance_sampling.run import lean, simulate_tail
from neocloud_mc.views.render.grid import Grid
from tests.benchmarks.rates import SCENARIO

EVENT: Final = "nebius.vineland_loan.loss > 1.5e9"
_BEYOND: Final = 1.5e9
_LEANING: Final = 200_000
_PLAIN: Final = 2_000_000
_WANTED: Final = 0.05
"""Half of the 95% interval, over the probability."""


def tail() -> Grid:
    """Paths and seconds for a probability of about 1e-4 to ±5%."""
    scenario = load(SCENARIO).scenario
    book = open_book(scenario)
    aim = target(book, EVENT)
    start = time.perf_counter()
    leaning = lean(scenario, aim, seed=1)
    piloted = time.perf_counter()
    found = estimate_tail(book, aim, simulate_tail(scenario, aim, leaning, paths=_LEANING, seed=1))
    done = time.perf_counter()
    hits = sum(
        over_chunks(
            scenario,
            paths=_PLAIN,
            seed=2,
            work=lambda part: int((lost(book, aim, part) > _BEYOND).sum()),
        )
    )
    plain = hits / _PLAIN
    spread = 1.96 * (plain / _PLAIN) ** 0.5
    seconds = time.perf_counter() - done
    e = found.measures[PROBABILITY]
    value, reach = e.value or 0.0, (e.high or 0.0) - (e.value or 0.0)
    ways = (
        ("leaning", _LEANING, value, reach, done - piloted),
        ("plain", _PLAIN, plain, spread, seconds),
    )
    saved = _needed(_PLAIN, plain, spread) / _needed(_LEANING, value, reach)
    return Grid(
        f"{EVENT}: importance sampling against plain paths",
        ("paths", "simulated", "probability", "±", f"paths for ±{_WANTED:.0%}", "seconds"),
        tuple(_row(*way) for way in ways),
        (f"{saved:.0f} times fewer paths; the pilot took {piloted - start:.1f} s.",),
    )


def _needed(paths: int, probability: float, reach: float) -> float:
    """Paths that bring half the interval down to the wanted share of the probability."""
    return paths * (reach / probability / _WANTED) ** 2


def _row(name: str, n: int, p: float, reach: float, seconds: float) -> tuple[str, ...]:
    return (
        name,
        f"{n:,}",
        f"{p:.3e}",
        f"{reach / p:.1%}",
        f"{_needed(n, p, reach):,.0f}",
        f"{seconds:.1f}",
    )
