"""How far a compilation has come, function by function."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from numba.core.event import Listener

from neocloud_mc import sources

_MARK: Final = "\n@jit."
_OF_FUNCTIONS: Final = 0.8
"""Their share of the time; the rest is the kernel as a whole, which comes last."""


class FunctionsCompiled(Listener):
    """Counts the functions that are compiled, of all that a kernel is made of.

    Parameters
    ----------
    kernel : its file.
    tell : called with the share that is done, 0 to 1.
    """

    def __init__(self, kernel: Path, tell: Callable[[float], None]) -> None:
        files = sources.files(kernel)
        self._n_functions = sum(file.read_text(encoding="utf-8").count(_MARK) for file in files)
        self._n_done = 0
        self._tell = tell

    def on_start(self, event: Any) -> None:
        """Nothing is done yet."""

    def on_end(self, event: Any) -> None:
        """Tell how far it is."""
        self._n_done += 1
        self._tell(_OF_FUNCTIONS * min(1.0, self._n_done / self._n_functions))
