"""Monte Carlo credit risk of GPU clouds: default probabilities from scenario files.

    >>> from neocloud_mc import estimate, load, open_book, simulate
    >>> scenario = load("@neoclouds").scenario
    >>> tally = simulate(scenario, paths=100_000, seed=1)
    >>> estimate(open_book(scenario), tally).issuers["coreweave"].pd[60].value
    0.42402

Each name is imported from its stage when it is first used, so that a command that simulates nothing
does not wait for those that do.
"""

from importlib import import_module
from typing import Any, Final

__version__: Final = "1.0.0"

_STAGES: Final = {
    "load": "neocloud_mc.scenario.load",
    "open_book": "neocloud_mc.engine.bookkeeping",
    "simulate": "neocloud_mc.engine.run",
    "estimate": "neocloud_mc.results.estimates",
}


def __getattr__(name: str) -> Any:
    """A name of the Python API, from the stage that has it."""
    if name not in _STAGES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_STAGES[name]), name)
