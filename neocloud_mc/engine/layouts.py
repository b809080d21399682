"""The columns of every table: the same for all scenarios, so that the kernels compile once."""

from collections.abc import Mapping
from typing import Final

from neocloud_mc.engine.records import Layout
from neocloud_mc.mechanisms import contracts, customers, debt, fleet, market
from neocloud_mc.mechanisms.columns import COLUMNS
from neocloud_mc.scenario.model import Issuer

THINGS: Final = ("fleet", "lot", "contract", "tranche", "pool")
"""What an issuer has; its rows of each lie beside one another."""

LAYOUTS: Final[Mapping[str, Layout]] = {
    "market": Layout(
        market.Market,
        COLUMNS["market"],
        ("first_path",),
        (
            "seed",
            *(f"stream_{use}" for use in ("regime", "price", "funding", "launch", "launch_size")),
        ),
    ),
    "powers": Layout(None, COLUMNS["powers"], ("of",)),
    "gpus": Layout(market.Gpu, COLUMNS["gpus"], ("price_power", "resale_power"), ("stream",)),
    "customers": Layout(customers.Customer, COLUMNS["customers"], ("power",), ("stream",)),
    "issuers": Layout(
        Issuer,
        COLUMNS["issuers"],
        (
            *("parent", "first_member", "next_member", "backstop_fleet", "support_power"),
            *(f"first_{thing}" for thing in THINGS),
            *(f"end_{thing}" for thing in THINGS),
        ),
        ("stream_lenders", "stream_haircut", "stream_jump"),
    ),
    "fleets": Layout(None, COLUMNS["fleets"], ("gpu",)),
    "lots": Layout(
        fleet.Lot, COLUMNS["lots"], ("fleet", "pool", "financing", "contract"), ("stream",)
    ),
    "contracts": Layout(
        contracts.Contract,
        COLUMNS["contracts"],
        ("fleet", "customer", "pool", "power", "calendar_row"),
        ("stream_churn", "stream_concession", "stream_renewal", "stream_operator"),
    ),
    "tranches": Layout(
        debt.Tranche, COLUMNS["tranches"], ("kind", "amortization", "pool", "calendar_row")
    ),
    "pools": Layout(None, COLUMNS["pools"]),
}
