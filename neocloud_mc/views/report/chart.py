"""A chart: what it shows in words, in numbers, and as a drawing in Vega-Lite."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from neocloud_mc.errors import UsageError
from neocloud_mc.results.book import IssuerEntry
from neocloud_mc.results.figures import IssuerEstimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.views.render.calendar_months import short
from neocloud_mc.views.render.spreadsheet import Column, cell, to_csv
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report import theme

if TYPE_CHECKING:
    import altair

Spec: TypeAlias = dict[str, Any]
Drawing: TypeAlias = "altair.Chart | altair.LayerChart | altair.FacetChart"
Cells: TypeAlias = Sequence[str | float | int | None]
YEAR: Final = 12
DATA: Final = "data"
"""What a drawing calls its numbers."""
_SYMBOL: Final = 36.0
"""Pixels of a symbol in a legend, with what is around it."""
LEGEND_ROOM: Final = "(width)"
"""Vega's expression of the pixels that a legend may take."""
_LETTER: Final = 6.2
"""Pixels of a letter in a legend."""
LIBRARIES: Final = ("altair", "jinja2", "vl_convert")
USD_AXIS: Final = (
    "replace(replace(replace(format(datum.value, '$~s'), 'G', 'bn'), 'M', 'm'), '\u2212', '-')"
)
"""Vega's expression of a label such as ``$1.5bn``."""


@dataclass(frozen=True)
class Chart:
    """A chart.

    Parameters
    ----------
    name : of its file of data; unlike all others of the scenario.
    words : what it shows, for those who do not see it.
    data : CSV, the numbers that are drawn.
    spec : Vega-Lite, without data, settings and width; alike for charts of the same kind.
    """

    name: str
    title: str
    words: str
    data: str
    spec: Spec

    def of(self, label: str) -> "Chart":
        """The chart with whose it is in its title."""
        return replace(self, title=f"{label}: {self.title}" if label else self.title)


def require() -> None:
    """Make sure, before anything is simulated, that charts can be drawn.

    Raises
    ------
    UsageError : a library is not installed.
    """
    from importlib.util import find_spec

    if missing := [name for name in LIBRARIES if find_spec(name) is None]:
        raise UsageError(
            f"pictures need {' and '.join(missing)}: pip install 'neocloud-mc[report]'"
        )


def drawn(
    name: str,
    title: str,
    words: str,
    columns: Sequence[str],
    rows: Iterable[Cells],
    drawing: "Drawing | Spec",
) -> Chart:
    """Put a chart together.

    Parameters
    ----------
    columns : of the data; text is made safe, numbers keep six digits.
    drawing : without data.
    """
    told = list(rows)
    data = to_csv([Column(column, _spelt) for column in columns], told)
    spec = drawing if isinstance(drawing, dict) else bare(drawing)
    return Chart(name, title, words, data, _typed(spec, columns, told))


def _typed(spec: Spec, columns: Sequence[str], rows: Sequence[Cells]) -> Spec:
    """A drawing that reads numbers as numbers, so that none is drawn where there is none."""
    numbers = {
        column: "number"
        for column, values in zip(columns, zip(*rows, strict=True), strict=False)
        if not any(isinstance(value, str) for value in values)
    }
    source = {"name": DATA, "format": {"type": "csv", "parse": numbers}}
    typed: Spec = with_data(spec, {DATA: source})
    return typed


def bare(drawing: "Drawing") -> Spec:
    """A drawing without what is settled for all."""
    spec: Spec = drawing.to_dict(validate=False)
    own = {name: {"values": values} for name, values in spec.pop("datasets", {}).items()}
    kept = {key: part for key, part in spec.items() if key not in ("$schema", "config")}
    bare_spec: Spec = with_data(kept, own)
    return bare_spec


def with_data(part: Any, known: Mapping[str, Spec]) -> Any:
    """A drawing, or a part of it, with data in place of their names.

    Parameters
    ----------
    known : data by name; other names stay.
    """
    match part:
        case {"data": {"name": str(name), **others}} if name in known:
            rest = {key: value for key, value in part.items() if key != "data"}
            return {"data": others | known[name], **with_data(rest, known)}
        case dict():
            return {key: with_data(value, known) for key, value in part.items()}
        case list():
            return [with_data(value, known) for value in part]
    return part


def _spelt(value: str | float | int) -> str:
    return cell(value) if isinstance(value, str) else f"{value:.6g}"


def blank() -> "altair.Chart":
    """A chart without data or marks."""
    import altair

    return altair.Chart(altair.NamedData(name=DATA))


def names(issuers: Iterable[IssuerEstimates | IssuerEntry]) -> dict[str, str]:
    """Labels of issuers by id, safe to show; with the id where two are alike."""
    found = {issuer.id: printable(issuer.label) for issuer in issuers}
    labels = list(found.values())
    return {key: f"{x} ({key})" if labels.count(x) > 1 else x for key, x in found.items()}


def legend_columns(labels: Iterable[str]) -> "altair.ExprRef":
    """Columns of a legend with these labels: as many as its picture has room for."""
    import altair

    entry = _SYMBOL + min(_LETTER * max(map(len, labels), default=0), theme.LABEL)
    return altair.ExprRef(f"max(1, floor({LEGEND_ROOM} / {entry:.0f}))")


def month_axis(months: int, base_date: str | None) -> "altair.Axis":
    """An axis of months: every year, told as in the calendar where there is one."""
    import altair

    step = YEAR if months >= YEAR else 1
    ticks = list(range(0, months + 1, step))
    if base_date is None:
        return altair.Axis(values=ticks, title="month", grid=False)
    told = {str(month): short(month, base_date) for month in ticks}
    label = f"({json.dumps(told)})[format(datum.value, 'd')]"
    return altair.Axis(values=ticks, title=None, grid=False, labelExpr=label, labelOverlap=True)


def by_month(months: int, base_date: str | None, field: str = "month") -> "altair.X":
    """The horizontal axis of what moves from month to month."""
    import altair

    scale = altair.Scale(domain=[0, months], nice=False)
    return altair.X(f"{field}:Q", axis=month_axis(months, base_date), scale=scale)


def calendar(base_date: str | None, field: str = "month") -> str:
    """Vega's expression of a month in words, as `numbered` tells it."""
    if base_date is None:
        return f"'month ' + datum.{field}"
    year, month, _ = base_date.split("-")
    moment = f"datetime({int(year)}, {int(month) - 1} + toNumber(datum.{field}), 1)"
    return f"timeFormat({moment}, '%b %Y') + ' (month ' + datum.{field} + ')'"


def ends(estimate: Estimate) -> tuple[float | None, float | None, float | None]:
    """Value, low and high."""
    return estimate.value, estimate.low, estimate.high
