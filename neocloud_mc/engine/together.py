"""Several scenarios on the same draws, chunk by chunk, so that small differences are sharp.

Streams are named after what draws from them, so an issuer, a customer or a contract that both
scenarios have meets the same fortune in both.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, fields
from functools import reduce
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.causes import CAUSES
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import CHUNK_PATHS, over_chunks
from neocloud_mc.results.book import Book, Outcome
from neocloud_mc.results.histogram import Counts
from neocloud_mc.results.replicates import BATCHES
from neocloud_mc.results.tally import Tally, merge, tally
from neocloud_mc.scenario.model import Scenario

Causes = NDArray[np.int8]
"""int8[issuers, paths], 0 where the issuer lives, else the cause counted from 1."""
Piece = tuple[list[Tally], Causes]
"""What is kept of a chunk of one scenario: tallies of its cuts, and every path's cause."""


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
) -> list[Run]:
    """Simulate the same paths of several scenarios.

    Parameters
    ----------
    paths, seed, threads : as in `engine.run.simulate`.
    progress : told the number of paths done in every scenario.
    keep : what is kept of a tally; of many scenarios, histograms that nobody asks for fill memory.

    Returns
    -------
    A run for each scenario, in their order; the same bits for any number of threads.
    """
    cuts = math.ceil(BATCHES / math.ceil(paths / CHUNK_PATHS))
    books = [open_book(scenario) for scenario in scenarios]
    batches: list[list[Tally | None]] = [[None] * BATCHES for _ in scenarios]
    switches = [_no_switches(books[0], book) for book in books]
    with ExitStack() as stack:
        pieces = [
            stack.enter_context(
                closing(
                    over_chunks(
                        scenario,
                        paths=paths,
                        seed=seed,
                        threads=threads,
                        work=_work(book, cuts, keep),
                    )
                )
            )
            for scenario, book in zip(scenarios, books, strict=True)
        ]
        for place, chunk in enumerate(zip(*pieces, strict=True)):
            for run, (tallies, causes) in enumerate(chunk):
                for cut, found in enumerate(tallies):
                    slot = (place * cuts + cut) % BATCHES
                    batches[run][slot] = _merged(batches[run][slot], found)
                _count_switches(switches[run], books[0], chunk[0][1], books[run], causes)
            if progress is not None:
                progress(min(paths, (place + 1) * CHUNK_PATHS))
    return [
        Run(scenario, book, tuple(b for b in found if b is not None and b.n > 0), table)
        for scenario, book, found, table in zip(scenarios, books, batches, switches, strict=True)
    ]


def _work(
    book: Book, cuts: int, keep: Callable[[Tally], Tally] | None
) -> Callable[[Outcome], Piece]:
    """What a thread does with a chunk."""

    def work(outcome: Outcome) -> Piece:
        tallies = [tally(book, part) for part in cut(outcome, cuts)]
        kept = tallies if keep is None else list(map(keep, tallies))
        return kept, outcome.cause.astype(np.int8)

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
