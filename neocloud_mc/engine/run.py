"""Chunks of paths, threads, progress: a Scenario becomes a Tally.

Path k is the same whoever simulates it, so a chunk can run on any thread; the tallies of chunks are
merged in the order of the chunks, so the sum has the same bits for any number of threads. Memory
holds a few chunks, however many paths there are.
"""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import reduce
from pathlib import Path
from queue import SimpleQueue
from typing import Final, TypeVar

import numpy as np

from neocloud_mc import __version__, results, sources
from neocloud_mc.engine import history
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.compilation import make_ready
from neocloud_mc.engine.processors import processors
from neocloud_mc.engine.tables import Tables, Tilt, tabulate
from neocloud_mc.results.book import Outcome
from neocloud_mc.results.tally import Tally, merge, tally
from neocloud_mc.scenario.model import Scenario

CHUNK_PATHS: Final = 4096
"""Paths a chunk; 1,024 to 16,384 were measured equally fast. Part of a run's identity."""
_STAGE_OF_RESULTS: Final = Path(results.__file__).parent
_UNSEEN: Final = np.empty((0, 1))
"""The outcome of a block of which nothing is to be kept."""
_AHEAD: Final = 2
"""Chunks in flight for each thread."""

Chunk = range
"""Numbers of consecutive paths."""
Paths = int | Sequence[range]
"""Which paths: so many from 0, or those of ranges in ascending order."""
Found = TypeVar("Found")


def simulate(
    scenario: Scenario,
    *,
    paths: Paths,
    seed: int,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Tally:
    """Simulate paths of the scenario and tally what happened.

    Parameters
    ----------
    paths : at least 1: paths 0 … `paths` − 1; or ranges of path numbers.
    seed : 0 to 2^64 − 1.
    threads : default: the processors that this process may use.
    progress : told the number of paths done, after every chunk.

    Returns
    -------
    Tally : the same bits for any number of threads.
    """
    book = open_book(scenario)

    def work(outcome: Outcome) -> Tally:
        return tally(book, outcome)

    tallies = over_chunks(scenario, paths=paths, seed=seed, threads=threads, work=work)
    return reduce(merge, _counted(tallies, progress))


def over_chunks(
    scenario: Scenario,
    *,
    paths: Paths,
    seed: int,
    threads: int | None = None,
    work: Callable[[Outcome], Found],
    tilt: Tilt | None = None,
) -> Generator[Found, None, None]:
    """Simulate chunk by chunk on many threads; yields `work(outcome)` in the order of chunks.

    Parameters
    ----------
    paths : as in `simulate`; `chunks(paths)` are the chunks.
    work : runs on the simulating thread; what it returns is all that is kept of a chunk.
    tilt : of the market towards a rare event; then `Outcome.log_ratio` is there.
    """
    n_threads = threads or processors()
    workspaces: SimpleQueue[Tables] = SimpleQueue()
    template = tabulate(scenario, seed, tilt=tilt)
    make_ready()
    for _ in range(n_threads):
        workspaces.put(template.copy())

    def task(chunk: Chunk) -> Found:
        tables = workspaces.get()
        try:
            return work(run_chunk(tables, chunk))
        finally:
            workspaces.put(tables)

    yield from _in_order(task, chunks(paths), n_threads)


def chunks(paths: Paths) -> Iterator[Chunk]:
    """Cut the path numbers into chunks, at multiples of `CHUNK_PATHS`."""
    for part in [range(paths)] if isinstance(paths, int) else paths:
        first = part.start
        while first < part.stop:
            stop = min(first - first % CHUNK_PATHS + CHUNK_PATHS, part.stop)
            yield range(first, stop)
            first = stop


def run_chunk(tables: Tables, chunk: Chunk) -> Outcome:
    """Simulate one chunk in the caller's thread; mutates the tables."""
    months = tables.months
    issuers, tranches = len(tables.issuers), len(tables.tranches)
    ratios = (issuers + 1) if tables.market[0].is_tilted > 0.0 else 0
    sizes = [issuers] * history.OUTCOMES_PER_ISSUER + [tranches] * history.OUTCOMES_PER_TRANCHE
    ends = np.cumsum([*sizes, months, ratios])
    rows = np.empty((ends[-1], len(chunk)))
    tables.market[0].first_path = chunk.start
    history.history((0, months), rows, *tables.arguments)
    return Outcome(*np.split(rows, ends[:-1]))


def live(month: int, tables: Tables) -> None:
    """Live through one month on a block of paths, 0 to put them at the base date.

    Mutates the tables, whose market says in `first_path` which paths they are.
    """
    history.history((month, month), _UNSEEN, *tables.arguments)


def model() -> str:
    """Digest of all code that decides a tally, from the scenario's terms on; hex of 64 bits."""
    return sources.digest(Path(__file__))


def _code_of_results() -> str:
    """Digest of all that makes numbers of tallies, published default rates included."""
    stage = _STAGE_OF_RESULTS.rglob("*")
    return sources.digest(*(file for file in stage if file.suffix in {".py", ".csv"}))


def digest(scenario: Scenario, *, paths: int | None = None, seed: int) -> str:
    """Identity of a run: equal digests mean bit-identical results.

    Parameters
    ----------
    paths : None: the identity of tallies of any number of paths, which begin with the same paths.
    """
    terms = scenario.model_dump(mode="json", exclude={"description", "sources", "assumptions"})
    identity = {
        "scenario": terms,
        **({} if paths is None else {"paths": paths, "results": _code_of_results()}),
        "seed": seed,
        "chunk": CHUNK_PATHS,
        "version": __version__,
        "model": model(),
    }
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _in_order(
    task: Callable[[Chunk], Found], chunks: Iterable[Chunk], n_threads: int
) -> Iterator[Found]:
    """Run the task on many threads with bounded look-ahead; results in the order of chunks."""
    pool = ThreadPoolExecutor(n_threads, thread_name_prefix="paths")
    pending: deque[Future[Found]] = deque()
    try:
        for chunk in chunks:
            pending.append(pool.submit(task, chunk))
            if len(pending) >= _AHEAD * n_threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _counted(tallies: Iterator[Tally], progress: Callable[[int], None] | None) -> Iterator[Tally]:
    """Pass the tallies on, telling how many paths they cover so far."""
    n_done = 0
    for found in tallies:
        n_done += found.n
        if progress is not None:
            progress(n_done)
        yield found
