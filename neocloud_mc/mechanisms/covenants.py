"""Covenants: tested every third month, cured, waived or fatal.

Tested for every tranche with B > 0 after the month's payments, from `from_month` on:

- DSCR, the issuer's CFADS over (interest + scheduled principal of all its tranches, notes
  included, balloons not), both over the last three months; of a parent CFADS includes what its
  vehicles distributed the month before; without debt service it passes;
- LTV of the tranche, balances after the month's payments;
- liquidity: cash + undrawn revolvers before their maturity.

Any failure: the issuer is *in breach* until the next test and its count of consecutive breaches
rises; none: the count returns to 0. When the count exceeds `lenders.cure_quarters`, lenders waive
(count 0, not in breach) if `lenders.window` is open and U < `lenders.waiver`; else *cash cure*: if
the balances of the tranches that failed a test of their own are at most cash less the minimum cash,
they are repaid at par, what they could still lend lapses, count 0 and not in breach; else
**default**, cause *covenant*, after the month's payments. The cure of a vehicle may also take,
after its own, its guarantor's cash above the minimum (see vehicles).

*Not modelled:* fees and repricing for a waiver, equity cures.
"""

import math
from typing import Annotated

from pydantic import Field

from neocloud_mc import draws, jit
from neocloud_mc.causes import COVENANT
from neocloud_mc.jit import Record, Table
from neocloud_mc.quantities import OPEN, Quarters, Share, Terms, Window


class Lenders(Terms):
    """How patient the lenders are."""

    cure_quarters: Annotated[Quarters, Field(description="Failed tests in a row they bear.")] = 0
    waiver: Annotated[Share, Field(description="Chance that they waive then.")] = 0.0
    window: Annotated[Window, Field(description="Climate below which they never waive.")] = OPEN


MONTHS_BETWEEN_TESTS = 3


@jit.step
def begin(issuer: Record) -> None:
    """Nobody is in breach; mutates `issuer`."""
    issuer.n_in_breach = 0.0
    for i in range(len(issuer.in_breach)):
        issuer.in_breach[i] = 0.0
        issuer.breaches[i] = 0.0
        issuer.first_breach[i] = 0.0
        issuer.is_cured[i] = 0.0


@jit.step
def is_due(t: int, issuer: Record) -> bool:
    """Whether the issuer is tested in month t."""
    return t % MONTHS_BETWEEN_TESTS == 0 and issuer.has_covenants > 0.0


@jit.step
def measure_dscr(issuer: Record) -> None:
    """DSCR of the last three months, infinite without debt service; mutates `dscr`."""
    for i in range(len(issuer.dscr)):
        cfads = issuer.cfads[i] + issuer.cfads_1[i] + issuer.cfads_2[i]
        cfads += issuer.upstream[i] + issuer.upstream_1[i] + issuer.upstream_2[i]
        service = issuer.service[i] + issuer.service_1[i] + issuer.service_2[i]
        issuer.dscr[i] = cfads / service if service > 0.0 else math.inf


@jit.step
def open_test(issuer: Record) -> None:
    """Nothing has failed yet; liquidity begins with cash; mutates `issuer`."""
    for i in range(len(issuer.fails)):
        issuer.liquidity[i] = issuer.cash[i]
        issuer.fails[i] = 0.0
        issuer.is_cured[i] = 0.0


@jit.step
def count_revolver(t: int, issuer: Record, tranche: Record) -> None:
    """Add what a revolver can still lend; mutates `issuer.liquidity`."""
    for i in range(len(issuer.liquidity)):
        issuer.liquidity[i] += tranche.undrawn[i] if t < tranche.maturity[i] else 0.0


