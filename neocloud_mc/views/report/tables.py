"""Tables of a page: cells that know what they are sorted by."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from neocloud_mc.results.figures import IssuerEstimates, LossEstimates, TrancheEstimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.ratings import Rating
from neocloud_mc.scenario.sources import Entry
from neocloud_mc.studies.report import Report
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.studies.what_ifs import WhatIfs
from neocloud_mc.views import register
from neocloud_mc.views.render.calendar_months import alone, stacked
from neocloud_mc.views.render.grid import Alarm, Grid, Words
from neocloud_mc.views.render.headings import WHAT_IS_SAMPLED
from neocloud_mc.views.render.numbers import (
    UNDEFINED,
    amount,
    basis_points,
    in_basis_points,
    in_usd,
    level,
    loss_rate,
    percent,
    signed,
    usd,
)
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report.chart import YEAR, names
from neocloud_mc.views.run.families import covered, families
from neocloud_mc.views.run.issuers import by_size, graded, remarks
from neocloud_mc.views.run.tranches import PRICED_AND_RATED


@dataclass(frozen=True)
class Cell:
    """A cell.

    Parameters
    ----------
    key : what it is sorted by; None: by its text.
    is_alarm : whether it wants attention.
    is_text : whether it is words, which stand from the left.
    rows : that it stands across.
    """

    text: str
    key: float | None = None
    is_alarm: bool = False
    is_text: bool = False
    rows: int = 1


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its head."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    is_sortable: bool = False


def of_grid(grid: Grid) -> Table:
    """A table as a terminal shows it."""
    rows = [list(map(_of_text, row)) for row in grid.rows]
    return Table(grid.title, grid.header, rows, grid.below)


def _of_text(text: str) -> Cell:
    return Cell(text, is_alarm=isinstance(text, Alarm), is_text=isinstance(text, Words))


def _levelled(rows: Iterable[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """Rows whose numbers have one unit and one count of decimals in each column."""
    columns = []
    for cells in zip(*rows, strict=True):
        texts = level([cell.text for cell in cells])
        columns.append([replace(c, text=text) for c, text in zip(cells, texts, strict=True)])
    return list(zip(*columns, strict=True))


def summary(report: Report) -> Table:
    """A line for each issuer: how likely, why, how much, and whether lenders are paid for it."""
    result = report.simulated.result
    estimates, base_date = result.estimates, result.info.base_date
    label = names(estimates.issuers.values())
    shown = sorted({estimates.horizons[0], estimates.months})
    return Table(
        "Issuers at a glance",
        (
            *("issuer", "debt today", *(f"PD by\n{alone(t, base_date)}" for t in shown)),
            *("main cause", "LGD", "expected loss", "paid, bp", "costs, bp", "margin covers"),
            "implied rating",
        ),
        _levelled(
            (
                Cell(label[issuer.id]),
                Cell(amount(issuer.debt), issuer.debt),
                *(_sampled(issuer.pd[t], percent) for t in shown),
                *_why_and_how_much(issuer),
            )
            for issuer in families(estimates)
        ),
        (
            f"{WHAT_IS_SAMPLED} LGD: losses over claims. Expected loss: discounted. "
            "paid: contract's spread; costs: fair spread, which pays for the expected loss; "
            "covers: of so many tranches that can be judged.",
            *remarks((label[one.id], one.implied_rating) for one in families(estimates)),
        ),
        is_sortable=True,
    )


def _why_and_how_much(issuer: IssuerEstimates) -> Iterator[Cell]:
    causes = by_size(issuer)
    n_covered, n_judged = covered(issuer)
    told = f"{n_covered} of {n_judged}" if n_judged else UNDEFINED
    yield Cell(causes[0][0] if causes else UNDEFINED, is_text=True)
    yield _sampled(issuer.lgd, loss_rate)
    yield _sampled(issuer.expected_loss, usd)
    yield _spread(issuer.contract_spread)
    yield _sampled(issuer.fair_spread, basis_points)
    yield Cell(told, float(n_covered - n_judged), is_alarm=n_covered < n_judged)
    yield _rating(issuer.implied_rating)


def _spread(contract: float | None) -> Cell:
    return Cell(UNDEFINED if contract is None else in_basis_points(contract), contract)


def _rating(rating: Rating | None) -> Cell:
    return Cell(graded(rating))


def what_ifs(found: WhatIfs, base_date: str | None) -> Table:
    """What each change would do to a probability of default, the largest fall first."""
    month = found.found.base.months
    return Table(
        "Changes that might help",
        ("change", f"PD by {alone(month, base_date)} then", "change of it, points"),
        _levelled(
            (Cell(name), _sampled(one.after.estimate, percent), _points(one.change))
            for name, one in found.ranked
            if one.after and one.change
        ),
        ("~: the interval of a change contains 0.",),
        is_sortable=True,
    )


def stresses(told: Sequence[tuple[str, str]]) -> Table:
    """What each stress is, in the words of its file."""
    rows = [(Cell(name), Cell(printable(text), is_text=True)) for name, text in told]
    return Table("Stresses", ("stress", "what it is"), rows)


def tranches(report: Report) -> Table:
    """Every tranche: what is owed, what is lost, and whether the contract pays for it."""
    result = report.simulated.result
    label = names(result.estimates.issuers.values())
    base_date = result.info.base_date
    return Table(
        "Tranches: what the contract pays beside what the risk costs",
        (
            *("tranche", "borrower", "drawn", "undrawn", "matures", "PD", "LGD"),
            *("expected\nloss", "fair,\nbp", "contract,\nbp", "margin\ncovers"),
            *("implied\nrating", "EAD"),
        ),
        _levelled(
            (
                Cell(printable(key)),
                Cell(label[issuer.id], is_text=True),
                *_tranche(tranche, base_date),
            )
            for issuer in families(result.estimates)
            for key, tranche in issuer.tranches.items()
        ),
        (
            " ".join(
                ("EAD: mean claim of the defaults.", *(meant for _, meant in PRICED_AND_RATED))
            ),
            *remarks(
                (f"{issuer.id}.{key}", tranche.implied_rating)
                for issuer in families(result.estimates)
                for key, tranche in issuer.tranches.items()
            ),
        ),
        is_sortable=True,
    )


def _tranche(tranche: TrancheEstimates, base_date: str | None) -> Iterator[Cell]:
    covers, maturity = tranche.pays_enough or UNDEFINED, tranche.maturity
    yield Cell(amount(tranche.principal), tranche.principal)
    yield Cell(amount(tranche.commitment), tranche.commitment)
    yield Cell(UNDEFINED if maturity is None else alone(maturity, base_date), maturity)
    yield _sampled(tranche.pd, percent)
    yield _sampled(tranche.lgd, loss_rate)
    yield _sampled(tranche.expected_loss, usd)
    yield _sampled(tranche.fair_spread, basis_points)
    yield _spread(tranche.contract_spread)
    yield Cell(covers, is_alarm=covers in ("no", "undecided"))
    yield _rating(tranche.implied_rating)
    yield _sampled(tranche.ead, usd)


def portfolio(result: RunResult) -> Table:
    """Mean, VaR and ES of the portfolio's loss, of 12 months and by the horizon."""
    found, months = result.estimates.portfolio, result.estimates.months
    base_date = result.info.base_date
    spans: dict[int, LossEstimates] = {months: found}
    if months > YEAR:
        spans = {YEAR: found.by_month_12, months: found}
    rows: list[tuple[str, list[Estimate]]] = [("mean", [one.mean for one in spans.values()])]
    for name, which in (("VaR", "var"), ("ES", "es")):
        for percentile in found.var:
            values = [getattr(one, which)[percentile] for one in spans.values()]
            rows.append((f"{name} {percentile}%", values))
    return Table(
        "What the portfolio loses",
        ("", *(f"by {stacked(month, base_date)}" for month in spans)),
        _levelled((Cell(name), *(_sampled(one, usd) for one in values)) for name, values in rows),
        (
            f"Of {in_usd(found.exposure)} drawn or promised today; losses are not discounted. ES: "
            "mean of the losses beyond the level.",
        ),
    )


