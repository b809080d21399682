"""The tables of a backtest."""

import math
from collections.abc import Iterable, Iterator
from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.backtest.calibration import Band, HosmerLemeshow
from neocloud_mc.studies.backtest.realised import Realised
from neocloud_mc.studies.backtest.run import Backtest, Backtests, Firm, Forecast
from neocloud_mc.studies.backtest.scores import Score
from neocloud_mc.views.render import headings
from neocloud_mc.views.render.calendar_months import alone, beside, numbered
from neocloud_mc.views.render.grid import Alarm, Block, Faint, Grid
from neocloud_mc.views.render.numbers import UNDEFINED, percent
from neocloud_mc.views.render.text import printable

NAMES: Final = {
    "auc": "AUC",
    "brier": "Brier score",
    "reliability": "  reliability",
    "resolution": "  resolution",
    "uncertainty": "  uncertainty",
    "rest": "  rest",
    "log_score": "log score",
}
_CHANCE: Final = 0.5
_UNLIKELY: Final = 0.05


def blocks(result: Backtests) -> Iterator[Block]:
    """One for each scenario and record, and one for all of several."""
    for one in result.each:
        yield Block(_heading(one), list(_grids(one)), tuple(_verdict(one)))
    if result.pooled is not None:
        yield Block((f"All {len(result.each)} together",), [_pooled(result)])


def _heading(one: Backtest) -> tuple[str, ...]:
    last = numbered(one.until, one.info.base_date)
    return (
        *headings.of_run(one.info),
        f"Outcomes until {last}: {printable(one.record)}",
    )


def _grids(one: Backtest) -> Iterator[Grid]:
    yield _firms(one)
    yield _number(one)
    if one.in_market is None:
        yield _scores("Scores", one.forecast, _below(one.forecast))
    else:
        yield _scores("Scores", one.forecast)
        title = "Scores in the market that was"
        yield _scores(title, one.in_market, _below(one.in_market))
    yield _bands(one.forecast)
    if one.market:
        yield _market(one)


def _firms(one: Backtest) -> Grid:
    """From the highest forecast to the lowest."""
    base, was = one.info.base_date, one.in_market
    ranked = sorted(one.firms.items(), key=lambda it: -(one.forecast.pds[it[0]].value or 0.0))
    notes = ["Not scored: vehicles, which are no firms of their own."] * any(
        not firm.is_scored for firm in one.firms.values()
    )
    if one.left_out:
        notes.append(f"Outcome not known: {', '.join(map(printable, one.left_out))}.")
    return Grid(
        f"Default by {alone(one.until, base)}",
        ("issuer", "forecast", *(["in the market\nthat was"] if was else []), "outcome"),
        tuple(
            (
                printable(key) + ("" if firm.is_scored else " (not scored)"),
                percent(one.forecast.pds[key]),
                *([percent(was.pds[key])] if was else []),
                _outcome(firm, base),
            )
            for key, firm in ranked
        ),
        tuple(notes),
    )


def _outcome(firm: Firm, base: str | None) -> str:
    if firm.defaulted is None:
        return Faint("none")
    return Alarm(f"default in {numbered(firm.defaulted, base)}")


def _number(one: Backtest) -> Grid:
    columns = [one.forecast, *([one.in_market] if one.in_market else [])]
    numbers = [forecast.number for forecast in columns]
    return Grid(
        f"How many of {numbers[0].firms} defaulted",
        ("", "forecast", *(["in the market\nthat was"] if one.in_market else [])),
        (
            ("expected (95% of paths)", *(_ranged(it.expected, 2, 0) for it in numbers)),
            ("defaulted", *(str(it.actual) for it in numbers)),
            ("probability of as many or more", *(percent(it.at_least) for it in numbers)),
            ("probability of as many or fewer", *(percent(it.at_most) for it in numbers)),
            (
                "the same, did they fall independently",
                *("{:.1%} and {:.1%}".format(*it.independent) for it in numbers),
            ),
        ),
    )


def _scores(title: str, forecast: Forecast, notes: Iterable[str] = ()) -> Grid:
    return Grid(
        title,
        ("", "found (95%)", "if the forecast were true\nmean (95% of paths)", "as bad or\nworse"),
        tuple(_score(name, score) for name, score in forecast.scores.items()),
        tuple(notes),
    )


def _score(name: str, score: Score) -> tuple[str, ...]:
    worse = UNDEFINED if score.at_least_as_bad.value is None else percent(score.at_least_as_bad)
    return NAMES[name], _ranged(score.found), _ranged(score.expected), worse


def _below(forecast: Forecast) -> Iterator[str]:
    yield "Brier score = reliability − resolution + uncertainty + rest."
    yield "High is good of the AUC and the resolution, low of the others."
    found = forecast.scores["brier"].found
    if found.note:
        yield f"Intervals: {found.note}."
    if forecast.no_ranking is not None:
        chance = f"{forecast.no_ranking:.1%}"
        yield f"Probability of such an AUC, or a larger one, if PDs ranked at random: {chance}."


