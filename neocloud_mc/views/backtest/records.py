"""A backtest for programs: JSON and rows."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.backtest.calibration import Band, Number
from neocloud_mc.studies.backtest.run import Backtest, Backtests, Forecast, Pooled
from neocloud_mc.studies.backtest.scores import Score
from neocloud_mc.views.render.document import Row
from neocloud_mc.views.render.json_parts import (
    Json,
    estimate_of,
    identity,
    provenance,
)
from neocloud_mc.views.render.spreadsheet import Column, cell, columns

SCHEMA: Final = "neocloud-mc/backtest/1"
COLUMNS: Final = (
    Column("scenario", cell),
    *columns("issuer", "tranche", "measure"),
    *(Column(name, is_number=True) for name in ("month", "value", "low", "high")),
    *columns("unit", "base_date", "note"),
)


def record(one: Backtest) -> Json:
    """A scenario against a record of outcomes."""
    return {
        **identity(SCHEMA, one.info),
        "outcomes": one.record,
        "until": one.until,
        "issuers": {
            key: {
                "label": firm.label,
                "scored": firm.is_scored,
                "pd": estimate_of(one.forecast.pds[key]),
                "pd_in_market": one.in_market and estimate_of(one.in_market.pds[key]),
                "defaulted": firm.defaulted,
            }
            for key, firm in one.firms.items()
        },
        "left_out": one.left_out,
        "forecast": _forecast(one.forecast),
        "in_market": one.in_market and _forecast(one.in_market),
        "price_index": {str(month): value for month, value in one.index.items()},
        "market": [
            {
                "kind": point.kind,
                "gpu": point.gpu,
                "month": point.month,
                "value": point.value,
                "rebased": point.is_rebased,
                "quantile": estimate_of(quantile),
            }
            for point, quantile in one.market
        ],
        **provenance(one.info),
    }


def pooled(found: Pooled) -> Json:
    """All forecasts together; a score that is undefined is null."""
    known = {name: None if math.isnan(value) else value for name, value in found.scores.items()}
    return {**asdict(found), "scores": known}


def _forecast(found: Forecast) -> Json:
    test = found.hosmer_lemeshow
    return {
        "number": _number(found.number),
        "scores": {name: _score(score) for name, score in found.scores.items()},
        "p_no_ranking": found.no_ranking,
        "bands": [_band(band) for band in found.bands],
        "hosmer_lemeshow": test
        and {
            "statistic": test.statistic,
            "groups": test.groups,
            "p_independent": test.p_value,
            "p_on_paths": estimate_of(test.on_paths),
        },
    }


def _number(found: Number) -> Json:
    at_least, at_most = found.independent
    return {
        "firms": found.firms,
        "actual": found.actual,
        "expected": estimate_of(found.expected),
        "at_least": estimate_of(found.at_least),
        "at_most": estimate_of(found.at_most),
        "independent": {"at_least": at_least, "at_most": at_most},
    }


def _score(score: Score) -> Json:
    return {
        "found": estimate_of(score.found),
        "if_true": estimate_of(score.expected),
        "at_least_as_bad": estimate_of(score.at_least_as_bad),
    }


def _band(band: Band) -> Json:
    return {
        "low": band.low,
        "high": band.high,
        "firms": band.firms,
        "mean_pd": band.mean,
        "defaults": band.defaults,
        "expected": estimate_of(band.expected),
        "rate": estimate_of(band.rate),
        "upper": band.upper,
    }


def rows(result: Backtests) -> Iterator[Row]:
    """A row for every number of every backtest; measures given the market end in `_in_market`."""
    for one in result.each:
        for issuer, measure, month, found, unit in _numbers(one):
            place = (one.info.scenario, issuer, "", measure, month)
            ends = (found.value, found.low, found.high)
            yield (*place, *ends, unit, one.info.base_date, found.note)


_Numbered = tuple[str, str, int, Estimate, str]


def _numbers(one: Backtest) -> Iterator[_Numbered]:
    last = one.until
    for key, firm in one.firms.items():
        yield key, "pd", last, one.forecast.pds[key], "share"
        if one.in_market is not None:
            yield key, "pd_in_market", last, one.in_market.pds[key], "share"
        yield key, "defaulted", last, Estimate(float(firm.defaulted is not None)), "share"
        if firm.defaulted is not None:
            yield key, "default_month", firm.defaulted, Estimate(float(firm.defaulted)), "month"
    yield from _of_forecast(one.forecast, last, "")
    if one.in_market is not None:
        yield from _of_forecast(one.in_market, last, "_in_market")
    for point, quantile in one.market:
        yield "", f"{point.kind}.{point.gpu}.quantile", point.month, quantile, "share"


def _of_forecast(found: Forecast, last: int, after: str) -> Iterator[_Numbered]:
    number = found.number
    yield "", f"defaults{after}", last, Estimate(float(number.actual)), "count"
    yield "", f"defaults.expected{after}", last, number.expected, "count"
    yield "", f"defaults.at_least{after}", last, number.at_least, "share"
    yield "", f"defaults.at_most{after}", last, number.at_most, "share"
    for name, score in found.scores.items():
        yield "", f"{name}{after}", last, score.found, "score"
        yield "", f"{name}.if_true{after}", last, score.expected, "score"
        yield "", f"{name}.at_least_as_bad{after}", last, score.at_least_as_bad, "share"
