"""Tells a program's log how a study goes on."""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from neocloud_mc.engine.compilation import Share, logged
from neocloud_mc.studies.effort import Told

_LOG: Final = logging.getLogger("neocloud_mc")
SECONDS_BETWEEN_LINES: Final = 10.0


class LogWatch:
    """Writes to the logger `neocloud_mc`: doubts as warnings, progress as information."""

    def warn(self, doubts: Iterable[str]) -> None:
        """Write each on a line."""
        for line in doubts:
            _LOG.warning("%s", line)

    def announce(self, text: str) -> None:
        """Write it on a line."""
        _LOG.info("%s", text)

    def compiling(self) -> AbstractContextManager[Share]:
        """Say how long a compilation takes."""
        return logged()

    @contextmanager
    def simulating(self, name: str, paths: int) -> Iterator[Told]:
        """Say about every ten seconds how many of so many paths are done."""
        next_line = time.monotonic() + SECONDS_BETWEEN_LINES

        def told(n_done: int) -> None:
            nonlocal next_line
            if time.monotonic() >= next_line:
                next_line = time.monotonic() + SECONDS_BETWEEN_LINES
                _LOG.info("%s: %s of %s paths", name, f"{n_done:,}", f"{paths:,}")

        yield told
