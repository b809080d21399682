"""Changes of probabilities between runs on the same paths, counted path by path.

Whether a thing happens on path k is a mark, 0 or 1, in every run; a change, a difference of two
runs or a weighted sum of several, is the mean of

    x_k = Σ_r w_r mark_rk,   −1 ≤ x_k ≤ 1,

which is 0 on most paths. The sums of its positive and of its negative values are proportions, each
with an interval of Clopper and Pearson: the quantiles of beta distributions with the number of
paths k that carry it, of n. Values other than 1 make k an effective number (Σ x)² / Σ x² of paths
that carry Σ x² / Σ x each, and the upper end reckons with one more path that carries 1, as Fay and
Feuer do for weighted counts. With (p, l, u) of the positive and (q, m, v) of the negative part,
and r the correlation of the two, which exclude each other on a path, the change p − q lies between

    p − q − √((p − l)² + (v − q)² − 2 r (p − l)(v − q))   and
    p − q + √((u − p)² + (q − m)² − 2 r (u − p)(q − m)).

Few paths do not make it narrow: where none differs, some 3.7 of n still may, either way.

References
----------
Clopper, Pearson (1934), Biometrika 26. Fay, Feuer (1997), Stat. Med. 16. Zou, Donner (2008),
"Construction of confidence limits about effect measures", Stat. Med. 27. Quantiles of the beta
distribution: Paulson (1942), Ann. Math. Stat. 13; on the safe side below, 0.7% off above.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.causes import CAUSES
from neocloud_mc.results.book import Book, Floats, Outcome
from neocloud_mc.results.intervals import Z

Marks: TypeAlias = NDArray[np.uint8]
"""uint8[⌈n / 8⌉], a bit for each path (see `numpy.packbits`)."""
Events: TypeAlias = Iterator[tuple[str, NDArray[np.bool_]]]
"""Full names, and for each path whether it happened."""
_MISSED: Final = 0.025
"""Chance that the truth lies beyond one end."""
_ROUNDING: Final = 1e-12


class SignedSums(NamedTuple):
    """Σ x and Σ x² over the paths of one sign."""

    total: float = 0.0
    squares: float = 0.0


_NOTHING: Final = SignedSums()


class _Ends(NamedTuple):
    """A mean and how far its interval reaches to either side."""

    mean: float
    below: float
    above: float


@dataclass(frozen=True)
class PathChange:
    """How much n paths change.

    Parameters
    ----------
    up, down : of the values above 0, and of those below it without their sign.
    """

    n: int
    up: SignedSums = _NOTHING
    down: SignedSums = _NOTHING

    def __add__(self, other: "PathChange") -> "PathChange":
        """That of both sets of paths."""
        return PathChange(self.n + other.n, _sum(self.up, other.up), _sum(self.down, other.down))

    @property
    def half_widths(self) -> tuple[float, float]:
        """How far the 95% interval of the mean change reaches below and above it; n > 0."""
        up, down = (_ends(part, self.n) for part in (self.up, self.down))
        r = self._correlation(up.mean, down.mean)
        below = up.below**2 + down.above**2 - 2.0 * r * up.below * down.above
        above = up.above**2 + down.below**2 - 2.0 * r * up.above * down.below
        return math.sqrt(below), math.sqrt(above)

    def _correlation(self, up: float, down: float) -> float:
        """Correlation of the two means: a path that is in one is not in the other."""
        variances = [
            max(part.squares / self.n - mean**2, 0.0)
            for part, mean in ((self.up, up), (self.down, down))
        ]
        spread = math.sqrt(variances[0] * variances[1])
        return max(-up * down / spread, -1.0) if spread > 0.0 else 0.0


def path_change(marks: Sequence[Marks], weights: Sequence[float], n: int) -> PathChange:
    """The weighted sum of marks of n paths in several runs.

    Parameters
    ----------
    weights : of each run; a sum over any of them lies between −1 and 1.
    """
    if tuple(weights) == (-1.0, 1.0):
        before, after = marks
        gained, lost = (_count(here & ~there) for here, there in ((after, before), (before, after)))
        return PathChange(n, SignedSums(gained, gained), SignedSums(lost, lost))
    values = np.zeros(n)
    for weight, one in zip(weights, marks, strict=True):
        values += weight * np.unpackbits(one, count=n)
    values[np.abs(values) < _ROUNDING] = 0.0
    return PathChange(n, _signed_sums(values[values > 0.0]), _signed_sums(-values[values < 0.0]))


def half_widths_of_share(events: int, n: int) -> tuple[float, float]:
    """How far the exact interval of `events` of n reaches below and above their share."""
    found = _ends(SignedSums(events, events), n)
    return found.below, found.above


def _count(marks: Marks) -> float:
    return float(np.bitwise_count(marks).sum(dtype=np.int64))


def _signed_sums(values: Floats) -> SignedSums:
    return SignedSums(math.fsum(values), math.fsum(values**2))


def _sum(a: SignedSums, b: SignedSums) -> SignedSums:
    return SignedSums(a.total + b.total, a.squares + b.squares)


def _ends(part: SignedSums, n: int) -> _Ends:
    """Mean over n paths of values from 0 to 1, and how far its interval reaches."""
    if part.total == 0.0:
        return _Ends(0.0, 0.0, 1.0 - _MISSED ** (1.0 / n))
    mean = part.total / n
    count, each = part.total**2 / part.squares, part.squares / part.total
    more = SignedSums(part.total + 1.0, part.squares + 1.0)
    most, heaviest = more.total**2 / more.squares, more.squares / more.total
    low = each * beta_quantile(count, n - count + 1.0, -Z)
    high = heaviest * beta_quantile(most, n - most + 1.0, Z)
    return _Ends(mean, max(mean - low, 0.0), max(high - mean, 0.0))


def beta_quantile(a: float, b: float, z: float) -> float:
    """The quantile of Beta(a, b) at which a standard normal is z, roughly; a ≥ 1.

    The cube root of an F-distributed quotient is nearly one of normals (Paulson).
    """
    if b <= 0.0:
        return 1.0
    s, t = 1.0 / (9.0 * a), 1.0 / (9.0 * b)
    below = (1.0 - t) ** 2 - z * z * t
    inside = (1.0 - t) ** 2 * s + (1.0 - s) ** 2 * t - z * z * s * t
    if below <= 0.0 or inside < 0.0:
        return 1.0 if z > 0.0 else 0.0
    root = ((1.0 - t) * (1.0 - s) + z * math.sqrt(inside)) / below
    odds = a / b * max(root, 0.0) ** 3
    return odds / (1.0 + odds)


def mark(book: Book, outcome: Outcome, names: Collection[str]) -> dict[str, Marks]:
    """Marks of the paths of an outcome, by the measure's full name.

    Parameters
    ----------
    names : full names of measures; those that are no probability of an event are left out.
    """
    wanted = names if isinstance(names, set | frozenset) else frozenset(names)
    return {
        name: np.packbits(happened)
        for events in (_of_issuers, _of_tranches, _joint)
        for name, happened in events(book, outcome, wanted)
    }


def _of_issuers(book: Book, outcome: Outcome, names: Collection[str]) -> Events:
    for i, issuer in enumerate(book.issuers):
        prefix, month = f"issuers.{issuer.id}", outcome.default_month[i]
        for last in range(1, book.months + 1):
            if (name := f"{prefix}.pd.{last}") in names:
                yield name, (month > 0.0) & (month <= last)
        for number, cause in enumerate(CAUSES, start=1):
            if (name := f"{prefix}.causes.{cause}") in names:
                yield name, outcome.cause[i] == number
        if (name := f"{prefix}.breach.pd") in names:
            yield name, outcome.first_breach[i] > 0.0


def _of_tranches(book: Book, outcome: Outcome, names: Collection[str]) -> Events:
    for tranche, claim in zip(book.tranches, outcome.claim, strict=True):
        name = f"issuers.{book.issuers[tranche.issuer].id}.tranches.{tranche.id}.pd"
        if name in names:
            yield name, claim > 0.0


def _joint(book: Book, outcome: Outcome, names: Collection[str]) -> Events:
    if not any(name.startswith("joint.") for name in names):
        return
    has_defaulted = outcome.default_month > 0.0
    heads = list(book.heads)
    n_defaults = has_defaulted[heads].sum(axis=0)
    for least in range(1, len(heads) + 1):
        if (name := f"joint.at_least.{least}") in names:
            yield name, n_defaults >= least
    for i, row in enumerate(book.issuers):
        for j, column in enumerate(book.issuers):
            if (name := f"joint.pairs.{row.id}.{column.id}.joint") in names:
                yield name, has_defaulted[i] & has_defaulted[j]
