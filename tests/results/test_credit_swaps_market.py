"""Par spreads of credit default swaps are those of the market's convention, as QuantLib has it."""

import numpy as np
import pytest
import QuantLib as Q

from neocloud_mc.results.credit_swaps import par_spread

PATHS = 10_000_000
YEARS = 5
ON_THEIR_OWN_DATES = (False,)
"""Premiums are not moved to the ends of months."""
ACCRUED = (True, True)
"""The premium to the day of default is paid, and the protection at once."""


@pytest.mark.parametrize("hazard", [0.005, 0.04, 0.25])
@pytest.mark.parametrize("rate", [0.0, 0.045])
def test_a_constant_hazard_has_the_spread_of_a_pricing_library(hazard: float, rate: float) -> None:
    """Quarterly premiums ACT/360 with accrual at default, recovery of 40%.

    The library pays premiums at the ends of quarters and protection on the day, the formula both by
    the month: at 4.5% that is up to 0.6% of the spread.
    """
    today = Q.Date(30, 6, 2025)
    Q.Settings.instance().evaluationDate = today
    day_count = Q.Actual365Fixed()
    curve = Q.FlatHazardRate(today, Q.QuoteHandle(Q.SimpleQuote(hazard)), day_count)
    discount = Q.YieldTermStructureHandle(Q.FlatForward(today, rate, day_count))
    schedule = Q.Schedule(
        today,
        today + Q.Period(YEARS, Q.Years),
        Q.Period(Q.Quarterly),
        Q.NullCalendar(),
        Q.Unadjusted,
        Q.Unadjusted,
        Q.DateGeneration.Forward,
        *ON_THEIR_OWN_DATES,
    )
    swap = Q.CreditDefaultSwap(
        Q.Protection.Buyer,
        1.0,
        0.01,
        schedule,
        Q.Unadjusted,
        Q.Actual360(),
        *ACCRUED,
    )
    probability = Q.DefaultProbabilityTermStructureHandle(curve)
    swap.setPricingEngine(Q.MidPointCdsEngine(probability, 0.4, discount))

    months = np.arange(12 * YEARS + 1)
    survival = np.exp(-hazard * months / 12.0)
    defaults = np.rint(-PATHS * np.diff(survival)).astype(np.int64)
    found = par_spread(defaults, PATHS, np.exp(-rate * months / 12.0)).value
    assert found == pytest.approx(swap.fairSpread(), rel=7e-3)
