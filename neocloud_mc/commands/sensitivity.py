"""Drivers ranked by what each does alone, from the low to the high end of its range."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Final

import typer
from rich.console import Console

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
    positive,
)
from neocloud_mc.commands.shared.simulation import Effort
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import ScenarioError
from neocloud_mc.results.measures import wanted
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Scenario as Model
from neocloud_mc.scenario.variants.drivers import SIDES, Driver, Side, drivers
from neocloud_mc.scenario.variants.levers import Variants
from neocloud_mc.studies.sensitivity import Effect, End, Sensitivity, end
from neocloud_mc.views import assumptions, sensitivity_grids, sensitivity_text
from neocloud_mc.views.render.terminal import plain, stdout
from neocloud_mc.views.result_table import show_block

PATHS: Final = 20_000
TOP: Final = 10

Refused = dict[tuple[str, Side], str]


def sensitivity(
    scenario: Scenario,
    measure: Measures = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="PREFIX",
            autocompletion=completion.keys,
            show_default=False,
            help="Move only what lies at or below this path, such as market.price. Figures with a "
            "source are facts and stay, unless nothing else lies there: then by ±10%.",
        ),
    ] = None,
    top: Annotated[
        int,
        typer.Option(
            "--top", metavar="N", parser=positive, help="Drivers in a table; files hold all."
        ),
    ] = TOP,
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
    """Move each assumption alone to the ends of its range and rank what that does.

    An entry of `assumptions` moves all figures that it covers; without a range they move by ±10%.
    --format markdown is a page on every assumption.

    Example: neocloud-mc sensitivity @neoclouds --only market --top 5
    """
    form = formats.chosen(output_format, destination, Format)
    (loaded,) = simulation.load_all([scenario], changes(overlays, settings, horizon))
    variants = Variants(loaded)
    moving = drivers(loaded.resolved, variants, only)
    names = wanted(open_book(loaded.scenario), measure or ())
    output.warn(loaded.warnings, is_quiet=quiet)
    result = _simulate(
        loaded, variants, moving, names, Effort(paths, seed, threads, is_quiet=quiet)
    )
    if form is Format.TABLE and destination is None:
        _show(stdout(), result, top)
    else:
        output.write(_render(result, form, top), destination)


def _simulate(
    loaded: Loaded,
    variants: Variants,
    moving: list[Driver],
    names: tuple[str, ...],
    effort: Effort,
) -> Sensitivity[Driver]:
    """The scenario as it is, then every end that is a valid scenario."""
    refused: Refused = {}
    ends = list(_valid(variants, moving, refused))
    scenarios = chain([loaded.scenario], (_at(variants, driver, side) for driver, side in ends))
    n_runs = len(ends) + 1
    own, *found = simulation.sample_each(loaded, scenarios, names, effort, n_runs)
    by_place = {(d.name, side): end(own, one) for (d, side), one in zip(ends, found, strict=True)}
    info = simulation.identify(loaded, effort, n_runs)
    estimates = {name: one.estimate for name, one in own.items()}
    effects = tuple(_effect(driver, by_place, refused) for driver in moving)
    return Sensitivity(info, names, estimates, effects)


def _valid(
    variants: Variants, moving: list[Driver], refused: Refused
) -> Iterator[tuple[Driver, Side]]:
    """Ends that move something and can be simulated; others that move go to `refused`."""
    for driver in moving:
        for side in SIDES:
            try:
                if driver.moved(side):
                    _at(variants, driver, side)
                    yield driver, side
            except ScenarioError as error:
                refused[driver.name, side] = error.lines[0].partition(": ")[2]


def _at(variants: Variants, driver: Driver, side: Side) -> Model:
    return variants.with_figures(driver.moved(side), f"{driver.name} {side}")


def _effect(driver: Driver, found: dict[tuple[str, Side], End], refused: Refused) -> Effect[Driver]:
    places = [(side, (driver.name, side)) for side in SIDES]
    return Effect(
        driver,
        {side: found[place] for side, place in places if place in found},
        {side: refused[place] for side, place in places if place in refused},
    )


def _show(console: Console, result: Sensitivity[Driver], top: int) -> None:
    grids = sensitivity_grids.grids(result, top, console.width)
    show_block(console, sensitivity_grids.heading(result), grids)


def _render(result: Sensitivity[Driver], form: Format, top: int) -> str:
    match form:
        case Format.JSON:
            return sensitivity_text.to_json(result)
        case Format.CSV:
            return sensitivity_text.to_csv(result)
        case Format.MARKDOWN:
            return assumptions.markdown(result)
        case Format.TABLE:
            return plain(lambda console: _show(console, result, top))
