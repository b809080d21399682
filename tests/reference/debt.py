"""Section 6 of the model: what falls due, what is rolled over, loan to value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .market import DT, Month

if TYPE_CHECKING:
    from .draws import Bools, Floats
    from .issuer import Issuer, Operations, TrancheState

DUST = 1e-6


@dataclass(frozen=True)
class Size:
    """What leverage is the quotient of, dollars: total debt, and a year's CFADS."""

    debt: Floats
    cfads: Floats


@dataclass(frozen=True)
class Due:
    """What falls due in a month in dollars: debt by tranche, and the rest.

    `refunds` is prepaid rent that is given back, `calls` what vehicles lack and the guarantor owes;
    `balance` stands before anything is paid. `size` is what tests of leverage look at.
    """

    balance: dict[str, Floats]
    interest: dict[str, Floats]
    scheduled: dict[str, Floats]
    balloon: dict[str, Floats]
    refunds: Floats
    calls: Floats
    called_balloons: Floats
    size: Size

    @property
    def service(self) -> Floats:
        """Interest and scheduled principal."""
        return total(self.interest.values()) + total(self.scheduled.values())

    @property
    def total(self) -> Floats:
        """D_t: interest, scheduled principal, balloons not rolled over, refunds and calls."""
        return self.service + total(self.balloon.values()) + self.refunds + self.calls


def total(parts: Iterable[Floats]) -> Floats:
    """Sum over tranches or months (0 if there is none)."""
    zero: Floats = np.zeros(1)
    return sum(parts, start=zero)


def settle_dust(amount: Floats) -> Floats:
    """An amount of at most 1e-6 dollars is nothing."""
    return np.where(amount <= DUST, 0.0, amount)


def fall_due(
    issuer: Issuer,
    month: Month,
    opening: dict[str, Floats],
    size: Size,
    operations: Operations,
    calls: tuple[Floats, Floats],
) -> Due:
    """Work out what the month asks for and roll over the balances that can be.

    Parameters
    ----------
    issuer : Issuer
        After this month's delayed draws.
    month : Month
        The market in this month.
    opening : dict of float64[n_paths]
        B_{t-1} in $, on which interest and scheduled principal are due.
    size : Size
        Of the issuer, or of its whole group.
    calls : pair of float64[n_paths]
        What called vehicles lack, and how much of their dues are balloons.

    """
    tranches = issuer.tranches
    balance = {j: state.balance for j, state in tranches.items()}
    interest = {j: opening[j] * state.rate * DT for j, state in tranches.items()}
    scheduled = {j: scheduled_principal(s, opening[j], month.t) for j, s in tranches.items()}
    balloon = {}
    for j, state in tranches.items():
        matures = (state.maturity == month.t) & (state.spec.kind != "notes")
        left = np.where(matures, settle_dust(balance[j] - scheduled[j]), 0.0)
        tested = matures & ((left > 0.0) | (state.spec.kind == "revolver"))
        tested = tested | comes_early(issuer, state, balance[j], month.t)
        rolls = tested & can_roll(issuer, j, month, balance, size)
        balloon[j] = np.where(rolls, 0.0, left)
        roll_over(state, rolls, month)
    refunds = total(operations.refunds.values())
    return Due(balance, interest, scheduled, balloon, refunds, *calls, size)


def comes_early(issuer: Issuer, state: TrancheState, balance: Floats, t: int) -> Bools:
    """Whether the issuer asks for a rollover in a month before the maturity."""
    terms = state.spec.refinance
    if terms is None or terms.ahead == 0:
        return np.zeros(issuer.n_paths, dtype=bool)
    is_near = (t < state.maturity) & (t >= state.maturity - terms.ahead)
    gains_time = t + terms.months > state.maturity
    return is_near & gains_time & ~issuer.in_breach & (balance > 0.0)


def own_size(issuer: Issuer) -> Size:
    """Debt before this month's payments, and CFADS at the pace of the last three months."""
    debt = total(state.balance for state in issuer.tranches.values())
    return Size(np.broadcast_to(debt, issuer.n_paths), annualised(issuer.cfads))


def annualised(cfads: list[Floats]) -> Floats:
    """A year's CFADS at the pace of the last three months, or of the months so far."""
    recent = cfads[-3:]
    return total(recent) * (12.0 / len(recent))


def scheduled_principal(state: TrancheState, balance: Floats, t: int) -> Floats:
    """Principal in $ on B_{t-1} that the schedule asks for in month t, the balloon left out."""
    spec = state.spec
    if spec.kind == "notes":
        return balance / spec.months
    started = state.rolled | (t > spec.interest_only_until)
    left = np.maximum(state.maturity - t + 1, 1)
    level = balance / left
    if isinstance(spec.amortization, dict):
        mapped = np.minimum(spec.amortization.get(t, 0.0), balance)
        return np.where(state.rolled, level, mapped)
    if spec.amortization == "linear":
        return np.where(started, level, 0.0)
    if spec.amortization == "annuity":
        return np.where(started, annuity_principal(balance, state.rate * DT, left, level), 0.0)
    return np.zeros_like(balance)


def annuity_principal(balance: Floats, i: Floats, left: Floats, level: Floats) -> Floats:
    """The principal in a level payment, with `left` payments to go at the monthly rate i."""
    flat = i == 0.0
    growth = np.expm1(left * np.log1p(i))
    principal = balance * i / np.where(flat, 1.0, growth)
    return np.where(left == 1, balance, np.where(flat, level, principal))


def can_roll(
    issuer: Issuer,
    name: str,
    month: Month,
    balance: dict[str, Floats],
    size: Size,
) -> Bools:
    """Paths on which the lenders would roll the tranche over in this month."""
    spec = issuer.tranches[name].spec
    terms = spec.refinance
    if terms is None:
        return np.zeros(issuer.n_paths, dtype=bool)
    willing = month.opens(terms.window)
    if terms.max_ltv is not None and spec.pool is not None:
        willing = willing & (loan_to_value(issuer, name, balance, month) <= terms.max_ltv)
    if terms.max_leverage is not None:
        positive = size.cfads > 0.0
        leverage = size.debt / np.where(positive, size.cfads, 1.0)
        willing = willing & positive & (leverage <= terms.max_leverage)
    return willing


def roll_over(state: TrancheState, rolls: Bools, month: Month) -> None:
    """Extend the maturity at today's fixed rate, with no interest-only time."""
    terms = state.spec.refinance
    if terms is None:
        return
    state.maturity = np.where(rolls, month.t + terms.months, state.maturity)
    state.rate = np.where(rolls, month.new_rate, state.rate)
    state.rolled = state.rolled | rolls


def loan_to_value(issuer: Issuer, name: str, balance: dict[str, Floats], month: Month) -> Floats:
    """LTV of a secured tranche; infinite where its pool has no collateral."""
    own = issuer.tranches[name].spec
    peers = [
        balance[j]
        for j, state in issuer.tranches.items()
        if state.spec.pool == own.pool and state.spec.rank <= own.rank
    ]
    value = issuer.collateral(own.pool, month)
    debt = total(peers)
    return np.where(value > 0.0, debt / np.where(value > 0.0, value, 1.0), np.inf)
