"""Scenarios paired with outcomes by their base dates, simulated to the outcomes' month, scored.

Where prices are known, the same again in the market that was (`market.path`): what is wrong in
both is not the market's doing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain, combinations

import numpy as np

from neocloud_mc.engine.run import over_chunks
from neocloud_mc.errors import UsageError
from neocloud_mc.mechanisms.market.terms import PriceOfRisk
from neocloud_mc.results.book import Floats, Outcome
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import RunInfo
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.outcomes import Record, check_names
from neocloud_mc.studies.backtest.calibration import (
    Band,
    HosmerLemeshow,
    Number,
    hosmer_lemeshow,
    number,
    table,
)
from neocloud_mc.studies.backtest.patterns import Flags, Patterns, counted, patterns
from neocloud_mc.studies.backtest.realised import (
    Realised,
    given,
    index_of,
    quantile,
    realised,
    summed,
)
from neocloud_mc.studies.backtest.scores import Score, bounded, no_ranking, score_each, scores
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import identify


@dataclass(frozen=True)
class Firm:
    """An issuer with a known outcome.

    Parameters
    ----------
    is_scored : whether it has no parent.
    defaulted : the month; None: not by the last one.
    """

    label: str
    is_scored: bool
    defaulted: int | None


@dataclass(frozen=True)
class Forecast:
    """What was forecast, and how it did.

    Parameters
    ----------
    pds : by issuer, of a default by the last month.
    no_ranking : P(an AUC as large | the PDs rank at random); None where it is undefined.
    hosmer_lemeshow : None where a band has fewer than ten firms.
    """

    pds: dict[str, Estimate]
    number: Number
    scores: dict[str, Score]
    no_ranking: float | None
    bands: tuple[Band, ...]
    hosmer_lemeshow: HosmerLemeshow | None


@dataclass(frozen=True)
class Backtest:
    """One scenario against one record of outcomes.

    Parameters
    ----------
    info : of the run to the last month.
    record : name of the file of outcomes.
    left_out : issuers without a parent whose outcome is not known.
    index : realised, by month; empty: no prices.
    market : realised prices and resale values, each with its quantile.
    in_market : the forecast given the market that was; None: it is not known.
    """

    info: RunInfo
    record: str
    until: int
    firms: dict[str, Firm]
    left_out: tuple[str, ...]
    index: dict[int, float]
    market: tuple[tuple[Realised, Estimate], ...]
    forecast: Forecast
    in_market: Forecast | None


@dataclass(frozen=True)
class Pooled:
    """All forecasts together, each of a firm at a base date counting once; scores by name."""

    firms: int
    defaults: int
    expected: float
    scores: dict[str, float]


@dataclass(frozen=True)
class Backtests:
    """Every scenario against every record of its base date.

    Parameters
    ----------
    pooled : only of several.
    """

    each: tuple[Backtest, ...]
    pooled: Pooled | None


def backtest(loaded: Sequence[Loaded], records: Sequence[Record], effort: Effort) -> Backtests:
    """Simulate every scenario to the last month of its outcomes and score it.

    Raises
    ------
    ScenarioError, UsageError : before anything is simulated: a scenario or a record without a
        partner, a name that is not in the scenarios, a scenario under the pricing measure.
    """
    pairs = _paired(loaded, records)
    doubts = chain.from_iterable(one.warnings for one in loaded)
    effort.watch.warn(dict.fromkeys(chain(doubts, *(record.warnings for record in records))))
    each = tuple(
        _judge(_until(one, record.outcomes.until), record, effort) for one, record in pairs
    )
    return Backtests(each, _pooled(each) if len(each) > 1 else None)


def _paired(loaded: Sequence[Loaded], records: Sequence[Record]) -> list[tuple[Loaded, Record]]:
    """Every scenario with every record of its base date, if all have a partner and fit it."""
    _require_each_once(loaded, records)
    for one in loaded:
        name, base = one.scenario.name, one.scenario.base_date
        if one.scenario.market.price_of_risk != PriceOfRisk():
            raise UsageError(
                f"{name}: market.price_of_risk is not 0, and outcomes are not drawn from the "
                "pricing measure: --set market.price_of_risk=null"
            )
        if not any(record.outcomes.base_date == base for record in records):
            known = ", ".join(f"{record.name}: {record.outcomes.base_date}" for record in records)
            raise UsageError(f"{name}: base date {base or 'none'}: no outcomes of it ({known})")
    pairs = []
    for record in records:
        base = record.outcomes.base_date
        own = [one for one in loaded if one.scenario.base_date == base]
        if not own:
            raise UsageError(f"{record.name}: base date {base}: no scenario of it is given")
        check_names(record, {one.scenario.name: one.scenario for one in own})
        pairs += [(one, record) for one in own]
    for one, record in pairs:
        if not any(firm.is_scored for firm in _firms(one.scenario, record).values()):
            raise UsageError(f"{record.name}: no outcome of an issuer of {one.scenario.name}")
    return pairs


def _require_each_once(loaded: Sequence[Loaded], records: Sequence[Record]) -> None:
    """Make sure that nothing counts twice.

    Raises
    ------
    UsageError : a scenario or a file of outcomes that is given twice.
    """
    for one, other in combinations(loaded, 2):
        if one.resolved == other.resolved:
            raise UsageError(f"{one.scenario.name}: the scenario is given twice: leave one of them")
    for record, again in combinations(records, 2):
        if record.outcomes == again.outcomes:
            raise UsageError(
                f"{again.name}: tells the outcomes of {record.name}: leave one of them"
            )


def _until(loaded: Loaded, months: int) -> Loaded:
    """The scenario over the months of which the outcomes are known."""
    market = loaded.scenario.market
    path = market.path and market.path.model_copy(
        update={
            name: {month: value for month, value in known.items() if month <= months}
            for name, known in market.path
        }
    )
    changes = {"horizon_months": months, "market": market.model_copy(update={"path": path})}
    scenario = loaded.scenario.model_copy(update=changes)
    resolved = {**loaded.resolved, "horizon_months": months}
    return replace(loaded, scenario=scenario, resolved=resolved)


def _firms(scenario: Scenario, record: Record) -> dict[str, Firm]:
    """The scenario's issuers whose outcome is known, in its order."""
    return {
        key: Firm(issuer.label or key, issuer.parent is None, record.defaulted(key))
        for key, issuer in scenario.issuers.items()
        if key in record.outcomes.issuers
    }


