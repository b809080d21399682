"""Fans: where prices, cash, debt and ratios may be by month, with the limits of covenants."""

import math
from collections.abc import Iterator
from functools import cache
from typing import Final

from neocloud_mc.studies.trajectories import KEPT, Fan
from neocloud_mc.views.render.calendar_months import numbered
from neocloud_mc.views.render.numbers import in_usd
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import (
    USD_AXIS,
    Cells,
    Chart,
    Spec,
    bare,
    blank,
    by_month,
    calendar,
    drawn,
)

_TITLES: Final = {
    "price": "Rent of {item}, $/GPU-hour",
    "resale": "Resale value of {item}, $/GPU",
    "cash": "Cash",
    "debt": "Debt",
    "dscr": "DSCR",
    "ltv": "LTV of {item}",
    "liquidity": "Liquidity",
}
_RATIOS: Final = ("dscr", "ltv")
_AXES: Final = {"dscr": None, "ltv": None, "price": "format(datum.value, '$.2f')"}
"""Vega's expressions of labels, where they are not amounts of money."""
_USD: Final = "replace(replace(format({}, '$.3s'), 'G', 'bn'), 'M', 'm')"
_SPOKEN: Final = {
    **dict.fromkeys(_RATIOS, "format({}, '.2f')"),
    **{"price": "format({}, '$.2f')", "resale": "format({}, '$,.0f')"},
}
"""Vega's expressions of numbers in tooltips; of money where none is named."""
_QUANTILES: Final = ("p05", "p25", "p50", "p75", "p95")
_WIDEST_RATIO: Final = 6.0
"""A DSCR above it is far from any limit; axes stop there, so that what is near one shows."""


def chart(fan: Fan, months: int, base_date: str | None) -> Chart | None:
    """Median, half and nine tenths of the paths on which the issuer lives; None: too few do.

    Parameters
    ----------
    months : the horizon.
    """
    shown = [n for n in range(len(fan.months)) if not math.isnan(fan.quantiles[0, n])]
    if not shown:
        return None
    rows: list[Cells] = [
        (fan.months[n], *(float(f"{q:.4g}") for q in fan.quantiles[:, n])) for n in shown
    ]
    item = printable(fan.item)
    return drawn(
        "-".join(part for part in (fan.issuer, fan.quantity, fan.item) if part),
        _TITLES[fan.quantity].format(item=item),
        _words(fan, shown, base_date),
        ("month", *_QUANTILES),
        rows,
        _drawing(
            theme.colour(0 if fan.issuer else 2),
            _AXES.get(fan.quantity, USD_AXIS),
            _SPOKEN.get(fan.quantity, _USD),
            _domain(fan),
            _finite(fan),
            months,
            base_date,
        ),
    )


@cache
def _drawing(
    colour: str,
    label: str | None,
    spoken: str,
    domain: tuple[float, float] | None,
    limits: tuple[float, ...],
    months: int,
    base_date: str | None,
) -> Spec:
    """Bands, median, limits.

    Parameters
    ----------
    label : Vega's expression of the labels; None: plain numbers.
    spoken : Vega's expression of a number in a sentence, which it calls ``{}``.
    domain : where the axis begins and ends; None: where the numbers do.
    """
    import altair as alt

    text = {name: spoken.format(f"datum.{name}") for name in _QUANTILES}
    base = blank().encode(x=by_month(months, base_date))
    axis = alt.Axis(tickCount=4) if label is None else alt.Axis(tickCount=4, labelExpr=label)
    scale = alt.Scale() if domain is None else alt.Scale(domain=domain, nice=True)
    near = alt.selection_point(
        fields=["month"], nearest=True, on="pointermove", empty=False, name="near"
    )
    tooltip = [
        alt.Tooltip("when:N", title="in"),
        alt.Tooltip("median:N"),
        alt.Tooltip("half:N", title="half of the paths"),
        alt.Tooltip("nine_tenths:N", title="nine tenths"),
    ]
    rule = (
        alt.Chart(alt.InlineData(values=[{"limit": value} for value in limits]))
        .mark_rule(color=theme.LIMIT, strokeDash=[5, 3], strokeWidth=1.5, clip=True)
        .encode(y="limit:Q")
    )
    layers = [
        base.mark_area(clip=True, color=colour, opacity=0.18).encode(y="p05:Q", y2="p95:Q"),
        base.mark_area(clip=True, color=colour, opacity=0.3).encode(y="p25:Q", y2="p75:Q"),
        base.mark_line(clip=True, color=colour, strokeWidth=2).encode(
            y=alt.Y("p50:Q", title=None, axis=axis, scale=scale)
        ),
        *([rule] if limits else []),
        base.transform_calculate(
            when=calendar(base_date),
            median=text["p50"],
            half=f"{text['p25']} + ' to ' + {text['p75']}",
            nine_tenths=f"{text['p05']} + ' to ' + {text['p95']}",
        )
        .mark_point(filled=True, size=60, color=colour, clip=True)
        .encode(y="p50:Q", opacity=alt.condition(near, alt.value(1), alt.value(0)), tooltip=tooltip)
        .add_params(near),
    ]
    return bare(alt.layer(*layers).properties(height=150))


