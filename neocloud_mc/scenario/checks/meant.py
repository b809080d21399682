"""What number an author may have meant by a text that is none: `21,000`, `1,5`, `$150m`, `550bp`.

Nothing here is ever read as a value of a scenario; it is what a message suggests. Where a notation
is ambiguous, groups of three digits are thousands: `1,500` is 1500, but `1,5` is 1.5 and `0,500`
is 0.5.
"""

import math
import re
from collections.abc import Iterator
from typing import Final

from neocloud_mc.notation import WORTH
from neocloud_mc.scenario.yaml.scalars import resolve

FACTORS: Final = {
    **WORTH,
    **dict.fromkeys(("tsd", "thousand"), WORTH["k"]),
    **dict.fromkeys(("mn", "mm", "mio", "mln", "million", "millions"), WORTH["m"]),
    **dict.fromkeys(("b", "bln", "billion", "billions"), WORTH["bn"]),
    **dict.fromkeys(("t", "tn", "trn", "trillion"), 1e12),
    **dict.fromkeys(("percent", "pct"), WORTH["%"]),
    "bps": WORTH["bp"],
    "x": 1.0,
}
"""What a unit, as people write it, multiplies the number before it with."""
_LONGEST: Final = 60
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2012\u2013\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "),
        **dict.fromkeys("\u2019\u02bc\u066c", "'"),
    }
)
_CURRENCY: Final = r"(?:US\$|USD|EUR|\$|€)"
_MONEY: Final = re.compile(rf"^([-+]?)\s*{_CURRENCY}\s*|\s*{_CURRENCY}$", re.IGNORECASE)
_BASE_RATE: Final = re.compile(
    r"^(?:(?:term )?SOFR|LIBOR|EURIBOR|SONIA|S|L|E)\s*(?:\+|plus )\s*(?=[0-9.])", re.IGNORECASE
)
_TIME: Final = re.compile(r"\s*(?:/|per |a )\s*(?:year|yr|month|h|hour|hr|gpu)s?$", re.IGNORECASE)
_UNITS: Final = "|".join(sorted(FACTORS, key=len, reverse=True))
_UNIT: Final = re.compile(rf"(.*[0-9.])\s*({_UNITS})")
_GROUPED: Final = re.compile(
    r"([-+]?[0-9]{1,3}(?:([,. '])[0-9]{3})(?:\2[0-9]{3})*)(?:[.,]([0-9]*))?"
)
_COMMA: Final = re.compile(r"[-+]?[0-9]*,[0-9]+")
_BASED: Final = re.compile(r"0x[0-9a-fA-F]{1,12}|0o[0-7]{1,15}|0b[01]{1,40}")
_INFINITE: Final = {"inf": math.inf, "infinity": math.inf, "∞": math.inf}


def numbers(text: str) -> Iterator[float]:
    """The numbers that a text may mean, the likeliest first.

    >>> [next(numbers(t)) for t in ("21,000", "1,5", "0,05", "21.000,00", "1'000", "$150m")]
    [21000, 1.5, 0.05, 21000.0, 1000, 150000000.0]
    >>> [next(numbers(t)) for t in ("25%", "550bp", "SOFR+600", "1.2x", "−5")]
    [0.25, 0.055, 0.06, 1.2, -5]
    """
    plain = text.translate(_SIGNS).strip()
    if len(plain) > _LONGEST:
        return
    if (limit := _INFINITE.get(plain.lower().lstrip("+-."))) is not None:
        yield -limit if plain.startswith("-") else limit
    if _BASED.fullmatch(plain):
        yield int(plain, 0)
    bare = _MONEY.sub(r"\1", _TIME.sub("", plain)).strip()
    rate = _BASE_RATE.sub("", bare)
    amount, factor = _parted(rate)
    for value in _written(amount):
        if rate != bare and factor is None and value >= 1:
            factor = FACTORS["bp"]
        yield value if factor is None else float(f"{value * factor:.15g}")


def is_over_base_rate(text: str) -> bool:
    """Whether a text is a margin over a floating rate, such as ``SOFR+600``."""
    return _BASE_RATE.match(text.strip()) is not None


def _parted(text: str) -> tuple[str, float | None]:
    """The digits, and the factor of the unit behind them; None: there is no unit."""
    found = _UNIT.fullmatch(text.lower())
    return (found[1], FACTORS[found[2]]) if found else (text, None)


def _written(text: str) -> Iterator[int | float]:
    """The numbers that a writing with separators may mean."""
    value = resolve(text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value
        return
    if (found := _GROUPED.fullmatch(text)) and not text.lstrip("+-").startswith(("0,", "0.")):
        whole = found[1].replace(found[2], "")
        yield int(whole) if found[3] is None else float(f"{whole}.{found[3]}")
    elif _COMMA.fullmatch(text):
        yield float(text.replace(",", "."))
