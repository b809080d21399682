"""The index behind quotes, as the filter smooths it, with two standard errors to either side."""

import math

from neocloud_mc.studies.fit.figures import ERRORS
from neocloud_mc.studies.fit.run import Fitted
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import Cells, Chart, Drawing, blank, by_month, drawn


def chart(result: Fitted) -> Chart:
    """The index by month, 1 in the first."""
    quotes, index = result.market.quotes, result.market.index
    rows: list[Cells] = [
        (month, quotes.name_of(month), *_ends(float(log), float(error)))
        for month, (log, error) in enumerate(zip(index.log, index.error, strict=True))
    ]
    first, last = quotes.name_of(0), quotes.name_of(quotes.n_months - 1)
    value, low, high = _ends(float(index.log[-1]), float(index.error[-1]))
    return drawn(
        "index",
        "Price of compute, smoothed, and two standard errors",
        f"From 1 in {first} to {value:.2f} in {last}, which may be {low:.2f} to {high:.2f}.",
        ("month", "when", "index", "low", "high"),
        rows,
        _drawing(quotes.n_months - 1, f"{first}-01"),
    )


def _ends(log: float, error: float) -> tuple[float, float, float]:
    value, low, high = (math.exp(log + side * ERRORS * error) for side in (0.0, -1.0, 1.0))
    return value, low, high


def _drawing(months: int, first: str) -> Drawing:
    import altair as alt

    base = blank().encode(x=by_month(months, first))
    axis = alt.Axis(tickCount=4, title="first month = 1")
    layers = [
        base.mark_area(color=theme.colour(2), opacity=0.25).encode(y="low:Q", y2="high:Q"),
        base.mark_line(color=theme.colour(2), strokeWidth=2).encode(
            y=alt.Y("index:Q", axis=axis),
            tooltip=[alt.Tooltip("when:N", title="in"), alt.Tooltip("index:Q", format=".3f")],
        ),
    ]
    return alt.layer(*layers).properties(height=220)
