"""Closed forms of the numbers that are reported, of issuers that jump to default and do no more.

With a constant hazard h a borrower lives through a month with e^{−hΔ}, S_t = e^{−htΔ}, whatever it
has; where it has nothing, its lenders lose all. What `run` reports is set beside that, with the
standard error that its own interval implies.
"""

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import simulate
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.figures import Estimates
from neocloud_mc.results.intervals import Estimate, Z
from neocloud_mc.results.tally import Tally
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.record import Claim, share
from neocloud_mc.validation.sampling import Floats
from neocloud_mc.validation.worlds import MONTHS, Tree, bullet, market, world

_HAZARD: Final = 0.25
_RATE: Final = 0.06
_OWED: Final = 1e6
_UNDRAWN: Final = 5e5
_FIRST_TEST: Final = 3
_LONG: Final = 60
"""Month of maturity beyond the horizon."""


def claims(budget: Budget) -> Iterator[Claim]:
    """Every closed form of what is reported."""
    scenario = world("reported", market(risk_free=_RATE), _borrowers())
    tally = simulate(scenario, paths=budget.paths, seed=budget.key(scenario.name))
    found = estimate(open_book(scenario), tally)
    yield from _losses(found)
    yield from _swaps(found)
    yield from _exposures(found)
    yield from _breaches(tally)


def _borrowers() -> Tree:
    """One with a loan; one that repays it month by month; one that may draw; one in breach."""
    loan = bullet(_OWED, _LONG)
    revolver = {"kind": "revolver", "commitment": _UNDRAWN, "coupon": 0.0, "maturity": _LONG}
    covenants = {"covenants": {"min_liquidity": 1.0}}
    return {
        "issuers": {
            "plain": _jumping(loan=loan),
            "repaying": _jumping(loan=bullet(_OWED, MONTHS) | {"amortization": "linear"})
            | {"cash": _OWED},
            "drawing": _jumping(loan=loan, revolver=revolver),
            "breaching": _jumping(loan=loan | covenants) | {"lenders": {"cure_quarters": 1000}},
        },
        "portfolio": {"plain.loan": 1.0},
    }


def _jumping(**tranches: Tree) -> dict[str, Any]:
    return {"cash": 0.0, "jump_to_default": _HAZARD, "tranches": tranches}


def _survival() -> Floats:
    """S_t, t = 0 … T."""
    alive: Floats = np.exp(-_HAZARD / 12.0 * np.arange(MONTHS + 1))
    return alive


def _losses(found: Estimates) -> Iterator[Claim]:
    """Losses of the whole loan; spreads on what is outstanding, which is S_{t−1} in month t."""
    plain, loan = found.issuers["plain"], found.issuers["plain"].tranches["loan"]
    present = np.exp(-_RATE / 12.0 * np.arange(1, MONTHS + 1)) * -np.diff(_survival())
    spread = -12.0 * math.expm1(-_HAZARD / 12.0)
    early, life = float(present[:12].sum()), float(present.sum())
    for who, of in (("issuer", plain), ("tranche", loan)):
        yield _sampled(f"{who}: fair spread of a constant hazard", spread, of.fair_spread)
        text = f"{who}: expected loss over what is owed"
        yield _sampled(f"{text}, for life", life, _over(of.expected_loss))
        yield _sampled(f"{text}, 12 months", early, _over(of.expected_loss_12m))
    drawn = spread * _OWED / (_OWED + _UNDRAWN)
    text = "issuer: fair spread with a revolver that nobody draws"
    yield _sampled(text, drawn, found.issuers["drawing"].fair_spread)
    early, late = (float(1.0 - _survival()[month]) for month in (12, MONTHS))
    portfolio = found.portfolio
    yield _sampled("portfolio: mean loss by month 12", early, _over(portfolio.by_month_12.mean))
    yield _sampled("portfolio: mean loss by month 24", late, _over(portfolio.mean))


def _swaps(found: Estimates) -> Iterator[Claim]:
    """S = 0.6 (360/365) (1 − e^{−hΔ}) / (Δ (1 + e^{−hΔ})/2), whatever the interest and the term."""
    spread = 0.6 * 360.0 / 365.0 * 24.0 * math.tanh(_HAZARD / 24.0)
    for month in (12, MONTHS):
        text = f"par spread of a credit swap of {month} months on a constant hazard"
        yield _sampled(text, spread, found.issuers["plain"].cds[month])


def _exposures(found: Estimates) -> Iterator[Claim]:
    """What is left of a loan that is repaid in equal parts when its borrower jumps."""
    died = -np.diff(_survival())
    left = 1.0 - np.arange(MONTHS) / MONTHS
    mean = float((died * left).sum() / died.sum())
    repaying = found.issuers["repaying"]
    yield _sampled("exposure at default of a loan repaid in equal parts", mean, _over(repaying.ead))


def _breaches(tally: Tally) -> Iterator[Claim]:
    """In breach from the first test on, which jumps by then never meet."""
    place, alive = 3, _survival()
    breaches, leads = int(tally.breaches[place]), tally.leads[place]
    defaults = int(tally.defaults[place].sum())
    met, last = float(alive[_FIRST_TEST]), float(alive[MONTHS])
    yield share("covenants: P(ever in breach)", met, breaches, tally.n)
    text = "covenants: P(default | breach)"
    yield share(text, 1.0 - last / met, int(leads.sum()), breaches)
    text = "covenants: share of the defaults that were warned of"
    yield share(text, (met - last) / (1.0 - last), int(leads[1:].sum()), defaults)


def _over(amount: Estimate) -> Estimate:
    """An amount over what was lent."""
    value, low, high = (None if x is None else x / _OWED for x in _numbers(amount))
    return Estimate(value, low, high)


def _sampled(text: str, expected: float, found: Estimate) -> Claim:
    """What is reported, with the standard error behind its interval."""
    value, low, high = (math.nan if x is None else x for x in _numbers(found))
    return Claim(text, expected, value, (high - low) / (2.0 * Z))


def _numbers(found: Estimate) -> tuple[float | None, float | None, float | None]:
    return found.value, found.low, found.high
