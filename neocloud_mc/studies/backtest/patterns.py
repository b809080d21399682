"""Who defaults together: how many paths end with exactly these issuers in default.

A pattern is a set of issuers. Patterns are few where issuers are, and every joint number that a
backtest needs is a sum over them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.results.book import Floats
from neocloud_mc.results.intervals import Estimate, proportion

Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Patterns:
    """The ways in which issuers end.

    Parameters
    ----------
    happened : bool[patterns, issuers], who defaults.
    paths : int64[patterns], on how many paths exactly these do.
    """

    happened: Flags
    paths: NDArray[np.int64]

    @property
    def n(self) -> int:
        """All paths."""
        return int(self.paths.sum())

    @property
    def pds(self) -> tuple[Estimate, ...]:
        """Probability of default of every issuer."""
        return tuple(proportion(int(k), self.n) for k in self.paths @ self.happened)

    def of(self, issuers: Sequence[int]) -> "Patterns":
        """Those of some issuers, by position; what is alike in them is one pattern."""
        packed = np.packbits(self.happened[:, list(issuers)], axis=1)
        rows, place = np.unique(packed, axis=0, return_inverse=True)
        happened = np.unpackbits(rows, axis=1, count=len(issuers)).astype(bool)
        paths = np.zeros(len(rows), dtype=np.int64)
        np.add.at(paths, place.ravel(), self.paths)
        return Patterns(happened, paths)

    def share(self, holds: Flags) -> Estimate:
        """Probability of the patterns for which something holds."""
        return proportion(int(self.paths[holds].sum()), self.n)


def counted(defaulted: Flags) -> Counter[bytes]:
    """Paths of a chunk by pattern, packed.

    Parameters
    ----------
    defaulted : bool[issuers, paths].
    """
    packed = np.packbits(defaulted, axis=0)
    rows, paths = np.unique(packed, axis=1, return_counts=True)
    return Counter(
        {row.tobytes(): int(k) for row, k in zip(np.ascontiguousarray(rows.T), paths, strict=True)}
    )


def patterns(found: Counter[bytes], n_issuers: int) -> Patterns:
    """The patterns that were counted, in an order that does not depend on the chunks'."""
    keys = sorted(found)
    packed = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), -1)
    happened = np.unpackbits(packed, axis=1, count=n_issuers).astype(bool)
    return Patterns(happened, np.array([found[key] for key in keys], dtype=np.int64))


def independent(pds: Floats) -> Floats:
    """Distribution of the number of defaults if firms fell independently (Poisson binomial).

    Returns
    -------
    float64[firms + 1], probability of 0, 1, … defaults.
    """
    found = np.ones(1)
    for pd in pds:
        found = np.convolve(found, [1.0 - pd, pd])
    return found
