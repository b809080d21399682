"""Tally -> the numbers of a credit paper, each with its 95% interval."""

from dataclasses import replace
from typing import Final

import numpy as np

from neocloud_mc.causes import CAUSES
from neocloud_mc.quantities import NOTHING
from neocloud_mc.results.book import Book, TrancheEntry, horizons
from neocloud_mc.results.figures import (
    LEVELS,
    Enough,
    Estimates,
    IssuerEstimates,
    JointEstimates,
    Pair,
    PortfolioEstimates,
    TrancheEstimates,
)
from neocloud_mc.results.intervals import (
    Estimate,
    Seen,
    around,
    expected_shortfall,
    mean_of_counts,
    proportion,
    value_at_risk,
)
from neocloud_mc.results.market_quantiles import market_quantiles
from neocloud_mc.results.moments import Moments
from neocloud_mc.results.ratings import implied_rating
from neocloud_mc.results.tally import Tally

_LOSSES: Final = "losses"
_RECOVERIES: Final = "losses, or recoveries"


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
    by_month = tally.defaults[i].sum(axis=0)
    by_cause = tally.defaults[i].sum(axis=1)
    tranches = {t.id: (j, t) for j, t in enumerate(book.tranches) if t.issuer == i}
    debt = sum(t.principal for _, t in tranches.values())
    most = sum(book.most_owed(j) for j, _ in tranches.values())
    losses = Seen(tally.n, int(tally.issuer_losses[i]), _LOSSES, most)
    loss = _expected_loss(tally.issuer_loss, i, losses)
    pd = {m: proportion(int(n), tally.n) for m, n in enumerate(np.cumsum(by_month), start=1)}
    return IssuerEstimates(
        id=book.issuers[i].id,
        label=book.issuers[i].label,
        debt=debt,
        pd=pd,
        default_months=tuple(by_month.tolist()),
        causes={c: proportion(int(n), tally.n) for c, n in zip(CAUSES, by_cause, strict=True)},
        breach=proportion(int(tally.breaches[i]), tally.n),
        lead_months=mean_of_counts(tally.leads[i], "defaults after a breach"),
        lgd=_lgd(
            tally.issuer_recovery,
            i,
            claims=int(tally.issuer_claims[i]),
            events=min(losses.events, int(tally.issuer_recoveries[i])),
            most=most,
        ),
        expected_loss=loss,
        expected_loss_rate=_rate(loss, debt),
        implied_rating=implied_rating(pd[book.months].value, book.months),
        tranches={
            key: _tranche(tally, j, t, book.most_owed(j)) for key, (j, t) in tranches.items()
        },
    )


def _tranche(tally: Tally, j: int, entry: TrancheEntry, most: float) -> TrancheEstimates:
    claims = int(tally.tranche_claims[j])
    losses = Seen(tally.n, int(tally.tranche_losses[j]), _LOSSES, most)
    loss = _expected_loss(tally.tranche_loss, j, losses)
    fair = _fair_spread(tally.tranche_loss, j, losses)
    return TrancheEstimates(
        id=entry.id,
        kind=entry.kind,
        principal=entry.principal,
        commitment=entry.commitment,
        pd=proportion(claims, tally.n),
        lgd=_lgd(
            tally.tranche_recovery,
            j,
            claims=claims,
            events=min(losses.events, int(tally.tranche_recoveries[j])),
            most=most,
        ),
        expected_loss=loss,
        expected_loss_rate=_rate(loss, entry.principal),
        fair_spread=fair,
        contract_spread=entry.contract_spread,
        pays_enough=_pays_enough(entry.contract_spread, fair),
    )


def _expected_loss(loss: Moments, row: int, losses: Seen) -> Estimate:
    """Mean of variable 0."""
    if loss.n == 0:
        return Estimate(None, note="no paths")
    return around(loss.mean(row), loss.standard_error(row), losses)


def _lgd(recovery: Moments, row: int, *, claims: int, events: int, most: float) -> Estimate:
    """Loss over claim; what the rarer are of losses and recoveries decides whether it is known."""
    if claims == 0:
        return Estimate(None, note="no default with a claim")
    mean_claim = recovery.mean(row, 1) * recovery.n / claims
    seen = Seen(claims, events, _RECOVERIES, most=1.0, weight=max(1.0, most / mean_claim))
    return around(*recovery.ratio(row), seen, highest=1.0)


def _fair_spread(loss: Moments, row: int, losses: Seen) -> Estimate:
    if loss.total[1, row] == 0:
        return Estimate(None, note="never drawn")
    return around(*loss.ratio(row), replace(losses, most=losses.most / loss.mean(row, 1)))


def _rate(loss: Estimate, debt: float) -> Estimate:
    """A loss over today's debt."""
    if loss.value is None or debt <= NOTHING:
        return Estimate(None, note=loss.note if loss.value is None else "no debt today")
    if loss.low is None or loss.high is None:
        return Estimate(loss.value / debt, note=loss.note)
    return Estimate(loss.value / debt, loss.low / debt, loss.high / debt)


def _pays_enough(contract: float, fair: Estimate) -> Enough | None:
    if fair.low is None or fair.high is None:
        return None
    if contract >= fair.high:
        return "yes"
    return "no" if contract < fair.low else "thin"


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
    losses = tally.losses
    most = sum(t.share * book.most_owed(j) for j, t in enumerate(book.tranches))
    events = int(losses.mass[losses.largest > 0.0].sum())
    return PortfolioEstimates(
        drawn=sum(t.share * t.principal for t in book.tranches),
        mean=_mean_loss(tally, Seen(tally.n, events, _LOSSES, most)),
        var={name: value_at_risk(losses, level) for name, level in LEVELS.items()},
        es={name: expected_shortfall(losses, level, most) for name, level in LEVELS.items()},
    )


def _mean_loss(tally: Tally, losses: Seen) -> Estimate:
    """From the histogram's exact sums, so that no shortfall is below it by rounding."""
    if tally.n == 0:
        return Estimate(None, note="no paths")
    return around(tally.losses.mean(), tally.portfolio_loss.standard_error(0), losses)