def _sampled(estimate: Estimate, spoken: Callable[[Estimate], str]) -> Cell:
    return Cell(spoken(estimate), estimate.value)


def _points(change: Estimate) -> Cell:
    return marked(signed(change, 100.0), change)


def marked(text: str, change: Estimate) -> Cell:
    """A change; one that its interval does not tell from none is marked."""
    return Cell(f"~ {text}" if is_open(change) and change.value else text, change.value)


def is_open(change: Estimate) -> bool:
    """Whether the interval of a change holds 0, or there is none."""
    return change.low is None or change.high is None or change.low <= 0.0 <= change.high


def sources(entries: Sequence[Entry], base_date: date | None) -> Table:
    """The register; figures in a row that share a source share its cell."""
    rows: list[Sequence[Cell]] = []
    told = ((entry, register.cells(entry, base_date)) for entry in entries)
    for _, group in groupby(told, key=lambda pair: (pair[0].kind, pair[0].text)):
        members = [cells for _, cells in group]
        for place, (path, value, unit, origin, ends, text) in enumerate(members):
            own = [Cell(path), Cell(value), Cell(unit), Cell(ends)]
            shared = [Cell(f"{origin}: {text}" if text else origin, rows=len(members))]
            rows.append(own + (shared if place == 0 else []))
    return Table(
        "Every figure with its source or assumption",
        ("figure", "value", "unit", "range", "source or assumption"),
        rows,
        (register.summary(entries),),
    )
