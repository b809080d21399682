"""Counter-based random numbers: every draw is a function of (seed, path, month, stream).

Philox4x32-10 encrypts a counter: month and stream (named after the entity that draws, never after
its place in a file) and the path, under the seed as key. So any path replays alone, threads and
shards change nothing, and a further issuer or contract shifts nobody else's numbers.

Normals come from the inverse distribution function, one draw each: Box–Muller would save 12% of
the draws' time and lose the rule that one draw is one number.

References
----------
Salmon, Moraes, Dror, Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".
Wichura (1988), "Algorithm AS 241: the percentage points of the normal distribution".
"""

import hashlib
import math
from typing import Final, TypeAlias

import numpy as np

from neocloud_mc import jit
from neocloud_mc.elementary import log

Word: TypeAlias = np.uint64
"""32 bits in 64."""

_LOW: Final = np.uint64(0xFFFFFFFF)
_32: Final = np.uint64(32)
_8: Final = np.uint64(8)
_12: Final = np.uint64(12)
_M0: Final = np.uint64(0xD2511F53)
_M1: Final = np.uint64(0xCD9E8D57)
_W0: Final = np.uint64(0x9E3779B9)
_W1: Final = np.uint64(0xBB67AE85)
_ULP: Final = 2.0**-52

_ABOVE: Final = (
    (2.5090809287301226727e3, 7.74545014278341407640e-4, 2.01033439929228813265e-7),
    (3.3430575583588128105e4, 2.27238449892691845833e-2, 2.71155556874348757815e-5),
    (6.7265770927008700853e4, 2.41780725177450611770e-1, 1.24266094738807843860e-3),
    (4.5921953931549871457e4, 1.27045825245236838258e0, 2.65321895265761230930e-2),
    (1.3731693765509461125e4, 3.64784832476320460504e0, 2.96560571828504891230e-1),
    (1.9715909503065514427e3, 5.76949722146069140550e0, 1.78482653991729133580e0),
    (1.3314166789178437745e2, 4.63033784615654529590e0, 5.46378491116411436990e0),
    (3.3871328727963666080e0, 1.42343711074968357734e0, 6.65790464350110377720e0),
)
"""Numerators of AS 241 from the highest power down: centre, near tail, far tail."""
_BELOW: Final = (
    (5.2264952788528545610e3, 1.05075007164441684324e-9, 2.04426310338993978564e-15),
    (2.8729085735721942674e4, 5.47593808499534494600e-4, 1.42151175831644588870e-7),
    (3.9307895800092710610e4, 1.51986665636164571966e-2, 1.84631831751005468180e-5),
    (2.1213794301586595867e4, 1.48103976427480074590e-1, 7.86869131145613259100e-4),
    (5.3941960214247511077e3, 6.89767334985100004550e-1, 1.48753612908506148525e-2),
    (6.8718700749205790830e2, 1.67638483018380384940e0, 1.36929880922735805310e-1),
    (4.2313330701600911252e1, 2.05319162663775882187e0, 5.99832206555887937690e-1),
)
"""Their denominators, of which all end in 1."""


def stream(name: str) -> int:
    """Number of the stream of that name, 56 bits of its digest."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=7).digest(), "little")


@jit.step
def philox(
    c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word
) -> tuple[Word, Word, Word, Word]:
    """Philox4x32-10 of a counter of four words under a key of two; words of 32 bits in uint64."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _32) ^ c1 ^ k0
        c2 = (p0 >> _32) ^ c3 ^ k1
        c1 = p1 & _LOW
        c3 = p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@jit.step
def uniform(seed: int, path: int, month: int, stream: int) -> float:
    """Uniform draw on the open interval (0, 1), a multiple of 2^−52 plus 2^−53."""
    key = np.uint64(seed)
    name = np.uint64(stream)
    number = np.uint64(path)
    high, low, _, _ = philox(
        ((name >> _32) << _8) | np.uint64(month),
        name & _LOW,
        number & _LOW,
        number >> _32,
        key & _LOW,
        key >> _32,
    )
    return (np.float64(np.int64(((high << _32) | low) >> _12)) + 0.5) * _ULP


@jit.step
def exponential(seed: int, path: int, month: int, stream: int) -> float:
    """Exponential draw of mean 1."""
    return -log(uniform(seed, path, month, stream))


@jit.step
def normal(seed: int, path: int, month: int, stream: int) -> float:
    """Standard normal draw, within ± 8.2."""
    return quantile(uniform(seed, path, month, stream))


@jit.step
def quantile(u: float) -> float:
    """Quantile of the standard normal distribution at u in [2^−53, 1 − 2^−53].

    Wichura's PPND16. Its three rational functions have the same form, so one is evaluated, with the
    coefficients of the branch that u is in; evaluating all three took half as long again.
    """
    q = u - 0.5
    s = math.sqrt(-log(min(u, 1.0 - u)))
    c, n = abs(q) <= 0.425, s <= 5.0
    r = _pick(c, n, (0.180625 - q * q, s - 1.6, s - 5.0))
    above = _pick(c, n, _ABOVE[0])
    above = above * r + _pick(c, n, _ABOVE[1])
    above = above * r + _pick(c, n, _ABOVE[2])
    above = above * r + _pick(c, n, _ABOVE[3])
    above = above * r + _pick(c, n, _ABOVE[4])
    above = above * r + _pick(c, n, _ABOVE[5])
    above = above * r + _pick(c, n, _ABOVE[6])
    above = above * r + _pick(c, n, _ABOVE[7])
    below = _pick(c, n, _BELOW[0])
    below = below * r + _pick(c, n, _BELOW[1])
    below = below * r + _pick(c, n, _BELOW[2])
    below = below * r + _pick(c, n, _BELOW[3])
    below = below * r + _pick(c, n, _BELOW[4])
    below = below * r + _pick(c, n, _BELOW[5])
    below = below * r + _pick(c, n, _BELOW[6])
    below = below * r + 1.0
    sign = q if c else 1.0 if q > 0.0 else -1.0
    return sign * above / below


@jit.step
def _pick(is_central: bool, is_near: bool, of: tuple[float, float, float]) -> float:
    """What belongs to the branch."""
    return of[0] if is_central else of[1] if is_near else of[2]
