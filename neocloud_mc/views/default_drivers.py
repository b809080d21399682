"""What stood behind the defaults: a table for each issuer, one of the market, JSON and rows."""

from collections.abc import Iterator, Mapping
from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Place
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.default_drivers.shares import (
    CONTAGION,
    GLUT,
    PRICES,
    DefaultDriver,
    DefaultsOfIssuer,
    DriversOfDefault,
    Standing,
    TriggerEvent,
)
from neocloud_mc.views.render import tidy
from neocloud_mc.views.render.document import Row
from neocloud_mc.views.render.grid import Grid
from neocloud_mc.views.render.json_parts import Json, estimate_of, estimates_of
from neocloud_mc.views.render.numbers import UNDEFINED, median_and_range, number, percent
from neocloud_mc.views.render.text import printable

_MOST_TOLD: Final = 12
_MOST_ISSUERS: Final = 6
_LEAST_TOLD: Final = 0.005
"""Share of the defaults."""
_OF_MARKET: Final = {
    PRICES: "compute prices under their median",
    GLUT: "a glut of GPUs",
    CONTAGION: "another issuer's default",
}
_UNITS: Final = {
    ".lead_months": "months",
    "at_default.price_index.": "1 at the base date",
    "at_default.price_to_median.": "of the median",
    "at_default.climate.": "standard deviations",
    "at_default.spread.": "per year",
}
"""Of what is no share, by a part of its name."""
_WITHOUT: Final = (
    "without it: on the same draws, that customer never fails, that contract is kept and renewed, "
    "that operator's failure takes no contract and raises no cost, that debt sold or rolled over "
    "in any market, prices follow their drift, no glut comes, no default moves prices or funding."
)


def grids(found: DriversOfDefault, *, is_full: bool) -> Iterator[Grid]:
    """The tables, those of issuers that never default left out; one for each, if all are wanted."""
    issuers = {key: one for key, one in found.issuers.items() if one.defaults}
    told = issuers if is_full else _most(issuers)
    more = len(issuers) - len(told)
    for place, (key, one) in enumerate(told.items()):
        notes = [] if place else [_WITHOUT]
        if more and place == len(told) - 1:
            others = counted(more, "more issuer has", "more issuers have")
            notes.append(f"{others} fewer defaults of their own; --full shows all.")
        yield _of_issuer(key, one, found.paths, tuple(notes))
    if issuers:
        yield _standings(issuers, found.paths)


def _most(issuers: Mapping[str, DefaultsOfIssuer]) -> dict[str, DefaultsOfIssuer]:
    """In their order, those that default most often for other causes than their parent."""

    def own(key: str) -> float:
        one = issuers[key]
        return one.defaults * (1.0 - (one.causes["parent"].value or 0.0))

    chosen = sorted(issuers, key=own, reverse=True)[:_MOST_ISSUERS]
    return {key: one for key, one in issuers.items() if key in chosen}


def _of_issuer(key: str, one: DefaultsOfIssuer, paths: int, notes: tuple[str, ...]) -> Grid:
    told = [e for e in one.drivers if (e.averted.value or 0.0) >= _LEAST_TOLD][:_MOST_TOLD]
    others = sum(bool(e.happened.value) for e in one.drivers) - len(told)
    rest = f" {others} more came before defaults and would prevent fewer." if others > 0 else ""
    return Grid(
        f"What stood behind {counted(one.defaults, 'default')} of {printable(key)}",
        ("what happened", "before default", "months before", "without it no default"),
        (
            *(_row(driver) for driver in told),
            ("none of them alone", "", "", percent(one.averted_by_none)),
        ),
        (
            f"Shares of the defaults on the first {counted(paths, 'path')}; they overlap and do "
            f"not add up.{rest}",
            *notes,
        ),
    )


def _row(driver: DefaultDriver) -> tuple[str, ...]:
    lead = driver.lead_months
    return (
        spoken(driver.trigger),
        percent(driver.happened),
        UNDEFINED if lead.value is None else number(lead),
        percent(driver.averted),
    )


