"""One self-contained page: the result in words, pictures and tables, nothing from the network."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.studies.comparison import Comparisons
from neocloud_mc.studies.report import Report
from neocloud_mc.studies.trajectories import Fan
from neocloud_mc.views import comparison
from neocloud_mc.views.render import headings
from neocloud_mc.views.render.json_parts import finite
from neocloud_mc.views.render.terminal import FULL_WIDTH
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report import (
    causes,
    fans,
    groups,
    headline,
    joint,
    losses,
    stresses,
    tables,
    term_structure,
    theme,
    tornado,
)
from neocloud_mc.views.report.chart import Chart, Spec, names
from neocloud_mc.views.report.tables import Table

_FOLDER: Final = resources.files(__package__)
_NEAREST: Final = "_voronoi"
"""Ends the names of marks that are the places nearest to a point."""
_NO_ID: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Section:
    """A part of the page under a heading.

    Parameters
    ----------
    panels : charts that stand side by side where there is room.
    is_folded : shown only when it is opened.
    """

    title: str
    words: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    panels: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    sections: "Sequence[Section]" = ()
    is_folded: bool = False
    code: str = ""


@dataclass(frozen=True)
class Part:
    """One scenario's part of the page."""

    name: str
    heading: Sequence[str]
    words: Sequence[str]
    sections: Sequence[Section]


