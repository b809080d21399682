"""The value of a number of the scenario at which a measure hits a target: reverse stress test."""

import math
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from neocloud_mc.commands.shared import completion, formats, output, simulation
from neocloud_mc.commands.shared.options import (
    SEED,
    Format,
    Horizon,
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
from neocloud_mc.results.measures import short
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Scenario as Model
from neocloud_mc.scenario.variants import grid
from neocloud_mc.scenario.variants.levers import Lever, Variants
from neocloud_mc.studies.breakeven import (
    MOST_WHOLE,
    SCANNED,
    Breakeven,
    Search,
    Target,
    read_target,
)
from neocloud_mc.views import breakeven_grids, breakeven_text
from neocloud_mc.views.render.terminal import plain, stdout
from neocloud_mc.views.result_table import show_block

PATHS: Final = 100_000
_USUAL: Final = 6
"""Runs that it usually takes after the scan; for the progress."""


def breakeven(
    scenario: Scenario,
    vary: Annotated[
        str,
        typer.Option(
            "--vary",
            metavar="KEY=LO:HI",
            autocompletion=completion.keys,
            show_default=False,
            help="Where to look, in the file's unit. A * in KEY moves every id that states the "
            "figure: issuers.acme.fleet.*.advance.",
        ),
    ],
    target: Annotated[
        str,
        typer.Option(
            "--target",
            metavar="MEASURE=VALUE",
            autocompletion=completion.measures,
            show_default=False,
            help="What is to be hit, such as acme.pd.60=0.5 or acme.senior.expected_loss=1e7.",
        ),
    ],
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
    """Find the value of a number at which a measure hits a target, with its uncertainty.

    A target that is not reached is an answer too: the exit code is 0.

    At which advance rate is the expected loss of CoreWeave's 2.6bn DDTL 3 2%?
    --vary issuers.coreweave_ddtl_3.fleet.openai_3.advance=0:1
    --target coreweave_ddtl_3.ddtl_3.expected_loss=5.2e7

    At what yearly fall of the GPU-hour does CoreWeave's five-year PD reach 50%?

    Example: neocloud-mc breakeven @neoclouds --vary market.price.obsolescence=0:0.4
    --target coreweave.pd.60=0.5
    """
    form = formats.chosen(output_format, destination, Format)
    (loaded,) = simulation.load_all([scenario], changes(overlays, settings, horizon))
    interval, variants = grid.parse_interval(vary), Variants(loaded)
    lever = variants.lever(interval.key)
    goal = read_target(open_book(loaded.scenario), target)
    places = _scan(lever, interval)
    if len(places) < 2:
        raise UsageError(f"--vary {vary}: fewer than two whole numbers lie there")
    for value in places:
        variants.at([lever], [value])
    output.warn(loaded.warnings, is_quiet=quiet)
    effort = Effort(paths, seed, threads, is_quiet=quiet)
    result = _search(loaded, variants, lever, places, goal, effort)
    if form is Format.TABLE and destination is None:
        show_block(stdout(), breakeven_grids.heading(result), breakeven_grids.grids(result))
    else:
        output.write(_render(result, form), destination)


def _scan(lever: Lever, interval: grid.Interval) -> tuple[float, ...]:
    """The values that are tried first; of whole numbers every one, where they are few."""
    if not lever.quantity.is_whole:
        return grid.spread(interval.low, interval.high, SCANNED)
    low, high = math.ceil(interval.low), math.floor(interval.high)
    if high - low < MOST_WHOLE:
        return tuple(map(float, range(low, high + 1)))
    return lever.allowed(grid.spread(low, high, SCANNED))


def _search(
    loaded: Loaded,
    variants: Variants,
    lever: Lever,
    places: tuple[float, ...],
    goal: Target,
    effort: Effort,
) -> Breakeven:
    """The scenario as it is, then the values that the search asks for."""
    search = Search(goal.value, places, is_whole=lever.quantity.is_whole)
    asked: list[float] = []

    def scenarios() -> Iterator[Model]:
        yield loaded.scenario
        for value in search.wishes():
            asked.append(value)
            yield variants.at([lever], [value])

    found = simulation.sample_each(
        loaded, scenarios(), [goal.measure], effort, len(places) + _USUAL
    )
    own = next(found)[goal.measure]
    if lever.own is not None and places[0] <= lever.own <= places[-1]:
        search.tell(lever.own, own)
    for sample in found:
        search.tell(asked[-1], sample[goal.measure])
    if all(one.found.estimate.value is None for one in search.tried):
        where = f"{lever.name} from {places[0]:g} to {places[-1]:g}"
        why = search.tried[0].found.estimate.note
        raise UsageError(f"{short(goal.measure)} is undefined for every {where}: {why}")
    return Breakeven(
        info=simulation.identify(loaded, effort, len(asked) + 1),
        key=lever.name,
        unit=lever.quantity.unit,
        low=places[0],
        high=places[-1],
        is_whole=lever.quantity.is_whole,
        target=goal,
        own_at=lever.own,
        own=own.estimate,
        tried=tuple(search.tried),
        roots=search.roots(),
        held=search.held(),
    )


def _render(result: Breakeven, form: Format) -> str:
    match form:
        case Format.JSON:
            return breakeven_text.to_json(result)
        case Format.CSV:
            return breakeven_text.to_csv(result)
        case Format.MARKDOWN:
            return breakeven_text.to_markdown(result)
        case Format.TABLE:
            heading, grids = breakeven_grids.heading(result), breakeven_grids.grids(result)
            return plain(lambda console: show_block(console, heading, grids))
