"""All issuers of a scenario, month by month, over all paths at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .group import Record, step_group
from .issuer import Issuer
from .market import DT, Market, Month
from .outcome import Outcome
from .recovery import Settlement, fire_sale_share, settle_group
from .scenario import Scenario, read_scenario
from .some_paths import some_issuer, some_of

if TYPE_CHECKING:
    from .draws import Draws, Floats, Ints


def simulate(
    scenario: dict[str, Any], draws: Draws, n_paths: int, by_month: bool = True
) -> Outcome:
    """Run sections 1 to 8 of the model, slowly and plainly.

    Parameters
    ----------
    scenario : dict
        The merged scenario file, defaults not filled in.
    draws : Draws
        Uniforms by stream and month.
    n_paths : int
        Number of paths.
    by_month : bool
        Whether the outcome holds what is kept month by month.

    Returns
    -------
    Outcome

    Raises
    ------
    KeyError, TypeError
        If the scenario lacks something that has no default.

    """
    read = read_scenario(scenario)
    market = Market(read, draws, n_paths)
    issuers = [Issuer(name, read, draws, n_paths) for name in read.issuers]
    span = read.horizon + int(read.market.resale["months"]) + 1
    releases = np.zeros((span, n_paths))
    outcome = _blank(read, n_paths, by_month)
    groups = _groups(issuers)
    for t in range(1, read.horizon + 1):
        month = market.step(t, releases[t], _recent_defaults(issuers, t))
        if by_month:
            _note_market(outcome, month, releases[t])
        records: dict[str, Record] = {}
        for group in groups:
            records |= step_group(group, month)
        _settle_all(outcome, groups, month, records, releases)
        for issuer in issuers:
            _note_month(outcome, issuer, month, records[issuer.name])
            if by_month:
                _note_series(outcome, issuer, month, records[issuer.name])
    return outcome


def _groups(issuers: list[Issuer]) -> list[list[Issuer]]:
    """Issuers with their vehicles, the parent last, in file order."""
    return [
        [*(v for v in issuers if v.spec.parent == p.name), p]
        for p in issuers
        if p.spec.parent is None
    ]


def _recent_defaults(issuers: list[Issuer], t: int) -> Floats:
    recent = np.zeros(issuers[0].n_paths)
    for issuer in issuers:
        if issuer.spec.parent is not None:
            continue
        recent = recent + ((issuer.default_month > 0) & (issuer.default_month >= t - 12))
    return recent


def _settle_all(
    outcome: Outcome,
    groups: list[list[Issuer]],
    month: Month,
    records: dict[str, Record],
    releases: Floats,
) -> None:
    issuers = [issuer for group in groups for issuer in group]
    for issuer in issuers:
        fresh = records[issuer.name].defaulted
        if fresh.any():
            owned = sum(lot.paid(month.t) for lot in issuer.lots.values())
            issuer.dead_gpus = np.where(fresh, owned, issuer.dead_gpus)
    fire_sale = fire_sale_share(issuers, month.t)
    for group in groups:
        paths = np.flatnonzero(np.any([records[i.name].defaulted for i in group], axis=0))
        if paths.size:
            _settle(outcome, group, month, records, fire_sale, releases, paths)


def _settle(
    outcome: Outcome,
    group: list[Issuer],
    month: Month,
    records: dict[str, Record],
    fire_sale: Floats,
    releases: Floats,
    paths: Ints,
) -> None:
    """Wind up a group on the paths on which one of its members has defaulted."""
    market = group[0].scenario.market
    over = int(market.resale["months"])
    fallen = [some_issuer(issuer, paths) for issuer in group]
    months = {issuer.name: some_of(records[issuer.name], paths) for issuer in group}
    results = settle_group(fallen, some_of(month, paths), months, fire_sale[paths])
    for issuer in fallen:
        record, result = months[issuer.name], results[issuer.name]
        fresh = record.defaulted
        _note_default(outcome, issuer, record, result, paths)
        releases[month.t + 1 : month.t + over + 1, paths[fresh]] += result.dumped[fresh] / (
            over * market.total_gpus
        )
    parent, ours = group[-1], records[group[-1].name]
    parent.cash[paths] = fallen[-1].cash
    ours.from_group[paths] = months[parent.name].from_group


def _blank(scenario: Scenario, n: int, by_month: bool) -> Outcome:
    shape = (scenario.horizon if by_month else 0, n)
    out = Outcome(
        x=np.zeros(shape),
        regime=np.zeros(shape, dtype=np.int64),
        climate=np.zeros(shape),
        spread=np.zeros(shape),
        released=np.zeros(shape),
        risk_free=scenario.market.risk_free,
    )
    for name, spec in scenario.issuers.items():
        out.parent[name] = spec.parent
        for series in (out.revenue, out.cfads, out.capex, out.interest, out.equity):
            series[name] = np.full(shape, np.nan)
        for series in (out.received, out.from_group, out.distributed):
            series[name] = np.full(shape, np.nan)
        out.cash[name], out.debt[name] = np.full(shape, np.nan), np.full(shape, np.nan)
        out.opening_cash[name] = spec.cash
        out.opening_debt[name] = sum(j.principal for j in spec.tranches.values())
        for nothing in (out.default_month, out.cause, out.first_breach):
            nothing[name] = np.zeros(n, dtype=np.int64)
        for unknown in (out.haircut, out.fire_sale, out.estate):
            unknown[name] = np.full(n, np.nan)
        for pool in spec.pools:
            out.pool_value[name, pool] = np.full(n, np.nan)
            out.stepped_in[name, pool] = np.zeros(n, dtype=bool)
        for j in spec.tranches:
            for amount in (out.claim, out.loss, out.exposure):
                amount[name, j] = np.zeros(n)
    return out


def _note_market(outcome: Outcome, month: Month, released: Floats) -> None:
    row = month.t - 1
    outcome.x[row] = month.index
    outcome.regime[row] = month.regime
    outcome.climate[row] = month.climate
    outcome.spread[row] = month.spread
    outcome.released[row] = released


def _note_series(outcome: Outcome, issuer: Issuer, month: Month, record: Record) -> None:
    name, row = issuer.name, month.t - 1
    stepped = record.lives
    for series, value in (
        (outcome.revenue, record.operations.revenue),
        (outcome.cfads, record.operations.cfads),
        (outcome.capex, record.bought.total(issuer.n_paths)),
        (outcome.interest, record.interest),
        (outcome.equity, record.raised.equity),
        (outcome.received, record.operations.received - record.due.refunds),
        (outcome.from_group, record.from_group),
        (outcome.distributed, record.distributed),
    ):
        series[name][row] = np.where(stepped, value, np.nan)
    outcome.cash[name][row] = np.where(issuer.alive, issuer.cash, np.nan)
    debt = sum((s.balance for s in issuer.tranches.values()), start=np.zeros(issuer.n_paths))
    outcome.debt[name][row] = np.where(issuer.alive, debt, np.nan)


def _note_month(outcome: Outcome, issuer: Issuer, month: Month, record: Record) -> None:
    name = issuer.name
    outcome.default_month[name] = issuer.default_month
    outcome.cause[name] = issuer.cause
    outcome.first_breach[name] = issuer.first_breach
    discount = math.exp(-issuer.scenario.market.risk_free * month.t * DT)
    for j, balance in record.opening.items():
        extent = balance + record.undrawn.get(j, 0.0)
        outcome.exposure[name, j] += np.where(record.lives, discount * DT * extent, 0.0)


def _note_default(
    outcome: Outcome, issuer: Issuer, record: Record, result: Settlement, paths: Ints
) -> None:
    """Write what became of the issuer where it has defaulted, `paths` being those settled."""
    name, fresh = issuer.name, record.defaulted
    fell = paths[fresh]
    for j in issuer.tranches:
        outcome.claim[name, j][fell] = record.claims[j][fresh]
        outcome.loss[name, j][fell] = result.losses[j][fresh]
    outcome.haircut[name][fell] = result.haircut[fresh]
    outcome.fire_sale[name][fell] = result.fire_sale[fresh]
    outcome.estate[name][fell] = result.estate[fresh]
    for pool, value in result.pool_value.items():
        outcome.pool_value[name, pool][fell] = value[fresh]
        outcome.stepped_in[name, pool][fell] = result.stepped_in[pool][fresh]
