"""Targets of a run's precision: in the heading, on standard error and as JSON."""

from neocloud_mc.results.gates import rounded_up
from neocloud_mc.studies.target_error import Precision, TargetErrorReport
from neocloud_mc.views.render.json_parts import Json
from neocloud_mc.views.render.text import printable


def heading(report: TargetErrorReport) -> tuple[str, ...]:
    """Where the run ended, and how to make it again."""
    missed = {one.target.expr for one in report.missed}
    told = ", ".join(
        f"{printable(one.target.expr)} ({'missed' if one.target.expr in missed else 'met'})"
        for one in report.precisions
    )
    return (
        f"Paths were added to {report.paths:,} for {told}; the same bits come from:",
        printable(report.command),
        "Intervals are as for a number of paths that was fixed before.",
    )


def missed(report: TargetErrorReport) -> str:
    """One line on the targets that the run did not reach; empty where it reached all."""
    told = "; ".join(_missed(one, report.paths) for one in report.missed)
    return told and f"not reached with --max-paths {report.most}: {told}"


def _missed(one: Precision, paths: int) -> str:
    if one.half_width is None:
        return f"{printable(one.target.expr)} has no interval yet ({one.note})"
    needed = rounded_up(one.paths_for(paths))
    return (
        f"{printable(one.target.expr)} is at {one.half_width:.2g}, about {needed:,} paths would do"
    )


def to_json(report: TargetErrorReport) -> Json:
    """The targets, and the run that needs none."""
    return {
        "targets": [
            {
                "expr": one.target.expr,
                "error": one.target.error,
                "reach": one.half_width,
                "met": one.is_met,
                **({"note": one.note} if one.note else {}),
            }
            for one in report.precisions
        ],
        "fewest_paths": report.fewest,
        "most_paths": report.most,
        "command": report.command,
    }
