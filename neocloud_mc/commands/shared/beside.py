"""Scenarios set beside the first: other files, and overlays of it, each of a pattern that fits."""

from collections.abc import Iterable
from dataclasses import replace

from neocloud_mc.commands.shared import output, simulation
from neocloud_mc.commands.shared.options import Changes
from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario import library
from neocloud_mc.scenario.load import Loaded


def load(
    scenarios: list[str], overlays: Iterable[str], common: Changes, *, is_quiet: bool
) -> list[Loaded]:
    """The scenarios, then the first of them with each overlay; of a pattern, with all that fit.

    Raises
    ------
    ScenarioError : with the mistakes of all.
    """
    loaded, wrong = simulation.load_each(scenarios, common)
    if scenarios[0] not in wrong:
        try:
            loaded += overlaid(scenarios[0], overlays, common, is_quiet=is_quiet)
        except ScenarioError as error:
            wrong["overlays"] = error
    if wrong:
        raise simulation.all_mistakes(wrong)
    return loaded


def overlaid(
    scenario: str, overlays: Iterable[str], common: Changes, *, is_quiet: bool
) -> list[Loaded]:
    """The scenario with each overlay after its own; of a pattern, with all that fit.

    Raises
    ------
    ScenarioError : with the mistakes of all that were named.
    """
    loaded: list[Loaded] = []
    wrong: dict[str, ScenarioError] = {}
    for overlay in overlays:
        for laid in library.matching(overlay):
            own = replace(common, overlays=(*common.overlays, laid))
            more, misfits = simulation.load_each([scenario], own)
            loaded += more
            if misfits and laid == overlay:
                wrong[laid] = simulation.all_mistakes(misfits)
            elif misfits:
                output.warn([f"{laid} does not fit and is left out"], is_quiet=is_quiet)
    if wrong:
        raise simulation.all_mistakes(wrong)
    return loaded