def _judge(loaded: Loaded, record: Record, effort: Effort) -> Backtest:
    scenario, outcomes = loaded.scenario, record.outcomes
    firms, points = _firms(scenario, record), realised(scenario, outcomes)
    index = index_of(points)
    there = given(scenario, outcomes, index)
    found, sums = _simulate(scenario, firms, points, effort)
    in_market = None if there is None else _simulate(there, firms, (), effort)[0]
    return Backtest(
        info=identify(loaded, effort, 1 if there is None else 2),
        record=record.name,
        until=outcomes.until,
        firms=firms,
        left_out=tuple(
            key for key, it in scenario.issuers.items() if it.parent is None and key not in firms
        ),
        index=index,
        market=tuple(
            (point, quantile(row, effort.paths)) for point, row in zip(points, sums, strict=True)
        ),
        forecast=_scored(firms, found, effort.seed),
        in_market=None if in_market is None else _scored(firms, in_market, effort.seed),
    )


def _simulate(
    scenario: Scenario, firms: Mapping[str, Firm], points: Sequence[Realised], effort: Effort
) -> tuple[Patterns, Floats]:
    """Who of the firms defaults together, and what the quantiles of the points need."""
    rows = [place for place, key in enumerate(scenario.issuers) if key in firms]

    def work(outcome: Outcome) -> tuple[Counter[bytes], Floats]:
        return counted(outcome.default_month[rows] > 0.0), summed(points, outcome.log_index)

    effort.prepare()
    total: Counter[bytes] = Counter()
    sums = np.zeros((len(points), 3))
    with (
        effort.watch.simulating(scenario.name, effort.paths) as told,
        closing(
            over_chunks(
                scenario, paths=effort.paths, seed=effort.seed, threads=effort.threads, work=work
            )
        ) as pieces,
    ):
        for found, part in pieces:
            total.update(found)
            sums += part
            told(total.total())
    return patterns(total, len(rows)), sums


def _scored(firms: Mapping[str, Firm], found: Patterns, seed: int) -> Forecast:
    places = [place for place, firm in enumerate(firms.values()) if firm.is_scored]
    pd, happened = _values(found.pds)[places], _happened(firms)[places]
    paths = found.of(places)
    return Forecast(
        pds=dict(zip(firms, found.pds, strict=True)),
        number=number(pd, happened, paths),
        scores=score_each(pd, happened, paths, seed),
        no_ranking=no_ranking(pd, happened) if 0 < happened.sum() < len(pd) else None,
        bands=table(pd, happened, paths),
        hosmer_lemeshow=hosmer_lemeshow(pd, happened, paths),
    )


def _values(pds: Sequence[Estimate]) -> Floats:
    return np.array([pd.value or 0.0 for pd in pds])


def _happened(firms: Mapping[str, Firm]) -> Flags:
    return np.array([firm.defaulted is not None for firm in firms.values()], dtype=bool)


def _pooled(each: Sequence[Backtest]) -> Pooled:
    scored = [(key, one) for one in each for key, firm in one.firms.items() if firm.is_scored]
    pd = np.array([one.forecast.pds[key].value or 0.0 for key, one in scored])
    happened = np.array([one.firms[key].defaulted is not None for key, one in scored], dtype=bool)
    found = scores(bounded(pd, min(one.info.paths for one in each)), happened[None, :])
    return Pooled(
        len(pd),
        int(happened.sum()),
        float(pd.sum()),
        {name: float(values[0]) for name, values in found.items()},
    )