def _bands(forecast: Forecast) -> Grid:
    return Grid(
        "Calibration by band of PD",
        ("PD", "firms", "mean PD", "expected\n(95% of paths)", "defaulted", "share (95%)",
         "PD at most\n75% · 95%"),
        tuple(map(_band, forecast.bands)),
        (
            "PD at most: Pluto and Tasche, of a band and all worse ones, where nobody defaulted.",
            _tested(forecast.hosmer_lemeshow),
        ),
    )  # fmt: skip


def _band(band: Band) -> tuple[str, ...]:
    return (
        f"{100 * band.low:g}–{100 * band.high:g}%",
        str(band.firms),
        f"{band.mean:.1%}",
        _ranged(band.expected, 2, 0),
        str(band.defaults),
        _shares(band.rate),
        " · ".join(f"{bound:.0%}" for bound in band.upper.values()) or UNDEFINED,
    )


def _tested(found: HosmerLemeshow | None) -> str:
    if found is None:
        return "Hosmer and Lemeshow's test needs ten firms in a band: not made."
    return (
        f"Hosmer and Lemeshow: {found.statistic:.2f} over {found.groups} bands, p "
        f"{found.p_value:.3f} of independent firms, {percent(found.on_paths)} on the paths."
    )


def _market(one: Backtest) -> Grid:
    notes = ["Quantile: share of the simulated values below. Months of one history are no sample."]
    if any(point.is_rebased for point, _ in one.market):
        notes.append("* against the series' own value in the base date's month.")
    return Grid(
        "What prices did, and at which quantile of the simulated ones",
        ("month", "", "realised", "quantile"),
        tuple(
            (
                beside(point.month, one.info.base_date),
                f"{printable(point.gpu)} {point.kind}",
                _dollars(point) + " *" * point.is_rebased,
                percent(quantile),
            )
            for point, quantile in one.market
        ),
        tuple(notes),
    )


def _dollars(point: Realised) -> str:
    return f"{point.value:.2f} $/h" if point.kind == "price" else f"{point.value:,.0f} $"


def _verdict(one: Backtest) -> Iterator[str]:
    """What can be said, and how little."""
    number, auc = one.forecast.number, one.forecast.scores["auc"].found
    if auc.value is None:
        why = "nobody defaulted" if number.actual == 0 else "everybody defaulted"
        yield f"Whether the forecast ranks cannot be said: {why}."
    elif auc.low is not None and auc.high is not None and auc.low <= _CHANCE <= auc.high:
        yield "Whether it ranks better than chance cannot be said: the AUC's interval holds 0.5."
    for words, chance in (("as many", number.at_least), ("as few", number.at_most)):
        if chance.high is not None and chance.high < _UNLIKELY:
            yield Alarm(f"Defaults {words} as these were unlikely: {percent(chance)}.")
    few = counted(number.firms, "firm proves", "firms prove")
    yield f"{few} little: neocloud-mc docs calibration."


def _pooled(result: Backtests) -> Grid:
    all_of = result.pooled
    rows = [
        (
            printable(one.info.scenario),
            one.info.base_date or UNDEFINED,
            str(one.until),
            str(one.forecast.number.firms),
            _bare(one.forecast.number.expected.value, 2),
            str(one.forecast.number.actual),
            *(
                _bare(one.forecast.scores[name].found.value)
                for name in ("auc", "brier", "log_score")
            ),
        )
        for one in result.each
    ]
    if all_of is not None:
        scores = (_bare(all_of.scores[name]) for name in ("auc", "brier", "log_score"))
        rows.append(
            ("together", "", "", str(all_of.firms), _bare(all_of.expected, 2),
             str(all_of.defaults), *scores)
        )  # fmt: skip
    return Grid(
        "Every forecast",
        (
            "scenario",
            "base date",
            "months",
            "firms",
            "expected",
            "defaulted",
            "AUC",
            "Brier",
            "log",
        ),
        tuple(rows),
        ("Together: without intervals, for forecasts share firms and years.",),
    )


def _bare(value: float | None, decimals: int = 3) -> str:
    if value is None or math.isnan(value):
        return UNDEFINED
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def _ranged(found: Estimate, decimals: int = 3, decimals_of_ends: int | None = None) -> str:
    """A value and its ends: ``0.750 (0.210 to 1.000)``."""
    if found.low is None or found.high is None:
        return _bare(found.value, decimals)
    ends = decimals if decimals_of_ends is None else decimals_of_ends
    return f"{_bare(found.value, decimals)} ({found.low:.{ends}f} to {found.high:.{ends}f})"


def _shares(found: Estimate) -> str:
    return f"{found.value or 0.0:.0%} ({found.low or 0.0:.0%} to {found.high or 0.0:.0%})"
