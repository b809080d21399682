"""Doubts about a deal: figures that are each usual, and that do not go together.

Nothing here stops a run. What an issuer may earn and raise is reckoned generously, all rents whole
and every line drawn, so that only what cannot be meant is doubted.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate, takewhile
from typing import Final

from neocloud_mc.mechanisms.contracts import Contract
from neocloud_mc.mechanisms.fleet import Lot
from neocloud_mc.mechanisms.market import Gpu
from neocloud_mc.mechanisms.operations import Backstop
from neocloud_mc.mechanisms.vehicles import Vehicle
from neocloud_mc.quantities import HOURS_PER_MONTH, MONTHS_PER_YEAR
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.model import Issuer, Scenario
from neocloud_mc.scenario.months import spoken
from neocloud_mc.scenario.yaml.tree import Path, Remark

_RENTS: Final = (0.2, 4.0)
"""Usual rents as multiples of the spot price."""
_PERIODS: Final = {"day": 24.0, "month": HOURS_PER_MONTH, "year": 12 * HOURS_PER_MONTH}
_LIKELY: Final = (0.5, 2.0)
"""Multiples of the spot price within which a rent of another period is recognised."""
_YEARS_OF_RENT: Final = (0.05, 20.0)
"""Usual prices of a GPU, used or new, in years of its spot rent."""
_OWN: Final = {"cash": "is all it has", "min_cash": "is all that it does not pay out"}


def doubts(scenario: Scenario) -> Iterator[Remark]:
    """Every deal of a valid scenario that deserves a second look."""
    for name, gpu in scenario.gpus.items():
        yield from _worth((*("gpus", name), "resale"), gpu.resale, gpu)
    for name, issuer in scenario.issuers.items():
        path: Path = ("issuers", name)
        yield from _rents(path, issuer, scenario)
        yield from _lots(path, issuer, scenario)
        if issuer.parent is None:
            yield from _orders(name, scenario)
        else:
            yield from _beginning(path, issuer, scenario)
        yield from _patience(path, issuer)


def _worth(at: Path, worth: float, gpu: Gpu) -> Iterator[Remark]:
    """Doubt the price of a GPU that its rent earns in weeks, or not in decades."""
    years = worth / (gpu.price * HOURS_PER_MONTH * MONTHS_PER_YEAR)
    if worth > 0 and not _YEARS_OF_RENT[0] <= years <= _YEARS_OF_RENT[1]:
        rent = f"{_rounded(years)} years of rent at {number(gpu.price)} USD per GPU-hour"
        low, high = map(number, _YEARS_OF_RENT)
        yield Remark(at, f"{number(worth)} USD per GPU are {rent} ({low} to {high} are usual)")


def _rents(path: Path, issuer: Issuer, scenario: Scenario) -> Iterator[Remark]:
    """Doubt rents far from the spot price, and recognise those of a day, a month or a year."""
    for at, deal in _deals(path, issuer):
        spot = scenario.gpus[deal.gpu].price
        if _RENTS[0] <= deal.price / spot <= _RENTS[1]:
            continue
        text = f"{number(deal.price)} USD per GPU-hour is {_rounded(deal.price / spot)} times the "
        text += f"spot price of {deal.gpu} ({number(_RENTS[0])} to {number(_RENTS[1])} is usual)"
        for period, hours in _PERIODS.items():
            if _LIKELY[0] <= deal.price / hours / spot <= _LIKELY[1]:
                hourly = _rounded(deal.price / hours)
                text += f"; a {period}'s rent? did you mean {hourly}?"
        yield Remark((*at, "price"), text)


def _deals(path: Path, issuer: Issuer) -> Iterator[tuple[Path, Contract | Backstop]]:
    for key, contract in issuer.contracts.items():
        yield (*path, "contracts", key), contract
    if issuer.backstop is not None:
        yield (*path, "backstop"), issuer.backstop


def _lots(path: Path, issuer: Issuer, scenario: Scenario) -> Iterator[Remark]:
    """Doubt lots that lose money from their first month, and terms without effect."""
    for key, lot in issuer.fleet.items():
        at, gpu = (*path, "fleet", key), scenario.gpus[lot.gpu]
        if lot.advance > 0 and lot.financed_by is None:
            yield Remark((*at, "advance"), "without effect: no tranche is named in financed_by")
        if lot.unit_cost is not None:
            yield from _worth((*at, "unit_cost"), lot.unit_cost, gpu)
        own = lot.operating_cost
        cost, rent = (gpu.operating_cost if own is None else own), _best_rent(issuer, lot, gpu)
        if cost > rent:
            text = f"running a GPU costs {number(cost)} USD a month, letting it brings at most "
            where = ("gpus", lot.gpu, "operating_cost") if own is None else (*at, "operating_cost")
            yield Remark(where, f"{text}{_rounded(rent)}: lot {key} of {path[1]} loses money")


def _best_rent(issuer: Issuer, lot: Lot, gpu: Gpu) -> float:
    """The most that a GPU of a lot earns in a month, USD."""
    agreed = [it.price for it in issuer.contracts.values() if it.gpu == lot.gpu]
    return HOURS_PER_MONTH * max(gpu.price, *agreed) if agreed else HOURS_PER_MONTH * gpu.price


def _orders(head: str, scenario: Scenario) -> Iterator[Remark]:
    """Doubt the first binding order for which a group, whose head pays, can have no money."""
    group = {n: it for n, it in scenario.issuers.items() if head in (n, it.parent)}
    ordered = [
        (lot.pay_month, name, key, lot)
        for name, issuer in group.items()
        for key, lot in issuer.fleet.items()
        if lot.pay_month and lot.committed
    ]
    due = 0.0
    for month, name, key, lot in sorted(ordered, key=lambda order: order[0]):
        lent = lot.advance if lot.financed_by else 0.0
        due += (1.0 - lent) * lot.count * (lot.unit_cost or 0.0)
        there = sum(_funds(issuer, scenario, month) for issuer in group.values())
        if due > there:
            text = f"the own share of the orders comes to {_rounded(due)} USD by month "
            text += f"{spoken(month, scenario.base_date)}; cash, lines, owners, deposits and all "
            text += f"rents until then to {_rounded(there)}"
            yield Remark(("issuers", name, "fleet", key), text)
            return


def _funds(issuer: Issuer, scenario: Scenario, month: int) -> float:
    """The most that an issuer can lay hands on by a month, USD."""
    lines = sum(it.commitment for it in issuer.tranches.values() if it.kind != "delayed_draw")
    owners = issuer.support
    equity = owners.capacity + owners.per_year * month / MONTHS_PER_YEAR if owners else 0.0
    deposits = sum(
        amount
        for contract in issuer.contracts.values()
        if contract.prepaid
        for due, amount in contract.prepaid.receipts.items()
        if due <= month
    )
    return issuer.cash + lines + equity + deposits + month * _monthly_rent(issuer, scenario, month)


def _monthly_rent(issuer: Issuer, scenario: Scenario, month: int) -> float:
    """The rent of everything that runs by a month, USD, at the best price of its type."""
    running = (lot for lot in issuer.fleet.values() if lot.service_month < month)
    return sum(lot.count * _best_rent(issuer, lot, scenario.gpus[lot.gpu]) for lot in running)


def _beginning(path: Path, vehicle: Issuer, scenario: Scenario) -> Iterator[Remark]:
    """Doubt a vehicle that lacks, or sends to its parent, what it needs before rents cover costs.

    It distributes from month 1 on, so of its cash no more than it must keep is left for month 2.
    """
    losses = [_loss(vehicle, scenario, month) for month in range(1, scenario.horizon_months + 1)]
    losses = list(takewhile(lambda loss: loss > 0.0, losses))
    lines = sum(it.commitment for it in vehicle.tranches.values() if it.kind == "revolver")
    for key, has, first in (("cash", vehicle.cash, 1), ("min_cash", _kept(vehicle), 2)):
        needed = list(accumulate(losses[first - 1 :]))
        failing = (month for month, need in enumerate(needed, first) if need > has + lines)
        month = next(failing, None)
        if month is not None and not _is_guaranteed(vehicle, month):
            when, last = (spoken(one, scenario.base_date) for one in (month, len(losses)))
            text = f"{number(has)} USD {_OWN[key]}, so it defaults in month {when}: costs exceed "
            text += f"rents by {_rounded(needed[-1])} USD up to month {last}; give it that much"
            yield Remark((*path, key), text)
            return


def _loss(vehicle: Issuer, scenario: Scenario, month: int) -> float:
    """What running costs exceed rents by in a month, USD, idle GPUs let at the spot price."""
    cost, rent, idle = vehicle.costs.fixed, 0.0, defaultdict[str, float](float)
    for lot in vehicle.fleet.values():
        if lot.service_month <= month:
            own, gpu = lot.operating_cost, scenario.gpus[lot.gpu]
            cost += lot.count * (gpu.operating_cost if own is None else own)
            idle[lot.gpu] += lot.count
    for contract in vehicle.contracts.values():
        if contract.start_month < month <= contract.end_month:
            served = min(contract.count, idle[contract.gpu])
            idle[contract.gpu] -= served
            rent += served * contract.price
    rent += sum(count * scenario.gpus[gpu].price for gpu, count in idle.items())
    return cost - (1.0 - vehicle.costs.variable) * HOURS_PER_MONTH * rent


def _kept(issuer: Issuer) -> float:
    """The most that a vehicle has left after it distributed, USD."""
    terms = issuer.vehicle or Vehicle()
    least = terms.distribution.min_dscr
    owes = any(tranche.principal for tranche in issuer.tranches.values())
    is_held = least == math.inf or (owes and (bool(least) or terms.reserve_months > 0))
    return math.inf if is_held else issuer.min_cash


def _is_guaranteed(issuer: Issuer, month: int) -> bool:
    """Whether the parent answers for what a vehicle lacks in a month."""
    terms = issuer.vehicle or Vehicle()
    until = terms.guarantee_until
    return terms.guarantee and (until is None or month <= until)


def _patience(path: Path, issuer: Issuer) -> Iterator[Remark]:
    """Doubt covenants of lenders of whom nothing is said."""
    if "lenders" in issuer.model_fields_set:
        return
    for key, tranche in issuer.tranches.items():
        limits = tranche.covenants
        if limits is not None and limits.model_fields_set:
            text = "any breach is at once a default, since the issuer has no lenders (cure_quarters"
            yield Remark((*path, "tranches", key, "covenants"), f"{text}, waiver)")
            return


def _rounded(value: float) -> str:
    return number(float(f"{value:.3g}"))
