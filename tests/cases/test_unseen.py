"""What no path has shown yet is bounded, not denied: losses, recoveries, their ratios and gates."""

import numpy as np
import pytest

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.results.gates import check, judge
from tests.cases.falls import RARE, covers, faller, found, haircuts, month, owing

PATHS = 300
SEEDS = range(20)
H = haircuts(RARE)
UNSEEN = 0.012643
"""Wilson's bound of 0 in 300."""

RARELY_LOST = month(RARE, a=faller(10_000, loan=owing(1e6)))
"""GPUs of 1e8 secure 1e6: a loss needs H above 0.99."""
RARELY_PAID = month(
    RARE, a=faller(10_000, senior=owing(9.9e7, recourse=False), loan=owing(1e6, rank=2))
)
"""A loan behind 9.9e7 recovers something where H is below 0.01."""
LOST = np.clip(1e6 - 1e8 * (1.0 - H), 0.0, 1e6).mean()
PAID = np.clip(1e8 * (1.0 - H) - 9.9e7, 0.0, 1e6).mean()


def test_the_truth_is_that_of_the_quadrature() -> None:
    assert pytest.approx(642.0, abs=1.0) == LOST
    assert pytest.approx(LOST, rel=1e-3) == PAID


@pytest.mark.parametrize("seed", SEEDS)
def test_a_loss_that_is_hardly_ever_seen_is_covered_or_left_open(seed: int) -> None:
    numbers = found(RARELY_LOST, PATHS, seed)
    loan, issuer = numbers.issuers["a"].tranches["loan"], numbers.issuers["a"]
    for losses in (loan.expected_loss, issuer.expected_loss, numbers.portfolio.mean):
        assert covers(losses, float(LOST)) in (True, None)
    for rate in (loan.lgd, issuer.lgd, loan.expected_loss_rate):
        assert covers(rate, float(LOST) / 1e6) in (True, None)
    assert covers(loan.fair_spread, 12.0 * float(LOST) / 1e6) in (True, None)
    assert loan.pays_enough in ("undecided", None)
    verdict = judge(check(open_book(RARELY_LOST), "a.expected_loss > 100"), numbers)
    assert verdict.status == "inconclusive"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_recovery_that_is_hardly_ever_seen_is_covered_or_left_open(seed: int) -> None:
    loan = found(RARELY_PAID, PATHS, seed).issuers["a"].tranches["loan"]
    assert covers(loan.lgd, 1.0 - float(PAID) / 1e6) in (True, None)


def test_without_a_loss_the_bounds_are_those_of_its_share() -> None:
    """Seed 2 shows none; the loan's claim is 1e6 on every path."""
    numbers = found(RARELY_LOST, PATHS, seed=2)
    loan, portfolio = numbers.issuers["a"].tranches["loan"], numbers.portfolio
    for number, most in (
        (loan.expected_loss, 1e6),
        (portfolio.mean, 1e6),
        (portfolio.es["95"], 20e6),
        (loan.lgd, 1.0),
        (loan.fair_spread, 12.0),
    ):
        assert (number.value, number.low) == (0.0, 0.0)
        assert number.high == pytest.approx(min(UNSEEN * most, 1e6), rel=1e-4)
    assert loan.pays_enough == "undecided"


@pytest.mark.parametrize(
    ("limit", "status"), [(1e6, "passed"), (12_700.0, "passed"), (100.0, "inconclusive")]
)
def test_a_gate_on_a_loss_that_never_happens_passes_with_paths_enough(
    limit: float, status: str
) -> None:
    """Of a bound that shrinks with 1/n, 12,643 USD of 300 paths are 100 of some 38,000."""
    safe = month(0.0, a={"cash": 1e12, "tranches": {"loan": owing(1e6, pool=None)}})
    numbers = found(safe, PATHS)
    verdict = judge(check(open_book(safe), f"a.expected_loss > {limit}"), numbers)
    assert verdict.status == status
    assert ("about 38,000 paths" in verdict.message) == (status == "inconclusive")


def test_an_issuer_without_debt_loses_nothing_for_sure() -> None:
    free = month(0.0, a={"cash": 1.0})
    loss = found(free, PATHS).issuers["a"].expected_loss
    assert (loss.value, loss.low, loss.high) == (0.0, 0.0, 0.0)
    assert (
        judge(check(open_book(free), "a.expected_loss > 0"), found(free, PATHS)).status == "passed"
    )
