"""What a month's defaults leave, group by group and path by path.

Recoveries are worked out after all issuers have lived through the month, so that the order of
groups never matters; within a group vehicles are wound up before their head.
"""

from neocloud_mc import jit
from neocloud_mc.elementary import log1p
from neocloud_mc.jit import Record, Table
from neocloud_mc.lane_sets import NOBODY, first_of, without_first
from neocloud_mc.mechanisms import recovery, vehicles, waterfall


@jit.sequence
def resolve(t: int, n: int, market: Record, *tables: Table) -> None:
    """Divide what the group of issuer n leaves among its lenders, where it has defaulted."""
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    hit = NOBODY
    m = issuers[n].first_member
    while m >= 0:
        if issuers[m].n_defaults > 0.0:
            hit |= waterfall.fallen(t, issuers[m])
        m = issuers[m].next_member
    while hit != NOBODY:
        i = first_of(hit)
        hit = without_first(hit)
        m = issuers[n].first_member
        while m >= 0:
            falls = issuers[m].default_month[i] == t
            lives_on = issuers[n].default_month[i] == t and issuers[m].alive[i] > 0.0
            if lives_on:
                vehicles.orphan(t, i, market, issuers[m], lots, contracts, tranches)
            if falls or lives_on:
                value(t, i, n, m, market, *tables)
            m = issuers[m].next_member
        m = issuers[n].first_member
        while m >= 0:
            if issuers[m].default_month[i] == t:
                if m != n and issuers[m].is_guaranteed > 0.0:
                    recovery.settle_guarantee(i, issuers[m], issuers[n], tranches)
                recovery.wind_up(i, issuers[m], lots, contracts, tranches)
                issuers[m].log_ratio[i] = market.log_ratio[i]
            m = issuers[m].next_member


@jit.sequence
def value(t: int, i: int, n: int, m: int, market: Record, *tables: Table) -> None:
    """Value what issuer m has on lane i, and divide it among its lenders if it has defaulted.

    The shares of a vehicle that lives on are a part of the estate of its head n.
    """
    powers, gpus, customers, issuers, fleets, lots, contracts, tranches, pools, calendar = tables
    issuer, head = issuers[m], issuers[n]
    falls = issuer.default_month[i] == t
    net = recovery.price_haircut(t, i, market, issuers[m if falls else n])
    recovery.appraise(t, i, issuer, gpus, lots, fleets, pools)
    worth = net * issuer.collateral[i]
    rate = recovery.lending_rate(i, market)
    growth = log1p(rate)
    if falls:
        recovery.open_estate(i, issuer, tranches)
    for p in range(issuer.first_pool, issuer.end_pool):
        worth += recovery.value_pool(
            t, i, p, net, rate, growth, issuer, fleets, gpus, lots, contracts, pools
        )
        if falls:
            recovery.divide_pool(i, p, issuer, tranches, pools)
    prepaid = recovery.prepaid_rent(t, i, issuer, contracts, pools)
    if not falls:
        head.from_vehicles[i] += recovery.equity_of(i, worth, prepaid, issuer, tranches)
        return
    left = recovery.divide_estate(i, net, prepaid, issuer, tranches)
    if m != n:
        recovery.pass_up(t, i, left, head)
        if issuer.is_guaranteed > 0.0:
            recovery.claim_on_guarantor(i, issuer, head, tranches)
