"""Processes that tests start: they heed Ctrl-C, and their work is told, however busy the machine.

A shell that starts the tests in the background has them ignore Ctrl-C, and what they start too.
"""

import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def heeding_interrupts() -> Iterator[None]:
    """Processes that the block starts heed Ctrl-C, whether or not this one does."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def seconds_used(process: subprocess.Popen[Any]) -> float:
    """By a process that runs, from its start."""
    ticks = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def seconds_of_the_ended() -> float:
    """By all processes that this one has started and seen end."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
