"""Bars drawn with characters, of a fixed number of columns."""

import math
from collections.abc import Sequence
from typing import Final

from neocloud_mc.views.render.grid import Picture

_EIGHTHS: Final = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_LEVELS: Final = " ▁▂▃▄▅▆▇█"
FULL: Final = "█"
PALE: Final = "▒"
AXIS: Final = "│"


def bar(share: float, width: int) -> Picture:
    """A bar from the left, in eighths of a column; `share` is 0 to 1 of the width."""
    eighths = round(8 * width * min(max(share, 0.0), 1.0))
    return Picture((FULL * (eighths // 8) + _EIGHTHS[eighths % 8]).ljust(width))


def spark(values: Sequence[float]) -> str:
    """A column a value, in eighths of a line of the largest; what is not 0 can be seen."""
    largest = max(values, default=0.0)
    if largest <= 0.0:
        return " " * len(values)
    return "".join(_LEVELS[math.ceil(8 * max(value, 0.0) / largest - 1e-9)] for value in values)


def lettered(shares: Sequence[tuple[str, float]], length: float, width: int) -> Picture:
    """A bar of letters, each as often as its share of it; no share of 1/2 a column is lost.

    Parameters
    ----------
    shares : of 1, in the order of the bar.
    length : 0 to 1 of the width.
    """
    columns = math.ceil(width * min(length, 1.0) - 1e-9)
    ends = [round(columns * sum(share for _, share in shares[: k + 1])) for k in range(len(shares))]
    starts = [0, *ends]
    text = "".join(
        letter * (end - start)
        for (letter, _), start, end in zip(shares, starts, ends, strict=False)
    )
    return Picture(text.ljust(width))


def two_sided(pale: float, full: float, half: int) -> Picture:
    """Two bars from an axis in the middle, `half` columns to each side.

    Parameters
    ----------
    pale, full : −1 to 1 of a half; the sign is the side. On the same side the shorter one covers
        the longer one's beginning. What is not 0 has at least a column.
    """
    return Picture(_side(-pale, -full, half)[::-1] + AXIS + _side(pale, full, half))


def _side(pale: float, full: float, half: int) -> str:
    lengths = sorted(((_columns(pale, half), PALE), (_columns(full, half), FULL)))
    (short, first), (long, second) = lengths
    return (first * short + second * (long - short)).ljust(half)


def _columns(share: float, half: int) -> int:
    return math.ceil(half * min(share, 1.0) - 0.5) if share > 0.5 / half else int(share > 0.0)
