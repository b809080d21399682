"""Text from outside as a cell of a CSV file that a spreadsheet may open."""

from typing import Final

from neocloud_mc.views.render.terminal import printable

_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def cell(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula: one gets an apostrophe in front.

    >>> cell("=1+1"), cell("base")
    ("'=1+1", 'base')
    """
    shown = printable(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
