"""A scenario with its assumptions drawn anew, each within its range.

A driver (an entry of `assumptions` with a range, and all figures that it covers) has one uniform
draw u, independent of all others. A figure is at the quantile u of the triangular distribution
between the ends of its range, with its value in the file as the mode: the file's value is the best
guess, and ends are unlikely. With ends a ≤ m ≤ b:

    a + √(u (b − a)(m − a))            u < (m − a) / (b − a)
    b − √((1 − u)(b − a)(b − m))       otherwise

A draw that is no valid scenario is made again, all drivers together: what is drawn is the
distribution given that the scenario can be. Streams are named ``assumption/<path>``, so draw k is
the same however many there are, and a further assumption changes nobody else's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from neocloud_mc import draws, jit
from neocloud_mc.errors import ScenarioError, UsageError
from neocloud_mc.results.book import Floats
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.variants.drivers import Driver, Figure
from neocloud_mc.scenario.variants.levers import Variants

_MOST_ATTEMPTS: Final = 200
"""The generator has room for 256: an attempt counts as the month of the draw."""


@dataclass(frozen=True)
class Draw:
    """A scenario with drawn assumptions, and how many draws before it were no valid scenario."""

    scenario: Scenario
    n_redrawn: int


class Assumptions:
    """The ranged assumptions of a scenario, to be drawn together."""

    def __init__(self, variants: Variants, moving: Sequence[Driver], seed: int) -> None:
        self._variants, self._moving, self._seed = variants, moving, np.uint64(seed)
        streams = [draws.stream(f"assumption/{driver.name}") for driver in moving]
        self._streams = np.array(streams, dtype=np.uint64)
        self._levers = {f.path: variants.lever(f.path) for driver in moving for f in driver.figures}

    def draw(self, number: int) -> Draw:
        """Draw number `number`, from 0.

        Raises
        ------
        UsageError : the ranges contradict each other too often.
        """
        u, why = np.empty(len(self._moving)), ""
        for attempt in range(_MOST_ATTEMPTS):
            _fill(self._seed, number, attempt, self._streams, u)
            try:
                return Draw(self._variants.with_figures(self._figures(u), "a draw"), attempt)
            except ScenarioError as error:
                why = error.lines[0].partition(": ")[2]
        raise UsageError(
            f"--parameter-uncertainty: {_MOST_ATTEMPTS} draws in a row are no valid scenario, the "
            f"last because {why}: narrow that range"
        )

    def _figures(self, u: Floats) -> dict[str, float]:
        """Values by path, whole where the format wants whole numbers."""
        return {
            figure.path: self._levers[figure.path].allowed([quantile(figure, float(share))])[0]
            for driver, share in zip(self._moving, u, strict=True)
            for figure in driver.figures
            if figure.low < figure.high
        }


def quantile(figure: Figure, u: float) -> float:
    """Quantile u of a figure, 0 < u < 1; see the module."""
    low, high = figure.low, figure.high
    if not low < high:
        return figure.value
    mode = min(max(figure.value, low), high)
    if u * (high - low) < mode - low:
        found = low + math.sqrt(u * (high - low) * (mode - low))
    else:
        found = high - math.sqrt((1.0 - u) * (high - low) * (high - mode))
    return min(max(found, low), high)


@jit.kernel
def _fill(seed: Any, number: int, attempt: int, streams: Any, u: Floats) -> None:
    """One uniform draw of every stream; mutates u, float64[streams]."""
    for i in range(len(u)):
        u[i] = draws.uniform(seed, number, attempt, streams[i])
