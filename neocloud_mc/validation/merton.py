"""The one-month issuer that lives on spot prices: its debt is a put on lognormal income."""

import math
from dataclasses import dataclass
from statistics import NormalDist

_NORMAL = NormalDist()


@dataclass(frozen=True)
class SpotDebt:
    """A bullet of `principal` due in month 1 against the month's income, and nothing else.

    Parameters
    ----------
    income : at the price of the base date, USD.
    drift, volatility : of the log price, per year.
    principal : USD, without interest.

    References
    ----------
    Merton (1974), "On the pricing of corporate debt", J. Finance 29.
    """

    income: float
    drift: float
    volatility: float
    principal: float

    @property
    def distance(self) -> float:
        """Distance to default, in standard deviations of the month's log price."""
        return (math.log(self.income / self.principal) + self.drift / 12.0) / self._deviation

    @property
    def pd(self) -> float:
        """P(income < principal)."""
        return _NORMAL.cdf(-self.distance)

    @property
    def expected_loss(self) -> float:
        """E max(0, principal − income), USD."""
        mean = self.income * math.exp(self.drift / 12.0 + self._deviation**2 / 2.0)
        return self.principal * self.pd - mean * _NORMAL.cdf(-self.distance - self._deviation)

    @property
    def loss_variance(self) -> float:
        """Variance of the loss, USD²."""
        s, d, f = self._deviation, self.distance, self.principal
        mean = self.income * math.exp(self.drift / 12.0 + s**2 / 2.0)
        square = f**2 * self.pd - 2.0 * f * mean * _NORMAL.cdf(-d - s)
        square += mean**2 * math.exp(s**2) * _NORMAL.cdf(-d - 2.0 * s)
        return square - self.expected_loss**2

    @property
    def lgd(self) -> float:
        """Expected loss over expected claim."""
        return self.expected_loss / (self.principal * self.pd)

    def loss_quantile(self, level: float) -> float:
        """The loss that is not exceeded with probability `level`, USD."""
        low = _NORMAL.inv_cdf(1.0 - level) * self._deviation + self.drift / 12.0
        return max(0.0, self.principal - self.income * math.exp(low))

    def shortfall(self, level: float) -> float:
        """Mean of the largest 1 − `level` of the losses, USD; needs 1 − level ≤ pd."""
        tail, low = 1.0 - level, _NORMAL.inv_cdf(1.0 - level)
        mean = self.income * math.exp(self.drift / 12.0 + self._deviation**2 / 2.0)
        return self.principal - mean * _NORMAL.cdf(low - self._deviation) / tail

    @property
    def _deviation(self) -> float:
        """Standard deviation of the month's log price."""
        return self.volatility / math.sqrt(12.0)


def with_pd(pd: float, income: float, drift: float, volatility: float) -> SpotDebt:
    """The debt of that default probability."""
    deviation = volatility / math.sqrt(12.0)
    principal = income * math.exp(drift / 12.0 + _NORMAL.inv_cdf(pd) * deviation)
    return SpotDebt(income, drift, volatility, principal)
