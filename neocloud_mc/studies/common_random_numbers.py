"""Common random numbers: several scenarios on the same draws, so that differences are sharp.

Streams are named after what draws from them, so an issuer, a customer or a contract that both
scenarios have meets the same fortune in both. A few scenarios are simulated together, chunk by
chunk; many, of which a few measures are wanted, one after the other: batches hold the same paths,
so the replicates of all samples match, and the marks of paths; nothing else of a run is kept.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, fields
from functools import partial, reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.causes import CAUSES
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import CHUNK_PATHS, over_chunks
from neocloud_mc.results.book import Book, Outcome
from neocloud_mc.results.histogram import Counts
from neocloud_mc.results.tally import Tally, merge, tally
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.jackknife import BATCHES
from neocloud_mc.studies.paired import Marks, PathChange, mark, path_change
from neocloud_mc.studies.samples import Sample, sample

Causes = NDArray[np.int8]
"""int8[issuers, paths], 0 where the issuer lives, else the cause counted from 1."""


class Piece(NamedTuple):
    """What is kept of a chunk of one scenario: tallies of its cuts, every path's cause, marks."""

    tallies: list[Tally]
    causes: Causes
    marks: dict[str, Marks]


@dataclass(frozen=True)
class Run:
    """One scenario's part of a common run.

    Parameters
    ----------
    batches : tallies of disjoint sets of paths, the same sets in every scenario.
    switches : by issuer that the first scenario has too, int64[causes + 1, causes + 1]: paths by
        cause of default there (row; 0: none) and here (column).
    """

    scenario: Scenario
    book: Book
    batches: tuple[Tally, ...]
    switches: dict[str, Counts]
    counted: dict[str, PathChange]
    marks: dict[str, Marks]

    @property
    def tally(self) -> Tally:
        """Of all paths."""
        return reduce(merge, self.batches)


def simulate_together(
    scenarios: Sequence[Scenario],
    *,
    paths: int,
    seed: int,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
    keep: Callable[[Tally], Tally] | None = None,
    names: Collection[str] = (),
) -> list[Run]:
    """Simulate the same paths of several scenarios.

    Parameters
    ----------
    paths, seed, threads : as in `engine.run.simulate`.
    progress : told the number of paths done, of all scenarios together.
    keep : what is kept of a tally; of many scenarios, histograms that nobody asks for fill memory.
    names : full names of the measures of which paths are marked.

    Returns
    -------
    A run for each scenario, in their order; the same bits for any number of threads.
    """
    cuts = math.ceil(BATCHES / math.ceil(paths / CHUNK_PATHS))
    books = [open_book(scenario) for scenario in scenarios]
    batches: list[list[Tally | None]] = [[None] * BATCHES for _ in scenarios]
    switches = [_no_switches(books[0], book) for book in books]
    counted: list[dict[str, PathChange]] = [{} for _ in scenarios]
    marks: dict[str, list[Marks]] = {}
    wanted = frozenset(names)
    with ExitStack() as stack:
        pieces = [
            stack.enter_context(
                closing(
                    over_chunks(
                        scenario,
                        paths=paths,
                        seed=seed,
                        threads=threads,
                        work=_work(book, cuts, keep, wanted),
                    )
                )
            )
            for scenario, book in zip(scenarios, books, strict=True)
        ]
        for place, chunk in enumerate(zip(*pieces, strict=True)):
            n_done = min(paths, (place + 1) * CHUNK_PATHS)
            for run, piece in enumerate(chunk):
                for part, found in enumerate(piece.tallies):
                    slot = (place * cuts + part) % BATCHES
                    batches[run][slot] = _merged(batches[run][slot], found)
                _count_switches(switches[run], books[0], chunk[0].causes, books[run], piece.causes)
                _count_changes(
                    counted[run], chunk[0].marks, piece.marks, n_done - place * CHUNK_PATHS
                )
            if len(scenarios) == 1:
                for name, found_marks in chunk[0].marks.items():
                    marks.setdefault(name, []).append(found_marks)
            if progress is not None:
                progress(n_done * len(scenarios))
    joined = {name: np.concatenate(parts) for name, parts in marks.items()}
    return [
        Run(
            scenario,
            book,
            tuple(b for b in found if b is not None and b.n > 0),
            table,
            changes,
            joined,
        )
        for scenario, book, found, table, changes in zip(
            scenarios, books, batches, switches, counted, strict=True
        )
    ]


def _work(
    book: Book, cuts: int, keep: Callable[[Tally], Tally] | None, names: frozenset[str]
) -> Callable[[Outcome], Piece]:
    """What a thread does with a chunk."""

    def work(outcome: Outcome) -> Piece:
        tallies = [tally(book, part) for part in cut(outcome, cuts)]
        kept = tallies if keep is None else list(map(keep, tallies))
        return Piece(kept, outcome.cause.astype(np.int8), mark(book, outcome, names))

    return work


def cut(outcome: Outcome, cuts: int) -> list[Outcome]:
    """The outcome in parts of consecutive paths, of like size."""
    ends = np.linspace(0, outcome.cause.shape[1], cuts + 1).astype(int)
    return [
        Outcome(**{f.name: getattr(outcome, f.name)[:, a:b] for f in fields(Outcome)})
        for a, b in pairwise(ends)
    ]


def _merged(a: Tally | None, b: Tally) -> Tally:
    return b if a is None else merge(a, b)


def _no_switches(first: Book, book: Book) -> dict[str, Counts]:
    known = {issuer.id for issuer in first.issuers}
    width = len(CAUSES) + 1
    return {
        issuer.id: np.zeros((width, width), dtype=np.int64)
        for issuer in book.issuers
        if issuer.id in known
    }


def _count_switches(
    switches: dict[str, Counts], first: Book, was: Causes, book: Book, now: Causes
) -> None:
    """Add a chunk's paths to the tables of switches; mutates them."""
    place = {issuer.id: row for row, issuer in enumerate(first.issuers)}
    for row, issuer in enumerate(book.issuers):
        if issuer.id in switches:
            width = len(CAUSES) + 1
            cells = was[place[issuer.id]].astype(np.int64) * width + now[row]
            switches[issuer.id] += np.bincount(cells, minlength=width**2).reshape(width, width)


def _count_changes(
    counted: dict[str, PathChange], was: Mapping[str, Marks], now: Mapping[str, Marks], n: int
) -> None:
    """Add how a chunk's n paths change; mutates `counted`."""
    for name in was.keys() & now.keys():
        found = path_change([was[name], now[name]], (-1.0, 1.0), n)
        counted[name] = counted[name] + found if name in counted else found


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
