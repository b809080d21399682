"""Who holds up whom: what goes up from vehicles to their parents, and what comes down to them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from neocloud_mc.studies.trajectories import FLOWS, Flows
from neocloud_mc.views.render.numbers import percent, usd
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import (
    USD_AXIS,
    Cells,
    Chart,
    Drawing,
    blank,
    drawn,
    legend_columns,
)

TOLD: Final = {
    "distributed": "distributed to its parent",
    "trapped": "trapped for its lenders",
    "own capex": "its capex, paid by its parent",
    "called": "called from its guarantor",
    "cured": "cures paid by its guarantor",
}
_UP: Final = "distributed"
_KEPT: Final = "trapped"


def chart(flows: Mapping[str, Flows], label: Mapping[str, str]) -> Chart | None:
    """To the right what vehicles give, to the left what they take; None: there are no vehicles."""
    if not flows:
        return None
    return drawn(
        "groups",
        "What vehicles send up (right) and take (left) by the horizon",
        " ".join(_words(found, label[vehicle]) for vehicle, found in flows.items()),
        ("vehicle", "parent", "flow", "usd", "shown", "ever"),
        _rows(flows, label),
        _drawing([label[vehicle] for vehicle in flows]),
    )


def _rows(flows: Mapping[str, Flows], label: Mapping[str, str]) -> Iterator[Cells]:
    """A row for each vehicle and flow that was seen."""
    for vehicle, found in flows.items():
        for flow in FLOWS:
            if mean := found.means[flow].value:
                yield (
                    label[vehicle],
                    label[found.parent],
                    TOLD[flow],
                    _sign(flow) * mean,
                    usd(found.means[flow]),
                    percent(found.ever[flow]),
                )


def _drawing(vehicles: Sequence[str]) -> Drawing:
    """Bars to both sides."""
    import altair as alt

    told = list(TOLD.values())
    scale = alt.Scale(domain=told, range=[theme.colour(place) for place in (2, 4, 0, 1, 3)])
    legend = alt.Legend(columns=legend_columns(told))
    usd_axis = alt.Axis(labelExpr=USD_AXIS, tickCount=8)
    bars: Drawing = (
        blank()
        .mark_bar()
        .encode(
            y=alt.Y("vehicle:N", sort=list(vehicles), title=None),
            x=alt.X("usd:Q", title="mean of all paths", axis=usd_axis),
            color=alt.Color("flow:N", scale=scale, sort=told, legend=legend),
            tooltip=[
                alt.Tooltip("vehicle:N"),
                alt.Tooltip("parent:N"),
                alt.Tooltip("flow:N"),
                alt.Tooltip("shown:N", title="mean"),
                alt.Tooltip("ever:N", title="ever, share of paths"),
            ],
        )
        .properties(height={"step": 24})
    )
    return bars


def _words(found: Flows, name: str) -> str:
    """What was seen of a vehicle's flows."""
    told = [f"{TOLD[flow]} {usd(mean)}" for flow, mean in found.means.items() if mean.value]
    return f"{name}: {', '.join(told) or 'nothing went up or down'}."


def _sign(flow: str) -> float:
    return 1.0 if flow in (_UP, _KEPT) else -1.0
