"""What importance sampling saves on the shipped loan whose lenders lose least often."""

import time
from typing import Final

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import over_chunks
from neocloud_mc.scenario.load import load
from neocloud_mc.studies.importance_sampling.estimates import PROBABILITY, estimate_rare_event
from neocloud_mc.studies.importance_sampling.rare_event import find_event, lost
from neocloud_mc.studies.importance_sampling.run import fit_tilt, simulate_tilted
from neocloud_mc.views.render.grid import Grid
from tests.benchmarks.rates import SCENARIO

EVENT: Final = "nebius.vineland_loan.loss > 1.5e9"
_BEYOND: Final = 1.5e9
_TILTED: Final = 200_000
_CRUDE: Final = 2_000_000
_WANTED: Final = 0.05
"""Half of the 95% interval, over the probability."""


def importance_sampling() -> Grid:
    """Paths and seconds for the event's probability to ±5%."""
    scenario = load(SCENARIO).scenario
    book = open_book(scenario)
    event = find_event(book, EVENT)
    start = time.perf_counter()
    fitted = fit_tilt(scenario, event, seed=1)
    piloted = time.perf_counter()
    batches = simulate_tilted(scenario, event, fitted, paths=_TILTED, seed=1)
    found = estimate_rare_event(book, event, batches)
    done = time.perf_counter()
    hits = sum(
        over_chunks(
            scenario,
            paths=_CRUDE,
            seed=2,
            work=lambda part: int((lost(book, event, part) > _BEYOND).sum()),
        )
    )
    crude = hits / _CRUDE
    spread = 1.96 * (crude / _CRUDE) ** 0.5
    seconds = time.perf_counter() - done
    e = found.measures[PROBABILITY]
    value, half_width = e.value or 0.0, (e.high or 0.0) - (e.value or 0.0)
    ways = (
        ("tilted", _TILTED, value, half_width, done - piloted),
        ("crude", _CRUDE, crude, spread, seconds),
    )
    fewer = _needed(_CRUDE, crude, spread) / _needed(_TILTED, value, half_width)
    return Grid(
        f"{EVENT}: importance sampling against crude Monte Carlo",
        ("paths", "simulated", "probability", "±", f"paths for ±{_WANTED:.0%}", "seconds"),
        tuple(_row(*way) for way in ways),
        (f"{fewer:.0f} times fewer paths; the pilot took {piloted - start:.1f} s.",),
    )


def _needed(paths: int, probability: float, half_width: float) -> float:
    """Paths that bring half the interval down to the wanted share of the probability."""
    return paths * (half_width / probability / _WANTED) ** 2


def _row(name: str, n: int, p: float, half_width: float, seconds: float) -> tuple[str, ...]:
    return (
        name,
        f"{n:,}",
        f"{p:.3e}",
        f"{half_width / p:.1%}",
        f"{_needed(n, p, half_width):,.0f}",
        f"{seconds:.1f}",
    )
