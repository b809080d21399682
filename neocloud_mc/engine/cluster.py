"""Paths shared out to a Dask cluster: ranges of whole chunks go out, exact tallies come back.

Tallies are integers and extremes, so the order in which they come does not matter. A task is a
pure function of the scenario, the paths and the seed: where a worker is lost, Dask gives its tasks
to another one, and nothing is counted twice.
"""

import pickle
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final

from neocloud_mc.engine.cluster_tasks import (
    AHEAD,
    FIRST_CHUNKS,
    Found,
    Identity,
    compare,
    cut,
    identity,
    n_chunks_next,
    pace,
    work,
)
from neocloud_mc.errors import NeocloudError, RunError
from neocloud_mc.results.shards.ranges import Ranges, told, without
from neocloud_mc.results.tally import Tally
from neocloud_mc.scenario.model import Scenario

SECONDS_FOR_WORKERS: Final = 60.0
"""How long a cluster may be without any."""
_SECONDS_TO_LOOK: Final = 2.0
"""Between two looks at how many workers there are."""
_RETRIES: Final = 3


@dataclass(frozen=True)
class Cluster:
    """Workers that simulate for a client of Dask.

    Parameters
    ----------
    client : `distributed.Client`.
    name : of the cluster in messages.
    """

    client: Any
    name: str

    def tallies(
        self, scenario: Scenario, todo: Ranges, seed: int
    ) -> Generator[tuple[range, Tally], None, None]:
        """Simulate paths on the cluster; closing the generator cancels what is in flight.

        Parameters
        ----------
        todo : begin at multiples of `CHUNK_PATHS`, as all but the last end there.

        Yields
        ------
        Ranges of whole chunks, or the last chunk, with their tallies, in the order of arrival.

        Raises
        ------
        RunError : the scheduler or all workers are lost, or a task fails again and again.
        """
        task = (pickle.dumps(scenario), seed, identity())
        flying: dict[str, tuple[Any, range]] = {}
        landed: SimpleQueue[Any] = SimpleQueue()
        chunks, crew = float(FIRST_CHUNKS), _Crew(self)
        try:
            while todo or flying:
                while todo and len(flying) < AHEAD * crew.threads:
                    piece = cut(todo, n_chunks_next(todo, chunks, crew.threads))
                    todo = without(todo, [piece])
                    future = self._submit(piece, task)
                    flying[future.key] = future, piece
                    future.add_done_callback(landed.put)
                future, piece = flying.pop(crew.await_next(landed).key)
                tally, seconds = self._result(future, piece)
                chunks = pace(piece, seconds)
                yield piece, tally
        finally:
            with suppress(Exception):
                self.client.cancel([future for future, _ in flying.values()])

    def threads(self) -> int:
        """How many tasks its workers take at once; 0: there are none."""
        with self._spoken_to():
            return sum(self.client.nthreads().values())

    def await_workers(self) -> None:
        """Wait until there is a worker.

        Raises
        ------
        RunError : there is none for `SECONDS_FOR_WORKERS`.
        """
        with self._spoken_to():
            try:
                self.client.wait_for_workers(1, timeout=SECONDS_FOR_WORKERS)
            except TimeoutError:
                raise RunError(
                    f"--dask {self.name}: no worker came within {SECONDS_FOR_WORKERS:.0f} seconds: "
                    f"start some with: dask worker {self.name}"
                ) from None

    def check(self) -> None:
        """Make sure that scheduler and workers have this very program.

        Raises
        ------
        RunError : one of them has another version, or none.
        """
        with self._spoken_to():
            found = self.client.run(identity, on_error="return")
        for address, its in found.items():
            compare(f"--dask {self.name}: worker {address}", its)
        try:
            its = self.client.run_on_scheduler(identity)
        except Exception as error:
            its = error
        compare(f"--dask {self.name}: the scheduler", its)

    def _submit(self, piece: range, task: tuple[bytes, int, Identity]) -> Any:
        with self._spoken_to():
            return self.client.submit(work, piece, *task, pure=False, retries=_RETRIES)

    def _result(self, future: Any, piece: range) -> Found:
        """What a task found, or why it failed, for a reader."""
        from distributed import KilledWorker

        try:
            with self._spoken_to():
                found: Found = future.result()
        except KilledWorker:
            raise RunError(
                f"--dask {self.name}: {told(piece)}: every worker that tried them was lost: see "
                "the workers' logs; they may lack memory"
            ) from None
        return found

    @contextmanager
    def _spoken_to(self) -> Iterator[None]:
        """Turn a lost connection and whatever else Dask raises into one line."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            yield
        except (NeocloudError, KilledWorker):
            raise
        except (OSError, TimeoutError, FutureCancelledError) as error:
            raise RunError(f"--dask {self.name}: the scheduler is lost: start it again") from error
        except Exception as error:
            line = str(error).partition("\n")[0]
            raise RunError(f"--dask {self.name}: {type(error).__name__}: {line}") from error


class _Crew:
    """How many threads a cluster has, looked at now and then, and waited for if there are none."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._look()

    @property
    def threads(self) -> int:
        if time.monotonic() > self._looked_at + _SECONDS_TO_LOOK:
            self._look()
        return max(self._threads, 1)

    def await_next(self, landed: SimpleQueue[Any]) -> Any:
        """The next task that is done; waits for workers if all are gone."""
        while True:
            try:
                return landed.get(timeout=_SECONDS_TO_LOOK)
            except Empty:
                self._look()
                if self._threads == 0:
                    self._cluster.await_workers()

    def _look(self) -> None:
        self._threads, self._looked_at = self._cluster.threads(), time.monotonic()
