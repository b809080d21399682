"""The auditor finds what is cooked: each rule on a month's books that were tampered with."""

import numpy as np
import pytest

from neocloud_mc.engine.tables import Tables
from neocloud_mc.validation import audit
from neocloud_mc.validation.company import company
from neocloud_mc.validation.sampling import Floats, watch

BUILDER = 0


@pytest.fixture
def quarter() -> tuple[Tables, float]:
    """Books of month 3 of the company's first block of paths, and month 2's cash on lane 0."""
    states = watch(company(), 64, 7)
    before = next(float(tables.issuers[BUILDER].cash[0]) for t, tables in states if t == 2)
    _, tables = next(states)
    assert tables.issuers[BUILDER].default_month[0] == 0.0
    return tables, before


@pytest.fixture
def default() -> tuple[int, int, float, Tables]:
    """Books of the first month with a default: month, lane, cash before, tables."""
    cash = np.zeros(64)
    for t, tables in watch(company(), 64, 7):
        issuer = tables.issuers[BUILDER]
        lanes = np.flatnonzero(issuer.default_month == t)
        if t > 0 and len(lanes) > 0:
            return t, int(lanes[0]), float(cash[lanes[0]]), tables
        cash = issuer.cash.copy()
    pytest.fail("no default")


def broken(found: Floats) -> list[int]:
    return [int(rule) for rule in np.flatnonzero(found)]


def blank() -> Floats:
    return np.zeros(len(audit.RULES) + 2)


@pytest.mark.parametrize(("stolen", "rules"), [(0.0, []), (5.0, [audit.CASH])])
def test_missing_cash_is_found(
    quarter: tuple[Tables, float], stolen: float, rules: list[int]
) -> None:
    tables, before = quarter
    found = blank()
    tables.issuers[BUILDER].cash[0] -= stolen
    audit.check_cash.py_func(0, found, before, tables.market[0], tables.issuers[BUILDER])
    assert broken(found) == rules


@pytest.mark.parametrize(
    ("lane", "factor", "rules"),
    [("loss", 1.0, []), ("loss", -1.0, [audit.LOSS]), ("claim", 0.1, [audit.LOSS])],
)
def test_an_impossible_loss_is_found(
    default: tuple[int, int, float, Tables], lane: str, factor: float, rules: list[int]
) -> None:
    t, i, _, tables = default
    found = blank()
    for tranche in tables.tranches[:6]:
        tranche[lane][i] *= factor
    issuer = tables.issuers[BUILDER]
    audit.check_recovery.py_func(t, i, found, issuer, issuer, tables.tranches, tables.pools)
    assert set(broken(found)) & {audit.LOSS} == set(rules)


def test_money_from_nowhere_is_found(default: tuple[int, int, float, Tables]) -> None:
    t, i, _, tables = default
    found = blank()
    for tranche in tables.tranches[:6]:
        tranche.loss[i] = 0.0
    issuer = tables.issuers[BUILDER]
    audit.check_recovery.py_func(t, i, found, issuer, issuer, tables.tranches, tables.pools)
    assert broken(found) == [audit.RECOVERED]


def test_a_wrong_cause_is_found(default: tuple[int, int, float, Tables]) -> None:
    t, i, before, tables = default
    issuer, market = tables.issuers[BUILDER], tables.market[0]
    found = blank()
    audit.check_cause.py_func(t, i, found, before, market, issuer, issuer)
    assert broken(found) == []
    issuer.cause[i] = 1.0 if issuer.cause[i] != 1.0 else 2.0
    audit.check_cause.py_func(t, i, found, before, market, issuer, issuer)
    assert broken(found) == [audit.CAUSE]
