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
    from .group import Record


@dataclass(frozen=True)
class Settlement:
    """A month's liquidations of one issuer, for every path; only those in default count.

    `left` is what stays when every claim on the estate is paid.
    """

    losses: dict[str, Floats]
    haircut: Floats
    fire_sale: Floats
    pool_value: dict[str, Floats]
    stepped_in: dict[str, Bools]
    estate: Floats
    left: Floats
    dumped: Floats


def fire_sale_share(issuers: list[Issuer], t: int) -> Floats:
    """S_t: GPUs of the issuers that defaulted in the last year, share of the market's."""
    share = np.zeros(issuers[0].n_paths)
    for issuer in issuers:
        fresh = (issuer.default_month > 0) & (issuer.default_month >= t - 11)
        share = share + np.where(fresh, issuer.dead_gpus, 0.0)
    return share / issuers[0].scenario.market.total_gpus


def settle_group(
    group: list[Issuer], month: Month, records: dict[str, Record], fire_sale: Floats
) -> dict[str, Settlement]:
    """Wind up the vehicles of a group that have defaulted, then their parent, its last member.

    Pays what vehicles leave to a parent that lives.
    """
    *vehicles, p = group
    n, ours = p.n_paths, records[p.name]
    found: dict[str, Settlement] = {}
    inherited, shares = np.zeros(n), np.zeros(n)
    deficiency: dict[str, Floats] = {}
    haircut = draw_haircut(p, month, fire_sale)
    for v in vehicles:
        record = records[v.name]
        result = settle(v, month, record, fire_sale, np.zeros(n), np.zeros(n), {})
        found[v.name] = result
        left = np.where(record.defaulted, result.left, 0.0)
        inherited = inherited + np.where(ours.defaulted, left, 0.0)
        upward = np.where(ours.lives & ~ours.defaulted, left, 0.0)
        p.cash = p.cash + upward
        ours.from_group = ours.from_group + upward
        living = record.lives & ~record.defaulted & ours.defaulted
        shares = shares + np.where(living, worth(v, month, record, haircut), 0.0)
        if v.spec.vehicle.guaranteed(month.t):
            for j, state in v.tranches.items():
                if state.spec.recourse:
                    both = record.defaulted & ours.defaulted
                    deficiency[f"{v.name}.{j}"] = np.where(both, result.losses[j], 0.0)
    owed = dict(deficiency)
    found[p.name] = settle(p, month, ours, fire_sale, inherited, shares, deficiency)
    for key, unpaid in deficiency.items():
        name, j = key.split(".", 1)
        paid = np.where(ours.defaulted, owed[key] - unpaid, 0.0)
        found[name].losses[j] = found[name].losses[j] - paid
    return found


def settle(
    issuer: Issuer,
    month: Month,
    record: Record,
    fire_sale: Floats,
    inherited: Floats,
    shares: Floats,
    deficiency: dict[str, Floats],
) -> Settlement:
    """Share out an issuer's pools and estate among its tranches and customers.

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
    inherited, shares : float64[n_paths]
        What vehicles that are wound up leave, and what those that live on are worth, USD.
    deficiency : dict of float64[n_paths]
        Guaranteed claims, USD; lowered by what is paid on them.

    """
    haircut = draw_haircut(issuer, month, fire_sale)
    unpaid = dict(record.claims)
    values, stepped, dumped = value_pools(issuer, month, record, haircut)
    estate = inherited
    for pool in issuer.spec.pools:
        ranks = {j: s.spec.rank for j, s in issuer.tranches.items() if s.spec.pool == pool}
        estate = estate + share_out(values[pool], ranks, unpaid)
    own = record.estate_cash + sale_value(issuer, None, month, haircut) + shares
    ranks = {
        j: s.spec.rank if s.spec.pool is None else 1
        for j, s in issuer.tranches.items()
        if s.spec.pool is None or s.spec.recourse
    }
    others = deficiency | rent_claims(issuer, month, record, stepped)
    everyone = unpaid | others
    left = share_out(estate + own, ranks | dict.fromkeys(others, 1), everyone)
    for claims in (unpaid, deficiency):
        claims.update((key, everyone[key]) for key in list(claims))
    return Settlement(unpaid, haircut, fire_sale, values, stepped, own, left, dumped)


def value_pools(
    issuer: Issuer, month: Month, record: Record, haircut: Floats
) -> tuple[dict[str, Floats], dict[str, Bools], Floats]:
    """The larger of sale and step-in of every pool, which it is, and the GPUs that are sold."""
    values, stepped = {}, {}
    dumped = issuer.paid_gpus(None, month.t)
    for pool in issuer.spec.pools:
        sale = sale_value(issuer, pool, month, haircut)
        going = step_in_value(issuer, pool, month, record)
        stepped[pool] = going > sale
        values[pool] = np.maximum(going, sale)
        dumped = dumped + np.where(stepped[pool], 0.0, issuer.paid_gpus(pool, month.t))
    return values, stepped, dumped


def rent_claims(
    issuer: Issuer, month: Month, record: Record, stepped: dict[str, Bools]
) -> dict[str, Floats]:
    """What customers paid in advance and will not get, USD, under keys that no tranche has."""
    claims = {}
    for key, k in issuer.contracts.items():
        refund = np.where(record.fails, record.operations.refunds[key], 0.0)
        held = issuer.rent_in_hand(key)
        if k.spec.pool is not None:
            valued = stepped[k.spec.pool] & is_active(issuer, key, month)
            held = np.where(valued, 0.0, held)
        claims[f"rent of {key}"] = refund + held
    return claims


def is_active(issuer: Issuer, key: str, month: Month) -> Bools:
    """Begun, still on, its customer solvent."""
    k = issuer.contracts[key]
    return k.on & ~month.failed[k.spec.customer] & (k.spec.start_month < month.t)


def worth(v: Issuer, month: Month, record: Record, haircut: Floats) -> Floats:
    """What the shares of a vehicle that lives on bring its parent's estate, USD."""
    values, stepped, _ = value_pools(v, month, record, haircut)
    assets = v.cash + sale_value(v, None, month, haircut)
    assets = sum(values.values(), start=assets)
    debts = sum((s.balance for s in v.tranches.values()), start=np.zeros(v.n_paths))
    for held in rent_claims(v, month, record, stepped).values():
        debts = debts + held
    return np.maximum(0.0, assets - debts)


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
        active = is_active(issuer, key, month)
        g = k.spec.gpu
        served = np.where(active, np.minimum(record.operations.billed[key], reach[g]), 0.0)
        reach[g] = reach[g] - served
        income = HOURS * k.price * k.spec.take_or_pay * (1.0 - issuer.spec.costs.variable)
        cost = issuer.scenario.gpus[g].operating_cost * issuer.inflation(t)
        margin = np.maximum(0.0, income - cost * issuer.operator_factor)
        worth_of_it = served * margin * annuity(k.end - t, month.new_rate)
        value = value + np.maximum(0.0, worth_of_it - np.where(active, k.prepaid, 0.0))
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
