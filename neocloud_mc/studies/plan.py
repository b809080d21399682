"""What is to be done with each scenario of a run: read before anything is simulated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.results import gates
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies import run, run_to_target
from neocloud_mc.studies.default_drivers import run as default_drivers
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.parameter_uncertainty import run as parameter_uncertainty
from neocloud_mc.studies.run import Kept, nowhere
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.studies.target_error import PrecisionTarget


@dataclass(frozen=True)
class Plan:
    """What is to be done with one scenario.

    Parameters
    ----------
    command : what makes its run of so many paths, word by word.
    targets : for which paths are added, up to `max_paths`; none: no path is.
    inputs : drawn, of a run that tells how wide PD is for not knowing them.
    is_attributed : whether to tell what stood behind the defaults.
    """

    loaded: Loaded
    command: Callable[[int], Sequence[str]]
    conditions: tuple[gates.Gate, ...]
    targets: tuple[PrecisionTarget, ...]
    max_paths: int
    inputs: parameter_uncertainty.Inputs | None
    is_attributed: bool


def plan(
    loaded: Loaded,
    command: Callable[[int], Sequence[str]],
    effort: Effort,
    *,
    fail_if: Sequence[str],
    target_errors: Sequence[str],
    max_paths: int,
    draws: int,
    is_attributed: bool,
) -> Plan:
    """Read what is asked of a scenario.

    Parameters
    ----------
    fail_if, target_errors : expressions.
    draws : of the assumptions; 0: they are not drawn.

    Raises
    ------
    UsageError : what cannot be had of it.
    """
    book = open_book(loaded.scenario)
    return Plan(
        loaded,
        command,
        tuple(gates.check(book, expr) for expr in fail_if),
        run_to_target.read(loaded, target_errors, effort, max_paths),
        max_paths,
        parameter_uncertainty.inputs(loaded, draws, effort.seed) if draws else None,
        is_attributed=is_attributed,
    )


def carry_out(what: Plan, effort: Effort, kept: Kept = nowhere) -> RunResult:
    """Simulate one scenario as planned."""
    result = _simulate(what, effort, kept)
    if what.inputs:
        result = parameter_uncertainty.add(result, what.loaded, what.inputs, effort)
    if what.is_attributed:
        result = default_drivers.add(result, what.loaded, effort)
    return result


def _simulate(what: Plan, effort: Effort, kept: Kept) -> RunResult:
    loaded, conditions, command = what.loaded, what.conditions, what.command
    if not what.targets:
        return run.simulate(loaded, effort, conditions, kept, command(effort.paths))
    return run_to_target.simulate(
        loaded, what.targets, what.max_paths, effort, conditions, kept, command
    )
