"""Rules that need more than one number: references, and keys that depend on each other.

Each rule yields remarks at the path of the offending key. The scenario has passed the checks of its
terms.
"""

import math
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from neocloud_mc.mechanisms.debt import Tranche
from neocloud_mc.mechanisms.fleet import Lot
from neocloud_mc.notation import counted
from neocloud_mc.scenario.checks.wording import suggestion
from neocloud_mc.scenario.model import Issuer, Scenario
from neocloud_mc.scenario.months import spoken
from neocloud_mc.scenario.yaml.tree import Path, Remark

NEVER_ON_NOTES: Final = (
    "margin",
    "pool",
    "maturity",
    "amortization",
    "interest_only_until",
    "refinance",
)
ONLY_ON_NOTES: Final = ("months", "window", "max_leverage", "target_cash")
_WITH_COMMITMENT: Final = ("delayed_draw", "revolver", "notes")


def mistakes(scenario: Scenario) -> Iterator[Remark]:
    """Everything in a scenario that contradicts itself."""
    yield from _path(scenario)
    for name, issuer in scenario.issuers.items():
        path: Path = ("issuers", name)
        yield from _parent(path, issuer, scenario)
        yield from _fleet(path, issuer, scenario)
        yield from _contracts(path, issuer, scenario)
        if issuer.backstop is not None:
            yield from _exists((*path, "backstop", "gpu"), issuer.backstop.gpu, scenario.gpus)
        for key, tranche in issuer.tranches.items():
            yield from _tranche((*path, "tranches", key), tranche, scenario.base_date)
    yield from _portfolio(scenario)


def _exists(path: Path, name: str, known: Collection[str], where: str = "") -> Iterator[Remark]:
    if name not in known:
        where = where or f"{path[-1]}s"
        yield Remark(path, f"there is no {name!r} in {where}{suggestion(name, known)}")


def _path(scenario: Scenario) -> Iterator[Remark]:
    """Months that the horizon does not reach."""
    prescribed = scenario.market.path
    for key in ("price_index", "climate", "regime") if prescribed else ():
        for month in getattr(prescribed, key):
            if month > scenario.horizon_months:
                named = spoken(month, scenario.base_date)
                horizon = counted(scenario.horizon_months, "month")
                text = f"month {named} is after the horizon, {horizon}"
                yield Remark(("market", "path", key, month), text, (("horizon_months",),))


def _parent(path: Path, issuer: Issuer, scenario: Scenario) -> Iterator[Remark]:
    here = (*path, "parent")
    if issuer.parent is None:
        if issuer.vehicle is not None:
            text = "goes with a parent only; say whose vehicle it is, in parent"
            yield Remark((*path, "vehicle"), text)
        return
    others = [name for name in scenario.issuers if name != path[-1]]
    yield from _exists(here, issuer.parent, others, "the other issuers")
    parent = scenario.issuers.get(issuer.parent)
    if parent is not None and issuer.parent in others and parent.parent is not None:
        text = f"{issuer.parent!r} is a vehicle itself, of {parent.parent!r}; name its parent"
        yield Remark(here, text, (("issuers", issuer.parent, "parent"),))
    if issuer.support is not None:
        text = "a vehicle has no support; its parent has, or a guarantee (vehicle.guarantee)"
        yield Remark((*path, "support"), text, (here,))
    for key, tranche in issuer.tranches.items():
        if tranche.kind == "notes":
            text = "a vehicle has no notes; its parent sells them"
            yield Remark((*path, "tranches", key, "kind"), text, (here,))
    until = issuer.vehicle.guarantee_until if issuer.vehicle else None
    if until is not None and until < math.inf and not until.is_integer():
        text = f"{until} is not a whole month (or .inf: it never ends)"
        yield Remark((*path, "vehicle", "guarantee_until"), text)


def _fleet(path: Path, issuer: Issuer, scenario: Scenario) -> Iterator[Remark]:
    for key, lot in issuer.fleet.items():
        at = (*path, "fleet", key)
        yield from _exists((*at, "gpu"), lot.gpu, scenario.gpus)
        yield from _payment(at, lot, scenario.base_date)
        yield from _purpose(path, at, lot, issuer, scenario.base_date)
        if lot.financed_by is None:
            continue
        here = (*at, "financed_by")
        yield from _exists(here, lot.financed_by, issuer.tranches, "the issuer's tranches")
        tranche = issuer.tranches.get(lot.financed_by)
        if tranche is not None and tranche.kind != "delayed_draw":
            text = f"{lot.financed_by!r} is of kind {tranche.kind}; a delayed_draw is needed"
            yield Remark(here, text, ((*path, "tranches", lot.financed_by, "kind"),))


def _payment(at: Path, lot: Lot, base: date | None) -> Iterator[Remark]:
    paid, served = spoken(lot.pay_month, base), spoken(lot.service_month, base)
    if 0 < lot.pay_month >= lot.service_month:
        text = f"{paid} is not before service_month {served}"
        yield Remark((*at, "pay_month"), text, ((*at, "service_month"),))
    if lot.pay_month > 0 and lot.unit_cost is None:
        text = f"is missing: the lot is paid for in month {paid}"
        yield Remark((*at, "unit_cost"), text, ((*at, "pay_month"),))


