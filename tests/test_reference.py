"""The reference implementation against ledgers worked by hand, and its own invariants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.reference import HashedDraws, Outcome, check_invariants, simulate
from tests.reference.ledgers import LEDGERS, Tree

PATHS = 3
SERIES = ("revenue", "cfads", "capex", "equity", "cash", "debt")
MARKET_SERIES = ("x", "climate", "spread")


def found(outcome: Outcome, what: str, key: Any) -> Any:
    """The values of a field by path, for an issuer, a pair or a month."""
    field = getattr(outcome, what)
    return field[key - 1] if what in MARKET_SERIES else field[key]


@pytest.mark.parametrize(("name", "scenario", "expected"), LEDGERS, ids=[c[0] for c in LEDGERS])
def test_ledger(name: str, scenario: Tree, expected: Tree) -> None:
    """Every figure of the ledger, on every path, to half a cent."""
    outcome = simulate(scenario, HashedDraws(7, PATHS), PATHS)
    check_invariants(outcome)
    for what, values in expected.items():
        tolerance = 1e-9 if what in (*MARKET_SERIES, "haircut") else 0.00501
        for key, value in values.items():
            got = found(outcome, what, key)
            by_month = value if what in SERIES else {None: value}
            for month, figure in by_month.items():
                paths = got if month is None else got[month - 1]
                np.testing.assert_allclose(
                    paths.astype(float), figure, rtol=0, atol=tolerance, err_msg=f"{what} {key}"
                )
