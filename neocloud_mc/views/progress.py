"""How far a run has come: a bar where a person looks, a line now and then where a log is kept."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from neocloud_mc.views.terminal import printable, stderr

_SECONDS_BETWEEN_LINES: Final = 10.0

Told = Callable[[int], None]
"""Called with the number of paths done so far."""


@contextmanager
def progress(name: str, paths: int, *, is_quiet: bool) -> Iterator[Told]:
    """Show the progress of a run on standard error while the block runs."""
    if is_quiet:
        yield lambda n_done: None
    elif sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task(printable(name), total=paths)
            yield lambda n_done: bar.update(task, completed=n_done)
    else:
        yield _Log(name, paths)


def announce(text: str, *, is_quiet: bool) -> None:
    """Say on standard error what takes a while."""
    if not is_quiet:
        print(text, file=sys.stderr, flush=True)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("paths"),
        TimeRemainingColumn(),
        console=stderr(),
        transient=True,
    )


class _Log:
    """A plain line about every ten seconds."""

    def __init__(self, name: str, paths: int) -> None:
        self._name, self._paths = printable(name), paths
        self._next = time.monotonic() + _SECONDS_BETWEEN_LINES

    def __call__(self, n_done: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _SECONDS_BETWEEN_LINES
            share = n_done / self._paths
            line = f"{self._name}: {n_done:,} of {self._paths:,} paths ({share:.0%})"
            print(line, file=sys.stderr, flush=True)
