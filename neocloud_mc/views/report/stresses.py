"""Stresses: what each does to each issuer's PD, on the same draws."""

from collections.abc import Iterator, Mapping
from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.comparison import Comparisons
from neocloud_mc.views.render.calendar_months import numbered
from neocloud_mc.views.render.numbers import percent, signed
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import Cells, Chart, Drawing, blank, drawn
from neocloud_mc.views.report.joint import DARKEST

_PALE: Final = 20.0
"""Points: where no change is larger, none is shaded as if it were large."""


def chart(found: Comparisons) -> Chart:
    """A cell for each issuer and stress, shaded by the change of its PD in points."""
    label = {key: printable(text) for key, text in found.labels.items()}
    rows = list(_rows(found, label))
    order = [stress(other.info.scenario) for other in found.others]
    largest = max([_PALE, *(abs(float(row[2] or 0.0)) for row in rows)])
    when = numbered(found.base.months, found.base.base_date)
    return drawn(
        "stresses",
        f"Change of the probability of default by {when}, points",
        _words(found, rows),
        ("stress", "issuer", "change", "size", "shown"),
        rows,
        _drawing(order, list(label.values()), largest),
    )


def _rows(found: Comparisons, label: Mapping[str, str]) -> Iterator[Cells]:
    """A row for each stress and issuer that has a PD in both scenarios."""
    for other in found.others:
        for key, text in label.items():
            change = other.changes.get(f"issuers.{key}.pd.{found.base.months}")
            if change is not None and change.change is not None and change.after is not None:
                cells = _cells(change.after.estimate, change.change)
                yield (stress(other.info.scenario), text, *cells)


def _drawing(order: list[str], issuers: list[str], largest: float) -> Drawing:
    """Shaded cells with their numbers.

    Parameters
    ----------
    order : of the stresses.
    largest : change, in points, that has the darkest shade.
    """
    import altair as alt

    axis = alt.Axis(orient="top", labelAngle=-40)
    base = blank().encode(
        x=alt.X("issuer:N", sort=issuers, title=None, axis=axis),
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
    text = (
        base.transform_calculate(
            rounded="abs(datum.change) < 0.5 ? '0' : format(datum.change, '+.0f')"
        )
        .mark_text(fontSize=10)
        .encode(text="rounded:N")
    )
    return alt.layer(cells, text).properties(height={"step": 24})


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
