"""Sections 1 and 2 of the model: the market and the customers, over all paths."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .draws import Bools, Draws, Floats, Ints, exponential, normal
from .scenario import REGIMES

if TYPE_CHECKING:
    from .scenario import Scenario

DT = 1.0 / 12.0
GLUT = 1


@dataclass(frozen=True)
class Month:
    """What every issuer sees of the market in month t; all arrays [n_paths]."""

    t: int
    index: Floats
    regime: Ints
    climate: Floats
    spread: Floats
    utilization: Floats
    rent: dict[str, Floats]
    resale: dict[str, Floats]
    failed: dict[str, Bools]
    risk_free: float

    @property
    def new_rate(self) -> Floats:
        """The fixed rate of new debt, r + c_t."""
        return self.risk_free + self.spread

    def opens(self, window: float) -> Bools:
        """Paths on which a window of this level is open."""
        return self.climate > window


class Market:
    """The market's state on every path, stepped month by month."""

    def __init__(self, scenario: Scenario, draws: Draws, n_paths: int) -> None:
        self.scenario = scenario
        self.spec = scenario.market
        self.draws = draws
        self.log_price = np.full(n_paths, float(self.spec.start_log))
        self.own_price = {g: np.zeros(n_paths) for g in scenario.gpus}
        self.regime = np.full(n_paths, self.spec.start, dtype=np.int64)
        self.funding = np.full(n_paths, float(self.spec.funding["start"]))
        self.hazard = {c: np.zeros(n_paths) for c in scenario.customers}
        self.patience = {c: exponential(draws, f"customer/{c}", 0) for c in scenario.customers}

    def step(self, t: int, released: Floats, recent_defaults: Floats) -> Month:
        """Move to month t.

        Parameters
        ----------
        t : int
            Month, from 1.
        released : float64[n_paths]
            D_t, share of the market's GPUs released by liquidations.
        recent_defaults : float64[n_paths]
            K_t, issuers that defaulted in the last twelve months.

        """
        spec = self.spec
        self._step_regime(t)
        self._step_prices(t, released)
        self._prescribe(t)
        index = self.log_price - spec.start_log - spec.obsolescence * t * DT
        relative = self._relative_prices(t, index)
        climate = (
            self.funding
            - spec.funding["glut_shift"] * (self.regime == GLUT)
            - spec.funding_impact * recent_defaults
        )
        return Month(
            t=t,
            index=index,
            regime=self.regime.copy(),
            climate=climate,
            spread=spec.spread_base * np.exp(-spec.spread_sensitivity * climate),
            utilization=np.array(spec.utilization)[self.regime],
            rent={g: gpu.price * np.exp(relative[g]) for g, gpu in self.scenario.gpus.items()},
            resale=self._resale_values(t, relative),
            failed=self._step_customers(climate),
            risk_free=spec.risk_free,
        )

    def _step_regime(self, t: int) -> None:
        leave = np.array([-math.expm1(-DT / years) for years in self.spec.mean_years])
        leaves = self.draws.uniform("market/regime", t) < leave[self.regime]
        self.regime = np.where(leaves, 1 - self.regime, self.regime)
        said = [state for month, state in self.spec.path_regime.items() if month <= t]
        if said and t <= max(self.spec.path_regime):
            self.regime = np.full_like(self.regime, REGIMES.index(said[-1]))

    def _step_prices(self, t: int, released: Floats) -> None:
        spec, draws = self.spec, self.draws
        z_price = normal(draws, "market/price", t)
        rho = spec.funding["price_correlation"]
        z_other = normal(draws, "market/funding", t)
        z_funding = rho * z_price + math.sqrt(1.0 - rho * rho) * z_other
        arrives = -math.expm1(-DT * spec.launch.per_year)
        launched = draws.uniform("market/launch", t) < arrives
        jump = spec.launch.mean + spec.launch.sd * normal(draws, "market/launch_size", t)
        self.log_price = (
            math.exp(-spec.reversion * DT) * self.log_price
            + np.array(spec.drift)[self.regime] * DT
            + np.array(spec.volatility)[self.regime]
            * math.sqrt(DT)
            * (z_price - spec.risk_price * math.sqrt(DT))
            + np.where(launched, jump, 0.0)
            - spec.price_impact * released
        )
        phi = math.exp(-DT / spec.funding["persistence_years"])
        self.funding = phi * self.funding + math.sqrt(1.0 - phi * phi) * z_funding
        self.funding = self.funding - (1.0 - phi) * spec.risk_funding

    def _prescribe(self, t: int) -> None:
        """Put in the index and the climate that the scenario prescribes for month t."""
        spec = self.spec
        if spec.path_index and t <= max(spec.path_index):
            months, values = [0, *spec.path_index], [1.0, *spec.path_index.values()]
            x = float(np.interp(t, months, np.log(values)))
            level = x + spec.start_log + spec.obsolescence * t * DT
            self.log_price = np.full_like(self.log_price, level)
        if spec.path_climate and t <= max(spec.path_climate):
            months = [0, *spec.path_climate]
            values = [float(spec.funding["start"]), *spec.path_climate.values()]
            self.funding = np.full_like(self.funding, float(np.interp(t, months, values)))

    def _relative_prices(self, t: int, index: Floats) -> dict[str, Floats]:
        """x_g,t: the log price of each type against its price at the base date."""
        relative = {}
        for g, gpu in self.scenario.gpus.items():
            if gpu.volatility > 0.0:
                z = normal(self.draws, f"gpu/{g}", t)
                kept = math.exp(-gpu.reversion * DT) * self.own_price[g]
                self.own_price[g] = kept + gpu.volatility * math.sqrt(DT) * z
            relative[g] = index + self.own_price[g] - gpu.obsolescence * t * DT
        return relative

    def _resale_values(self, t: int, relative: dict[str, Floats]) -> dict[str, Floats]:
        eta = self.spec.resale["elasticity"]
        return {
            g: gpu.resale * np.exp(-gpu.depreciation * t * DT + eta * relative[g])
            for g, gpu in self.scenario.gpus.items()
        }

    def _step_customers(self, climate: Floats) -> dict[str, Bools]:
        failed = {}
        for name, customer in self.scenario.customers.items():
            beta = customer.funding_beta
            tilt = np.exp(-beta * climate - beta * beta / 2.0 + self.spec.risk_customers)
            self.hazard[name] = self.hazard[name] + DT * customer.default_intensity * tilt
            failed[name] = self.hazard[name] >= self.patience[name]
        return failed
