"""Every sampled number of a run by its name, as gates, sweeps and spreadsheets call it.

A name is the number's place in the JSON result, joined by dots: ``issuers.acme.pd.60``,
``portfolio.es.99.9``. Probabilities of default have a name for every month of the horizon.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from neocloud_mc.errors import UsageError
from neocloud_mc.results.book import Book
from neocloud_mc.results.estimates import (
    estimate,
    issuer_estimates,
    joint_estimates,
    portfolio_estimates,
)
from neocloud_mc.results.families import in_families
from neocloud_mc.results.figures import (
    Estimates,
    IssuerEstimates,
    JointEstimates,
    MarketEstimates,
    PortfolioEstimates,
    Quantiles,
    TrancheEstimates,
)
from neocloud_mc.results.intervals import Estimate, proportion
from neocloud_mc.results.market_quantiles import market_quantiles
from neocloud_mc.results.misnamed import spellings, unknown
from neocloud_mc.results.tally import Tally, nothing

Kind: TypeAlias = Literal["share", "rate", "usd", "months", "price", "level"]
"""A share of 1, a rate per year or of debt, money, months, a price in dollars, or an index."""

_KINDS: Final[Mapping[str, Kind]] = {
    "ead": "usd",
    "expected_loss": "usd",
    "expected_loss_12m": "usd",
    "expected_loss_rate": "rate",
    "fair_spread": "rate",
    "cds": "rate",
    "lead_months": "months",
}
"""What measures of issuers and tranches are that are no share."""


@dataclass(frozen=True)
class Measure:
    """One sampled number.

    Parameters
    ----------
    path : its place in the JSON result.
    section : issuers, joint, portfolio or market.
    issuer, tranche : whose it is; empty where it is nobody's alone.
    name : what it is, for example ``pd``; dotted where it needs more words.
    level : month, number of defaults or confidence level; empty where there is none.
    """

    path: str
    section: str
    issuer: str
    tranche: str
    name: str
    level: str
    estimate: Estimate


def measures(estimates: Estimates) -> Iterator[Measure]:
    """Every sampled number of a run, in the order of the JSON result."""
    for issuer in estimates.issuers.values():
        yield from _issuer(issuer)
    yield from _joint(estimates.joint)
    yield from _portfolio(estimates.portfolio)
    yield from _market(estimates.market)


def evaluate(book: Book, tally: Tally, names: Collection[str]) -> dict[str, Estimate]:
    """The measures of these full names, without the work of the others.

    Default probabilities, which a sensitivity analysis asks for by the ten thousand, are read off
    the counts.
    """
    found = {}
    for i, issuer in enumerate(book.issuers):
        of_issuer = {name for name in names if name.startswith(f"issuers.{issuer.id}.")}
        plain = {f"issuers.{issuer.id}.pd.{m}": m for m in range(1, book.months + 1)}
        for name in of_issuer & plain.keys():
            found[name] = proportion(int(tally.defaults[i, :, : plain[name]].sum()), tally.n)
        if of_issuer - plain.keys():
            found |= _by_name(_issuer(issuer_estimates(book, tally, i)), of_issuer)
    for section, of_section in _SECTIONS.items():
        if any(name.startswith(f"{section}.") for name in names):
            found |= _by_name(of_section(book, tally), names)
    return {name: found[name] for name in names}


def kind(path: str) -> Kind:
    """What a measure of that full name is: decides its unit, its range and how it is spoken of."""
    section, *parts = path.split(".")
    if section == "market":
        return "price" if parts[0] == "gpus" else "level"
    if section != "issuers":
        return "usd" if section == "portfolio" else "share"
    own = parts[3:] if parts[1] == "tranches" else parts[1:]
    return _KINDS.get(own[0] if own[0] != "breach" else own[1], "share")


class Place(NamedTuple):
    """Where a measure stands, apart.

    Parameters
    ----------
    issuer, tranche : whose it is; of a pair, the issuer that is given to default.
    name : the rest of its full name, but for the month.
    month : up to which it counts, where its name has one.
    """

    issuer: str
    tranche: str
    name: str
    month: int | None


def place_of(path: str) -> Place:
    """The place of a full name."""
    match path.split("."):
        case ["issuers", issuer, "tranches", tranche, *name]:
            return Place(issuer, tranche, ".".join(name), None)
        case ["issuers", issuer, "pd" | "cds" as name, month]:
            return Place(issuer, "", name, int(month))
        case ["issuers", issuer, *name]:
            return Place(issuer, "", ".".join(name), None)
        case ["joint", "pairs", issuer, *name]:
            return Place(issuer, "", ".".join(("joint", "pairs", *name)), None)
        case ["market", *name, month, quantile]:
            return Place("", "", ".".join(("market", *name, quantile)), int(month))
    return Place("", "", path, None)


def resolve(book: Book, path: str) -> str:
    """The full name of a measure that may be given in short: by its issuer, or its tranche.

    Raises
    ------
    UsageError : if there is no such measure; names the nearest.
    """
    return full_name(estimate(book, nothing(book)), path)


def full_name(estimates: Estimates, path: str) -> str:
    """As `resolve`, of a run that is done."""
    known = {m.path for m in measures(estimates)}
    for candidate in spellings(path):
        if candidate in known:
            return candidate
    names = known if path.startswith("issuers.") else set(map(short, known))
    raise UsageError(unknown(path, names, max(estimates.horizons)))


def wanted(book: Book, given: Iterable[str]) -> tuple[str, ...]:
    """Full names of the measures given; without any, each issuer's PD at the horizon.

    Raises
    ------
    UsageError : as `resolve`, and where there is no issuer to ask for.
    """
    names = tuple(dict.fromkeys(resolve(book, path) for path in given))
    found = names or headline(book)
    if not found:
        raise UsageError("the scenario has no issuer: name a measure with --measure")
    return found


def headline(book: Book) -> tuple[str, ...]:
    """Full names of each issuer's PD at the horizon."""
    return tuple(f"issuers.{issuer.id}.pd.{book.months}" for issuer in in_families(book.issuers))


