"""What a run of the reference gives, and what must always hold of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .draws import Bools, Floats, Ints

Key = tuple[str, str]


@dataclass
class Outcome:
    """Results by path.

    Months run over axis 0 ([T, n_paths], row 0 is month 1; no rows where nothing was to be kept by
    month). Dollars unless said otherwise.
    Revenue, CFADS, capex, interest due and equity are kept up to and with the month of default;
    cash and debt, at the end of the month, only while the issuer lives: nan afterwards.

    Attributes
    ----------
    x, regime, climate, spread : [T, n_paths]
        Log price index, 0 shortage or 1 glut, e_t, c_t per year.
    released : [T, n_paths]
        D_t, share of the market's GPUs.
    default_month, cause, first_breach : dict of issuer to int64[n_paths]
        0 for none; causes 1 liquidity, 2 refinancing, 3 covenant, 4 jump, 5 parent, 6 vehicle.
    received, from_group, distributed : dict of issuer to [T, n_paths]
        Prepaid rent less refunds; cash from the parent or the vehicles less what went there; what
        a vehicle sent up.
    claim, loss, exposure : dict of (issuer, tranche) to float64[n_paths]
        Claim and loss are 0 without default.
    haircut, fire_sale, estate : dict of issuer to float64[n_paths]
        At default, else nan; estate is cash and unpledged lots, before what pools leave.
    pool_value, stepped_in : dict of (issuer, pool) to [n_paths]
        At default, else nan, False.

    """

    x: Floats
    regime: Ints
    climate: Floats
    spread: Floats
    released: Floats
    opening_cash: dict[str, float] = field(default_factory=dict)
    opening_debt: dict[str, float] = field(default_factory=dict)
    risk_free: float = 0.0
    default_month: dict[str, Ints] = field(default_factory=dict)
    cause: dict[str, Ints] = field(default_factory=dict)
    first_breach: dict[str, Ints] = field(default_factory=dict)
    claim: dict[Key, Floats] = field(default_factory=dict)
    loss: dict[Key, Floats] = field(default_factory=dict)
    exposure: dict[Key, Floats] = field(default_factory=dict)
    revenue: dict[str, Floats] = field(default_factory=dict)
    cfads: dict[str, Floats] = field(default_factory=dict)
    capex: dict[str, Floats] = field(default_factory=dict)
    interest: dict[str, Floats] = field(default_factory=dict)
    equity: dict[str, Floats] = field(default_factory=dict)
    received: dict[str, Floats] = field(default_factory=dict)
    from_group: dict[str, Floats] = field(default_factory=dict)
    distributed: dict[str, Floats] = field(default_factory=dict)
    parent: dict[str, str | None] = field(default_factory=dict)
    cash: dict[str, Floats] = field(default_factory=dict)
    debt: dict[str, Floats] = field(default_factory=dict)
    haircut: dict[str, Floats] = field(default_factory=dict)
    fire_sale: dict[str, Floats] = field(default_factory=dict)
    estate: dict[str, Floats] = field(default_factory=dict)
    pool_value: dict[Key, Floats] = field(default_factory=dict)
    stepped_in: dict[Key, Bools] = field(default_factory=dict)


def check_invariants(outcome: Outcome) -> None:
    """Assert what holds on every path of every scenario.

    Raises
    ------
    AssertionError
        If a loss lies outside its claim, a recovery exceeds what there was, a balance or the cash
        of a living issuer is negative, or cash is not conserved.

    """
    horizon = outcome.x.shape[0]
    assert np.isfinite(outcome.x).all() and np.isfinite(outcome.climate).all()
    assert (outcome.spread >= 0.0).all() and np.isin(outcome.regime, (0, 1)).all()
    assert (outcome.released >= 0.0).all()
    for issuer, month in outcome.default_month.items():
        assert ((month >= 0) & (month <= horizon)).all()
        assert ((month > 0) == (outcome.cause[issuer] > 0)).all()
        covenant = outcome.cause[issuer] == 3
        breach = outcome.first_breach[issuer]
        assert (breach % 3 == 0).all() and (breach[covenant] > 0).all()
        assert (breach[month > 0] <= month[month > 0]).all()
        assert (month[covenant] % 3 == 0).all()
        _check_ledger(outcome, issuer)
    for issuer, parent in outcome.parent.items():
        if parent is None:
            group = [v for v, p in outcome.parent.items() if p == issuer] + [issuer]
            _check_group(outcome, group)


def _check_group(outcome: Outcome, group: list[str]) -> None:
    """What the members recover is there; what one receives the others have sent."""
    recovered, means = zip(*(_check_losses(outcome, issuer) for issuer in group), strict=True)
    assert (sum(recovered) <= sum(means) * (1.0 + 1e-12) + 1e-5).all()
    dead = np.any([outcome.default_month[issuer] > 0 for issuer in group], axis=0)
    moved = sum(np.nan_to_num(outcome.from_group[issuer]) for issuer in group)
    size = sum(np.abs(np.nan_to_num(outcome.from_group[issuer])) for issuer in group)
    assert (np.abs(moved) <= 1e-5 + 1e-12 * size)[:, ~dead].all()


def _check_losses(outcome: Outcome, issuer: str) -> tuple[Floats, Floats]:
    """What was recovered of an issuer's claims, and what there was for them."""
    dead = outcome.default_month[issuer] > 0
    recovered = np.zeros(dead.size)
    for key in _of(outcome.claim, issuer):
        claim, loss = outcome.claim[key], outcome.loss[key]
        assert ((loss >= 0.0) & (loss <= claim)).all()
        assert (claim[~dead] == 0.0).all() and (outcome.exposure[key] >= 0.0).all()
        recovered = recovered + claim - loss
    means = np.where(dead, outcome.estate[issuer], 0.0)
    for key in _of(outcome.pool_value, issuer):
        means = means + np.where(dead, outcome.pool_value[key], 0.0)
    haircut = outcome.haircut[issuer][dead]
    assert ((haircut >= 0.0) & (haircut <= 1.0)).all()
    return recovered, means


def _check_ledger(outcome: Outcome, issuer: str) -> None:
    cash, debt = outcome.cash[issuer], outcome.debt[issuer]
    month = outcome.default_month[issuer]
    living = (month == 0) | (np.arange(1, len(cash) + 1)[:, None] < month)
    assert (np.isfinite(cash) == living).all() and (np.isfinite(debt) == living).all()
    assert (cash[living] >= 0.0).all() and (debt[living] >= 0.0).all()
    earlier = np.vstack([np.full_like(cash[:1], outcome.opening_cash[issuer]), cash[:-1]])
    owed = np.vstack([np.full_like(debt[:1], outcome.opening_debt[issuer]), debt[:-1]])
    flows = outcome.cfads[issuer] - outcome.capex[issuer] - outcome.interest[issuer]
    flows = flows + outcome.equity[issuer] + outcome.received[issuer]
    flows = flows + outcome.from_group[issuer]
    expected = earlier * (1.0 + outcome.risk_free / 12.0) - owed + flows
    scale = np.abs(earlier) + owed + np.abs(outcome.cfads[issuer]) + outcome.capex[issuer]
    gap = np.abs(cash - debt - expected)
    assert (gap <= 1e-5 + 1e-12 * scale)[living].all()


def _of(results: Iterable[Key], issuer: str) -> list[Key]:
    return [key for key in results if key[0] == issuer]
