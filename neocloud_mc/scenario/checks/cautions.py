"""Doubts: what is allowed, and what a credit analyst would still ask about.

Nothing here stops a run. Each doubt yields a remark at the path of the key in question.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Final, TypeVar

from neocloud_mc.mechanisms.contracts import Contract
from neocloud_mc.mechanisms.debt import Tranche
from neocloud_mc.mechanisms.fleet import Lot
from neocloud_mc.quantities import MAX_MONTHS
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.model import Issuer, Scenario
from neocloud_mc.scenario.months import spoken
from neocloud_mc.scenario.yaml.tree import Path, Remark

_PHASE_IN_MONTHS: Final = 6
"""How long contracts may wait for GPUs that are still being delivered."""
_ROUNDING: Final = 1.01
_OfGpu = TypeVar("_OfGpu", Lot, Contract)


def doubts(scenario: Scenario) -> Iterator[Remark]:
    """Everything in a valid scenario that deserves a second look."""
    base = scenario.base_date
    for name, issuer in scenario.issuers.items():
        path: Path = ("issuers", name)
        for key, lot in issuer.fleet.items():
            yield from _lot((*path, "fleet", key), lot, issuer, base)
        financed = _financed(issuer)
        pledged = {lot.pool for lot in issuer.fleet.values()}
        pledged |= {contract.pool for contract in issuer.contracts.values()}
        for key, tranche in issuer.tranches.items():
            at = (*path, "tranches", key)
            yield from _size(at, tranche)
            yield from _draws(at, tranche, financed.get(key, []))
            yield from _security(at, tranche, pledged)
        yield from _early_contracts(path, issuer, base)
        yield from _overbooking(path, issuer, scenario.horizon_months, base)
        owned = {lot.gpu for lot in issuer.fleet.values()}
        if issuer.backstop is not None and issuer.backstop.gpu not in owned:
            text = f"the fleet has no {issuer.backstop.gpu}, so this backstop never pays"
            yield Remark((*path, "backstop", "gpu"), text)


def _lot(at: Path, lot: Lot, issuer: Issuer, base: date | None) -> Iterator[Remark]:
    if lot.financed_by is None:
        return
    here = (*at, "financed_by")
    maturity = issuer.tranches[lot.financed_by].maturity
    if lot.pay_month == 0:
        yield Remark(here, "the lot is already paid for (pay_month 0), so nothing is drawn")
    elif lot.advance == 0:
        yield Remark(here, "advance is 0, so nothing is drawn")
    elif maturity is not None and maturity <= lot.pay_month:
        text = f"the tranche matures in month {spoken(maturity, base)}, the lot is paid for in "
        yield Remark(here, f"{text}{spoken(lot.pay_month, base)}")


def _size(at: Path, tranche: Tranche) -> Iterator[Remark]:
    total = tranche.principal + tranche.commitment
    if total == 0:
        yield Remark((*at, "principal"), "nothing is drawn, and nothing can be")
    if isinstance(tranche.amortization, dict):
        repaid = sum(tranche.amortization.values())
        if repaid > total * _ROUNDING:
            text = f"repays {number(repaid)} USD, principal and commitment are {number(total)}"
            yield Remark((*at, "amortization"), text)


def _financed(issuer: Issuer) -> dict[str, list[Lot]]:
    """The lots that each tranche pays for."""
    lots: dict[str, list[Lot]] = {}
    for lot in issuer.fleet.values():
        if lot.financed_by is not None:
            lots.setdefault(lot.financed_by, []).append(lot)
    return lots


def _draws(at: Path, tranche: Tranche, lots: list[Lot]) -> Iterator[Remark]:
    if tranche.kind != "delayed_draw":
        return
    wanted = sum(
        lot.advance * lot.count * (lot.unit_cost or 0.0) for lot in lots if lot.pay_month > 0
    )
    here = (*at, "commitment")
    if wanted > tranche.commitment * _ROUNDING:
        text = f"the lots it finances would draw {number(float(f'{wanted:.4g}'))} USD"
        yield Remark(here, f"{number(tranche.commitment)} USD is too little: {text}")
    if not lots and tranche.commitment > 0:
        yield Remark(here, "no lot names it in financed_by, so it is never drawn")


def _security(at: Path, tranche: Tranche, pledged: Collection[str | None]) -> Iterator[Remark]:
    if tranche.pool is None:
        if not tranche.recourse:
            text = "without effect: a tranche without a pool claims on the estate anyway"
            yield Remark((*at, "recourse"), text)
        for key in ("covenants", "refinance"):
            limits = getattr(tranche, key)
            if limits is not None and limits.max_ltv is not None:
                text = "not tested: the tranche has no pool"
                yield Remark((*at, key, "max_ltv"), text)
        return
    if tranche.pool not in pledged:
        text = f"no lot and no contract is pledged to {tranche.pool!r}"
        yield Remark((*at, "pool"), text)


def _early_contracts(path: Path, issuer: Issuer, base: date | None) -> Iterator[Remark]:
    first: dict[str, int] = {}
    for lot in issuer.fleet.values():
        first[lot.gpu] = min(max(lot.service_month, 1), first.get(lot.gpu, 10 * MAX_MONTHS))
    for key, contract in issuer.contracts.items():
        at, billed = (*path, "contracts", key), contract.start_month + 1
        if contract.gpu not in first:
            yield Remark((*at, "gpu"), f"the fleet has no {contract.gpu}, so it earns nothing")
        elif billed < first[contract.gpu]:
            text = f"billed from month {spoken(billed, base)} on; the first {contract.gpu} enters "
            text += f"service in month {spoken(first[contract.gpu], base)}"
            yield Remark((*at, "start_month"), text)


def _overbooking(path: Path, issuer: Issuer, horizon: int, base: date | None) -> Iterator[Remark]:
    """Contracts of a type that exceed its fleet for longer than deliveries explain."""
    lots, contracts = _by_gpu(issuer.fleet.values()), _by_gpu(issuer.contracts.values())
    for gpu in (gpu for gpu in contracts if gpu in lots):
        let = [_let(contracts[gpu], month) for month in range(1, horizon + 1)]
        running = [_running(lots[gpu], month) for month in range(1, horizon + 1)]
        excess = [wanted - there for wanted, there in zip(let, running, strict=True)]
        months = sum(gap > 1e-6 for gap in excess)
        if months > _PHASE_IN_MONTHS:
            worst = excess.index(max(excess))
            text = (
                f"in {months} months they let more {gpu} than run; at worst, in month "
                f"{spoken(worst + 1, base)}, {number(let[worst])} of {number(running[worst])}"
            )
            yield Remark((*path, "contracts"), text)


def _by_gpu(things: Iterable[_OfGpu]) -> dict[str, list[_OfGpu]]:
    groups: dict[str, list[_OfGpu]] = {}
    for thing in things:
        groups.setdefault(thing.gpu, []).append(thing)
    return groups


def _let(contracts: list[Contract], month: int) -> float:
    return sum(c.count for c in contracts if c.start_month < month <= c.end_month)


def _running(lots: list[Lot], month: int) -> float:
    return sum(lot.count for lot in lots if max(lot.service_month, 1) <= month)