def page(
    reports: Sequence[Report], together: Comparisons | None = None, changes: Sequence[Table] = ()
) -> str:
    """The page, as HTML.

    Parameters
    ----------
    together : several scenarios beside the first, on the same draws.
    changes : against earlier results.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["slug"] = _slug
    parts = [_part(report) for report in reports]
    drawings: dict[str, Spec] = {}
    environment.globals["drawing"] = lambda chart: _keyed(chart, drawings)
    return environment.get_template("page.html.j2").render(
        title=" beside ".join(part.name for part in parts),
        parts=parts,
        across=list(_across(together, changes)),
        drawings=drawings,
        style=jinja2.Environment().from_string(_read("page.css")).render(themes=theme.THEMES),
        script=_read("page.js"),
        library=_library(),
    )


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _slug(text: str) -> str:
    """Text as an anchor."""
    return _NO_ID.sub("-", text.lower()).strip("-")


def _keyed(chart: Chart, drawings: dict[str, Spec]) -> str:
    """The key of a chart's drawing, compiled and added to the others if it is new."""
    text = json.dumps(chart.spec, sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()[:12]
    if key not in drawings:
        drawings[key] = _compiled(chart.spec)
    return key


def _compiled(spec: Spec) -> Spec:
    """A drawing in Vega, as wide as its place, still without data."""
    import vl_convert

    settled = {
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": theme.config(),
        "width": "container",
    }
    found: Spec = vl_convert.vegalite_to_vega(spec | settled)
    for mark in found["marks"]:
        if mark.get("name", "").endswith(_NEAREST):
            _speak_of_the_point(mark["encode"]["update"]["tooltip"])
    return found


def _speak_of_the_point(tooltip: Spec) -> None:
    """Let the cell around a point tell of the point's numbers, not of its own; mutates `tooltip`.

    Vega-Lite 6.4 takes a cell for its point.
    """
    tooltip["signal"] = tooltip["signal"].replace('datum["', 'datum.datum["')


@cache
def _library() -> str:
    """Vega, once for the page."""
    import vl_convert

    bundle: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _across(together: Comparisons | None, changes: Sequence[Table]) -> Iterator[Section]:
    """What sets scenarios beside each other, and beside what was."""
    if together is not None:
        words = (
            "All scenarios meet the same draws, so a change's interval is that of paired paths.",
            *map(printable, together.unlike),
        )
        yield Section(
            "Side by side",
            words,
            [stresses.chart(together)],
            sections=[
                Section(block.heading[0], tables=list(map(tables.of_grid, block.grids)))
                for block in comparison.document(together, is_summary=False).blocks(FULL_WIDTH)
            ],
        )
    if changes:
        yield Section("Against an earlier result", tables=changes)


def _part(report: Report) -> Part:
    info = report.simulated.result.info
    name, *lines = headings.of_run(info)
    return Part(name, lines[:1], headline.sentences(report), tuple(_sections(report)))


def _sections(report: Report) -> Iterator[Section]:
    result = report.simulated.result
    if result.estimates.issuers:
        yield Section("Summary", tables=[tables.summary(report)])
        yield Section("When", charts=[term_structure.chart(result)])
        yield Section("Why", charts=[causes.chart(result)])
        yield Section("Issuer by issuer", (_about_fans(report),), sections=list(_issuers(report)))
        if chart := _groups(report):
            yield Section("Who holds up whom", (_about_groups(report),), [chart])
    yield Section("The market", (_about_market(report),), panels=list(_market(report)))
    if result.estimates.issuers:
        yield from _together(report)
        yield from _asked_for(report)
    yield Section(
        "Sources and assumptions",
        tables=[tables.sources(report.register, _date(result.info.base_date))],
        is_folded=True,
    )
    manifest = finite({k: v for k, v in result.info.manifest.items() if k != "scenario_resolved"})
    yield Section(
        "Manifest",
        (f"Digest: {result.info.digest}. Equal digests mean equal numbers.",),
        is_folded=True,
        code=json.dumps(manifest, indent=2, ensure_ascii=False),
    )


def _date(base_date: str | None) -> date | None:
    return date.fromisoformat(base_date) if base_date else None


def _lived(report: Report) -> str:
    """The paths that pictures over time are of."""
    return counted(report.trajectories.paths, "path")


def _about_fans(report: Report) -> str:
    return (
        f"Cash, debt and ratios over the run's first {_lived(report)}: median "
        "(line), half of the paths (dark), nine tenths (light), always of those on which the "
        "issuer still lives. Limits of covenants, and the least cash it keeps, are dashed. "
        "Ratios are those of the quarterly tests: DSCR of the last three months; liquidity is cash "
        "and undrawn revolvers."
    )


def _about_groups(report: Report) -> str:
    return (
        f"Vehicles and parents over the run's first {_lived(report)}, not "
        "discounted; a vehicle's flows count while it lives."
    )


def _about_market(report: Report) -> str:
    return (
        f"Rents and resale values over the run's first {_lived(report)}: median "
        "(line), half of the paths (dark), nine tenths (light)."
    )


def _issuers(report: Report) -> Iterator[Section]:
    label = names(report.simulated.result.estimates.issuers.values())
    for issuer, text in label.items():
        found = [_fan(report, f) for f in report.trajectories.fans if f.issuer == issuer]
        panels = [
            term_structure.uncertain(report.simulated.result, issuer),
            causes.over_time(report.simulated, issuer),
            *found,
        ]
        yield Section(text, panels=[chart for chart in panels if chart is not None])


def _groups(report: Report) -> Chart | None:
    label = names(report.simulated.result.estimates.issuers.values())
    return groups.chart(report.trajectories.flows, label)


def _fan(report: Report, fan: Fan) -> Chart | None:
    info = report.simulated.result.info
    return fans.chart(fan, info.months, info.base_date)


def _market(report: Report) -> Iterator[Chart]:
    for fan in report.trajectories.fans:
        if not fan.issuer and (chart := _fan(report, fan)):
            yield chart


def _together(report: Report) -> Iterator[Section]:
    """What is lost, by whom, and who falls with whom."""
    result = report.simulated.result
    charts = [chart for chart in (joint.at_least(result), joint.chart(result.estimates)) if chart]
    if charts:
        yield Section("Who falls with whom", charts=charts)
    yield Section(
        "Losses",
        charts=[losses.chart(report.simulated)],
        tables=[tables.portfolio(result)],
    )
    if any(issuer.tranches for issuer in result.estimates.issuers.values()):
        yield Section("Tranches", tables=[tables.tranches(report)])


def _asked_for(report: Report) -> Iterator[Section]:
    """What costs further runs: stresses and the tornado."""
    if report.stresses is not None:
        yield Section("Stresses", charts=[stresses.chart(report.stresses)])
    if report.sensitivity is not None:
        found = report.sensitivity
        label = names(report.simulated.result.estimates.issuers.values())
        charts = [
            chart
            for name in found.measures
            if (chart := tornado.chart(found, name, label.get(name.split(".")[1], name)))
        ]
        words = (
            f"Each assumption alone at the ends of its range, {counted(found.info.paths, 'path')}.",
        )
        yield Section("What drives it", words, panels=charts)
