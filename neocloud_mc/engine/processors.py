"""How many processors the process may use: its affinity, and a container's share of time."""

import os
import platform
from collections.abc import Iterator
from pathlib import Path

from neocloud_mc.engine import control_groups


def processors(root: Path = control_groups.SYSTEM) -> int:
    """Processors that this process may use, at least 1.

    Parameters
    ----------
    root : of the file system; the tests have one of their own.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min([usable or 1, *_shares(root)]))


def processor() -> str:
    """Name of the processor, as its system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _shares(root: Path) -> Iterator[int]:
    """Whole processors that each control group around the process grants it."""
    for folder in control_groups.folders("cpu", root):
        yield from _share(folder)


def _share(folder: Path) -> Iterator[int]:
    """Processors' worth of time in each period; nothing where there is no limit."""
    try:
        if (folder / "cpu.max").exists():
            quota, period = map(int, (folder / "cpu.max").read_text().split())
        else:
            quota = int((folder / "cpu.cfs_quota_us").read_text())
            period = int((folder / "cpu.cfs_period_us").read_text())
    except (OSError, ValueError):
        return
    if quota > 0:
        yield quota // period
