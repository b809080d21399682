"""Section 3 of the model: which lots a group pays for, who lends, and what cancelling costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .debt import settle_dust
from .issuer import HOURS, Issuer

if TYPE_CHECKING:
    from .draws import Bools, Floats
    from .issuer import LotState
    from .market import Month


@dataclass
class Purchases:
    """What an issuer's lots cost this month; dollars, [n_paths].

    `own` is the own share by lot and `fee` what cancelling costs; `lent` is by lot too.
    """

    own: dict[str, Floats] = field(default_factory=dict)
    lent: dict[str, Floats] = field(default_factory=dict)
    fee: dict[str, Floats] = field(default_factory=dict)

    def own_capex(self, n_paths: int) -> Floats:
        """What the issuer, or its parent, pays itself."""
        return sum([*self.own.values(), *self.fee.values()], start=np.zeros(n_paths))

    def total(self, n_paths: int) -> Floats:
        """With what lenders pay."""
        return sum(self.lent.values(), start=self.own_capex(n_paths))

    def lent_by(self, tranche: str, issuer: Issuer) -> Floats:
        """What one tranche lent this month."""
        parts = [
            lent for key, lent in self.lent.items() if issuer.lots[key].spec.financed_by == tranche
        ]
        return sum(parts, start=np.zeros(issuer.n_paths))


def buy(group: list[Issuer], month: Month) -> dict[str, Purchases]:
    """Pay for the lots of a group, its parent last in the list; committed lots come first.

    A vehicle whose parent has failed has no lots left to pay for.
    """
    parent = group[-1]
    bought = {issuer.name: Purchases() for issuer in group}
    room = headroom(parent, month)
    for committed in (True, False):
        for issuer in group:
            lives = issuer.alive & parent.alive
            for key, lot in issuer.lots.items():
                spec = lot.spec
                if spec.committed != committed or spec.pay_month != month.t:
                    continue
                cost = np.full(issuer.n_paths, spec.count * spec.unit_cost)
                lent = offered(issuer, lot, cost, month)
                fee = spec.count * spec.unit_cost * (spec.cancel_cost or 0.0)
                if not committed:
                    buys = wanted(issuer, lot, cost - lent, room, month)
                    buys = buys | ((fee > 0.0) & (fee >= cost - lent))
                    lot.cancelled = lot.cancelled | ~buys
                takes = lives & ~lot.cancelled
                cancels = lives & lot.cancelled
                ours = bought[issuer.name]
                ours.lent[key] = np.where(takes, lent, 0.0)
                ours.own[key] = np.where(takes, cost - lent, 0.0)
                ours.fee[key] = np.where(cancels, fee, 0.0)
                lend(issuer, lot, ours.lent[key])
                room = room - ours.own[key] - ours.fee[key]
    return bought


def headroom(parent: Issuer, month: Month) -> Floats:
    """L of section 3, before this month's lots: money of the parent that lots may take."""
    t = month.t
    shortfall = np.zeros(parent.n_paths)
    if t > 1:
        shortfall = np.maximum(0.0, parent.debt_service[-1] - parent.tested_cfads(1)[0])
    maturing, undrawn = np.zeros(parent.n_paths), np.zeros(parent.n_paths)
    for state in parent.tranches.values():
        if state.spec.kind != "notes":
            maturing = maturing + np.where(state.maturity == t, state.balance, 0.0)
        if state.spec.kind == "revolver":
            usable = ~parent.in_breach & (t < state.maturity)
            undrawn = undrawn + np.where(usable, state.available, 0.0)
    free = parent.cash - parent.spec.min_cash - shortfall - maturing
    return np.maximum(0.0, free) + undrawn


def offered(issuer: Issuer, lot: LotState, cost: Floats, month: Month) -> Floats:
    """What the lot's lender would lend."""
    if lot.spec.financed_by is None:
        return np.zeros(issuer.n_paths)
    lender = issuer.tranches[lot.spec.financed_by]
    lends = ~issuer.in_breach & (month.t < lender.maturity)
    return np.where(lends, np.minimum(lot.spec.advance * cost, lender.available), 0.0)


def lend(issuer: Issuer, lot: LotState, amount: Floats) -> None:
    """Book what a lot's lender lends; a negative amount undoes it."""
    if lot.spec.financed_by is not None:
        lender = issuer.tranches[lot.spec.financed_by]
        lender.available = lender.available - amount
        lender.balance = settle_dust(lender.balance + amount)


def wanted(issuer: Issuer, lot: LotState, own: Floats, room: Floats, month: Month) -> Bools:
    """Whether an optional lot is allowed, affordable and worth its price."""
    buys = month.opens(issuer.spec.growth_window) & ~issuer.in_breach & (own <= room)
    hurdle = issuer.spec.growth_hurdle
    if hurdle is None:
        return buys
    rent = month.rent[lot.spec.gpu] * month.utilization
    if lot.spec.for_contract is not None:
        k = issuer.contracts[lot.spec.for_contract]
        holds = k.on & ~month.failed[k.spec.customer]
        rent = np.where(holds, k.price * k.spec.take_or_pay, rent)
    cost = issuer.unit_cost_of_running(lot) * issuer.inflation(month.t)
    margin = 12.0 * (HOURS * rent * (1.0 - issuer.spec.costs.variable) - cost)
    return buys & (margin >= hurdle * lot.spec.unit_cost)


def give_up(issuer: Issuer, bought: Purchases, short: Bools, cash: Floats) -> Floats:
    """Give up this month's lots, optional ones first, the last in file order first.

    Parameters
    ----------
    short : where cash is missing.
    cash : what step 3 leaves, USD, negative where short.

    Returns
    -------
    The cash after it; mutates the lots, their lenders and `bought`.

    """
    for committed in (False, True):
        for key in reversed(list(bought.own)):
            lot = issuer.lots[key]
            if lot.spec.committed != committed or (committed and lot.spec.cancel_cost is None):
                continue
            fee = lot.spec.count * lot.spec.unit_cost * (lot.spec.cancel_cost or 0.0)
            gains = bought.own[key] - fee
            gives = short & (cash < 0.0) & ~lot.cancelled & (gains > 0.0)
            lend(issuer, lot, np.where(gives, -bought.lent[key], 0.0))
            cash = np.where(gives, cash + gains, cash)
            lot.cancelled = lot.cancelled | gives
            bought.lent[key] = np.where(gives, 0.0, bought.lent[key])
            bought.own[key] = np.where(gives, 0.0, bought.own[key])
            bought.fee[key] = np.where(gives, fee, bought.fee[key])
    return cash
