"""The generator: published vectors, uniformity, independence of order, and exact tails."""

from typing import Any

import mpmath
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from neocloud_mc import draws, jit


@jit.kernel
def _words(counter: NDArray[np.uint64], key: NDArray[np.uint64], words: NDArray[np.uint64]) -> None:
    a, b, c, d = draws.philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1])
    words[0], words[1], words[2], words[3] = a, b, c, d


@jit.kernel
def _uniforms(seed: Any, first: int, month: int, stream: Any, u: NDArray[np.float64]) -> None:
    for i in range(len(u)):
        u[i] = draws.uniform(seed, first + i, month, stream)


@jit.kernel
def _quantiles(u: NDArray[np.float64], z: NDArray[np.float64]) -> None:
    for i in range(len(u)):
        z[i] = draws.quantile(u[i])


def uniforms(
    n: int, seed: int = 1, first: int = 0, month: int = 1, name: str = "market/price"
) -> NDArray[np.float64]:
    u = np.empty(n)
    _uniforms(np.uint64(seed), first, month, np.uint64(draws.stream(name)), u)
    return u


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000",
         "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
         "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
         "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)  # fmt: skip
def test_known_answers_of_random123(counter: str, key: str, expected: str) -> None:
    def parse(text: str) -> NDArray[np.uint64]:
        return np.array([int(word, 16) for word in text.split()], dtype=np.uint64)

    words = np.zeros(4, dtype=np.uint64)
    _words(parse(counter), parse(key), words)
    assert words.tolist() == parse(expected).tolist()


def test_draws_are_uniform() -> None:
    assert stats.kstest(uniforms(200_000), "uniform").pvalue > 1e-4


def test_paths_months_streams_and_seeds_are_uncorrelated() -> None:
    n = 100_000
    base = uniforms(n)
    others = [
        uniforms(n, first=1),
        uniforms(n, month=2),
        uniforms(n, name="market/funding"),
        uniforms(n, seed=2),
        uniforms(n, seed=2**32 + 1),
        uniforms(n, first=2**32),
    ]
    for other in others:
        correlation = np.corrcoef(base, other)[0, 1]
        assert abs(correlation) < 4.5 / np.sqrt(n)


def test_a_draw_does_not_depend_on_its_batch() -> None:
    whole = uniforms(1000, first=5)
    assert np.array_equal(whole[300:700], uniforms(400, first=305))


def test_quantile_is_accurate_far_into_the_tails() -> None:
    mpmath.mp.dps = 40
    centre = np.random.default_rng(3).uniform(0.0, 1.0, 500)
    tail = 10.0 ** np.random.default_rng(4).uniform(-15.9, -1.0, 500)
    u = np.concatenate([centre, tail, 1.0 - tail, [2.0**-53]])
    z = np.empty_like(u)
    _quantiles(u, z)
    exact = [mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(float(p)) - 1) for p in u]
    worst = max(abs(float(mpmath.mpf(float(a)) - b)) for a, b in zip(z, exact, strict=True))
    assert worst < 1e-14


def test_quantile_is_antisymmetric_and_zero_in_the_middle() -> None:
    u = np.concatenate([uniforms(1000), [0.5]])
    low, high = np.empty_like(u), np.empty_like(u)
    _quantiles(u, low)
    _quantiles(1.0 - u, high)
    assert np.array_equal(low, -high)
    assert low[-1] == 0.0


def test_normals_have_normal_moments_and_tails() -> None:
    u = uniforms(400_000)
    z = np.empty_like(u)
    _quantiles(u, z)
    n = len(z)
    assert abs(z.mean()) < 4.5 / np.sqrt(n)
    assert abs((z**2).mean() - 1.0) < 4.5 * np.sqrt(2.0 / n)
    assert abs((z**4).mean() - 3.0) < 4.5 * np.sqrt(96.0 / n)
    for level in (2.0, 3.0, 4.0):
        p = stats.norm.sf(level)
        assert abs((z > level).mean() - p) < 4.5 * np.sqrt(p / n)


def test_stream_numbers_fit_their_word_and_follow_the_name() -> None:
    numbers = {draws.stream(f"contract/a/{k}/churn") for k in range(5000)}
    assert len(numbers) == 5000
    assert max(numbers) < 2**56
    assert draws.stream("customer/openai") == draws.stream("customer/openai")
