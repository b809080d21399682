"""Runs that tell how wide PD is because the inputs are not known."""

from dataclasses import dataclass, replace

from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.sources import entries
from neocloud_mc.scenario.variants.drivers import Driver, drivers
from neocloud_mc.scenario.variants.levers import Variants
from neocloud_mc.studies.common_random_numbers import marks
from neocloud_mc.studies.defaults import FEWEST_PATHS_OF_DRAW
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.parameter_uncertainty.inputs import Assumptions, Draw
from neocloud_mc.studies.parameter_uncertainty.quantiles import (
    UncertainPd,
    Uncertainty,
    count,
    uncertain_pd,
)
from neocloud_mc.studies.run_result import RunResult


@dataclass(frozen=True)
class Inputs:
    """The draws of a scenario's assumptions, and how many of its figures they leave as they are."""

    moving: tuple[Driver, ...]
    drawn: tuple[Draw, ...]
    n_fixed: int


def inputs(loaded: Loaded, draws: int, seed: int) -> Inputs:
    """Draw the assumptions, before anything is simulated.

    Raises
    ------
    UsageError : none has a range, or the ranges contradict each other too often.
    """
    variants = Variants(loaded)
    found = drivers(loaded.resolved, variants)
    moving = tuple(driver for driver in found if driver.basis == "range")
    if not moving:
        raise UsageError(
            f"--parameter-uncertainty: no assumption of {loaded.scenario.name} has a range: end "
            "its text with 'range LO to HI'"
        )
    prior = Assumptions(variants, moving, seed)
    n_drawn = sum(len(driver.figures) for driver in moving)
    return Inputs(
        moving,
        tuple(prior.draw(number) for number in range(draws)),
        len(entries(loaded.resolved)) - n_drawn,
    )


def add(result: RunResult, loaded: Loaded, what: Inputs, effort: Effort) -> RunResult:
    """The result with default probabilities over the inputs, on the run's first paths."""
    estimates, n_draws = result.estimates, len(what.drawn)
    places = {
        f"issuers.{key}.pd.{month}": (key, month)
        for key in estimates.issuers
        for month in estimates.horizons
    }
    paths = max(FEWEST_PATHS_OF_DRAW, result.info.paths // n_draws)
    scenarios = [loaded.scenario, *(one.scenario for one in what.drawn)]
    effort.prepare()
    with effort.watch.simulating(loaded.scenario.name, len(scenarios) * paths) as told:
        own, *drawn = marks(
            scenarios,
            places,
            paths=paths,
            seed=effort.seed,
            threads=effort.threads,
            progress=told,
        )
    pd: dict[str, dict[int, UncertainPd]] = {key: {} for key in estimates.issuers}
    for name, (key, month) in places.items():
        draws = count(own[name], [one[name] for one in drawn], paths)
        pd[key][month] = uncertain_pd(estimates.issuers[key].pd[month], draws)
    return replace(
        result,
        uncertainty=Uncertainty(
            draws=n_draws,
            paths=paths,
            n_drivers=len(what.moving),
            n_figures=sum(len(driver.figures) for driver in what.moving),
            n_fixed=what.n_fixed,
            n_redrawn=sum(one.n_redrawn for one in what.drawn),
            pd=pd,
        ),
    )