def spoken(trigger: TriggerEvent) -> str:
    """What happened, in words."""
    name = printable(trigger.name)
    match trigger.kind:
        case "customer":
            return f"customer {name} fails"
        case "contract":
            return f"contract {name} lost or cut"
        case "operator":
            return f"operator {name} fails"
        case "maturity":
            return f"{name} not rolled over"
        case "notes":
            return f"{name} not sold in full"
        case "market":
            return _OF_MARKET[trigger.name]


def _standings(issuers: Mapping[str, DefaultsOfIssuer], paths: int) -> Grid:
    return Grid(
        "Where the market stood in the month of default: median (quartiles)",
        ("issuer", "price index", "of its median", "below it", "glut", "climate", "spread, bp"),
        tuple((printable(key), *_standing(one.standing)) for key, one in issuers.items()),
        (
            f"On the defaults of the first {counted(paths, 'path')}. of its median: the index over "
            "its median on all paths in that month. climate: of funding, in deviations from its "
            "mean.",
        ),
    )


def _standing(standing: Standing) -> tuple[str, ...]:
    return (
        median_and_range(*standing.price_index.values()),
        median_and_range(*standing.to_median.values()),
        percent(standing.below_median),
        percent(standing.glut),
        _signed(*standing.climate.values()),
        median_and_range(*(_in_basis_points(one) for one in standing.spread.values())),
    )


def _signed(low: Estimate, median: Estimate, high: Estimate) -> str:
    """Quartiles of a number around 0."""
    if median.value is None or low.value is None or high.value is None:
        return UNDEFINED
    text = f"{median.value:.1f} ({low.value:.1f} to {high.value:.1f})"
    return text.replace("-", "−")


def _in_basis_points(rate: Estimate) -> Estimate:
    return Estimate(None if rate.value is None else 1e4 * rate.value)


def to_json(found: DriversOfDefault) -> Json:
    """By issuer, every trigger event, also those that never happened."""
    return {
        "paths": found.paths,
        "issuers": {key: _issuer(one) for key, one in found.issuers.items()},
    }


def _issuer(one: DefaultsOfIssuer) -> Json:
    return {
        "defaults": one.defaults,
        "causes": estimates_of(one.causes),
        "drivers": [
            {"kind": driver.trigger.kind, "name": driver.trigger.name}
            | estimates_of(_of_driver(driver))
            for driver in one.drivers
        ],
        "no_single_one": estimate_of(one.averted_by_none),
        "at_default": {
            name: estimate_of(what) if isinstance(what, Estimate) else estimates_of(what)
            for name, what in _of_standing(one.standing).items()
        },
    }


def _of_driver(driver: DefaultDriver) -> dict[str, Estimate]:
    return {
        "happened_before": driver.happened,
        "lead_months": driver.lead_months,
        "would_have_survived": driver.averted,
    }


def _of_standing(standing: Standing) -> dict[str, Estimate | Mapping[str, Estimate]]:
    return {
        "price_index": standing.price_index,
        "price_to_median": standing.to_median,
        "price_below_median": standing.below_median,
        "glut": standing.glut,
        "climate": standing.climate,
        "spread": standing.spread,
    }


def rows(info: RunInfo, found: DriversOfDefault) -> Iterator[Row]:
    """A row for each issuer and number."""
    for issuer, one in found.issuers.items():
        for name, estimate in _named(one):
            place = Place(issuer, "", f"attribution.{name}", None)
            yield tidy.row(info, place, estimate, _unit(name))


def _unit(name: str) -> str:
    return next((unit for part, unit in _UNITS.items() if part in name), "share of 1")


def _named(one: DefaultsOfIssuer) -> Iterator[tuple[str, Estimate]]:
    for cause, share in one.causes.items():
        yield f"causes.{cause}", share
    for driver in one.drivers:
        for name, estimate in _of_driver(driver).items():
            yield f"drivers.{driver.trigger.kind}.{driver.trigger.name}.{name}", estimate
    yield "no_single_one", one.averted_by_none
    for name, what in _of_standing(one.standing).items():
        if isinstance(what, Estimate):
            yield f"at_default.{name}", what
        else:
            for quartile, estimate in what.items():
                yield f"at_default.{name}.{quartile}", estimate
