"""Sets of lanes: every lane is found once, in order, and no other."""

import numpy as np
import pytest
from numpy.typing import NDArray

from neocloud_mc import jit
from neocloud_mc.engine.tables import tabulate
from neocloud_mc.lane_sets import MOST_LANES, NOBODY, first_of, only, without_first
from tests.worlds import world


@jit.kernel
def visit(is_member: NDArray[np.bool_], visited: NDArray[np.int64]) -> int:
    """Write the lanes of a set down as they are met; how many there were."""
    lanes = NOBODY
    for i in range(len(is_member)):
        lanes |= only(i) if is_member[i] else NOBODY
    n_visited = 0
    while lanes != NOBODY:
        visited[n_visited] = first_of(lanes)
        lanes = without_first(lanes)
        n_visited += 1
    return n_visited


def test_every_lane_of_a_set_is_met_once_and_in_order() -> None:
    random = np.random.default_rng(5)
    single = np.eye(MOST_LANES, dtype=bool)
    many = random.random((200, MOST_LANES)) < random.random((200, 1))
    for members in [*single, *many, np.zeros(MOST_LANES, bool), np.ones(MOST_LANES, bool)]:
        visited = np.full(MOST_LANES, -1)
        assert visit(members, visited) == members.sum()
        assert np.array_equal(visited[: members.sum()], np.flatnonzero(members))


def test_what_is_compiled_is_what_python_says() -> None:
    for i in range(MOST_LANES):
        alone = only.py_func(i)
        assert first_of.py_func(alone | only.py_func(MOST_LANES - 1)) == i
        assert without_first.py_func(alone) == NOBODY


def test_more_lanes_than_a_set_has_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="65 lanes are more than 64"):
        tabulate(world(), 1, lanes=MOST_LANES + 1)
