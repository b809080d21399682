"""Probability of default by month, with what paths, and inputs where asked, leave open."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Final

from neocloud_mc.results.figures import IssuerEstimates
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.render.calendar_months import numbered
from neocloud_mc.views.render.numbers import percent
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import (
    Cells,
    Chart,
    Drawing,
    blank,
    by_month,
    calendar,
    drawn,
    ends,
    legend_columns,
    names,
)

if TYPE_CHECKING:
    import altair

_DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [1, 3], [4, 1], [10, 2, 2, 2])


def chart(result: RunResult) -> Chart:
    """A line for each issuer; vehicles have the colour of their parent, dashed."""
    estimates, base_date = result.estimates, result.info.base_date
    label = names(estimates.issuers.values())
    colours, dashes = styles(estimates.issuers.values())
    domain = list(label.values())
    rows: list[Cells] = [
        (label[key], t, *ends(pd_t), percent(pd_t))
        for key, issuer in estimates.issuers.items()
        for t, pd_t in issuer.pd.items()
    ]
    return drawn(
        "pd",
        "Probability of default by month",
        words(result, label),
        ("issuer", "month", "pd", "low", "high", "shown"),
        rows,
        _lines(domain, colours, dashes, estimates.months, base_date),
    )


def _lines(
    domain: list[str],
    colours: list[str],
    dashes: list[list[int]],
    months: int,
    base_date: str | None,
) -> Drawing:
    """Lines with their bands, one of which can be picked in the legend.

    Parameters
    ----------
    domain : the issuers, whose `colours` and `dashes` these are.
    """
    import altair as alt

    picked = alt.selection_point(fields=["issuer"], bind="legend", name="picked")
    legend = alt.Legend(
        symbolOpacity=1, symbolType="stroke", symbolSize=400, columns=legend_columns(domain)
    )
    scale = alt.Scale(domain=domain, range=colours)
    base = blank().encode(
        x=by_month(months, base_date),
        color=alt.Color("issuer:N", scale=scale, legend=legend),
    )
    dash = alt.StrokeDash("issuer:N", scale=alt.Scale(domain=domain, range=dashes))
    faded = alt.condition(picked, alt.value(1.0), alt.value(0.12))
    pd = alt.Y("pd:Q", title="probability of default", axis=alt.Axis(format="%"))
    band = base.mark_area().encode(
        y="low:Q", y2="high:Q", opacity=alt.condition(picked, alt.value(0.15), alt.value(0))
    )
    line = base.mark_line(strokeWidth=2).encode(y=pd, strokeDash=dash, opacity=faded)
    points = _points(base, base_date)
    return alt.layer(band, line.add_params(picked), points).properties(height=320)


def _points(base: "altair.Chart", base_date: str | None) -> "altair.Chart":
    """The point nearest to the pointer, with its numbers."""
    import altair as alt

    near = alt.selection_point(
        fields=["month", "issuer"], nearest=True, on="pointermove", empty=False, name="near"
    )
    points: altair.Chart = (
        base.transform_calculate(when=calendar(base_date))
        .mark_point(filled=True, size=70)
        .encode(
            y="pd:Q",
            opacity=alt.condition(near, alt.value(1), alt.value(0)),
            tooltip=[
                alt.Tooltip("issuer:N"),
                alt.Tooltip("when:N", title="by"),
                alt.Tooltip("shown:N", title="PD"),
            ],
        )
        .add_params(near)
    )
    return points


def words(result: RunResult, label: Mapping[str, str]) -> str:
    """What the lines say at the first year and at the horizon."""
    estimates, base_date = result.estimates, result.info.base_date
    first, last = estimates.horizons[0], estimates.months
    told = [
        f"{label[key]} {percent(issuer.pd[first])}"
        + (f", then {percent(issuer.pd[last])}" if last > first else "")
        for key, issuer in estimates.issuers.items()
    ]
    then = f", then by {numbered(last, base_date)}" if last > first else ""
    return f"Probability of default by {numbered(first, base_date)}{then}: {'; '.join(told)}."


def styles(issuers: Iterable[IssuerEstimates]) -> tuple[list[str], list[list[int]]]:
    """Colours and dashes of issuers: a colour for each group, a dash for each vehicle in it."""
    every = list(issuers)
    places = {head.id: n for n, head in enumerate(one for one in every if one.parent is None)}
    members = {head: count(1) for head in places}
    colours, dashes = [], []
    for issuer in every:
        head = issuer.parent or issuer.id
        again = places[head] // theme.SERIES
        place = next(members[head]) if issuer.parent else 0
        colours.append(theme.colour(places[head]))
        dashes.append(_DASHES[(place + again) % len(_DASHES)])
    return colours, dashes


def uncertain(result: RunResult, issuer: str) -> Chart | None:
    """One issuer's PD with both kinds of uncertainty; None unless inputs were drawn."""
    if result.uncertainty is None:
        return None
    estimates, base_date = result.estimates, result.info.base_date
    drawn_pd, own = result.uncertainty.pd[issuer], estimates.issuers[issuer].pd
    rows = [
        (
            t,
            numbered(t, base_date),
            *ends(found),
            *(_inputs(drawn_pd[t]) if t in drawn_pd else (None, None, None, "")),
            percent(found),
        )
        for t, found in own.items()
    ]
    last = drawn_pd[estimates.months]
    return drawn(
        f"{issuer}-pd",
        "PD, and over the inputs",
        f"PD by the horizon is {percent(own[estimates.months])} with the file's figures; over the "
        f"assumptions' ranges its median is {percent(last.median)} and 90% lie from "
        f"{percent(last.low)} to {percent(last.high)}.",
        (
            *("month", "when", "pd", "low", "high"),
            *("inputs_low", "inputs_median", "inputs_high", "inputs", "shown"),
        ),
        rows,
        _bands(estimates.months, base_date),
    )


def _bands(months: int, base_date: str | None) -> Drawing:
    """A line in its narrow band, and a wide one where the inputs were drawn."""
    import altair as alt

    base = blank().encode(x=by_month(months, base_date))
    pd = alt.Y("pd:Q", title=None, axis=alt.Axis(format="%"))
    over_inputs = base.transform_filter("isValid(datum.inputs_median)")
    wide = over_inputs.mark_area(color=theme.colour(1), opacity=0.25)
    medians = over_inputs.mark_point(color=theme.colour(1), filled=True)
    narrow = base.mark_area(color=theme.colour(0), opacity=0.4)
    tooltip = [
        alt.Tooltip("when:N", title="by"),
        alt.Tooltip("shown:N", title="PD ± sampling"),
        alt.Tooltip("inputs:N", title="90% of inputs"),
    ]
    return alt.layer(
        wide.encode(y="inputs_low:Q", y2="inputs_high:Q"),
        narrow.encode(y="low:Q", y2="high:Q"),
        base.mark_line(color=theme.colour(0), strokeWidth=2).encode(y=pd),
        medians.encode(y="inputs_median:Q"),
        base.mark_point(opacity=0, size=200).encode(y="pd:Q", tooltip=tooltip),
    ).properties(height=170)


def _inputs(found: object) -> Cells:
    low, median, high = (getattr(found, name) for name in ("low", "median", "high"))
    told = f"{percent(low).partition(' ±')[0]} to {percent(high).partition(' ±')[0]}"
    return low.value, median.value, high.value, told
