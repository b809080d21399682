"""A reverse stress test of a scenario: the values that the search asks for, simulated."""

import math
from collections.abc import Iterator
from typing import Final

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import UsageError
from neocloud_mc.results.measures import short
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.variants import ladder
from neocloud_mc.scenario.variants.levers import Lever, Variants
from neocloud_mc.studies.breakeven.answer import Breakeven, Target, read_target
from neocloud_mc.studies.breakeven.search import MOST_WHOLE, SCANNED, Search
from neocloud_mc.studies.common_random_numbers import sample_each
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import identify

_USUAL: Final = 6
"""Runs that it usually takes after the scan; for the progress."""


def breakeven(loaded: Loaded, vary: str, target: str, effort: Effort) -> Breakeven:
    """Find where a measure hits a target.

    Parameters
    ----------
    vary : ``KEY=LO:HI``, where to look.
    target : ``MEASURE=VALUE``.

    Raises
    ------
    UsageError : before anything is simulated; after it, where the measure is undefined everywhere.
    """
    interval = ladder.parse_interval(vary, loaded.scenario.base_date)
    variants = Variants(loaded)
    lever = variants.lever(interval.key)
    goal = read_target(open_book(loaded.scenario), target)
    places = _scan(lever, interval)
    if len(places) < 2:
        raise UsageError(f"--vary {vary}: fewer than two whole numbers lie there")
    for value in places:
        variants.at([lever], [value])
    effort.watch.warn(loaded.warnings)
    return _search(loaded, variants, lever, places, goal, effort)


def _scan(lever: Lever, interval: ladder.Interval) -> tuple[float, ...]:
    """The values that are tried first; of whole numbers every one, where they are few."""
    if not lever.quantity.is_counted:
        return ladder.spread(interval.low, interval.high, SCANNED)
    low, high = math.ceil(interval.low), math.floor(interval.high)
    if high - low < MOST_WHOLE:
        return tuple(map(float, range(low, high + 1)))
    return lever.allowed(ladder.spread(low, high, SCANNED))


def _search(
    loaded: Loaded,
    variants: Variants,
    lever: Lever,
    places: tuple[float, ...],
    goal: Target,
    effort: Effort,
) -> Breakeven:
    """The scenario as it is, then the values that the search asks for."""
    search = Search(goal.value, places, is_whole=lever.quantity.is_counted)
    asked: list[float] = []

    def scenarios() -> Iterator[Scenario]:
        yield loaded.scenario
        for value in search.wishes():
            asked.append(value)
            yield variants.at([lever], [value])

    name, n_runs = loaded.scenario.name, len(places) + _USUAL
    found = sample_each(name, scenarios(), [goal.measure], effort, n_runs)
    own = next(found)[goal.measure]
    if lever.own is not None and places[0] <= lever.own <= places[-1]:
        search.tell(lever.own, own)
    for sample in found:
        search.tell(asked[-1], sample[goal.measure])
    if all(one.found.estimate.value is None for one in search.tried):
        where = f"{lever.name} from {places[0]:g} to {places[-1]:g}"
        why = search.tried[0].found.estimate.note
        raise UsageError(f"{short(goal.measure)} is undefined for every {where}: {why}")
    return Breakeven(
        info=identify(loaded, effort, len(asked) + 1),
        key=lever.name,
        unit=lever.quantity.unit,
        low=places[0],
        high=places[-1],
        is_whole=lever.quantity.is_counted,
        target=goal,
        own_at=lever.own,
        own=own.estimate,
        tried=tuple(search.tried),
        roots=search.roots(),
        held=search.held(),
    )
