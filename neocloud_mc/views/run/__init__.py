"""The result of runs: tables for a credit committee, every number for a program."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeAlias

from neocloud_mc.results.figures import IssuerEstimates, TrancheEstimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Place, measures
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import default_drivers, parameter_uncertainty
from neocloud_mc.views.render import tidy
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.json_parts import Json
from neocloud_mc.views.run.structure import structure
from neocloud_mc.views.run.tables import blocks
from neocloud_mc.views.run.workbook import to_xlsx

Terms: TypeAlias = Mapping[str, tuple[float | None, str]]
"""Numbers that were not sampled, with their units, by name."""


def document(
    results: Iterable[RunResult], *, is_array: bool = False, is_full: bool = False
) -> Document:
    """The results of scenarios, a block each.

    Parameters
    ----------
    results : read when they are written; a table is shown as they come.
    is_array : JSON is an array, even of one result.
    is_full : tables show every tranche and column, the joint matrix and the market too.
    """

    def json() -> Json | list[Json]:
        found = list(map(structure, results))
        return found if is_array or len(found) > 1 else found[0]

    return Document(
        json=json,
        blocks=lambda width: (
            block for result in results for block in blocks(result, is_full=is_full)
        ),
        columns=tidy.COLUMNS,
        rows=lambda: chain.from_iterable(map(_rows, results)),
        workbook=lambda: to_xlsx(results),
    )


def _rows(result: RunResult) -> Iterator[Row]:
    """A row for every number of one scenario, what was not sampled first."""
    info, issuers = result.info, result.estimates.issuers
    yield from _given(result)
    for m in measures(result.estimates):
        label, rating = _known(issuers, m.issuer, m.tranche)
        yield tidy.of_measure(info, m.path, m.estimate, label=label, rating=rating)
    if result.uncertainty:
        yield from parameter_uncertainty.rows(info, result.uncertainty)
    if result.drivers:
        yield from default_drivers.rows(info, result.drivers)


def _given(result: RunResult) -> Iterator[Row]:
    """A row for every term of the debt."""
    info, issuers = result.info, result.estimates.issuers
    for key, issuer in issuers.items():
        terms: dict[tuple[str, str], Terms] = {
            (key, ""): {"debt": (issuer.debt, "USD"), "commitment": (issuer.commitment, "USD")}
        }
        terms |= {(key, name): _terms(tranche) for name, tranche in issuer.tranches.items()}
        for owner, known in terms.items():
            label, rating = _known(issuers, *owner)
            for name, (value, unit) in known.items():
                place = Place(*owner, name, None)
                yield tidy.row(info, place, Estimate(value), unit, label=label, rating=rating)
    exposure = Estimate(result.estimates.portfolio.exposure)
    yield tidy.row(info, Place("", "", "portfolio.exposure", None), exposure, "USD")


def _terms(tranche: TrancheEstimates) -> Terms:
    """Terms of a tranche by name, with their units."""
    return {
        "drawn": (tranche.principal, "USD"),
        "commitment": (tranche.commitment, "USD"),
        "maturity": (tranche.maturity, "month"),
        "rank": (tranche.rank, "rank"),
        "contract_spread": (tranche.contract_spread, "per year"),
    }


def _known(issuers: Mapping[str, IssuerEstimates], issuer: str, tranche: str) -> tuple[str, str]:
    """Label of the issuer, and rating of the tranche or the issuer; empty where there is none."""
    if not issuer:
        return "", ""
    one = issuers[issuer]
    rated = one.tranches[tranche] if tranche else one
    return one.label, rated.implied_rating.grade if rated.implied_rating else ""
