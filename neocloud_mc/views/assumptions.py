"""Every assumption of a scenario with its range and its measured effect, as a page of Markdown."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import short
from neocloud_mc.scenario.sources import reason
from neocloud_mc.scenario.variants.drivers import SIDES, Driver
from neocloud_mc.studies.sensitivity import Effect, Sensitivity
from neocloud_mc.views.render import spoken
from neocloud_mc.views.render.figures import range_of, value_of
from neocloud_mc.views.render.markdown import escaped, row
from neocloud_mc.views.render.numbers import UNDEFINED
from neocloud_mc.views.render.text import printable

_WIDTH: Final = 80
_TITLES: Final = {
    "market": "Market",
    "gpus": "GPUs",
    "customers": "Customers",
    "issuers": "All issuers",
}


def page(result: Sensitivity) -> str:
    """A section for each part of the scenario, a point for each of its drivers."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Sensitivity) -> Iterator[str]:
    info = result.info
    yield "# Assumptions: every figure that nobody published, its range and its effect"
    yield ""
    yield from wrap(
        f"Scenario {escaped(printable(info.scenario))}. Each assumption is moved alone to the low "
        "and to the high end of its range, everything else as it is, on the same draws "
        f"({counted(info.paths, 'path')}, {counted(info.months, 'month')}, seed {info.seed}). "
        "Effects are *low / high*, the change against the scenario as it is, in percentage "
        "points of a default probability. In brackets: the 95% interval of the change holds 0. A "
        "measure that is not named does not change on any path. What changes a probability most "
        "stands first, in its part and among the parts. Range ±10%: the file gives none. Figures "
        "with a source are not moved.",
        _WIDTH,
    )
    yield ""
    yield row(("measure", "as it is"))
    yield "|---|---:|"
    for name in result.measures:
        yield row((short(name) + spoken.unit(name), spoken.value(name, result.own[name])))
    for title, effects in _parts(result).items():
        yield from ("", f"## {escaped(printable(title))}", "")
        for effect in effects:
            yield from _entry(result.measures, effect)
    yield from _refused(result)


def _parts(result: Sensitivity) -> dict[str, list[Effect]]:
    """The drivers by the part of the scenario in which they stand, the strongest first.

    A part stands where its strongest driver does; what is equally strong is in the order of the
    file.
    """

    def weakness(effect: Effect) -> float:
        return -max(map(effect.strength, result.measures))

    parts: dict[str, list[Effect]] = {}
    for effect in sorted(result.effects, key=weakness):
        inside = _inside(effect.driver)
        title = _TITLES.get(inside, inside.removeprefix("issuers."))
        parts.setdefault(title, []).append(effect)
    return parts


def _inside(driver: Driver) -> str:
    """The part of the scenario that a driver belongs to: a section, or an issuer."""
    section, *below = driver.name.split(".")
    return ".".join([section, *below[:1]]) if section == "issuers" else section


def _entry(measures: Sequence[str], effect: Effect) -> Iterator[str]:
    """What is assumed, what it does, and why."""
    driver = effect.driver
    name = printable(driver.name.removeprefix(f"{_inside(driver)}."))
    changes = {short(measure): _low_and_high(effect, measure) for measure in measures}
    told = [f"{measure} {change}" for measure, change in changes.items() if change != UNDEFINED]
    yield from _item("- ", f"**{escaped(name)}** {value_of(driver)}, {range_of(driver)}")
    yield from _item("  - ", "; ".join(told) or _nothing(driver))
    if driver.text:
        yield from _item("  - ", escaped(printable(" ".join(reason(driver.text).split()))))


def _nothing(driver: Driver) -> str:
    return f"not moved: {driver.why_still}" if driver.why_still else "no path changes"


def _item(bullet: str, text: str) -> list[str]:
    """A point of a list, folded."""
    return wrap(
        text,
        _WIDTH,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _low_and_high(effect: Effect, name: str) -> str:
    """Both changes; one dash where neither end changes a path."""
    changes = [effect.ends[side].changes[name] if side in effect.ends else None for side in SIDES]
    low, high = (_change(name, change) for change in changes)
    return UNDEFINED if low == high == UNDEFINED else f"{low} / {high}"


def _change(name: str, change: Estimate | None) -> str:
    if change is None or not change.value:
        return UNDEFINED
    text = spoken.change(name, change).bare()
    if change.low is None or change.high is None or change.low <= 0.0 <= change.high:
        return f"({text})"
    return text


def _refused(result: Sensitivity) -> Iterator[str]:
    refused = [(e.driver.name, *item) for e in result.effects for item in e.refused.items()]
    if refused:
        yield from ("", "## Ends that make no valid scenario", "")
        yield "Not simulated."
        yield ""
        for name, side, why in refused:
            yield from _item("- ", f"{escaped(printable(name))}, {side}: {escaped(printable(why))}")
