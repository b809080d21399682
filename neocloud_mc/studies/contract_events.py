"""What became of contracts in a month, from their columns before and after it.

Columns are those of one contract or of a table of them, and the answers are theirs, lane by lane.
The questions are of contracts that had begun.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from neocloud_mc.mechanisms.contracts import A_BILLIONTH

Columns: TypeAlias = Mapping[str, Any]
"""By name, float64[..., lanes]; a row of a table is one, too."""


def walks_away(now: Columns) -> Any:
    """Whether the customer leaves for a lower price elsewhere, and was not kept by one here."""
    return now["hazard"] >= now["threshold"]


def is_stopped(t: int, now: Columns, spot: Any) -> Any:
    """Whether it ends at its long stop: served too little, and dearer than the spot price."""
    is_late = now["billed"] < lanes(now["count"]) * (1.0 - A_BILLIONTH)
    is_due = lanes(now["start_month"] + now["longstop"] == t)
    return is_due & is_late & (now["price"] > spot)


def lanes(terms: Any) -> Any:
    """What is the same on every path, beside what is not."""
    return np.asarray(terms)[..., None]


def is_renewed(before: Columns, now: Columns) -> Any:
    """Whether it has a new end, and the price of the day."""
    return now["end_month"] != before["end_month"]


def is_cut(before: Columns, now: Columns) -> Any:
    """Whether the customer stays for a lower price until the end that it had."""
    return (now["price"] < before["price"]) & ~is_renewed(before, now)


def runs_out(t: int, before: Columns) -> Any:
    """Whether month t is its last."""
    return before["end_month"] <= t
