"""Tornado: what each assumption does alone, from the low to the high end of its range."""

from collections.abc import Iterator, Sequence
from typing import Final

from neocloud_mc.results.measures import short
from neocloud_mc.scenario.variants.drivers import SIDES, Driver
from neocloud_mc.studies.sensitivity import Effect, Sensitivity
from neocloud_mc.views.render import spoken
from neocloud_mc.views.render.figures import moves_of
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import Cells, Chart, Drawing, blank, drawn

SHOWN: Final = 10
_STEP: Final = 42
"""Pixels of a driver: its name and two bars."""


def chart(found: Sensitivity, measure: str, label: str) -> Chart | None:
    """The strongest drivers of a measure; None: nothing moves it.

    Parameters
    ----------
    label : what the measure is called in the title.
    """
    ranked = found.ranked(measure)[:SHOWN]
    if not ranked:
        return None
    unit = spoken.unit_of_change(measure)
    strongest = ranked[0]
    told = " and ".join(
        f"{spoken.change(measure, end.changes[measure])}{unit.replace(',', '')} at the {side} end"
        for side, end in strongest.ends.items()
    )
    return drawn(
        f"tornado-{short(measure)}",
        f"{label}: {spoken.value(measure, found.own[measure])}{spoken.unit(measure)}",
        f"Strongest: {name_of(strongest.driver)} ({moves_of(strongest.driver)}), {told}.",
        ("driver", "end", "range", "change", "shown"),
        _rows(ranked, measure),
        _drawing([_label(effect) for effect in ranked], unit),
    )


def name_of(driver: Driver) -> str:
    """A driver without the word that every issuer's begins with."""
    return printable(driver.name.removeprefix("issuers."))


def _label(effect: Effect) -> str:
    return f"{name_of(effect.driver)}: {printable(moves_of(effect.driver))}"


def _rows(ranked: Sequence[Effect], measure: str) -> Iterator[Cells]:
    """A row for each driver and end."""
    scale = 100.0 if measure.startswith("issuers.") and ".pd." in measure else 1.0
    unit = spoken.unit_of_change(measure).replace(",", "")
    for effect in ranked:
        for side in SIDES:
            if (end := effect.ends.get(side)) is not None:
                then, change = end.values[measure], end.changes[measure]
                yield (
                    _label(effect),
                    f"{side} end",
                    printable(moves_of(effect.driver)),
                    scale * (change.value or 0.0),
                    f"{spoken.value(measure, then)}, {spoken.change(measure, change)}{unit}",
                )


def _drawing(drivers: Sequence[str], unit: str) -> Drawing:
    """Two bars for each driver under its name, which has the width of the picture to itself."""
    import altair as alt

    ends = [f"{side} end" for side in SIDES]
    scale = alt.Scale(domain=ends, range=[theme.colour(5), theme.colour(1)])
    base = blank().encode(y=alt.Y("driver:N", sort=list(drivers), title=None, axis=None))
    lanes = alt.Scale(domain=["name", *ends])
    bars = base.mark_bar().encode(
        yOffset=alt.YOffset("end:N", scale=lanes),
        x=alt.X("change:Q", title=f"change{unit}", axis=alt.Axis(tickCount=5)),
        color=alt.Color("end:N", scale=scale, sort=ends),
        tooltip=[
            alt.Tooltip("driver:N"),
            alt.Tooltip("end:N"),
            alt.Tooltip("shown:N", title="then"),
        ],
    )
    names = (
        base.transform_aggregate(groupby=["driver"])
        .mark_text(align="left", baseline="middle", limit=alt.ExprRef("max(width, 380)"))
        .encode(yOffset=alt.YOffset(datum="name", scale=lanes), x=alt.value(0), text="driver:N")
    )
    height = {"step": _STEP, "for": "position"}
    return alt.layer(bars, names).properties(height=height)
