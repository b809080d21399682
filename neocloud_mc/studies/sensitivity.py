"""What each driver does alone, from its low to its high end, all on the same draws."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.changes import changes
from neocloud_mc.studies.samples import Sample

Driver = TypeVar("Driver")
"""What was moved, as the scenario stage describes it; nothing here looks into it."""


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
class Effect(Generic[Driver]):
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
class Sensitivity(Generic[Driver]):
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
    effects: tuple[Effect[Driver], ...]

    def ranked(self, measure: str) -> list[Effect[Driver]]:
        """The drivers that change a measure, the strongest first."""
        moving = (effect for effect in self.effects if effect.strength(measure) > 0.0)
        return sorted(moving, key=lambda effect: -effect.strength(measure))


def end(own: Sample, found: Sample) -> End:
    """What an end does, from the sample there and the one of the scenario as it is."""
    return End({name: one.estimate for name, one in found.items()}, changes(own, found))
