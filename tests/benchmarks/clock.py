"""Medians of interleaved rounds, of wall time and of processor time.

Processor time hardly suffers from what else the machine does; wall time is what a user waits for.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

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


class Seconds(NamedTuple):
    """What one of the amount takes: seconds on the wall, and of the process's processors."""

    wall: float
    cpu: float


def medians(ways: Mapping[str, Way], rounds: int = ROUNDS) -> dict[str, Seconds]:
    """Time of one of the amount, way by way, warm, in turns."""
    for way in ways.values():
        way.work(min(way.amount, 64))
    found: dict[str, list[Seconds]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            way.work(way.amount)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            found[name].append(Seconds(wall / way.amount, cpu / way.amount))
    return {
        name: Seconds(*map(statistics.median, zip(*rounds, strict=True)))
        for name, rounds in found.items()
    }
