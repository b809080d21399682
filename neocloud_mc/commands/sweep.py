"""A measure over a range of one or two of the scenario's numbers."""

from itertools import chain, combinations, product
from math import prod
from typing import Annotated, Final

import typer

from neocloud_mc.commands.shared import completion, formats, output, simulation
from neocloud_mc.commands.shared.options import (
    SEED,
    Format,
    Horizon,
    Measures,
    Output,
    OutputFormat,
    Overlays,
    Paths,
    Quiet,
    Scenario,
    Seed,
    Settings,
    Threads,
    changes,
)
from neocloud_mc.commands.shared.simulation import Effort
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import UsageError
from neocloud_mc.results.measures import wanted
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.variants import grid
from neocloud_mc.scenario.variants.levers import Lever, Variants
from neocloud_mc.scenario.yaml.tree import dotted
from neocloud_mc.studies.sweep import Axis, Sweep, assemble
from neocloud_mc.views import sweep_grids, sweep_text
from neocloud_mc.views.render.terminal import plain, stdout
from neocloud_mc.views.result_table import show_block

PATHS: Final = 100_000
MOST_POINTS: Final = 1000


def sweep(
    scenario: Scenario,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="KEY=LO:HI:N[:log]",
            autocompletion=completion.keys,
            show_default=False,
            help="N values from LO to HI, in the file's unit, at equal steps, or at equal ratios "
            "with :log. A * in KEY moves every id that states the figure: "
            "issuers.acme.fleet.*.advance. Give it twice for a grid.",
        ),
    ],
    measure: Measures = None,
    paths: Paths = PATHS,
    seed: Seed = SEED,
    threads: Threads = None,
    horizon: Horizon = None,
    overlays: Overlays = None,
    settings: Settings = None,
    output_format: OutputFormat = None,
    destination: Output = None,
    quiet: Quiet = False,
) -> None:
    """Move one number of a scenario, or two, over a range, and measure at each value.

    All values meet the same draws, so differences are sharp.

    Example: neocloud-mc sweep @neoclouds --vary market.price.obsolescence=0:0.4:9
    --measure coreweave.pd.60
    """
    form = formats.chosen(output_format, destination, Format)
    (loaded,) = simulation.load_all([scenario], changes(overlays, settings, horizon))
    grids = [grid.parse(text) for text in vary]
    variants = Variants(loaded)
    levers = [variants.lever(found.key) for found in grids]
    axes = [_axis(lever, found) for lever, found in zip(levers, grids, strict=True)]
    names = wanted(open_book(loaded.scenario), measure or ())
    _check(axes, names)
    _disjoint(levers)
    output.warn(loaded.warnings, is_quiet=quiet)
    effort = Effort(paths, seed, threads, is_quiet=quiet)
    result = _simulate(loaded, levers, axes, names, effort)
    if form is Format.TABLE and destination is None:
        show_block(stdout(), sweep_grids.heading(result), sweep_grids.grids(result))
    else:
        output.write(_render(result, form), destination)


def _axis(lever: Lever, found: grid.Grid) -> Axis:
    return Axis(lever.name, lever.quantity.unit, lever.allowed(found.values), lever.own)


def _check(axes: list[Axis], names: tuple[str, ...]) -> None:
    if len(axes) > 2:
        raise UsageError("--vary can be given once or twice")
    if len({axis.key for axis in axes}) < len(axes):
        raise UsageError(f"--vary {axes[0].key} is given twice")
    if len(axes) == 2 and len(names) > 1:
        raise UsageError("a grid of two keys shows one measure: name it with --measure")
    if (n := prod(len(axis.values) for axis in axes)) > MOST_POINTS:
        raise UsageError(f"--vary: {n:,} values together are more than {MOST_POINTS:,}")


def _disjoint(levers: list[Lever]) -> None:
    """Refuse two names for one figure: the later would undo the earlier."""
    for a, b in combinations(levers, 2):
        both = [dotted(path) for path in a.paths if path in b.paths]
        if both:
            raise UsageError(f"--vary {a.name} and --vary {b.name} both move {both[0]}")


def _simulate(
    loaded: Loaded, levers: list[Lever], axes: list[Axis], names: tuple[str, ...], effort: Effort
) -> Sweep:
    """The scenario as it is, then every point."""
    variants, places = Variants(loaded), list(product(*(axis.values for axis in axes)))
    for at in places:
        variants.at(levers, at)
    scenarios = chain([loaded.scenario], (variants.at(levers, at) for at in places))
    n_runs = len(places) + 1
    own, *found = simulation.sample_each(loaded, scenarios, names, effort, n_runs)
    return assemble(simulation.identify(loaded, effort, n_runs), axes, places, own, found)


def _render(result: Sweep, form: Format) -> str:
    match form:
        case Format.JSON:
            return sweep_text.to_json(result)
        case Format.CSV:
            return sweep_text.to_csv(result)
        case Format.MARKDOWN:
            return sweep_text.to_markdown(result)
        case Format.TABLE:
            return plain(
                lambda console: show_block(
                    console, sweep_grids.heading(result), sweep_grids.grids(result)
                )
            )
