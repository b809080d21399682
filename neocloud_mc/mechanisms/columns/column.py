"""A column of state: what it holds, who writes it, and who else reads it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A number of a record that is no term of the scenario.

    Parameters
    ----------
    is_lane : float64[lanes], one value a path; else one number for the block of paths.
    unit : as a reader says it; ``flag`` is 1 or 0, ``lanes`` a count of them.
    writers : rooms that write it; ``engine``: the path loop, ``tables``: before the run.
    readers : rooms that read it and do not write it.
    """

    name: str
    is_lane: bool
    unit: str
    meaning: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]


def lane(name: str, unit: str, meaning: str, writers: str, readers: str) -> Column:
    """A column of one value a path; rooms by name, apart by spaces."""
    return _column(name, unit, meaning, writers, readers, is_lane=True)


def scalar(name: str, unit: str, meaning: str, writers: str, readers: str) -> Column:
    """A column of one number for the block of paths; rooms as in `lane`."""
    return _column(name, unit, meaning, writers, readers, is_lane=False)


def _column(
    name: str, unit: str, meaning: str, writers: str, readers: str, *, is_lane: bool
) -> Column:
    return Column(name, is_lane, unit, meaning, tuple(writers.split()), tuple(readers.split()))
