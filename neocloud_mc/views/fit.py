"""A market fitted to quotes: figures beside assumptions; JSON ``neocloud-mc/fit/1``."""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from neocloud_mc import __version__
from neocloud_mc.notation import counted
from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.studies.fit.figures import ERRORS, Figure, moves
from neocloud_mc.studies.fit.level import Parameter
from neocloud_mc.studies.fit.market import ENOUGH_MONTHS
from neocloud_mc.studies.fit.overlay import told_of
from neocloud_mc.studies.fit.quotes import Quotes
from neocloud_mc.studies.fit.run import Fitted
from neocloud_mc.views.render import spreadsheet
from neocloud_mc.views.render.document import Document, Row
from neocloud_mc.views.render.figures import rounded
from neocloud_mc.views.render.grid import Block, Grid
from neocloud_mc.views.render.json_parts import Json, estimate_of, finite
from neocloud_mc.views.render.numbers import UNDEFINED
from neocloud_mc.views.render.spreadsheet import Column, cell, columns
from neocloud_mc.views.render.text import printable

SCHEMA: Final = "neocloud-mc/fit/1"
COLUMNS: Final = (
    Column("figure", cell),
    *(
        Column(name, is_number=True)
        for name in ("value", "low", "high", "standard_error", "assumption")
    ),
    *columns("unit", "rests_on", "told"),
)
_INDEX: Final = columns("month", "index", "low", "high", "quotes")
_MOST_LINES: Final = 10
_VAGUE: Final = "†"


def document(result: Fitted) -> Document:
    """Tables; the figures as records."""
    return Document(
        json=lambda: _json(result),
        blocks=lambda width: [Block(_heading(result), list(_grids(result)), tuple(_words(result)))],
        columns=COLUMNS,
        rows=lambda: map(_row, result.figures),
    )


def index_csv(result: Fitted) -> str:
    """The smoothed index by month, 1 in the first, with 95% ends."""
    return spreadsheet.to_csv(_INDEX, _index(result))


def _index(result: Fitted) -> Iterator[Row]:
    quotes, index = result.market.quotes, result.market.index
    counts = np.bincount(quotes.month, minlength=quotes.n_months)
    for month, (log, error) in enumerate(zip(index.log, index.error, strict=True)):
        ends = (math.exp(log + side * ERRORS * error) for side in (0.0, -1.0, 1.0))
        yield (quotes.name_of(month), *ends, int(counts[month]))


def _heading(result: Fitted) -> tuple[str, ...]:
    lines = [
        f"{printable(result.market.quotes.name)} beside {printable(result.scenario)}",
        printable(told_of(result.market.quotes)),
    ]
    if result.resale is not None:
        lines.append(printable(told_of(result.resale.quotes)))
    return (*lines, "± is one standard error; ranges are two to either side.")


def _grids(result: Fitted) -> Iterator[Grid]:
    yield _told(result)
    yield Grid(
        "Figures of the scenario",
        ("figure", "fitted", "range", "assumption", "rests on"),
        tuple(map(_figure, result.figures)),
        tuple(_below(result)),
    )
    yield Grid(
        "Not estimated, kept as assumed",
        ("figure", "assumption"),
        tuple((path, number(value)) for path, value in result.kept.items()),
        ("No series of prices of this length tells them apart from a drift and a volatility.",),
    )


def _below(result: Fitted) -> Iterator[str]:
    yield "± of a price is a share of it."
    if not all(figure.is_told for figure in result.figures):
        yield f"{_VAGUE} too ill known to replace an assumption: not in the overlay."


def _told(result: Fitted) -> Grid:
    market, months = result.market, result.market.quotes.n_quoted
    rows = [
        ("drift of the index, by the quotes", market.drift, f"slopes over {months} months"),
        ("volatility of the index", market.smoothed.volatility, f"changes over {months} months"),
        ("noise of a quote", market.smoothed.noise, f"{len(market.quotes.month)} quotes"),
    ]
    if market.prior is not None:
        rows[1:1] = [
            ("drift, held before", market.prior, "--prior"),
            ("drift, both together", market.posterior, "weighted by precision"),
        ]
    if market.smoothed.own is not None:
        n_types = len(market.quotes.gpus)
        rows.append(("volatility of a type's own", market.smoothed.own, counted(n_types, "type")))
    return Grid(
        "What the quotes tell, in logs and years",
        ("", "estimate", "rests on"),
        tuple((name, _parameter(found), rests_on) for name, found, rests_on in rows),
    )


def _parameter(found: Parameter) -> str:
    if found.error is None:
        return f"{found.value:.3f}, not told from 0" if found.value < 0.01 else f"{found.value:.3f}"
    return f"{found.value:.3f} ±{found.error:.3f}"


def _figure(figure: Figure) -> tuple[str, ...]:
    found = figure.value
    share = f"{figure.error:.1%}" if _is_price(figure) else f"{figure.error:.2g}"
    ends = [UNDEFINED if end is None else rounded(end, 4) for end in (found.low, found.high)]
    return (
        figure.path + f" {_VAGUE}" * (not figure.is_told),
        f"{rounded(found.value or 0.0, 4)} ±{share}",
        " to ".join(ends),
        rounded(figure.assumed, 4),
        figure.rests_on,
    )


