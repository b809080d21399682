"""Targets of a run's precision: in the heading, on standard error and as JSON."""

from neocloud_mc.results.gates import rounded_up
from neocloud_mc.studies.target_error import Precision, Stopping
from neocloud_mc.views.render.json_parts import Json
from neocloud_mc.views.render.terminal import printable


def heading(stopping: Stopping) -> tuple[str, ...]:
    """Where the run ended, and how to make it again."""
    missed = {one.target.expr for one in stopping.missed}
    told = ", ".join(
        f"{printable(one.target.expr)} ({'missed' if one.target.expr in missed else 'met'})"
        for one in stopping.precisions
    )
    return (
        f"Paths were added to {stopping.paths:,} for {told}; the same bits come from:",
        printable(stopping.command),
        "Intervals are as for a number of paths that was fixed before.",
    )


def missed(stopping: Stopping) -> str:
    """One line on the targets that the run did not reach; empty where it reached all."""
    told = "; ".join(_missed(one, stopping.paths) for one in stopping.missed)
    return told and f"not reached with --max-paths {stopping.most}: {told}"


def _missed(one: Precision, paths: int) -> str:
    if one.reach is None:
        return f"{printable(one.target.expr)} has no interval yet ({one.note})"
    needed = rounded_up(one.paths_for(paths))
    return f"{printable(one.target.expr)} is at {one.reach:.2g}, about {needed:,} paths would do"


def to_json(stopping: Stopping) -> Json:
    """The targets, and the run that needs none."""
    return {
        "targets": [
            {
                "expr": one.target.expr,
                "error": one.target.error,
                "reach": one.reach,
                "met": one.is_met,
                **({"note": one.note} if one.note else {}),
            }
            for one in stopping.precisions
        ],
        "fewest_paths": stopping.fewest,
        "most_paths": stopping.most,
        "command": stopping.command,
    }
