"""What a worker of a cluster does, and how the paths of a run are cut into such tasks."""

import pickle
import time
from typing import Final

from neocloud_mc import __version__, jit
from neocloud_mc.engine.compilation import load
from neocloud_mc.engine.run import CHUNK_PATHS, model, simulate
from neocloud_mc.errors import RunError
from neocloud_mc.results.shards.ranges import Ranges, count
from neocloud_mc.results.tally import Tally

AHEAD: Final = 2
"""Tasks in flight for each thread."""
FIRST_CHUNKS: Final = 4
"""Of the tasks before anybody knows how long a chunk takes."""
_MOST_CHUNKS: Final = 256
_SECONDS_A_TASK: Final = 4.0
"""Reading and merging a tally takes 0.2 ms; a lost worker costs this much work."""
_SAME: Final = "install the same versions on every machine"

Identity = dict[str, str]
Found = tuple[Tally, float]
"""A tally, and the seconds that it took."""


def identity() -> Identity:
    """What must be the same everywhere for equal bits; runs on workers and the scheduler, too."""
    return {"neocloud-mc": __version__, "model": model(), **jit.compiler_versions()}


def work(piece: range, scenario: bytes, seed: int, expected: Identity) -> Found:
    """Simulate and tally paths, in one thread of a worker.

    Parameters
    ----------
    scenario : pickled.
    expected : the client's `identity`; a worker that came late has not been asked for its own.
    """
    compare("a worker", identity(), expected)
    load()  # the client says what is waited for
    clock = time.perf_counter()
    found = simulate(pickle.loads(scenario), paths=[piece], seed=seed, threads=1)
    return found, time.perf_counter() - clock


def compare(who: str, its: Identity | Exception, mine: Identity | None = None) -> None:
    """Refuse an identity that is not ours, or the exception in its place."""
    if isinstance(its, Exception):
        line = str(its).partition("\n")[0]
        raise RunError(f"{who} cannot run neocloud-mc: {line}: {_SAME}") from its
    for name, version in (mine or identity()).items():
        if its.get(name) != version:
            raise RunError(f"{who} has {name} {its.get(name)}, this machine {version}: {_SAME}")


def cut(todo: Ranges, n_chunks: int) -> range:
    """The first so many chunks; a last chunk that is not whole comes alone."""
    first = todo[0]
    stop = min(first.start + n_chunks * CHUNK_PATHS, first.stop)
    whole = stop - stop % CHUNK_PATHS
    return range(first.start, whole if whole > first.start else stop)


def n_chunks_next(todo: Ranges, pace: float, threads: int) -> int:
    """Chunks of the next task: some seconds of work, and less towards the end, to end together."""
    fair = count(todo) / CHUNK_PATHS / (AHEAD * threads)
    return max(1, int(min(pace, fair, _MOST_CHUNKS)))


def pace(piece: range, seconds: float) -> float:
    """Chunks of a task of some seconds, if `piece` took so long."""
    return len(piece) / CHUNK_PATHS * _SECONDS_A_TASK / max(seconds, 1e-3)