def _is_price(figure: Figure) -> bool:
    return figure.path.startswith("gpus.") and figure.path.endswith(".price")


def _words(result: Fitted) -> Iterator[str]:
    """What a reader must know of the quotes."""
    market, quotes = result.market, result.market.quotes
    if quotes.n_quoted < ENOUGH_MONTHS:
        yield (
            f"{quotes.n_quoted} months with quotes: a volatility takes some {ENOUGH_MONTHS}, and "
            "errors are understated."
        )
    if not moves(market.smoothed.volatility):
        yield (
            "No move of the market is told from noise, or from lists that were not changed: how "
            "well the drift is known is not known."
        )
    if gap := quotes.n_months - quotes.n_quoted:
        yield f"No quote in {gap} of {quotes.n_months} months: the filter bridges them."
    if len(quotes.providers) == 1:
        yield "One provider: what it did and what the market did are not told apart."
    if market.prior is None:
        yield "No --prior for the drift: it rests on the quotes alone."
    if result.base_date is not None and not any(map(_is_price, result.figures)):
        yield f"No price is written: the quotes do not reach the base date {result.base_date}."
    if later := _later(result):
        yield (
            f"{counted(later, 'quote')} later than the base date {result.base_date}: a forecast "
            "from then did not have them, and a backtest of it would be flattered."
        )
    if result.unknown:
        names = ", ".join(map(printable, result.unknown))
        yield f"No types of {printable(result.scenario)}: {names}. Name them as it does."
    for name, lines, of in _left_out(result):
        yield f"Left out, too far from all others: {len(lines)} of {name}, {of}."
    if quotes.n_repeated:
        yield f"{quotes.n_repeated} quotes share their day with others of their series: the median."


def _later(result: Fitted) -> int:
    """Quotes of months after the base date's."""
    if result.base_date is None:
        return 0
    quotes, base = result.market.quotes, result.base_date[: len("2025-06")]
    return sum(quotes.name_of(month) > base for month in quotes.month.tolist())


def _left_out(result: Fitted) -> Iterator[tuple[str, tuple[int, ...], str]]:
    fits: list[tuple[Quotes, tuple[int, ...]]] = [(result.market.quotes, result.market.left_out)]
    if result.resale is not None:
        fits.append((result.resale.quotes, result.resale.left_out))
    for quotes, lines in fits:
        if lines:
            more = " …" if len(lines) > _MOST_LINES else ""
            told = ", ".join(map(str, lines[:_MOST_LINES])) + more
            yield printable(quotes.name), lines, f"line{'s' * (len(lines) > 1)} {told}"


def _json(result: Fitted) -> Json:
    market = result.market
    return {
        "schema": SCHEMA,
        "version": __version__,
        "scenario": result.scenario,
        "base_date": result.base_date,
        "quotes": _quotes(market.quotes, market.left_out),
        "resale": result.resale and _quotes(result.resale.quotes, result.resale.left_out),
        "prior": market.prior and _both(market.prior),
        "drift": _both(market.drift),
        "posterior": _both(market.posterior),
        "volatility": _both(market.smoothed.volatility),
        "noise": _both(market.smoothed.noise),
        "own_volatility": market.smoothed.own and _both(market.smoothed.own),
        "figures": [
            {
                "path": figure.path,
                **estimate_of(figure.value),
                "standard_error": figure.error,
                "assumption": figure.assumed,
                "unit": _unit(figure),
                "rests_on": figure.rests_on,
                "told": figure.is_told,
            }
            for figure in result.figures
        ],
        "kept": finite(dict(result.kept)),
        "index": [dict(zip([c.name for c in _INDEX], row, strict=True)) for row in _index(result)],
        "notes": list(_words(result)),
    }


def _quotes(quotes: Quotes, left_out: tuple[int, ...]) -> Json:
    return {
        "file": quotes.name,
        "read": quotes.n_read,
        "repeated": quotes.n_repeated,
        "fitted": len(quotes.month),
        "left_out": list(left_out),
        "first": quotes.name_of(0),
        "last": quotes.name_of(quotes.n_months - 1),
        "months": quotes.n_months,
        "months_with_quotes": quotes.n_quoted,
        "gpus": list(quotes.gpus),
        "providers": len({provider for provider, _ in quotes.providers}),
    }


def _both(found: Parameter) -> Json:
    return {"value": found.value, "standard_error": found.error}


def _unit(figure: Figure) -> str:
    shape = shapes.at(tuple(figure.path.split(".")))
    return shape.quantity.unit if shape and shape.quantity else ""


def _row(figure: Figure) -> Row:
    found = figure.value
    ends = (found.value, found.low, found.high)
    is_told = "yes" if figure.is_told else "no"
    rest = (_unit(figure), figure.rests_on, is_told)
    return (figure.path, *ends, figure.error, figure.assumed, *rest)
