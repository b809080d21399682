"""Monte Carlo credit risk of GPU clouds: default probabilities from scenario files.

    >>> from neocloud_mc import estimate, load, simulate
    >>> scenario = load("@neoclouds", horizon=24)
    >>> result = simulate(scenario, paths=4096)
    >>> 0.0 < estimate(result, "coreweave.pd.24").value < 1.0
    True

Each name is imported when it is first used, so that a command that simulates nothing does not wait
for those that do. `neocloud-mc docs python` is a worked session.

Of the standard library nothing is imported here: the command line begins with this file, and hears
Ctrl-C only from its own `main` on.
"""

from __future__ import annotations

from neocloud_mc.errors import NeocloudError, RunError, ScenarioError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from neocloud_mc.api.data import backtest, fit
    from neocloud_mc.api.inputs import load
    from neocloud_mc.api.page import report
    from neocloud_mc.api.result import Result
    from neocloud_mc.api.runs import estimate, rare_event, simulate
    from neocloud_mc.api.verbs import (
        breakeven,
        compare,
        explain,
        sensitivity,
        shapley,
        sweep,
    )

__version__: Final = "1.0.0"
__all__ = [
    "NeocloudError",
    "Result",
    "RunError",
    "ScenarioError",
    "UsageError",
    "backtest",
    "breakeven",
    "compare",
    "estimate",
    "explain",
    "fit",
    "load",
    "rare_event",
    "report",
    "sensitivity",
    "shapley",
    "simulate",
    "sweep",
]
_ROOMS: Final = {
    **{"Result": "result", "load": "inputs", "report": "page"},
    **dict.fromkeys(("backtest", "fit"), "data"),
    **dict.fromkeys(("estimate", "rare_event", "simulate"), "runs"),
}
"""Where a name is, but for the verbs."""


def __getattr__(name: str) -> Any:
    """A name of the Python API, from where it is."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"neocloud_mc.api.{_ROOMS.get(name, 'verbs')}"), name)
