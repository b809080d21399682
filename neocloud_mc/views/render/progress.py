"""How far a run has come: a bar where a person looks, a line now and then where a log is kept."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from neocloud_mc.views.render.terminal import stderr
from neocloud_mc.views.render.text import printable

SECONDS_BETWEEN_LINES: Final = 10.0

Told = Callable[[int], None]
"""Called with the number of paths done so far."""
Share = Callable[[float], None]
"""Called with the share that is done, 0 to 1."""


@dataclass(frozen=True)
class TerminalWatch:
    """Tells on standard error how a study goes on."""

    is_quiet: bool

    def warn(self, doubts: Iterable[str]) -> None:
        """Write each on a line."""
        for line in doubts:
            self.announce(printable(line))

    def announce(self, text: str) -> None:
        """Write it on a line."""
        announce(text, is_quiet=self.is_quiet)

    def compiling(self) -> AbstractContextManager[Share]:
        """Say how long a compilation takes."""
        doing = "compiling the kernels, once for this version"
        return waiting(doing, "compiled the kernels", is_quiet=self.is_quiet)

    def simulating(self, name: str, paths: int) -> AbstractContextManager[Told]:
        """Say how many of so many paths are done."""
        return progress(name, paths, is_quiet=self.is_quiet)


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


@contextmanager
def waiting(doing: str, done: str, *, is_quiet: bool) -> Iterator[Share]:
    """Show on standard error how long a step takes, and how much longer as far as it says.

    Parameters
    ----------
    doing, done : what is told while the block runs, and with its length after it.

    Yields
    ------
    What is told the share that is done.
    """
    begun = time.monotonic()
    with ExitStack() as shown:
        if is_quiet:
            yield lambda share: None
        elif sys.stderr.isatty():
            clock = shown.enter_context(_clock())
            task = clock.add_task(f"{doing} …", total=None)
            yield lambda share: clock.update(task, completed=share)
        else:
            yield shown.enter_context(_lines(doing, begun))
    announce(f"{done} in {time.monotonic() - begun:.0f} s", is_quiet=is_quiet)


def announce(text: str, *, is_quiet: bool) -> None:
    """Say on standard error what takes a while."""
    if not is_quiet:
        print(text, file=sys.stderr, flush=True)


def time_left(seconds: float, share: float) -> str:
    """After a comma, how much longer work takes of which a share took so many seconds."""
    if not 0.0 < share < 1.0:
        return ""
    left = seconds * (1.0 - share) / share
    return f", about {left / 60:.0f} min left" if left >= 90.0 else f", about {left:.0f} s left"


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        _Counts(),
        TextColumn("paths"),
        TimeRemainingColumn(),
        console=stderr(),
        transient=True,
    )


def _clock() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        _Seconds(),
        console=stderr(),
        transient=True,
        refresh_per_second=2,
    )


class _Counts(ProgressColumn):
    """How much of how much is done."""

    def render(self, task: Task) -> Text:
        """Write both with separators."""
        return Text(f"{task.completed:,.0f} of {task.total or 0.0:,.0f}")


class _Seconds(ProgressColumn):
    """The time since a task began, and how much longer it takes."""

    def render(self, task: Task) -> Text:
        """Write it in whole seconds."""
        seconds = task.elapsed or 0.0
        return Text(f"{seconds:.0f} s{time_left(seconds, task.completed)}")


@contextmanager
def _lines(doing: str, begun: float) -> Iterator[Share]:
    """Write a line at once, and one about every ten seconds while the block runs."""
    is_over = Event()
    done = 0.0

    def reach(share: float) -> None:
        nonlocal done
        done = share

    def tell() -> None:
        while not is_over.wait(SECONDS_BETWEEN_LINES):
            seconds = time.monotonic() - begun
            left = time_left(seconds, done)
            print(f"{doing} … {seconds:.0f} s{left}", file=sys.stderr, flush=True)

    print(f"{doing} …", file=sys.stderr, flush=True)
    teller = Thread(target=tell, name="clock", daemon=True)
    teller.start()
    try:
        yield reach
    finally:
        is_over.set()
        teller.join()


class _Log:
    """A plain line about every ten seconds."""

    def __init__(self, name: str, paths: int) -> None:
        self._name, self._paths = printable(name), paths
        self._begun = time.monotonic()
        self._next = self._begun + SECONDS_BETWEEN_LINES

    def __call__(self, n_done: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + SECONDS_BETWEEN_LINES
            share = n_done / self._paths
            left = time_left(time.monotonic() - self._begun, share)
            line = f"{self._name}: {n_done:,} of {self._paths:,} paths ({share:.0%}{left})"
            print(line, file=sys.stderr, flush=True)
