"""A backtest for programs: JSON and rows."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Place
from neocloud_mc.studies.backtest.calibration import Band, Number
from neocloud_mc.studies.backtest.run import Backtest, Backtests, Forecast, Pooled
from neocloud_mc.studies.backtest.scores import Score
from neocloud_mc.views.render import tidy
from neocloud_mc.views.render.document import Row
from neocloud_mc.views.render.json_parts import (
    Json,
    estimate_of,
    identity,
    provenance,
)
from neocloud_mc.views.render.spreadsheet import Column, cell

SCHEMA: Final = "neocloud-mc/backtest/1"
COLUMNS: Final = (*tidy.COLUMNS, Column("base_date"), Column("outcomes", cell), Column("market"))
"""`market` is as it was drawn, or as it was realised."""


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
    """A row for every number of every backtest."""
    for one in result.each:
        of_run = (one.info.base_date, one.record)
        yield from ((*row, *of_run, "drawn") for row in _rows(one, one.forecast))
        if one.in_market is not None:
            yield from ((*row, *of_run, "realised") for row in _rows(one, one.in_market))
        for point, found in one.market:
            place = Place("", "", f"market.{point.kind}.{point.gpu}.quantile", point.month)
            yield (*tidy.row(one.info, place, found, "share"), *of_run, "drawn")


def _rows(one: Backtest, forecast: Forecast) -> Iterator[Row]:
    """Of every issuer and of all together."""
    last = one.until
    for key, firm in one.firms.items():
        happened = Estimate(float(firm.defaulted is not None))
        for name, found in (("pd", forecast.pds[key]), ("defaulted", happened)):
            place = Place(key, "", name, last)
            yield tidy.row(one.info, place, found, "share", label=firm.label)
    number = forecast.number
    together = [
        ("defaults", Estimate(float(number.actual)), "count"),
        ("defaults.expected", number.expected, "count"),
        ("defaults.at_least", number.at_least, "share"),
        ("defaults.at_most", number.at_most, "share"),
    ]
    for name, score in forecast.scores.items():
        together += [
            (name, score.found, "score"),
            (f"{name}.if_true", score.expected, "score"),
            (f"{name}.at_least_as_bad", score.at_least_as_bad, "share"),
        ]
    for name, found, unit in together:
        yield tidy.row(one.info, Place("", "", name, last), found, unit)
