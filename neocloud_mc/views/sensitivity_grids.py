"""A sensitivity analysis as tornados: for each measure the drivers that change it most."""

from collections.abc import Iterator
from typing import Final

from neocloud_mc.results.measures import short
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.variants.drivers import SIDES, Driver, Figure, Side
from neocloud_mc.studies.sensitivity import Effect, Sensitivity
from neocloud_mc.views.render import spoken
from neocloud_mc.views.render.bars import two_sided
from neocloud_mc.views.render.grid import Grid
from neocloud_mc.views.render.numbers import UNDEFINED
from neocloud_mc.views.render.terminal import printable
from neocloud_mc.views.result_grids import identity

_MOST_TOLD: Final = 10
_MOST_NAMED: Final = 3
_UNRANGED: Final = "†"
_TENTH: Final = 0.1 + 1e-9
_ELSEWHERE: Final = "--format csv and json name them"
_WIDE, _NARROW, _WIDTH_OF_WIDE = 16, 5, 110
"""Columns of a half of a tornado, and of the console from which on it is wide."""


def heading(result: Sensitivity) -> tuple[str, ...]:
    """Which scenario was moved, and how."""
    ends = sum(len(effect.ends) for effect in result.effects)
    n_moved = sum(effect.was_moved for effect in result.effects)
    return (
        *identity(result.info),
        f"{n_moved} drivers, each alone at its ends on the same draws: {ends} runs.",
        *_still(result),
    )


def _still(result: Sensitivity) -> Iterator[str]:
    """How many drivers were never moved, and why; their names where they are few."""
    still: dict[str, list[str]] = {}
    for effect in result.effects:
        if not effect.was_moved:
            still.setdefault(effect.driver.why_still, []).append(effect.driver.name)
    for why, names in still.items():
        told = ", ".join(map(printable, names)) if len(names) <= _MOST_NAMED else _ELSEWHERE
        yield f"Not moved: {len(names)} driver{'s' * (len(names) > 1)} {why} ({told})."


def grids(result: Sensitivity, top: int, width: int) -> Iterator[Grid]:
    """A tornado for each measure, and what could not be moved.

    Parameters
    ----------
    top : drivers shown for each measure.
    width : columns of the console.
    """
    half = _WIDE if width >= _WIDTH_OF_WIDE else _NARROW
    for name in result.measures:
        yield _tornado(result, name, top, half)
    yield from _refused(result)


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
    return f"{ends} {_UNRANGED}" if driver.basis == "±10%" else ends


def _is_tenth(figure: Figure) -> bool:
    """Whether a figure moves by a tenth of itself, or not at all, to either side."""
    steps = (figure.value - figure.low, figure.high - figure.value)
    return all(step <= _TENTH * abs(figure.value) for step in steps)


def value_of(driver: Driver) -> str:
    """The scenario's own value of a driver, or how many figures it moves."""
    if len(driver.figures) > 1:
        return f"{len(driver.figures)} figures"
    return _short(driver.figures[0].value)


def _tornado(result: Sensitivity, name: str, top: int, half: int) -> Grid:
    ranked = result.ranked(name)
    shown = ranked[:top]
    scale = shown[0].strength(name) if shown else 1.0
    unit = spoken.unit_of_change(name)
    return Grid(
        f"{short(name)}: {spoken.value(name, result.own[name])}{spoken.unit(name)}",
        ("driver", "from → to", f"low{unit}", "", f"high{unit}"),
        tuple(_row(effect, name, scale, half) for effect in shown),
        tuple(_below(result, name, ranked, shown)),
    )


def _row(effect: Effect, name: str, scale: float, half: int) -> tuple[str, ...]:
    low, high = (_share(effect, side, name, scale) for side in SIDES)
    return (
        printable(_own_name(effect.driver.name, name)),
        moves_of(effect.driver),
        change_at(effect, "low", name),
        two_sided(low, high, half),
        change_at(effect, "high", name),
    )


def change_at(effect: Effect, side: Side, name: str) -> str:
    """The change of a measure at an end; a dash where it was not moved there."""
    if side not in effect.ends:
        return UNDEFINED
    return spoken.change(name, effect.ends[side].changes[name])


def _share(effect: Effect, side: Side, name: str, scale: float) -> float:
    change = effect.ends[side].changes[name].value if side in effect.ends else None
    return (change or 0.0) / scale


def _own_name(driver: str, measure: str) -> str:
    """The driver without the issuer, where the measure is that issuer's."""
    section, issuer, *_ = measure.split(".")
    return driver.removeprefix(f"issuers.{issuer}.") if section == "issuers" else driver


def _below(
    result: Sensitivity,
    name: str,
    ranked: list[Effect],
    shown: list[Effect],
) -> Iterator[str]:
    more = len(ranked) - len(shown)
    idle = sum(effect.was_moved for effect in result.effects) - len(ranked)
    yield "▒ at the low end, █ at the high end."
    if more:
        yield f"{more} more drivers change it, by less."
    if idle:
        yield f"{idle} drivers that were moved change it on no path."
    if any(effect.driver.basis == "±10%" for effect in shown):
        yield f"{_UNRANGED} the file gives no range: ±10%, a whole number at least 1."


def _refused(result: Sensitivity) -> Iterator[Grid]:
    refused = [
        (effect.driver.name, side, why)
        for effect in result.effects
        for side, why in effect.refused.items()
    ]
    if refused:
        further = len(refused) - _MOST_TOLD
        yield Grid(
            "Ends that make no valid scenario, not simulated",
            ("driver", "end", "why"),
            tuple(tuple(map(printable, row)) for row in refused[:_MOST_TOLD]),
            (f"And {further} more, all in the JSON result.",) if further > 0 else (),
        )


def _short(value: float) -> str:
    return number(float(f"{value:.4g}"))
