"""Which share of a difference between two scenarios each changed part carries.

With v(S) the measure when the parts S are as in the other scenario, N all parts and n their number,
a part's contribution is its Shapley value, the mean of what it adds over all orders of change,

    φ_i = Σ_{S ⊆ N∖{i}}  |S|! (n − |S| − 1)! / n!  (v(S ∪ {i}) − v(S)),

so that the contributions add up to v(N) − v(∅). Where not all mixtures were run, it is the mean of
what it does alone and of what its absence leaves undone,

    ½ (v({i}) − v(∅)) + ½ (v(N) − v(N∖{i})),

and the remainder, v(N) − v(∅) less all contributions, is interaction and belongs to no single part.

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
Changed = TypeVar("Changed")
Weights: TypeAlias = dict[Coalition, float]

_NONE: Final[Coalition] = frozenset()


@dataclass(frozen=True)
class Contribution(Generic[Changed]):
    """What a part carries of the difference.

    Parameters
    ----------
    part : as the scenario stage describes it; nothing here looks into it.
    keys : dotted paths of what goes over together.
    changes : by measure.
    """

    part: Changed
    keys: tuple[str, ...]
    changes: dict[str, Estimate]

    @property
    def strength(self) -> dict[str, float]:
        """By measure, the size of the change; 0 where it is undefined."""
        return {name: abs(change.value or 0.0) for name, change in self.changes.items()}


@dataclass(frozen=True)
class ShapleyValues(Generic[Changed]):
    """A difference between two scenarios, part by part.

    Parameters
    ----------
    measures : full names.
    before, after, whole : by measure, in the base, in the other scenario, and the change.
    contributions : in the order of the file.
    is_exact : Shapley values from all mixtures; else means of forward and backward.
    remainder : by measure, what the contributions leave unexplained; empty where they are exact.
    n_runs : mixtures simulated.
    """

    base: RunInfo
    other: RunInfo
    measures: tuple[str, ...]
    before: dict[str, Estimate]
    after: dict[str, Estimate]
    whole: dict[str, Estimate]
    contributions: tuple[Contribution[Changed], ...]
    is_exact: bool
    remainder: dict[str, Estimate]
    n_runs: int

    def ranked(self) -> list[Contribution[Changed]]:
        """The contributions, those first that are the largest share of any measure's changes."""
        largest = {
            name: max(
                (contribution.strength[name] for contribution in self.contributions), default=0.0
            )
            for name in self.measures
        }

        def share(contribution: Contribution[Changed]) -> float:
            return max(contribution.strength[m] / (largest[m] or 1.0) for m in self.measures)

        return sorted(self.contributions, key=share, reverse=True)


def share_out(
    base: RunInfo,
    other: RunInfo,
    parts: Sequence[tuple[Changed, tuple[str, ...]]],
    runs: Mapping[Coalition, Sample],
) -> ShapleyValues[Changed]:
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
    return ShapleyValues(
        base,
        other,
        tuple(runs[_NONE]),
        {name: one.estimate for name, one in runs[_NONE].items()},
        {name: one.estimate for name, one in runs[everything].items()},
        _weighted(runs, whole),
        tuple(
            Contribution(part, keys, _weighted(runs, weight))
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


def _less(whole: Weights, contributions: Sequence[Weights]) -> Weights:
    """The weights of the whole less those of all contributions."""
    left = dict(whole)
    for contribution in contributions:
        for coalition, weight in contribution.items():
            left[coalition] = left.get(coalition, 0.0) - weight
    return left


def _weighted(runs: Mapping[Coalition, Sample], weights: Weights) -> dict[str, Estimate]:
    """Sums of every measure over mixtures, with their intervals."""
    return {
        name: weighted([runs[c][name] for c in weights], list(weights.values()))
        for name in runs[_NONE]
    }
