"""What has changed since an earlier result, which was written as JSON.

The earlier paths are gone, so nothing is paired: the ends of an interval of a change lie where
those of two independent results put them, ``d − √((v − l)² + (h₀ − v₀)²)`` below and ``d +
√((h − v)² + (v₀ − l₀)²)`` above, for v in l to h now and v₀ in l₀ to h₀ then. Results that met
the same draws move together, and then it is wider than need be.

References
----------
Newcombe (1998), "Interval estimation for the difference between independent proportions", method
10, Stat. Med. 17.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from neocloud_mc.errors import UsageError
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Measure, measures
from neocloud_mc.studies.run_result import RunResult

_SCHEMA: Final = "neocloud-mc/result/"
_OF_ISSUER: Final = ("pd", "lgd", "expected_loss")
_OF_TRANCHE: Final = ("fair_spread",)


@dataclass(frozen=True)
class Earlier:
    """An earlier result of one scenario, as its file has it."""

    file: str
    scenario: str
    digest: str
    base_date: str | None
    paths: int
    numbers: Mapping[str, Any]


@dataclass(frozen=True)
class ChangeSince:
    """A number now, and what it was."""

    now: Measure
    before: Estimate
    change: Estimate


def read(file: Path, option: str = "--against ") -> list[Earlier]:
    """Read the results of `run --format json`, one or several.

    Parameters
    ----------
    option : that the file was given to, for the message.

    Raises
    ------
    UsageError : the file cannot be read, or is no such result.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{option}{file}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{option}{file}: is no JSON: give what run -o {file} wrote") from None
    results = found if isinstance(found, list) else [found]
    if not results or not all(map(_is_result, results)):
        raise UsageError(
            f"{option}{file}: is no result of run: it has no schema {_SCHEMA}…, or lacks parts"
        )
    return [
        Earlier(
            file=str(file),
            scenario=one["scenario"],
            digest=one["digest"],
            base_date=one.get("base_date"),
            paths=one["paths"],
            numbers=one,
        )
        for one in results
    ]


def _is_result(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and str(found.get("schema", "")).startswith(_SCHEMA)
        and all(isinstance(found.get(key), str) for key in ("scenario", "digest"))
        and isinstance(found.get("paths"), int)
        and isinstance(found.get("issuers"), dict)
    )


def matching(earlier: list[Earlier], scenario: str) -> Earlier | None:
    """The earlier result of a scenario: that of its name, or the only one there is."""
    named = [one for one in earlier if one.scenario == scenario]
    return named[0] if named else earlier[0] if len(earlier) == 1 else None


def since(result: RunResult, earlier: Earlier) -> Iterator[ChangeSince]:
    """The numbers that both results have: PD at the last month of both, losses, fair spreads."""
    known = [m for m in measures(result.estimates) if number(earlier.numbers, m.path)]
    years = [int(m.level) for m in known if m.name == "pd" and not m.tranche]
    for m in known:
        wanted = _OF_TRANCHE if m.tranche else _OF_ISSUER
        if m.section != "issuers" or m.name not in wanted:
            continue
        if m.name == "pd" and int(m.level) != max(years):
            continue
        before = number(earlier.numbers, m.path)
        if before is not None:
            yield ChangeSince(m, before, difference(m.estimate, before))


def difference(now: Estimate, before: Estimate) -> Estimate:
    """Now less before, for results that do not depend on each other."""
    if now.value is None or before.value is None:
        return Estimate(None, note="one of them is undefined")
    change = now.value - before.value
    if None in (now.low, now.high, before.low, before.high):
        return Estimate(change, note="one of them has no interval")
    down = math.hypot(now.value - (now.low or 0.0), (before.high or 0.0) - before.value)
    up = math.hypot((now.high or 0.0) - now.value, before.value - (before.low or 0.0))
    return Estimate(change, change - down, change + up)


def number(numbers: Mapping[str, Any], path: str) -> Estimate | None:
    """The estimate at a place in the JSON, if there is one."""
    here: Any = numbers
    for key in path.split("."):
        here = here.get(key) if isinstance(here, dict) else None
    if not isinstance(here, dict) or not isinstance(here.get("value"), int | float):
        return None
    bounds = [here.get(end) for end in ("low", "high")]
    low, high = (float(end) if isinstance(end, int | float) else None for end in bounds)
    return Estimate(float(here["value"]), low, high)
