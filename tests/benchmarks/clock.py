"""Medians of interleaved rounds."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

ROUNDS: Final = 5


@dataclass(frozen=True)
class Way:
    """A way to do something, and how much of it is done at once.

    Parameters
    ----------
    amount : what `work` is given: paths, draws, repetitions.
    """

    amount: int
    work: Callable[[int], object]


def medians(ways: Mapping[str, Way], rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds for one of the amount, way by way, warm, in turns."""
    for way in ways.values():
        way.work(min(way.amount, 64))
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way.work(way.amount)
            seconds[name].append((time.perf_counter() - start) / way.amount)
    return {name: statistics.median(found) for name, found in seconds.items()}
