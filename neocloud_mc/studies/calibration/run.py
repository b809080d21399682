"""Find the price of risk that quotes imply, and set both kinds of probabilities side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import UsageError
from neocloud_mc.mechanisms.market.terms import PriceOfRisk
from neocloud_mc.results.book import Book
from neocloud_mc.results.expressions import shown
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import short
from neocloud_mc.results.run import RunInfo
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies import equation
from neocloud_mc.studies.calibration.carriers import Carrier
from neocloud_mc.studies.calibration.least_squares import USUAL, Quote, Search, Solution
from neocloud_mc.studies.calibration.premium import priced
from neocloud_mc.studies.common_random_numbers import sample_each
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import identify
from neocloud_mc.studies.jackknife import combine
from neocloud_mc.studies.samples import Sampled

_EXAMPLE: Final = "acme.cds.60 = 370bp"


@dataclass(frozen=True)
class Both:
    """A measure under both kinds of probabilities.

    Parameters
    ----------
    ratio : the second over the first, on the same draws.
    """

    real: Estimate
    neutral: Estimate
    ratio: Estimate


@dataclass(frozen=True)
class Calibration:
    """The answer.

    Parameters
    ----------
    info : of the scenario as it is.
    measures : PD, expected loss and spread of every issuer and tranche, and what was quoted, by
        full name.
    """

    info: RunInfo
    book: Book
    by: Carrier
    quotes: tuple[Quote, ...]
    solution: Solution
    measures: dict[str, Both]

    @property
    def premium(self) -> float:
        """The price of risk."""
        return self.solution.premium.value or 0.0


def read_quote(book: Book, text: str) -> Quote:
    """Read ``acme.cds.60 = 370bp``.

    Raises
    ------
    UsageError : no such measure, no number, or none above 0 that the measure can be.
    """
    measure, value = equation.read(book, "--to", text, _EXAMPLE)
    if value <= 0.0:
        raise UsageError(f"--to {shown(text)}: a quote lies above 0")
    return Quote(measure, value)


def calibrate(loaded: Loaded, texts: Sequence[str], by: Carrier, effort: Effort) -> Calibration:
    """Find the price of risk at which measures are what they are quoted at.

    Parameters
    ----------
    texts : quotes, such as ``acme.cds.60 = 370bp``.

    Raises
    ------
    UsageError : before anything is simulated; after it, a quote that no price of risk reaches.
    RunError : the search does not settle.
    """
    scenario = loaded.scenario
    book = open_book(scenario)
    quotes = tuple(read_quote(book, text) for text in texts)
    if not quotes:
        raise UsageError(f"give a quote: --to '{_EXAMPLE}'")
    for place, quote in enumerate(quotes):
        if quote.measure in [other.measure for other in quotes[:place]]:
            name = short(quote.measure)
            raise UsageError(f"--to: {name} is quoted twice: leave one of them")
    if scenario.market.price_of_risk != PriceOfRisk():
        raise UsageError(
            "market.price_of_risk is not 0, so the scenario is no real world to start from: "
            "--set market.price_of_risk=null"
        )
    effort.watch.warn(loaded.warnings)
    solution, n_runs = _search(scenario, quotes, by, effort)
    names = list(dict.fromkeys([*(q.measure for q in quotes), *_compared(book)]))
    worlds = (scenario, priced(scenario, by, solution.premium.value or 0.0))
    real, neutral = sample_each(scenario.name, worlds, names, effort, len(worlds))
    return Calibration(
        info=identify(loaded, effort, n_runs + len(worlds)),
        book=book,
        by=by,
        quotes=quotes,
        solution=solution,
        measures={name: _both(real[name], neutral[name]) for name in names},
    )


def _search(
    scenario: Scenario, quotes: tuple[Quote, ...], by: Carrier, effort: Effort
) -> tuple[Solution, int]:
    """The price of risk, and how many runs it took."""
    search = Search(quotes)
    asked: list[float] = []

    def scenarios() -> Iterator[Scenario]:
        for premium in search.wishes():
            asked.append(premium)
            yield priced(scenario, by, premium)

    names = [quote.measure for quote in quotes]
    for sample in sample_each(scenario.name, scenarios(), names, effort, USUAL):
        search.tell(asked[-1], sample)
    assert search.solution is not None  # or its search has raised
    return search.solution, len(asked)


def _compared(book: Book) -> Iterator[str]:
    """Full names of what is set side by side."""
    for i, issuer in enumerate(book.issuers):
        at = f"issuers.{issuer.id}"
        yield from (f"{at}.pd.{book.months}", f"{at}.expected_loss", f"{at}.fair_spread")
        for j in book.tranches_of(i):
            tranche = f"{at}.tranches.{book.tranches[j].id}"
            yield from (f"{tranche}.pd", f"{tranche}.expected_loss", f"{tranche}.fair_spread")


def _both(real: Sampled, neutral: Sampled) -> Both:
    def ratio(a: float, b: float) -> float:
        return b / a if a > 0.0 else float("nan")

    found = combine(ratio, real.replicates, neutral.replicates)
    return Both(real.estimate, neutral.estimate, found.estimate())
