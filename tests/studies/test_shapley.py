"""Sharing a difference out: games whose Shapley values are known."""

import math
from collections.abc import Callable
from itertools import combinations, permutations

import numpy as np
import pytest

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.changes import UNSEEN
from neocloud_mc.studies.jackknife import BATCHES, Replicates
from neocloud_mc.studies.samples import Sampled
from neocloud_mc.studies.shapley import (
    Coalition,
    ShapleyValues,
    forward_and_backward,
    shapley,
    share_out,
)

INFO = RunInfo("0.1.0", "a", "sha256:00", None, 1000, 1, 12)
Game = Callable[[Coalition], float]


def coalitions(n: int) -> list[Coalition]:
    return [frozenset(c) for size in range(n + 1) for c in combinations(range(n), size)]


def ends(n: int) -> list[Coalition]:
    return [c for c in coalitions(n) if len(c) in (0, 1, n - 1, n)]


def sampled(value: float, seed: int) -> Sampled:
    noise = np.random.default_rng(seed).normal(0.0, 1e-3, BATCHES)
    replicates = Replicates(value, value * (1.0 + noise), np.full(BATCHES, 1.0 / BATCHES))
    return Sampled(Estimate(value), replicates)


def shared(game: Game, n: int, played: list[Coalition]) -> ShapleyValues[str]:
    runs = {c: {"pd": sampled(game(c), seed)} for seed, c in enumerate(played)}
    return share_out(INFO, INFO, [(str(i), (f"key.{i}",)) for i in range(n)], runs)


def contributions(result: ShapleyValues[str]) -> list[float]:
    return [contribution.changes["pd"].value or 0.0 for contribution in result.contributions]


def interacting(c: Coalition) -> float:
    return 0.1 + sum(0.01 * (i + 1) for i in c) + 0.03 * len(c) ** 2 - 0.05 * ({0, 2} <= c)


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_effects_add_up_to_the_whole_change(n: int) -> None:
    result = shared(interacting, n, coalitions(n))
    assert result.is_exact and result.remainder == {} and result.n_runs == 2**n
    whole = interacting(frozenset(range(n))) - interacting(frozenset())
    assert math.fsum(contributions(result)) == pytest.approx(whole, rel=1e-12)
    assert result.whole["pd"].value == pytest.approx(whole, rel=1e-12)


def test_an_effect_is_the_mean_over_all_orders_of_change() -> None:
    n = 4
    for i, found in enumerate(contributions(shared(interacting, n, coalitions(n)))):
        added = []
        for order in permutations(range(n)):
            before = frozenset(order[: order.index(i)])
            added.append(interacting(before | {i}) - interacting(before))
        assert found == pytest.approx(np.mean(added), rel=1e-12)


def test_parts_that_do_the_same_carry_the_same() -> None:
    found = contributions(shared(lambda c: 0.5 + len(c) ** 3 / 100, 4, coalitions(4)))
    assert found == pytest.approx([found[0]] * 4, rel=1e-12)


def test_a_part_that_does_nothing_carries_nothing() -> None:
    played = coalitions(3)
    fixed = {c: sampled(0.5 + 0.1 * len(c - {1}), 0) for c in played}
    runs = {c: {"pd": one} for c, one in fixed.items()}
    result = share_out(INFO, INFO, [(str(i), ()) for i in range(3)], runs)
    nothing = result.contributions[1].changes["pd"]
    assert (nothing.low, nothing.value, nothing.high) == (None, 0.0, None)
    assert nothing.note == UNSEEN


def test_two_parts_that_only_work_together_share_equally() -> None:
    assert contributions(shared(lambda c: float(len(c) == 2), 2, coalitions(2))) == [0.5, 0.5]


@pytest.mark.parametrize("n", [4, 7])
def test_without_all_mixtures_the_remainder_is_what_effects_leave(n: int) -> None:
    result = shared(interacting, n, ends(n))
    assert not result.is_exact
    left = result.remainder["pd"].value
    assert left is not None
    whole = interacting(frozenset(range(n))) - interacting(frozenset())
    assert math.fsum([*contributions(result), left]) == pytest.approx(whole, rel=1e-12)
    for i, found in enumerate(contributions(result)):
        everything = frozenset(range(n))
        alone = interacting(frozenset({i})) - interacting(frozenset())
        last = interacting(everything) - interacting(everything - {i})
        assert found == pytest.approx((alone + last) / 2, rel=1e-12)


def test_without_interaction_nothing_is_left() -> None:
    fixed = {c: {"pd": sampled(0.25 + 0.125 * len(c), 0)} for c in ends(5)}
    runs = {
        c: {"pd": Sampled(one["pd"].estimate, Replicates(
            one["pd"].replicates.value,
            np.full(BATCHES, one["pd"].replicates.value),
            np.full(BATCHES, 1.0 / BATCHES),
        ))}
        for c, one in fixed.items()
    }  # fmt: skip
    left = share_out(INFO, INFO, [(str(i), ()) for i in range(5)], runs).remainder["pd"]
    assert (left.low, left.value, left.high, left.note) == (None, 0.0, None, UNSEEN)


@pytest.mark.parametrize("weights", [shapley, forward_and_backward])
def test_weights_of_an_effect_cancel(weights: Callable[[int, int], dict[Coalition, float]]) -> None:
    for i in range(5):
        found = weights(i, 5)
        assert sum(found.values()) == pytest.approx(0.0, abs=1e-15)
        assert sum(w for c, w in found.items() if i in c) == pytest.approx(1.0)


def test_the_strongest_part_of_any_measure_comes_first() -> None:
    def runs(c: Coalition) -> dict[str, Sampled]:
        loss = sampled(1e9 + 1e6 * (0 in c) + 2e6 * (1 in c), 0)
        return {"pd": sampled(0.1 + 0.01 * (0 in c) + 0.2 * (2 in c), 0), "loss": loss}

    parts = [(str(i), ()) for i in range(3)]
    result = share_out(INFO, INFO, parts, {c: runs(c) for c in coalitions(3)})
    assert [contribution.part for contribution in result.ranked()] == ["1", "2", "0"]
    assert [contribution.part for contribution in result.contributions] == ["0", "1", "2"]
