"""The paths themselves: a row for each path and issuer, for tools of your own."""

from enum import StrEnum
from typing import Annotated

import typer

from neocloud_mc.commands.shared import formats, options, output
from neocloud_mc.studies.defaults import PATHS, SEED


class PathsFormat(StrEnum):
    """How rows of paths are written."""

    CSV = "csv"
    PARQUET = "parquet"
    NPZ = "npz"


Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="CONDITION",
        show_default=False,
        help="Only paths on which it holds, with the rows of all issuers: ISSUER or ISSUER.TRANCHE "
        "and default_month, first_breach, price_index, claim, loss or cause, as in "
        "'acme.default_month <= 24', 'acme.cause = liquidity', 'portfolio.loss > $1bn'. "
        "Repeatable: all must hold.",
    ),
]
PathsOutputFormat = Annotated[
    PathsFormat | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        show_default=False,
        help=f"How rows are written: {', '.join(PathsFormat)}; default: as the suffix of "
        "--output says, else csv.",
    ),
]


def paths(
    scenario: options.Scenario,
    where: Where = None,
    paths: options.Paths = PATHS,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    output_format: PathsOutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Write what happened on every path: a row for each path and issuer, as they are simulated.

    A row has the month and the cause of the default, the first breach of a covenant, the price
    index in that month, and the claims and losses of the issuer and of its tranches in dollars. The
    number of a path is that of `explain --path`.

    Example: neocloud-mc paths @coreweave --where 'coreweave.default_month <= 24' -o early.csv
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.engine.bookkeeping import open_book
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.studies.raw_paths.conditions import condition
    from neocloud_mc.studies.raw_paths.rows import fields, raw_paths
    from neocloud_mc.views.raw_paths import WRITERS
    from neocloud_mc.views.render.progress import TerminalWatch

    form = formats.chosen(output_format, destination, PathsFormat)
    simulation.require(form, destination)
    (loaded,) = simulation.load_all([scenario], options.changes(overlays, settings, horizon))
    book = open_book(loaded.scenario)
    wanted = [condition(book, "--where", text) for text in where or ()]
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    effort.watch.warn(loaded.warnings)
    effort.prepare()
    with (
        output.streamed(destination) as file,
        effort.watch.simulating(loaded.scenario.name, effort.paths) as told,
    ):
        WRITERS[form](file, fields(book), raw_paths(loaded.scenario, wanted, effort, told))
