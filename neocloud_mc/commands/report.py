"""One self-contained page with pictures: who is fragile, why, and how sure we are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neocloud_mc.commands.shared import options, output, pictures, run_options
from neocloud_mc.errors import UsageError
from neocloud_mc.studies.defaults import DRAWS, PATHS, SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neocloud_mc.scenario.load import Loaded
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.studies.parameter_uncertainty.run import Inputs
    from neocloud_mc.studies.report import Report


def report(
    scenarios: options.Scenarios,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="OLD.json",
            parser=options.place,
            show_default=False,
            help="Tell what has changed since this result, which run -o OLD.json wrote.",
        ),
    ] = None,
    stress: pictures.Stresses = None,
    no_stresses: Annotated[
        bool, typer.Option("--no-stresses", help="Leave the stresses out.")
    ] = False,
    tornado: Annotated[
        bool,
        typer.Option(
            "--tornado", help="Move every assumption to its ends, as sensitivity does: minutes."
        ),
    ] = False,
    parameter_uncertainty: run_options.ParameterUncertainty = False,
    draws: run_options.Draws = DRAWS,
    fan_paths: pictures.FanPaths = pictures.FAN,
    paths: options.Paths = PATHS,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    destination: pictures.Page = None,
    quiet: options.Quiet = False,
) -> None:
    """Simulate scenarios and write one HTML page: words, pictures, tables, sources.

    The page needs no network, prints on A4, and follows the reader's choice of light or dark.
    Several scenarios stand side by side, with paired changes against the first.

    Example: neocloud-mc report @neoclouds -o neoclouds.html
    """
    from neocloud_mc.commands.shared import formats, shards, simulation
    from neocloud_mc.studies import earlier, side_by_side
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.studies.parameter_uncertainty.run import inputs
    from neocloud_mc.views.render.progress import TerminalWatch
    from neocloud_mc.views.report import page, tables
    from neocloud_mc.views.report.chart import require

    require()
    if destination is None:
        raise UsageError("report needs --output: the file of the page, such as report.html")
    formats.require_suffix(destination, (".html", ".htm"), "a report is a page of HTML")
    output.require(destination)
    if stress and no_stresses:
        raise UsageError("--stress and --no-stresses exclude each other")
    changed = options.changes(overlays, settings, horizon)
    before = earlier.read(against) if against else []
    loaded = simulation.load_all(scenarios, changed)
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    plans = [
        _Plan(
            one,
            shards.command(source, changed, paths, seed),
            [] if no_stresses else pictures.stresses(source, stress, changed, is_quiet=quiet),
            inputs(one, draws, seed) if parameter_uncertainty else None,
        )
        for source, one in zip(scenarios, loaded, strict=True)
    ]
    reports = [_gather(plan, effort, fan_paths, has_tornado=tornado) for plan in plans]
    together = None
    if len(loaded) > 1:
        at_one = side_by_side.at_common_horizon(loaded)
        together = side_by_side.differences(at_one, effort, "table", loaded)
    results = [one.simulated.result for one in reports]
    since = [
        tables.since(result, found)
        for result in results
        if (found := earlier.matching(before, result.info.scenario))
    ]
    output.write(page.page(reports, together, since), destination)


@dataclass(frozen=True)
class _Plan:
    """What is simulated of one scenario, read before anything is.

    Parameters
    ----------
    command : what makes its run, word by word.
    under : the scenario under each stress.
    inputs : draws of the assumptions; None: they are not drawn.
    """

    loaded: Loaded
    command: Sequence[str]
    under: Sequence[Loaded]
    inputs: Inputs | None


def _gather(plan: _Plan, effort: Effort, fan_paths: int, *, has_tornado: bool) -> Report:
    """Simulate all that the page tells of one scenario."""
    from neocloud_mc.studies import report as studies
    from neocloud_mc.studies.parameter_uncertainty import run as parameter_uncertainty
    from neocloud_mc.studies.trajectories import trajectories

    loaded = plan.loaded
    effort.watch.warn(loaded.warnings)
    simulated = studies.simulate(loaded, effort, plan.command)
    if plan.inputs:
        result = parameter_uncertainty.add(simulated.result, loaded, plan.inputs, effort)
        simulated = replace(simulated, result=result)
    followed = trajectories(loaded.scenario, min(fan_paths, effort.paths), effort)
    found = studies.report(loaded, simulated, followed)
    if not loaded.scenario.issuers:
        return found
    return replace(
        found,
        stresses=pictures.stressed(loaded, plan.under, effort),
        sensitivity=pictures.moved(loaded, effort) if has_tornado else None,
    )
