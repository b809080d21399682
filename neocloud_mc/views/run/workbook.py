"""The results of runs as a workbook: a sheet for each table, numbers that a spreadsheet can use."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from neocloud_mc.results.measures import Kind, kind
from neocloud_mc.scenario.sources import entries
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.render.json_parts import Json
from neocloud_mc.views.render.workbook import Cell, Cells, library, write
from neocloud_mc.views.run.structure import structure

_UNITS: Final[Mapping[Kind, str]] = {
    "share": "share",
    "rate": "per year",
    "usd": "USD",
    "months": "months",
    "price": "USD",
    "level": "index",
}


def to_xlsx(results: Iterable[RunResult]) -> bytes:
    """All sheets of all results, the scenario in the first column of each.

    Raises
    ------
    UsageError, RunError : as `library` and `write`.
    """
    xlsxwriter = library()
    done = [(result, structure(result)) for result in results]
    file = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, settings) as book:
        book.set_properties({"title": "neocloud-mc", "comments": "Intervals are of 95%."})
        for name, rows in _SHEETS.items():
            found = [
                {"scenario": Cell(result.info.scenario)} | row
                for result, tree in done
                for row in rows(tree)
            ]
            if found:
                write(book, name, found)
    return file.getvalue()


def _issuers(tree: Json) -> Iterator[Cells]:
    for name, issuer in tree["issuers"].items():
        shown = {k: v for k, v in issuer.items() if k not in _APART}
        yield {"issuer": Cell(name)} | _flat(shown, f"issuers.{name}")


_APART: Final = ("tranches", "causes", "pd_by_month", "default_months")
"""What has sheets of its own."""


def _tranches(tree: Json) -> Iterator[Cells]:
    for issuer, found in tree["issuers"].items():
        for name, tranche in found["tranches"].items():
            at = f"issuers.{issuer}.tranches.{name}"
            yield {"issuer": Cell(issuer), "tranche": Cell(name)} | _flat(tranche, at)


def _months(tree: Json) -> Iterator[Cells]:
    for name, issuer in tree["issuers"].items():
        pairs = zip(issuer["pd_by_month"], issuer["default_months"], strict=True)
        for month, (pd, count) in enumerate(pairs, start=1):
            yield {
                "issuer": Cell(name),
                "month": Cell(month),
                **_estimate("pd", pd, "share"),
                "defaults in the month": Cell(count, "paths"),
            }


def _causes(tree: Json) -> Iterator[Cells]:
    for name, issuer in tree["issuers"].items():
        yield {"issuer": Cell(name)} | _flat(issuer["causes"], f"issuers.{name}.causes")


def _joint(tree: Json) -> Iterator[Cells]:
    for given, others in tree["joint"]["pairs"].items():
        for other, pair in others.items():
            at = f"joint.pairs.{given}.{other}"
            yield {"given": Cell(given), "other": Cell(other)} | _flat(pair, at)


def _together(tree: Json) -> Iterator[Cells]:
    for count, share in tree["joint"]["at_least"].items():
        yield {"at least": Cell(int(count))} | _estimate("probability", share, "share")


def _portfolio(tree: Json) -> Iterator[Cells]:
    whole = {k: v for k, v in tree["portfolio"].items() if k != "by_month_12"}
    for horizon, losses in (
        (tree["months"], whole),
        (12, {"exposure": whole["exposure"], **tree["portfolio"]["by_month_12"]}),
    ):
        yield {"defaults up to month": Cell(horizon)} | _flat(losses, "portfolio")


def _index(tree: Json) -> Iterator[Cells]:
    for month, quantiles in tree["market"]["price_index"].items():
        yield {"month": Cell(int(month))} | _flat(quantiles, f"market.price_index.{month}")


def _prices(tree: Json) -> Iterator[Cells]:
    for name, gpu in tree["market"]["gpus"].items():
        for what, by_month in gpu.items():
            for month, quantiles in by_month.items():
                at = f"market.gpus.{name}.{what}.{month}"
                place = {"gpu": Cell(name), "what": Cell(what), "month": Cell(int(month))}
                yield place | _flat(quantiles, at)


def _gates(tree: Json) -> Iterator[Cells]:
    for gate in tree["gates"]:
        yield {key: Cell(value) for key, value in gate.items()}


def _sources(tree: Json) -> Iterator[Cells]:
    for entry in entries(tree["manifest"]["scenario_resolved"]):
        yield {
            "figure": Cell(entry.path),
            "value": Cell(entry.value),
            "unit": Cell(entry.unit),
            "from": Cell(entry.kind),
            "low": Cell(entry.low),
            "high": Cell(entry.high),
            "source or assumption": Cell(entry.text),
        }


def _manifest(tree: Json) -> Iterator[Cells]:
    identity = {key: value for key, value in tree.items() if not isinstance(value, dict | list)}
    made = {k: v for k, v in tree["manifest"].items() if k != "scenario_resolved"}
    for key, value in {**identity, **made, **tree["timing"]}.items():
        shown = json.dumps(value) if isinstance(value, dict | list) else value
        yield {"what": Cell(key), "value": Cell(shown)}


_SHEETS: Final[Mapping[str, Callable[[Json], Iterator[Cells]]]] = {
    "Issuers": _issuers,
    "Tranches": _tranches,
    "PD by month": _months,
    "Causes": _causes,
    "Together": _together,
    "Pairs": _joint,
    "Portfolio": _portfolio,
    "Price index": _index,
    "Prices": _prices,
    "Gates": _gates,
    "Sources and assumptions": _sources,
    "Manifest": _manifest,
}


def _flat(tree: Json, at: str, prefix: str = "") -> Cells:
    """Everything below a place of the result as cells of one row, estimates as three of them."""
    cells: Cells = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and "value" in value:
            cells |= _estimate(name, value, _UNITS[kind(f"{at}.{name}")])
        elif isinstance(value, dict):
            cells |= _flat(value, at, f"{name}.")
        elif not key.endswith(_NOTE):
            cells[name] = Cell(value, _PLAIN.get(key, ""), tree.get(f"{key}{_NOTE}", ""))
    return cells


_NOTE: Final = "_note"
"""Ends the key of a remark on what stands beside it."""
_PLAIN: Final = {
    "debt": "USD",
    "commitment": "USD",
    "drawn": "USD",
    "exposure": "USD",
    "contract_spread": "per year",
    "maturity": "month",
}
"""Units of what is not sampled."""


def _estimate(name: str, estimate: Json, unit: str) -> Cells:
    note = estimate.get("note", "")
    return {
        name: Cell(estimate["value"], unit, note),
        f"{name} low": Cell(estimate["low"], unit),
        f"{name} high": Cell(estimate["high"], unit),
    }
