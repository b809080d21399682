"""Runs that outlast an interruption: what was simulated is kept in a file and never done twice."""

import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from neocloud_mc import __version__
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.cluster import Cluster
from neocloud_mc.engine.run import CHUNK_PATHS, chunks, digest, model, over_chunks
from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.notation import counted
from neocloud_mc.results.book import Outcome
from neocloud_mc.results.shards import part_files
from neocloud_mc.results.shards.part import Part, RunKey
from neocloud_mc.results.shards.ranges import WHOLE, Ranges, Share, count, without
from neocloud_mc.results.tally import Tally, alike, nothing, tally
from neocloud_mc.scenario.model import Scenario

try:
    import fcntl
except ImportError:  # Windows has no advisory locks
    fcntl = None  # type: ignore[assignment]

SECONDS_BETWEEN_SAVES: Final = 5.0
"""Saving takes some 50 ms; a kill costs at most this much work, and a chunk."""

Workers = Cluster | int | None
"""Who simulates: a cluster, or so many threads of this process."""
Keep = Callable[[Part], None]
"""Told the part as it stands, from time to time and at the end."""


def run_key(scenario: Scenario, seed: int) -> RunKey:
    """Identity of a run with any number of paths."""
    return RunKey(
        scenario=scenario.name,
        digest=digest(scenario, seed=seed),
        seed=seed,
        months=scenario.horizon_months,
        chunk=CHUNK_PATHS,
        model=model(),
        version=__version__,
    )


def blank(scenario: Scenario, *, paths: int, seed: int, shard: Share = WHOLE) -> Part:
    """A part with no path done yet.

    Parameters
    ----------
    paths : of the whole run.
    """
    return Part(run_key(scenario, seed), paths, nothing(open_book(scenario)), shard)


def complete(
    part: Part,
    scenario: Scenario,
    *,
    workers: Workers = None,
    progress: Callable[[int], None] | None = None,
    keep: Keep | None = None,
) -> Part:
    """Simulate the paths that a part lacks of its share.

    Parameters
    ----------
    scenario : the part's.
    workers : so many threads, default: one for each processor; or a cluster.
    progress : told the number of paths that the part has, after every chunk.
    keep : called every `SECONDS_BETWEEN_SAVES` or so and at the end, where an exception ends the
        run too.

    Returns
    -------
    The same bits however often the work was interrupted and resumed.
    """
    todo = part.missing
    if not todo:
        return part
    clock, before = time.perf_counter(), part.seconds
    tallies = _tallies(scenario, todo, part.key.seed, workers)
    kept_at = time.monotonic()
    with closing(tallies):
        try:
            for piece, found in tallies:
                seconds = before + time.perf_counter() - clock
                part = replace(part.plus(piece, found), seconds=seconds)
                if progress is not None:
                    progress(count(part.covered))
                if keep is not None and time.monotonic() >= kept_at + SECONDS_BETWEEN_SAVES:
                    keep(part)
                    kept_at = time.monotonic()
        finally:
            if keep is not None:
                keep(part)
    return part


def _tallies(
    scenario: Scenario, todo: Ranges, seed: int, workers: Workers
) -> Generator[tuple[range, Tally], None, None]:
    """Whole chunks, and the last one, with their tallies."""
    if isinstance(workers, Cluster):
        yield from workers.tallies(scenario, todo, seed)
        return
    book = open_book(scenario)

    def work(outcome: Outcome) -> Tally:
        return tally(book, outcome)

    found = over_chunks(scenario, paths=todo, seed=seed, threads=workers, work=work)
    with closing(found):
        yield from zip(chunks(todo), found, strict=True)


@contextmanager
def opened(file: Path, part: Part) -> Iterator[tuple[Part, Keep]]:
    """Hold a checkpoint for one process: gives the part with what the file has, and saves to it.

    Raises
    ------
    UsageError : another process holds it; it is of another run; it has more paths than wanted.
    RunError : it is damaged, or cannot be read or written.
    """
    with _locked(file):
        part_files.remove_drafts(file)
        kept = part_files.load(file) if file.exists() else part
        if difference := part.key.difference(kept.key):
            raise UsageError(f"{file}: is {difference}: remove it, or name another --checkpoint")
        if not alike(part.whole, kept.whole):
            raise RunError(
                f"{file}: is damaged: its tally is of other issuers or months: remove it"
            )
        if excess := without(kept.covered, [part.share]):
            has = excess[-1].stop
            raise UsageError(
                f"{file}: has {counted(has, 'path')} already, more than --paths {part.paths:,}: "
                f"give --paths {has} or more, or another --checkpoint"
            )
        yield part.joined(kept.of_run(part.paths)), lambda found: part_files.save(found, file)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Keep every other process away from a file while the block runs, where the system can."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise RunError(f"{file.parent}: cannot be written: {error.strerror}") from error
    try:
        if fcntl is not None:
            _lock(handle, file)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, file: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(
            f"{file}: another process is at work on it: wait for that one, or name another "
            "--checkpoint"
        ) from error
    except OSError:  # a network folder without locks: as on a system without them
        return
