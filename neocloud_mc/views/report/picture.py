"""Charts as files for papers and slides: SVG, PNG and PDF, drawn without a browser."""

import json
from collections.abc import Sequence
from typing import Final

from neocloud_mc.views.report import theme
from neocloud_mc.views.report.chart import DATA, LEGEND_ROOM, Chart, Spec, with_data

SUFFIXES: Final = (".svg", ".png", ".pdf")
THEMES: Final = tuple(theme.THEMES)
_WIDE, _PANEL, _COLUMNS = 640, 300, 3
"""Pixels of a chart alone, and of one among others; and how many stand in a row."""
_SCALE: Final = 2.0
"""Pixels of a PNG to one of the drawing."""


def picture(charts: Sequence[Chart], suffix: str, colours: str) -> bytes:
    """Draw a chart, or several side by side, on one sheet.

    Parameters
    ----------
    suffix : one of `SUFFIXES`.
    colours : one of `THEMES`.
    """
    import vl_convert

    settings = theme.config() | {"background": theme.PAPER, "font": "sans-serif"}
    text = json.dumps(_sheet(charts) | {"config": settings, "padding": 12})
    drawing = theme.put_in(text, colours)
    match suffix:
        case ".svg":
            return str(vl_convert.vegalite_to_svg(drawing)).encode()
        case ".png":
            return bytes(vl_convert.vegalite_to_png(drawing, scale=_SCALE))
        case _:
            return bytes(vl_convert.vegalite_to_pdf(drawing))


def _sheet(charts: Sequence[Chart]) -> Spec:
    if len(charts) == 1:
        return _alone(charts[0], _WIDE, 0, _WIDE)
    columns = min(_COLUMNS, len(charts))
    whole = columns * _PANEL
    panels = [_alone(chart, _PANEL, place, whole) for place, chart in enumerate(charts)]
    return {"concat": panels, "columns": columns, "resolve": _APART}


_APART: Final = {"scale": {"color": "shared"}, "legend": {"color": "shared"}}


def _alone(chart: Chart, width: int, place: int, whole: int) -> Spec:
    """A drawing with its data and title; names of its parameters are made unlike others'.

    Parameters
    ----------
    width, whole : pixels of the drawing, and of the sheet, which a legend has to itself.
    """
    text = json.dumps(chart.spec).replace(LEGEND_ROOM, str(whole))
    for name in ("near", "picked"):
        text = text.replace(f'"{name}"', f'"{name}_{place}"')
    data = {DATA: {"values": chart.data}}
    spec: Spec = with_data(_without_hover(json.loads(text), f"near_{place}"), data)
    return spec | {"title": chart.title, "width": width}


def _without_hover(spec: Spec, name: str) -> Spec:
    """A drawing without the layer that only shows under a pointer, whose parameter is so named."""

    def is_shown(layer: Spec) -> bool:
        opacity = layer.get("encoding", {}).get("opacity", {})
        return bool(opacity.get("condition", {}).get("param") != name)

    if "layer" not in spec:
        return spec
    return spec | {
        "layer": [layer for layer in spec["layer"] if is_shown(layer)],
        "params": [param for param in spec.get("params", ()) if param["name"] != name],
    }
