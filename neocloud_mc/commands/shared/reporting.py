"""Results of scenarios to standard output or a file, and what their gates ask of the shell."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from neocloud_mc.commands.shared import output
from neocloud_mc.commands.shared.options import ResultFormat
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import target_error
from neocloud_mc.views.run import document

BREACHED: Final = 3
INCONCLUSIVE: Final = 4


def report(
    results: Iterable[RunResult],
    form: ResultFormat,
    destination: Path | None,
    *,
    is_array: bool = False,
    is_full: bool = False,
    is_quiet: bool,
) -> int:
    """Write the results: tables on standard output as they come, all else at the end.

    Parameters
    ----------
    is_array : several scenarios were asked for, whatever came of them.
    is_full : tables show all.

    Returns
    -------
    The exit code that gates and targets ask for; why is told on standard error.
    """
    done: list[RunResult] = []
    told = document(_noted(results, done), is_array=is_array, is_full=is_full)
    output.publish(told, form, destination)
    return _verdict(done, is_quiet=is_quiet)


def _noted(results: Iterable[RunResult], done: list[RunResult]) -> Iterator[RunResult]:
    """Pass the results on, adding them to `done`."""
    for result in results:
        done.append(result)
        yield result


def _verdict(results: Sequence[RunResult], *, is_quiet: bool) -> int:
    undecided = [v for result in results for v in result.gates if v.status == "inconclusive"]
    breached = [v for result in results for v in result.gates if v.status == "breached"]
    for verdict in (*breached, *undecided) if not is_quiet else ():
        why = f": {verdict.message}" if verdict.message else ""
        print(f"{verdict.status}: {verdict.expr}{why}", file=sys.stderr)
    missed = [r.target_error for r in results if r.target_error and r.target_error.missed]
    for found in missed if not is_quiet else ():
        print(target_error.missed(found), file=sys.stderr)
    if breached:
        return BREACHED
    return INCONCLUSIVE if undecided or missed else 0
