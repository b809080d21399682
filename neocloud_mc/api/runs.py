"""What the command `run` does, as functions: a scenario simulated, a number of it, a rare event."""

from collections.abc import Callable

from neocloud_mc.api.inputs import Names, Scenario, effort_of, opened, several, whole
from neocloud_mc.api.result import Result
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import find as find_measure, full_name
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.defaults import (
    DRAWS,
    FEWEST_DRAWS,
    MOST_PATHS,
    PATHS,
    PATHS_FOR_TARGET,
    SEED,
)
from neocloud_mc.studies.importance_sampling.estimated import estimated
from neocloud_mc.studies.importance_sampling.estimates import RareEventResult
from neocloud_mc.studies.plan import carry_out, plan
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import rare_event as rare_event_view, run as run_view


def simulate(
    scenario: Scenario,
    *,
    paths: int = PATHS,
    seed: int = SEED,
    threads: int | None = None,
    fail_if: Names = (),
    target_error: Names = (),
    max_paths: int = PATHS_FOR_TARGET,
    parameter_uncertainty: bool = False,
    draws: int = DRAWS,
    attribution: bool = False,
) -> Result[RunResult]:
    """Simulate a scenario: default probabilities, causes, losses, spreads and joint defaults.

    Parameters
    ----------
    fail_if : conditions such as ``acme.pd.60 > 0.25``, judged in `found.gates`.
    target_error : half-widths of intervals, such as ``acme.pd.60=0.001``: paths are added to
        `paths` until all are met, or there are `max_paths`; `found.target_error` says which.
    parameter_uncertainty : draw the assumptions `draws` times within their ranges, and tell in
        `found.uncertainty` how wide the default probabilities are because of it.
    attribution : tell in `found.drivers` what stood behind the defaults.

    Raises
    ------
    ScenarioError, UsageError : nothing was simulated.

    Examples
    --------
    >>> from neocloud_mc import simulate
    >>> result = simulate("@coreweave", paths=4096, fail_if="coreweave.pd.60 > 0.999")
    >>> result.found.gates[0].status
    'passed'
    >>> pd = result.to_dict()["issuers"]["coreweave"]["pd"]["60"]
    >>> pd["low"] < pd["value"] < pd["high"]
    True
    """
    loaded, effort = opened(scenario), effort_of(paths, seed, threads)
    what = plan(
        loaded,
        command(scenario, loaded, seed),
        effort,
        fail_if=several(fail_if),
        target_errors=several(target_error),
        max_paths=whole("max_paths", max_paths, 1, MOST_PATHS),
        draws=whole("draws", draws, FEWEST_DRAWS, MOST_PATHS) if parameter_uncertainty else 0,
        is_attributed=attribution,
    )
    effort.watch.warn(loaded.warnings)
    found = carry_out(what, effort)
    return Result(found, run_view.document([found]))


def command(scenario: Scenario, loaded: Loaded, seed: int) -> Callable[[int], list[str]]:
    """What makes the same run in a shell, where the scenario is no more than its file."""
    source = loaded.scenario.name if isinstance(scenario, Loaded) else str(scenario)
    first, last = ["neocloud-mc", "run", source, "--paths"], ["--seed", str(seed)]
    return lambda paths: [*first, str(paths), *last]


def estimate(result: Result[RunResult], measure: str) -> Estimate:
    """One number of a simulated scenario, with its 95% interval.

    Parameters
    ----------
    measure : a name that ``--fail-if`` accepts, such as ``acme.pd.60`` (see `measures`).

    Returns
    -------
    Estimate : `value`, `low`, `high`; None and a `note` where few events make them invalid.

    Raises
    ------
    UsageError : no such measure.

    Examples
    --------
    >>> from neocloud_mc import estimate, simulate
    >>> result = simulate("@coreweave", paths=4096)
    >>> years = [estimate(result, f"coreweave.pd.{month}").value for month in (12, 36, 60)]
    >>> years == sorted(years)
    True
    """
    estimates = result.found.estimates
    return find_measure(estimates, full_name(estimates, measure))


def rare_event(
    scenario: Scenario,
    tail: str,
    *,
    paths: int = PATHS,
    seed: int = SEED,
    threads: int | None = None,
) -> Result[RareEventResult]:
    """Estimate a rare event by importance sampling, from a market tilted towards it.

    Parameters
    ----------
    tail : a measure such as ``acme.pd.24``, or a condition such as ``acme.senior.loss > 2e8``.

    Raises
    ------
    ScenarioError, UsageError : nothing was simulated.
    RunError : importance sampling found too little.

    Examples
    --------
    >>> from neocloud_mc import rare_event
    >>> result = rare_event("@2025-06/coreweave", "coreweave.loss > 5e9", paths=4096)
    >>> result.found.estimates.variance_reduction > 1.0
    True
    """
    found = estimated(opened(scenario), tail, effort_of(paths, seed, threads))
    return Result(found, rare_event_view.document(found))