def _purpose(path: Path, at: Path, lot: Lot, issuer: Issuer, base: date | None) -> Iterator[Remark]:
    """What is wrong with the contract that a lot is bought for."""
    if lot.for_contract is None:
        return
    here = (*at, "for_contract")
    yield from _exists(here, lot.for_contract, issuer.contracts, "the issuer's contracts")
    contract = issuer.contracts.get(lot.for_contract)
    if contract is None:
        return
    there: Path = (*path, "contracts", lot.for_contract)
    if contract.gpu != lot.gpu:
        text = f"{lot.for_contract!r} is for {contract.gpu}, the lot is {lot.gpu}"
        yield Remark(here, text, ((*there, "gpu"), (*at, "gpu")))
    if contract.end_month <= lot.service_month:
        ends, served = spoken(contract.end_month, base), spoken(lot.service_month, base)
        text = f"{lot.for_contract!r} ends in month {ends}, the lot's service_month is {served}"
        yield Remark(here, text, ((*there, "end_month"), (*at, "service_month")))


def _contracts(path: Path, issuer: Issuer, scenario: Scenario) -> Iterator[Remark]:
    pools = issuer.pools
    for key, contract in issuer.contracts.items():
        at = (*path, "contracts", key)
        yield from _exists((*at, "customer"), contract.customer, scenario.customers)
        yield from _exists((*at, "gpu"), contract.gpu, scenario.gpus)
        if contract.pool is not None:
            where = "the pools that the issuer's lots and tranches name"
            yield from _exists((*at, "pool"), contract.pool, pools, where)
        if contract.start_month >= contract.end_month:
            start, end = (
                spoken(month, scenario.base_date)
                for month in (contract.start_month, contract.end_month)
            )
            text = f"{end} is not after start_month {start}"
            yield Remark((*at, "end_month"), text, ((*at, "start_month"),))


def _tranche(at: Path, tranche: Tranche, base: date | None) -> Iterator[Remark]:
    yield from _notes(at, tranche) if tranche.kind == "notes" else _loan(at, tranche)
    if tranche.commitment > 0 and tranche.kind not in _WITH_COMMITMENT:
        text = f"a {tranche.kind} loan has no commitment; kinds with one: " + (
            ", ".join(_WITH_COMMITMENT)
        )
        yield Remark((*at, "commitment"), text, ((*at, "kind"),))
    if isinstance(tranche.amortization, dict):
        yield from _schedule(at, tranche, tranche.amortization, base)
    terms = tranche.refinance
    if terms is not None and terms.ahead >= terms.months:
        text = f"{terms.ahead} is not less than months {terms.months}, the term of the new loan"
        yield Remark((*at, "refinance", "ahead"), text, ((*at, "refinance", "months"),))


def _notes(at: Path, tranche: Tranche) -> Iterator[Remark]:
    if tranche.months is None:
        yield Remark((*at, "months"), "is missing (the mean term of the notes)", ((*at, "kind"),))
    for key in NEVER_ON_NOTES:
        is_harmless = key == "amortization" and tranche.amortization == "bullet"
        if key in tranche.model_fields_set and not is_harmless:
            hint = "; give a coupon or nothing" if key == "margin" else ""
            yield Remark((*at, key), f"notes have no {key}{hint}", ((*at, "kind"),))


def _loan(at: Path, tranche: Tranche) -> Iterator[Remark]:
    if tranche.maturity is None:
        yield Remark((*at, "maturity"), "is missing (month of the last payment)", ((*at, "kind"),))
    if tranche.coupon is None and tranche.margin is None:
        text = "one of coupon and margin is missing"
        yield Remark((*at, "coupon"), text, ((*at, "margin"), (*at, "kind")))
    if tranche.coupon is not None and tranche.margin is not None:
        text = "coupon and margin exclude each other; keep one"
        yield Remark((*at, "margin"), text, ((*at, "coupon"),))
    for key in ONLY_ON_NOTES:
        if key in tranche.model_fields_set:
            text = f"only notes have {key}; this is a {tranche.kind}"
            if key in ("months", "window", "max_leverage"):
                text += f" (did you mean refinance.{key}?)"
            yield Remark((*at, key), text, ((*at, "kind"),))


def _schedule(
    at: Path, tranche: Tranche, schedule: dict[int, float], base: date | None
) -> Iterator[Remark]:
    if tranche.interest_only_until > 0:
        text = "does not go with an amortization map; leave the months out of the map"
        yield Remark((*at, "interest_only_until"), text, ((*at, "amortization"),))
    for month in schedule:
        if tranche.maturity is not None and month > tranche.maturity:
            text = f"month {spoken(month, base)} is after maturity {spoken(tranche.maturity, base)}"
            yield Remark((*at, "amortization", month), text)


def _portfolio(scenario: Scenario) -> Iterator[Remark]:
    known = [
        f"{name}.{key}" for name, issuer in scenario.issuers.items() for key in issuer.tranches
    ]
    for holding in scenario.portfolio or ():
        yield from _exists(("portfolio", holding), holding, known, "the tranches of the issuers")