def find(estimates: Estimates, path: str) -> Estimate:
    """The measure of a full name (see `resolve`)."""
    return next(m.estimate for m in measures(estimates) if m.path == path)


def short(path: str) -> str:
    """A full name in short, as `resolve` takes it too."""
    return path.removeprefix("issuers.").replace(".tranches.", ".")


def _measure(
    section: str,
    name: str,
    estimate: Estimate,
    level: str = "",
    *,
    issuer: str = "",
    tranche: str = "",
) -> Measure:
    owner = [issuer, "tranches", tranche] if tranche else [issuer] if section == "issuers" else []
    path = ".".join(part for part in (section, *owner, name, level) if part)
    return Measure(path, section, issuer, tranche, name, level, estimate)


def _issuer(issuer: IssuerEstimates) -> Iterator[Measure]:
    for month, found in issuer.pd.items():
        yield _measure("issuers", "pd", found, str(month), issuer=issuer.id)
    plain = {
        **{f"causes.{cause}": found for cause, found in issuer.causes.items()},
        "breach.pd": issuer.breach,
        "breach.default_given_breach": issuer.default_given_breach,
        "breach.warned": issuer.warned,
        "breach.lead_months": issuer.lead_months,
        **_losses(issuer),
    }
    for name, found in plain.items():
        yield _measure("issuers", name, found, issuer=issuer.id)
    for month, found in issuer.cds.items():
        yield _measure("issuers", "cds", found, str(month), issuer=issuer.id)
    for tranche in issuer.tranches.values():
        yield from _tranche(issuer.id, tranche)


def _tranche(issuer: str, tranche: TrancheEstimates) -> Iterator[Measure]:
    for name, found in {"pd": tranche.pd, **_losses(tranche)}.items():
        yield _measure("issuers", name, found, issuer=issuer, tranche=tranche.id)


def _losses(of: IssuerEstimates | TrancheEstimates) -> dict[str, Estimate]:
    """What lenders lose, by name."""
    return {
        "ead": of.ead,
        "lgd": of.lgd,
        "expected_loss": of.expected_loss,
        "expected_loss_12m": of.expected_loss_12m,
        "expected_loss_rate": of.expected_loss_rate,
        "fair_spread": of.fair_spread,
    }


def _joint(joint: JointEstimates) -> Iterator[Measure]:
    for k, found in joint.at_least.items():
        yield _measure("joint", "at_least", found, str(k))
    for row, others in joint.pairs.items():
        for column, pair in others.items():
            for kind, found in (("joint", pair.joint), ("conditional", pair.conditional)):
                path = f"joint.pairs.{row}.{column}.{kind}"
                yield Measure(path, "joint", row, "", f"pairs.{column}.{kind}", "", found)


def _portfolio(portfolio: PortfolioEstimates) -> Iterator[Measure]:
    for prefix, losses in (("", portfolio), ("by_month_12.", portfolio.by_month_12)):
        yield _measure("portfolio", f"{prefix}mean", losses.mean)
        for name, by_level in (("var", losses.var), ("es", losses.es)):
            for level, found in by_level.items():
                yield _measure("portfolio", f"{prefix}{name}", found, level)


def _market(market: MarketEstimates) -> Iterator[Measure]:
    yield from _quantiles("price_index", market.price_index)
    for key, gpu in market.gpus.items():
        yield from _quantiles(f"gpus.{key}.price", gpu.price)
        yield from _quantiles(f"gpus.{key}.resale", gpu.resale)


def _quantiles(name: str, quantiles: Quantiles) -> Iterator[Measure]:
    for month, by_name in quantiles.items():
        for quantile, found in by_name.items():
            path = f"market.{name}.{month}.{quantile}"
            yield Measure(path, "market", "", "", f"{name}.{quantile}", str(month), found)


_SECTIONS: Final[Mapping[str, Callable[[Book, Tally], Iterator[Measure]]]] = {
    "joint": lambda book, tally: _joint(joint_estimates(book, tally)),
    "portfolio": lambda book, tally: _portfolio(portfolio_estimates(book, tally)),
    "market": lambda book, tally: _market(market_quantiles(book, tally)),
}


def _by_name(found: Iterable[Measure], names: Collection[str]) -> dict[str, Estimate]:
    return {measure.path: measure.estimate for measure in found if measure.path in names}
