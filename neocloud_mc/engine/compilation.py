"""The kernels compiled before anything is simulated: a step of its own, and never a silent one.

The columns of the tables never depend on a scenario, so empty tables are enough to compile for all.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from neocloud_mc import jit
from neocloud_mc.engine import history, memory
from neocloud_mc.engine.layouts import LAYOUTS
from neocloud_mc.engine.records import table
from neocloud_mc.engine.tables import LANES, Tables
from neocloud_mc.results import sums

Share = Callable[[float], None]
"""Called with the share of a compilation that is done, 0 to 1."""
Telling = Callable[[], AbstractContextManager[Share]]
"""Makes what stands around a compilation, says that it takes a while, and is told how far it is."""

_LOG: Final = logging.getLogger("neocloud_mc")


@contextmanager
def logged() -> Iterator[Share]:
    """Say on the log what a caller of the Python API waits for; shown unless logging is set up."""
    _LOG.warning("compiling the kernels, once for this version: 15 seconds, or up to a minute …")
    begun = time.monotonic()
    yield lambda share: None
    _LOG.warning("compiled the kernels in %.0f s", time.monotonic() - begun)


def make_ready(told: Telling = logged) -> None:
    """Compile the path loop, or load it.

    Parameters
    ----------
    told : stands around a compilation, not around loading.

    Raises
    ------
    RunError : the process may not have the memory that this takes.
    """
    if is_needed():
        memory.require(memory.COMPILING, "compiling the kernels")
        with told() as tell, _counted(tell):
            load()
        return
    if not load.cache_info().currsize:
        memory.require(memory.LOADING, "running the kernels")
    load()


@contextmanager
def _counted(tell: Share) -> Iterator[None]:
    """Tell how far it is what is compiled while the block runs."""
    from numba.core import event

    from neocloud_mc.engine.compilation_progress import FunctionsCompiled

    with event.install_listener("numba:compile", FunctionsCompiled(Path(history.__file__), tell)):
        yield


def is_needed() -> bool:
    """Whether the kernels are neither in this process nor on disk."""
    is_off = os.environ.get("NUMBA_DISABLE_JIT", "0") != "0"
    return not (is_off or load.cache_info().currsize or jit.is_compiled())


@cache
def load() -> None:
    """Compile or load, silently; once in a process."""
    tables = {name: table(layout, [], LANES) for name, layout in LAYOUTS.items()}
    tables["market"] = table(LAYOUTS["market"], [{}], LANES)
    arguments = Tables(**tables, calendar=np.empty((0, 1))).arguments
    history.history((0, 0), np.empty((0, 0)), *arguments)
    sums.load()
