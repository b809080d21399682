"""When and why issuers default: by cause at the horizon, and quarter by quarter."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from neocloud_mc.causes import CAUSES
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.report import Simulated
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.render.calendar_months import numbered
from neocloud_mc.views.render.numbers import percent
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import (
    Cells,
    Chart,
    Drawing,
    Spec,
    bare,
    blank,
    by_month,
    drawn,
    legend_columns,
    names,
)

if TYPE_CHECKING:
    import altair

SPOKEN: Final = {
    "liquidity": "want of cash",
    "refinancing": "debt that could not be refinanced",
    "covenant": "breached covenants",
    "jump": "a failure of its own, whatever its cash",
    "parent": "the fall of its parent",
    "vehicle": "the fall of a vehicle that it guarantees",
}
"""Causes in a sentence: mostly for …"""
QUARTER: Final = 3


def meanings(result: RunResult) -> str:
    """What the causes that were seen mean."""
    issuers = result.estimates.issuers.values()
    seen = [c for c in CAUSES if any(issuer.causes[c].value for issuer in issuers)]
    told = "; ".join(f"{cause}: {SPOKEN[cause]}" for cause in seen)
    return f"{told[:1].upper()}{told[1:]}." if told else "No default was seen."


def chart(result: RunResult) -> Chart:
    """A bar for each issuer, in parts by cause; their sum is its PD."""
    issuers = result.estimates.issuers.values()
    label = names(issuers)
    last = result.estimates.months
    rows: list[Cells] = [
        (label[i.id], cause, CAUSES.index(cause), found.value, percent(found), percent(i.pd[last]))
        for i in issuers
        for cause, found in i.causes.items()
    ]
    return drawn(
        "causes",
        f"Why they default by {numbered(last, result.info.base_date)}",
        " ".join(f"{label[i.id]}: {_parts(i.causes)}." for i in issuers),
        ("issuer", "cause", "place", "share", "shown", "pd"),
        rows,
        _bars(list(label.values())),
    )


def _bars(issuers: list[str]) -> Drawing:
    import altair as alt

    axis = alt.Axis(format="%", tickCount=8)
    bars: Drawing = (
        blank()
        .mark_bar()
        .encode(
            y=alt.Y("issuer:N", sort=issuers, title=None),
            x=alt.X("share:Q", title="probability of default", axis=axis),
            color=_by_cause(),
            order="place:Q",
            tooltip=[
                alt.Tooltip("issuer:N"),
                alt.Tooltip("cause:N"),
                alt.Tooltip("shown:N", title="probability"),
                alt.Tooltip("pd:N", title="PD of all causes"),
            ],
        )
        .properties(height={"step": 24})
    )
    return bars


def over_time(simulated: Simulated, issuer: str) -> Chart:
    """The share of the paths on which an issuer defaults in each quarter, stacked by cause."""
    result, counts = simulated.result, simulated.defaults[issuer]
    months, base_date = result.estimates.months, result.info.base_date
    rows = list(_stacked(counts, months, result.info.paths, base_date))
    return drawn(
        f"{issuer}-when",
        "Defaults by quarter",
        _peak(rows, percent(result.estimates.issuers[issuer].pd[months])),
        ("from", "to", "when", "cause", "share", "base", "top"),
        rows,
        _quarters(months, base_date),
    )


def _stacked(
    counts: Mapping[str, tuple[int, ...]], months: int, n: int, base_date: str | None
) -> Iterator[Cells]:
    """A row for each quarter and cause, from where its part of the bar begins to where it ends."""
    for first in range(0, months, QUARTER):
        last, top = min(first + QUARTER, months), 0.0
        for cause in CAUSES:
            if share := sum(counts[cause][first:last]) / n:
                base, top = top, top + share
                yield (first, last, numbered(last, base_date), cause, share, base, top)


@cache
def _quarters(months: int, base_date: str | None) -> Spec:
    """Stacked bars."""
    import altair as alt

    drawing = (
        blank()
        .mark_rect()
        .encode(
            x=by_month(months, base_date, "from"),
            x2="to:Q",
            y=alt.Y("base:Q", title=None, axis=alt.Axis(format="~%", tickCount=4)),
            y2="top:Q",
            color=_by_cause(),
            tooltip=[
                alt.Tooltip("when:N", title="quarter to"),
                alt.Tooltip("cause:N"),
                alt.Tooltip("share:Q", format=".3%", title="share of paths"),
            ],
        )
        .properties(height=150)
    )
    return bare(drawing)


def _by_cause() -> "altair.Color":
    import altair as alt

    scale = alt.Scale(domain=list(CAUSES), range=list(theme.CAUSE_COLOURS.values()))
    legend = alt.Legend(columns=legend_columns(CAUSES))
    return alt.Color("cause:N", scale=scale, sort=list(CAUSES), legend=legend)


def _parts(causes: Mapping[str, Estimate]) -> str:
    """Causes that were seen, the commonest first."""
    seen = sorted(causes, key=lambda cause: -(causes[cause].value or 0.0))
    told = [f"{cause} {percent(causes[cause])}" for cause in seen if causes[cause].value]
    return ", ".join(told) or "no default seen"


def _peak(rows: list[Cells], pd: str) -> str:
    if not rows:
        return "No default was seen."
    by_quarter: dict[str, float] = {}
    for row in rows:
        by_quarter[str(row[2])] = float(row[-1] or 0.0)
    worst = max(by_quarter, key=lambda when: by_quarter[when])
    return f"Of {pd} in all, most in the quarter to {worst}: {by_quarter[worst]:.2%} of the paths."
