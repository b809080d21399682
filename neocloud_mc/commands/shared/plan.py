"""What is to be done with each scenario of a run: read before anything is simulated."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from neocloud_mc.commands.shared import (
    checkpoints,
    default_drivers,
    parameter_uncertainty,
    shards,
    target_error,
)
from neocloud_mc.commands.shared.options import Changes
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.results import gates
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies import run
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.run_result import RunResult


@dataclass(frozen=True)
class Wishes:
    """What the command line asks of every scenario.

    Parameters
    ----------
    fail_if, target_errors : expressions.
    max_paths : most that a target error takes.
    draws : of the assumptions; 0: they are not drawn.
    is_attributed : whether to tell what stood behind the defaults.
    """

    fail_if: Sequence[str]
    target_errors: Sequence[str]
    max_paths: int
    draws: int
    is_attributed: bool

    @property
    def extras(self) -> str:
        """Options given that only a whole run has, for a sentence; empty: none."""
        given = {
            "--target-error": self.target_errors,
            "--parameter-uncertainty": self.draws,
            "--attribution": self.is_attributed,
        }
        return ", ".join(option for option, value in given.items() if value)


@dataclass(frozen=True)
class Plan:
    """What is to be done with one scenario.

    Parameters
    ----------
    command : what makes its run, word by word.
    """

    loaded: Loaded
    command: Sequence[str]
    conditions: tuple[gates.Gate, ...]
    goal: target_error.Goal | None
    inputs: parameter_uncertainty.Inputs | None
    is_attributed: bool


def plan(loaded: Loaded, wishes: Wishes, effort: Effort, source: str, changes: Changes) -> Plan:
    """Read the wishes for one scenario.

    Parameters
    ----------
    source, changes : the scenario, as on the command line.

    Raises
    ------
    UsageError : one that cannot be had.
    """
    book = open_book(loaded.scenario)
    targets, most = wishes.target_errors, wishes.max_paths
    return Plan(
        loaded,
        shards.command(source, changes, effort.paths, effort.seed),
        tuple(gates.check(book, expr) for expr in wishes.fail_if),
        target_error.goal(loaded, targets, effort, most, source, changes) if targets else None,
        parameter_uncertainty.inputs(loaded, wishes.draws, effort.seed) if wishes.draws else None,
        is_attributed=wishes.is_attributed,
    )


def carry_out(what: Plan, effort: Effort, checkpoint: Path | None) -> RunResult:
    """Simulate one scenario as planned."""
    result = _simulate(what, effort, checkpoint)
    if what.inputs:
        result = parameter_uncertainty.add(result, what.loaded, what.inputs, effort)
    if what.is_attributed:
        result = default_drivers.add(result, what.loaded, effort)
    return result


def _simulate(what: Plan, effort: Effort, checkpoint: Path | None) -> RunResult:
    if what.goal:
        return target_error.simulate(what.loaded, what.goal, effort, what.conditions, checkpoint)
    kept = checkpoints.kept_in(checkpoint)
    return run.simulate(what.loaded, effort, what.conditions, kept, what.command)
