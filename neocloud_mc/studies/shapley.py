"""Which share of a difference between two scenarios each changed part carries.

With v(S) the measure when the parts S are as in the other scenario, N all parts and n their number,
a part's effect is its Shapley value, the mean of what it adds over all orders of change,

    φ_i = Σ_{S ⊆ N∖{i}}  |S|! (n − |S| − 1)! / n!  (v(S ∪ {i}) − v(S)),

so that the effects add up to v(N) − v(∅). Where not all mixtures were run, it is the mean of what
it does alone and of what its absence leaves undone,

    ½ (v({i}) − v(∅)) + ½ (v(N) − v(N∖{i})),

and the remainder, v(N) − v(∅) less all effects, is interaction that belongs to no single part.

References
----------
Shapley (1953), "A value for n-person games", Contributions to the Theory of Games II.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.changes import weighted
from neocloud_mc.studies.samples import Sample

Coalition: TypeAlias = frozenset[int]
"""The parts, by position, that are as in the other scenario."""
Part = TypeVar("Part")
Weights: TypeAlias = dict[Coalition, float]

_NONE: Final[Coalition] = frozenset()


@dataclass(frozen=True)
class Effect(Generic[Part]):
    """What a part carries of the difference.

    Parameters
    ----------
    part : as the scenario stage describes it; nothing here looks into it.
    keys : dotted paths of what goes over together.
    changes : by measure.
    """

    part: Part
    keys: tuple[str, ...]
    changes: dict[str, Estimate]

    @property
    def strength(self) -> dict[str, float]:
        """By measure, the size of the change; 0 where it is undefined."""
        return {name: abs(change.value or 0.0) for name, change in self.changes.items()}


@dataclass(frozen=True)
class Attribution(Generic[Part]):
    """A difference between two scenarios, part by part.

    Parameters
    ----------
    measures : full names.
    before, after, whole : by measure, in the base, in the other scenario, and the change.
    effects : in the order of the file.
    is_exact : Shapley values from all mixtures; else means of forward and backward.
    remainder : by measure, what the effects leave unexplained; empty where they are exact.
    n_runs : mixtures simulated.
    """

    base: RunInfo
    other: RunInfo
    measures: tuple[str, ...]
    before: dict[str, Estimate]
    after: dict[str, Estimate]
    whole: dict[str, Estimate]
    effects: tuple[Effect[Part], ...]
    is_exact: bool
    remainder: dict[str, Estimate]
    n_runs: int

    def ranked(self) -> list[Effect[Part]]:
        """The effects, those first that are the largest share of any measure's changes."""
        largest = {
            name: max((effect.strength[name] for effect in self.effects), default=0.0)
            for name in self.measures
        }

        def share(effect: Effect[Part]) -> float:
            return max(effect.strength[m] / (largest[m] or 1.0) for m in self.measures)

        return sorted(self.effects, key=share, reverse=True)


def attribute(
    base: RunInfo,
    other: RunInfo,
    parts: Sequence[tuple[Part, tuple[str, ...]]],
    runs: Mapping[Coalition, Sample],
) -> Attribution[Part]:
    """Share the difference out.

    Parameters
    ----------
    parts : description and keys of each.
    runs : samples of the same measures on the same draws: of all mixtures, or at least of the base,
        each part alone, all but each, and all.
    """
    n, everything = len(parts), frozenset(range(len(parts)))
    is_exact = len(runs) == 2**n
    weights = [shapley(i, n) if is_exact else forward_and_backward(i, n) for i in range(n)]
    whole: Weights = {_NONE: -1.0, everything: 1.0}
    return Attribution(
        base,
        other,
        tuple(runs[_NONE]),
        {name: one.estimate for name, one in runs[_NONE].items()},
        {name: one.estimate for name, one in runs[everything].items()},
        _weighted(runs, whole),
        tuple(
            Effect(part, keys, _weighted(runs, weight))
            for (part, keys), weight in zip(parts, weights, strict=True)
        ),
        is_exact,
        {} if is_exact else _weighted(runs, _less(whole, weights)),
        len(runs),
    )


def shapley(i: int, n: int) -> Weights:
    """Weights of all mixtures of n parts in the Shapley value of part i."""
    weights: Weights = {}
    others = [j for j in range(n) if j != i]
    for bits in range(2 ** len(others)):
        without = frozenset(j for place, j in enumerate(others) if bits >> place & 1)
        size = len(without)
        weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
        weights[without], weights[without | {i}] = -weight, weight
    return weights


def forward_and_backward(i: int, n: int) -> Weights:
    """Weights of the ends in the mean of what part i does first and what it does last; n > 1."""
    everything = frozenset(range(n))
    return {_NONE: -0.5, frozenset({i}): 0.5, everything - {i}: -0.5, everything: 0.5}


def _less(whole: Weights, effects: Sequence[Weights]) -> Weights:
    """The weights of the whole less those of all effects."""
    left = dict(whole)
    for effect in effects:
        for coalition, weight in effect.items():
            left[coalition] = left.get(coalition, 0.0) - weight
    return left


def _weighted(runs: Mapping[Coalition, Sample], weights: Weights) -> dict[str, Estimate]:
    """Sums of every measure over mixtures, with their intervals."""
    return {
        name: weighted([runs[c][name] for c in weights], list(weights.values()))
        for name in runs[_NONE]
    }
