"""The result of runs: tables for a credit committee, every number for a program."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

from neocloud_mc.results.figures import IssuerEstimates, TrancheEstimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Place, measures, place_of
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.catalogue import unit_of
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import default_drivers, parameter_uncertainty
from neocloud_mc.views.render import tidy
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.json_parts import Json
from neocloud_mc.views.render.spreadsheet import columns
from neocloud_mc.views.run.structure import structure
from neocloud_mc.views.run.tables import blocks
from neocloud_mc.views.run.workbook import to_xlsx

Terms: TypeAlias = Mapping[str, tuple[float | None, str]]
"""Numbers that were not sampled, with their units, by name."""
_COLUMNS: Final = (*tidy.COLUMNS, *columns("rating_note"))


class _Known(NamedTuple):
    """What rows say of an issuer or a tranche beside its numbers."""

    label: str = ""
    rating: str = ""
    rating_note: str = ""

    def row(self, info: RunInfo, place: Place, estimate: Estimate, unit: str) -> Row:
        """A number of it."""
        own = tidy.row(info, place, estimate, unit, label=self.label, rating=self.rating)
        return (*own, self.rating_note)


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
        columns=_COLUMNS,
        rows=lambda: chain.from_iterable(map(_rows, results)),
        workbook=lambda: to_xlsx(results),
    )


def _rows(result: RunResult) -> Iterator[Row]:
    """A row for every number of one scenario, what was not sampled first."""
    info, issuers = result.info, result.estimates.issuers
    yield from _given(result)
    for m in measures(result.estimates):
        known = _known(issuers, m.issuer, m.tranche)
        yield known.row(info, place_of(m.path), m.estimate, unit_of(m.path))
    further: list[Iterable[Row]] = []
    if result.uncertainty:
        further.append(parameter_uncertainty.rows(info, result.uncertainty))
    if result.drivers:
        further.append(default_drivers.rows(info, result.drivers))
    yield from ((*row, "") for row in chain.from_iterable(further))


def _given(result: RunResult) -> Iterator[Row]:
    """A row for every term of the debt."""
    info, issuers = result.info, result.estimates.issuers
    for key, issuer in issuers.items():
        terms: dict[tuple[str, str], Terms] = {
            (key, ""): {"debt": (issuer.debt, "USD"), "commitment": (issuer.commitment, "USD")}
        }
        terms |= {(key, name): _terms(tranche) for name, tranche in issuer.tranches.items()}
        for owner, told in terms.items():
            known = _known(issuers, *owner)
            for name, (value, unit) in told.items():
                yield known.row(info, Place(*owner, name, None), Estimate(value), unit)
    exposure = Estimate(result.estimates.portfolio.exposure)
    yield _Known().row(info, Place("", "", "portfolio.exposure", None), exposure, "USD")


def _terms(tranche: TrancheEstimates) -> Terms:
    """Terms of a tranche by name, with their units."""
    return {
        "drawn": (tranche.principal, "USD"),
        "commitment": (tranche.commitment, "USD"),
        "maturity": (tranche.maturity, "month"),
        "rank": (tranche.rank, "rank"),
        "contract_spread": (tranche.contract_spread, "per year"),
    }


def _known(issuers: Mapping[str, IssuerEstimates], issuer: str, tranche: str) -> _Known:
    """Label of the issuer, and rating of the tranche or the issuer; empty where there is none."""
    if not issuer:
        return _Known()
    one = issuers[issuer]
    rating = (one.tranches[tranche] if tranche else one).implied_rating
    return _Known(one.label, rating.grade, rating.note or "") if rating else _Known(one.label)
