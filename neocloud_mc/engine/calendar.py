"""What a scenario fixes by month, as rows of numbers."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.mechanisms import market
from neocloud_mc.scenario.model import Scenario

_NO_AMOUNTS: Final = 3
"""Row of the calendar for what has no amounts by month, after those of the market."""


class Calendar:
    """Rows of what the scenario fixes by month."""

    def __init__(self, scenario: Scenario) -> None:
        self._months = scenario.horizon_months
        path = scenario.market.path or market.PrescribedPath()
        logs = {month: math.log(level) for month, level in path.price_index.items()}
        self.rows = [
            self._line(logs, 0.0),
            self._line(path.climate, scenario.market.funding.start),
            self._steps(path.regime),
            np.zeros(self._months + 1),
        ]

    def amounts(self, by_month: Mapping[int, float]) -> int:
        """Add amounts by month; the position of their row."""
        if not by_month:
            return _NO_AMOUNTS
        row = np.zeros(self._months + 1)
        for month, amount in by_month.items():
            if month <= self._months:
                row[month] = amount
        self.rows.append(row)
        return len(self.rows) - 1

    def _line(self, points: Mapping[int, float], start: float) -> NDArray[np.float64]:
        """Straight lines from today's value through the points; NaN after the last."""
        months = np.arange(self._months + 1.0)
        if not points:
            return np.full(len(months), math.nan)
        known = sorted(({0: start} | dict(points)).items())
        at, values = zip(*known, strict=True)
        line: NDArray[np.float64] = np.interp(months, at, values, right=math.nan)
        return line

    def _steps(self, regimes: Mapping[int, str]) -> NDArray[np.float64]:
        """1 in a glut and 0 in a shortage, from the first to the last month named; else NaN."""
        row = np.full(self._months + 1, math.nan)
        months = sorted(regimes)
        for month, until in zip(months, [*months[1:], *(m + 1 for m in months[-1:])], strict=True):
            row[month:until] = float(regimes[month] == "glut")
        return row
