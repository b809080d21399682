"""One number that prices risk, and the parts of `market.price_of_risk` that take it."""

from typing import Final

from neocloud_mc.mechanisms.market.terms import PriceOfRisk
from neocloud_mc.scenario.model import Scenario

BY: Final = {
    "price": ("price",),
    "funding": ("funding",),
    "customers": ("customers",),
    "all": ("price", "funding", "customers"),
}
"""What can carry the price of risk: each of the parts, or all of them alike."""
LEAST: Final = -1.0
MOST: Final = 3.0
"""Prices of risk that are looked at. At 3 the mean of the index's yearly shock falls by three
standard deviations, or customers fail twenty times as often."""


def priced(scenario: Scenario, by: str, premium: float) -> Scenario:
    """The scenario with that price of risk.

    Parameters
    ----------
    by : a key of `BY`.
    """
    risk = PriceOfRisk(**dict.fromkeys(BY[by], premium))
    market = scenario.market.model_copy(update={"price_of_risk": risk})
    return scenario.model_copy(update={"market": market})
