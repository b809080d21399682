"""What identifies a run, and what the same issuers do apart from each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from neocloud_mc.results.book import ProbabilityMeasure
from neocloud_mc.results.figures import JointEstimates


@dataclass(frozen=True)
class RunInfo:
    """What identifies a run and how it was made.

    Parameters
    ----------
    version : of the program.
    digest : equal digests mean equal results.
    measure : the probabilities: those of the real world, or those that prices imply.
    manifest, timing : as the command recorded them; kept as they are.
    """

    version: str
    scenario: str
    digest: str
    base_date: str | None
    paths: int
    seed: int
    months: int
    manifest: Mapping[str, object] = field(default_factory=dict)
    timing: Mapping[str, float] = field(default_factory=dict)
    measure: ProbabilityMeasure = "real-world"


@dataclass(frozen=True)
class Separated:
    """The same issuers on the same draws when no failure reaches another issuer.

    Parameters
    ----------
    paths : the first so many of the run.
    """

    paths: int
    joint: JointEstimates
