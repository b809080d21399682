"""Changes against a base in a table: worse, better, doubtful; and what the marks mean."""

from dataclasses import replace
from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import kind
from neocloud_mc.views.render import spoken
from neocloud_mc.views.render.grid import Alarm, Faint, Grid, Relief
from neocloud_mc.views.render.numbers import NO_INTERVAL, PLUS_MINUS, UNDEFINED, Number

SAME, DOUBTFUL = "=", "~"
PAIRED: Final = f"Differences are paired: the same draws in every scenario. {PLUS_MINUS}."


def change(name: str, estimate: Estimate) -> Number:
    """A change of a measure: worse, better, doubtful, or that of a scenario beside itself.

    Higher prices and later defaults are neither good nor bad news in themselves.
    """
    text = spoken.change(name, estimate)
    if estimate.value is None:
        return text
    if estimate.value == 0.0 and estimate.low == estimate.high == 0.0:
        return Number(SAME, dress=Faint)
    if estimate.low is None or estimate.high is None:
        return text.dressed(Faint)
    if estimate.low <= 0.0 <= estimate.high:
        return text.dressed(Faint, before=f"{DOUBTFUL} ")
    if kind(name) in ("level", "price", "months"):
        return text
    return text.dressed(Alarm if estimate.low > 0.0 else Relief)


def marked(grid: Grid, *notes: str) -> Grid:
    """The table with notes below it: those given, and what the marks mean that stand in it."""
    cells = [cell for row in grid.rows for cell in row[1:]]
    meanings = {
        f"{DOUBTFUL}: the interval of the change contains 0.": any(
            f"{DOUBTFUL} " in cell for cell in cells
        ),
        f"{SAME}: the same scenario.": any(cell.endswith(SAME) for cell in cells),
        f"{NO_INTERVAL}: too few paths for an interval.": any(
            cell.endswith(NO_INTERVAL) for cell in cells
        ),
        f"{UNDEFINED}: undefined or absent.": UNDEFINED in cells,
    }
    meant = (text for text, stands in meanings.items() if stands)
    return replace(grid, notes=(*notes, *meant))
