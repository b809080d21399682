"""A finished run: its identity, its numbers and its gates, as the views take it."""

from dataclasses import dataclass

from neocloud_mc.results.figures import Estimates
from neocloud_mc.results.gates import Verdict
from neocloud_mc.results.run import RunInfo, Separated
from neocloud_mc.studies.default_drivers.shares import DriversOfDefault
from neocloud_mc.studies.parameter_uncertainty.quantiles import Uncertainty
from neocloud_mc.studies.target_error import TargetErrorReport


@dataclass(frozen=True)
class RunResult:
    """All that the views show of one scenario.

    Parameters
    ----------
    separated : only where contagion is at work.
    target_error : only of a run with targets for its precision.
    uncertainty, drivers : only where they are asked for.
    """

    info: RunInfo
    estimates: Estimates
    gates: tuple[Verdict, ...] = ()
    separated: Separated | None = None
    target_error: TargetErrorReport | None = None
    uncertainty: Uncertainty | None = None
    drivers: DriversOfDefault | None = None
