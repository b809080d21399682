"""Books and outcomes made by NumPy, of which the truth is known."""

from dataclasses import replace

import numpy as np

from neocloud_mc.results.book import Book, Floats, GpuEntry, IssuerEntry, Outcome, TrancheEntry

MONTHS = 24


def tranche(issuer: int, name: str, *, principal: float = 1e9, share: float = 1.0) -> TrancheEntry:
    return TrancheEntry(
        issuer=issuer,
        id=name,
        kind="term",
        secured=True,
        principal=principal,
        commitment=0.0,
        rate=0.09,
        contract_spread=0.05,
        maturity=36,
        rank=1,
        share=share,
    )


def book(issuers: int = 2, *, months: int = MONTHS, rate: float = 0.04) -> Book:
    """Two tranches an issuer, a senior and a junior; one GPU type."""
    return Book(
        scenario="sample",
        base_date="2025-06-30",
        months=months,
        discount=np.exp(-rate * np.arange(months + 1) / 12),
        issuers=tuple(IssuerEntry(f"issuer_{i}", f"Issuer {i}") for i in range(issuers)),
        tranches=tuple(tranche(i, name) for i in range(issuers) for name in ("senior", "junior")),
        gpus=(GpuEntry("h100", 2.0, 20_000.0, 0.01, 0.02),),
        elasticity=0.5,
    )


def quiet(of: Book, n: int) -> Outcome:
    """Paths on which nothing happens and every balance is 1 for a year."""
    issuers = np.zeros((len(of.issuers), n))
    tranches = np.zeros((len(of.tranches), n))
    months = np.zeros((of.months, n))
    return Outcome(issuers, issuers, issuers, tranches, tranches, tranches + 1.0, months)


def independent(of: Book, n: int, *, pd: float = 0.3, seed: int = 1) -> Outcome:
    """Issuers default independently; claims of 1bn, losses uniform, prices a random walk."""
    random = np.random.default_rng(seed)
    shape = (len(of.issuers), n)
    month = np.where(random.random(shape) < pd, random.integers(1, of.months + 1, shape), 0)
    breach = np.where(random.random(shape) < 0.5, np.maximum(month - 3, 0), 0)
    issuer_of = [t.issuer for t in of.tranches]
    claim = np.where(month[issuer_of] > 0, 1e9, 0.0)
    return Outcome(
        default_month=month.astype(np.float64),
        cause=np.where(month > 0, random.integers(1, 4, shape), 0).astype(np.float64),
        first_breach=breach.astype(np.float64),
        claim=claim,
        loss=claim * random.random(claim.shape),
        discounted_balance=1e9 * (1.0 + random.random(claim.shape)),
        log_index=np.cumsum(random.normal(-0.02, 0.1, (of.months, n)), axis=0),
    )


def part(of: Outcome, paths: slice) -> Outcome:
    """Some of the paths."""
    return Outcome(**{name: rows[:, paths] for name, rows in vars(of).items()})


def with_losses(of: Book, losses: Floats) -> Outcome:
    """Every loss on the first issuer's senior tranche, from a default in month 12."""
    base = quiet(of, len(losses))
    issuers, tranches = base.cause.copy(), base.loss.copy()
    issuers[0] = losses > 0
    tranches[0] = losses
    month = 12 * issuers
    return replace(base, default_month=month, cause=issuers, claim=tranches, loss=tranches)
