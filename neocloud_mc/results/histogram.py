"""Bins that follow the values that occur: each value its own while they are few, else leading bits.

A bin holds the numbers whose leading bits are the same; how many bits are dropped follows from
the values alone: the fewest that leave at most `MOST_BINS` bins. So few distinct values are kept as
they are, and many have bins that are fine, relative to their size, wherever they lie; no bin
reaches across a power of two. Dropping bits, like adding whole numbers, gives the same in any
order, so histograms of chunks add up to the last bit.

Every bin knows its smallest and its largest value, a and b, and its mean m; in between its values
are taken to lie on Q(u) = a + (b − a) u^p, 0 ≤ u ≤ 1, whose mean is m for p = (b − m)/(m − a).
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.results.book import Floats

Counts = NDArray[np.int64]

MOST_BINS: Final = 4096
"""As many as there are powers of two among the numbers, of either sign: no more than the bits of
the fraction are ever dropped. Of losses over five decades a bin is 0.4% wide."""

_FRACTION: Final = 52
"""Bits of a number's fraction; the power of two stands above them, the sign above that."""
_LIMB: Final = 27
"""Bits of the lower part of a fraction: sums of either part stay whole up to 10^11 paths."""
_LOW: Final = np.int64((1 << _LIMB) - 1)
_FLATTEST: Final = 1e-9
"""Least share of the way from a to b at which a bin's mean is taken to lie."""


@dataclass(frozen=True)
class Histogram:
    """Values of many paths.

    Parameters
    ----------
    dropped : bits in which the values of a bin may differ.
    key : int64[bins], the other bits; ascending, as are the values.
    sums : by bin; int64[3, bins]: paths, and the upper and the lower part of their fractions; of
        weighted paths float64[2, bins]: weights, and weighted values.
    least, largest : float64[bins].
    """

    dropped: int
    key: Counts
    sums: NDArray[Any]
    least: Floats
    largest: Floats

    def __add__(self, other: "Histogram") -> "Histogram":
        """The histogram of both sets of values; exact, weights apart."""
        dropped = max(self.dropped, other.dropped)
        few, many = sorted((self.coarser(dropped), other.coarser(dropped)), key=_n_bins)
        place = np.searchsorted(many.key, few.key)
        is_new = np.append(many.key, few.key[-1:])[place] != few.key
        is_new |= place == len(many.key)
        both = many.with_bins(place[is_new], few.key[is_new])
        place += np.cumsum(is_new) - is_new
        both.sums[:, place] += few.sums
        both.least[place] = np.minimum(both.least[place], few.least)
        both.largest[place] = np.maximum(both.largest[place], few.largest)
        return both.bounded()

    def with_bins(self, before: Counts, keys: Counts) -> "Histogram":
        """A copy with further bins, which are empty, each before the bin at a position."""
        n_bins = len(self.key) + len(keys)
        is_old = np.ones(n_bins, dtype=bool)
        is_old[before + np.arange(len(keys))] = False
        old = np.flatnonzero(is_old) if len(keys) else slice(None)
        key, sums = np.empty(n_bins, np.int64), np.zeros((len(self.sums), n_bins), self.sums.dtype)
        least, largest = np.full(n_bins, np.inf), np.full(n_bins, -np.inf)
        key[old], key[~is_old] = self.key, keys
        sums[:, old] = self.sums
        least[old], largest[old] = self.least, self.largest
        return Histogram(self.dropped, key, sums, least, largest)

    def coarser(self, dropped: int) -> "Histogram":
        """The histogram with so many bits dropped, or as many as are."""
        if dropped <= self.dropped:
            return self
        key = self.key >> np.int64(dropped - self.dropped)
        return Histogram(dropped, key, self.sums, self.least, self.largest).joined()

    def joined(self) -> "Histogram":
        """Neighbours of one key made one bin."""
        first = np.flatnonzero(_begins(self.key))
        if len(first) == len(self.key):
            return self
        last = np.append(first[1:], len(self.key)) - 1
        return Histogram(
            self.dropped,
            self.key[first],
            np.add.reduceat(self.sums, first, axis=1),
            self.least[first],
            self.largest[last],
        )

    def bounded(self) -> "Histogram":
        """The histogram with the fewest bits dropped that leave at most `MOST_BINS` bins."""
        more = 0
        while len(self.key) > MOST_BINS and _n_keys(self.key >> np.int64(more)) > MOST_BINS:
            more += 1
        return self.coarser(self.dropped + more)

    @property
    def mass(self) -> NDArray[Any]:
        """Paths of each bin, or their weights."""
        mass: NDArray[Any] = self.sums[0]
        return mass

    @property
    def means(self) -> Floats:
        """float64[bins], between the bin's smallest and largest value."""
        if len(self.sums) == 2:
            found = self.sums[1] / self.sums[0]
        else:
            _, upper, lower = self.sums.astype(np.float64)
            sign, exponent = _scale(self.key, self.dropped)
            found = sign * np.ldexp((np.ldexp(upper, _LIMB) + lower) / self.mass, exponent)
        return np.asarray(np.clip(found, self.least, self.largest))

    def mean(self) -> float:
        """Of all values; of counts, and at least one, without rounding but the last."""
        by_power = self.coarser(_FRACTION)
        signs, exponents = _scale(by_power.key, by_power.dropped)
        first = int(exponents.min())
        total = 0
        for (_, upper, lower), sign, exponent in zip(
            by_power.sums.T.tolist(), signs.tolist(), exponents.tolist(), strict=True
        ):
            total += int(sign) * ((upper << _LIMB) + lower) << (exponent - first)
        n = int(self.mass.sum())
        return total * 2**first / n if first >= 0 else total / (n << -first)

    def at(self, rank: float) -> float:
        """The value of that rank, counted from 1 in order; needs a path.

        Of weighted paths: the value that so much weight does not exceed.
        """
        below = np.cumsum(self.mass)
        b = min(int(np.searchsorted(below, rank)), len(below) - 1)
        inside, mass = rank - (below[b] - self.mass[b]), self.mass[b]
        if len(self.sums) == 3:
            inside, mass = inside - 1, max(mass - 1, 1)
        least, largest = float(self.least[b]), float(self.largest[b])
        if least == largest:
            return least
        power = 1.0 / self._rise(b) - 1.0
        u = min(max(float(inside / mass), 0.0), 1.0)
        return float(min(largest, least + (largest - least) * u**power))

    def top(self, size: float) -> tuple[Floats, Floats]:
        """The largest values, `size` of them, or so much weight: mass and mean of each bin.

        A bin of which only a part belongs to them has that part's mean.
        """
        mass, means = self.mass, self.means
        above = np.cumsum(mass[::-1])[::-1] - mass
        taken = np.clip(size - above, 0.0, mass)
        parts = np.flatnonzero((taken > 0.0) & (taken < mass))
        for b in parts.tolist():
            share, rise = float(taken[b] / mass[b]), self._rise(b)
            lift = -math.expm1(math.log1p(-share) / rise) * rise / share
            means[b] = self.least[b] + (self.largest[b] - self.least[b]) * min(lift, 1.0)
        return taken, means

    def _rise(self, b: int) -> float:
        """Share of the way from the smallest to the largest at which bin b's mean lies."""
        least, largest = self.least[b], self.largest[b]
        if least == largest:
            return 1.0
        one = slice(b, b + 1)
        (mean,) = Histogram(
            self.dropped, self.key[one], self.sums[:, one], self.least[one], self.largest[one]
        ).means
        return float(np.clip((mean - least) / (largest - least), _FLATTEST, 1.0))


