"""Peak memory of whole processes, which must not grow with the paths."""

import signal
import subprocess
import sys
import threading
from typing import Final

from neocloud_mc.views.render.grid import Grid
from tests.benchmarks.rates import SCENARIO

_PATIENCE: Final = 30.0
"""Seconds after which a run is interrupted."""
_PROGRAM: Final = """
import signal, sys
from pathlib import Path
from neocloud_mc.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
code = main(sys.argv[1:])
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0], file=sys.stderr)
sys.exit(code)
"""
"""Tells its own peak, in kibibytes: what a parent is told includes the parent's.

It can be interrupted in the background too, where a shell has interruptions ignored.
"""


def memory() -> Grid:
    """Most memory that a run holds at once."""
    title = "Peak memory of the process"
    if sys.platform != "linux":
        return Grid(title, ("command",), (("needs /proc of Linux",),))
    rows = []
    for paths in (100_000, 1_000_000, 100_000_000):
        megabytes, is_whole = _peak(paths)
        ending = "" if is_whole else f", interrupted after {_PATIENCE:.0f} s"
        rows.append((f"run --paths {paths:,}{ending}", f"{megabytes:.0f} MB"))
    return Grid(title, ("command", "peak"), tuple(rows))


def _peak(paths: int) -> tuple[float, bool]:
    """Megabytes, and whether the run came to its end."""
    command = [sys.executable, "-c", _PROGRAM, "run", SCENARIO, "-q", "--paths", str(paths)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        alarm = threading.Timer(_PATIENCE, process.send_signal, (signal.SIGINT,))
        alarm.start()
        _, told = process.communicate()
        alarm.cancel()
    if process.returncode not in (0, 128 + signal.SIGINT):
        raise RuntimeError(f"a run of {paths:,} paths failed: {told}")
    return int(told.split()[-1]) * 1024 / 1e6, process.returncode == 0
