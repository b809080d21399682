"""What happened after a base date: a file of outcomes, for `backtest`.

It is read as a scenario is: the same YAML, dates for months, mistakes with file, line and column.
Month 0 of a series is the base date's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError

from neocloud_mc.errors import ScenarioError
from neocloud_mc.mechanisms.market import PrescribedPath
from neocloud_mc.quantities import (
    MAX_MONTHS,
    Id,
    LaterMonth,
    Month,
    Terms,
    Unit,
    UsdPerGpuHour,
)
from neocloud_mc.scenario import data, months
from neocloud_mc.scenario.checks import usual
from neocloud_mc.scenario.checks.complaints import complain, paths_of, without_value
from neocloud_mc.scenario.checks.wording import number, one_line, suggestion
from neocloud_mc.scenario.model import Scenario, as_date
from neocloud_mc.scenario.months import spoken
from neocloud_mc.scenario.shape import Shape
from neocloud_mc.scenario.yaml.reading import UnreadableError, parse
from neocloud_mc.scenario.yaml.tree import (
    Mistake,
    Node,
    Path,
    Place,
    Remark,
    child,
    idle_nulls,
    plain,
    pruned,
)

ResaleValue = Annotated[float, Field(gt=0, le=1e15, allow_inf_nan=False), Unit("USD per GPU")]


class Outcomes(Terms):
    """Who defaulted and what prices did, from a base date to a month."""

    description: Annotated[str, Field(description="One paragraph.")] = ""
    base_date: Annotated[
        date, BeforeValidator(as_date), Field(description="That of the scenario to be scored.")
    ]
    until: Annotated[LaterMonth, Field(description="Last month of which all outcomes are known.")]
    issuers: dict[Id, Literal["none"] | LaterMonth] = Field(
        description="Month of default by issuer, or none by then."
    )
    prices: dict[Id, dict[Month, UsdPerGpuHour]] = Field(
        default_factory=dict, description="Spot price by type of GPU and month."
    )
    resale: dict[Id, dict[Month, ResaleValue]] = Field(
        default_factory=dict, description="Resale value by type of GPU and month."
    )
    path: Annotated[
        PrescribedPath | None, Field(description="What else is known of the market's way.")
    ] = None
    sources: dict[str, str] = Field(
        default_factory=dict, description="Dotted path, or a prefix: where the fact is from."
    )


SHAPE: Final = Shape(model=Outcomes)
SERIES: Final = {"prices": "price", "resale": "resale"}
"""What each series is of, by its key: that of a type of GPU."""
_OF_SCENARIOS: Final = ("market", "extends", "horizon_months")
"""Keys that every scenario has one of."""


@dataclass(frozen=True)
class Record:
    """Checked outcomes and where they stand.

    Parameters
    ----------
    name : the file as the user named it.
    warnings : doubts, each ``file:line:column: warning: path: text``.
    """

    name: str
    outcomes: Outcomes
    tree: Node
    warnings: tuple[str, ...] = ()

    def defaulted(self, issuer: str) -> int | None:
        """The month in which an issuer defaulted; None: it did not."""
        month = self.outcomes.issuers[issuer]
        return None if month == "none" else int(month)


def read(source: str) -> Record:
    """Read and check a file of outcomes.

    Parameters
    ----------
    source : a file, or ``@name`` of one that ships with the program.

    Raises
    ------
    ScenarioError : with every mistake found, one line each.
    """
    try:
        tree, mistakes = parse(data.text(source), source)
    except UnreadableError as failure:
        raise _error([failure.mistake]) from None
    _no_scenario(tree, source)
    idle = [without_value(path, tree, SHAPE) for path in idle_nulls(tree)]
    mistakes += [remark.placed(tree) for remark in idle]
    tree, undated = months.counted(pruned(tree), SHAPE)
    told = paths_of([*idle, *undated])
    try:
        found = Outcomes.model_validate(plain(tree))
    except ValidationError as error:
        remarks = complain(error, tree, SHAPE)
    else:
        remarks = list(_contradictions(found))
        if not (mistakes or told or remarks):
            doubts = (remark.placed(tree, "warning") for remark in _doubts(found))
            return Record(source, found, tree, tuple(one_line(str(doubt)) for doubt in doubts))
    remarks = [*undated, *(remark for remark in remarks if remark.path not in told)]
    raise _error([*mistakes, *(remark.placed(tree) for remark in remarks)])


def are_outcomes(tree: Node) -> bool:
    """Whether a tree tells outcomes: a key that no scenario has, and no market."""
    return child(tree, "until") is not None and child(tree, "market") is None


def astray(source: str) -> Mistake:
    """What to say of outcomes that were given as a scenario or an overlay."""
    command = f"neocloud-mc backtest SCENARIO --outcomes {source}"
    return Mistake(Place(source), f"outcomes, and no scenario: they score one, as in {command}")


def _no_scenario(tree: Node, source: str) -> None:
    """Make sure that what is read as outcomes is no scenario.

    Raises
    ------
    ScenarioError : it is one.
    """
    if child(tree, "until") is None and any(child(tree, key) for key in _OF_SCENARIOS):
        text = "a scenario, and no outcomes: these tell base_date, until and issuers, as in"
        raise _error([Mistake(Place(source), f"{text} neocloud-mc docs calibration")])


def check_names(record: Record, scenarios: Mapping[str, Scenario]) -> None:
    """Make sure that every issuer and GPU type of the outcomes is in one of the scenarios.

    Parameters
    ----------
    scenarios : those of the record's base date, by their names.

    Raises
    ------
    ScenarioError : with every name that none of them knows.
    """
    outcomes = record.outcomes
    issuers = [key for scenario in scenarios.values() for key in scenario.issuers]
    gpus = [key for scenario in scenarios.values() for key in scenario.gpus]
    named: list[tuple[Path, list[str]]] = [
        *((("issuers", key), issuers) for key in outcomes.issuers),
        *(((group, key), gpus) for group in SERIES for key in getattr(outcomes, group)),
    ]
    where = " or ".join(scenarios)
    unknown = [
        Remark(path, f"is not in {where}{suggestion(path[-1], known)}", is_about_key=True)
        for path, known in named
        if path[-1] not in known
    ]
    if unknown:
        raise _error([remark.placed(record.tree) for remark in unknown])


def _contradictions(found: Outcomes) -> Iterator[Remark]:
    """What does not go together."""
    if not found.issuers:
        yield Remark(("issuers",), "names nobody: an outcome for at least one issuer is expected")
    if found.until > MAX_MONTHS:
        yield Remark(("until",), f"month {number(found.until)} is after month {MAX_MONTHS}")
    for path, month in _months(found):
        if month > found.until:
            base = found.base_date
            text = f"month {spoken(month, base)} is after until {spoken(found.until, base)}"
            yield Remark(path, text, (("until",),))
    if found.path and found.path.price_index and found.prices:
        text = "the index follows from prices; leave one of them out"
        yield Remark(("path", "price_index"), text, (("prices",),))


def _doubts(found: Outcomes) -> Iterator[Remark]:
    """Values that a scenario would be asked about."""
    for group, key in SERIES.items():
        for gpu, series in getattr(found, group).items():
            for month, value in series.items():
                for remark in usual.doubts({"gpus": {gpu: {key: value}}}):
                    yield Remark((group, gpu, month), remark.text)


def _months(found: Outcomes) -> Iterator[tuple[Path, int]]:
    """Every month of the file, with its path."""
    for key, month in found.issuers.items():
        if month != "none":
            yield ("issuers", key), int(month)
    for group in SERIES:
        for gpu, series in getattr(found, group).items():
            yield from (((group, gpu, month), month) for month in series)
    for name in PrescribedPath.model_fields if found.path else ():
        yield from ((("path", name, month), month) for month in getattr(found.path, name))


def _error(mistakes: list[Mistake]) -> ScenarioError:
    """All mistakes, from the top down."""
    ordered = sorted(mistakes, key=lambda mistake: (mistake.place.line, mistake.place.column))
    return ScenarioError(list(dict.fromkeys(one_line(str(mistake)) for mistake in ordered)))
