"""One function for each question; options have the names and defaults of the command line.

Wherever a scenario is asked for, what `load` takes as its source does too. Faults are of the family
of `neocloud_mc.errors.NeocloudError`: a `ScenarioError` or a `UsageError` means that nothing was
simulated. Doubts about a scenario, compilation and progress go to the logger ``neocloud_mc``.
"""

from neocloud_mc.api.inputs import Names, Scenario, effort_of, opened, several, whole
from neocloud_mc.api.result import Result
from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.variants.mix import Described
from neocloud_mc.studies import (
    sensitivity as sensitivities,
    side_by_side,
    sweep as sweeps,
)
from neocloud_mc.studies.breakeven import run as reverse
from neocloud_mc.studies.breakeven.answer import Breakeven
from neocloud_mc.studies.comparison import Comparisons
from neocloud_mc.studies.defaults import (
    DRIVERS_SHOWN,
    MOST_PATHS,
    PATHS,
    PATHS_BY_ASSUMPTION,
    PATHS_OF_BREAKEVEN,
    PATHS_OF_SENSITIVITY,
    PATHS_OF_SWEEP,
    SEED,
)
from neocloud_mc.studies.ledger import explanation
from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.studies.sensitivity import Sensitivity
from neocloud_mc.studies.shapley import ShapleyValues
from neocloud_mc.studies.sweep import Sweep
from neocloud_mc.views import (
    breakeven as breakeven_view,
    comparison as comparison_view,
    ledger as ledger_view,
    sensitivity as sensitivity_view,
    shapley as shapley_view,
    sweep as sweep_view,
)


def compare(
    base: Scenario,
    *others: Scenario,
    paths: int = PATHS,
    seed: int = SEED,
    threads: int | None = None,
) -> Result[Comparisons]:
    """Set scenarios beside the first one, path by path, on the same draws.

    Scenarios of different horizons are compared over the shortest.

    Raises
    ------
    ScenarioError, UsageError : nothing was simulated.

    Examples
    --------
    >>> from neocloud_mc import compare, load
    >>> stressed = load("@coreweave", overlays="@stress/fire_sale")
    >>> result = compare("@coreweave", stressed, paths=4096)
    >>> result.found.others[0].changes["issuers.coreweave.lgd"].change.value > 0.0
    True
    """
    if not others:
        raise UsageError("compare needs a second scenario")
    own, effort = [opened(one) for one in (base, *others)], effort_of(paths, seed, threads)
    effort.watch.warn(dict.fromkeys(line for one in own for line in one.warnings))
    loaded = side_by_side.at_common_horizon(own)
    found = side_by_side.differences(loaded, effort, "json", own)
    return Result(found, comparison_view.document(found, is_summary=False))


def shapley(
    base: Scenario,
    other: Scenario,
    *,
    by_group: bool = False,
    measure: Names = (),
    paths: int = PATHS_BY_ASSUMPTION,
    seed: int = SEED,
    threads: int | None = None,
) -> Result[ShapleyValues[Described]]:
    """Share the difference of two scenarios out among what differs: `compare --by-assumption`.

    Parameters
    ----------
    by_group : among groups of figures, such as debt and fleet; else among single figures.
    measure : names; default: each issuer's PD at the horizon.

    Raises
    ------
    ScenarioError, UsageError : nothing was simulated; a UsageError also where nothing differs.

    Examples
    --------
    >>> from neocloud_mc import load, shapley
    >>> harder = ["issuers.coreweave.cash=0", "market.price.obsolescence=0.2"]
    >>> result = shapley("@coreweave", load("@coreweave", settings=harder), paths=2048)
    >>> pd = "issuers.coreweave.pd.60"
    >>> parts = sum(part.changes[pd].value for part in result.found.contributions)
    >>> abs(parts - result.found.whole[pd].value) < 1e-12
    True
    """
    own, effort = [opened(base), opened(other)], effort_of(paths, seed, threads)
    effort.watch.warn(dict.fromkeys(line for one in own for line in one.warnings))
    first, second = side_by_side.at_common_horizon(own)
    found = side_by_side.split(first, second, effort, several(measure), by_group=by_group)
    return Result(found, shapley_view.document(found))


