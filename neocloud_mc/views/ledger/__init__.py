"""One path of one issuer: how it ends and what happened, then its accounts.

JSON is ``neocloud-mc/ledger/1``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

from neocloud_mc.studies.ledger.ledger import Ledger, LedgerMonth
from neocloud_mc.studies.ledger.quarters import quarterly
from neocloud_mc.views.ledger import accounts, group, story
from neocloud_mc.views.render import headings
from neocloud_mc.views.render.document import Document
from neocloud_mc.views.render.grid import Block, Grid
from neocloud_mc.views.render.json_parts import Json
from neocloud_mc.views.render.spreadsheet import Column, cell
from neocloud_mc.views.render.text import printable

SCHEMA: Final = "neocloud-mc/ledger/1"


def document(ledger: Ledger, found: Sequence[int] = (), *, by_quarter: bool = False) -> Document:
    """Tables; a month, or a quarter, a row for programs, money in USD.

    Parameters
    ----------
    found : numbers of all paths that were looked for.
    """
    account = quarterly(ledger) if by_quarter else ledger
    return Document(
        json=lambda: _json(account, found),
        blocks=lambda width: [Block(tuple(_heading(ledger, found)), _grids(ledger, account))],
        columns=tuple(Column(field.name, _SPELT.get(field.name)) for field in fields(LedgerMonth)),
        rows=lambda: (tuple(vars(month).values()) for month in account.months),
    )


def _json(ledger: Ledger, found: Sequence[int]) -> Json:
    top = {"schema": SCHEMA, "summary": story.sentence(ledger), "found": list(found)}
    return top | asdict(ledger)


def _balances(balances: dict[str, float]) -> str:
    return cell("; ".join(f"{key}: {amount}" for key, amount in balances.items()))


def _records(records: Sequence[Any]) -> str:
    """Each with its fields, as ``name: value``."""
    parts = (", ".join(f"{key}: {value}" for key, value in vars(one).items()) for one in records)
    return cell("; ".join(parts))


def _joined(events: Sequence[str]) -> str:
    return cell("; ".join(events))


_SPELT: Final[dict[str, Callable[[Any], str]]] = {
    "balances": _balances,
    "tests": _records,
    "vehicles": _records,
    "events": _joined,
}
"""Columns of a CSV file that hold more than one number."""


def _heading(ledger: Ledger, found: Sequence[int]) -> Iterator[str]:
    """Which path this is, how it ends, and which others there are like it."""
    yield (
        f"{printable(ledger.issuer)}, path {ledger.path:,}, seed {ledger.seed}, "
        + printable(ledger.scenario)
        + headings.measure(ledger)
    )
    yield story.sentence(ledger)
    if found:
        numbers = ", ".join(map(str, found))
        yield f"Such paths: {numbers}; another one with --path."


def _grids(ledger: Ledger, account: Ledger) -> Iterator[Grid]:
    """What happened and who recovers what; then the accounts."""
    yield from story.grids(ledger)
    yield from group.grids(ledger, account)
    yield from accounts.grids(account)
