"""Options that commands share, declared once: use them as the annotations of parameters.

def run(scenarios: Scenarios, paths: Paths = PATHS, settings: Settings = None) -> None:
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from neocloud_mc.quantities import MAX_MONTHS

PATHS: Final = 1_000_000
SEED: Final = 1
_MOST: Final = 2**62


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


def whole(text: str | int) -> int:
    """Read a whole number such as ``1_000_000`` or ``1e6``.

    Raises
    ------
    typer.BadParameter : no whole number, or one below 0 or above 2**62.
    """
    try:
        number = float(text) if "e" in str(text).lower() else int(text)
        is_whole = number == int(number)
    except (ValueError, OverflowError):
        is_whole = False
    if not is_whole:
        raise typer.BadParameter(f"{str(text)!r} is no whole number such as 1_000_000 or 1e6")
    if not 0 <= number <= _MOST:
        raise typer.BadParameter(f"{text} is outside 0 to {_MOST}")
    return int(number)


def positive(text: str | int) -> int:
    """Read a whole number above 0.

    Raises
    ------
    typer.BadParameter : as `whole`, or 0.
    """
    number = whole(text)
    if number == 0:
        raise typer.BadParameter("0 is not above 0")
    return number


def months(text: str | int) -> int:
    """Read a number of months.

    Raises
    ------
    typer.BadParameter : as `whole`, or outside 1 to `MAX_MONTHS`.
    """
    number = whole(text)
    if not 1 <= number <= MAX_MONTHS:
        raise typer.BadParameter(f"{text} is outside 1 to {MAX_MONTHS} months")
    return number


def with_horizon(settings: list[str] | None, horizon: int | None) -> list[str]:
    """The settings of a command line, its horizon among them."""
    own = [] if horizon is None else [f"horizon_months={horizon}"]
    return [*(settings or ()), *own]


Scenarios = Annotated[
    list[str],
    typer.Argument(
        metavar="SCENARIO", show_default=False, help="Scenario files; - is standard input."
    ),
]
Scenario = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", show_default=False, help="Scenario file; - is standard input."
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        show_default=False,
        help="Change a value, as in --set issuers.acme.cash=2e9; null removes it. Repeatable.",
    ),
]
Paths = Annotated[
    int,
    typer.Option(
        "--paths", metavar="N", parser=positive, envvar="NEOCLOUD_MC_PATHS", help="Paths simulated."
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", metavar="N", parser=whole, envvar="NEOCLOUD_MC_SEED", help="Seed of all draws."
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        metavar="N",
        parser=positive,
        envvar="NEOCLOUD_MC_THREADS",
        show_default=False,
        help="Threads; default: all processors. Never changes a result.",
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option(
        "--horizon",
        metavar="MONTHS",
        parser=months,
        show_default=False,
        help="Months simulated; default: the scenario's.",
    ),
]
OutputFormat = Annotated[
    Format, typer.Option("--format", envvar="NEOCLOUD_MC_FORMAT", help="How results are written.")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        show_default=False,
        help="Write results to a file instead of standard output.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no warnings.")]
