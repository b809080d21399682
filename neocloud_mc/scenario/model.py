"""The whole scenario: the rooms' terms put together.

Rules that need more than one room are in `neocloud_mc.scenario.checks.rules`.
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
from neocloud_mc.mechanisms.vehicles import Vehicle
from neocloud_mc.mechanisms.waterfall import Support
from neocloud_mc.quantities import (
    OPEN,
    DelayMonths,
    Horizon,
    Id,
    Intensity,
    Ratio,
    Share,
    Terms,
    Usd,
    Window,
)


def as_date(value: object) -> object:
    """Read the text of a date; anything else is left to the check of its type."""
    return date.fromisoformat(value) if isinstance(value, str) else value


class Issuer(Terms):
    """A borrower: its cash, fleet, contracts, costs and debt."""

    label: Annotated[
        str | None, Field(description="Name in tables; default: its id.", max_length=200)
    ] = None
    cash: Annotated[Usd, Field(description="Cash at the base date.")]
    min_cash: Annotated[Usd, Field(description="Cash that it keeps before it prepays.")] = 0.0
    growth_window: Annotated[
        Window, Field(description="Climate in which it goes on with optional lots.")
    ] = OPEN
    growth_hurdle: Annotated[
        Ratio | None,
        Field(description="Yearly margin over cost that an optional lot must promise."),
    ] = None
    jump_to_default: Annotated[
        Intensity, Field(description="Failures a year for reasons of its own, whatever its cash.")
    ] = 0.0
    delivery_delay_months: Annotated[
        DelayMonths, Field(description="Mean delay of deliveries.")
    ] = 0.0
    fleet: dict[Id, Lot] = Field(default_factory=dict, description="Lots of GPUs.")
    contracts: dict[Id, Contract] = Field(default_factory=dict, description="Rental contracts.")
    costs: Costs = Costs()
    backstop: Backstop | None = None
    support: Support | None = None
    lenders: Lenders = Lenders()
    step_in: StepIn | None = None
    tranches: dict[Id, Tranche] = Field(default_factory=dict, description="Debt.")
    parent: Annotated[
        Id | None, Field(description="Issuer that owns it; it is a vehicle then.")
    ] = None
    vehicle: Vehicle | None = None

    @property
    def pools(self) -> list[str]:
        """Its collateral pools, those that a lot or a tranche names, in file order."""
        of_lots = [lot.pool for lot in self.fleet.values()]
        of_tranches = [tranche.pool for tranche in self.tranches.values()]
        return list(dict.fromkeys(pool for pool in of_lots + of_tranches if pool is not None))

    @property
    def gpu_types(self) -> list[str]:
        """Types of GPU that it owns, lets or has a backstop for, in file order."""
        owned = [lot.gpu for lot in self.fleet.values()]
        let = [contract.gpu for contract in self.contracts.values()]
        backed = [self.backstop.gpu] if self.backstop else []
        return list(dict.fromkeys(owned + let + backed))


class Scenario(Terms):
    """One market, its customers and the issuers that live in it."""

    name: Annotated[str, Field(description="Default: the file's name.", max_length=200)]
    description: Annotated[str, Field(description="One paragraph.")] = ""
    base_date: Annotated[
        date | None,
        BeforeValidator(as_date),
        Field(description="Date of the opening balances."),
    ] = None
    horizon_months: Annotated[Horizon, Field(description="Months simulated.")] = 60
    sources: dict[str, str] = Field(
        default_factory=dict, description="Dotted path, or a prefix: where the figure is from."
    )
    assumptions: dict[str, str] = Field(
        default_factory=dict, description="Dotted path, or a prefix: why this value; a range."
    )
    market: Market
    gpus: dict[Id, Gpu] = Field(default_factory=dict, description="Types of GPU.")
    customers: dict[Id, Customer] = Field(default_factory=dict, description="Firms that rent GPUs.")
    portfolio: Annotated[
        dict[str, Share] | None,
        Field(description="issuer.tranche: share held; left out: every tranche, share 1."),
    ] = None
    issuers: dict[Id, Issuer] = Field(default_factory=dict, description="Borrowers.")
