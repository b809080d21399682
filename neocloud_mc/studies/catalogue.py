"""What can be asked of a run: every measure with its unit, its meaning, and who accepts it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from neocloud_mc.results.book import Book
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.measures import Measure, kind, measures, short
from neocloud_mc.results.tally import nothing
from neocloud_mc.studies.importance_sampling.rare_event import stands_for

EVERY_STUDY: Final = ("--fail-if", "--measure", "--target", "--target-error")
TAIL: Final = "--tail"

OF_ISSUERS: Final = {
    "pd": "probability of default up to month {level}",
    "breach.pd": "probability of ever being in breach of a covenant",
    "breach.default_given_breach": "probability of default within the horizon, given a breach",
    "breach.warned": "share of the defaults that a breach in an earlier month announced",
    "breach.lead_months": "mean months from the first breach to default, where both happen",
    "ead": "exposure at default: mean of all claims together",
    "lgd": "loss given default: losses over claims",
    "expected_loss": "expected loss, discounted, on loans drawn later too",
    "expected_loss_12m": "expected loss, discounted, of defaults in the first 12 months",
    "expected_loss_rate": "expected loss over the debt drawn and committed today",
    "fair_spread": "the spread on all its balances that pays for the expected loss",
    "cds": "par spread of a credit default swap up to month {level}",
}
OF_TRANCHES: Final = {
    "pd": "probability of a claim on it within the horizon",
    "ead": "exposure at default: mean claim",
    "lgd": "loss given default: losses over claims",
    "expected_loss": "expected loss, discounted, on what is drawn later too",
    "expected_loss_12m": "expected loss, discounted, of defaults in the first 12 months",
    "expected_loss_rate": "expected loss over what is drawn and committed today",
    "fair_spread": "the spread that pays for the expected loss",
}
OF_PORTFOLIO: Final = {
    "mean": "mean loss of all lenders, not discounted",
    "var": "value at risk: {level}% of the losses are not above it",
    "es": "expected shortfall: mean loss beyond the level of {level}%",
}
_EARLY: Final = "by_month_12."
_QUANTILES: Final = {"p05": "5% quantile", "p50": "median", "p95": "95% quantile"}
_MARKET: Final = {
    "price_index": "price index of compute",
    "price": "spot price of a GPU-hour",
    "resale": "resale price of a GPU",
}
_LOSS: Final = "an event: more than so much is lost, as in '{name} > 2e8'"


@dataclass(frozen=True)
class Entry:
    """A measure that a command line may name.

    Parameters
    ----------
    name, path : in short, and in full.
    level : month, number of defaults or confidence level in the name; empty where there is none.
    accepted_by : options.
    """

    name: str
    path: str
    level: str
    unit: str
    meaning: str
    accepted_by: tuple[str, ...]


def catalogue(book: Book, pattern: str = "") -> list[Entry]:
    """Every measure of a scenario's runs whose name holds a text, or fits a pattern with ``*``."""
    return [entry for entry in _entries(book) if _fits(entry, pattern)]


def _fits(entry: Entry, pattern: str) -> bool:
    fitting = pattern if any(c in pattern for c in "*?[") else f"*{pattern}*"
    return fnmatchcase(entry.name, fitting) or fnmatchcase(entry.path, fitting)


def _entries(book: Book) -> Iterator[Entry]:
    owners: list[str] = []
    for measure in measures(estimate(book, nothing(book))):
        accepted = (*EVERY_STUDY, TAIL) if stands_for(book, measure.path) else EVERY_STUDY
        path = measure.path
        yield Entry(
            short(path), path, measure.level, unit_of(measure.path), _meaning(measure), accepted
        )
        if measure.name == "expected_loss":
            owners.append(path.removesuffix(".expected_loss"))
    for owner in (*owners, "portfolio"):
        path = f"{owner}.loss"
        meaning = _LOSS.format(name=short(path))
        yield Entry(short(path), path, "", "USD", meaning, (TAIL,))


def unit_of(path: str) -> str:
    """The unit of the measure of that full name."""
    match kind(path):
        case "share":
            return "share of 1"
        case "rate":
            return "share of the debt" if path.endswith(".expected_loss_rate") else "per year"
        case "usd":
            return "USD"
        case "months":
            return "months"
        case "price":
            return "USD per GPU" if ".resale." in path else "USD per GPU-hour"
        case "level":
            return "1 at the base date"


def _meaning(measure: Measure) -> str:
    name, level = measure.name, measure.level
    match measure.section:
        case "issuers" if name.startswith("causes."):
            return f"probability of default by {name.partition('.')[2]} within the horizon"
        case "issuers":
            return (OF_TRANCHES if measure.tranche else OF_ISSUERS)[name].format(level=level)
        case "joint":
            return _of_several(measure)
        case "portfolio":
            what = name.removeprefix(_EARLY)
            early = "" if what == name else ", of the first 12 months"
            return OF_PORTFOLIO[what].format(level=level) + early
    *_, what, quantile = name.split(".")
    return f"{_QUANTILES[quantile]} of the {_MARKET[what]} in month {level}"


def _of_several(measure: Measure) -> str:
    if measure.name == "at_least":
        return f"probability of {measure.level} or more defaults among issuers without a parent"
    _, other, what = measure.name.split(".")
    if what == "joint":
        return f"probability that {measure.issuer} and {other} default"
    return f"probability that {other} defaults, given that {measure.issuer} does"
