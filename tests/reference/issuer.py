"""Sections 3 to 5 of the model: an issuer's fleet, contracts and operations.

Lots that come up for payment are the business of `growth`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .draws import Bools, Draws, Floats, Ints, exponential

if TYPE_CHECKING:
    from .market import Month
    from .scenario import Contract, IssuerSpec, Lot, Scenario, Tranche

HOURS = 730.0


@dataclass
class LotState:
    """A lot on every path: first month of service, and whether it was cancelled."""

    spec: Lot
    first_month: Ints
    cancelled: Bools

    def running(self, t: int) -> Floats:
        """GPUs in service in month t."""
        return np.where((t >= self.first_month) & ~self.cancelled, self.spec.count, 0.0)

    def paid(self, t: int) -> Floats:
        """GPUs paid for by month t."""
        return np.where(self.cancelled, 0.0, self.spec.count if t >= self.spec.pay_month else 0.0)


@dataclass
class ContractState:
    """A contract on every path: still on, price now, last month, churn clock, rent in hand."""

    spec: Contract
    on: Bools
    price: Floats
    end: Ints
    clock: Floats
    threshold: Floats
    prepaid: Floats


@dataclass
class TrancheState:
    """A tranche on every path: balance and commitment left in $, rate a year, maturity month."""

    spec: Tranche
    balance: Floats
    available: Floats
    rate: Floats
    maturity: Ints
    rolled: Bools


@dataclass(frozen=True)
class Operations:
    """A month's operations in dollars, before any debt service; all arrays [n_paths].

    `refunds` holds the prepaid rent that contracts ended by their long-stop give back.
    """

    billed: dict[str, Floats]
    revenue: Floats
    cfads: Floats
    received: Floats
    refunds: dict[str, Floats]


class Issuer:
    """One issuer's state on every path."""

    def __init__(self, name: str, scenario: Scenario, draws: Draws, n_paths: int) -> None:
        self.name = name
        self.scenario = scenario
        self.spec: IssuerSpec = scenario.issuers[name]
        self.draws = draws
        self.n_paths = n_paths
        self.cash = np.full(n_paths, float(self.spec.cash))
        self.open_months = np.zeros(n_paths)
        self.equity_raised = np.zeros(n_paths)
        self.orphaned = np.zeros(n_paths, dtype=bool)
        self.in_breach = np.zeros(n_paths, dtype=bool)
        self.breaches = np.zeros(n_paths, dtype=np.int64)
        self.first_breach = np.zeros(n_paths, dtype=np.int64)
        self.default_month = np.zeros(n_paths, dtype=np.int64)
        self.cause = np.zeros(n_paths, dtype=np.int64)
        self.dead_gpus = np.zeros(n_paths)
        self.cfads: list[Floats] = []
        self.debt_service: list[Floats] = []
        self.spent: list[Floats] = []
        self.upstream: list[Floats] = []
        self.lots = {key: self._new_lot(key) for key in self.spec.fleet}
        self.contracts = {key: self._new_contract(key) for key in self.spec.contracts}
        self.tranches = {key: self._new_tranche(key) for key in self.spec.tranches}

    @property
    def alive(self) -> Bools:
        """Paths on which the issuer has not defaulted yet."""
        return np.equal(self.default_month, 0)

    def tested_cfads(self, months: int) -> list[Floats]:
        """CFADS of the last months (so far), with what vehicles distributed the month before."""
        now = len(self.cfads)
        return [self.cfads[m] + self.upstream[m] for m in range(max(0, now - months), now)]

    def inflation(self, t: int) -> float:
        """Price level of costs in month t."""
        return float((1.0 + self.spec.costs.inflation) ** (t / 12.0))

    def _new_lot(self, key: str) -> LotState:
        lot = self.spec.fleet[key]
        delay = np.zeros(self.n_paths, dtype=np.int64)
        d = self.spec.delivery_delay_months
        if d > 0.0 and lot.service_month > 0:
            u = self.draws.uniform(f"lot/{self.name}/{key}", 0)
            delay = np.floor(np.log(u) / np.log(d / (1.0 + d))).astype(np.int64)
        return LotState(lot, max(lot.service_month, 1) + delay, np.zeros(self.n_paths, dtype=bool))

    def _new_contract(self, key: str) -> ContractState:
        contract, n = self.spec.contracts[key], self.n_paths
        return ContractState(
            spec=contract,
            on=np.full(n, contract.end_month >= 1),
            price=np.full(n, float(contract.price)),
            end=np.full(n, contract.end_month, dtype=np.int64),
            clock=np.zeros(n),
            threshold=self._patience(key, 0),
            prepaid=np.full(n, float(contract.prepaid.balance)),
        )

    def _new_tranche(self, key: str) -> TrancheState:
        tranche, n = self.spec.tranches[key], self.n_paths
        market = self.scenario.market
        rate = market.risk_free + market.spread_base
        if tranche.coupon is not None:
            rate = tranche.coupon
        elif tranche.margin is not None:
            rate = market.risk_free + tranche.margin
        return TrancheState(
            spec=tranche,
            balance=np.full(n, float(tranche.principal)),
            available=np.full(n, float(tranche.commitment)),
            rate=np.full(n, float(rate)),
            maturity=np.full(n, tranche.maturity, dtype=np.int64),
            rolled=np.zeros(n, dtype=bool),
        )

    def _patience(self, key: str, t: int) -> Floats:
        return exponential(self.draws, f"contract/{self.name}/{key}/churn", t)

    def _stream(self, key: str, what: str, t: int) -> Floats:
        return self.draws.uniform(f"contract/{self.name}/{key}/{what}", t)

    def operate(self, month: Month) -> Operations:
        """Serve the contracts and earn the month's CFADS."""
        for key in self.contracts:
            self._keep_or_lose(key, month)
        received = self._receive(month)
        billed, revenue, used = self._bill(month)
        for key in self.contracts:
            self._renew_or_end(key, month)
        refunds = {key: self._stop_late(key, month, billed[key]) for key in self.contracts}
        costs = self.spec.costs
        running = np.zeros(self.n_paths)
        for lot in self.lots.values():
            running = running + lot.running(month.t) * self.unit_cost_of_running(lot)
        opex = (running * self.operator_factor + costs.fixed) * self.inflation(month.t)
        opex = opex + costs.variable * revenue
        return Operations(billed, revenue, revenue - used - opex, received, refunds)

    def unit_cost_of_running(self, lot: LotState) -> float:
        """Operating cost of a lot's GPU, $ a month, at the base date's prices."""
        own = lot.spec.operating_cost
        return self.scenario.gpus[lot.spec.gpu].operating_cost if own is None else own

    @property
    def operator_factor(self) -> Floats:
        """What a vehicle's GPUs cost to run since its operator, the parent, failed."""
        return np.where(self.orphaned, 1.0 + self.spec.vehicle.cost, 1.0)

    def _receive(self, month: Month) -> Floats:
        """Prepayments of the month, USD; they are rent in hand until they are used."""
        received = np.zeros(self.n_paths)
        for k in self.contracts.values():
            if month.t not in k.spec.prepaid.receipts:
                continue
            paid = np.where(k.on, k.spec.prepaid.receipts[month.t], 0.0)
            k.prepaid = k.prepaid + paid
            received = received + paid
        return received

    def _stop_late(self, key: str, month: Month, billed: Floats) -> Floats:
        """End what was delivered too late and is dear; the rent in hand that is to be refunded."""
        k = self.contracts[key]
        if k.spec.longstop is None or month.t != k.spec.start_month + k.spec.longstop:
            return np.zeros(self.n_paths)
        is_late = billed < k.spec.count * (1.0 - 1e-9)
        ends = k.on & is_late & (k.price > month.rent[k.spec.gpu])
        k.on = k.on & ~ends
        return np.where(ends, k.prepaid, 0.0)

    def terminate(self, t: int, where: Bools) -> None:
        """Let customers leave an operator that failed, each with the vehicle's probability."""
        for key, k in self.contracts.items():
            leaves = self._stream(key, "operator", t) < self.spec.vehicle.termination
            k.on = k.on & ~(where & leaves)

    def rent_in_hand(self, key: str) -> Floats:
        """V_k of a contract that has not ended, else 0."""
        k = self.contracts[key]
        return np.where(k.on, k.prepaid, 0.0)

    def _keep_or_lose(self, key: str, month: Month) -> None:
        k, t = self.contracts[key], month.t
        k.on = k.on & ~month.failed[k.spec.customer]
        running = k.on & (k.spec.start_month < t) & (t <= k.end)
        if not running.any():
            return
        rent = month.rent[k.spec.gpu]
        pull = k.spec.churn / 12.0 * (k.price / rent) ** k.spec.price_sensitivity
        k.clock = np.where(running, k.clock + pull, k.clock)
        walks = running & (k.clock >= k.threshold)
        if not walks.any():
            return
        stays = walks & (self._stream(key, "concession", t) < k.spec.concession)
        k.price = np.where(stays, np.minimum(k.price, rent), k.price)
        self._restart_clock(key, stays, t)
        k.on = k.on & ~(walks & ~stays)

    def _restart_clock(self, key: str, where: Bools, t: int) -> None:
        k = self.contracts[key]
        k.clock = np.where(where, 0.0, k.clock)
        k.threshold = np.where(where, self._patience(key, t), k.threshold)

    def _renew_or_end(self, key: str, month: Month) -> None:
        k, t = self.contracts[key], month.t
        last = k.on & (k.end == t)
        if not last.any():
            return
        renewed = np.zeros(self.n_paths, dtype=bool)
        if k.spec.renewal is not None:
            renewal = k.spec.renewal
            renewed = last & (self._stream(key, "renewal", t) < renewal.probability)
            k.price = np.where(renewed, month.rent[k.spec.gpu] * (1.0 - renewal.discount), k.price)
            k.end = np.where(renewed, k.end + renewal.months, k.end)
            self._restart_clock(key, renewed, t)
        k.on = k.on & ~(last & ~renewed)

    def _bill(self, month: Month) -> tuple[dict[str, Floats], Floats, Floats]:
        """GPUs billed by contract, revenue, and how much of it was paid in advance."""
        left: dict[str, Floats] = defaultdict(lambda: np.zeros(self.n_paths))
        for lot in self.lots.values():
            left[lot.spec.gpu] = left[lot.spec.gpu] + lot.running(month.t)
        billed, hourly, used = {}, np.zeros(self.n_paths), np.zeros(self.n_paths)
        for key, k in self.contracts.items():
            due = k.on & (k.spec.start_month < month.t) & (month.t <= k.end)
            if not due.any():
                billed[key] = np.zeros(self.n_paths)
                continue
            billed[key] = np.where(due, np.minimum(k.spec.count, left[k.spec.gpu]), 0.0)
            left[k.spec.gpu] = left[k.spec.gpu] - billed[key]
            bill = billed[key] * k.price * k.spec.take_or_pay
            hourly = hourly + bill
            drawn = np.minimum(k.prepaid, k.spec.prepaid.share * HOURS * bill)
            k.prepaid = k.prepaid - drawn
            used = used + drawn
        stop = self.spec.backstop
        if stop is not None and month.t <= stop.until_month:
            taken = np.where(month.opens(stop.window), np.minimum(stop.count, left[stop.gpu]), 0.0)
            left[stop.gpu] = left[stop.gpu] - taken
            hourly = hourly + taken * stop.price
        for g, idle in left.items():
            hourly = hourly + idle * month.rent[g] * month.utilization
        return billed, HOURS * hourly, used

    def collateral(self, pool: str | None, month: Month) -> Floats:
        """Market value in $ of a pool's paid-for lots; None: of the unpledged ones."""
        value = np.zeros(self.n_paths)
        for lot in self.lots.values():
            if lot.spec.pool == pool:
                value = value + lot.paid(month.t) * month.resale[lot.spec.gpu]
        return value

    def paid_gpus(self, pool: str | None, t: int) -> Floats:
        """GPUs paid for in a pool; None: the unpledged ones."""
        own = [lot.paid(t) for lot in self.lots.values() if lot.spec.pool == pool]
        return np.sum(own, axis=0) if own else np.zeros(self.n_paths)
