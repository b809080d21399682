"""Intervals of changes counted path by path: exact ends, coverage of few paths, weighted sums."""

import numpy as np
import pytest
from scipy import stats

from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.measures import evaluate, kind, measures
from neocloud_mc.results.tally import tally
from neocloud_mc.studies.paired import PathChange, SignedSums, beta_quantile, mark, path_change
from tests.results.samples import book, independent

N = 2000


def counted(gained: int, lost: int, n: int = N) -> PathChange:
    return PathChange(n, SignedSums(gained, gained), SignedSums(lost, lost))


def test_where_no_path_differs_the_bound_is_that_of_no_event() -> None:
    """(1 − p)^n = 2.5% on either side."""
    for n in (500, 5000):
        assert counted(0, 0, n).half_widths == pytest.approx([1.0 - 0.025 ** (1.0 / n)] * 2)


@pytest.mark.parametrize("count", [1, 2, 5, 20, 300])
def test_ends_are_those_of_clopper_and_pearson(count: int) -> None:
    """A hundredth of the upper end; the lower one at most too low."""
    low = beta_quantile(count, N - count + 1, -1.96)
    high = beta_quantile(count + 1, N - count, 1.96)
    assert high == pytest.approx(stats.beta.ppf(0.975, count + 1, N - count), rel=0.01)
    exact = stats.beta.ppf(0.025, count, N - count + 1)
    assert (0.9 if count > 1 else 0.5) * exact < low <= 1.001 * exact


@pytest.mark.parametrize(
    ("gained", "lost"), [(0.2, 0.0), (0.9, 0.0), (2.0, 0.0), (1.5, 1.5), (5.0, 1.0), (80.0, 20.0)]
)
def test_the_interval_covers_however_few_paths_switch(gained: float, lost: float) -> None:
    """Expected numbers of switching paths; 2,000 worlds, three standard errors."""
    random = np.random.default_rng(3)
    shares = [gained / N, lost / N, 1.0 - (gained + lost) / N]
    truth, held = (gained - lost) / N, 0
    for up, down, _ in random.multinomial(N, shares, size=2000):
        below, above = counted(int(up), int(down)).half_widths
        held += (up - down) / N - below <= truth <= (up - down) / N + above
    assert held / 2000 > 0.95 - 3.0 * (0.95 * 0.05 / 2000) ** 0.5


def test_many_switches_have_the_normal_interval_of_discordant_pairs() -> None:
    """Variance (b + c − (b − c)²/n) / n²; exact ends are some 5% wider at these numbers."""
    gained, lost = 500, 300
    error = (gained + lost - (gained - lost) ** 2 / N) ** 0.5 / N
    for half_widths in counted(gained, lost).half_widths:
        assert half_widths == pytest.approx(1.96 * error, rel=0.06)


def test_paths_that_all_switch_may_still_not_all_switch() -> None:
    below, _ = counted(N, 0).half_widths
    assert below == pytest.approx(3.7 / N * 2**0.5, rel=0.02)


def test_marks_are_counted_alike_as_pairs_and_as_weighted_sums() -> None:
    random = np.random.default_rng(1)
    before, after = (np.packbits(random.random(N) < share) for share in (0.1, 0.12))
    pair = path_change([before, after], (-1.0, 1.0), N)
    assert pair == path_change([after, before], (1.0, -1.0), N)
    halves = PathChange(N // 2, pair.up, pair.down) + PathChange(N // 2)
    assert halves == pair


def test_the_sum_of_marks_with_weights_covers_when_few_paths_carry_it() -> None:
    """A quarter, a half or all of a path each, two in each direction on average."""
    random, held, repeats = np.random.default_rng(5), 0, 1000
    for _ in range(repeats):
        luck = random.random(N)
        first, second = luck < 2e-3, (luck > 1e-3) & (luck < 4e-3)
        marks = [np.packbits(first), np.packbits(second)]
        found = path_change(marks, (0.25, -0.5), N)
        value = (found.up.total - found.down.total) / N
        below, above = found.half_widths
        held += value - below <= 0.25 * 2e-3 - 0.5 * 3e-3 <= value + above
    assert held / repeats > 0.95 - 3.0 * (0.95 * 0.05 / repeats) ** 0.5


def test_every_probability_of_an_event_is_marked_on_as_many_paths_as_it_says() -> None:
    of = book(3)
    outcome = independent(of, 800)
    names = [m.path for m in measures(estimate(of, tally(of, outcome)))]
    found = mark(of, outcome, names)
    numbers = evaluate(of, tally(of, outcome), names)
    for name, marks in found.items():
        assert np.bitwise_count(marks).sum() / 800 == numbers[name].value, name
    left = {name for name in names if kind(name) == "share"} - found.keys()
    given = {"lgd", "conditional", "default_given_breach", "warned"}
    assert {name.rpartition(".")[2] for name in left} == given
