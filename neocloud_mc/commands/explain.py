"""One path again, from its number: every month, every dollar, and why it defaulted."""

from typing import Annotated

import typer

from neocloud_mc.commands.shared import completion, formats, output, simulation
from neocloud_mc.commands.shared.options import (
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
    whole,
)
from neocloud_mc.studies.defaults import PATHS, SEED
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.ledger import explanation
from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.views import ledger_data, result_markdown, result_table
from neocloud_mc.views.ledger_grids import grids, heading
from neocloud_mc.views.render import terminal
from neocloud_mc.views.render.progress import TerminalWatch


def explain(
    scenario: Scenario,
    issuer: Annotated[
        str | None,
        typer.Option(
            "--issuer",
            metavar="ID",
            autocompletion=completion.issuers,
            help="Whose account; may be left out where there is one issuer.",
            show_default=False,
        ),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(
            "--path",
            metavar="K",
            parser=whole,
            show_default=False,
            help="Number of the path, from 0.",
        ),
    ] = None,
    find: Annotated[
        str | None,
        typer.Option(
            "--find",
            metavar="WHAT",
            show_default=False,
            help="Look for paths instead: default, default:liquidity, "
            "default:refinancing or default:covenant; explains the first.",
        ),
    ] = None,
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
    """Replay one path of a scenario and print an issuer's account, month by month.

    Example: neocloud-mc explain @coreweave --find default:liquidity
    """
    form = formats.chosen(output_format, destination, Format)
    (loaded,) = simulation.load_all([scenario], changes(overlays, settings, horizon))
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    story, found = explanation.explain(loaded, issuer, number, find, effort)
    title = _title(story, found)
    if form is Format.TABLE and destination is None:
        result_table.show_block(terminal.stdout(), title, grids(story))
    else:
        output.write(_render(story, found, title, form), destination)


def _title(story: Ledger, found: list[int]) -> tuple[str, ...]:
    """The heading; with the paths that were looked for, if any."""
    if not found:
        return heading(story)
    numbers = ", ".join(str(path) for path in found)
    return (*heading(story), f"Such paths: {numbers}; another one with --path.")


def _render(story: Ledger, found: list[int], title: tuple[str, ...], form: Format) -> str:
    """The ledger as text for a pipe or a file."""
    match form:
        case Format.JSON:
            return ledger_data.as_json(story, found)
        case Format.CSV:
            return ledger_data.as_csv(story)
        case Format.MARKDOWN:
            return result_markdown.section(title, grids(story))
        case Format.TABLE:
            return terminal.plain(lambda out: result_table.show_block(out, title, grids(story)))
