"""The defaults of a run's first paths, replayed with one thing after the other left out."""

from collections.abc import Callable, Sequence
from contextlib import closing

import numpy as np

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import over_chunks
from neocloud_mc.results.book import Outcome
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.default_drivers import shares as results
from neocloud_mc.studies.default_drivers.counterfactuals import Counterfactual
from neocloud_mc.studies.default_drivers.shares import DriversOfDefault, Flags, TriggerEvent
from neocloud_mc.studies.default_drivers.trigger_events import watch


def drivers_of_default(
    scenario: Scenario,
    others: Sequence[Counterfactual],
    *,
    paths: int,
    seed: int,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> DriversOfDefault:
    """Find out what stood behind the defaults of paths 0 … `paths` − 1.

    Parameters
    ----------
    others : what is left out, one thing at a time (see `counterfactuals`).
    progress : told the number of paths done, of all worlds together.

    Returns
    -------
    DriversOfDefault : the same bits for any number of threads.
    """
    wanted = [one for other in others for one in other.without]
    seen = watch(scenario, wanted, paths=paths, seed=seed, progress=progress)
    names = list(scenario.issuers)
    lives: dict[TriggerEvent, Flags] = {}
    for done, other in enumerate(others, start=2):
        survives = _survives(other.scenario, paths, seed, threads)
        lives |= {one: survives[names.index(one.issuer)] for one in other.without}
        if progress is not None:
            progress(done * paths)
    return results.drivers_of_default(open_book(scenario), seen, lives)


def _survives(scenario: Scenario, paths: int, seed: int, threads: int | None) -> Flags:
    """bool[issuers, paths], whether they live to the horizon."""

    def work(outcome: Outcome) -> Flags:
        lives: Flags = outcome.default_month == 0.0
        return lives

    with closing(
        over_chunks(scenario, paths=paths, seed=seed, threads=threads, work=work)
    ) as found:
        return np.concatenate(list(found), axis=1)
