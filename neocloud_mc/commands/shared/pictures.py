"""What `report` and `plot` have in common: their options, and a scenario under each stress."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from neocloud_mc.commands.shared import options
from neocloud_mc.studies.defaults import FAN_PATHS, MOST_FAN_PATHS, PATHS_OF_STRESSES

if TYPE_CHECKING:
    from neocloud_mc.scenario.load import Loaded

Page = Annotated[
    Path | None,
    options.written("The file of the page, such as report.html; - is standard output."),
]
Picture = Annotated[
    Path | None,
    options.written("The file of the picture, in the format of its suffix: .svg, .png, .pdf."),
]
_EVERY_STRESS: Final = ("@stress/*", "@stress/*/*")


def _fan_paths(text: str | int) -> int:
    """Read how many paths are followed month by month.

    Raises
    ------
    typer.BadParameter : no whole number, or more than memory is meant for.
    """
    number = options.positive(text)
    if number > MOST_FAN_PATHS:
        raise typer.BadParameter(f"{text} is above {MOST_FAN_PATHS}")
    return number


FanPaths = Annotated[
    int,
    typer.Option(
        "--fan-paths",
        metavar="N",
        parser=_fan_paths,
        help="First paths of the run that are followed month by month, for prices, cash, debt, "
        f"DSCR and LTV; at most {MOST_FAN_PATHS:,}.",
    ),
]
Stresses = Annotated[
    list[str] | None,
    typer.Option(
        "--stress",
        metavar="OVERLAY",
        show_default=False,
        help="Stress: an overlay, or @NAME such as @stress/fire_sale, on at most "
        f"{PATHS_OF_STRESSES:,} paths; default: every shipped one that fits. Repeatable.",
    ),
]
FAN: Final = FAN_PATHS


def require() -> None:
    """Make sure, before anything is simulated, that pictures can be drawn.

    Raises
    ------
    UsageError : a library is not installed.
    RunError : the process may not have the memory that it takes.
    """
    from neocloud_mc.studies.report import require_memory
    from neocloud_mc.views.report.chart import require as require_libraries

    require_libraries()
    require_memory()


def stresses(
    source: str, overlays: list[str] | None, changed: options.Changes, *, is_quiet: bool
) -> list[Loaded]:
    """Load a scenario under each stress.

    Parameters
    ----------
    overlays : as given; none: every shipped one that fits, silently.

    Raises
    ------
    ScenarioError : one that was named does not fit.
    """
    from neocloud_mc.commands.shared import beside

    wanted = overlays or _EVERY_STRESS
    return beside.overlaid(source, wanted, changed, is_quiet=is_quiet or not overlays)
