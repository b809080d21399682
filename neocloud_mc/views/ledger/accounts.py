"""The accounts of one path of an issuer, a month or a quarter a row."""

from collections.abc import Iterator
from typing import Final

from neocloud_mc.studies.ledger.ledger import CovenantTest, Ledger, LedgerMonth
from neocloud_mc.views.ledger.amounts import millions, when
from neocloud_mc.views.render.grid import Alarm, Grid
from neocloud_mc.views.render.numbers import UNDEFINED, in_usd
from neocloud_mc.views.render.text import printable

_SIGNS: Final = {"DSCR": "≥", "LTV": "≤", "liquidity": "≥"}


def grids(ledger: Ledger) -> Iterator[Grid]:
    """Covenants and balances, the cash account, income, and the market."""
    if any(entry.tests for entry in ledger.months):
        yield _covenants(ledger)
    yield _debt(ledger)
    yield _cash(ledger)
    yield _income(ledger)
    yield _market(ledger)


def _covenants(ledger: Ledger) -> Grid:
    limits = list(dict.fromkeys(_limit(test) for entry in ledger.months for test in entry.tests))
    rows = []
    for entry in ledger.months:
        found = {_limit(test): test for test in entry.tests}
        if found:
            cells = (_measured(found.get(limit)) for limit in limits)
            rows.append((when(ledger, entry), *cells))
    return Grid(
        "Covenants where they are tested",
        ("month", *limits),
        tuple(rows),
        (
            "Marked with !: fails. DSCR: of the last three months. "
            f"{UNDEFINED}: nothing to test, or no debt service.",
        ),
    )


def _limit(test: CovenantTest) -> str:
    """The head of a column: whose limit, and what it is."""
    spelt = in_usd(test.limit) if test.measured == "liquidity" else f"{test.limit:.2f}"
    return f"{printable(test.tranche)}\n{test.measured} {_SIGNS[test.measured]} {spelt}"


def _measured(test: CovenantTest | None) -> str:
    if test is None or test.value is None:
        return UNDEFINED
    text = in_usd(test.value) if test.measured == "liquidity" else f"{test.value:.2f}"
    return Alarm(f"! {text}") if test.fails else text


def _debt(ledger: Ledger) -> Grid:
    tranches = [
        name
        for name in ledger.months[0].balances
        if any(entry.balances[name] for entry in ledger.months)
    ]
    return Grid(
        "Balances by tranche, $m",
        ("month", *map(printable, tranches), "all debt"),
        tuple(
            (
                when(ledger, entry),
                *(millions(entry.balances[name]) for name in tranches),
                millions(entry.debt),
            )
            for entry in ledger.months
        ),
        ("At the end; after a default the claims are those of the recovery.",),
    )


def _cash(ledger: Ledger) -> Grid:
    dead = ledger.ending.month if ledger.ending else 0
    flows = {
        "on cash": [entry.interest_income for entry in ledger.months],
        "CFADS": [entry.cfads for entry in ledger.months],
        "lots paid": [-entry.purchases for entry in ledger.months],
        "lent on lots": [entry.financed for entry in ledger.months],
        "interest": [-entry.interest for entry in ledger.months],
        "principal": [-entry.scheduled for entry in ledger.months],
        "balloons": [-entry.balloons for entry in ledger.months],
        "borrowed": [entry.borrowed for entry in ledger.months],
        "equity": [entry.equity for entry in ledger.months],
        "prepaid": [-entry.prepaid for entry in ledger.months],
        "rent ahead": [entry.deposits_received - entry.refunds for entry in ledger.months],
        "group": [entry.from_group for entry in ledger.months],
    }
    moving = {name: amounts for name, amounts in flows.items() if any(map(_moves, amounts))}
    return Grid(
        "Cash account, $m",
        ("month", "start", *moving, "end"),
        tuple(
            (
                when(ledger, entry),
                millions(entry.cash_before),
                *(millions(amounts[place]) for amounts in moving.values()),
                Alarm("default") if entry.month == dead else millions(entry.cash),
            )
            for place, entry in enumerate(ledger.months)
        ),
        ("Each line adds up to its end. A month of payment default pays nothing that is due.",),
    )


def _moves(amount: float) -> bool:
    """Whether an amount shows as other than nothing."""
    return millions(amount) != UNDEFINED


def _income(ledger: Ledger) -> Grid:
    has_deposits = any(entry.deposits_used for entry in ledger.months)
    return Grid(
        "Income, $m",
        (
            *("month", "contracts", "backstop", "spot", "opex"),
            *(("paid ahead",) * has_deposits),
            "CFADS",
        ),
        tuple(_income_of(ledger, entry, has_deposits=has_deposits) for entry in ledger.months),
        ("CFADS is the sum of the others.",),
    )


def _income_of(ledger: Ledger, entry: LedgerMonth, *, has_deposits: bool) -> tuple[str, ...]:
    return (
        when(ledger, entry),
        *map(millions, (entry.contracted, entry.backstopped, entry.let_spot, -entry.opex)),
        *((millions(-entry.deposits_used),) * has_deposits),
        millions(entry.cfads),
    )


def _market(ledger: Ledger) -> Grid:
    return Grid(
        "Market and fleet",
        ("month", "regime", "price index", "climate", "spread, bp", "GPUs running", "GPUs let"),
        tuple(
            (
                when(ledger, entry),
                "glut" if entry.is_glut else "shortage",
                f"{entry.price_index:.3f}",
                f"{entry.climate:+.2f}".replace("-", "−"),
                f"{1e4 * entry.spread:,.0f}",
                f"{entry.gpus_running:,.0f}",
                f"{entry.gpus_contracted:,.0f}",
            )
            for entry in ledger.months
        ),
        ("GPUs let: under contracts; the others serve the vendor's backstop and the spot market.",),
    )
