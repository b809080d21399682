"""`run --tail`: a rare event by importance sampling."""

from pathlib import Path
from typing import Final

from neocloud_mc.commands.shared import formats, output
from neocloud_mc.commands.shared.options import ResultFormat
from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.importance_sampling.estimated import estimated
from neocloud_mc.views.rare_event import document

_FORMATS: Final = tuple(form for form in ResultFormat if form not in output.BINARY)


def write_rare_event(
    loaded: Loaded, name: str, effort: Effort, given: ResultFormat | None, destination: Path | None
) -> None:
    """Tilt the market towards the event, simulate and write what the paths say of it.

    Raises
    ------
    UsageError : no rare event behind the name; parquet.
    RunError : importance sampling found too little.
    """
    if given is not None and given in output.BINARY:
        raise UsageError(f"--format {given} does not go with --tail")
    form = formats.chosen(given, destination, _FORMATS)
    output.publish(document(estimated(loaded, name, effort)), form, destination)
