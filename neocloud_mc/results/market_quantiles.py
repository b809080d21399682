"""Quantiles of spot prices and resale values, from those of the log price index.

Both rise with the index, so a quantile of x_t is one of them (sections 1 and 8 of the model):
P = `price` exp(x_t − a t), W = `resale` exp(−`depreciation` t + η (x_t − a t)).
"""

import math
from typing import Final

from neocloud_mc.results.book import Book, GpuEntry, horizons
from neocloud_mc.results.figures import QUANTILES, GpuEstimates, MarketEstimates, Quantiles
from neocloud_mc.results.intervals import Estimate, quantile
from neocloud_mc.results.tally import Tally

_HIGHEST_LOG: Final = 600.0
"""Of a price over today's: e^600 times the dearest GPU is still a number."""


def market_quantiles(book: Book, tally: Tally) -> MarketEstimates:
    """Quantiles at the book's horizons."""
    index = {
        month: {name: quantile(found, per_mille) for name, per_mille in QUANTILES.items()}
        for month, found in zip(horizons(book.months), tally.index, strict=True)
    }
    return MarketEstimates(
        price_index=_exponentials(index, 1.0),
        gpus={gpu.id: _gpu(gpu, book.elasticity, index) for gpu in book.gpus},
    )


def _gpu(gpu: GpuEntry, elasticity: float, index: Quantiles) -> GpuEstimates:
    resale_trend = -gpu.depreciation - elasticity * gpu.obsolescence
    return GpuEstimates(
        price=_exponentials(index, gpu.price, trend=-gpu.obsolescence),
        resale=_exponentials(index, gpu.resale, trend=resale_trend, response=elasticity),
    )


def _exponentials(
    index: Quantiles, today: float, trend: float = 0.0, response: float = 1.0
) -> Quantiles:
    """`today` · exp(trend t + response x_t) of every quantile and its bounds."""

    def level(x: float | None, t: int) -> float | None:
        return None if x is None else today * math.exp(trend * t + response * x)

    def levels(x: Estimate, t: int) -> Estimate:
        highest = max(trend * t + response * y for y in (x.value, x.high) if y is not None)
        if highest > _HIGHEST_LOG:
            return Estimate(None, note="beyond the range of numbers")
        return Estimate(level(x.value, t), level(x.low, t), level(x.high, t), x.note)

    return {
        t: {name: levels(x, t) if x.value is not None else x for name, x in quantiles.items()}
        for t, quantiles in index.items()
    }
