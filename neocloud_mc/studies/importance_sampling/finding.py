"""What a leaning run found, with how far its market leaned: what the views show."""

from collections.abc import Mapping
from dataclasses import dataclass

from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.importance_sampling.rare_event import TailEstimates


@dataclass(frozen=True)
class TailResult:
    """A finished leaning run.

    Parameters
    ----------
    beyond : the loss that counts as the event, USD; None where no loss defines it.
    shifts : means of the price's and the climate's normals, by name.
    factors : of intensities, by name; customers by ``customer ID``.
    """

    info: RunInfo
    estimates: TailEstimates
    beyond: float | None
    shifts: Mapping[str, float]
    factors: Mapping[str, float]
