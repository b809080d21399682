"""Sets of lanes: the bits of one number, so that a vector loop finds the few that an event befalls.

A loop over the lanes that branches at each of them would stay scalar, and one that looks again for
those it has counted reads them twice. A set is gathered without a branch,

    walking = NOBODY
    for i in range(lanes):
        walking |= only(i) if hazard[i] >= threshold[i] else NOBODY

and left lane by lane:

    while walking != NOBODY:
        walk(first_of(walking), ...)
        walking = without_first(walking)
"""

from typing import Final, TypeAlias

import numpy as np

from neocloud_mc import jit

LaneSet: TypeAlias = np.uint64
"""Bit i is 1 where lane i belongs to the set."""

MOST_LANES: Final = 64
"""Bits of a set."""
NOBODY: Final = np.uint64(0)
"""The empty set."""

_ONE: Final = np.uint64(1)
_EXPONENT: Final = np.int64(52)
_BIAS: Final = np.int64(1023)


@jit.step
def only(i: int) -> LaneSet:
    """The set of lane i alone."""
    return _ONE << np.uint64(i)


@jit.step
def first_of(lanes: LaneSet) -> int:
    """The first lane of a set that is not empty: the binary exponent of its lowest bit."""
    lowest = np.uint64(lanes & (~lanes + _ONE))
    return int((np.float64(lowest).view(np.int64) >> _EXPONENT) - _BIAS)


@jit.step
def without_first(lanes: LaneSet) -> LaneSet:
    """The set without its first lane."""
    return lanes & (lanes - _ONE)
