"""Every assumption of a scenario with its range and its measured effect, as a page of Markdown."""

from collections.abc import Iterator, Sequence
from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import short
from neocloud_mc.results.sensitivity import Effect, Sensitivity
from neocloud_mc.scenario.drivers import SIDES, Driver
from neocloud_mc.scenario.register import reason
from neocloud_mc.views import spoken
from neocloud_mc.views.result_markdown import escaped, row
from neocloud_mc.views.sensitivity_grids import range_of, value_of
from neocloud_mc.views.terminal import printable
from neocloud_mc.views.wording import UNDEFINED

_TITLES: Final = {
    "market": "Market",
    "gpus": "GPUs",
    "customers": "Customers",
    "issuers": "All issuers",
}


def markdown(result: Sensitivity[Driver]) -> str:
    """A section for each part of the scenario, a row for each of its drivers."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Sensitivity[Driver]) -> Iterator[str]:
    info = result.info
    yield f"# Assumptions of {escaped(printable(info.scenario))} and their measured effect"
    yield ""
    yield (
        "Each assumption is moved alone to the low and to the high end of its range, everything "
        f"else as it is, on the same draws ({info.paths:,} paths, {info.months} months, seed "
        f"{info.seed}). Effects are shown as *low / high*: the change against the scenario as it "
        f"is. {UNDEFINED}: no path changes. In brackets: the 95% interval of the change holds 0. "
        "Range ±10%: the file gives none. Figures with a source are not moved."
    )
    yield ""
    yield row(("measure", "as it is", "unit of its changes"))
    yield "|---|---:|---|"
    for name in result.measures:
        unit = spoken.unit_of_change(name).removeprefix(", ") or UNDEFINED
        yield row((short(name), spoken.value(name, result.own[name]), unit))
    for title, effects in _parts(result).items():
        yield ""
        yield f"## {escaped(printable(title))}"
        yield ""
        yield from _table(result.measures, effects)
    yield from _refused(result)


def _parts(result: Sensitivity[Driver]) -> dict[str, list[Effect[Driver]]]:
    """The drivers by the part of the scenario in which they stand, in the order of the file."""
    parts: dict[str, list[Effect[Driver]]] = {}
    for effect in result.effects:
        inside = _inside(effect.driver)
        title = _TITLES.get(inside, inside.removeprefix("issuers."))
        parts.setdefault(title, []).append(effect)
    return parts


def _inside(driver: Driver) -> str:
    """The part of the scenario that a driver belongs to: a section, or an issuer."""
    section, *below = driver.name.split(".")
    return ".".join([section, *below[:1]]) if section == "issuers" else section


def _table(measures: Sequence[str], effects: Sequence[Effect[Driver]]) -> Iterator[str]:
    yield row(("assumption", "value", "unit", "range", *map(short, measures), "why"))
    yield "|".join(["", "---", "---:", "---", "---", *["---:"] * len(measures), "---", ""])
    for effect in effects:
        driver = effect.driver
        yield row(
            (
                printable(driver.name.removeprefix(f"{_inside(driver)}.")),
                value_of(driver),
                driver.unit,
                range_of(driver),
                *(_low_and_high(effect, name) for name in measures),
                printable(" ".join(reason(driver.text).split())),
            )
        )


def _low_and_high(effect: Effect[Driver], name: str) -> str:
    """Both changes; one dash where neither end changes a path."""
    changes = [effect.ends[side].changes[name] if side in effect.ends else None for side in SIDES]
    low, high = (_change(name, change) for change in changes)
    return UNDEFINED if low == high == UNDEFINED else f"{low} / {high}"


def _change(name: str, change: Estimate | None) -> str:
    text = UNDEFINED if change is None else spoken.change(name, change).partition(" ±")[0]
    if change is None or text in {"0", UNDEFINED}:
        return UNDEFINED
    if change.low is None or change.high is None or change.low <= 0.0 <= change.high:
        return f"({text})"
    return text


def _refused(result: Sensitivity[Driver]) -> Iterator[str]:
    refused = [(e.driver.name, *item) for e in result.effects for item in e.refused.items()]
    if refused:
        yield from ("", "## Ends that make no valid scenario", "")
        yield "Not simulated."
        yield ""
        for name, side, why in refused:
            yield f"- {escaped(printable(name))}, {side}: {escaped(printable(why))}"
