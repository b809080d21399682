"""What a run keeps of its paths: counts, exact sums and histograms, of a size that is bounded.

A chunk of paths becomes a `Tally`; tallies add up, exactly, in any order and grouping.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.causes import CAUSES
from neocloud_mc.errors import RunError
from neocloud_mc.results.book import (
    BOUNDLESS,
    Book,
    Floats,
    Outcome,
    horizons,
)
from neocloud_mc.results.histogram import Counts, Histogram, count
from neocloud_mc.results.moments import Moments, Totals, exactly, moments, totals
from neocloud_mc.results.sums import (
    CLAIMS,
    LOSSES,
    LOSSES_12M,
    RECOVERIES,
    Sums,
    add_up,
)

_LARGEST: Final = 1e100
"""USD: of such amounts the squares, summed over a chunk, must still be numbers."""


@dataclass(frozen=True)
class Tally:
    """What happened on n paths.

    Parameters
    ----------
    defaults : int64[issuers, causes, months], by cause and month of default (months from 1).
    breaches : int64[issuers], paths with a covenant breach, ever.
    leads : int64[issuers, months + 1], paths with breach and default, by the months between.
    joint_defaults : int64[heads + 1], paths by how many issuers without a parent default.
    pairs : int64[issuers, issuers], paths on which both default.
    issuer_claims, tranche_claims : int64[issuers], int64[tranches], paths with a claim.
    issuer_losses, tranche_losses : the same, paths with a loss.
    issuer_losses_12m, tranche_losses_12m : of these, the loss of a default in the first 12 months.
    issuer_recoveries, tranche_recoveries : the same, paths on which a claim is not lost whole.
    issuer_recovery, tranche_recovery : moments of (loss, claim), USD.
    issuer_loss, tranche_loss : moments of (discounted loss, discounted balance), USD, USD-years.
    issuer_loss_12m, tranche_loss_12m : moments of the discounted loss of defaults in the first 12
        months, USD.
    loss_by_horizon : sums of tranches' discounted losses of defaults by each of the book's
        horizons (columns).
    portfolio_loss, portfolio_loss_12m : moments of the portfolio's loss, all of it and that of
        the first 12 months, one row, USD, not discounted.
    losses, losses_12m : these losses.
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
    issuer_losses_12m: Counts
    tranche_losses_12m: Counts
    issuer_recoveries: Counts
    tranche_recoveries: Counts
    issuer_recovery: Moments
    tranche_recovery: Moments
    issuer_loss: Moments
    tranche_loss: Moments
    issuer_loss_12m: Moments
    tranche_loss_12m: Moments
    loss_by_horizon: Totals
    portfolio_loss: Moments
    portfolio_loss_12m: Moments
    losses: Histogram
    losses_12m: Histogram
    index: tuple[Histogram, ...]


def alike(a: Tally, b: Tally) -> bool:
    """Whether two tallies can be of the same book: the same types and shapes."""
    return all(_form(getattr(a, part.name)) == _form(getattr(b, part.name)) for part in fields(a))


def _form(found: object) -> object:
    if isinstance(found, Moments):
        return found.total.shape, found.product.shape
    if isinstance(found, Totals):
        return found.total.shape
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
    found = add_up(book, outcome)
    index = [outcome.log_index[shown - 1] for shown in horizons(book.months)]
    _refuse_boundless(found, index)
    month = outcome.default_month.astype(np.int64)
    has_defaulted = month > 0
    breach = outcome.first_breach > 0.0
    n, heads, n_tranches = month.shape[1], list(book.heads), len(book.tranches)
    tranches, issuers = slice(0, n_tranches), slice(n_tranches, None)
    counts, portfolio = found.counts, found.portfolio
    return Tally(
        n=n,
        defaults=_count_defaults(book, outcome, month),
        breaches=np.count_nonzero(breach, axis=1),
        leads=_count_leads(outcome, month, breach & has_defaulted),
        joint_defaults=np.bincount(has_defaulted[heads].sum(axis=0), minlength=len(heads) + 1),
        pairs=_count_pairs(has_defaulted),
        issuer_claims=counts[CLAIMS, issuers],
        tranche_claims=counts[CLAIMS, tranches],
        issuer_losses=counts[LOSSES, issuers],
        tranche_losses=counts[LOSSES, tranches],
        issuer_losses_12m=counts[LOSSES_12M, issuers],
        tranche_losses_12m=counts[LOSSES_12M, tranches],
        issuer_recoveries=counts[RECOVERIES, issuers],
        tranche_recoveries=counts[RECOVERIES, tranches],
        issuer_recovery=exactly(n, found.recovery[issuers]),
        tranche_recovery=exactly(n, found.recovery[tranches]),
        issuer_loss=exactly(n, found.loss[issuers]),
        tranche_loss=exactly(n, found.loss[tranches]),
        issuer_loss_12m=exactly(n, found.loss_12m[issuers]),
        tranche_loss_12m=exactly(n, found.loss_12m[tranches]),
        loss_by_horizon=Totals(totals(found.by_horizon).total.cumsum(axis=1)),
        portfolio_loss=moments(portfolio[:1]),
        portfolio_loss_12m=moments(portfolio[1:]),
        losses=count(portfolio[0]),
        losses_12m=count(portfolio[1]),
        index=tuple(map(count, index)),
    )


def _refuse_boundless(found: Sums, index: Sequence[Floats]) -> None:
    means = (found.recovery[:, :2], found.loss[:, :2], found.portfolio)
    largest = np.max([x.max(initial=0.0) for x in means])
    if not (largest <= _LARGEST and np.isfinite(index).all()):
        raise RunError(BOUNDLESS)


def _count_defaults(book: Book, outcome: Outcome, month: Counts) -> Counts:
    """int64[issuers, causes, months]."""
    shape = (len(CAUSES) + 1, book.months + 1)
    cells = outcome.cause.astype(np.int64) * shape[1] + month
    counts = [np.bincount(row, minlength=shape[0] * shape[1]) for row in cells]
    return np.array(counts).reshape(-1, *shape)[:, 1:, 1:].copy()


def _count_pairs(has_defaulted: NDArray[np.bool_]) -> Counts:
    """int64[issuers, issuers], paths on which both default; a path is a bit."""
    paths = np.packbits(has_defaulted, axis=1)
    both = np.bitwise_count(paths[:, None] & paths)
    return np.asarray(both.sum(axis=2, dtype=np.int64))


def _count_leads(outcome: Outcome, month: Counts, has_both: NDArray[np.bool_]) -> Counts:
    """int64[issuers, months + 1], months from first breach to default."""
    issuer, path = np.nonzero(has_both)
    lead = month[issuer, path] - outcome.first_breach[issuer, path].astype(np.int64)
    width = len(outcome.log_index) + 1
    return np.bincount(issuer * width + lead, minlength=len(month) * width).reshape(-1, width)
