"""Conditions under which a run fails: ``coreweave.pd.60 > 0.25``.

A gate is decided by the whole 95% interval: where the interval straddles the limit, the answer is
that the paths do not suffice. How many would: intervals shrink with 1/√n, and with 1/n where they
bound what was not seen.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Final, Literal, TypeAlias

from neocloud_mc.errors import UsageError
from neocloud_mc.results.book import Book
from neocloud_mc.results.expressions import amount, parse
from neocloud_mc.results.figures import Estimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import find, kind, resolve

Status: TypeAlias = Literal["passed", "breached", "inconclusive"]

_HOLDS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}
_CLOSEST: Final = 1e-4
"""Distance to the limit, in half intervals, below which no run that can be made decides."""


@dataclass(frozen=True)
class Gate:
    """A condition under which the run fails.

    Parameters
    ----------
    expr : as the user wrote it.
    path : full name of the measure (see `measures`).
    operator : one of > >= < <=.
    limit : in the measure's unit.
    """

    expr: str
    path: str
    operator: str
    limit: float


@dataclass(frozen=True)
class Verdict:
    """How a gate was decided: breached where the condition holds; `message` is one sentence."""

    expr: str
    status: Status
    value: float | None
    low: float | None
    high: float | None
    message: str


def check(book: Book, expr: str) -> Gate:
    """Read a condition, before anything is simulated.

    Raises
    ------
    UsageError : if it is no condition, names nothing that the run reports, or can never hold.
    """
    given = parse("--fail-if", expr, _HOLDS, "acme.pd.60 > 0.25")
    path = resolve(book, given.name)
    limit = amount(given, kind(path), book.months)
    if given.operator == "<" and limit == 0.0:
        raise UsageError(f"{given.says}: never holds: nothing is below 0")
    if kind(path) == "share" and given.operator == ">" and limit == 1.0:
        raise UsageError(
            f"{given.says}: never holds: no share is above 1 (did you mean 0.01 or 1%?)"
        )
    return Gate(expr, path, given.operator, limit)


def judge(gate: Gate, estimates: Estimates) -> Verdict:
    """Decide a gate by the whole interval of its measure."""
    found = find(estimates, gate.path)
    status, message = _decide(gate, found, estimates.paths)
    return Verdict(gate.expr, status, found.value, found.low, found.high, message)


def _decide(gate: Gate, found: Estimate, paths: int) -> tuple[Status, str]:
    if found.value is None or found.low is None or found.high is None:
        return "inconclusive", f"no interval: {found.note}"
    holds = _HOLDS[gate.operator]
    if holds(found.low, gate.limit) and holds(found.high, gate.limit):
        return "breached", ""
    if not holds(found.low, gate.limit) and not holds(found.high, gate.limit):
        return "passed", ""
    distance = abs(found.value - gate.limit)
    half_width = found.high - found.value if gate.limit > found.value else found.value - found.low
    if distance <= _CLOSEST * half_width:
        return "inconclusive", "the estimate is at the limit: more paths may not decide"
    is_unseen = found.value in (found.low, found.high)
    needed = rounded_up(paths * (half_width / distance) ** (1 if is_unseen else 2))
    return "inconclusive", f"the interval straddles the limit: about {needed:,} paths would decide"


def rounded_up(number: float) -> int:
    """To two leading digits."""
    unit = 10.0 ** max(0, math.floor(math.log10(number)) - 1)
    return int(math.ceil(number / unit) * unit)
