"""Peak memory of whole processes: does it grow with the paths?"""

import os
import signal
import subprocess
import sys
import threading
from typing import Final

from neocloud_mc.views.grid import Grid
from tests.benchmarks.rates import SCENARIO

_PATIENCE: Final = 60.0
"""Seconds after which a run is interrupted."""
_UNIT: Final = 1.0 if sys.platform == "darwin" else 1024.0
"""Bytes in which the system counts memory."""


def memory() -> Grid:
    """Most memory that a run holds at once."""
    rows = []
    for paths in (100_000, 1_000_000, 100_000_000):
        megabytes, is_whole = _peak(paths)
        ending = "" if is_whole else f", interrupted after {_PATIENCE:.0f} s"
        rows.append((f"run --paths {paths:,}{ending}", f"{megabytes:.0f} MB"))
    return Grid("Peak memory of the process", ("command", "peak"), tuple(rows))


def _peak(paths: int) -> tuple[float, bool]:
    """Megabytes, and whether the run came to its end."""
    command = [sys.executable, "-m", "neocloud_mc", "run", SCENARIO, "-q", "--paths", str(paths)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    alarm = threading.Timer(_PATIENCE, process.send_signal, (signal.SIGINT,))
    alarm.start()
    _, status, usage = os.wait4(process.pid, 0)
    alarm.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 128 + signal.SIGINT):
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return usage.ru_maxrss * _UNIT / 1e6, process.returncode == 0
