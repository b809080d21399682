"""Fixed bins for what is asked of a whole distribution: portfolio losses and the price index.

Counts are integers, so histograms of chunks add up exactly; what the bins cost in precision is
said at each constant.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.results.book import Floats

Counts = NDArray[np.int64]

LOSS_BINS: Final = 65_536
"""Equal bins over the portfolio's largest loss: 0.0016% of it each; VaR and ES are good to half a
bin. A loss of 0 has a bin of its own, and so have losses beyond the last bin."""

INDEX_LOW: Final = -16.0
INDEX_HIGH: Final = 8.0
BINS_PER_LOG: Final = 128
"""Bins of the log price index are 0.8% of a price wide; quantiles are interpolated within a bin
and between the smallest and largest value seen. There is an open bin at either end."""

_INDEX_BINS: Final = int(INDEX_HIGH - INDEX_LOW) * BINS_PER_LOG + 2


def count_losses(losses: Floats, cap: float) -> Counts:
    """Bin losses of one chunk.

    Parameters
    ----------
    losses : float64[n], USD, not negative.
    cap : upper edge of the last bin but one, USD; 0 if nothing can be lost.

    Returns
    -------
    int64[LOSS_BINS + 2] : zero losses, the equal bins, losses of `cap` and more.
    """
    return np.bincount(_loss_bins(losses, cap), minlength=LOSS_BINS + 2)


def weigh_losses(losses: Floats, cap: float, weights: Floats) -> Floats:
    """The same with weights, float64[n]: float64[LOSS_BINS + 2]."""
    return np.bincount(_loss_bins(losses, cap), weights, minlength=LOSS_BINS + 2).astype(float)


def _loss_bins(losses: Floats, cap: float) -> Counts:
    per_usd = LOSS_BINS / cap if cap > 0.0 else 0.0
    return np.minimum(losses * per_usd, LOSS_BINS).astype(np.int64) + (losses > 0.0)


def loss_values(cap: float, largest: float) -> Floats:
    """float64[LOSS_BINS + 2], USD: the middle of each bin; the open bin stands at the largest."""
    middles = (np.arange(LOSS_BINS) + 0.5) * (cap / LOSS_BINS)
    return np.minimum(np.concatenate(([0.0], middles, [largest])), largest)


def count_index(log_index: Floats) -> Counts:
    """Bin the log price index of one chunk, month by month.

    Parameters
    ----------
    log_index : float64[months, n], x_t.

    Returns
    -------
    int64[months, bins], an open bin at either end.
    """
    months, n = log_index.shape
    counts = np.empty((months, _INDEX_BINS), dtype=np.int64)
    scaled = np.empty(n)
    for month, x in enumerate(log_index):  # by month: three times as fast as all at once
        np.multiply(x, BINS_PER_LOG, out=scaled)
        scaled += 1.0 - INDEX_LOW * BINS_PER_LOG
        np.clip(scaled, 0.0, _INDEX_BINS - 1.0, out=scaled)
        counts[month] = np.bincount(scaled.astype(np.int64), minlength=_INDEX_BINS)
    return counts


def index_quantile(counts: Counts, lowest: float, highest: float, rank: float) -> float:
    """The value of x_t that `rank` of the paths do not exceed.

    Parameters
    ----------
    counts : int64[bins], one month of `count_index`.
    lowest, highest : the extremes of that month.
    rank : number of paths, above 0 and at most their total.
    """
    below = np.cumsum(counts)
    b = int(np.searchsorted(below, rank))
    left = INDEX_LOW + (b - 1) / BINS_PER_LOG
    low = max(left, lowest) if b > 0 else lowest
    high = min(left + 1.0 / BINS_PER_LOG, highest) if b < _INDEX_BINS - 1 else highest
    inside = (rank - (below[b] - counts[b])) / counts[b]
    return float(low + inside * (high - low))
