"""Figures of a scenario file, and what a driver moves them to, in words."""

from typing import Final

from neocloud_mc.scenario import months
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.shape import PURE
from neocloud_mc.scenario.variants.drivers import Driver, Figure

UNRANGED: Final = "†"
"""Marks a driver whose range the file does not give."""
_TENTH: Final = 0.1 + 1e-9


def rounded(value: float, digits: int = 6) -> str:
    """A figure as the file writes it, to so many digits."""
    return number(float(f"{value:.{digits}g}"))


def range_of(driver: Driver) -> str:
    """The ends of a driver."""
    if driver.relative is not None:
        return " to ".join(f"{100 * share:+.3g}%".replace("-", "−") for share in driver.relative)
    if driver.basis == "±10%" and all(map(_is_tenth, driver.figures)):
        return driver.basis
    if len(driver.figures) > 1:
        return f"{driver.basis}, whole numbers by 1 at least"
    (figure,) = driver.figures
    return f"{_short(figure.low)} to {_short(figure.high)}"


def moves_of(driver: Driver) -> str:
    """From where to where a driver goes."""
    if len(driver.figures) > 1:
        return f"{len(driver.figures)} figures, {range_of(driver)}"
    (figure,) = driver.figures
    ends = f"{_short(figure.value)} → {_short(figure.low)} or {_short(figure.high)}"
    return f"{ends} {UNRANGED}" if driver.basis == "±10%" else ends


def _is_tenth(figure: Figure) -> bool:
    """Whether a figure moves by a tenth of itself, or not at all, to either side."""
    steps = (figure.value - figure.low, figure.high - figure.value)
    return all(step <= _TENTH * abs(figure.value) for step in steps)


def value_of(driver: Driver) -> str:
    """The scenario's own value of a driver with its unit, or how many figures it moves."""
    unit = "" if driver.unit in PURE else driver.unit
    if len(driver.figures) > 1:
        return f"{len(driver.figures)} figures" + (f" ({unit})" if unit else "")
    (figure,) = driver.figures
    if unit == months.UNIT:
        return f"{unit} {_short(figure.value)}"
    return (
        f"{_short(figure.value)} {unit.removesuffix('s') if figure.value == 1 else unit}".rstrip()
    )


def _short(value: float) -> str:
    return rounded(value, 4)
