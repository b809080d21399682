"""A few measures of many scenarios on the same draws, one scenario after the other.

Streams are named after what draws from them and batches hold the same paths, so the replicates of
all samples match, and the marks of paths; nothing else of a run is kept.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from functools import partial

import numpy as np

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import over_chunks
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.common_draws import simulate_together
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.marks import mark
from neocloud_mc.studies.paired import Marks
from neocloud_mc.studies.samples import Sample, sample


def sample_each(
    name: str, scenarios: Iterable[Scenario], names: Collection[str], effort: Effort, n_runs: int
) -> Iterator[Sample]:
    """Take measures of variants of a scenario, with common progress under its name.

    Parameters
    ----------
    names : full names of measures.
    n_runs : about how many scenarios there are.
    """
    effort.prepare()
    with effort.watch.simulating(name, n_runs * effort.paths) as told:
        yield from samples(
            scenarios,
            names,
            paths=effort.paths,
            seed=effort.seed,
            threads=effort.threads,
            progress=told,
        )


def samples(
    scenarios: Iterable[Scenario],
    names: Collection[str],
    *,
    paths: int,
    seed: int,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Sample]:
    """Simulate the same paths of each scenario and take the measures.

    Parameters
    ----------
    names : full names of measures that every scenario has.
    paths, seed, threads : as in `engine.run.simulate`.
    progress : told the number of paths done, of all scenarios so far together.

    Yields
    ------
    A sample for each scenario, in their order; the same bits for any number of threads.
    """
    for done, scenario in enumerate(scenarios):
        told = None if progress is None else _further(progress, done * paths)
        (run,) = simulate_together(
            [scenario], paths=paths, seed=seed, threads=threads, progress=told, names=names
        )
        yield sample(run.book, run.batches, names, run.marks)


def marks(
    scenarios: Iterable[Scenario],
    names: Collection[str],
    *,
    paths: int,
    seed: int,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[dict[str, Marks]]:
    """Simulate the same paths of each scenario and mark those on which events happen; as `samples`.

    Yields
    ------
    Marks by the full name of a probability, for each scenario, in their order.
    """
    wanted = frozenset(names)
    for done, scenario in enumerate(scenarios, start=1):
        work = partial(mark, open_book(scenario), names=wanted)
        with closing(
            over_chunks(scenario, paths=paths, seed=seed, threads=threads, work=work)
        ) as pieces:
            found = list(pieces)
        if progress is not None:
            progress(done * paths)
        yield {name: np.concatenate([piece[name] for piece in found]) for name in found[0]}


def _further(progress: Callable[[int], None], before: int) -> Callable[[int], None]:
    return lambda n_done: progress(before + n_done)
