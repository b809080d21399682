"""What other scenarios change, on the same draws, with paired intervals; which change does it."""

from __future__ import annotations

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
    by_group: Annotated[
        bool,
        typer.Option(
            "--by-group",
            help="Share the difference out among groups of figures: debt, contracts, fleet, "
            "equity, market; for scenarios years apart. Else as --by-assumption.",
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
    are compared over the shortest. --measure goes with --by-assumption and --by-group.

    Example: neocloud-mc compare @neoclouds --with @stress/fire_sale
    """
    from neocloud_mc.commands.shared import beside
    from neocloud_mc.studies import side_by_side
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.views import comparison, shapley
    from neocloud_mc.views.render.progress import TerminalWatch

    form = formats.chosen(output_format, destination, options.Format)
    split = _split(by_assumption=by_assumption, by_group=by_group)
    if split and not options.is_given(context, "paths"):
        paths = PATHS_BY_ASSUMPTION
    loaded = beside.load(
        scenarios, overlays or (), options.changes(None, settings, horizon), is_quiet=quiet
    )
    _check(loaded, measure, split, is_summary=summary)
    output.warn(dict.fromkeys(chain.from_iterable(x.warnings for x in loaded)), is_quiet=quiet)
    if split or form is options.Format.CSV:
        output.warn([f"warning: {x}" for x in side_by_side.unlike(loaded)], is_quiet=quiet)
    own, loaded = loaded, side_by_side.at_common_horizon(loaded)
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    if split:
        base, other = loaded
        shared = side_by_side.split(base, other, effort, measure or (), by_group=by_group)
        document = shapley.document(shared)
    else:
        depth = "summary" if summary else _DEPTHS[form]
        found = side_by_side.differences(loaded, effort, depth, own)
        document = comparison.document(found, is_summary=summary)
    output.publish(document, form, destination)


def _split(*, by_assumption: bool, by_group: bool) -> str | None:
    """The option that asks for a difference in parts.

    Raises
    ------
    UsageError : both do.
    """
    if by_assumption and by_group:
        raise UsageError("--by-assumption and --by-group exclude each other")
    return "--by-assumption" if by_assumption else "--by-group" if by_group else None


def _check(
    loaded: list[Loaded], measures: list[str] | None, split: str | None, *, is_summary: bool
) -> None:
    if len(loaded) < 2:
        raise UsageError(
            "compare needs a second scenario, or an overlay of the first: --with @stress/fire_sale"
        )
    if split and len(loaded) > 2:
        raise UsageError(f"{split} takes two scenarios, not {len(loaded)}")
    if split and is_summary:
        raise UsageError(f"{split} and --summary exclude each other")
    if measures and not split:
        raise UsageError(
            "--measure goes with --by-assumption or --by-group; else --format csv has every measure"
        )
