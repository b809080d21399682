"""Section 8 of the model: default, haircut, pools, estate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .draws import Bools, Floats, Ints, normal
from .issuer import HOURS, Issuer
from .market import DT, GLUT, Month

if TYPE_CHECKING:
    from .waterfall import Record


@dataclass(frozen=True)
class Settlement:
    """A month's liquidations of one issuer, for every path; only those in default count."""

    losses: dict[str, Floats]
    haircut: Floats
    fire_sale: Floats
    pool_value: dict[str, Floats]
    stepped_in: dict[str, Bools]
    estate: Floats
    dumped: Floats


def fire_sale_share(issuers: list[Issuer], t: int) -> Floats:
    """S_t: GPUs of the issuers that defaulted in the last year, share of the market's."""
    share = np.zeros(issuers[0].n_paths)
    for issuer in issuers:
        fresh = (issuer.default_month > 0) & (issuer.default_month >= t - 11)
        share = share + np.where(fresh, issuer.dead_gpus, 0.0)
    return share / issuers[0].scenario.market.total_gpus


def settle(issuer: Issuer, month: Month, record: Record, fire_sale: Floats) -> Settlement:
    """Share out an issuer's pools and estate among its tranches.

    Parameters
    ----------
    issuer : Issuer
        Its lots, contracts and customers as the month left them.
    month : Month
        The month of default.
    record : Record
        The issuer's month, with claims in $.
    fire_sale : float64[n_paths]
        S_t, this month's defaults of all issuers included.

    """
    haircut = draw_haircut(issuer, month, fire_sale)
    unpaid = dict(record.claims)
    values, stepped = {}, {}
    estate = np.zeros(issuer.n_paths)
    dumped = issuer.paid_gpus(None, month.t)
    for pool in issuer.spec.pools:
        sale = sale_value(issuer, pool, month, haircut)
        going = step_in_value(issuer, pool, month, record)
        stepped[pool] = going > sale
        values[pool] = np.maximum(going, sale)
        dumped = dumped + np.where(stepped[pool], 0.0, issuer.paid_gpus(pool, month.t))
        ranks = {j: s.spec.rank for j, s in issuer.tranches.items() if s.spec.pool == pool}
        estate = estate + share_out(values[pool], ranks, unpaid)
    own = record.estate_cash + sale_value(issuer, None, month, haircut)
    ranks = {
        j: s.spec.rank if s.spec.pool is None else 1
        for j, s in issuer.tranches.items()
        if s.spec.pool is None or s.spec.recourse
    }
    share_out(estate + own, ranks, unpaid)
    return Settlement(unpaid, haircut, fire_sale, values, stepped, own, dumped)


def draw_haircut(issuer: Issuer, month: Month, fire_sale: Floats) -> Floats:
    """H: the share of resale value that this default's sale gives up."""
    terms = issuer.scenario.market.haircut
    z = normal(issuer.draws, f"haircut/{issuer.name}", month.t)
    score = (
        math.log(terms["base"] / (1.0 - terms["base"]))
        + terms["glut"] * (month.regime == GLUT)
        + terms["fire_sale"] * fire_sale
        + terms["volatility"] * z
    )
    haircut: Floats = 1.0 / (1.0 + np.exp(-score))
    return haircut


def sale_value(issuer: Issuer, pool: str | None, month: Month, haircut: Floats) -> Floats:
    """V: what the liquidation of a pool brings today in $; None: of the unpledged lots."""
    market = issuer.scenario.market
    wait = math.exp(-market.risk_free * market.resale["months"] * DT)
    kept = (1.0 - market.resale["cost"]) * (1.0 - haircut) * wait
    return kept * issuer.collateral(pool, month)


def step_in_value(issuer: Issuer, pool: str, month: Month, record: Record) -> Floats:
    """What a pool is worth as a going concern in $ (0 if lenders cannot step in)."""
    value = np.zeros(issuer.n_paths)
    friction, t = issuer.spec.step_in, month.t
    if friction is None:
        return value
    reach = {g: np.zeros(issuer.n_paths) for g in issuer.scenario.gpus}
    for lot in issuer.lots.values():
        if lot.spec.pool == pool:
            reach[lot.spec.gpu] = reach[lot.spec.gpu] + lot.running(t)
    for key, k in issuer.contracts.items():
        if k.spec.pool != pool or k.spec.start_month >= t:
            continue
        active = k.on & ~month.failed[k.spec.customer]
        g = k.spec.gpu
        served = np.where(active, np.minimum(record.operations.billed[key], reach[g]), 0.0)
        reach[g] = reach[g] - served
        income = HOURS * k.price * k.spec.take_or_pay * (1.0 - issuer.spec.costs.variable)
        margin = income - issuer.scenario.gpus[g].operating_cost * issuer.inflation(t)
        value = value + served * np.maximum(0.0, margin) * annuity(k.end - t, month.new_rate)
    return (1.0 - friction) * value


def annuity(months: Ints, rate: Floats) -> Floats:
    """Value of 1 a month for so many months at a yearly rate."""
    i = rate * DT
    flat = i == 0.0
    level = -np.expm1(-months * np.log1p(i)) / np.where(flat, 1.0, i)
    return np.where(flat, months, level)


def share_out(money: Floats, ranks: dict[str, int], unpaid: dict[str, Floats]) -> Floats:
    """Pay tranches by rank, pro rata within a rank; lowers `unpaid`, gives back what is left."""
    for rank in sorted(set(ranks.values())):
        members = [j for j, r in ranks.items() if r == rank]
        owed = np.sum([unpaid[j] for j in members], axis=0)
        share = np.minimum(1.0, money / np.where(owed > 0.0, owed, 1.0))
        for j in members:
            unpaid[j] = unpaid[j] - share * unpaid[j]
        money = money - np.minimum(money, owed)
    return money
