"""Processor time of a process: what it does, however busy the machine is."""

import os
import resource
import subprocess
from pathlib import Path
from typing import Any


def seconds_used(process: subprocess.Popen[Any]) -> float:
    """By a process that runs, from its start."""
    ticks = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def seconds_of_the_ended() -> float:
    """By all processes that this one has started and seen end."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
