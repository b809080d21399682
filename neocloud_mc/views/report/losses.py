"""How the portfolio's loss is spread, with its mean, VaR and expected shortfall."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.report import Simulated
from neocloud_mc.views.render.numbers import in_usd, usd
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import USD_AXIS, Cells, Chart, Drawing, blank, drawn

_KINDS: Final = ["mean", "VaR", "ES"]


def chart(simulated: Simulated) -> Chart:
    """A histogram of the paths with a loss, and lines at the measures of risk."""
    portfolio, losses = simulated.result.estimates.portfolio, simulated.losses
    marks = {"mean": portfolio.mean}
    marks |= {f"VaR {level}%": found for level, found in portfolio.var.items()}
    marks |= {f"ES {level}%": found for level, found in portfolio.es.items()}
    known = {name: found for name, found in marks.items() if found.value is not None}
    rows: list[Cells] = [
        (low, high, share, f"{in_usd(low)} to {in_usd(high)}")
        for (low, high), share in zip(pairwise(losses.edges), losses.shares, strict=True)
        if share > 0.0
    ]
    told = ", ".join(f"{name} {usd(found)}" for name, found in known.items())
    return drawn(
        "loss",
        "Portfolio loss, share of paths",
        f"No loss on {losses.nothing:.1%} of the paths, which are not drawn. {told}.",
        ("from", "to", "share", "shown"),
        rows,
        _drawing(known),
    )


def _drawing(marks: Mapping[str, Estimate]) -> Drawing:
    """The bars, and a line with its name at each measure."""
    import altair as alt

    lines = alt.Chart(
        alt.InlineData(
            values=[
                {"mark": name, "at": found.value, "shown": usd(found), "kind": name.split()[0]}
                for name, found in marks.items()
            ]
        )
    )
    scale = alt.Scale(domain=_KINDS, range=[theme.INK, theme.colour(4), theme.colour(1)])
    dashes = alt.Scale(domain=_KINDS, range=[[1, 0], [6, 3], [2, 2]])
    rules = lines.mark_rule(strokeWidth=2).encode(
        x="at:Q",
        color=alt.Color("kind:N", scale=scale),
        strokeDash=alt.StrokeDash("kind:N", scale=dashes),
        tooltip=[alt.Tooltip("mark:N", title="measure"), alt.Tooltip("shown:N", title="loss")],
    )
    labels = lines.mark_text(align="right", angle=270, dx=-2, dy=-5, fontSize=10).encode(
        x="at:Q", y=alt.value(0), text="mark:N"
    )
    return alt.layer(_bars(), rules, labels).properties(height=240)


def _bars() -> Drawing:
    import altair as alt

    bars: Drawing = (
        blank()
        .mark_rect(color=theme.colour(0))
        .encode(
            x=alt.X(
                "from:Q", title="loss by the horizon", axis=alt.Axis(grid=False, labelExpr=USD_AXIS)
            ),
            x2="to:Q",
            y=alt.Y("share:Q", title="share of paths", axis=alt.Axis(format="~%")),
            y2=alt.datum(0),
            tooltip=[
                alt.Tooltip("shown:N", title="loss"),
                alt.Tooltip("share:Q", title="share of paths", format=".3%"),
            ],
        )
    )
    return bars
