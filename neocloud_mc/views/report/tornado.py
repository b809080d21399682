"""Tornado: what each assumption does alone, from the low to the high end of its range."""

from typing import Final

from neocloud_mc.results.measures import short
from neocloud_mc.scenario.variants.drivers import SIDES
from neocloud_mc.studies.sensitivity import Sensitivity
from neocloud_mc.views.render import spoken
from neocloud_mc.views.render.figures import moves_of
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import Cells, Chart, blank, drawn

SHOWN: Final = 10


def chart(found: Sensitivity, measure: str, label: str) -> Chart | None:
    """The strongest drivers of a measure; None: nothing moves it.

    Parameters
    ----------
    label : what the measure is called in the title.
    """
    import altair as alt

    ranked = found.ranked(measure)[:SHOWN]
    if not ranked:
        return None
    scale = 100.0 if measure.startswith("issuers.") and ".pd." in measure else 1.0
    unit = spoken.unit_of_change(measure)
    rows: list[Cells] = [
        (
            printable(effect.driver.name),
            f"{side} end",
            printable(moves_of(effect.driver)),
            scale * (end.changes[measure].value or 0.0),
            f"{spoken.value(measure, end.values[measure])}, "
            f"{spoken.change(measure, end.changes[measure])}{unit.replace(',', '')}",
        )
        for effect in ranked
        for side in SIDES
        if (end := effect.ends.get(side)) is not None
    ]
    colours = alt.Scale(
        domain=[f"{side} end" for side in SIDES], range=[theme.colour(5), theme.colour(1)]
    )
    drawing = (
        blank()
        .mark_bar(height=11)
        .encode(
            y=alt.Y("driver:N", sort=[printable(e.driver.name) for e in ranked], title=None),
            yOffset=alt.YOffset("end:N", sort=[f"{side} end" for side in SIDES]),
            x=alt.X("change:Q", title=f"change{unit}"),
            color=alt.Color("end:N", scale=colours, sort=[f"{side} end" for side in SIDES]),
            tooltip=[
                alt.Tooltip("driver:N"),
                alt.Tooltip("range:N", title="from → to"),
                alt.Tooltip("end:N"),
                alt.Tooltip("shown:N", title="then"),
            ],
        )
        .properties(height={"step": 26})
    )
    strongest = ranked[0]
    told = " and ".join(
        f"{spoken.change(measure, strongest.ends[side].changes[measure])}"
        f"{unit.replace(',', '')} at the {side} end"
        for side in SIDES
        if side in strongest.ends
    )
    return drawn(
        f"tornado-{short(measure)}",
        f"{label}: {spoken.value(measure, found.own[measure])}{spoken.unit(measure)}",
        f"Strongest: {printable(strongest.driver.name)} ({moves_of(strongest.driver)}), {told}.",
        ("driver", "end", "range", "change", "shown"),
        rows,
        drawing,
    )
