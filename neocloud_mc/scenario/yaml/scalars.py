"""What a scalar without quotes means: numbers, flags and null as in YAML 1.2, else text."""

import re
from typing import Final

from neocloud_mc.notation import DECIMAL, DIGITS

NULL: Final = re.compile(r"~|null|Null|NULL|")
BOOL: Final = re.compile(r"true|True|TRUE|false|False|FALSE")
INT: Final = re.compile(rf"[-+]?{DIGITS}")
FLOAT: Final = re.compile(rf"{DECIMAL}|[-+]?\.(?:inf|Inf|INF)")

EXACT_DIGITS: Final = 18
_LONGEST_NUMBER: Final = 1000

Scalar = None | bool | int | float | str


def resolve(text: str) -> Scalar:
    """What a scalar without quotes means."""
    if len(text) > _LONGEST_NUMBER:
        return text
    if NULL.fullmatch(text):
        return None
    if BOOL.fullmatch(text):
        return text.lower() == "true"
    if INT.fullmatch(text):
        return int(text) if len(text) <= EXACT_DIGITS else float(text)
    if FLOAT.fullmatch(text):
        return float(text.replace(".", "", 1) if "n" in text.lower() else text)
    return text
