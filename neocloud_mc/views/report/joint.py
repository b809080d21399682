"""Who falls with whom: conditional default probabilities, shaded."""

from collections.abc import Mapping

from neocloud_mc.results.figures import Estimates
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.render.numbers import percent
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import Cells, Chart, Drawing, blank, drawn, names

DARKEST = 0.55
"""Opacity of the strongest shade: text on it keeps its contrast, in the light and in the dark."""


def chart(estimates: Estimates) -> Chart | None:
    """A cell for each pair: given the row's default, the column's; None for one issuer."""
    label = names(estimates.issuers.values())
    if len(label) < 2:
        return None
    rows: list[Cells] = [
        (
            label[row],
            label[column],
            pair.conditional.value,
            f"{pair.conditional.value:.0%}" if pair.conditional.value is not None else "",
            percent(pair.conditional),
            percent(pair.joint),
        )
        for row, others in estimates.joint.pairs.items()
        for column, pair in others.items()
    ]
    return drawn(
        "joint",
        "If the issuer of the row defaults, how likely the one of the column does too",
        _words(estimates, label),
        ("row", "column", "conditional", "rounded", "shown", "joint"),
        rows,
        _cells(list(label.values())),
    )


def _cells(order: list[str]) -> Drawing:
    """Shaded cells with their numbers."""
    import altair as alt

    base = blank().encode(
        x=alt.X("column:N", sort=order, title=None, axis=alt.Axis(orient="top", labelAngle=-40)),
        y=alt.Y("row:N", sort=order, title="given the default of"),
    )
    scale = alt.Scale(domain=[0, 1], range=[0, DARKEST])
    cells = base.mark_rect(color=theme.FALL).encode(
        opacity=alt.Opacity("conditional:Q", scale=scale, legend=None),
        tooltip=[
            alt.Tooltip("row:N", title="given"),
            alt.Tooltip("column:N", title="defaults too"),
            alt.Tooltip("shown:N", title="probability"),
            alt.Tooltip("joint:N", title="both default"),
        ],
    )
    text = base.mark_text(fontSize=10).encode(text="rounded:N")
    return alt.layer(cells, text).properties(height={"step": 24})


def at_least(result: RunResult) -> Chart | None:
    """How many default together; None for one issuer."""
    joint, apart = result.estimates.joint, result.separated
    if len(joint.at_least) < 2:
        return None
    runs = {"as it is": joint} | ({"without contagion": apart.joint} if apart else {})
    rows: list[Cells] = [
        (k, name, found.value, percent(found))
        for name, one in runs.items()
        for k, found in one.at_least.items()
    ]
    told = "; ".join(f"{k} or more {percent(found)}" for k, found in joint.at_least.items())
    return drawn(
        "at-least",
        "How many default by the horizon",
        f"Probability that so many issuers default: {told}.",
        ("issuers", "run", "share", "shown"),
        rows,
        _bars(list(joint.at_least), list(runs)),
    )


def _bars(counts: list[int], runs: list[str]) -> Drawing:
    """Bars for each count, one for each run."""
    import altair as alt

    scale = alt.Scale(domain=runs, range=[theme.colour(0), theme.colour(4)][: len(runs)])
    bars: Drawing = (
        blank()
        .mark_bar()
        .encode(
            x=alt.X(
                "issuers:O",
                title="at least so many issuers; vehicles are not counted",
                axis=alt.Axis(labelAngle=0),
                sort=counts,
            ),
            y=alt.Y("share:Q", title="probability", axis=alt.Axis(format="%")),
            xOffset=alt.XOffset("run:N", sort=runs),
            color=alt.Color("run:N", scale=scale),
            tooltip=[
                alt.Tooltip("issuers:O", title="at least"),
                alt.Tooltip("run:N"),
                alt.Tooltip("shown:N", title="probability"),
            ],
        )
        .properties(height=220)
    )
    return bars


def _words(estimates: Estimates, label: Mapping[str, str]) -> str:
    pairs = estimates.joint.pairs
    seen = [
        (pair.conditional.value, row, column)
        for row, others in pairs.items()
        for column, pair in others.items()
        if pair.conditional.value is not None and not _is_vehicle(estimates, row, column)
    ]
    if not seen:
        return "No default was seen of which another could follow."
    most, row, column = max(seen)
    return (
        f"Vehicles apart, the closest pair: if {label[row]} defaults, {label[column]} does too on "
        f"{most:.0%} of those paths, in whatever order."
    )


def _is_vehicle(estimates: Estimates, *issuers: str) -> bool:
    """Whether one of them has a parent."""
    return any(estimates.issuers[issuer].parent for issuer in issuers)
