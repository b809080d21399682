"""Counts and sums of a chunk of paths: of claims, losses and balances, row by row.

They are compiled, and read the outcomes once: a chunk is larger than a processor's cache, and
NumPy, operation by operation, took three times as long.

Moments of a pair of variables are five numbers: the means of x and y, and the sums of the products
xx, xy and yy of their deviations from these means; those of one variable its mean and xx.
"""

from dataclasses import dataclass

import numpy as np

from neocloud_mc import jit
from neocloud_mc.quantities import MONTHS_PER_YEAR
from neocloud_mc.results.book import Book, Floats, Outcome, horizons
from neocloud_mc.results.histogram import Counts

CLAIMS, LOSSES, LOSSES_12M, RECOVERIES = range(4)
"""Counts: paths with a claim, with a loss, with a loss from a default in the first 12
months, and on which a claim is not lost whole."""
_RECOVERY, _LOSS, _LOSS_12M, _END = 4, 9, 14, 16
"""Columns after the counts: where each set of moments begins, and how many there are."""
_FACTOR, _FACTOR_12M, _CLAIMED, _LOST, _OWED, _PRESENT, _PRESENT_12M, _N_SCRATCH = range(8)
"""Rows of scratch, of one issuer: discount factors at default, the same or 0 after 12 months, sums
of its tranches; and a loss times either factor."""


@dataclass(frozen=True)
class Sums:
    """What is summed of n paths; rows are tranches, then issuers.

    Parameters
    ----------
    counts : int64[4, rows].
    recovery : float64[rows, 5], moments of (loss, claim), USD.
    loss : float64[rows, 5], moments of (discounted loss, discounted balance), USD, USD-years.
    loss_12m : float64[rows, 2], moments of the discounted loss of defaults in the first 12 months.
    by_horizon : float64[tranches, horizons], discounted losses of defaults by each horizon and
        after the one before, USD.
    portfolio : float64[2, n], the portfolio's loss, all of it and that of defaults in the first 12
        months, USD, not discounted.
    """

    counts: Counts
    recovery: Floats
    loss: Floats
    loss_12m: Floats
    by_horizon: Floats
    portfolio: Floats


def add_up(book: Book, outcome: Outcome) -> Sums:
    """The sums of one chunk of n paths; n may be 0."""
    n_tranches, n = outcome.claim.shape
    shown = horizons(book.months)
    rows = np.zeros((n_tranches + len(book.issuers), _END))
    by_horizon, portfolio = np.zeros((n_tranches, len(shown))), np.zeros((2, n))
    if n > 0:
        add_paths(
            # whatever their layout is: it is compiled for one
            np.ascontiguousarray(outcome.default_month),
            np.ascontiguousarray(outcome.claim),
            np.ascontiguousarray(outcome.loss),
            np.ascontiguousarray(outcome.discounted_balance),
            np.array([tranche.issuer for tranche in book.tranches], dtype=np.int64),
            np.array([tranche.share for tranche in book.tranches]),
            book.discount,
            np.searchsorted(shown, np.arange(book.months + 1)),
            np.empty((_N_SCRATCH, n)),
            rows,
            by_horizon,
            portfolio,
        )
    counts = np.array(rows[:, :_RECOVERY].T, dtype=np.int64, order="C")
    recovery, loss = rows[:, _RECOVERY:_LOSS], rows[:, _LOSS:_LOSS_12M]
    return Sums(counts, recovery, loss, rows[:, _LOSS_12M:], by_horizon, portfolio)


def load() -> None:
    """Compile the kernel, or load it, silently."""
    rows, numbers, places = np.zeros((0, 1)), np.zeros(1), np.zeros(1, np.int64)
    scratch = np.zeros((_N_SCRATCH, 1))
    add_paths(rows, rows, rows, rows, places, numbers, numbers, places, scratch, rows, rows, rows)