def sweep(
    scenario: Scenario,
    vary: Names,
    *,
    measure: Names = (),
    paths: int = PATHS_OF_SWEEP,
    seed: int = SEED,
    threads: int | None = None,
) -> Result[Sweep]:
    """Move one number of a scenario, or two, over a range, and measure at each value.

    Parameters
    ----------
    vary : ``KEY=LO:HI:N`` or ``KEY=LO:HI:N:log``; two for a grid.
    measure : names; default: each issuer's PD at the horizon.

    Raises
    ------
    ScenarioError, UsageError : nothing was simulated.

    Examples
    --------
    >>> from neocloud_mc import sweep
    >>> key, measure = "issuers.coreweave.cash", "coreweave.pd.60"
    >>> rows = sweep("@coreweave", f"{key}=0:8e9:3", measure=measure, paths=4096).to_rows()
    >>> values = [row for row in rows if not row["against"]]
    >>> [row[key] for row in values]
    [0.0, 4000000000.0, 8000000000.0]
    >>> values[0]["value"] > values[-1]["value"]
    True
    """
    effort = effort_of(paths, seed, threads)
    found = sweeps.sweep(opened(scenario), several(vary), several(measure), effort)
    return Result(found, sweep_view.document(found))


def sensitivity(
    scenario: Scenario,
    *,
    measure: Names = (),
    only: str | None = None,
    top: int = DRIVERS_SHOWN,
    paths: int = PATHS_OF_SENSITIVITY,
    seed: int = SEED,
    threads: int | None = None,
) -> Result[Sensitivity]:
    """Move each assumption alone to the ends of its range and rank what that does.

    Parameters
    ----------
    measure : names; default: each issuer's PD at the horizon.
    only : move only what lies at or below this path, such as ``market.price``.
    top : drivers that a table shows for each measure; `to_dict` and `to_rows` have all.

    Raises
    ------
    ScenarioError, UsageError : nothing was simulated.

    Examples
    --------
    >>> from neocloud_mc import sensitivity
    >>> result = sensitivity(
    ...     "@coreweave", measure="coreweave.pd.60", only="market.price.obsolescence", paths=2048
    ... )
    >>> low, high = [row["value"] for row in result.to_rows() if row["against"]]
    >>> low < 0.0 < high
    True
    """
    effort = effort_of(paths, seed, threads)
    found = sensitivities.sensitivity(opened(scenario), several(measure), only, effort)
    return Result(found, sensitivity_view.document(found, top))


def breakeven(
    scenario: Scenario,
    vary: str,
    target: str,
    *,
    paths: int = PATHS_OF_BREAKEVEN,
    seed: int = SEED,
    threads: int | None = None,
) -> Result[Breakeven]:
    """Find the value of a number at which a measure hits a target, with its uncertainty.

    Parameters
    ----------
    vary : ``KEY=LO:HI``, where to look.
    target : ``MEASURE=VALUE``.

    Raises
    ------
    ScenarioError, UsageError : nothing was simulated; a UsageError also where the measure is
        undefined everywhere.

    Examples
    --------
    >>> from neocloud_mc import breakeven
    >>> result = breakeven(
    ...     "@2025-06/coreweave",
    ...     "issuers.coreweave.cash=0:2e11",
    ...     "coreweave.pd.60=0.3",
    ...     paths=2048,
    ... )
    >>> root = result.found.roots[0]
    >>> root.is_rising
    False
    """
    effort = effort_of(paths, seed, threads)
    found = reverse.breakeven(opened(scenario), vary, target, effort)
    return Result(found, breakeven_view.document(found))


def explain(
    scenario: Scenario,
    *,
    issuer: str | None = None,
    path: int | None = None,
    find: str | None = None,
    quarterly: bool = False,
    paths: int = PATHS,
    seed: int = SEED,
    threads: int | None = None,
) -> Result[Ledger]:
    """Replay one path of a scenario and keep an issuer's account, month by month.

    Parameters
    ----------
    issuer : id; may be left out where there is one issuer.
    path : its number, from 0; default: the first that was found, else 0.
    find : ``default`` or ``default:CAUSE``: look for such paths among the first `paths`.
    quarterly : what is written of it adds months up to quarters; `found` keeps the months.

    Raises
    ------
    ScenarioError, UsageError : nothing was simulated.
    RunError : no path ends so.

    Examples
    --------
    >>> from neocloud_mc import explain
    >>> result = explain("@coreweave", issuer="coreweave", find="default")
    >>> months = result.to_rows()
    >>> months[-1]["month"] == result.found.ending.month
    True
    """
    if path is not None:
        path = whole("path", path, 0, MOST_PATHS)
    effort = effort_of(paths, seed, threads)
    ledger, found = explanation.explain(opened(scenario), issuer, path, find, effort)
    return Result(ledger, ledger_view.document(ledger, found, by_quarter=quarterly))