@jit.step
def test(t: int, issuer: Record, tranche: Record) -> None:
    """Test one tranche's limits; a limit that is NaN passes; mutates both records' `fails`."""
    min_dscr, max_ltv = tranche.covenants_min_dscr, tranche.covenants_max_ltv
    min_liquidity, is_secured = tranche.covenants_min_liquidity, tranche.pool >= 0
    is_tested = t >= tranche.covenants_from_month
    for i in range(len(issuer.fails)):
        fails = (issuer.dscr[i] < min_dscr) | (issuer.liquidity[i] < min_liquidity)
        fails = fails | (is_secured & (tranche.ltv[i] > max_ltv))
        fails = fails & is_tested & (tranche.balance[i] > 0.0) & (issuer.alive[i] > 0.0)
        tranche.fails[i] = 1.0 if fails else 0.0
        issuer.fails[i] = 1.0 if fails else issuer.fails[i]


@jit.step
def enforce(t: int, market: Record, issuer: Record, guarantor: Record, tranches: Table) -> None:
    """Cure, bear, waive, let repay, or accelerate; mutates `issuer`, and what a cure takes from.

    `guarantor` is the issuer itself where nobody else answers for it.
    """
    patience, n_failing, n_lost = issuer.lenders_cure_quarters, 0, 0
    for i in range(len(issuer.fails)):
        fails, earlier, first = issuer.fails[i], issuer.breaches[i], issuer.first_breach[i]
        breaches = fails * (earlier + 1.0)
        issuer.in_breach[i] = fails
        issuer.breaches[i] = breaches
        issuer.first_breach[i] = t if (fails > 0.0) & (first == 0.0) else first
        n_failing += 1 if fails > 0.0 else 0
        n_lost += 1 if breaches > patience else 0
    issuer.n_in_breach = n_failing
    if n_lost > 0:
        for i in range(len(issuer.fails)):
            if issuer.breaches[i] > patience:
                _lose_patience(t, i, market, issuer, guarantor, tranches)


@jit.step
def _lose_patience(
    t: int, i: int, market: Record, issuer: Record, guarantor: Record, tranches: Table
) -> None:
    """Waive, take the money, or accelerate, on lane i; mutates as `enforce`."""
    u = draws.uniform(market.seed, market.first_path + i, t, issuer.stream_lenders)
    is_waived = market.climate[i] > issuer.lenders_window and u < issuer.lenders_waiver
    if is_waived or _cure(i, issuer, guarantor, tranches):
        issuer.in_breach[i] = 0.0
        issuer.breaches[i] = 0.0
    else:
        issuer.alive[i] = 0.0
        issuer.default_month[i] = t
        issuer.cause[i] = COVENANT
        issuer.n_defaults += 1.0


@jit.step
def _cure(i: int, issuer: Record, guarantor: Record, tranches: Table) -> bool:
    """Repay what failed from cash above the minimum, on lane i; whether there was enough.

    Mutates the tranches that failed, the issuer's cash and `prepaid`, the guarantor's cash and
    `cures`.
    """
    owed = 0.0
    for j in range(issuer.first_tranche, issuer.end_tranche):
        owed += tranches[j].balance[i] if tranches[j].fails[i] > 0.0 else 0.0
    own = max(0.0, issuer.cash[i] - issuer.floor[i])
    help_available = 0.0
    if issuer.is_guaranteed > 0.0 and guarantor.alive[i] > 0.0:
        help_available = max(0.0, guarantor.cash[i] - guarantor.floor[i])
    if owed > own + help_available:
        return False
    from_own = min(owed, own)
    issuer.cash[i] -= from_own
    issuer.prepaid[i] += owed
    issuer.is_cured[i] = 1.0
    if owed > from_own:
        guarantor.cash[i] -= owed - from_own
        guarantor.cures[i] += owed - from_own
        issuer.cured_by_parent[i] = owed - from_own
    for j in range(issuer.first_tranche, issuer.end_tranche):
        if tranches[j].fails[i] > 0.0:
            tranches[j].balance[i] = 0.0
            tranches[j].undrawn[i] = 0.0
    return True