@jit.kernel
def add_paths(
    default_month: Floats,
    claim: Floats,
    loss: Floats,
    balance: Floats,
    issuer_of: Counts,
    share: Floats,
    discount: Floats,
    horizon_of: Counts,
    scratch: Floats,
    rows: Floats,
    by_horizon: Floats,
    portfolio: Floats,
) -> None:
    """Sum n > 0 paths; mutates `scratch`, and the last three, which are 0 before.

    Parameters
    ----------
    default_month : float64[issuers, n], 0: none.
    claim, loss, balance : float64[tranches, n].
    issuer_of : int64[tranches], ascending.
    share : float64[tranches], the portfolio's.
    discount : float64[months + 1].
    horizon_of : int64[months + 1], the first horizon by which a month has come.
    scratch : float64[7, n].
    rows : float64[tranches + issuers, 16], counts, recovery, loss and loss_12m of `Sums`.
    by_horizon, portfolio : as in `Sums`.
    """
    n_tranches, first = len(claim), 0
    for n in range(len(default_month)):
        months = default_month[n]
        _open_issuer(months, discount, scratch)
        end = first
        while end < n_tranches and issuer_of[end] == n:
            _add_row(claim[end], loss[end], balance[end], scratch, rows[end])
            _add_by_horizon(months, horizon_of, scratch[_PRESENT], by_horizon[end])
            _add_to_issuer(claim[end], loss[end], balance[end], scratch)
            _add_to_portfolio(share[end], loss[end], scratch[_FACTOR_12M], portfolio)
            end += 1
        _add_row(scratch[_CLAIMED], scratch[_LOST], scratch[_OWED], scratch, rows[n_tranches + n])
        first = end


@jit.step
def _open_issuer(months: Floats, discount: Floats, scratch: Floats) -> None:
    """Look up the factors of an issuer's defaults; mutates `scratch`."""
    for i in range(len(months)):
        factor = discount[int(months[i])]
        scratch[_FACTOR, i] = factor
        scratch[_FACTOR_12M, i] = factor if months[i] <= MONTHS_PER_YEAR else 0.0
        scratch[_CLAIMED, i] = 0.0
        scratch[_LOST, i] = 0.0
        scratch[_OWED, i] = 0.0


@jit.step
def _add_to_issuer(claim: Floats, loss: Floats, balance: Floats, scratch: Floats) -> None:
    """Add a tranche to its issuer; mutates `scratch`."""
    for i in range(len(claim)):
        scratch[_CLAIMED, i] += claim[i]
        scratch[_LOST, i] += loss[i]
        scratch[_OWED, i] += balance[i]


@jit.step
def _add_to_portfolio(share: float, loss: Floats, factor_12m: Floats, portfolio: Floats) -> None:
    """Add the portfolio's share of a tranche's losses; mutates `portfolio`."""
    for i in range(len(loss)):
        part = share * loss[i]
        portfolio[0, i] += part
        portfolio[1, i] += part if factor_12m[i] > 0.0 else 0.0


@jit.step
def _add_by_horizon(months: Floats, horizon_of: Counts, present: Floats, sums: Floats) -> None:
    """Add discounted losses at the horizon by which they have come; mutates `sums`."""
    for i in range(len(months)):
        if present[i] > 0.0:
            sums[horizon_of[int(months[i])]] += present[i]


@jit.step
def _add_row(claim: Floats, loss: Floats, balance: Floats, scratch: Floats, row: Floats) -> None:
    """Count and sum the paths of a tranche or an issuer; mutates `row` and two rows of scratch."""
    present, present_12m = scratch[_PRESENT], scratch[_PRESENT_12M]
    for i in range(len(loss)):
        present[i] = scratch[_FACTOR, i] * loss[i]
        present_12m[i] = scratch[_FACTOR_12M, i] * loss[i]
    row[0], row[1], row[2], row[3] = _counts(claim, loss, present_12m)
    row[4], row[5], row[6], row[7], row[8] = _moments(loss, claim)
    row[9], row[10], row[11], row[12], row[13] = _moments(present, balance)
    row[14], _, row[15], _, _ = _moments(present_12m, balance)


@jit.step
def _counts(claim: Floats, loss: Floats, loss_12m: Floats) -> tuple[int, int, int, int]:
    """Paths with a claim, with a loss, with an early loss, and with less loss than claim."""
    n_claims, n_losses, n_losses_12m, n_recoveries = 0, 0, 0, 0
    for i in range(len(claim)):
        n_claims += 1 if claim[i] > 0.0 else 0
        n_losses += 1 if loss[i] > 0.0 else 0
        n_losses_12m += 1 if loss_12m[i] > 0.0 else 0
        n_recoveries += 1 if loss[i] < claim[i] else 0
    return n_claims, n_losses, n_losses_12m, n_recoveries


@jit.step
def _moments(x: Floats, y: Floats) -> tuple[float, float, float, float, float]:
    """Moments of a pair of variables."""
    sum_x, sum_y = 0.0, 0.0
    for i in range(len(x)):
        sum_x += x[i]
        sum_y += y[i]
    mean_x, mean_y = sum_x / len(x), sum_y / len(x)
    xx, xy, yy = 0.0, 0.0, 0.0
    for i in range(len(x)):
        from_x, from_y = x[i] - mean_x, y[i] - mean_y
        xx += from_x * from_x
        xy += from_x * from_y
        yy += from_y * from_y
    return mean_x, mean_y, xx, xy, yy
