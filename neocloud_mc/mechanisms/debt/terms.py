"""The YAML of a tranche."""

from typing import Annotated, Literal

from pydantic import Field

from neocloud_mc.quantities import (
    OPEN,
    Id,
    InterestRate,
    LaterMonth,
    Month,
    Months,
    MonthsAhead,
    Rank,
    Ratio,
    Share,
    Terms,
    Usd,
    Window,
)

Kind = Literal["term", "delayed_draw", "revolver", "notes"]
Schedule = Literal["bullet", "linear", "annuity"]


class Refinance(Terms):
    """When a balloon is rolled over instead of falling due."""

    months: Annotated[Months, Field(description="Term of the new loan.")]
    window: Annotated[Window, Field(description="Climate needed.")] = OPEN
    max_ltv: Annotated[Ratio | None, Field(description="Highest LTV; none: not tested.")] = None
    max_leverage: Annotated[
        Ratio | None, Field(description="Highest debt / annual CFADS; none: not tested.")
    ] = None
    ahead: Annotated[
        MonthsAhead, Field(description="Months before its maturity in which it is tried.")
    ] = 0


class CovenantLimits(Terms):
    """Limits tested every third month (see covenants)."""

    min_dscr: Annotated[Ratio | None, Field(description="Lowest DSCR of the issuer.")] = None
    max_ltv: Annotated[Ratio | None, Field(description="Highest LTV of the tranche.")] = None
    min_liquidity: Annotated[
        Usd | None, Field(description="Lowest cash and undrawn revolvers.")
    ] = None
    from_month: Annotated[Month, Field(description="First month in which they are tested.")] = 0


class Tranche(Terms):
    """A loan, a facility or a programme of notes."""

    kind: Annotated[Kind, Field(description="What kind of debt it is.")] = "term"
    principal: Annotated[Usd, Field(description="Drawn at the base date.")] = 0.0
    commitment: Annotated[Usd, Field(description="Still to be drawn.")] = 0.0
    coupon: Annotated[InterestRate | None, Field(description="Fixed rate.")] = None
    margin: Annotated[InterestRate | None, Field(description="Margin over the base rate.")] = None
    maturity: Annotated[LaterMonth | None, Field(description="Month of the last payment.")] = None
    amortization: Annotated[
        Schedule | dict[LaterMonth, Usd], Field(description="How principal is repaid.")
    ] = "bullet"
    interest_only_until: Annotated[Month, Field(description="Last month without principal.")] = 0
    months: Annotated[Months | None, Field(description="Notes: mean term of the programme.")] = None
    window: Annotated[Window, Field(description="Notes: climate in which they sell.")] = OPEN
    max_leverage: Annotated[
        Ratio | None, Field(description="Notes: highest debt / annual CFADS.")
    ] = None
    target_cash: Annotated[Usd, Field(description="Notes: cash that the programme aims at.")] = 0.0
    pool: Annotated[Id | None, Field(description="Collateral pool; none: unsecured.")] = None
    rank: Annotated[Rank, Field(description="1 is paid first.")] = 1
    recourse: Annotated[bool, Field(description="Whether an unpaid part claims on the estate.")] = (
        True
    )
    sweep: Annotated[Share, Field(description="Share of excess cash flow that prepays.")] = 0.0
    refinance: Annotated[Refinance | None, Field(description="Rollover of the balloon.")] = None
    covenants: Annotated[CovenantLimits | None, Field(description="Limits tested quarterly.")] = (
        None
    )
    convertible: Annotated[
        bool, Field(description="Whether its coupon is no credit spread, being convertible.")
    ] = False


TERM, DELAYED_DRAW, REVOLVER, NOTES = range(4)
"""Codes of `kind`, in the order of `Kind`."""
BULLET, LINEAR, ANNUITY, MAP = range(4)
"""Codes of `amortization`, in the order of `Schedule`; a map comes last."""
