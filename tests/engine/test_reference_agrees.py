"""The kernel against hand-worked ledgers and the independent implementation, path by path."""

from typing import Any

import numpy as np
import pytest

from neocloud_mc.scenario.model import Scenario
from tests.engine.kernel_view import KernelDraws, kernel_outcome
from tests.reference import Outcome, check_invariants, simulate
from tests.reference.ledgers import Tree
from tests.test_reference import EVERY_LEDGER, MARKET_SERIES, SERIES, found


@pytest.mark.parametrize(
    ("name", "scenario", "expected"), EVERY_LEDGER, ids=[c[0] for c in EVERY_LEDGER]
)
def test_kernel_reproduces_the_hand_worked_ledger(
    name: str, scenario: Tree, expected: Tree
) -> None:
    outcome = kernel_outcome(Scenario.model_validate(scenario), seed=7)
    for what, values in expected.items():
        tolerance = 1e-9 if what in (*MARKET_SERIES, "haircut") else 0.00501
        for key, value in values.items():
            by_month = value if what in SERIES else {None: value}
            for month, figure in by_month.items():
                got = found(outcome, what, key)
                paths = got if month is None else got[month - 1]
                np.testing.assert_allclose(
                    paths.astype(float), figure, rtol=0, atol=tolerance, err_msg=f"{what} {key}"
                )


def assert_same(kernel: Outcome, reference: Outcome) -> None:
    """Same defaults on every path, same money to a relative 1e-8 (rounding of 1e-16, 60 months).

    Equity offered and money moved within a group in a month of default are left out: the kernel
    takes them back.
    """
    for field in ("x", "climate", "spread", "released"):
        np.testing.assert_allclose(
            getattr(kernel, field), getattr(reference, field), rtol=1e-9, atol=1e-12
        )
    assert np.array_equal(kernel.regime, reference.regime)
    for field in ("default_month", "cause", "first_breach"):
        for name, values in getattr(reference, field).items():
            np.testing.assert_array_equal(
                getattr(kernel, field)[name], values, err_msg=f"{field} {name}"
            )
    for name, cash in reference.cash.items():
        for outcome in (reference, kernel):
            outcome.equity[name][np.isnan(cash)] = 0.0
            outcome.from_group[name][np.isnan(cash)] = 0.0
    for field in (
        *SERIES,
        "interest",
        "received",
        "distributed",
        "from_group",
        "claim",
        "loss",
        "exposure",
        "haircut",
        "pool_value",
    ):
        for key, values in getattr(reference, field).items():
            np.testing.assert_allclose(
                getattr(kernel, field)[key], values, rtol=1e-8, atol=1e-2, err_msg=f"{field} {key}"
            )


def compare(tree: dict[str, Any], seed: int, first: int = 0) -> Outcome:
    """Compare a block of paths from `first` on; gives the outcome on which both agree."""
    scenario = Scenario.model_validate(tree)
    kernel = kernel_outcome(scenario, seed, first)
    n_paths = kernel.x.shape[1]
    reference = simulate(tree, KernelDraws(seed, n_paths, first), n_paths)
    check_invariants(reference)
    check_invariants(kernel)
    assert_same(kernel, reference)
    return reference
