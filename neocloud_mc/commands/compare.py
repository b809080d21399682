"""What other scenarios change, on the same draws, with paired intervals; which change does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Final

import typer

from neocloud_mc.commands.shared import formats, options, output
from neocloud_mc.errors import UsageError
from neocloud_mc.studies.defaults import PATHS, PATHS_BY_ASSUMPTION, SEED

if TYPE_CHECKING:
    from neocloud_mc.scenario.load import Loaded

_DEPTHS: Final = {
    options.Format.TABLE: "table",
    options.Format.MARKDOWN: "table",
    options.Format.JSON: "json",
    options.Format.CSV: "csv",
}


def compare(
    context: typer.Context,
    scenarios: options.Scenarios,
    by_assumption: Annotated[
        bool,
        typer.Option(
            "--by-assumption",
            help="Turn the first of two scenarios into the second one change at a time and share "
            "the difference out among the changes; 100,000 paths unless --paths is given.",
        ),
    ] = False,
    measure: options.Measures = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Only the table of all scenarios.")
    ] = False,
    paths: options.Paths = PATHS,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="OVERLAY",
            show_default=False,
            help="Set the first scenario with this overlay beside it: a file, or @NAME such as "
            "@stress/fire_sale; '@stress/*' are all that fit. Repeatable.",
        ),
    ] = None,
    settings: options.Settings = None,
    output_format: options.OutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Set scenarios beside the first one, path by path.

    All meet the same draws, so small differences are sharp. Each --with adds the first scenario
    under that overlay. --set and --horizon change every scenario; scenarios of different horizons
    are compared over the shortest. --measure goes with --by-assumption.

    Example: neocloud-mc compare @neoclouds --with @stress/fire_sale
    """
    from neocloud_mc.studies import side_by_side
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.views import comparison, shapley
    from neocloud_mc.views.render.progress import TerminalWatch

    form = formats.chosen(output_format, destination, options.Format)
    if by_assumption and _is_default(context, "paths"):
        paths = PATHS_BY_ASSUMPTION
    loaded = _load(
        scenarios, overlays or (), options.changes(None, settings, horizon), is_quiet=quiet
    )
    _check(loaded, measure, is_split=by_assumption, is_summary=summary)
    output.warn(dict.fromkeys(chain.from_iterable(x.warnings for x in loaded)), is_quiet=quiet)
    if by_assumption or form is options.Format.CSV:
        output.warn([f"warning: {x}" for x in side_by_side.unlike(loaded)], is_quiet=quiet)
    own, loaded = loaded, side_by_side.at_common_horizon(loaded)
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    if by_assumption:
        shared = side_by_side.by_assumption(loaded[0], loaded[1], effort, measure or ())
        document = shapley.document(shared)
    else:
        depth = "summary" if summary else _DEPTHS[form]
        found = side_by_side.differences(loaded, effort, depth, own)
        document = comparison.document(found, is_summary=summary)
    output.publish(document, form, destination)


def _is_default(context: typer.Context, name: str) -> bool:
    """Whether neither the command line nor the environment gives a parameter."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "DEFAULT"


def _load(
    scenarios: list[str], overlays: Iterable[str], common: options.Changes, *, is_quiet: bool
) -> list[Loaded]:
    """The scenarios, then the first of them with each overlay; of a pattern, with all that fit.

    Raises
    ------
    ScenarioError : with the mistakes of all.
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.scenario import library

    loaded, wrong = simulation.load_each(scenarios, common)
    for overlay in overlays:
        for laid in library.matching(overlay):
            more, misfits = simulation.load_each(scenarios[:1], replace(common, overlays=(laid,)))
            loaded += more
            if misfits and laid == overlay:
                wrong[laid] = simulation.all_mistakes(misfits)
            elif misfits and scenarios[0] not in wrong:
                output.warn([f"{laid} does not fit and is left out"], is_quiet=is_quiet)
    if wrong:
        raise simulation.all_mistakes(wrong)
    return loaded


def _check(
    loaded: list[Loaded], measures: list[str] | None, *, is_split: bool, is_summary: bool
) -> None:
    if len(loaded) < 2:
        raise UsageError(
            "compare needs a second scenario, or an overlay of the first: --with @stress/fire_sale"
        )
    if is_split and len(loaded) > 2:
        raise UsageError(f"--by-assumption takes two scenarios, not {len(loaded)}")
    if is_split and is_summary:
        raise UsageError("--by-assumption and --summary exclude each other")
    if measures and not is_split:
        raise UsageError("--measure goes with --by-assumption; --format csv has every measure")
