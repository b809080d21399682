"""The generator: published answers, uniformity, independence, normals, and reproducibility."""

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc import draws, jit
from neocloud_mc.engine.run import run_chunk, simulate
from neocloud_mc.engine.tables import tabulate
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.company import company
from neocloud_mc.validation.record import Claim, never, share
from neocloud_mc.validation.sampling import ROWS, Floats

_KNOWN: Final = (
    ("0" * 32, "0" * 16, "6627e8d5e169c58dbc57ac4c9b00dbd8"),
    ("f" * 32, "f" * 16, "408f276d41c83b0ea20bc7c66d5451fd"),
    ("243f6a8885a308d313198a2e03707344", "a4093822299f31d0", "d16cfe0994fdcceb5001e42024126ea1"),
)
"""Counter, key and answer of Philox4x32-10: `kat_vectors` of Random123."""
_STREAM: Final = "market/price"
_BATCH: Final = 1_000_000
_DEVIATIONS: Final = (1.0, 2.0, 3.0, 4.0, 5.0)


@jit.kernel
def _encrypt(counter: jit.Table, key: jit.Table, words: jit.Table) -> None:
    """Philox of one counter; mutates `words`, uint64[4]."""
    a, b, c, d = draws.philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1])
    words[0], words[1], words[2], words[3] = a, b, c, d


@jit.kernel
def _fill(seed: Any, first: int, month: int, stream: Any, u: Floats) -> None:
    """Uniform draws of consecutive paths; mutates u, float64[n]."""
    for i in range(len(u)):
        u[i] = draws.uniform(seed, first + i, month, stream)


@jit.kernel
def _fill_normal(seed: Any, first: int, month: int, stream: Any, z: Floats) -> None:
    """Normal draws of consecutive paths; mutates z, float64[n]."""
    for i in range(len(z)):
        z[i] = draws.normal(seed, first + i, month, stream)


def claims(budget: Budget) -> Iterator[Claim]:
    """Every claim on the generator."""
    yield from _known_answers()
    yield from _uniformity(budget)
    yield from _independence(budget)
    yield from _normals(budget)
    yield from _reproducibility(budget)


def _uniforms(
    key: int, n: int = _BATCH, first: int = 0, month: int = 1, name: str = _STREAM
) -> Floats:
    u = np.empty(n)
    _fill(np.uint64(key), first, month, np.uint64(draws.stream(name)), u)
    return u


def _known_answers() -> Iterator[Claim]:
    for place, (counter, key, answer) in enumerate(_KNOWN, start=1):
        words = np.zeros(4, dtype=np.uint64)
        _encrypt(_words(counter), _words(key), words)
        text = f"Philox4x32-10: wrong words in answer {place} of Random123"
        yield never(text, int(np.count_nonzero(words != _words(answer))))


def _words(text: str) -> NDArray[np.uint64]:
    """Words of 32 bits, eight hexadecimal digits each."""
    return np.array([int(text[i : i + 8], 16) for i in range(0, len(text), 8)], dtype=np.uint64)


def _chi_square(text: str, cells: NDArray[np.int64], n_cells: int) -> Claim:
    """χ² over equally likely cells; with thousands of them it is normal."""
    counts = np.bincount(cells, minlength=n_cells)
    mean = cells.size / n_cells
    found = float(((counts - mean) ** 2).sum() / mean)
    return Claim(text, n_cells - 1.0, found, math.sqrt(2.0 * (n_cells - 1.0)))


