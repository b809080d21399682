"""The whole scenario: the rooms' terms put together.

Rules that need more than one room are in `neocloud_mc.scenario.rules`.
"""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from neocloud_mc.mechanisms.contracts import Contract
from neocloud_mc.mechanisms.covenants import Lenders
from neocloud_mc.mechanisms.customers import Customer
from neocloud_mc.mechanisms.debt import Tranche
from neocloud_mc.mechanisms.fleet import Lot
from neocloud_mc.mechanisms.market import Gpu, Market
from neocloud_mc.mechanisms.operations import Backstop, Costs
from neocloud_mc.mechanisms.recovery import StepIn
from neocloud_mc.mechanisms.waterfall import Support
from neocloud_mc.quantities import OPEN, DelayMonths, Horizon, Id, Share, Terms, Usd, Window


def _as_date(value: object) -> object:
    """Read the text of a date; anything else is left to the check of its type."""
    return date.fromisoformat(value) if isinstance(value, str) else value


class Issuer(Terms):
    """A borrower: its cash, fleet, contracts, costs and debt."""

    label: Annotated[str | None, Field(description="Name in tables; default: its id.")] = None
    cash: Annotated[Usd, Field(description="Cash at the base date.")]
    min_cash: Annotated[Usd, Field(description="Cash that it keeps before it prepays.")] = 0.0
    growth_window: Annotated[
        Window, Field(description="Climate in which it goes on with optional lots.")
    ] = OPEN
    delivery_delay_months: Annotated[
        DelayMonths, Field(description="Mean delay of deliveries.")
    ] = 0.0
    fleet: Annotated[dict[Id, Lot], Field(description="Lots of GPUs.")] = {}
    contracts: Annotated[dict[Id, Contract], Field(description="Rental contracts.")] = {}
    costs: Costs = Costs()
    backstop: Backstop | None = None
    support: Support | None = None
    lenders: Lenders = Lenders()
    step_in: StepIn | None = None
    tranches: Annotated[dict[Id, Tranche], Field(description="Debt.")] = {}


class Scenario(Terms):
    """One market, its customers and the issuers that live in it."""

    name: Annotated[str, Field(description="Default: the file's name.", max_length=200)]
    description: Annotated[str, Field(description="One paragraph.")] = ""
    base_date: Annotated[
        date | None,
        BeforeValidator(_as_date),
        Field(description="Date of the opening balances."),
    ] = None
    horizon_months: Annotated[Horizon, Field(description="Months simulated.")] = 60
    sources: Annotated[
        dict[str, str], Field(description="Dotted path, or a prefix: where the figure is from.")
    ] = {}
    assumptions: Annotated[
        dict[str, str], Field(description="Dotted path, or a prefix: why this value; a range.")
    ] = {}
    market: Market
    gpus: Annotated[dict[Id, Gpu], Field(description="Types of GPU.")] = {}
    customers: Annotated[dict[Id, Customer], Field(description="Firms that rent GPUs.")] = {}
    portfolio: Annotated[
        dict[str, Share] | None,
        Field(description="issuer.tranche: share held; left out: every tranche, share 1."),
    ] = None
    issuers: Annotated[dict[Id, Issuer], Field(description="Borrowers.")] = {}
