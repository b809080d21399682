"""Claims, and the verdicts on them: the form of the validation record.

A claim sets a number that the program obtained beside the number that is expected.

- *Statistical*: obtained from paths, with the standard error that theory or the sample gives it;
  z = (obtained − expected) / standard error. It fails when |z| exceeds z*.
- *Exact*: a count that must be met, or a number that must agree to a stated tolerance.

With m statistical claims, z* = Φ⁻¹(1 − α / 2m) keeps the probability that a faultless program
fails anywhere in the record below α = 1% (Bonferroni), however the claims depend on each other. An
exact claim never fails by chance.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, SupportsInt

import numpy as np
from numpy.typing import NDArray

FAMILY_ERROR: Final = 0.01
"""Bound on the probability of a false alarm anywhere in the record."""
_FEW_EVENTS: Final = 1000.0
"""Expected events below which a binomial frequency is not taken for normal."""


@dataclass(frozen=True)
class Claim:
    """A number beside the one that is expected.

    Parameters
    ----------
    text : what is claimed, for a reader of the model.
    standard_error : of `obtained` where it is sampled; None, or 0, where the claim is exact.
    tolerance : largest difference of an exact claim; 0 for counts.
    score : z, where the distribution is known and too skew for the standard error: the normal
        deviate of the same probability.
    """

    text: str
    expected: float
    obtained: float
    standard_error: float | None = None
    tolerance: float = 0.0
    score: float | None = None

    @property
    def z(self) -> float | None:
        """Standard errors between obtained and expected; None where the claim is exact."""
        if self.score is not None or not self.standard_error:
            return self.score
        return (self.obtained - self.expected) / self.standard_error


@dataclass(frozen=True)
class Check:
    """A claim with its verdict: a line of the record.

    Parameters
    ----------
    section : part of the record that it belongs to.
    z : standard errors between obtained and expected; None where the claim is exact.
    passed : the verdict.
    """

    section: str
    claim: str
    expected: float
    obtained: float
    standard_error: float | None
    tolerance: float | None
    z: float | None
    passed: bool


@dataclass(frozen=True)
class Record:
    """The validation record.

    Parameters
    ----------
    version : of the program; `model` identifies the kernels' sources.
    effort : quick or full.
    critical_z : z*, beyond which a statistical claim fails.
    family_error : bound on the probability of a false alarm anywhere in the record.
    """

    version: str
    model: str
    effort: str
    seed: int
    critical_z: float
    family_error: float
    checks: tuple[Check, ...]

    @property
    def sections(self) -> tuple[str, ...]:
        """Names of the sections, in order."""
        return tuple(dict.fromkeys(check.section for check in self.checks))

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.passed)

    @property
    def n_statistical(self) -> int:
        """Number of statistical checks, m."""
        return sum(check.z is not None for check in self.checks)

    @property
    def worst(self) -> Check | None:
        """The statistical check with the largest |z|, or with none that is a number; or None."""
        sampled = [check for check in self.checks if check.z is not None]
        return max(sampled, key=lambda check: _distance(check.z or 0.0), default=None)


def _distance(z: float) -> float:
    """|z|, beyond all where z is not a number."""
    return math.inf if math.isnan(z) else abs(z)


def critical_z(n_statistical: int) -> float:
    """z* for so many statistical claims, two-sided."""
    return NormalDist().inv_cdf(1.0 - FAMILY_ERROR / (2.0 * max(n_statistical, 1)))


def judge(claims: Iterable[tuple[str, Claim]]) -> tuple[float, tuple[Check, ...]]:
    """The verdicts on claims, given with their sections; and the z* that was applied."""
    made = list(claims)
    limit = critical_z(sum(claim.z is not None for _, claim in made))
    return limit, tuple(_verdict(section, claim, limit) for section, claim in made)


def _verdict(section: str, claim: Claim, limit: float) -> Check:
    z = claim.z
    gap = abs(claim.obtained - claim.expected)
    return Check(
        section=section,
        claim=claim.text,
        expected=claim.expected,
        obtained=claim.obtained,
        standard_error=claim.standard_error,
        tolerance=claim.tolerance if z is None else None,
        z=z,
        passed=gap <= claim.tolerance if z is None else abs(z) <= limit,
    )


def share(text: str, probability: float, events: SupportsInt, n: int) -> Claim:
    """A frequency against its probability; with few events z is that of the exact binomial."""
    error, count = math.sqrt(probability * (1.0 - probability) / n), int(events)
    score = None
    if n * min(probability, 1.0 - probability) < _FEW_EVENTS:
        rare = probability <= 0.5
        score = (
            _binomial_score(probability, count, n)
            if rare
            else (-_binomial_score(1.0 - probability, n - count, n))
        )
    return Claim(text, probability, count / n, error, score=score)


def _binomial_score(probability: float, events: int, n: int) -> float:
    """Normal deviate of the binomial probability of so many events, or of more extreme ones."""

    def at(k: int) -> float:
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        return math.exp(ways + k * math.log(probability) + (n - k) * math.log1p(-probability))

    below = math.fsum(at(k) for k in range(events))
    is_low = events <= n * probability
    tail = below + at(events) if is_low else 1.0 - below
    deviate = NormalDist().inv_cdf(min(max(tail, 1e-16), 0.5))
    return deviate if is_low else -deviate


def mean(
    text: str, expected: float, sample: NDArray[np.float64], variance: float | None = None
) -> Claim:
    """A sample mean against its expectation.

    Parameters
    ----------
    sample : float64[n].
    variance : of one value where it is known; else the sample's.
    """
    known = float(sample.var(ddof=1)) if variance is None else variance
    return Claim(text, expected, float(sample.mean()), math.sqrt(known / sample.size))


def variance(
    text: str, expected: float, sample: NDArray[np.float64], fourth_cumulant: float = 0.0
) -> Claim:
    """A sample variance against its expectation; a normal variable's fourth cumulant is 0."""
    error = math.sqrt((fourth_cumulant + 2.0 * expected**2) / sample.size)
    return Claim(text, expected, float(sample.var(ddof=1)), error)


def never(text: str, count: int) -> Claim:
    """Something that must not happen, and how often it did."""
    return Claim(text, 0.0, float(count))


def within(text: str, expected: float, obtained: float, tolerance: float) -> Claim:
    """A number that must agree to an absolute tolerance."""
    return Claim(text, expected, obtained, None, tolerance)
