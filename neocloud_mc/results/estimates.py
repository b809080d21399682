"""Tally -> the numbers of a credit paper, each with its 95% interval."""

import numpy as np

from neocloud_mc.causes import CAUSES
from neocloud_mc.quantities import NOTHING
from neocloud_mc.results.book import Book, horizons
from neocloud_mc.results.credit_swaps import LOSS_GIVEN_DEFAULT, par_spread
from neocloud_mc.results.figures import (
    LEVELS,
    LOSS_BINS,
    Enough,
    Estimates,
    IssuerEstimates,
    JointEstimates,
    LossDistribution,
    LossEstimates,
    Pair,
    PortfolioEstimates,
    TrancheEstimates,
)
from neocloud_mc.results.histogram import Histogram
from neocloud_mc.results.intervals import (
    Estimate,
    Seen,
    around,
    expected_shortfall,
    mean_of_counts,
    proportion,
    value_at_risk,
)
from neocloud_mc.results.losses import Losses
from neocloud_mc.results.market_quantiles import market_quantiles
from neocloud_mc.results.moments import Moments
from neocloud_mc.results.ratings import Rating, implied_rating
from neocloud_mc.results.tally import Tally


def estimate(book: Book, tally: Tally) -> Estimates:
    """Turn counts and sums into numbers with intervals; values are None where undefined."""
    return Estimates(
        paths=tally.n,
        months=book.months,
        horizons=horizons(book.months),
        issuers={
            entry.id: issuer_estimates(book, tally, i) for i, entry in enumerate(book.issuers)
        },
        joint=joint_estimates(book, tally),
        portfolio=portfolio_estimates(book, tally),
        market=market_quantiles(book, tally),
    )


def issuer_estimates(book: Book, tally: Tally, i: int) -> IssuerEstimates:
    """Those of the issuer at that position of the book."""
    n, entry, tranches = tally.n, book.issuers[i], book.tranches_of(i)
    by_month, by_cause = (tally.defaults[i].sum(axis=axis) for axis in (0, 1))
    defaults, leads = int(by_month.sum()), tally.leads[i]
    pd = {m: proportion(int(k), n) for m, k in enumerate(np.cumsum(by_month), start=1)}
    lost = _of_issuer(book, tally, i)
    return IssuerEstimates(
        id=entry.id,
        label=entry.label,
        parent=entry.parent,
        debt=sum(book.tranches[j].principal for j in tranches),
        commitment=sum(book.tranches[j].commitment for j in tranches),
        pd=pd,
        default_months=tuple(by_month.tolist()),
        causes={c: proportion(int(k), n) for c, k in zip(CAUSES, by_cause, strict=True)},
        breach=proportion(int(tally.breaches[i]), n),
        default_given_breach=proportion(int(leads.sum()), int(tally.breaches[i]), "no breach"),
        warned=proportion(int(leads[1:].sum()), defaults, "no default"),
        lead_months=mean_of_counts(leads, "defaults after a breach"),
        ead=lost.ead,
        lgd=lost.lgd,
        expected_loss=lost.expected_loss,
        expected_loss_12m=lost.expected_loss_12m,
        expected_loss_rate=lost.expected_loss_rate,
        fair_spread=lost.fair_spread,
        cds={m: par_spread(by_month[:m], n, book.discount) for m in horizons(book.months)},
        implied_rating=implied_rating({m: pd[m].value or 0.0 for m in horizons(book.months)}, n),
        tranches={book.tranches[j].id: _tranche(book, tally, j) for j in tranches},
    )


def _of_issuer(book: Book, tally: Tally, i: int) -> Losses:
    tranches = book.tranches_of(i)
    return Losses(
        n=tally.n,
        defaults=int(tally.defaults[i].sum()),
        claims=int(tally.issuer_claims[i]),
        losses=int(tally.issuer_losses[i]),
        losses_12m=int(tally.issuer_losses_12m[i]),
        recoveries=int(tally.issuer_recoveries[i]),
        recovery=tally.issuer_recovery,
        loss=tally.issuer_loss,
        loss_12m=tally.issuer_loss_12m,
        row=i,
        owed=sum(book.tranches[j].owed for j in tranches),
        most=sum(map(book.most_owed, tranches)),
    )


def _of_tranche(book: Book, tally: Tally, j: int) -> Losses:
    return Losses(
        n=tally.n,
        defaults=int(tally.tranche_claims[j]),
        claims=int(tally.tranche_claims[j]),
        losses=int(tally.tranche_losses[j]),
        losses_12m=int(tally.tranche_losses_12m[j]),
        recoveries=int(tally.tranche_recoveries[j]),
        recovery=tally.tranche_recovery,
        loss=tally.tranche_loss,
        loss_12m=tally.tranche_loss_12m,
        row=j,
        owed=book.tranches[j].owed,
        most=book.most_owed(j),
    )


