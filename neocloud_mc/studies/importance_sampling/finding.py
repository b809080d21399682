"""What importance sampling found, with the tilt of its market: what the views show."""

from collections.abc import Mapping
from dataclasses import dataclass

from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.importance_sampling.rare_event import RareEventEstimates


@dataclass(frozen=True)
class RareEventResult:
    """A finished run of importance sampling.

    Parameters
    ----------
    beyond : the loss that counts as the event, USD; None where no loss defines it.
    shifts : means of the price's and the climate's normals, by name.
    factors : of intensities, by name; customers by ``customer ID``.
    """

    info: RunInfo
    estimates: RareEventEstimates
    beyond: float | None
    shifts: Mapping[str, float]
    factors: Mapping[str, float]
