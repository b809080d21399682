"""Which paths: sorted lists of ranges that neither touch nor overlap, and shares of a run."""

from collections.abc import Iterable
from typing import Final, NamedTuple

Ranges = tuple[range, ...]


class Share(NamedTuple):
    """One of so many shares of a run, counted from 1."""

    place: int
    total: int


WHOLE: Final = Share(1, 1)


def joined(ranges: Iterable[range]) -> Ranges:
    """All of their numbers, as few ranges in ascending order."""
    result: list[range] = []
    for one in sorted((r for r in ranges if r), key=lambda r: r.start):
        if result and one.start <= result[-1].stop:
            result[-1] = range(result[-1].start, max(result[-1].stop, one.stop))
        else:
            result.append(one)
    return tuple(result)


def without(ranges: Iterable[range], others: Iterable[range]) -> Ranges:
    """The numbers of the ranges that are in none of the others."""
    result: list[range] = []
    cuts, first = joined(others), 0
    for one in joined(ranges):
        start = one.start
        while first < len(cuts) and cuts[first].stop <= start:
            first += 1
        place = first
        while place < len(cuts) and cuts[place].start < one.stop:
            result.append(range(start, cuts[place].start))
            start = cuts[place].stop
            place += 1
        first = max(first, place - 1)
        result.append(range(start, one.stop))
    return tuple(piece for piece in result if piece)


def shared(ranges: Iterable[range], others: Iterable[range]) -> Ranges:
    """The numbers that are in both."""
    own = joined(ranges)
    return without(own, without(own, others))


def count(ranges: Iterable[range]) -> int:
    """How many numbers disjoint ranges have."""
    return sum(map(len, ranges))


def told(one: range) -> str:
    """The range as a reader counts: first and last number.

    >>> told(range(4096, 8192))
    'paths 4,096 to 8,191'
    """
    return f"paths {one.start:,} to {one.stop - 1:,}"
