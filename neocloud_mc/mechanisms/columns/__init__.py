"""The dictionary of state: every column of the simulation's tables that is no term.

Rooms know nothing of each other; what passes between them is a column, declared here with its unit,
its meaning, the rooms that write it and those that read it besides.
"""

from collections.abc import Mapping
from typing import Final

from neocloud_mc.mechanisms.columns.assets import CONTRACTS, FLEETS, LOTS, POOLS
from neocloud_mc.mechanisms.columns.column import Column
from neocloud_mc.mechanisms.columns.debt import TRANCHES
from neocloud_mc.mechanisms.columns.issuers import ISSUERS
from neocloud_mc.mechanisms.columns.market import CUSTOMERS, GPUS, MARKET, POWERS

__all__ = ["COLUMNS", "Column"]

COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    "market": MARKET,
    "powers": POWERS,
    "gpus": GPUS,
    "customers": CUSTOMERS,
    "issuers": ISSUERS,
    "fleets": FLEETS,
    "lots": LOTS,
    "contracts": CONTRACTS,
    "tranches": TRANCHES,
    "pools": POOLS,
}
"""Columns of each table."""
