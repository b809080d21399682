"""Colours and type of all charts: told apart by the colour-blind, in the light, dark and printed.

A chart names its colours, as ``var(--c1)``; a page says in its style sheet what they are, so that
it turns dark or goes to paper without being drawn anew, and a picture has them put in.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from neocloud_mc.causes import CAUSES

SERIES: Final = 7
"""Colours of lines: blue, red, green, purple, ochre, dark (or pale) blue, grey."""
INK, FAINT, GRID, PAPER = "var(--ink)", "var(--faint)", "var(--grid)", "var(--paper)"
RISE, FALL, LIMIT = "var(--c2)", "var(--c1)", "var(--c2)"
LABEL: Final = 220
"""Pixels that a label of a legend may take."""
FONT: Final = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

_LIGHT: Final = {
    "ink": "#1b1f24",
    "faint": "#57606a",
    "grid": "#d8dee4",
    "paper": "#ffffff",
    "c1": "#1459a8",
    "c2": "#b03a00",
    "c3": "#00875a",
    "c4": "#cc5fbb",
    "c5": "#c08000",
    "c6": "#0a3a55",
    "c7": "#8a9096",
}
THEMES: Final[Mapping[str, Mapping[str, str]]] = {
    "light": _LIGHT,
    "dark": {
        "ink": "#e6edf3",
        "faint": "#a5b0bb",
        "grid": "#30363d",
        "paper": "#12161c",
        "c1": "#4aa8ff",
        "c2": "#ee7a42",
        "c3": "#2fd8a0",
        "c4": "#d065c8",
        "c5": "#f2d04e",
        "c6": "#c4e6f7",
        "c7": "#8a9098",
    },
    "print": _LIGHT | {"ink": "#000000", "faint": "#333333", "grid": "#ffffff"},
}
_NAMED: Final = re.compile(r"var\(--([a-z0-9]+)\)")


def colour(place: int) -> str:
    """The colour of the series at a place; they begin again after the last."""
    return f"var(--c{place % SERIES + 1})"


CAUSE_COLOURS: Final = dict(zip(CAUSES, map(colour, (0, 4, 1, 6, 5, 3)), strict=True))
"""Cash blue, refinancing ochre, covenants red, jumps grey, a group's dark blue and purple."""


def put_in(text: str, theme: str) -> str:
    """A text with the colours of a theme in place of their names."""
    return _NAMED.sub(lambda found: THEMES[theme].get(found[1], found[0]), text)


def config() -> dict[str, Any]:
    """Vega-Lite's settings for every chart."""
    axis = {
        "domainColor": FAINT,
        "gridColor": GRID,
        "labelColor": FAINT,
        "labelFontSize": 11,
        "labelLimit": 240,
        "tickColor": FAINT,
        "titleColor": FAINT,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    }
    legend = {"labelColor": INK, "labelLimit": LABEL, "symbolStrokeWidth": 2, "title": None}
    return {
        "aria": False,
        "axis": axis,
        "background": None,
        "font": FONT,
        "legend": legend | {"labelFontSize": 11, "orient": "bottom", "columns": 4},
        "text": {"color": INK, "fontSize": 11},
        "title": {"color": INK, "anchor": "start", "fontSize": 13},
        "view": {"stroke": None},
    }
