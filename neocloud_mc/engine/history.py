"""Blocks of paths from the base date to the horizon, and what is kept of them."""

from typing import Final

from neocloud_mc import jit
from neocloud_mc.engine import path
from neocloud_mc.jit import Record, Table
from neocloud_mc.mechanisms import (
    contracts as rent,
    covenants,
    customers as clients,
    debt,
    fleet as plant,
    market as weather,
    operations,
    recovery,
    vehicles,
    waterfall,
)

OUTCOMES_PER_ISSUER: Final = 3
OUTCOMES_PER_TRANCHE: Final = 3


@jit.kernel
def history(months: tuple[int, int], outcome: Table, market: Record, *tables: Table) -> None:
    """Simulate paths from `market.first_path` on; mutates all tables but `calendar`.

    months : the first and the last; 0 is the base date.
    outcome : float64[3 issuers + 3 tranches + months, n_paths], rows as `record` writes them; in a
        tilted market issuers + 1 more, as `record_ratios` writes them. Filled if it has any rows.
    """
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    first, last = months
    first_index = OUTCOMES_PER_ISSUER * len(issuers) + OUTCOMES_PER_TRANCHE * len(tranches)
    first_ratio = first_index + calendar.shape[1] - 1
    lanes, first_path, n_paths = len(market.index), market.first_path, outcome.shape[1]
    for done in range(0, n_paths, lanes):
        market.first_path = first_path + done
        kept = min(lanes, n_paths - done) if len(outcome) > 0 else 0
        if first == 0:
            begin(market, *tables)
        for t in range(max(first, 1), last + 1):
            path.month(t, market, *tables)
            for i in range(kept):
                outcome[first_index + t - 1, done + i] = market.index[i]
        if kept > 0:
            record(done, kept, outcome, issuers, tranches)
            if market.is_tilted > 0.0:
                record_ratios(done, kept, first_ratio, outcome, market, issuers)


@jit.sequence
def begin(market: Record, *tables: Table) -> None:
    """Put a block of paths at the base date; mutates the tables, `calendar` apart."""
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    weather.begin(market)
    recovery.begin_market(market)
    for g in range(len(gpus)):
        weather.begin_type(gpus[g])
    for f in range(len(fleets)):
        plant.begin_fleet(fleets[f])
    for c in range(len(customers)):
        clients.begin(market, customers[c])
    for j in range(len(tranches)):
        debt.begin(market, tranches[j])
    for k in range(len(contracts)):
        rent.begin(market, contracts[k], gpus[fleets[contracts[k].fleet].gpu])
    for n in range(len(issuers)):
        issuer = issuers[n]
        waterfall.begin(issuer)
        operations.begin(issuer)
        debt.begin_service(issuer)
        covenants.begin(issuer)
        recovery.begin(issuer)
        vehicles.begin(issuer)
        plant.begin(market, issuer, lots)


@jit.step
def record(done: int, kept: int, outcome: Table, issuers: Table, tranches: Table) -> None:
    """Write the block's outcomes from column `done` on, kind by kind; mutates `outcome`."""
    n_issuers, n_tranches = len(issuers), len(tranches)
    for n in range(n_issuers):
        for i in range(kept):
            outcome[n, done + i] = issuers[n].default_month[i]
            outcome[n_issuers + n, done + i] = issuers[n].cause[i]
            outcome[2 * n_issuers + n, done + i] = issuers[n].first_breach[i]
    for j in range(n_tranches):
        row = OUTCOMES_PER_ISSUER * n_issuers + j
        for i in range(kept):
            outcome[row, done + i] = tranches[j].claim[i]
            outcome[row + n_tranches, done + i] = tranches[j].loss[i]
            outcome[row + 2 * n_tranches, done + i] = tranches[j].exposure[i]


@jit.step
def record_ratios(
    done: int, kept: int, first: int, outcome: Table, market: Record, issuers: Table
) -> None:
    """Write log likelihood ratios from row `first` on, to an issuer's default; the whole last."""
    for n in range(len(issuers)):
        for i in range(kept):
            ratio = market.log_ratio[i]
            has_defaulted = issuers[n].default_month[i] > 0.0
            outcome[first + n, done + i] = issuers[n].log_ratio[i] if has_defaulted else ratio
    for i in range(kept):
        outcome[first + len(issuers), done + i] = market.log_ratio[i]
