"""Memory: how much the process may take, and whether a failure is for want of it.

Where a limit on the address space (`ulimit -v`) is reached, an allocation fails, and the compiler
ends the process where it stands; where a container's is, the system kills it. What the kernels need
is therefore compared with both limits before they are compiled or loaded.
"""

import errno
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from neocloud_mc.engine import control_groups
from neocloud_mc.errors import RunError

_MB: Final = 1e6
_STARVED: Final = (ImportError, OSError, SystemError)
"""What libraries that cannot be mapped, and the compiler, make of it."""
_NO_THREAD: Final = "can't start new thread"
"""As Python says it."""


@dataclass(frozen=True)
class Need:
    """Bytes that a run of few paths takes at the least, as measured.

    Parameters
    ----------
    address_space : reserved, much of it never used.
    resident : used.
    """

    address_space: float
    resident: float


COMPILING: Final = Need(650e6, 355e6)
LOADING: Final = Need(350e6, 90e6)


def require(need: Need, doing: str, root: Path = control_groups.SYSTEM) -> None:
    """Make sure that the process may have what it needs.

    Parameters
    ----------
    doing : what needs it, for the message.
    root : of the file system.

    Raises
    ------
    RunError : a limit is lower.
    """
    if _address_space() < need.address_space:
        raise RunError(
            f"out of memory: {doing} takes {_told(need.address_space)} of address space, and this "
            f"process may have {_told(_address_space())}: raise ulimit -v"
        )
    allowed = min(_resident(root), default=need.resident)
    if allowed < need.resident:
        raise RunError(
            f"out of memory: {doing} takes {_told(need.resident)}, and this container or job may "
            f"have {_told(allowed)}: give it more"
        )


def lack(error: BaseException) -> str:
    """What is lacking, in words, where a failure is for want of memory or threads; else empty."""
    if isinstance(error, RuntimeError) and _NO_THREAD in str(error):
        return "no more threads can be started: give fewer --threads, or raise ulimit -v or -u"
    if not _is_want_of_memory(error):
        return ""
    if _address_space() == float("inf"):
        return "out of memory"
    return f"out of memory: this process may have {_told(_address_space())}: raise ulimit -v"


def _is_want_of_memory(error: BaseException) -> bool:
    number = getattr(error, "errno", None)
    if isinstance(error, MemoryError) or number == errno.ENOMEM:
        return True
    is_of_that_kind = isinstance(error, _STARVED) and number is None
    return is_of_that_kind and _address_space() < LOADING.address_space


def _address_space() -> float:
    """Bytes of address space that the process may have."""
    if sys.platform == "win32":
        return float("inf")
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return float("inf") if limit == resource.RLIM_INFINITY else float(limit)


def _resident(root: Path) -> Iterator[float]:
    """Bytes that each control group around the process may use; nothing where it sets no limit."""
    for folder in control_groups.folders("memory", root):
        for name in ("memory.max", "memory.limit_in_bytes"):
            try:
                yield float((folder / name).read_text())
            except (OSError, ValueError):
                continue


def _told(n_bytes: float) -> str:
    return f"{n_bytes / _MB:,.0f} MB"
