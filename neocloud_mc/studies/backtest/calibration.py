"""Whether as many firms defaulted as were said to: altogether, and band by band.

Exact where few: the number of defaults is set beside its distribution over the model's paths, on
which firms fall together, and beside the one that independence would give. An upper bound of the
PD by Pluto and Tasche takes a band with all worse ones, n firms of which k defaulted: the PD at
which k or fewer defaults have a probability of 1 − γ, of independent firms. The statistic of
Hosmer and Lemeshow, Σ (k − E)² / (E (1 − E / n)) over g bands, needs ten firms in each; forecasts
that were made before leave it g degrees of freedom.

References
----------
Clopper, Pearson (1934), Biometrika 26. Pluto, Tasche (2005), "Estimating probabilities of default
for low default portfolios". Hosmer, Lemeshow (1980), Commun. Stat. A 9.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from neocloud_mc.results.book import Floats
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.backtest.patterns import Flags, Patterns, independent
from neocloud_mc.studies.backtest.scores import EDGES, bands, spread

FEWEST_OF_A_GROUP: Final = 10
LEVELS: Final = ("75", "95")
"""Of the upper bounds, in per cent."""
_MISSED: Final = 0.025
"""Chance that the truth lies beyond one end."""
_HALVINGS: Final = 50


@dataclass(frozen=True)
class Number:
    """How many defaulted, and how many were to be expected.

    Parameters
    ----------
    expected : mean over the paths, with the range of 95% of them.
    at_least, at_most : probability of as many or more, and of as many or fewer, on the paths.
    independent : the same two if firms fell independently.
    """

    actual: int
    firms: int
    expected: Estimate
    at_least: Estimate
    at_most: Estimate
    independent: tuple[float, float]


@dataclass(frozen=True)
class Band:
    """Firms of like PD.

    Parameters
    ----------
    low, high : of the band's PDs.
    mean : of its firms' PDs.
    defaults : number of its firms that defaulted; `expected` on the paths, with the range of 95%.
    rate : share that defaulted, with its exact interval.
    upper : by level (see `LEVELS`), bound of the PD of this band and of better ones; only
        where nobody in it defaulted.
    """

    low: float
    high: float
    firms: int
    mean: float
    defaults: int
    expected: Estimate
    rate: Estimate
    upper: dict[str, float]


@dataclass(frozen=True)
class HosmerLemeshow:
    """The statistic, and P(one as large) of independent firms and on the paths."""

    statistic: float
    groups: int
    p_value: float
    on_paths: Estimate


def number(pd: Floats, happened: Flags, paths: Patterns) -> Number:
    """The number of defaults.

    Parameters
    ----------
    pd : float64[firms]; happened : bool[firms]; paths : of these firms.
    """
    k, on_paths = int(happened.sum()), paths.happened.sum(axis=1)
    alone = independent(pd)
    return Number(
        actual=k,
        firms=len(pd),
        expected=spread(on_paths.astype(np.float64), paths),
        at_least=paths.share(on_paths >= k),
        at_most=paths.share(on_paths <= k),
        independent=(float(alone[k:].sum()), float(alone[: k + 1].sum())),
    )


def table(pd: Floats, happened: Flags, paths: Patterns) -> tuple[Band, ...]:
    """The bands that have firms, from the best to the worst; arguments as of `number`."""
    inside = bands(pd).astype(bool)
    edges = (0.0, *EDGES, 1.0)
    return tuple(
        Band(
            low=edges[place],
            high=edges[place + 1],
            firms=int(row.sum()),
            mean=float(pd[row].mean()),
            defaults=int(happened[row].sum()),
            expected=spread(paths.happened[:, row].sum(axis=1).astype(np.float64), paths),
            rate=exact(int(happened[row].sum()), int(row.sum())),
            upper={} if happened[row].any() else upper_bounds(happened[inside[place:].any(axis=0)]),
        )
        for place, row in enumerate(inside)
        if row.any()
    )


def hosmer_lemeshow(pd: Floats, happened: Flags, paths: Patterns) -> HosmerLemeshow | None:
    """None where a band has fewer than ten firms; arguments as of `number`."""
    inside = bands(pd)
    inside = inside[inside.any(axis=1)]
    sizes, expected = inside.sum(axis=1), inside @ pd
    if len(pd) == 0 or sizes.min() < FEWEST_OF_A_GROUP:
        return None
    variance = expected * (1.0 - expected / sizes)

    def statistic(y: Flags) -> Floats:
        off: Floats = ((y.astype(np.float64) @ inside.T - expected) ** 2 / variance).sum(axis=1)
        return off

    found = float(statistic(happened[None, :])[0])
    on_paths = paths.share(statistic(paths.happened) >= found * (1.0 - 1e-12))
    return HosmerLemeshow(found, len(sizes), chi_square_above(found, len(sizes)), on_paths)


def exact(events: int, n: int) -> Estimate:
    """A share with the interval of Clopper and Pearson."""
    low = 0.0 if events == 0 else _where_at_most(events - 1, n, 1.0 - _MISSED)
    high = 1.0 if events == n else _where_at_most(events, n, _MISSED)
    return Estimate(events / n, low, high)


def upper_bounds(happened: Flags) -> dict[str, float]:
    """Bounds of a PD by level, from firms whose PD is at least this.

    Parameters
    ----------
    happened : bool[firms], not all.
    """
    k, n = int(happened.sum()), len(happened)
    return {level: _where_at_most(k, n, 1.0 - int(level) / 100) for level in LEVELS}


def _where_at_most(k: int, n: int, share: float) -> float:
    """The PD at which at most k < n of n independent firms default with this probability."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        odds = math.log(middle) - math.log1p(-middle)
        ways = (
            math.lgamma(n + 1) - math.lgamma(j + 1) - math.lgamma(n - j + 1) + j * odds
            for j in range(k + 1)
        )
        at_most = math.fsum(math.exp(n * math.log1p(-middle) + way) for way in ways)
        low, high = (middle, high) if at_most > share else (low, middle)
    return (low + high) / 2.0


def chi_square_above(x: float, degrees: int) -> float:
    """P(a chi-square variable of so many degrees of freedom exceeds x), by its finite sum.

    References
    ----------
    Abramowitz, Stegun (1964), 26.4.4 and 26.4.5.
    """
    half = x / 2.0
    if degrees % 2:
        term, total = math.sqrt(half / math.pi) * 2.0, math.erfc(math.sqrt(half)) * math.exp(half)
        powers = [r / 2.0 for r in range(3, degrees, 2)]
        total += term if degrees > 1 else 0.0
    else:
        term, total = 1.0, 1.0
        powers = [float(r) for r in range(1, degrees // 2)]
    for power in powers:
        term *= half / power
        total += term
    return math.exp(-half) * total
