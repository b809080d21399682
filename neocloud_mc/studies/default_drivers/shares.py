"""What stood behind the defaults of one scenario: what came before, and what averts them.

A trigger event is something that can happen to an issuer: a customer fails, a contract is lost, a
balloon falls due. Of the paths on which the issuer defaults, one share has seen it happen; a
smaller share would have lived to the horizon had it not, all other draws being the same. Such
shares overlap, where either of two counterfactuals averts the default, and leave a rest, where only
several together would: they do not add up to one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.causes import CAUSES
from neocloud_mc.results.book import Book, Floats
from neocloud_mc.results.intervals import Estimate, mean_of_counts, proportion, quantile_of_sample

Kind: TypeAlias = Literal["customer", "contract", "operator", "maturity", "notes", "market"]
Months: TypeAlias = NDArray[np.int16]
Flags: TypeAlias = NDArray[np.bool_]

PRICES: Final = "prices"
GLUT: Final = "glut"
CONTAGION: Final = "contagion"
"""Names of the trigger events of kind ``market``."""
QUARTILES: Final = {"p25": 250, "p50": 500, "p75": 750}
"""As they are written, and per mille."""
_NONE: Final = "no default"


class TriggerEvent(NamedTuple):
    """What can happen to an issuer before it defaults.

    Parameters
    ----------
    name : id of the customer, the contract, the tranche, or the parent that operates; or of what
        the market does.
    """

    issuer: str
    kind: Kind
    name: str


@dataclass(frozen=True)
class Watched:
    """What happened on n paths until each issuer's default.

    Parameters
    ----------
    default_month, cause : int16[issuers, n]; 0 where the issuer lives.
    first : by trigger event int16[n], the month in which it first happened while the issuer lived;
        0 where it did not.
    index : float64[months, n], log price index.
    glut, climate, spread : float64[issuers, n], in the month of default; 0 where there is none.
    """

    default_month: Months
    cause: Months
    first: Mapping[TriggerEvent, Months]
    index: Floats
    glut: Floats
    climate: Floats
    spread: Floats


@dataclass(frozen=True)
class DefaultDriver:
    """A trigger event and the defaults.

    Parameters
    ----------
    happened : share of the defaults that it came before, or with.
    lead_months : mean months from it to the default, where it did.
    averted : share of the defaults that would not have been by the horizon without it.
    """

    trigger: TriggerEvent
    happened: Estimate
    lead_months: Estimate
    averted: Estimate


@dataclass(frozen=True)
class Standing:
    """Where the market stood in the month of default; quartiles by name (see `QUARTILES`).

    Parameters
    ----------
    price_index : of compute, 1 at the base date.
    to_median : the same over its median on all paths in that month.
    below_median : share of the defaults with an index below that median.
    glut : share in a glut.
    climate, spread : of funding; the spread per year.
    """

    price_index: Mapping[str, Estimate]
    to_median: Mapping[str, Estimate]
    below_median: Estimate
    glut: Estimate
    climate: Mapping[str, Estimate]
    spread: Mapping[str, Estimate]


@dataclass(frozen=True)
class DefaultsOfIssuer:
    """The defaults of one issuer.

    Parameters
    ----------
    causes : shares of the defaults.
    drivers : those first that avert most.
    averted_by_none : share of the defaults that no single driver would have prevented.
    """

    label: str
    defaults: int
    causes: Mapping[str, Estimate]
    drivers: tuple[DefaultDriver, ...]
    averted_by_none: Estimate
    standing: Standing


@dataclass(frozen=True)
class DriversOfDefault:
    """The defaults of all issuers on the first `paths` paths of the run."""

    paths: int
    issuers: Mapping[str, DefaultsOfIssuer]


def drivers_of_default(
    book: Book, seen: Watched, lives: Mapping[TriggerEvent, Flags]
) -> DriversOfDefault:
    """Count what came before the defaults and what would have prevented them.

    Parameters
    ----------
    lives : by trigger event bool[n], whether the issuer lives to the horizon without it.
    """
    issuers = {}
    for place, entry in enumerate(book.issuers):
        own = [trigger for trigger in lives if trigger.issuer == entry.id]
        issuers[entry.id] = _of_issuer(entry.label, place, seen, {p: lives[p] for p in own})
    return DriversOfDefault(seen.index.shape[1], issuers)


def _of_issuer(
    label: str, place: int, seen: Watched, lives: Mapping[TriggerEvent, Flags]
) -> DefaultsOfIssuer:
    month = seen.default_month[place]
    defaults = np.flatnonzero(month)
    averted = {trigger: lives[trigger][defaults] for trigger in lives}
    drivers = [
        _driver(trigger, month[defaults], _first(trigger, place, seen)[defaults], lived)
        for trigger, lived in averted.items()
    ]
    is_averted = np.any([*averted.values(), np.zeros(len(defaults), dtype=bool)], axis=0)
    cause = seen.cause[place, defaults]
    return DefaultsOfIssuer(
        label=label,
        defaults=len(defaults),
        causes={name: _share(cause == code) for code, name in enumerate(CAUSES, start=1)},
        drivers=tuple(sorted(drivers, key=lambda driver: -(driver.averted.value or 0.0))),
        averted_by_none=_share(~is_averted),
        standing=_standing(place, seen, defaults),
    )


def _first(trigger: TriggerEvent, place: int, seen: Watched) -> Months:
    """The month of the trigger event; prices below their median are one in the month of default."""
    if not _is_level(trigger):
        return seen.first[trigger]
    month = seen.default_month[place]
    defaults = np.flatnonzero(month)
    first: Months = np.zeros_like(month)
    first[defaults] = np.where(_to_median(place, seen, defaults) < 1.0, month[defaults], 0)
    return first


def _is_level(trigger: TriggerEvent) -> bool:
    """Whether it is a state of the month of default, and no event before."""
    return (trigger.kind, trigger.name) == ("market", PRICES)


def _driver(trigger: TriggerEvent, default: Months, first: Months, averted: Flags) -> DefaultDriver:
    happened = first > 0
    leads = np.bincount((default - first)[happened].astype(np.int64))
    lead = mean_of_counts(leads, "defaults after it")
    if _is_level(trigger):
        lead = Estimate(None, note="a level in the month of default")
    return DefaultDriver(trigger, _share(happened), lead, _share(averted))


def _standing(place: int, seen: Watched, defaults: NDArray[np.int64]) -> Standing:
    index = _index(place, seen, defaults)
    to_median = _to_median(place, seen, defaults)
    return Standing(
        price_index=_quartiles(np.exp(index)),
        to_median=_quartiles(to_median),
        below_median=_share(to_median < 1.0),
        glut=_share(seen.glut[place, defaults] > 0.0),
        climate=_quartiles(seen.climate[place, defaults]),
        spread=_quartiles(seen.spread[place, defaults]),
    )


def _index(place: int, seen: Watched, defaults: NDArray[np.int64]) -> Floats:
    """The log price index in the month of default."""
    index: Floats = seen.index[seen.default_month[place, defaults] - 1, defaults]
    return index


def _to_median(place: int, seen: Watched, defaults: NDArray[np.int64]) -> Floats:
    """The price index in the month of default over its median on all paths in that month."""
    medians = np.median(seen.index, axis=1)
    at = seen.default_month[place, defaults] - 1
    ratio: Floats = np.exp(_index(place, seen, defaults) - medians[at])
    return ratio


def _quartiles(values: Floats) -> dict[str, Estimate]:
    ordered = np.sort(values)
    return {
        name: quantile_of_sample(ordered, per_mille, "defaults")
        for name, per_mille in QUARTILES.items()
    }


def _share(events: Flags) -> Estimate:
    return proportion(int(np.count_nonzero(events)), len(events), _NONE)
