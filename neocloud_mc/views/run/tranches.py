"""A run's table of tranches: what the contract pays beside what the risk costs."""

from collections.abc import Iterator, Sequence
from typing import Final

from neocloud_mc.results.credit_swaps import LOSS_GIVEN_DEFAULT
from neocloud_mc.results.figures import Estimates, IssuerEstimates, TrancheEstimates
from neocloud_mc.views.render.calendar_months import alone
from neocloud_mc.views.render.grid import Alarm, Grid
from neocloud_mc.views.render.numbers import (
    UNDEFINED,
    amount,
    basis_points,
    in_basis_points,
    loss_rate,
    percent,
    usd,
)
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.run.families import families, left_out, name
from neocloud_mc.views.run.issuers import MANY, graded, noted, remarks

_HEADER: Final = (
    *("tranche", "rank", "matures", "drawn", "undrawn", "PD", "EAD", "LGD", "expected\nloss"),
    *("first 12\nmonths", "fair,\nbp", "contract,\nbp"),
    *("margin\ncovers\nexpected\nloss?", "implied\nrating"),
)
PRICED_AND_RATED: Final = (
    ("fair,\nbp", "fair: the spread a year that pays for the expected loss."),
    ("contract,\nbp", f"{UNDEFINED} for a contract: no price of credit."),
    ("margin\ncovers\nexpected\nloss?", "undecided: the interval of fair holds the contract's."),
    (
        "implied\nrating",
        "Rating: whose published default rates are nearest to the expected loss over "
        f"{LOSS_GIVEN_DEFAULT:.0%}.",
    ),
)
"""What columns of tranches mean."""
_SPARE: Final = (9, 6, 1, 13, 4, 2, 8)
"""What goes first where there is no room, unless all is asked for; never how much is drawn, PD, LGD
and whether the contract pays for them."""


def tranches(estimates: Estimates, base_date: str | None, *, is_full: bool) -> Grid:
    """The largest tranches, or all, under their issuers."""
    issuers = families(estimates)
    everything = [(issuer, t) for issuer in issuers for t in issuer.tranches.values()]
    shown = everything if is_full else _largest(everything)
    figures = [e for _, t in shown for e in (t.lgd, t.expected_loss, t.fair_spread)]
    return Grid(
        "Tranches: what the contract pays beside what the risk costs",
        _HEADER,
        tuple(_rows(issuers, shown, base_date)),
        noted(
            figures,
            *remarks((f"{who.id}.{t.id}", t.implied_rating) for who, t in shown),
            *left_out(len(shown), len(everything), "tranches"),
        ),
        spare=() if is_full else _SPARE,
        legend=PRICED_AND_RATED,
    )


def _largest(
    everything: Sequence[tuple[IssuerEstimates, TrancheEstimates]],
) -> list[tuple[IssuerEstimates, TrancheEstimates]]:
    ranked = sorted(everything, key=lambda pair: pair[1].expected_loss.value or 0.0, reverse=True)
    chosen = {(issuer.id, tranche.id) for issuer, tranche in ranked[:MANY]}
    return [pair for pair in everything if (pair[0].id, pair[1].id) in chosen]


def _rows(
    issuers: Sequence[IssuerEstimates],
    shown: Sequence[tuple[IssuerEstimates, TrancheEstimates]],
    base_date: str | None,
) -> Iterator[tuple[str, ...]]:
    for issuer in issuers:
        own = [tranche for other, tranche in shown if other is issuer]
        if own:
            yield (name(issuer, ()), *("" for _ in _HEADER[1:]))
        for tranche in own:
            yield (f"  {printable(tranche.id)}", *_tranche(tranche, base_date))


def _tranche(tranche: TrancheEstimates, base_date: str | None) -> tuple[str, ...]:
    covers, contract = tranche.pays_enough or UNDEFINED, tranche.contract_spread
    return (
        str(tranche.rank),
        UNDEFINED if tranche.maturity is None else alone(tranche.maturity, base_date),
        amount(tranche.principal),
        amount(tranche.commitment),
        percent(tranche.pd),
        usd(tranche.ead),
        loss_rate(tranche.lgd),
        usd(tranche.expected_loss),
        usd(tranche.expected_loss_12m),
        basis_points(tranche.fair_spread),
        UNDEFINED if contract is None else in_basis_points(contract),
        covers if covers in {"yes", UNDEFINED} else Alarm(covers),
        graded(tranche.implied_rating),
    )