def _uniformity(budget: Budget) -> Iterator[Claim]:
    """χ² of the leading and of later digits, in one dimension and in pairs."""
    u = _uniforms(budget.key("uniformity"))
    yield _chi_square("uniforms: chi-square of 4096 bins", (u * 4096).astype(np.int64), 4096)
    digits = np.floor(u * 2.0**40).astype(np.int64) & 4095
    yield _chi_square("uniforms: chi-square of bits 29 to 40", digits, 4096)
    pairs = {
        "neighbouring paths": _uniforms(budget.key("uniformity"), first=1),
        "consecutive months": _uniforms(budget.key("uniformity"), month=2),
        "two streams": _uniforms(budget.key("uniformity"), name="market/funding"),
        "two seeds": _uniforms(budget.key("uniformity") + 1),
    }
    for name, other in pairs.items():
        # every second path: pairs of neighbours then share no draw
        cells = ((u * 64).astype(np.int64) * 64 + (other * 64).astype(np.int64))[::2]
        yield _chi_square(f"pairs of {name}: chi-square of 64 by 64 cells", cells, 4096)


def _independence(budget: Budget) -> Iterator[Claim]:
    """Correlation between draws that differ in one word of their counter or key."""
    key = budget.key("correlation")
    base = _uniforms(key)
    others = {
        "the next path": _uniforms(key, first=1),
        "the path 64 further": _uniforms(key, first=64),
        "the path 2^32 further": _uniforms(key, first=2**32),
        "the next month": _uniforms(key, month=2),
        "the funding stream": _uniforms(key, name="market/funding"),
        "a customer's stream": _uniforms(key, name="customer/tenant"),
        "the next seed": _uniforms(key + 1),
        "the seed 2^32 further": _uniforms(key + 2**32),
    }
    for name, other in others.items():
        found = float(np.corrcoef(base, other)[0, 1])
        yield Claim(f"correlation with {name}", 0.0, found, 1.0 / math.sqrt(_BATCH))
    shared = np.intersect1d(base[:100_000], others["the next seed"][:100_000]).size
    yield never("equal draws among 100,000 paths of each of two seeds", shared)


def _normals(budget: Budget) -> Iterator[Claim]:
    """Moments and tail frequencies; expected errors are those of a normal sample."""
    n, key, z = budget.draws, budget.key("normals"), np.empty(_BATCH)
    powers, beyond = np.zeros(4), np.zeros((2, len(_DEVIATIONS)))
    for first in range(0, n, _BATCH):
        _fill_normal(np.uint64(key), first, 1, np.uint64(draws.stream(_STREAM)), z)
        square = z * z
        powers += z.sum(), square.sum(), (square * z).sum(), (square * square).sum()
        for place, level in enumerate(_DEVIATIONS):
            beyond[:, place] += np.count_nonzero(z < -level), np.count_nonzero(z > level)
    for order, expected, spread in ((1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)):
        found = float(powers[order - 1] / n)
        yield Claim(f"normals: mean of Z^{order}", expected, found, math.sqrt(spread / n))
    for place, level in enumerate(_DEVIATIONS):
        tail = NormalDist().cdf(-level)
        yield share(f"normals: P(Z < -{level:g})", tail, beyond[0, place], n)
        yield share(f"normals: P(Z > {level:g})", tail, beyond[1, place], n)


def _reproducibility(budget: Budget) -> Iterator[Claim]:
    """Path k is the same whoever simulates it, in whatever order, batch and thread."""
    scenario, key = company(), budget.key("reproducibility")
    tallies = [repr(simulate(scenario, paths=9_000, seed=key, threads=n)) for n in (1, 2, 3)]
    text = "runs of 9,000 paths on 2 and 3 threads that differ from 1 thread"
    yield never(text, sum(tally != tallies[0] for tally in tallies[1:]))
    tables = tabulate(scenario, key)
    whole = run_chunk(tables, range(512))
    late, early = run_chunk(tables, range(300, 512)), run_chunk(tables, range(300))
    differing = 0
    for name in ROWS:
        parts = np.concatenate([getattr(early, name), getattr(late, name)], axis=1)
        differing += int(np.count_nonzero(parts != getattr(whole, name)))
    yield never("numbers that change when later paths are simulated first, in batches", differing)
    other = run_chunk(tabulate(scenario, key + 1), range(512))
    equal = np.intersect1d(whole.log_index[0], other.log_index[0]).size
    yield never("first-month prices that two seeds share, 512 paths each", equal)
