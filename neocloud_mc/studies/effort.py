"""How much a study simulates, who does it, and who is told how far it is."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from neocloud_mc.engine.checkpoint import Workers
from neocloud_mc.engine.cluster import Cluster
from neocloud_mc.engine.compilation import Share, make_ready

Told = Callable[[int], None]
"""Called with the number of paths done so far."""


class Watch(Protocol):
    """Who is told how the work goes on: a terminal, or a log."""

    def warn(self, doubts: Iterable[str]) -> None:
        """Tell doubts about a scenario."""

    def announce(self, text: str) -> None:
        """Say what takes a while."""

    def compiling(self) -> AbstractContextManager[Share]:
        """Stand around a compilation, say how long it takes, and take how far it is."""

    def simulating(self, name: str, paths: int) -> AbstractContextManager[Told]:
        """Stand around the simulation of so many paths, and take how many are done."""


@dataclass(frozen=True)
class Effort:
    """How much is simulated, by whom, who is told, and since when."""

    paths: int
    seed: int
    threads: int | None
    watch: Watch = field(kw_only=True)
    cluster: Cluster | None = field(default=None, kw_only=True)
    started: datetime = field(default_factory=lambda: datetime.now(UTC), kw_only=True)

    @property
    def workers(self) -> Workers:
        """Who simulates."""
        return self.cluster or self.threads

    def prepare(self) -> None:
        """Compile the kernels if that has not been done; a cluster does so itself."""
        if self.cluster is None:
            make_ready(self.watch.compiling)
