"""Causes of default: their names, and the code that a path keeps of each."""

from typing import Final

CAUSES: Final = ("liquidity", "refinancing", "covenant", "jump", "parent", "vehicle")
"""A cause's code c > 0 stands for CAUSES[c − 1]; 0 is none."""

LIQUIDITY: Final = 1.0 + CAUSES.index("liquidity")
REFINANCING: Final = 1.0 + CAUSES.index("refinancing")
COVENANT: Final = 1.0 + CAUSES.index("covenant")
JUMP: Final = 1.0 + CAUSES.index("jump")
PARENT: Final = 1.0 + CAUSES.index("parent")
VEHICLE: Final = 1.0 + CAUSES.index("vehicle")
