"""Stresses: what each does to each issuer's PD, on the same draws."""

from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.comparison import Comparisons
from neocloud_mc.views.render.calendar_months import numbered
from neocloud_mc.views.render.numbers import percent, signed
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import Cells, Chart, blank, drawn
from neocloud_mc.views.report.joint import DARKEST

_PALE: Final = 20.0
"""Points: where no change is larger, none is shaded as if it were large."""


def chart(found: Comparisons) -> Chart:
    """A cell for each issuer and stress, shaded by the change of its PD in points."""
    import altair as alt

    label = {key: printable(text) for key, text in found.labels.items()}
    rows: list[Cells] = []
    for other in found.others:
        for key, text in label.items():
            change = other.changes.get(f"issuers.{key}.pd.{found.base.months}")
            if change is None or change.change is None or change.after is None:
                continue
            rows.append(
                (stress(other.info.scenario), text, *_cells(change.after.estimate, change.change))
            )
    order = [stress(other.info.scenario) for other in found.others]
    largest = max([_PALE, *(abs(float(row[2] or 0.0)) for row in rows)])
    base = blank().encode(
        x=alt.X(
            "issuer:N",
            sort=list(label.values()),
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-40),
        ),
        y=alt.Y("stress:N", sort=order, title=None),
    )
    shade = alt.Scale(domain=[0, largest], range=[0, DARKEST])
    cells = base.mark_rect().encode(
        color=alt.condition("datum.change < 0", alt.value(theme.FALL), alt.value(theme.RISE)),
        opacity=alt.Opacity("size:Q", scale=shade, legend=None),
        tooltip=[
            alt.Tooltip("stress:N"),
            alt.Tooltip("issuer:N"),
            alt.Tooltip("shown:N", title="PD then"),
        ],
    )
    when = numbered(found.base.months, found.base.base_date)
    text = (
        base.transform_calculate(
            rounded="abs(datum.change) < 0.5 ? '0' : format(datum.change, '+.0f')"
        )
        .mark_text(fontSize=10)
        .encode(text="rounded:N")
    )
    return drawn(
        "stresses",
        f"Change of the probability of default by {when}, points",
        _words(found, rows),
        ("stress", "issuer", "change", "size", "shown"),
        rows,
        alt.layer(cells, text).properties(height={"step": 24}),
    )


def stress(scenario: str) -> str:
    """The name of an overlay alone: scenario names end in it."""
    return printable(scenario.rpartition(" + ")[2])


def _cells(after: Estimate, change: Estimate) -> Cells:
    points = 100.0 * (change.value or 0.0)
    return points, abs(points), f"{percent(after)}, {signed(change, 100.0)} points"


def _words(found: Comparisons, rows: list[Cells]) -> str:
    if not rows:
        return "No stress changes an issuer of the scenario."
    worst = max(rows, key=lambda row: float(row[2] or 0.0))
    n = len(found.others)
    return (
        f"{n} other scenario{'s' * (n > 1)} on {found.base.paths:,} common paths. The largest rise "
        f"is that of {worst[1]} in {worst[0]}, to {worst[4]}."
    )
