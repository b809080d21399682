"""How numbers are written: digits, units behind them, and the words for what they count."""

from collections.abc import Mapping
from typing import Final

DIGITS: Final = r"[0-9]++(?:_[0-9]++)*+"
"""Pattern of a whole number without a sign; possessive: no text makes it try twice."""
DECIMAL: Final = rf"[-+]?(?:{DIGITS}(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]++)?"
"""Pattern of a finite number."""
WORTH: Final[Mapping[str, float]] = {"%": 1e-2, "bp": 1e-4, "k": 1e3, "m": 1e6, "bn": 1e9}
"""What a unit behind a number multiplies it with."""


def plural(count: float, one: str, several: str = "") -> str:
    """The word for so many: `month` for 1, else `months`, or `several` where an s will not do."""
    return one if count == 1 else several or f"{one}s"


def counted(count: int, one: str, several: str = "") -> str:
    """A count with its word.

    >>> counted(1, "month"), counted(12_000, "path"), counted(2, "row pays", "rows pay")
    ('1 month', '12,000 paths', '2 rows pay')
    """
    return f"{count:,} {plural(count, one, several)}"
