"""Options that commands share, declared once: use them as the annotations of parameters.

def run(scenarios: Scenarios, paths: Paths = PATHS, settings: Settings = None) -> None:
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from neocloud_mc.commands.shared import completion
from neocloud_mc.quantities import MAX_MONTHS
from neocloud_mc.studies.defaults import LARGEST_SEED, MOST_PATHS, MOST_THREADS

_STREAM: Final = "-"


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


class ResultFormat(StrEnum):
    """How the result of a run is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    PARQUET = "parquet"
    XLSX = "xlsx"


def whole(text: str | int, most: int = MOST_PATHS) -> int:
    """Read a whole number such as ``1_000_000`` or ``1e6``.

    Raises
    ------
    typer.BadParameter : no whole number, or one below 0 or above `most`.
    """
    try:
        number = float(text) if "e" in str(text).lower() else int(text)
        is_whole = number == int(number)
    except (ValueError, OverflowError):
        is_whole = False
    if not is_whole:
        raise typer.BadParameter(f"{str(text)!r} is not a whole number such as 1_000_000 or 1e6")
    if not 0 <= number <= most:
        raise typer.BadParameter(f"{text} is outside 0 to {most}")
    return int(number)


def seed(text: str | int) -> int:
    """Read the key of a run's draws, 0 to 2**64 − 1."""
    return whole(text, LARGEST_SEED)


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


def threads(text: str | int) -> int:
    """Read a number of threads.

    Raises
    ------
    typer.BadParameter : as `positive`, or more than anybody has.
    """
    number = positive(text)
    if number > MOST_THREADS:
        raise typer.BadParameter(f"{text} is outside 1 to {MOST_THREADS}")
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


def place(text: str | Path) -> Path:
    """Read the name of a file or a folder.

    Raises
    ------
    typer.BadParameter : it is empty, which would be the current folder, or stands for a stream.
    """
    if str(text) in ("", _STREAM):
        raise typer.BadParameter(f"{str(text)!r} is not a name: give that of a file or a folder")
    return Path(text)


def place_or_stdout(text: str | Path) -> Path | None:
    """Read the name of a file to write; None: standard output, which is ``-``.

    Raises
    ------
    typer.BadParameter : it is empty.
    """
    return None if str(text) == _STREAM else place(text)


def written(what: str, parser: Callable[[str], Path | None] = place_or_stdout) -> Any:
    """The option for the file that a command writes, with its help."""
    return typer.Option(
        "--output", "-o", metavar="FILE", parser=parser, show_default=False, help=what
    )


def is_given(context: typer.Context, name: str) -> bool:
    """Whether the command line or the environment gives a parameter."""
    source = context.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"


def given(options: Mapping[str, object]) -> str:
    """Those of some options that were given, for a sentence; empty: none."""
    return ", ".join(name for name, value in options.items() if value)


@dataclass(frozen=True)
class Changes:
    """What a command line changes in every scenario: overlays laid over it, then settings."""

    overlays: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The same as a command line, word by word."""
        laid = [word for overlay in self.overlays for word in ("--with", overlay)]
        return [*laid, *(word for setting in self.settings for word in ("--set", setting))]


def changes(
    overlays: list[str] | None, settings: list[str] | None, horizon: int | None = None
) -> Changes:
    """The changes of a command line, its horizon among them."""
    own = [] if horizon is None else [f"horizon_months={horizon}"]
    return Changes(tuple(overlays or ()), (*(settings or ()), *own))


Scenarios = Annotated[
    list[str],
    typer.Argument(
        metavar="SCENARIO",
        show_default=False,
        help="Scenario files, or @NAME of a shipped one; - is standard input.",
    ),
]
Scenario = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        show_default=False,
        help="Scenario file, or @NAME of a shipped one; - is standard input.",
    ),
]
Overlays = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="OVERLAY",
        show_default=False,
        help="Lay an overlay over the scenario, before --set: a file, or @NAME such as "
        "@stress/fire_sale. Repeatable.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        autocompletion=completion.keys,
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
        "--seed", metavar="N", parser=seed, envvar="NEOCLOUD_MC_SEED", help="Seed of all draws."
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        metavar="N",
        parser=threads,
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
_DEFAULT_FORMAT: Final = (
    "default: as the suffix of --output says, else NEOCLOUD_MC_FORMAT, else a table."
)
OutputFormat = Annotated[
    Format | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        show_default=False,
        help=f"How results are written: {', '.join(Format)}; {_DEFAULT_FORMAT}",
    ),
]
ResultOutputFormat = Annotated[
    ResultFormat | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        show_default=False,
        help=f"How results are written: {', '.join(ResultFormat)}; {_DEFAULT_FORMAT}",
    ),
]
Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="NAME",
        autocompletion=completion.measures,
        show_default=False,
        help="What is measured: a name of the list that the command measures prints, such as "
        "acme.pd.60; default: each issuer's PD at the horizon. Repeatable.",
    ),
]
FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if",
        metavar="CONDITION",
        autocompletion=completion.measures,
        show_default=False,
        help="Exit with 3 if the condition holds with its whole 95% interval, with 4 if the "
        "interval straddles the limit. Repeatable.",
    ),
]
Output = Annotated[
    Path | None,
    written("Write results to a file instead of standard output (-), in the format of its suffix."),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full",
        help="Tables of every tranche, the joint matrix and the market too, with all columns.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no warnings.")]
