"""From a loaded scenario to a result: what the commands that simulate have in common."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from neocloud_mc.commands.shared import output
from neocloud_mc.commands.shared.options import Changes
from neocloud_mc.errors import ScenarioError, UsageError
from neocloud_mc.scenario.load import Loaded, load
from neocloud_mc.views.render import workbook
from neocloud_mc.views.render.spreadsheet import parquet_library

_STDIN: Final = "-"


def require(form: str, destination: Path | None) -> None:
    """Make sure, before anything is simulated, that a result can be written so.

    Raises
    ------
    UsageError : a binary format for a terminal, or one whose library is not installed.
    """
    if form == "parquet":
        parquet_library()
    if form == "xlsx":
        workbook.library()
    if form in output.BINARY and destination is None and sys.stdout.isatty():
        raise UsageError(f"{form} is binary: give --output FILE, or a pipe")


def load_all(sources: Sequence[str], changes: Changes) -> list[Loaded]:
    """Load every scenario, or tell the mistakes of all of them.

    Raises
    ------
    ScenarioError : with the mistakes of every wrong file.
    """
    loaded, wrong = load_each(sources, changes)
    if wrong:
        raise all_mistakes(wrong)
    return loaded


def load_each(
    sources: Sequence[str], changes: Changes
) -> tuple[list[Loaded], dict[str, ScenarioError]]:
    """The scenarios that are right, and the mistakes of each wrong file.

    Raises
    ------
    UsageError : standard input more than once.
    """
    if sources.count(_STDIN) > 1:
        raise UsageError("standard input can be read once only: give - once, or name files")
    loaded: list[Loaded] = []
    wrong: dict[str, ScenarioError] = {}
    for source in sources:
        try:
            loaded.append(load(source, changes.settings, overlays=changes.overlays))
        except ScenarioError as error:
            wrong[source] = error
    return loaded, wrong


def all_mistakes(wrong: Mapping[str, ScenarioError]) -> ScenarioError:
    """The mistakes of several files, each line once."""
    return ScenarioError(list(dict.fromkeys(line for e in wrong.values() for line in e.lines)))
