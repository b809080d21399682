"""One path of one issuer, month by month, and its end in a sentence.

JSON is ``neocloud-mc/ledger/1``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from typing import Final

from neocloud_mc.studies.ledger.ledger import Ending, Ledger, LedgerMonth
from neocloud_mc.views.render.calendar_months import beside, numbered
from neocloud_mc.views.render.document import Document
from neocloud_mc.views.render.grid import Alarm, Block, Grid
from neocloud_mc.views.render.json_parts import Json
from neocloud_mc.views.render.numbers import UNDEFINED, in_usd
from neocloud_mc.views.render.spreadsheet import Column, cell
from neocloud_mc.views.render.text import printable

SCHEMA: Final = "neocloud-mc/ledger/1"
_MILLION: Final = 1e6
_FORCED: Final = {
    "jump": "for reasons of its own whatever its cash",
    "parent": "with its parent, which guaranteed its debt",
    "vehicle": "brought down by a vehicle whose debt it guarantees",
}
"""What a default was for that its own cash does not explain, by cause."""


def document(ledger: Ledger, found: Sequence[int] = ()) -> Document:
    """Tables; a month a row for programs, money in USD.

    Parameters
    ----------
    found : numbers of all paths that were looked for.
    """
    return Document(
        json=lambda: _json(ledger, found),
        blocks=lambda width: [Block(tuple(_heading(ledger, found)), _grids(ledger))],
        columns=tuple(
            Column(field.name, _joined if field.name == "events" else None)
            for field in fields(LedgerMonth)
        ),
        rows=lambda: (tuple(asdict(month).values()) for month in ledger.months),
    )


def _json(ledger: Ledger, found: Sequence[int]) -> Json:
    top = {"schema": SCHEMA, "summary": _sentence(ledger), "found": list(found)}
    return top | asdict(ledger)


def _joined(events: Sequence[str]) -> str:
    return cell("; ".join(events))


def _heading(ledger: Ledger, found: Sequence[int]) -> Iterator[str]:
    """Which path this is, how it ends, and which others there are like it."""
    yield (
        f"{printable(ledger.label)}, path {ledger.path:,}, seed {ledger.seed}, "
        + printable(ledger.scenario)
    )
    yield _sentence(ledger)
    if found:
        numbers = ", ".join(map(str, found))
        yield f"Such paths: {numbers}; another one with --path."


def _sentence(ledger: Ledger) -> str:
    """Why the issuer defaulted, or that it did not."""
    name, ending = printable(ledger.label), ledger.ending
    if ending is None:
        last = ledger.months[-1]
        return (
            f"{name} lives to {numbered(last.month, ledger.base_date)} with "
            f"{in_usd(last.cash)} of cash and {in_usd(last.debt)} of debt."
        )
    when = f"{name} defaults in {numbered(ending.month, ledger.base_date)}"
    last = ledger.months[-1]
    if ending.cause == "covenant":
        return f"{when}, called by its lenders after failed covenant tests, {_means(last)}."
    if ending.cause in _FORCED:
        return f"{when}, {_FORCED[ending.cause]}, {_means(last)}."
    if ending.cause == "refinancing":
        return (
            f"{when}: balloons of {in_usd(last.balloons)} fall due and are not rolled over, "
            f"and {in_usd(ending.shortfall)} is missing, {_means(last)}."
        )
    return (
        f"{when}, out of cash: {in_usd(ending.due)} is due and {in_usd(ending.shortfall)} is "
        f"missing after every revolver, note and owner, {_means(last)}."
    )


def _means(month: LedgerMonth) -> str:
    capex = month.own_capex
    bought = f", own capex of {in_usd(capex)}" if capex > 0.0 else ""
    return (
        f"with {in_usd(month.cash_before)} of cash at the month's start, "
        f"CFADS of {_signed(month.cfads)}{bought}"
    )


def _signed(amount: float) -> str:
    return in_usd(amount) if amount >= 0.0 else f"−{in_usd(-amount)}"


def _grids(ledger: Ledger) -> Iterator[Grid]:
    """Market and fleet, the cash account, debt and covenants, the events, and the recovery."""
    yield _market(ledger)
    yield _income(ledger)
    yield _cash(ledger)
    yield _debt(ledger)
    if any(month.events for month in ledger.months):
        yield _events(ledger)
    if ledger.ending is not None:
        if ledger.ending.pools:
            yield _pools(ledger.ending)
        yield _recovery(ledger.ending)


def _market(ledger: Ledger) -> Grid:
    return Grid(
        "Market and fleet",
        ("month", "regime", "price index", "climate", "spread bp", "GPUs running", "GPUs let"),
        tuple(
            (
                beside(m.month, ledger.base_date),
                "glut" if m.is_glut else "shortage",
                f"{m.price_index:.3f}",
                f"{m.climate:+.2f}",
                f"{1e4 * m.spread:,.0f}",
                f"{m.gpus_running:,.0f}",
                f"{m.gpus_contracted:,.0f}",
            )
            for m in ledger.months
        ),
        ("GPUs let: under contracts; the others serve the vendor's backstop and the spot market.",),
    )


def _income(ledger: Ledger) -> Grid:
    has_deposits = any(m.deposits_used for m in ledger.months)
    return Grid(
        "Income, $m",
        (
            *("month", "contracts", "backstop", "spot", "opex"),
            *(("paid ahead",) * has_deposits),
            "CFADS",
        ),
        tuple(
            (
                beside(m.month, ledger.base_date),
                *map(_millions, (m.contracted, m.backstopped, m.let_spot, -m.opex)),
                *((_millions(-m.deposits_used),) * has_deposits),
                _millions(m.cfads),
            )
            for m in ledger.months
        ),
        ("CFADS is the sum of the others.",)
        if has_deposits
        else ("CFADS = contracts + backstop + spot + opex.",),
    )


def _cash(ledger: Ledger) -> Grid:
    dead = ledger.ending.month if ledger.ending else 0
    has_deposits = any(m.deposits_received or m.refunds for m in ledger.months)
    has_group = any(m.from_group for m in ledger.months)
    return Grid(
        "Cash account, $m",
        (
            *("month", "start", "on cash", "CFADS", "lots paid", "draws", "interest"),
            *("principal", "balloons", "borrowed", "equity", "prepaid"),
            *(("rent ahead",) * has_deposits),
            *(("group",) * has_group),
            "end",
        ),
        tuple(
            (
                beside(m.month, ledger.base_date),
                *map(_millions, (m.cash_before, m.interest_income, m.cfads, -m.purchases)),
                *map(_millions, (m.financed, -m.interest, -m.scheduled, -m.balloons)),
                *map(_millions, (m.borrowed, m.equity, -m.prepaid)),
                *((_millions(m.deposits_received - m.refunds),) * has_deposits),
                *((_millions(m.from_group),) * has_group),
                Alarm("default") if m.month == dead else _millions(m.cash),
            )
            for m in ledger.months
        ),
        ("Each line adds up to its end. A month of payment default pays nothing that is due.",),
    )


def _debt(ledger: Ledger) -> Grid:
    return Grid(
        "Debt and covenants",
        ("month", "debt $m", "DSCR", "in breach"),
        tuple(
            (
                beside(m.month, ledger.base_date),
                _millions(m.debt),
                UNDEFINED if m.dscr is None else f"{m.dscr:.2f}",
                Alarm("yes") if m.in_breach else "no",
            )
            for m in ledger.months
        ),
        ("DSCR of the last three months, where covenants are tested. Debt at the month's end.",),
    )


def _events(ledger: Ledger) -> Grid:
    return Grid(
        "Events",
        ("month: what happened",),
        tuple(
            (f"{beside(m.month, ledger.base_date):>3}: {printable(text)}",)
            for m in ledger.months
            for text in m.events
        ),
    )


def _pools(ending: Ending) -> Grid:
    return Grid(
        "Collateral at default, $m",
        ("pool", "at market", "proceeds", "how"),
        tuple(
            (
                printable(pool.id),
                _millions(pool.collateral),
                _millions(pool.proceeds),
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
                *map(_millions, (tranche.claim, tranche.recovered, tranche.loss)),
                UNDEFINED if tranche.lgd is None else f"{tranche.lgd:.1%}",
            )
            for tranche in ending.tranches
        ),
        (f"The estate held {_millions(ending.estate)}, pools' surplus included.",),
    )


def _millions(amount: float) -> str:
    """Dollars as millions to a hundredth; zero as a dash, so that the eye finds the rest."""
    text = f"{amount / _MILLION:,.2f}"
    return UNDEFINED if text in ("0.00", "-0.00") else text.replace("-", "−")
