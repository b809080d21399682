"""Debt without chance: schedules against their formulas, and ledgers worked by hand to the cent."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from neocloud_mc.engine.tables import LANES, Tables
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.record import Claim, within
from neocloud_mc.validation.sampling import Floats, states
from neocloud_mc.validation.worlds import COUNT, MONTHS, NO_SPOT, lease, spot_issuer, world

_PRINCIPAL: Final = 1e6
_COUPON: Final = 0.12
_CENT: Final = 0.005
"""A hand-worked amount is right to the cent."""


def claims(budget: Budget) -> Iterator[Claim]:
    """Every schedule and ledger."""
    yield from _schedules(budget)
    yield from _revolver(budget)
    yield from _sweep(budget)


def _schedules(budget: Budget) -> Iterator[Claim]:
    """Balances of each kind of repayment by month, relative to the principal."""
    i, n, t = _COUPON / 12.0, 20, np.arange(MONTHS + 1)
    left = np.minimum(t, n)
    since = np.clip(t - 6, 0, n - 6)
    laws: dict[str, tuple[dict[str, Any], Floats]] = {
        "bullet": ({}, np.where(t < n, 1.0, 0.0)),
        "linear": ({"amortization": "linear"}, 1.0 - left / n),
        "linear after six months": (
            {"amortization": "linear", "interest_only_until": 6},
            1.0 - since / (n - 6),
        ),
        "annuity": ({"amortization": "annuity"}, annuity(left, n, i)),
        "annuity after six months": (
            {"amortization": "annuity", "interest_only_until": 6},
            annuity(since, n - 6, i),
        ),
        "map": (
            {"amortization": {3: 0.25 * _PRINCIPAL, 9: 0.5 * _PRINCIPAL}},
            1.0 - 0.25 * (t >= 3) - 0.5 * (t >= 9) - 0.25 * (t >= n),
        ),
    }
    for name, (terms, expected) in laws.items():
        loan = {"principal": _PRINCIPAL, "coupon": _COUPON, "maturity": n, **terms}
        found = _balances(name, loan, budget) / _PRINCIPAL
        worst = float(np.abs(found - expected).max())
        yield within(f"{name}: largest distance of a balance, over principal", 0.0, worst, 1e-12)
    notes = {"kind": "notes", "principal": _PRINCIPAL, "coupon": _COUPON, "months": 48}
    found = _balances("notes", notes, budget) / _PRINCIPAL
    worst = float(np.abs(found - (1.0 - 1.0 / 48.0) ** t).max())
    yield within("notes: largest distance of a balance, over principal", 0.0, worst, 1e-12)


def annuity(paid: Floats | np.ndarray[Any, Any], n: int, i: float) -> Floats:
    """Share of the principal left after so many of n level payments at rate i a month."""
    share: Floats = ((1.0 + i) ** n - (1.0 + i) ** paid) / ((1.0 + i) ** n - 1.0)
    return share


def _balances(name: str, tranche: Mapping[str, Any], budget: Budget) -> Floats:
    """Balance of a solvent issuer's tranche in months 0 … T, USD."""
    scenario = world(f"schedule {name}", {"issuers": {"one": spot_issuer(tranche)}})
    return states(scenario, _once(budget), lambda tables: tables.tranches.balance)[:, 0, 0]


def _once(budget: Budget) -> Budget:
    """One block of paths: all of them are alike."""
    return replace(budget, watched=LANES)


def _revolver(budget: Budget) -> Iterator[Claim]:
    """Drawn to cover 46,000 a month until rent of 100,000 net comes in; then repaid.

    Month 2: 54,000 − 46,000 · 2 = −38,000 is drawn. Month 3: 380 interest and 46,000 more, so
    84,380. Month 4: + 100,000 − 843.80 interest; above the minimum cash of 10,000 are 89,156.20,
    which repay all 84,380.
    """
    balances = (0.0, 38_000.0, 84_380.0, 0.0, 0.0)
    cash = (8_000.0, 0.0, 0.0, 14_776.20, 114_776.20)
    facility = {"kind": "revolver", "commitment": 2e5, "coupon": _COUPON, "maturity": 240}
    issuer = _tenanted(facility, rent=lease(price=_rent(146_000.0), start_month=3))
    issuer |= {"cash": 54_000.0, "min_cash": 10_000.0}
    yield from _by_hand("revolver", issuer, balances, cash, budget)


def _sweep(budget: Budget) -> Iterator[Claim]:
    """Half of what 100,000 a month leaves after 1% interest prepays a bullet of a million.

    Month 1: 90,000 left, 45,000 swept. Month 2: 90,450, 45,225. Month 3: 90,902.25, 45,451.125.
    """
    balances = (955_000.0, 909_775.0, 864_323.875)
    cash = (45_000.0, 90_225.0, 135_676.125)
    loan = {"principal": _PRINCIPAL, "coupon": _COUPON, "maturity": 240, "sweep": 0.5}
    issuer = _tenanted(loan, rent=lease(price=_rent(146_000.0)))
    yield from _by_hand("sweep", issuer, balances, cash, budget)


def _tenanted(tranche: Mapping[str, Any], rent: Mapping[str, Any]) -> dict[str, Any]:
    """An issuer with one contract, costs of 46,000 a month, and one tranche."""
    return {**spot_issuer(tranche, fixed=46_000.0), "contracts": {"rent": dict(rent)}}


def _rent(per_month: float) -> float:
    """Contract price that earns so much a month, USD per GPU-hour."""
    return per_month / (730.0 * COUNT)


def _by_hand(
    name: str,
    issuer: Mapping[str, Any],
    balances: tuple[float, ...],
    cash: tuple[float, ...],
    budget: Budget,
) -> Iterator[Claim]:
    """A claim for each month's balance and cash."""
    scenario = world(
        f"ledger {name}", NO_SPOT, {"horizon_months": len(cash), "issuers": {"one": issuer}}
    )

    def read(tables: Tables) -> Floats:
        return np.concatenate([tables.tranches.balance, tables.issuers.cash])

    found = states(scenario, _once(budget), read)[1:, :, 0]
    for month, (balance, left) in enumerate(zip(balances, cash, strict=True), start=1):
        yield within(f"{name}: balance in month {month}", balance, found[month - 1, 0], _CENT)
        yield within(f"{name}: cash in month {month}", left, found[month - 1, 1], _CENT)
