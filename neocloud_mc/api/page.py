"""What the command `report` does, as a function: one page for a committee, as text of HTML."""

from collections.abc import Sequence
from pathlib import Path

from neocloud_mc.api.inputs import Scenario, effort_of, opened, whole
from neocloud_mc.api.runs import command
from neocloud_mc.errors import UsageError
from neocloud_mc.studies import earlier, report as studies
from neocloud_mc.studies.defaults import (
    DRAWS,
    FAN_PATHS,
    FEWEST_DRAWS,
    MOST_FAN_PATHS,
    MOST_PATHS,
    PATHS,
    SEED,
)
from neocloud_mc.studies.parameter_uncertainty.run import inputs
from neocloud_mc.views.report import page
from neocloud_mc.views.report.chart import require


def report(
    *scenarios: Scenario,
    against: str | Path | None = None,
    stress: Sequence[Scenario] = (),
    tornado: bool = False,
    parameter_uncertainty: bool = False,
    draws: int = DRAWS,
    fan_paths: int = FAN_PATHS,
    paths: int = PATHS,
    seed: int = SEED,
    threads: int | None = None,
) -> str:
    """Simulate scenarios and tell of them on one page: words, pictures, tables, sources.

    Parameters
    ----------
    against : a result that ``run -o OLD.json`` wrote; the page tells what has changed since.
    stress : the first scenario under each stress, as `load` gives it with an overlay; no stress is
        simulated that is not named.
    tornado : move every assumption to its ends.
    parameter_uncertainty : draw the assumptions `draws` times within their ranges.
    fan_paths : first paths that are followed month by month.

    Returns
    -------
    str : HTML that needs no other file and no network, some 1.5 MB.

    Raises
    ------
    ScenarioError, UsageError : nothing was simulated.
    RunError : nor where the process may not have the memory that drawing takes.

    Examples
    --------
    >>> from pathlib import Path
    >>> from neocloud_mc import load, report
    >>> shut = load("@coreweave", overlays="@stress/window_shut")
    >>> text = report("@coreweave", stress=[shut], paths=256)
    >>> "is the likeliest to default" in text
    True
    >>> Path("coreweave.html").write_text(text, encoding="utf-8")  # doctest: +SKIP
    """
    require()
    studies.require_memory()
    if not scenarios:
        raise UsageError("report needs a scenario")
    before = [] if against is None else earlier.read(Path(against))
    followed = whole("fan_paths", fan_paths, 1, MOST_FAN_PATHS)
    n_draws = whole("draws", draws, FEWEST_DRAWS, MOST_PATHS) if parameter_uncertainty else 0
    loaded, effort = [opened(one) for one in scenarios], effort_of(paths, seed, threads)
    earlier.require_common(before, loaded)
    under = [[opened(one) for one in stress], *([] for _ in scenarios[1:])]
    asked = [
        studies.Asked(beside, inputs(one, n_draws, seed) if n_draws else None, tornado, followed)
        for one, beside in zip(loaded, under, strict=True)
    ]
    commands = [command(a, b, seed)(paths) for a, b in zip(scenarios, loaded, strict=True)]
    return page.page(studies.reports(loaded, effort, asked, commands), before)
