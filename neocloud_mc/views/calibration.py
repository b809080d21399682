"""A calibration: the price of risk, and both kinds of probabilities side by side."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from neocloud_mc.notation import counted
from neocloud_mc.results.book import TrancheEntry
from neocloud_mc.results.families import in_families
from neocloud_mc.results.measures import Place, short
from neocloud_mc.studies.calibration.run import Both, Calibration
from neocloud_mc.views.render import headings, spoken, tidy
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.grid import Block, Grid
from neocloud_mc.views.render.json_parts import Json, estimate_of, identity, provenance
from neocloud_mc.views.render.numbers import (
    UNDEFINED,
    basis_points,
    bounds,
    in_basis_points,
    number,
    percent,
    usd,
)
from neocloud_mc.views.render.spreadsheet import Column
from neocloud_mc.views.render.text import printable

if TYPE_CHECKING:
    from neocloud_mc.results.intervals import Estimate

SCHEMA: Final = "neocloud-mc/calibration/1"
COLUMNS: Final = (*tidy.COLUMNS, Column("kind"), Column("quote", is_number=True))
"""`kind`: premium, real-world, risk-neutral, or the ratio of the two."""
_MOST_PAID: Final = 1.0
"""Price of risk above which a calibration is doubted."""
_WHAT: Final = {
    "price": "The mean of a year's price shock is {0} by {1:.2f} standard deviations.",
    "funding": "The funding climate is {0} by {1:.2f} standard deviations in the long run.",
    "customers": "Customers fail {2:.2f} times as often.",
    "all": "Prices and the funding climate are {0} by {1:.2f} standard deviations, and customers "
    "fail {2:.2f} times as often.",
}
_STUDIES: Final = (
    "coverage: the risk-neutral spread over the real-world one, which pays for the expected loss "
    "alone. On bonds studies find 4 to 8 at BBB, 2 to 4 at BB and 1.2 to 2 at B (Hull, Predescu, "
    "White 2005, J. Credit Risk 1; Berndt, Douglas, Duffie, Ferguson 2018, Rev. Finance 22)."
)


def document(result: Calibration) -> Document:
    """The price of risk, the quotes, then issuers and tranches."""
    heading = (*headings.of_run(result.info), "", *_answer(result))
    return Document(
        json=lambda: _json(result),
        blocks=lambda width: [
            Block(heading, [_quotes(result), _issuers(result), _tranches(result)])
        ],
        columns=COLUMNS,
        rows=lambda: _rows(result),
    )


def _answer(result: Calibration) -> Iterator[str]:
    found = result.solution.premium
    ends = "no interval" if found.low is None else f"95% interval {bounds(found)}"
    yield f"The price of risk is {result.premium:.3f} ({ends}), by {result.by}."
    way = "lower" if result.premium >= 0.0 else "higher"
    yield _WHAT[result.by].format(way, abs(result.premium), math.exp(result.premium))
    if result.solution.misfit is not None:
        yield (
            f"The quotes contradict each other: a standard error of {result.solution.misfit:.2g} "
            "beside that; the price of risk is the least-squares compromise."
        )
    if result.premium < 0.0:
        yield "It lies below 0: the quotes ask for less than the scenario expects to lose."
    if result.premium > _MOST_PAID:
        yield (
            "That is more than markets pay for long (shares some 0.4 for a standard deviation): "
            "the scenario may be too cheerful, or the quotes pay for something else."
        )


def _quotes(result: Calibration) -> Grid:
    return Grid(
        "Quotes",
        ("measure", "quoted", "real-world", "risk-neutral"),
        tuple(
            (
                short(q.measure) + spoken.unit(q.measure),
                _bare(q.measure, q.value),
                spoken.value(q.measure, result.measures[q.measure].real),
                spoken.value(q.measure, result.measures[q.measure].neutral),
            )
            for q in result.quotes
        ),
    )


def _bare(measure: str, value: float) -> str:
    exact = spoken.exact(measure, value)
    unit = spoken.unit(measure).removeprefix(", ")
    return exact.removesuffix(f" {unit}") if unit else exact


_HEADER: Final = (
    *("PD,\nreal-world", "PD, risk-\nneutral", "expected loss,\nreal-world"),
    *("expected loss,\nrisk-neutral", "spread, bp,\nreal-world", "spread, bp,\nrisk-neutral"),
)


def _issuers(result: Calibration) -> Grid:
    months = result.info.months
    return Grid(
        f"Issuers, {counted(months, 'month')}",
        ("issuer", *_HEADER, "coverage"),
        tuple(
            (printable(issuer.id), *_side_by_side(result, f"issuers.{issuer.id}", f"pd.{months}"))
            for issuer in in_families(result.book.issuers)
        ),
        (_STUDIES,),
    )


def _tranches(result: Calibration) -> Grid:
    rows = []
    order = [issuer.id for issuer in in_families(result.book.issuers)]
    for issuer_id, tranche, at in sorted(_places(result), key=lambda it: order.index(it[0])):
        contract = tranche.contract_spread
        told = UNDEFINED if contract is None else in_basis_points(contract)
        name = printable(f"{issuer_id}.{tranche.id}")
        rows.append((name, *_side_by_side(result, at, "pd"), told))
    return Grid("Tranches", ("tranche", *_HEADER, "coverage", "contract,\nbp"), tuple(rows))


def _places(result: Calibration) -> Iterator[tuple[str, TrancheEntry, str]]:
    for tranche in result.book.tranches:
        issuer = result.book.issuers[tranche.issuer].id
        yield issuer, tranche, f"issuers.{issuer}.tranches.{tranche.id}"


def _side_by_side(result: Calibration, at: str, pd: str) -> Iterator[str]:
    shown = {pd: percent, "expected_loss": usd, "fair_spread": basis_points}
    for name, write in shown.items():
        both = result.measures[f"{at}.{name}"]
        yield write(both.real)
        yield write(both.neutral)
    yield _ratio(result.measures[f"{at}.fair_spread"])


def _ratio(both: Both) -> str:
    return UNDEFINED if both.ratio.value is None else number(both.ratio)


def _json(result: Calibration) -> Json:
    """One object; `digest` is that of the scenario as it is."""
    return {
        **identity(SCHEMA, result.info),
        "by": result.by,
        "premium": estimate_of(result.solution.premium),
        "misfit": result.solution.misfit,
        "quotes": [{"measure": q.measure, "value": q.value} for q in result.quotes],
        "measures": {
            name: {
                "real_world": estimate_of(both.real),
                "risk_neutral": estimate_of(both.neutral),
                "ratio": estimate_of(both.ratio),
            }
            for name, both in result.measures.items()
        },
        **provenance(result.info),
    }


def _rows(result: Calibration) -> Iterator[Row]:
    """The price of risk, then three rows for every measure."""
    info = result.info
    quoted = {q.measure: q.value for q in result.quotes}
    place = Place("", "", "market.price_of_risk", None)
    yield (*tidy.row(info, place, result.solution.premium, ""), "premium", None)
    for name, both in result.measures.items():
        kinds: dict[str, Estimate] = {
            "real-world": both.real,
            "risk-neutral": both.neutral,
            "ratio": both.ratio,
        }
        for kind, found in kinds.items():
            yield (*tidy.of_measure(info, name, found), kind, quoted.get(name))
