"""One number that prices risk, in the parts of `market.price_of_risk` that carry it."""

from typing import Final

from neocloud_mc.mechanisms.market.terms import PriceOfRisk
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.calibration.carriers import Carrier

LEAST: Final = -1.0
MOST: Final = 3.0
"""Prices of risk that are looked at. At 3 the mean of the index's yearly shock falls by three
standard deviations, or customers fail twenty times as often."""


def priced(scenario: Scenario, by: Carrier, premium: float) -> Scenario:
    """The scenario with that price of risk."""
    risk = PriceOfRisk(**dict.fromkeys(by.parts, premium))
    market = scenario.market.model_copy(update={"price_of_risk": risk})
    return scenario.model_copy(update={"market": market})
