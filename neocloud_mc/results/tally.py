"""What a run keeps of its paths: counts, exact sums and histograms, of a size that is bounded.

A chunk of paths becomes a `Tally`; tallies add up, exactly, in any order and grouping.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.causes import CAUSES
from neocloud_mc.errors import RunError
from neocloud_mc.results.book import (
    BOUNDLESS,
    Book,
    Floats,
    IssuerEntry,
    Outcome,
    TrancheEntry,
    horizons,
)
from neocloud_mc.results.histogram import (
    Counts,
    Histogram,
    count,
    is_possible as histogram_of_counts,
)
from neocloud_mc.results.moments import (
    Integers,
    Moments,
    is_possible as moments_of_amounts,
    moments,
)

_MOST_PATHS: Final = 1 << 48
"""More than anybody simulates; sums of counts up to it stay in 64 bits."""
_LARGEST: Final = 1e100
"""USD: the square of the largest amount, summed over a chunk, must still be a number."""


@dataclass(frozen=True)
class Tally:
    """What happened on n paths.

    Parameters
    ----------
    defaults : int64[issuers, causes, months], by cause and month of default (months from 1).
    breaches : int64[issuers], paths with a covenant breach, ever.
    leads : int64[issuers, months + 1], paths with breach and default, by the months between.
    joint_defaults : int64[issuers + 1], paths by how many issuers default.
    pairs : int64[issuers, issuers], paths on which both default.
    issuer_claims, tranche_claims : int64[issuers], int64[tranches], paths with a claim.
    issuer_losses, tranche_losses : the same, paths with a loss.
    issuer_recoveries, tranche_recoveries : the same, paths on which a claim is not lost whole.
    issuer_recovery, tranche_recovery : moments of (loss, claim), USD.
    issuer_loss : moments of the discounted loss, USD.
    tranche_loss : moments of (discounted loss, discounted balance), USD and USD-years.
    portfolio_loss : moments of the portfolio's loss, one row, USD, not discounted.
    losses : the portfolio's loss, USD.
    index : the log price index at each of the book's horizons.
    """

    n: int
    defaults: Counts
    breaches: Counts
    leads: Counts
    joint_defaults: Counts
    pairs: Counts
    issuer_claims: Counts
    tranche_claims: Counts
    issuer_losses: Counts
    tranche_losses: Counts
    issuer_recoveries: Counts
    tranche_recoveries: Counts
    issuer_recovery: Moments
    tranche_recovery: Moments
    issuer_loss: Moments
    tranche_loss: Moments
    portfolio_loss: Moments
    losses: Histogram
    index: tuple[Histogram, ...]


def check(tally: Tally) -> None:
    """Make sure that a tally from a file is one that paths can have.

    Raises
    ------
    ValueError : it is not; or another exception, where shapes make no sense at all.
    """
    if not alike(tally, nothing(_book_of(tally))):
        raise ValueError("the fields are of different books")
    n, defaults, joint = tally.n, tally.defaults.sum(axis=(1, 2)), tally.joint_defaults
    by_count, losses = np.arange(len(joint)), tally.losses
    agrees = [
        0 <= n < _MOST_PATHS,
        all(_is_possible(getattr(tally, part.name), n) for part in fields(tally)),
        joint.sum() == n and (by_count * joint).sum() == defaults.sum(),
        (tally.pairs.diagonal() == defaults).all() and (tally.pairs == tally.pairs.T).all(),
        (by_count**2 * joint).sum() == tally.pairs.sum(),
        (tally.leads.sum(axis=1) <= np.minimum(tally.breaches, defaults)).all(),
        (tally.issuer_claims <= defaults).all(),
        losses.mass[losses.largest == 0.0].sum() >= joint[0] and (losses.least >= 0.0).all(),
        *(
            (part <= claims).all() and (total[:, part == 0] == 0).all()
            for claims, part, total in _parts_of_claims(tally)
        ),
    ]
    if not all(agrees):
        raise ValueError("no paths have such a tally")


def _parts_of_claims(tally: Tally) -> Iterator[tuple[Counts, Counts, Integers]]:
    """Counts of claims, a count of some of them, and sums that are 0 where the latter is."""
    by_issuer, by_tranche = tally.issuer_recovery.total, tally.tranche_recovery.total
    yield tally.issuer_claims, tally.issuer_claims, by_issuer
    yield tally.tranche_claims, tally.tranche_claims, by_tranche
    yield tally.issuer_claims, tally.issuer_losses, by_issuer[:1]
    yield tally.tranche_claims, tally.tranche_losses, by_tranche[:1]
    yield tally.issuer_claims, tally.issuer_losses, tally.issuer_loss.total
    yield tally.tranche_claims, tally.tranche_losses, tally.tranche_loss.total[:1]
    yield tally.issuer_claims, tally.issuer_recoveries, by_issuer[:0]
    yield tally.tranche_claims, tally.tranche_recoveries, by_tranche[:0]


def _is_possible(found: Any, n: int) -> bool:
    """Whether a field alone could be of n paths, none of which counts twice in one cell."""
    if isinstance(found, Moments):
        return found.n == n and moments_of_amounts(found)
    if isinstance(found, Histogram):
        return histogram_of_counts(found, n)
    if isinstance(found, tuple):
        return all(_is_possible(each, n) for each in found)
    return bool((np.asarray(found) >= 0).all() and (np.asarray(found) <= n).all())


def _book_of(tally: Tally) -> Book:
    """A book of as many issuers, tranches and months."""
    n_issuers, _, months = tally.defaults.shape
    (n_tranches,) = tally.tranche_claims.shape
    nothing_owed = dict.fromkeys(("principal", "commitment", "contract_spread", "share"), 0.0)
    tranche = TrancheEntry(issuer=0, id="", kind="", secured=False, **nothing_owed)
    issuers = n_issuers * (IssuerEntry("", ""),)
    return Book("", None, months, np.ones(months + 1), issuers, n_tranches * (tranche,), (), 0.0)


def alike(a: Tally, b: Tally) -> bool:
    """Whether two tallies can be of the same book: the same types and shapes."""
    return all(_form(getattr(a, part.name)) == _form(getattr(b, part.name)) for part in fields(a))


def _form(found: object) -> object:
    if isinstance(found, Moments):
        return found.total.shape, found.product.shape
    if isinstance(found, tuple):
        return len(found)
    return (found.dtype, found.shape) if isinstance(found, np.ndarray) else type(found)


def merge(a: Tally, b: Tally) -> Tally:
    """The tally of both sets of paths together; exact, so the order does not matter."""
    both = {field.name: (getattr(a, field.name), getattr(b, field.name)) for field in fields(Tally)}
    mine, its = both.pop("index")
    index = tuple(left + right for left, right in zip(mine, its, strict=True))
    return Tally(index=index, **{name: left + right for name, (left, right) in both.items()})


def nothing(book: Book) -> Tally:
    """The tally of no path at all: what `merge` leaves unchanged."""
    issuers = np.zeros((len(book.issuers), 0))
    tranches = np.zeros((len(book.tranches), 0))
    months = np.zeros((book.months, 0))
    return tally(book, Outcome(issuers, issuers, issuers, tranches, tranches, tranches, months))


def tally(book: Book, outcome: Outcome) -> Tally:
    """Count one chunk of paths.

    Parameters
    ----------
    outcome : of n consecutive paths; n may be 0. A chunk is at most some 10^5 paths.

    Raises
    ------
    RunError : an amount or the price index has left the range of numbers.
    """
    _refuse_boundless(outcome)
    month = outcome.default_month.astype(np.int64)
    has_defaulted = month > 0
    issuer_of = np.array([t.issuer for t in book.tranches], dtype=np.int64)
    issuer_loss = _by_issuer(book, outcome.loss)
    issuer_claim = _by_issuer(book, outcome.claim)
    discount = book.discount[month]
    shares = np.array([t.share for t in book.tranches])
    portfolio = np.einsum("j,jn->n", shares, outcome.loss)
    shown = np.array(horizons(book.months)) - 1
    breach = outcome.first_breach > 0.0
    return Tally(
        n=outcome.default_month.shape[1],
        defaults=_count_defaults(book, outcome, month),
        breaches=breach.sum(axis=1),
        leads=_count_leads(outcome, month, breach & has_defaulted),
        joint_defaults=np.bincount(has_defaulted.sum(axis=0), minlength=len(book.issuers) + 1),
        pairs=_count_pairs(has_defaulted),
        issuer_claims=np.count_nonzero(issuer_claim > 0.0, axis=1),
        tranche_claims=np.count_nonzero(outcome.claim > 0.0, axis=1),
        issuer_losses=np.count_nonzero(issuer_loss > 0.0, axis=1),
        tranche_losses=np.count_nonzero(outcome.loss > 0.0, axis=1),
        issuer_recoveries=np.count_nonzero(issuer_loss < issuer_claim, axis=1),
        tranche_recoveries=np.count_nonzero(outcome.loss < outcome.claim, axis=1),
        issuer_recovery=moments(issuer_loss, issuer_claim),
        tranche_recovery=moments(outcome.loss, outcome.claim),
        issuer_loss=moments(discount * issuer_loss),
        tranche_loss=moments(discount[issuer_of] * outcome.loss, outcome.discounted_balance),
        portfolio_loss=moments(portfolio[None, :]),
        losses=count(portfolio),
        index=tuple(count(outcome.log_index[month]) for month in shown),
    )


def _refuse_boundless(outcome: Outcome) -> None:
    amounts = (outcome.claim, outcome.loss, outcome.discounted_balance)
    largest = np.max([x.max(initial=0.0) for x in amounts])
    index = np.array([outcome.log_index.min(initial=0.0), outcome.log_index.max(initial=0.0)])
    if not (largest <= _LARGEST and np.isfinite(index).all()):
        raise RunError(BOUNDLESS)


def _by_issuer(book: Book, amounts: Floats) -> Floats:
    """Sum tranches to issuers: float64[tranches, n] to float64[issuers, n], in book order."""
    sums = np.zeros((len(book.issuers), amounts.shape[1]))
    for tranche, amount in zip(book.tranches, amounts, strict=True):
        sums[tranche.issuer] += amount
    return sums


def _count_defaults(book: Book, outcome: Outcome, month: Counts) -> Counts:
    """int64[issuers, causes, months]."""
    issuer, path = np.nonzero(month)
    cause = outcome.cause[issuer, path].astype(np.int64) - 1
    cells = (issuer * len(CAUSES) + cause) * book.months + month[issuer, path] - 1
    shape = (len(month), len(CAUSES), book.months)
    return np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape)


def _count_pairs(has_defaulted: NDArray[np.bool_]) -> Counts:
    """int64[issuers, issuers], paths on which both default."""
    pairs = [np.count_nonzero(has_defaulted & row, axis=1) for row in has_defaulted]
    return np.array(pairs, dtype=np.int64).reshape(len(has_defaulted), len(has_defaulted))


def _count_leads(outcome: Outcome, month: Counts, has_both: NDArray[np.bool_]) -> Counts:
    """int64[issuers, months + 1], months from first breach to default."""
    issuer, path = np.nonzero(has_both)
    lead = month[issuer, path] - outcome.first_breach[issuer, path].astype(np.int64)
    width = len(outcome.log_index) + 1
    return np.bincount(issuer * width + lead, minlength=len(month) * width).reshape(-1, width)
