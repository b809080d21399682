"""What the functions of the API take: a scenario, names, and how much is simulated."""

from collections.abc import Sequence
from operator import index
from pathlib import Path
from typing import TypeAlias

from neocloud_mc.api.watch import LogWatch
from neocloud_mc.errors import UsageError
from neocloud_mc.scenario import load as scenarios
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.defaults import LARGEST_SEED, MOST_PATHS, MOST_THREADS
from neocloud_mc.studies.effort import Effort

Scenario: TypeAlias = Loaded | str | Path
Names: TypeAlias = str | Sequence[str]
"""One, or several."""


def load(
    source: str | Path,
    *,
    overlays: Names = (),
    settings: Names = (),
    horizon: int | None = None,
) -> Loaded:
    """Read, merge, vary and check a scenario.

    Parameters
    ----------
    source : a file, or ``@name`` for a scenario that ships with the program.
    overlays : files or names laid over the scenario in order (``--with``).
    settings : ``KEY=VALUE``, made in order after that (``--set``).
    horizon : months; default: the scenario's.

    Returns
    -------
    Loaded : with the checked `scenario`, its `warnings`, and the `resolved` mapping it was made of.

    Raises
    ------
    ScenarioError : with every mistake, one a line.

    Examples
    --------
    >>> from neocloud_mc import load
    >>> loaded = load("@coreweave", settings="issuers.coreweave.cash=2e9", horizon=24)
    >>> loaded.scenario.issuers["coreweave"].cash, loaded.scenario.horizon_months
    (2000000000.0, 24)
    """
    own = () if horizon is None else (f"horizon_months={horizon}",)
    return scenarios.load(source, (*several(settings), *own), overlays=several(overlays))


def opened(scenario: Scenario) -> Loaded:
    """The scenario that was loaded, or is now."""
    return scenario if isinstance(scenario, Loaded) else load(scenario)


def several(names: Names) -> tuple[str, ...]:
    """One or several names, as several."""
    return (names,) if isinstance(names, str) else tuple(names)


def effort_of(paths: int, seed: int, threads: int | None) -> Effort:
    """How much is simulated, by whom.

    Raises
    ------
    UsageError : no whole number, or one outside its range.
    """
    return Effort(
        whole("paths", paths, 1, MOST_PATHS),
        whole("seed", seed, 0, LARGEST_SEED),
        None if threads is None else whole("threads", threads, 1, MOST_THREADS),
        watch=LogWatch(),
    )


def whole(name: str, value: int, low: int, high: int) -> int:
    """A whole number within its range.

    Raises
    ------
    UsageError : it is none.
    """
    try:
        number = index(value)
    except TypeError:
        raise UsageError(f"{name}={value!r}: is no whole number such as 1_000_000") from None
    if not low <= number <= high:
        raise UsageError(f"{name}={value!r}: is outside {low} to {high}")
    return number
