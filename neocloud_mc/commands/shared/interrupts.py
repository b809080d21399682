"""Ctrl-C, SIGTERM, a closed terminal: the first ends the command, never in the midst of a save.

No other is heard.

What must not be cut short runs in `held`: an interrupt that comes meanwhile is raised at its end.
Once one is raised, all that the command does is to save and to end, and a second one, from a user
or a batch system in a hurry, would lose the work that is being saved.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from neocloud_mc.errors import Terminated


class _Ear:
    """What was heard since `listen`."""

    first: int | None = None
    is_raised = False
    n_held = 0


def listen() -> None:
    """Heed signals from here on; a process that was started deaf to one stays so."""
    _Ear.first, _Ear.is_raised, _Ear.n_held = None, False, 0
    signal.signal(signal.SIGTERM, _hear)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _hear)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _hear)


@contextmanager
def held() -> Iterator[None]:
    """Put an interrupt off until the block is done."""
    _Ear.n_held += 1
    try:
        yield
    finally:
        _Ear.n_held -= 1
        _raise_what_waits()


def _hear(number: int, frame: Any) -> None:
    if _Ear.first is None:
        _Ear.first = number
        _raise_what_waits()


def _raise_what_waits() -> None:
    if _Ear.first is None or _Ear.is_raised or _Ear.n_held:
        return
    _Ear.is_raised = True
    raise KeyboardInterrupt if _Ear.first == signal.SIGINT else Terminated
