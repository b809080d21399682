"""What lenders lose of an issuer or of a tranche, each number with its interval."""

from dataclasses import dataclass, replace
from typing import Final

from neocloud_mc.quantities import NOTHING
from neocloud_mc.results.intervals import Estimate, Seen, around
from neocloud_mc.results.moments import Moments

_LOSSES: Final = "losses"
_RECOVERIES: Final = "losses, or recoveries"


@dataclass(frozen=True)
class Losses:
    """The losses of n paths.

    Parameters
    ----------
    defaults : paths over which the exposure at default is a mean.
    claims, losses, recoveries : paths with a claim, with a loss, and with a claim not lost whole.
    losses_12m : paths with a loss from a default in the first 12 months.
    recovery, loss, loss_12m : as in `Tally`; `row` is that of the issuer or the tranche.
    owed : drawn and undrawn at the base date, USD.
    most : that can be lost on a path, USD.
    """

    n: int
    defaults: int
    claims: int
    losses: int
    losses_12m: int
    recoveries: int
    recovery: Moments
    loss: Moments
    loss_12m: Moments
    row: int
    owed: float
    most: float

    @property
    def ead(self) -> Estimate:
        """Exposure at default: mean claim, USD."""
        if self.defaults == 0:
            return Estimate(None, note="no default")
        mean, error = self.recovery.mean_over(self.row, 1, self.defaults)
        return around(mean, error, Seen(self.defaults, self.defaults, "defaults", self.most))

    @property
    def lgd(self) -> Estimate:
        """Loss over claim; what is rarer, losses or recoveries, decides whether it is known."""
        if self.claims == 0:
            return Estimate(None, note="no default with a claim")
        mean_claim, _ = self.recovery.mean_over(self.row, 1, self.claims)
        events, weight = min(self.losses, self.recoveries), max(1.0, self.most / mean_claim)
        seen = Seen(self.claims, events, _RECOVERIES, most=1.0, weight=weight)
        return around(*self.recovery.ratio(self.row), seen, highest=1.0)

    @property
    def expected_loss(self) -> Estimate:
        """Mean discounted loss, USD."""
        return self._mean(self.loss, self.losses)

    @property
    def expected_loss_12m(self) -> Estimate:
        """Mean discounted loss from defaults in the first 12 months, USD."""
        return self._mean(self.loss_12m, self.losses_12m)

    def _mean(self, loss: Moments, events: int) -> Estimate:
        if self.n == 0:
            return Estimate(None, note="no paths")
        seen = Seen(self.n, events, _LOSSES, self.most)
        return around(loss.mean(self.row), loss.standard_error(self.row), seen)

    @property
    def expected_loss_rate(self) -> Estimate:
        """Expected loss over what is drawn and what can be."""
        loss, owed = self.expected_loss, self.owed
        if loss.value is None or owed <= NOTHING:
            return Estimate(None, note=loss.note if loss.value is None else "no debt")
        if loss.low is None or loss.high is None:
            return Estimate(loss.value / owed, note=loss.note)
        return Estimate(loss.value / owed, loss.low / owed, loss.high / owed)

    @property
    def fair_spread(self) -> Estimate:
        """Discounted loss over discounted balance: what pays for the loss, per year."""
        if self.loss.total[1, self.row] == 0:
            return Estimate(None, note="never drawn")
        seen = Seen(self.n, self.losses, _LOSSES, self.most)
        balance = self.loss.mean(self.row, 1)
        return around(*self.loss.ratio(self.row), replace(seen, most=self.most / balance))
