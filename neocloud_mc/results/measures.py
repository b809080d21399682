"""Every sampled number of a run by its name, as gates, sweeps and spreadsheets call it.

A name is the number's place in the JSON result, joined by dots: ``issuers.acme.pd.60``,
``portfolio.es.99.9``. Probabilities of default have a name for every month of the horizon.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from neocloud_mc.errors import UsageError
from neocloud_mc.results.book import Book
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.figures import Estimates, IssuerEstimates, Quantiles, TrancheEstimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.tally import nothing


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
    yield from _joint(estimates)
    yield _measure("portfolio", "mean", estimates.portfolio.mean)
    for name, by_level in (("var", estimates.portfolio.var), ("es", estimates.portfolio.es)):
        for level, found in by_level.items():
            yield _measure("portfolio", name, found, level)
    yield from _quantiles("price_index", estimates.market.price_index)
    for key, gpu in estimates.market.gpus.items():
        yield from _quantiles(f"gpus.{key}.price", gpu.price)
        yield from _quantiles(f"gpus.{key}.resale", gpu.resale)


def resolve(book: Book, path: str) -> str:
    """The full name of a measure that may be given in short: by its issuer, or its tranche.

    Raises
    ------
    UsageError : if there is no such measure; names the nearest.
    """
    known = {m.path for m in measures(estimate(book, nothing(book)))}
    for candidate in _spellings(path):
        if candidate in known:
            return candidate
    names = known if path.startswith("issuers.") else map(_shortened, known)
    nearest = get_close_matches(path, sorted(names), n=1, cutoff=0.0)
    raise UsageError(f"{path} is nothing that this run reports (did you mean {nearest[0]}?)")


def find(estimates: Estimates, path: str) -> Estimate:
    """The measure of a full name (see `resolve`)."""
    return next(m.estimate for m in measures(estimates) if m.path == path)


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
        "breach.lead_months": issuer.lead_months,
        "lgd": issuer.lgd,
        "expected_loss": issuer.expected_loss,
        "expected_loss_rate": issuer.expected_loss_rate,
    }
    for name, found in plain.items():
        yield _measure("issuers", name, found, issuer=issuer.id)
    for tranche in issuer.tranches.values():
        yield from _tranche(issuer.id, tranche)


def _tranche(issuer: str, tranche: TrancheEstimates) -> Iterator[Measure]:
    plain = {
        "pd": tranche.pd,
        "lgd": tranche.lgd,
        "expected_loss": tranche.expected_loss,
        "expected_loss_rate": tranche.expected_loss_rate,
        "fair_spread": tranche.fair_spread,
    }
    for name, found in plain.items():
        yield _measure("issuers", name, found, issuer=issuer, tranche=tranche.id)


def _joint(estimates: Estimates) -> Iterator[Measure]:
    for k, found in estimates.joint.at_least.items():
        yield _measure("joint", "at_least", found, str(k))
    for row, others in estimates.joint.pairs.items():
        for column, pair in others.items():
            for kind, found in (("joint", pair.joint), ("conditional", pair.conditional)):
                path = f"joint.pairs.{row}.{column}.{kind}"
                yield Measure(path, "joint", row, "", f"pairs.{column}.{kind}", "", found)


def _quantiles(name: str, quantiles: Quantiles) -> Iterator[Measure]:
    for month, by_name in quantiles.items():
        for quantile, found in by_name.items():
            path = f"market.{name}.{month}.{quantile}"
            yield Measure(path, "market", "", "", f"{name}.{quantile}", str(month), found)


def _spellings(path: str) -> Iterable[str]:
    """What a short name can stand for; a full name stands for itself."""
    yield path
    yield f"issuers.{path}"
    issuer, _, rest = path.partition(".")
    yield f"issuers.{issuer}.tranches.{rest}"


def _shortened(path: str) -> str:
    return path.removeprefix("issuers.").replace(".tranches.", ".")
