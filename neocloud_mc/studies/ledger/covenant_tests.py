"""Which limits of an issuer's tranches were tested in a month, and which failed."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from neocloud_mc.mechanisms.covenants import MONTHS_BETWEEN_TESTS
from neocloud_mc.scenario.model import Issuer
from neocloud_mc.studies.ledger.ledger import CovenantTest

_SYMBOLS: Final = {"DSCR": "<", "LTV": ">", "liquidity": "<"}
"""What each measure is against its limit where it fails."""


def tests_of_month(t: int, terms: Issuer, issuer: Any, tranches: Any) -> tuple[CovenantTest, ...]:
    """The tests of month t, none where the issuer missed a payment first.

    Parameters
    ----------
    issuer, tranches : the record of the issuer and the table of all tranches, after the month.
    """
    is_tested = t % MONTHS_BETWEEN_TESTS == 0 and issuer.has_covenants > 0.0
    if not is_tested or issuer.is_unpaid[0] > 0.0:
        return ()
    return tuple(_tests(t, terms, issuer, tranches))


def failed(tests: tuple[CovenantTest, ...]) -> str:
    """The limits that failed, in words: ``ddtl_3 DSCR 1.21 < 1.40``."""
    return ", ".join(
        f"{test.tranche} {test.measured} {_spelt(test, test.value)} {_SYMBOLS[test.measured]} "
        f"{_spelt(test, test.limit)}"
        for test in tests
        if test.fails and test.value is not None
    )


def _tests(t: int, terms: Issuer, issuer: Any, tranches: Any) -> Iterator[CovenantTest]:
    for row, name in enumerate(terms.tranches, start=issuer.first_tranche):
        tranche = tranches[row]
        is_owed = max(tranche.balance[0], tranche.fails[0], tranche.claim[0]) > 0.0
        if not is_owed or t < tranche.covenants_from_month:
            continue
        for measured, value, limit in (
            ("DSCR", issuer.dscr[0], tranche.covenants_min_dscr),
            ("LTV", tranche.ltv[0], tranche.covenants_max_ltv),
            ("liquidity", issuer.liquidity[0], tranche.covenants_min_liquidity),
        ):
            if np.isnan(limit) or (measured == "LTV" and tranche.pool < 0):
                continue
            fails = value > limit if measured == "LTV" else value < limit
            known = float(value) if np.isfinite(value) else None
            yield CovenantTest(name, measured, known, float(limit), bool(fails))


def _spelt(test: CovenantTest, amount: float) -> str:
    return f"${amount / 1e6:,.2f}m" if test.measured == "liquidity" else f"{amount:.2f}"
