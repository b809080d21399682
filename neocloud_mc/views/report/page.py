"""One self-contained page: the result in words, pictures and tables, nothing from the network."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from neocloud_mc.studies.earlier import Earlier
from neocloud_mc.studies.report import Report, Reports
from neocloud_mc.views.render import headings
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report import headline, sections, theme
from neocloud_mc.views.report.chart import Chart, Spec
from neocloud_mc.views.report.sections import Section

_FOLDER: Final = resources.files(__package__)
_NEAREST: Final = "_voronoi"
"""Ends the names of marks that are the places nearest to a point."""
_NO_ID: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Part:
    """One scenario's part of the page."""

    name: str
    heading: Sequence[str]
    words: Sequence[str]
    sections: Sequence[Section]


def page(reports: Reports, before: Sequence[Earlier] = ()) -> str:
    """The page, as HTML.

    Parameters
    ----------
    before : earlier results; each scenario is set beside the one that matches it.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["slug"] = _slug
    parts = [_part(report, name) for report, name in zip(reports.each, reports.names, strict=True)]
    drawings: dict[str, Spec] = {}
    environment.globals["drawing"] = lambda chart: _keyed(chart, drawings)
    return environment.get_template("page.html.j2").render(
        title=" beside ".join(part.name for part in parts),
        parts=parts,
        across=list(sections.across(reports, before)),
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


def _part(report: Report, name: str) -> Part:
    _, effort, *_ = headings.of_run(report.simulated.result.info)
    words = headline.sentences(report)
    return Part(printable(name), [effort], words, tuple(sections.sections(report)))