def count(values: Floats) -> Histogram:
    """The histogram of a chunk.

    Parameters
    ----------
    values : float64[n], finite.
    """
    ordered = np.sort(values + 0.0)
    bits = ordered.view(np.int64)
    fraction = bits & np.int64((1 << _FRACTION) - 1)
    fraction |= np.int64(1 << _FRACTION) * (np.abs(ordered) >= np.finfo(float).tiny)
    ones = np.ones_like(bits)
    sums = np.stack([ones, fraction >> np.int64(_LIMB), fraction & _LOW])
    return Histogram(0, _keys(bits), sums, ordered, ordered).joined().bounded()


def weigh(values: Floats, weights: Floats) -> Histogram:
    """The histogram of a chunk of weighted paths, float64[n] each; weights above 0."""
    order = np.argsort(values, kind="stable")
    ordered, weight = values[order] + 0.0, weights[order]
    sums = np.stack([weight, weight * ordered])
    return Histogram(0, _keys(ordered.view(np.int64)), sums, ordered, ordered).joined().bounded()


def is_possible(found: Histogram, n: int) -> bool:
    """Whether n values can have such a histogram of counts."""
    key, sums, least, largest = found.key, found.sums, found.least, found.largest
    bins = len(key)
    ends = [_keys(end.view(np.int64)) >> np.int64(found.dropped) for end in (least, largest)]
    return bool(
        0 <= found.dropped <= _FRACTION
        and key.dtype == np.int64
        and key.shape == (bins,)
        and sums.dtype == np.int64
        and sums.shape == (3, bins)
        and all(end.dtype == np.float64 and end.shape == (bins,) for end in (least, largest))
        and (key[1:] > key[:-1]).all()
        and all((end == key).all() for end in ends)
        and np.isfinite([least, largest]).all()
        and (least <= largest).all()
        and (sums[0] > 0).all()
        and (sums[0] <= n).all()
        and sums[0].sum() == n
        and (sums[1:] >= 0).all()
        and (sums[1] >> np.int64(_FRACTION + 1 - _LIMB) <= sums[0]).all()
        and (sums[2] >> np.int64(_LIMB) <= sums[0]).all()
    )


def _keys(bits: Counts) -> Counts:
    """Bits of numbers as integers in the numbers' order."""
    return np.where(bits < 0, bits ^ np.int64(np.iinfo(np.int64).max), bits)


def _scale(key: Counts, dropped: int) -> tuple[Floats, NDArray[np.int32]]:
    """Sign of the values of each bin, and the power of two that is the unit of their fractions."""
    bits = _keys(key << np.int64(dropped))
    power = (bits >> np.int64(_FRACTION)) & np.int64(0x7FF)
    return np.where(key < 0, -1.0, 1.0), (np.maximum(power, 1) - 1075).astype(np.int32)


def _n_bins(histogram: Histogram) -> int:
    return len(histogram.key)


def _n_keys(key: Counts) -> int:
    return int(np.count_nonzero(_begins(key)))


def _begins(key: Counts) -> NDArray[np.bool_]:
    """Where a key differs from the one before."""
    begins = np.ones(len(key), dtype=bool)
    np.not_equal(key[1:], key[:-1], out=begins[1:])
    return begins
