"""Random draws by named stream and month."""

from __future__ import annotations

import hashlib
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Draws(Protocol):
    """A source of independent uniforms, one per path, for every (stream, month)."""

    def uniform(self, stream: str, month: int) -> Floats:
        """Uniforms in the open interval (0, 1), shape [n_paths]."""
        ...


class HashedDraws:
    """Uniforms from a generator seeded by a hash of (seed, stream, month).

    Parameters
    ----------
    seed : int
        Any whole number.
    n_paths : int
        Length of every answer.

    """

    def __init__(self, seed: int, n_paths: int) -> None:
        self.seed = seed
        self.n_paths = n_paths

    def uniform(self, stream: str, month: int) -> Floats:
        """Uniforms in the open interval (0, 1), shape [n_paths]."""
        key = hashlib.sha256(f"{self.seed}|{stream}|{month}".encode()).digest()
        generator = np.random.default_rng(int.from_bytes(key[:16], "little"))
        whole = generator.integers(0, 1 << 52, size=self.n_paths, dtype=np.int64)
        return cast("Floats", (whole + 0.5) / float(1 << 52))


def normal(draws: Draws, stream: str, month: int) -> Floats:
    """Standard normals, shape [n_paths]."""
    return cast("Floats", ndtri(draws.uniform(stream, month)))


def exponential(draws: Draws, stream: str, month: int) -> Floats:
    """Unit exponentials, shape [n_paths]."""
    return cast("Floats", -np.log(draws.uniform(stream, month)))
