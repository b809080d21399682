"""Whether a tally from a file is one that paths can have: every identity that ties its counts."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Final

import numpy as np

from neocloud_mc.quantities import MONTHS_PER_YEAR
from neocloud_mc.results.book import Book, IssuerEntry, TrancheEntry
from neocloud_mc.results.histogram import Counts, Histogram, is_possible as histogram_of_counts
from neocloud_mc.results.moments import Integers, Moments, Totals, is_possible as moments_of_amounts
from neocloud_mc.results.tally import Tally, alike, nothing

_MOST_PATHS: Final = 1 << 48
"""More than anybody simulates; sums of counts up to it stay in 64 bits."""
_ROUNDING: Final = 10**9
"""One in so many: more than a chunk's sums are rounded by; and more units than they round to."""


def check(tally: Tally) -> None:
    """Make sure that a tally from a file is one that paths can have.

    Raises
    ------
    ValueError : it is not; or another exception, where shapes make no sense at all.
    """
    if not alike(tally, nothing(_book_of(tally))):
        raise ValueError("the fields are of different books")
    n, defaults = tally.n, tally.defaults.sum(axis=(1, 2))
    agrees = [
        0 <= n < _MOST_PATHS,
        all(_is_possible(getattr(tally, part.name), n) for part in fields(tally)),
        _joint_agrees(tally, defaults),
        (tally.pairs.diagonal() == defaults).all() and (tally.pairs == tally.pairs.T).all(),
        (tally.leads.sum(axis=1) <= np.minimum(tally.breaches, defaults)).all(),
        (tally.issuer_claims <= defaults).all(),
        (tally.issuer_losses_12m <= tally.defaults[:, :, :MONTHS_PER_YEAR].sum(axis=(1, 2))).all(),
        *_early_agrees(tally),
        *(
            (part <= claims).all() and (total[:, part == 0] == 0).all()
            for claims, part, total in _parts_of_claims(tally)
        ),
    ]
    if not all(agrees):
        raise ValueError("no paths have such a tally")


def _joint_agrees(tally: Tally, defaults: Counts) -> bool:
    """Whether paths by their number of defaults fit the defaults, of one issuer and of two.

    Those of vehicles are in the latter alone.
    """
    joint, pairs = tally.joint_defaults, tally.pairs.sum()
    by_count = np.arange(len(joint))
    singles, both = (by_count * joint).sum(), (by_count**2 * joint).sum()
    has_vehicles = len(joint) <= len(defaults)
    return bool(
        joint.sum() == tally.n
        and (singles <= defaults.sum() and both <= pairs)
        and (has_vehicles or (singles == defaults.sum() and both == pairs))
        and (has_vehicles or tally.losses.mass[tally.losses.largest == 0.0].sum() >= joint[0])
    )


def _early_agrees(tally: Tally) -> Iterator[bool]:
    """Whether losses are none below 0, and those of the first 12 months a part of all."""
    for part, whole in (
        (tally.issuer_loss_12m, tally.issuer_loss),
        (tally.tranche_loss_12m, tally.tranche_loss),
        (tally.portfolio_loss_12m, tally.portfolio_loss),
    ):
        yield bool((part.total[0] <= whole.total[0] + _slack(whole.total[0])).all())
    by_horizon, whole_loss = tally.loss_by_horizon.total, tally.tranche_loss.total[0]
    yield bool((by_horizon[:, 1:] >= by_horizon[:, :-1]).all() and (by_horizon >= 0).all())
    gap = abs(by_horizon[:, -1] - whole_loss) if len(whole_loss) else whole_loss
    yield bool((gap <= _slack(whole_loss)).all())
    for losses in (tally.losses, tally.losses_12m):
        yield bool((losses.least >= 0.0).all())


def _slack(total: Integers) -> Integers:
    """How far sums of floats of the same numbers may be from each other, in 2^-64 USD."""
    return total // _ROUNDING + _ROUNDING


def _parts_of_claims(tally: Tally) -> Iterator[tuple[Counts, Counts, Integers]]:
    """Counts of claims, a count of some of them, and sums that are 0 where the latter is."""
    by_issuer, by_tranche = tally.issuer_recovery.total, tally.tranche_recovery.total
    yield tally.issuer_claims, tally.issuer_claims, by_issuer
    yield tally.tranche_claims, tally.tranche_claims, by_tranche
    yield tally.issuer_claims, tally.issuer_losses, by_issuer[:1]
    yield tally.tranche_claims, tally.tranche_losses, by_tranche[:1]
    yield tally.issuer_claims, tally.issuer_losses, tally.issuer_loss.total[:1]
    yield tally.tranche_claims, tally.tranche_losses, tally.tranche_loss.total[:1]
    yield tally.issuer_losses, tally.issuer_losses_12m, tally.issuer_loss_12m.total
    yield tally.tranche_losses, tally.tranche_losses_12m, tally.tranche_loss_12m.total
    yield tally.issuer_claims, tally.issuer_recoveries, by_issuer[:0]
    yield tally.tranche_claims, tally.tranche_recoveries, by_tranche[:0]


def _is_possible(found: Any, n: int) -> bool:
    """Whether a field alone could be of n paths, none of which counts twice in one cell."""
    if isinstance(found, Moments):
        return found.n == n and moments_of_amounts(found)
    if isinstance(found, Histogram):
        return histogram_of_counts(found, n)
    if isinstance(found, Totals):
        return n > 0 or bool((found.total == 0).all())
    if isinstance(found, tuple):
        return all(_is_possible(each, n) for each in found)
    return bool((np.asarray(found) >= 0).all() and (np.asarray(found) <= n).all())


def _book_of(tally: Tally) -> Book:
    """A book of as many issuers, tranches and months."""
    n_issuers, _, months = tally.defaults.shape
    (n_tranches,) = tally.tranche_claims.shape
    n_vehicles = n_issuers + 1 - len(tally.joint_defaults)
    tranche = TrancheEntry(0, "", "", False, 0.0, 0.0, 0.0, None, None, 1, 0.0)  # noqa: FBT003
    issuers = n_vehicles * (IssuerEntry("", "", ""),)
    issuers += (n_issuers - n_vehicles) * (IssuerEntry("", ""),)
    return Book("", None, months, np.ones(months + 1), issuers, n_tranches * (tranche,), (), 0.0)
