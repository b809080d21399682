"""Options of `run` alone, declared apart from what they ask for, which is imported to do it."""

from pathlib import Path
from typing import Annotated, Final

import typer

from neocloud_mc.commands.shared import completion
from neocloud_mc.commands.shared.options import place, positive
from neocloud_mc.results.shards.ranges import Share
from neocloud_mc.studies.defaults import FEWEST_DRAWS, FEWEST_PATHS_OF_DRAW, PATHS_OF_ATTRIBUTION

_MOST_SHARDS: Final = 1_000_000
_LONGEST_SHARE: Final = 40


def share(text: str | Share) -> Share:
    """Read which part of how many, such as ``3/64``.

    Raises
    ------
    typer.BadParameter : anything else, or a part that there is not.
    """
    if isinstance(text, Share):
        return text
    number, slash, total = text.partition("/")
    is_number = number.isdecimal() and total.isdecimal() and len(text) <= _LONGEST_SHARE
    if not (slash and is_number):
        raise typer.BadParameter(f"{text[:_LONGEST_SHARE]!r} is not a share such as 3/64")
    if not 1 <= int(number) <= int(total) <= _MOST_SHARDS:
        raise typer.BadParameter(f"{text} is outside 1/N to N/N, N up to {_MOST_SHARDS:,}")
    return Share(int(number), int(total))


def draws(text: str | int) -> int:
    """Read a number of draws that has a range.

    Raises
    ------
    typer.BadParameter : no whole number, or too few.
    """
    number = positive(text)
    if number < FEWEST_DRAWS:
        raise typer.BadParameter(f"{text} is below {FEWEST_DRAWS}, too few for a range")
    return number


TargetError = Annotated[
    list[str] | None,
    typer.Option(
        "--target-error",
        metavar="NAME=ERROR",
        autocompletion=completion.measures,
        show_default=False,
        help="Add paths to --paths until the measure's 95% interval reaches no further than this "
        "from it, as in acme.pd.60=0.0005; exit with 4 if --max-paths is not enough. Repeatable.",
    ),
]
MaxPaths = Annotated[
    int,
    typer.Option(
        "--max-paths", metavar="N", parser=positive, help="Most paths that --target-error may use."
    ),
]
ParameterUncertainty = Annotated[
    bool,
    typer.Option(
        "--parameter-uncertainty",
        help="Draw every assumption anew within its range and report how uncertain the PDs are "
        "because the inputs are, beside their sampling error.",
    ),
]
Draws = Annotated[
    int,
    typer.Option(
        "--draws",
        metavar="N",
        parser=draws,
        help="Draws of the assumptions, which share --paths among them, at least "
        f"{FEWEST_PATHS_OF_DRAW:,} each.",
    ),
]
Attribution = Annotated[
    bool,
    typer.Option(
        "--attribution",
        help="Report what stood behind the defaults: which customer's failure, contract, maturity "
        "or market, and which alone would have prevented them; on the first "
        f"{PATHS_OF_ATTRIBUTION:,} paths.",
    ),
]
Checkpoint = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint",
        metavar="FOLDER",
        parser=place,
        show_default=False,
        help="Keep the work in this folder, so that the same command continues where it "
        "stopped, and more --paths add to those already simulated.",
    ),
]
Shard = Annotated[
    Share | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        parser=share,
        show_default=False,
        help="Simulate the I-th of N shares of the paths and write a part for merge; "
        "needs --output.",
    ),
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        show_default=False,
        help="Simulate on the Dask cluster whose scheduler has this address, such as "
        "tcp://10.0.0.1:8786; local: on one of this machine's processors. Never changes a result.",
    ),
]
Tail = Annotated[
    str | None,
    typer.Option(
        "--tail",
        metavar="EVENT",
        autocompletion=completion.measures,
        show_default=False,
        help="Tilt the market towards a rare event and print its numbers alone: a measure such as "
        "acme.pd.24 or portfolio.es.99.9, or a condition such as 'acme.senior.loss > 2e8' (USD).",
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Simulate nothing if one of several scenarios is wrong."),
]
