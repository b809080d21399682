"""Scenarios and data, as functions: a market fitted to quotes, forecasts held against outcomes."""

from pathlib import Path

from neocloud_mc.api.inputs import Names, Scenario, effort_of, opened, several
from neocloud_mc.api.result import Result
from neocloud_mc.scenario import outcomes as records
from neocloud_mc.studies.backtest import run as backtests
from neocloud_mc.studies.backtest.run import Backtests
from neocloud_mc.studies.defaults import PATHS_OF_BACKTEST, SEED
from neocloud_mc.studies.fit import run as fits
from neocloud_mc.studies.fit.run import Fitted
from neocloud_mc.views import backtest as backtest_view, fit as fit_view


def backtest(
    *scenarios: Scenario,
    outcomes: Names | Path,
    paths: int = PATHS_OF_BACKTEST,
    seed: int = SEED,
    threads: int | None = None,
) -> Result[Backtests]:
    """Score scenarios against what happened to their issuers.

    Parameters
    ----------
    outcomes : files of outcomes (`docs calibration`); a scenario meets those of its base date.

    Raises
    ------
    ScenarioError, UsageError : nothing was simulated.

    Examples
    --------
    >>> from neocloud_mc import backtest
    >>> result = backtest("@2025-06/neoclouds", outcomes="@example/outcomes", paths=2048)
    >>> (scored,) = result.found.each
    >>> scored.forecast.number.actual, scored.forecast.number.firms
    (1, 6)
    """
    effort = effort_of(paths, seed, threads)
    files = [str(outcomes)] if isinstance(outcomes, Path) else several(outcomes)
    known = [records.read(file) for file in files]
    found = backtests.backtest([opened(one) for one in scenarios], known, effort)
    return Result(found, backtest_view.document(found))


def fit(
    prices: str | Path,
    *,
    resale: str | Path | None = None,
    scenario: Scenario = "@neoclouds",
    prior: str | None = None,
) -> Result[Fitted]:
    """Fit the market block to quoted prices: level, drift, volatility and ageing by type.

    Parameters
    ----------
    prices, resale : CSV files of date,gpu,provider,kind,price.
    scenario : whose assumptions stand beside; it keeps what quotes do not tell.
    prior : of the drift, ``drift=-0.2±0.15``.

    Raises
    ------
    ScenarioError, UsageError : nothing was fitted.

    Examples
    --------
    >>> from neocloud_mc import fit
    >>> market = fit("@example/quotes", prior="drift=-0.2±0.15").found.market
    >>> market.posterior.error < market.drift.error
    True
    """
    held = fits.prior([] if prior is None else [prior])
    used = None if resale is None else fits.opened(str(resale))
    found = fits.fitted(opened(scenario), fits.opened(str(prices)), used, held)
    return Result(found, fit_view.document(found))