def _tranche(book: Book, tally: Tally, j: int) -> TrancheEstimates:
    entry, lost = book.tranches[j], _of_tranche(book, tally, j)
    fair = lost.fair_spread
    return TrancheEstimates(
        id=entry.id,
        kind=entry.kind,
        principal=entry.principal,
        commitment=entry.commitment,
        maturity=entry.maturity,
        rank=entry.rank,
        pd=proportion(lost.claims, tally.n),
        ead=lost.ead,
        lgd=lost.lgd,
        expected_loss=lost.expected_loss,
        expected_loss_12m=lost.expected_loss_12m,
        expected_loss_rate=lost.expected_loss_rate,
        fair_spread=fair,
        contract_spread=entry.contract_spread,
        pays_enough=_pays_enough(entry.contract_spread, fair),
        implied_rating=_rating_by_loss(book, tally, j),
    )


def _rating_by_loss(book: Book, tally: Tally, j: int) -> Rating | None:
    """The rating of a tranche: its expected losses are read as defaults that lose 60%."""
    owed = book.tranches[j].owed
    if tally.n == 0 or owed <= NOTHING:
        return None
    losses = tally.loss_by_horizon
    shown = enumerate(horizons(book.months))
    rates = {m: losses.mean(j, k, tally.n) / owed / LOSS_GIVEN_DEFAULT for k, m in shown}
    return implied_rating(rates, tally.n, "no path loses")


def _pays_enough(contract: float | None, fair: Estimate) -> Enough | None:
    if contract is None or fair.low is None or fair.high is None:
        return None
    if contract >= fair.high:
        return "yes"
    return "no" if contract < fair.low else "undecided"


def joint_estimates(book: Book, tally: Tally) -> JointEstimates:
    """How defaults come together."""
    at_least = np.cumsum(tally.joint_defaults[::-1])[::-1]
    ids = [entry.id for entry in book.issuers]
    return JointEstimates(
        exactly={k: proportion(int(n), tally.n) for k, n in enumerate(tally.joint_defaults)},
        at_least={k: proportion(int(n), tally.n) for k, n in enumerate(at_least) if k > 0},
        pairs={
            row: {column: _pair(tally, i, j) for j, column in enumerate(ids) if j != i}
            for i, row in enumerate(ids)
        },
    )


def _pair(tally: Tally, i: int, j: int) -> Pair:
    both = int(tally.pairs[i, j])
    return Pair(
        joint=proportion(both, tally.n),
        conditional=proportion(both, int(tally.pairs[i, i]), "the first never defaults"),
    )


def portfolio_estimates(book: Book, tally: Tally) -> PortfolioEstimates:
    """Losses of the portfolio."""
    most = sum(t.share * book.most_owed(j) for j, t in enumerate(book.tranches))
    by_horizon = _lost(tally.losses, tally.portfolio_loss, most)
    return PortfolioEstimates(
        **vars(by_horizon),
        exposure=sum(t.share * t.owed for t in book.tranches),
        by_month_12=_lost(tally.losses_12m, tally.portfolio_loss_12m, most),
        distribution=_distribution(tally.losses),
    )


def _distribution(losses: Histogram) -> LossDistribution:
    lost = losses.largest > 0.0
    paths, means = losses.mass[lost], losses.means[lost]
    largest = float(losses.largest[lost].max(initial=0.0))
    bins = np.minimum((means / largest * LOSS_BINS).astype(np.int64), LOSS_BINS - 1)
    counts = np.bincount(bins, paths, LOSS_BINS).astype(np.int64)
    return LossDistribution(int(losses.mass[~lost].sum()), tuple(counts.tolist()), largest)


def _lost(losses: Histogram, moments: Moments, most: float) -> LossEstimates:
    """The mean is that of the histogram's exact sums, so that no shortfall is below it by rounding.

    Parameters
    ----------
    most : that can be lost on a path, USD.
    """
    return LossEstimates(
        mean=_mean_loss(losses, moments, most),
        var={name: value_at_risk(losses, level) for name, level in LEVELS.items()},
        es={name: expected_shortfall(losses, level, most) for name, level in LEVELS.items()},
    )


def _mean_loss(losses: Histogram, moments: Moments, most: float) -> Estimate:
    n = int(losses.mass.sum())
    if n == 0:
        return Estimate(None, note="no paths")
    events = int(losses.mass[losses.largest > 0.0].sum())
    seen = Seen(n, events, "losses", most)
    return around(losses.mean(), moments.standard_error(0), seen)
