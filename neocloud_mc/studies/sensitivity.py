"""What each driver does alone, from its low to its high end, all on the same draws."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import ScenarioError
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import wanted
from neocloud_mc.results.run import RunInfo
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.variants.drivers import SIDES, Driver, Side, drivers
from neocloud_mc.scenario.variants.levers import Variants
from neocloud_mc.studies.changes import changes
from neocloud_mc.studies.common_random_numbers import sample_each
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import identify
from neocloud_mc.studies.samples import Sample

Refused: TypeAlias = dict[tuple[str, Side], str]
"""By driver and side, why the scenario there is none."""


@dataclass(frozen=True)
class End:
    """A driver at one of its ends, everything else as it is.

    Parameters
    ----------
    values, changes : by measure; changes against the scenario as it is.
    """

    values: dict[str, Estimate]
    changes: dict[str, Estimate]


@dataclass(frozen=True)
class Effect:
    """What a driver does.

    Parameters
    ----------
    ends : by side, low or high; an end that is the scenario's own value, or no valid scenario, is
        missing.
    refused : by side, why the scenario there is none.
    """

    driver: Driver
    ends: dict[str, End] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def was_moved(self) -> bool:
        """Whether it has an end that was simulated, or that would have been."""
        return bool(self.ends or self.refused)

    def strength(self, measure: str) -> float:
        """The larger of its changes of a measure, without its sign; 0 where it changes nothing."""
        changes = (end.changes[measure].value for end in self.ends.values())
        return max((abs(change) for change in changes if change is not None), default=0.0)


@dataclass(frozen=True)
class Sensitivity:
    """The result of a sensitivity analysis.

    Parameters
    ----------
    info : of the scenario as it is.
    measures : full names.
    own : by measure, of the scenario as it is.
    effects : in the order of the file.
    """

    info: RunInfo
    measures: tuple[str, ...]
    own: dict[str, Estimate]
    effects: tuple[Effect, ...]

    def ranked(self, measure: str) -> list[Effect]:
        """The drivers that change a measure, the strongest first."""
        moving = (effect for effect in self.effects if effect.strength(measure) > 0.0)
        return sorted(moving, key=lambda effect: -effect.strength(measure))


def sensitivity(
    loaded: Loaded, measures: Sequence[str], only: str | None, effort: Effort
) -> Sensitivity:
    """Simulate the scenario as it is, then every end that is a valid scenario.

    Parameters
    ----------
    measures : names; none: each issuer's PD at the horizon.
    only : path at or below which the drivers lie; None: everywhere.

    Raises
    ------
    UsageError : before anything is simulated.
    """
    variants = Variants(loaded)
    moving = drivers(loaded.resolved, variants, only)
    names = wanted(open_book(loaded.scenario), measures)
    effort.watch.warn(loaded.warnings)
    refused: Refused = {}
    ends = list(_valid(variants, moving, refused))
    scenarios = chain([loaded.scenario], (_at(variants, driver, side) for driver, side in ends))
    n_runs = len(ends) + 1
    own, *found = sample_each(loaded.scenario.name, scenarios, names, effort, n_runs)
    by_place = {(d.name, side): end(own, one) for (d, side), one in zip(ends, found, strict=True)}
    info = identify(loaded, effort, n_runs)
    estimates = {name: one.estimate for name, one in own.items()}
    effects = tuple(_effect(driver, by_place, refused) for driver in moving)
    return Sensitivity(info, names, estimates, effects)


def _valid(
    variants: Variants, moving: Sequence[Driver], refused: Refused
) -> Iterator[tuple[Driver, Side]]:
    """Ends that move something and can be simulated; others that move go to `refused`."""
    for driver in moving:
        for side in SIDES:
            try:
                if driver.moved(side):
                    _at(variants, driver, side)
                    yield driver, side
            except ScenarioError as error:
                refused[driver.name, side] = error.lines[0].partition(": ")[2]


def _at(variants: Variants, driver: Driver, side: Side) -> Scenario:
    return variants.with_figures(driver.moved(side), f"{driver.name} {side}")


def _effect(driver: Driver, found: dict[tuple[str, Side], End], refused: Refused) -> Effect:
    places = [(side, (driver.name, side)) for side in SIDES]
    return Effect(
        driver,
        {side: found[place] for side, place in places if place in found},
        {side: refused[place] for side, place in places if place in refused},
    )


def end(own: Sample, found: Sample) -> End:
    """What an end does, from the sample there and the one of the scenario as it is."""
    return End({name: one.estimate for name, one in found.items()}, changes(own, found))
