"""From smoothed quotes to what the market block asks for: drift, volatility, ageing, levels.

The slope of type g is b_g = d − a_g: the drift d of the index less the type's own ageing. Quotes
tell the b_g; the ageing of one type, that with the most months, stays what it is assumed to be, and
d and the other a_g follow. A drift that was stated beforehand, N(m, s²), is combined with the
quotes' by precision, and the ageings move with it as far as they are correlated.

Quotes that lie further from the fit than `FARTHEST` robust deviations, and by half or double at
least, are left out, and all is fitted again.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.errors import UsageError
from neocloud_mc.notation import counted
from neocloud_mc.quantities import MONTHS_PER_YEAR, YEARS_PER_MONTH
from neocloud_mc.results.book import Floats
from neocloud_mc.studies.fit.level import Parameter, Smoothed, smooth
from neocloud_mc.studies.fit.quotes import Quotes

FEWEST_MONTHS: Final = 6
"""With quotes; with fewer nothing is fitted."""
ENOUGH_MONTHS: Final = 24
FARTHEST: Final = 6.0
_AT_LEAST: Final = math.log(2.0)
_NORMAL_MAD: Final = 1.4826
_CONFOUNDED: Final = 1.0
"""Standard error in logs from which on a number is not identified at all."""


@dataclass(frozen=True)
class Known:
    """What the quotes do not tell and the scenario says of a type of GPU.

    Parameters
    ----------
    ageing : `obsolescence`, of the log price per year.
    reversion : κ_g per year, of the type's own factor.
    """

    ageing: float = 0.0
    reversion: float = 0.0


@dataclass(frozen=True)
class Level:
    """Logs of an index or a price by month, with standard errors."""

    log: Floats
    error: Floats


@dataclass(frozen=True)
class MarketFit:
    """What quotes tell.

    Parameters
    ----------
    quotes : those that were fitted; `left_out` the lines of those that were not.
    prior : of the drift, where one was stated: mean and standard deviation.
    drift : of the log index per year, by the quotes alone; `posterior` with the prior.
    ageing : by type, all but the first.
    index : 1 in the first month; prices : by type, at its average provider, USD.
    """

    quotes: Quotes
    left_out: tuple[int, ...]
    smoothed: Smoothed
    prior: Parameter | None
    drift: Parameter
    posterior: Parameter
    ageing: dict[str, Parameter]
    index: Level
    prices: dict[str, Level]


def fit(quotes: Quotes, known: Mapping[str, Known], prior: Parameter | None) -> MarketFit:
    """Fit the quotes.

    Parameters
    ----------
    known : by type; one that is not there ages with the index.
    prior : mean and standard deviation of the drift.

    Raises
    ------
    UsageError : too few months, or the filter's library is not installed.
    """
    if quotes.n_quoted < FEWEST_MONTHS:
        raise UsageError(
            f"{quotes.name}: {counted(quotes.n_quoted, 'month')} with quotes: a volatility takes "
            f"some {ENOUGH_MONTHS}, and with fewer than {FEWEST_MONTHS} nothing can be told"
        )
    kept, left_out, smoothed = _without_far(quotes, lambda part: _smooth(part, known))
    place = _Places(kept, smoothed)
    slopes, covariance = place.slopes()
    reference = known.get(kept.gpus[0], Known()).ageing
    drift = Parameter(float(slopes[0]) + reference, float(covariance[0, 0]) ** 0.5)
    if prior is not None and prior.error is not None:
        slopes, covariance = _with_prior(slopes, covariance, prior.value - drift.value, prior.error)
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return MarketFit(
        quotes=kept,
        left_out=left_out,
        smoothed=smoothed,
        prior=prior,
        drift=drift,
        posterior=Parameter(float(slopes[0]) + reference, float(errors[0])),
        ageing={
            kept.gpus[g]: Parameter(reference + float(slopes[g]), float(errors[g]))
            for g in range(1, len(kept.gpus))
            if errors[g] < _CONFOUNDED
        },
        index=place.index(reference),
        prices={gpu: place.price(g) for g, gpu in enumerate(kept.gpus)},
    )


def _with_prior(
    values: Floats, covariance: Floats, surprise: float, error: float
) -> tuple[Floats, Floats]:
    """Values and their covariance after the first was held to be higher by a surprise, ± error."""
    gain = covariance[:, 0] / (covariance[0, 0] + error**2)
    return values + gain * surprise, covariance - np.outer(gain, covariance[0])


def _without_far(
    quotes: Quotes, smoothed: Callable[[Quotes], Smoothed]
) -> tuple[Quotes, tuple[int, ...], Smoothed]:
    """The quotes that some noise explains, the lines of the others, and the fit to the first."""
    found = smoothed(quotes)
    far = _far(found)
    if not far.any():
        return quotes, (), found
    kept = quotes.kept(~far)
    return kept, tuple(sorted(quotes.line[far].tolist())), smoothed(kept)


def _far(smoothed: Smoothed) -> NDArray[np.bool_]:
    """bool[n], the quotes that no noise explains."""
    residuals = np.abs(smoothed.residuals - np.median(smoothed.residuals))
    limit = max(FARTHEST * _NORMAL_MAD * float(np.median(residuals)), _AT_LEAST)
    return np.asarray(residuals > limit)


def _smooth(quotes: Quotes, known: Mapping[str, Known]) -> Smoothed:
    """Slopes and levels of types, and effects of providers but the first, behind a local level."""
    kept = [math.exp(-known.get(gpu, Known()).reversion * YEARS_PER_MONTH) for gpu in quotes.gpus]
    is_of = np.eye(len(quotes.gpus))[quotes.gpu]
    by = np.eye(len(quotes.providers))[quotes.provider][:, 1:]
    years = quotes.month[:, None] * YEARS_PER_MONTH
    regressors = np.hstack([is_of * years, is_of, by])
    return smooth(quotes.log_price, quotes.month, regressors, quotes.gpu, np.array(kept))


@dataclass(frozen=True)
class _Places:
    """Where things stand among the states."""

    quotes: Quotes
    smoothed: Smoothed

    def slopes(self) -> tuple[Floats, Floats]:
        """Of the first type, and what it exceeds those of others by, per year; their covariance."""
        first, n = self.smoothed.first_coefficient, len(self.quotes.gpus)
        weights = np.zeros((n, self.smoothed.state.shape[1]))
        weights[:, first] = 1.0
        weights[range(1, n), range(first + 1, first + n)] = -1.0
        return self.smoothed.combined(-1, weights)

    def index(self, reference: float) -> Level:
        """exp(l_t + d t), as the quotes alone have it."""
        values = []
        for month in range(self.quotes.n_months):
            weights = self._blank()
            weights[0], weights[self.smoothed.first_coefficient] = 1.0, month / MONTHS_PER_YEAR
            log, error = self.smoothed.of(month, weights)
            values.append((log + reference * month / MONTHS_PER_YEAR, error))
        return Level(*map(np.array, zip(*values, strict=True)))

    def price(self, g: int) -> Level:
        """Of a type, at the average of the providers that quoted it."""
        first, n = self.smoothed.first_coefficient, len(self.quotes.gpus)
        own = self.quotes.provider[self.quotes.gpu == g]
        shares = np.bincount(own, minlength=len(self.quotes.providers)) / max(len(own), 1)
        values = []
        for month in range(self.quotes.n_months):
            weights = self._blank()
            weights[0], weights[first + n + g] = 1.0, 1.0
            weights[first + g] = month / MONTHS_PER_YEAR
            weights[first + 2 * n :] = shares[1:]
            if self.smoothed.n_own:
                weights[1 + g] = 1.0
            values.append(self.smoothed.of(month, weights))
        return Level(*map(np.array, zip(*values, strict=True)))

    def _blank(self) -> Floats:
        return np.zeros(self.smoothed.state.shape[1])


@dataclass(frozen=True)
class ResaleFit:
    """What resale values tell.

    Parameters
    ----------
    elasticity : of resale values to the price of compute.
    depreciation : by type, per year, beyond what follows the price.
    """

    quotes: Quotes
    left_out: tuple[int, ...]
    smoothed: Smoothed
    elasticity: Parameter
    depreciation: dict[str, Parameter]


def fit_resale(quotes: Quotes, prices: MarketFit) -> ResaleFit:
    """Fit quotes of used GPUs to the smoothed prices of their types, in the months of both.

    Raises
    ------
    UsageError : too few months in which both are known.
    """
    shared = _aligned(quotes, prices)
    if shared.n_quoted < FEWEST_MONTHS:
        raise UsageError(
            f"{quotes.name}: {counted(shared.n_quoted, 'month')} with quotes in the time and of "
            f"the types of {prices.quotes.name}: with fewer than {FEWEST_MONTHS} nothing can be "
            "told"
        )
    kept, left_out, smoothed = _without_far(shared, lambda part: _smooth_resale(part, prices))
    first, n = smoothed.first_coefficient, len(kept.gpus)
    value, covariance = smoothed.combined(-1, np.eye(smoothed.state.shape[1]))
    error = np.sqrt(np.diag(covariance))
    return ResaleFit(
        kept,
        left_out,
        smoothed,
        Parameter(float(value[-1]), float(error[-1])),
        {
            gpu: Parameter(-float(value[first + g]), float(error[first + g]))
            for g, gpu in enumerate(kept.gpus[:n])
            if error[first + g] < _CONFOUNDED
        },
    )


def _aligned(quotes: Quotes, prices: MarketFit) -> Quotes:
    """Quotes of the types and months of which a price is known, months counted as there."""
    months = quotes.month + _months_between(prices.quotes.first, quotes.first)
    known = np.array([gpu in prices.quotes.gpus for gpu in quotes.gpus])
    rows = known[quotes.gpu] & (months >= 0) & (months < prices.quotes.n_months)
    if not rows.any():
        raise UsageError(f"{quotes.name}: has no quote of a type and month of {prices.quotes.name}")
    part = quotes.kept(rows)
    gpus, gpu = np.unique(part.gpu, return_inverse=True)
    providers, provider = np.unique(part.provider, return_inverse=True)
    return Quotes(
        quotes.name, prices.quotes.first,
        tuple(quotes.gpus[g] for g in gpus), tuple(quotes.providers[p] for p in providers),
        months[rows], gpu, provider, part.log_price, part.line, quotes.n_read, quotes.n_repeated,
    )  # fmt: skip


def _months_between(first: tuple[int, int], later: tuple[int, int]) -> int:
    return (later[0] - first[0]) * MONTHS_PER_YEAR + later[1] - first[1]


def _smooth_resale(quotes: Quotes, prices: MarketFit) -> Smoothed:
    by_type = np.stack([prices.prices[gpu].log for gpu in quotes.gpus])
    moved = (by_type - by_type[:, :1])[quotes.gpu, quotes.month][:, None]
    is_of = np.eye(len(quotes.gpus))[quotes.gpu]
    by = np.eye(len(quotes.providers))[quotes.provider][:, 1:]
    years = quotes.month[:, None] * YEARS_PER_MONTH
    regressors = np.hstack([is_of * years, is_of, by, moved])
    return smooth(quotes.log_price, quotes.month, regressors, quotes.gpu, np.ones(1))