def _domain(fan: Fan) -> tuple[float, float] | None:
    """Ratios stop where nothing is left to see; everything else is shown whole."""
    if fan.quantity not in _RATIOS:
        return None
    values = [float(q) for q in fan.quantiles.ravel() if math.isfinite(q)]
    limits = _finite(fan)
    most = max([_WIDEST_RATIO, *(2.0 * limit for limit in limits)])
    low, high = min([0.0, *values]), max([1.0, *values, *limits])
    return max(-1.0, math.floor(2 * low) / 2), min(most, math.ceil(2 * high) / 2)


def _finite(fan: Fan) -> tuple[float, ...]:
    """Limits that can be drawn."""
    return tuple(sorted({limit for limit in fan.limits.values() if math.isfinite(limit)}))


def _told(fan: Fan, n: int) -> tuple[str, str, str]:
    low, lower, median, upper, high = (_value(fan, float(q)) for q in fan.quantiles[:, n])
    return f"{lower} to {upper}", f"{low} to {high}", median


def _value(fan: Fan, value: float) -> str:
    if fan.quantity in _RATIOS:
        return f"{value:.2f}".replace("-", "−")
    if fan.quantity in ("price", "resale"):
        return f"${value:,.2f}" if value < 100 else f"${value:,.0f}"
    return in_usd(value).replace("$-", "−$")


def _words(fan: Fan, shown: list[int], base_date: str | None) -> str:
    """Where it begins and ends, and when a limit is inside the fan."""
    first, last = shown[0], shown[-1]
    half, nine_tenths, median = _told(fan, last)
    begins = _value(fan, float(fan.quantiles[2, first]))
    text = (
        f"The median goes from {begins} in {numbered(fan.months[first], base_date)} to {median} in "
        f"{numbered(fan.months[last], base_date)}; half of the paths lie from {half}, nine tenths "
        f"from {nine_tenths}."
    )
    return " ".join([text, *_about_limits(fan, shown, base_date)])


def _about_limits(fan: Fan, shown: list[int], base_date: str | None) -> Iterator[str]:
    is_most = fan.quantity == "ltv"
    side, tail = ("above", fan.quantiles[4]) if is_most else ("below", fan.quantiles[0])
    for name, limit in fan.limits.items():
        over = [n for n in shown if (tail[n] > limit if is_most else tail[n] < limit)]
        what = f"The limit of {printable(name)} is {_value(fan, limit)}"
        if name == KEPT:
            what = f"It keeps {_value(fan, limit)} before it prepays"
        if over:
            when = numbered(fan.months[over[0]], base_date)
            yield f"{what}; at least a twentieth of the paths first lie {side} it in {when}."
        else:
            yield f"{what}; fewer than a twentieth of the paths ever lie {side} it."
