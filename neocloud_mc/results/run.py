"""A finished run: its identity, its numbers and its gates, as the views take it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from neocloud_mc.results.drivers_of_default import DriversOfDefault
from neocloud_mc.results.figures import Estimates, JointEstimates
from neocloud_mc.results.gates import Verdict
from neocloud_mc.results.stopping import Stopping
from neocloud_mc.results.uncertainty import Uncertainty


@dataclass(frozen=True)
class RunInfo:
    """What identifies a run and how it was made.

    Parameters
    ----------
    version : of the program.
    digest : equal digests mean equal results.
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


@dataclass(frozen=True)
class Separated:
    """The same issuers on the same draws when no failure reaches another issuer.

    Parameters
    ----------
    paths : the first so many of the run.
    """

    paths: int
    joint: JointEstimates


@dataclass(frozen=True)
class RunResult:
    """All that the views show of one scenario.

    Parameters
    ----------
    separated : only where contagion is at work.
    stopping : only of a run with targets for its precision.
    uncertainty, drivers : only where they are asked for.
    """

    info: RunInfo
    estimates: Estimates
    gates: tuple[Verdict, ...] = ()
    separated: Separated | None = None
    stopping: Stopping | None = None
    uncertainty: Uncertainty | None = None
    drivers: DriversOfDefault | None = None
