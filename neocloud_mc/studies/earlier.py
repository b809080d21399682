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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from neocloud_mc.errors import UsageError
from neocloud_mc.quantities import MAX_MONTHS, Id
from neocloud_mc.results.book import ProbabilityMeasure
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Measure, measures
from neocloud_mc.scenario import data
from neocloud_mc.scenario.checks.wording import one_line
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.yaml.reading import UnreadableError
from neocloud_mc.studies.defaults import LARGEST_SEED, MOST_PATHS
from neocloud_mc.studies.run_result import RunResult

_SCHEMA: Final = "neocloud-mc/result/"
_OF_ISSUER: Final = ("pd", "lgd", "expected_loss")
_OF_TRANCHE: Final = ("fair_spread",)
_MOST_BYTES: Final = 100_000_000
_LARGEST: Final = 1e100
_Count = Annotated[int, Field(ge=1, le=MOST_PATHS)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True)


class _Number(_Strict):
    value: float | None


class _Issuer(_Strict):
    pd: dict[Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}$")], _Number]
    parent: str | None = None
    implied_rating: Annotated[str | None, Field(pattern=r"^[A-Z][A-Z/+-]*$", max_length=9)] = None


class _Result(_Strict):
    """What is relied on of a stored result, whoever wrote it; other numbers may be missing."""

    schema_of: Annotated[str, Field(alias="schema", pattern=rf"^{_SCHEMA}[0-9]+$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z.+-]+$")]
    scenario: str
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]+$")]
    base_date: Annotated[str | None, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] = None
    measure: ProbabilityMeasure = "real-world"
    paths: _Count
    months: Annotated[int, Field(ge=1, le=MAX_MONTHS)]
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)]
    issuers: dict[Id, _Issuer]


@dataclass(frozen=True)
class Earlier:
    """An earlier result of one scenario, as its file has it."""

    file: str
    scenario: str
    digest: str
    base_date: str | None
    paths: int
    months: int
    measure: ProbabilityMeasure
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
    name = f"{option}{file}"
    try:
        text = data.plain(file, name, _MOST_BYTES)
        found = json.loads(text, parse_float=_float, parse_int=_int, parse_constant=_float)
    except UnreadableError as error:
        raise UsageError(str(error.mistake)) from None
    except (ValueError, RecursionError):
        raise UsageError(
            f"{name}: is no JSON with finite numbers: give what run -o FILE.json wrote"
        ) from None
    results = found if isinstance(found, list) else [found]
    if not results:
        raise UsageError(f"{name}: is no result of run: it is empty")
    return [_checked(one, file, name) for one in results]


def require_common(found: Sequence[Earlier], loaded: Sequence[Loaded]) -> None:
    """Refuse earlier results that say nothing of the scenarios.

    Raises
    ------
    UsageError : no issuer is in both.
    """
    ids = {issuer for one in loaded for issuer in one.scenario.issuers}
    known = {issuer for one in found for issuer in one.numbers["issuers"]}
    if found and not ids & known:
        raise UsageError(f"--against {found[0].file}: none of its issuers is in the scenario")


def _checked(found: Any, file: Path, name: str) -> Earlier:
    """A result whose identity and probabilities are as `run` writes them.

    Raises
    ------
    UsageError : which part is not.
    """
    try:
        one = _Result.model_validate(found)
    except ValidationError as error:
        wrong = error.errors()[0]
        part = one_line(".".join(map(str, wrong["loc"]))) or "what it holds"
        raise UsageError(
            f"{name}: is no result of run: {part} is missing or not as {_SCHEMA}2 has it"
        ) from None
    return Earlier(
        file=str(file),
        scenario=one.scenario,
        digest=one.digest,
        base_date=one.base_date,
        paths=one.paths,
        months=one.months,
        measure=one.measure,
        numbers=found,
    )


def _float(text: str) -> float:
    """A number that can be reckoned with.

    Raises
    ------
    ValueError : NaN, infinite, or so large that a sum of squares would be.
    """
    value = float(text)
    if not abs(value) <= _LARGEST:
        raise ValueError(text)
    return value


def _int(text: str) -> int:
    _float(text)
    return int(text)


def matching(earlier: Sequence[Earlier], scenario: str) -> Earlier | None:
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
