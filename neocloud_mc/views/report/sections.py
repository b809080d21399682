"""The sections of a page: what is told of a scenario, and of several together."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from neocloud_mc.notation import counted
from neocloud_mc.studies import earlier
from neocloud_mc.studies.comparison import Comparisons
from neocloud_mc.studies.earlier import Earlier
from neocloud_mc.studies.report import Report, Reports
from neocloud_mc.studies.sensitivity import Sensitivity
from neocloud_mc.studies.trajectories import Fan
from neocloud_mc.studies.what_ifs import WhatIfs
from neocloud_mc.views import comparison
from neocloud_mc.views.render.json_parts import finite
from neocloud_mc.views.render.terminal import FULL_WIDTH
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report import (
    causes,
    fans,
    groups,
    joint,
    losses,
    since,
    stresses,
    tables,
    term_structure,
    tornado,
)
from neocloud_mc.views.report.chart import Chart, names
from neocloud_mc.views.report.tables import Table


@dataclass(frozen=True)
class Section:
    """A part of the page under a heading.

    Parameters
    ----------
    panels : charts that stand side by side where there is room.
    is_wide : whether panels need more room than most.
    is_folded : shown only when it is opened.
    """

    title: str
    words: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    panels: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    sections: "Sequence[Section]" = ()
    is_wide: bool = False
    is_folded: bool = False
    code: str = ""


def across(reports: Reports, before: Sequence[Earlier]) -> Iterator[Section]:
    """What sets scenarios beside each other, and beside what was."""
    if reports.together is not None:
        yield _side_by_side(reports.together)
    known = [
        (name, report.simulated.result, found)
        for name, report in zip(reports.names, reports.each, strict=True)
        if (found := earlier.matching(before, report.simulated.result.info.scenario))
    ]
    if known:
        words = [since.words(*one) for one in known]
        yield Section("Against an earlier result", words, tables=[since.table(*x) for x in known])


def _side_by_side(together: Comparisons) -> Section:
    words = (
        "All scenarios meet the same draws, so a change's interval is that of paired paths.",
        *map(printable, together.unlike),
    )
    blocks = comparison.document(together, is_summary=False).blocks(FULL_WIDTH)
    each = [_in_detail(one.heading[0], list(map(tables.of_grid, one.grids))) for one in blocks]
    return Section("Side by side", words, [stresses.chart(together)], sections=each)


def _in_detail(title: str, found: Sequence[Table]) -> Section:
    """Who defaults in one scenario and not in the other; folded, what else changes."""
    rest = Section("Endings, losses and tranches", tables=found[1:], is_folded=True)
    return Section(title, tables=found[:1], sections=[rest] if found[1:] else [])


def sections(report: Report) -> Iterator[Section]:
    """All that is told of one scenario."""
    result = report.simulated.result
    if result.estimates.issuers:
        yield from _who_and_why(report)
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


def _who_and_why(report: Report) -> Iterator[Section]:
    """What a committee asks first, and what each issuer goes through."""
    result = report.simulated.result
    yield Section("Summary", tables=[tables.summary(report)])
    yield Section("When", charts=[term_structure.chart(result)])
    yield Section("Why", (causes.meanings(result),), [causes.chart(result)])
    if report.what_ifs is not None:
        yield _what_ifs(report, report.what_ifs)
    words, issuers = tuple(_about_issuers(report)), list(_issuers(report))
    yield Section("Issuer by issuer", words, sections=issuers)
    if chart := _groups(report):
        yield Section("Who holds up whom", (_about_groups(report),), [chart])


def _date(base_date: str | None) -> date | None:
    return date.fromisoformat(base_date) if base_date else None


def _lived(report: Report) -> str:
    """The paths that pictures over time are of."""
    return counted(report.trajectories.paths, "path")


def _about_issuers(report: Report) -> Iterator[str]:
    if report.simulated.result.uncertainty is not None:
        yield (
            "PD: line and narrow band are of the scenario's own figures, with their sampling "
            "error. Wide band: nine tenths of the PDs when the assumptions are drawn from their "
            "ranges; points: their median. Where the line leaves the band, the scenario's figures "
            "lie near the ends of their ranges."
        )
    yield (
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


def _what_ifs(report: Report, found: WhatIfs) -> Section:
    label = names(report.simulated.result.estimates.issuers.values())[found.issuer]
    words = (
        f"One thing changed for {label}, the likeliest to default, and for its vehicles, all else "
        f"as it is, on {counted(found.found.base.paths, 'common path')}. Cash and equity are its "
        "own alone.",
    )
    table = tables.what_ifs(found, report.simulated.result.info.base_date)
    return Section(f"What would help {label}", words, tables=[table])


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
    if (found := report.stresses) is not None:
        names = [stresses.stress(other.info.scenario) for other in found.others]
        told = [pair for pair in zip(names, report.meanings, strict=True) if pair[1]]
        each = Section("What each stress is", tables=[tables.stresses(told)], is_folded=True)
        charts = [stresses.chart(found)]
        yield Section("Stresses", charts=charts, sections=[each] if told else [])
    if report.sensitivity is not None:
        yield _tornados(report.sensitivity, report)


def _tornados(found: Sensitivity, report: Report) -> Section:
    label = names(report.simulated.result.estimates.issuers.values())
    charts = (
        tornado.chart(found, name, label.get(name.split(".")[1], name)) for name in found.measures
    )
    words = (
        "What changes if one assumption alone goes to the low or the high end of its range, on "
        f"{counted(found.info.paths, 'common path')}: the {tornado.SHOWN} strongest of each "
        "issuer, whose probability of default by the horizon stands beside its name.",
    )
    return Section("What drives it", words, panels=list(filter(None, charts)), is_wide=True)
