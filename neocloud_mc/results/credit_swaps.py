"""Par spreads of credit default swaps, from the months in which defaults happen.

With 40% recovery, premium accrued to the default and counted ACT/360, as the market quotes them:

    s_H = (360/365) · 0.6 Σ_{t≤H} DF_t (PD(t) − PD(t−1)) / Σ_{t≤H} DF_t Δ (1 − (PD(t) + PD(t−1))/2)

Both sums are means over paths of amounts that the month of default decides, so that the interval is
that of a ratio of means (delta method).
"""

from typing import Final

import numpy as np

from neocloud_mc.quantities import YEARS_PER_MONTH
from neocloud_mc.results.book import Floats
from neocloud_mc.results.histogram import Counts
from neocloud_mc.results.intervals import Estimate, Seen, around

LOSS_GIVEN_DEFAULT: Final = 0.6
"""That by which the market turns a spread into a probability of default."""
_DAY_COUNT: Final = 360.0 / 365.0


def par_spread(defaults: Counts, n: int, discount: Floats) -> Estimate:
    """Par spread of protection up to the last month counted, per year.

    Parameters
    ----------
    defaults : int64[months], paths by month of default, from month 1.
    n : paths.
    discount : float64[months + 1 or more], DF_t.
    """
    if n == 0:
        return Estimate(None, note="no paths")
    paths = np.append(defaults, n - defaults.sum())
    protection, premium = _legs(discount[1 : len(defaults) + 1])
    paid, earned = float((paths * protection).sum()), float((paths * premium).sum())
    ratio = paid / earned
    residuals = float((paths * (protection - ratio * premium) ** 2).sum())
    error = (residuals * n / max(n - 1, 1)) ** 0.5 / earned
    seen = Seen(n, int(defaults.sum()), "defaults", most=0.0)
    share, at_once = seen.unseen, (float(protection[0]), float(premium[0]))
    most = at_once[0] / ((1.0 - share) * earned / n + share * at_once[1])
    return around(_scaled(ratio), _scaled(error), Seen(n, seen.events, seen.what, _scaled(most)))


def _scaled(ratio: float) -> float:
    """A ratio of the two sums as it is quoted."""
    return _DAY_COUNT * LOSS_GIVEN_DEFAULT * ratio


def _legs(discount: Floats) -> tuple[Floats, Floats]:
    """What a path pays of 1 and of 1 a year, by its month of default; last: where it has none."""
    months = discount * YEARS_PER_MONTH
    until = np.cumsum(months)
    return np.append(discount, 0.0), np.append(until - months / 2.0, until[-1])
