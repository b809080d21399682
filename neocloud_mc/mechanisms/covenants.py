"""Covenants: tested every third month, cured, waived or fatal.

Tested for every tranche with B > 0 after the month's payments:

- DSCR, the issuer's CFADS over (interest + scheduled principal of all its tranches, notes
  included, balloons not), both over the last three months; without debt service it passes;
- LTV of the tranche, balances after the month's payments;
- liquidity: cash + undrawn revolvers before their maturity.

Any failure: the issuer is *in breach* until the next test and its count of consecutive breaches
rises; none: the count returns to 0. When the count exceeds `lenders.cure_quarters`, lenders waive
(count 0, not in breach) if `lenders.window` is open and U < `lenders.waiver`; else **default**,
cause *covenant*, after the month's payments.

*Not modelled:* fees and repricing for a waiver, equity cures.
"""

import math
from typing import Annotated

from pydantic import Field

from neocloud_mc import draws, jit
from neocloud_mc.causes import COVENANT
from neocloud_mc.jit import Record
from neocloud_mc.quantities import OPEN, Quarters, Share, Terms, Window


class Lenders(Terms):
    """How patient the lenders are."""

    cure_quarters: Annotated[Quarters, Field(description="Failed tests in a row they bear.")] = 0
    waiver: Annotated[Share, Field(description="Chance that they waive then.")] = 0.0
    window: Annotated[Window, Field(description="Climate below which they never waive.")] = OPEN


MONTHS_BETWEEN_TESTS = 3

COVENANT_SCALARS = ("n_in_breach",)
"""Lanes that failed the last test, those that were then waived included."""
COVENANT_LANES = ("in_breach", "breaches", "first_breach", "dscr", "liquidity", "fails")


@jit.step
def begin(issuer: Record) -> None:
    """Nobody is in breach; mutates `issuer`."""
    issuer.n_in_breach = 0.0
    for i in range(len(issuer.in_breach)):
        issuer.in_breach[i] = 0.0
        issuer.breaches[i] = 0.0
        issuer.first_breach[i] = 0.0


@jit.step
def measure(issuer: Record) -> None:
    """DSCR of the last three months and cash; mutates `dscr`, `liquidity`, `fails`."""
    for i in range(len(issuer.dscr)):
        cfads = issuer.cfads[i] + issuer.cfads_1[i] + issuer.cfads_2[i]
        service = issuer.service[i] + issuer.service_1[i] + issuer.service_2[i]
        issuer.dscr[i] = cfads / service if service > 0.0 else math.inf
        issuer.liquidity[i] = issuer.cash[i]
        issuer.fails[i] = 0.0


@jit.step
def count_revolver(t: int, issuer: Record, tranche: Record) -> None:
    """Add what a revolver can still lend; mutates `issuer.liquidity`."""
    for i in range(len(issuer.liquidity)):
        issuer.liquidity[i] += tranche.undrawn[i] if t < tranche.maturity[i] else 0.0


@jit.step
def test(issuer: Record, tranche: Record) -> None:
    """Test one tranche's limits; a limit that is NaN always passes; mutates `issuer.fails`."""
    min_dscr, max_ltv = tranche.covenants_min_dscr, tranche.covenants_max_ltv
    min_liquidity, is_secured = tranche.covenants_min_liquidity, tranche.pool >= 0
    for i in range(len(issuer.fails)):
        fails = (issuer.dscr[i] < min_dscr) | (issuer.liquidity[i] < min_liquidity)
        fails = fails | (is_secured & (tranche.ltv[i] > max_ltv))
        fails = fails & (tranche.balance[i] > 0.0) & (issuer.alive[i] > 0.0)
        issuer.fails[i] = 1.0 if fails else issuer.fails[i]


@jit.step
def enforce(t: int, market: Record, issuer: Record) -> None:
    """Cure, bear, waive or call default; mutates `issuer`."""
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
                _waive_or_accelerate(t, i, market, issuer)


@jit.step
def _waive_or_accelerate(t: int, i: int, market: Record, issuer: Record) -> None:
    """The lenders' patience is over on lane i; mutates `issuer`."""
    u = draws.uniform(market.seed, market.first_path + i, t, issuer.stream_lenders)
    if market.climate[i] > issuer.lenders_window and u < issuer.lenders_waiver:
        issuer.in_breach[i] = 0.0
        issuer.breaches[i] = 0.0
    else:
        issuer.alive[i] = 0.0
        issuer.default_month[i] = t
        issuer.cause[i] = COVENANT
        issuer.n_defaults += 1.0
