"""One path again, from its number: every month, every dollar, and why it defaulted."""

from typing import Annotated, Final

import typer

from neocloud_mc.causes import CAUSES
from neocloud_mc.commands.shared import completion, formats, output, simulation
from neocloud_mc.commands.shared.options import (
    PATHS,
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
    whole,
)
from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.scenario.checks.wording import suggestion
from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.studies.ledger.replay import find_defaults, ledger
from neocloud_mc.views import ledger_data, result_markdown, result_table
from neocloud_mc.views.ledger_grids import grids, heading
from neocloud_mc.views.render import terminal

_FOUND: Final = 10
_DEFAULT: Final = "default"
_WANTED: Final = (_DEFAULT, *(f"{_DEFAULT}:{cause}" for cause in CAUSES))


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
    output.warn(loaded.warnings, is_quiet=quiet)
    ids = list(loaded.scenario.issuers)
    who = _chosen(issuer, ids)
    wanted = _cause(find)
    simulation.compile_kernels(is_quiet=quiet)
    found: list[int] = []
    if find is not None:
        found = find_defaults(
            loaded.scenario, who, wanted, seed=seed, paths=paths, limit=_FOUND, threads=threads
        )
        if not found:
            raise RunError(f"{who}: no {find} on paths 0 to {paths - 1:,}: try more --paths")
    chosen = number if number is not None else (found or [0])[0]
    story = ledger(loaded.scenario, who, seed, chosen)
    title = _title(story, found)
    if form is Format.TABLE and destination is None:
        result_table.show_block(terminal.stdout(), title, grids(story))
    else:
        output.write(_render(story, found, title, form), destination)


def _chosen(issuer: str | None, ids: list[str]) -> str:
    """The issuer to explain."""
    if issuer is None and len(ids) == 1:
        return ids[0]
    if issuer is None:
        raise UsageError(f"--issuer is missing: one of {', '.join(ids)}")
    if issuer not in ids:
        raise UsageError(f"--issuer {issuer}: no such issuer{suggestion(issuer, ids)}")
    return issuer


def _cause(find: str | None) -> str | None:
    """The cause of default to look for; None for any."""
    if find is not None and find not in _WANTED:
        raise UsageError(f"--find {find}: give one of {', '.join(_WANTED)}")
    return find.partition(":")[2] or None if find else None


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
