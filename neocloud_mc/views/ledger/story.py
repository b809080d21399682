"""How one path of an issuer ends: in a sentence, the events that lead there, who recovers what."""

from collections.abc import Iterator
from typing import Final

from neocloud_mc.studies.ledger.ledger import Ending, Ledger, LedgerMonth
from neocloud_mc.views.ledger.amounts import millions, when
from neocloud_mc.views.render.calendar_months import numbered
from neocloud_mc.views.render.grid import Grid, Words
from neocloud_mc.views.render.numbers import UNDEFINED, in_usd
from neocloud_mc.views.render.text import printable

_FORCED: Final = {
    "jump": "for reasons of its own whatever its cash",
    "parent": "with its parent, which guaranteed its debt",
    "vehicle": "brought down by a vehicle whose debt it guarantees",
}
"""What a default was for that its own cash does not explain, by cause."""


def sentence(ledger: Ledger) -> str:
    """Why the issuer defaulted, or that it did not."""
    name, ending, last = printable(ledger.issuer), ledger.ending, ledger.months[-1]
    if ending is None:
        return (
            f"{name} lives to {numbered(last.month, ledger.base_date)} with "
            f"{in_usd(last.cash)} of cash and {in_usd(last.debt)} of debt."
        )
    when_it_ends = f"{name} defaults in {numbered(ending.month, ledger.base_date)}"
    if ending.cause == "covenant":
        return f"{when_it_ends}, called by its lenders after failed covenant tests, {_with(last)}."
    if ending.cause in _FORCED:
        return f"{when_it_ends}, {_FORCED[ending.cause]}, {_with(last)}."
    if ending.cause == "refinancing":
        return (
            f"{when_it_ends}: balloons of {in_usd(last.balloons)} fall due and are not rolled "
            f"over, and {in_usd(ending.shortfall)} is missing, {_with(last)}."
        )
    return (
        f"{when_it_ends}, out of cash: {in_usd(ending.due)} is due and "
        f"{in_usd(ending.shortfall)} is missing after every revolver, note and owner, "
        f"{_with(last)}."
    )


def _with(month: LedgerMonth) -> str:
    capex = month.own_capex
    bought = f", own capex of {in_usd(capex)}" if capex > 0.0 else ""
    return (
        f"with {in_usd(month.cash_before)} of cash at the month's start, "
        f"CFADS of {_signed(month.cfads)}{bought}"
    )


def _signed(amount: float) -> str:
    return in_usd(amount) if amount >= 0.0 else f"−{in_usd(-amount)}"


def grids(ledger: Ledger) -> Iterator[Grid]:
    """The events, and after a default the collateral and the recoveries."""
    if any(month.events for month in ledger.months):
        yield _events(ledger)
    if ledger.ending is not None:
        if ledger.ending.pools:
            yield _pools(ledger.ending)
        yield _recovery(ledger.ending)


def _events(ledger: Ledger) -> Grid:
    return Grid(
        "What happened",
        ("month", "events"),
        tuple(
            (when(ledger, m), Words(printable("; ".join(m.events))))
            for m in ledger.months
            if m.events
        ),
    )


def _pools(ending: Ending) -> Grid:
    return Grid(
        "Collateral at default, $m",
        ("pool", "at market", "proceeds", "how"),
        tuple(
            (
                printable(pool.id),
                millions(pool.collateral),
                millions(pool.proceeds),
                "run by lenders" if pool.is_run else "sold",
            )
            for pool in ending.pools
        ),
        (f"Haircut of this default {ending.haircut:.1%}, before costs and waiting.",),
    )


def _recovery(ending: Ending) -> Grid:
    return Grid(
        "Who recovers what, $m",
        ("tranche", "claim", "recovered", "lost", "LGD"),
        tuple(
            (
                printable(tranche.id),
                *map(millions, (tranche.claim, tranche.recovered, tranche.loss)),
                UNDEFINED if tranche.lgd is None else f"{tranche.lgd:.1%}",
            )
            for tranche in ending.tranches
        ),
        (f"The estate held {in_usd(ending.estate)}, pools' surplus included.",),
    )
