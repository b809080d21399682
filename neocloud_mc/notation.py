"""How numbers are written, in files and on the command line: digits, and units behind them."""

from collections.abc import Mapping
from typing import Final

DIGITS: Final = r"[0-9]++(?:_[0-9]++)*+"
"""Pattern of a whole number without a sign; possessive: no text makes it try twice."""
DECIMAL: Final = rf"[-+]?(?:{DIGITS}(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]++)?"
"""Pattern of a finite number."""
WORTH: Final[Mapping[str, float]] = {"%": 1e-2, "bp": 1e-4, "k": 1e3, "m": 1e6, "bn": 1e9}
"""What a unit behind a number multiplies it with."""
