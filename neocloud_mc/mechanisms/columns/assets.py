"""State of fleets, lots, contracts and pools: name, unit, meaning, writers, other readers."""

from typing import Final

from neocloud_mc.mechanisms.columns.column import lane, scalar

FLEETS: Final = (
    lane("running", "GPUs", "in service", "fleet", ""),
    lane("idle", "GPUs", "in service and not let yet this month", "contracts fleet operations", ""),
    lane("left", "GPUs", "of a pool that lenders run, not let yet", "recovery", ""),
)

LOTS: Final = (
    lane("start", "month", "first month of service, delay included", "fleet", "recovery"),
    lane(
        "cancelled",
        "flag",
        "1 once it is cancelled, or its issuer wound up",
        "fleet recovery vehicles",
        "",
    ),
    lane("cost", "USD", "paid in its month of payment, cancelling included", "fleet", ""),
    lane("drawn", "USD", "what its lender offers, then lends", "debt fleet", "engine"),
    lane("pays_off", "flag", "1 where its rent reaches the growth hurdle", "fleet", ""),
    scalar("is_awaited", "flag", "whether it is still to begin service on some lane", "fleet", ""),
    scalar(
        "cancel_fee",
        "USD",
        "cost of cancelling; infinite: it cannot be cancelled",
        "tables",
        "fleet",
    ),
)

CONTRACTS: Final = (
    lane("live", "flag", "1 until it ends", "contracts recovery vehicles", "fleet"),
    lane("price", "USD per GPU-hour", "p_k", "contracts", "fleet recovery"),
    lane("price_power", "factor", "price to the power of its sensitivity", "contracts", ""),
    lane("end_month", "month", "last month billed", "contracts", "recovery"),
    lane("hazard", "hazard", "Lambda_k", "contracts", ""),
    lane("threshold", "hazard", "E_k", "contracts", ""),
    lane("billed", "GPUs", "served this month", "contracts", "recovery"),
    lane("deposit", "USD", "V_k, prepaid rent not used yet", "contracts vehicles", "recovery"),
    scalar("n_live", "lanes", "where it is on", "contracts", "engine"),
    scalar("next_end", "month", "first end on any lane", "contracts", "engine"),
    scalar(
        "intensity",
        "per month",
        "next month's, at 1 USD where the price index is 1",
        "contracts",
        "",
    ),
    scalar("ageing", "factor", "growth of the intensity in a month", "contracts", ""),
    scalar("has_deposit", "flag", "whether rent is prepaid", "tables", "contracts engine"),
)

POOLS: Final = (
    lane("owned", "GPUs", "paid for, at default", "recovery", ""),
    lane("collateral", "USD", "at resale values, where asked", "fleet recovery", "debt engine"),
    lane("proceeds", "USD", "of sale or step-in", "recovery", ""),
    lane("is_run", "flag", "1 where lenders stepped in", "recovery", ""),
)
