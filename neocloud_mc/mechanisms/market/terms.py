"""The YAML of the market and of GPU types."""

from typing import Annotated, Literal

from pydantic import Field

from neocloud_mc.quantities import (
    Climate,
    Correlation,
    CreditSpread,
    GpuStock,
    IndexLevel,
    Intensity,
    InterestRate,
    LaterMonth,
    LogDeviation,
    LogDrift,
    LogSize,
    LogVolatility,
    MeanYears,
    Months,
    OpenShare,
    RiskPremium,
    Sensitivity,
    Share,
    SignedSensitivity,
    Terms,
    UsdPerGpu,
    UsdPerGpuHour,
    UsdPerGpuMonth,
    Years,
)

RegimeName = Literal["shortage", "glut"]


class Drift(Terms):
    """Expected change of the log index in each regime."""

    shortage: Annotated[LogDrift, Field(description="Drift while GPUs are short.")]
    glut: Annotated[LogDrift, Field(description="Drift while GPUs are plentiful.")]


class Volatility(Terms):
    """Volatility of the log index in each regime."""

    shortage: Annotated[LogVolatility, Field(description="Volatility while GPUs are short.")]
    glut: Annotated[LogVolatility, Field(description="Volatility while GPUs are plentiful.")]


class Launch(Terms):
    """A new GPU generation: how often, and how far it moves the index."""

    per_year: Annotated[Intensity, Field(description="Generations a year.")] = 0.0
    mean: Annotated[LogSize, Field(description="Mean jump of the log index.")] = 0.0
    sd: Annotated[LogDeviation, Field(description="Deviation of the jump.")] = 0.0


class Price(Terms):
    """The compute-price index."""

    start: Annotated[
        LogSize, Field(description="Log distance of today's price from its trend.")
    ] = 0.0
    drift: Drift
    volatility: Volatility
    obsolescence: Annotated[
        LogDrift, Field(description="Steady fall of the price of a given GPU's hour.")
    ] = 0.0
    reversion: Annotated[Intensity, Field(description="Speed of return to the trend.")] = 0.0
    launch: Launch = Launch()


class MeanStay(Terms):
    """How long a regime lasts on average."""

    shortage: Annotated[MeanYears, Field(description="Mean length of a shortage; .inf: for ever.")]
    glut: Annotated[MeanYears, Field(description="Mean length of a glut; .inf: for ever.")]


class Utilization(Terms):
    """Share of idle GPUs that the spot market takes."""

    shortage: Annotated[Share, Field(description="Share let by the hour in a shortage.")]
    glut: Annotated[Share, Field(description="Share let by the hour in a glut.")]


class Regime(Terms):
    """Shortage or glut of GPUs."""

    start: Annotated[RegimeName, Field(description="The regime at the base date.")]
    mean_years: MeanStay
    utilization: Utilization


class Spread(Terms):
    """The market's credit spread for new debt."""

    base: Annotated[CreditSpread, Field(description="Spread in the average climate.")]
    sensitivity: Annotated[
        Sensitivity, Field(description="Relative rise of the spread per unit of worse climate.")
    ] = 0.0


class Funding(Terms):
    """The climate in which money is raised, in standard deviations from its mean."""

    start: Annotated[Climate, Field(description="Climate at the base date.")] = 0.0
    persistence_years: Annotated[Years, Field(description="Time in which a shock fades to 1/e.")]
    price_correlation: Annotated[
        Correlation, Field(description="Correlation with shocks of the compute price.")
    ] = 0.0
    glut_shift: Annotated[
        Climate, Field(description="How much worse the climate is in a glut.")
    ] = 0.0
    spread: Spread


class Haircut(Terms):
    """Discount of a forced sale against the resale value (see recovery)."""

    base: Annotated[OpenShare, Field(description="Median discount in a shortage, nobody selling.")]
    glut: Annotated[SignedSensitivity, Field(description="Added log-odds in a glut.")] = 0.0
    fire_sale: Annotated[
        SignedSensitivity, Field(description="Added log-odds per market share of failed issuers.")
    ] = 0.0
    volatility: Annotated[Sensitivity, Field(description="Deviation of the log-odds.")] = 0.0


class Resale(Terms):
    """The second-hand market for GPUs."""

    elasticity: Annotated[
        Sensitivity, Field(description="Response of resale values to the compute price, in logs.")
    ] = 0.0
    cost: Annotated[Share, Field(description="Cost of a liquidation, share of its proceeds.")] = 0.0
    months: Annotated[Months, Field(description="How long a liquidation takes.")]
    haircut: Haircut


class Contagion(Terms):
    """How one issuer's failure reaches the others."""

    price_impact: Annotated[
        Sensitivity, Field(description="Fall of the log index if all GPUs were released.")
    ] = 0.0
    funding_impact: Annotated[
        Sensitivity, Field(description="Loss of climate per default of the last twelve months.")
    ] = 0.0


class PrescribedPath(Terms):
    """What the scenario fixes, whatever is drawn; free after the last month named."""

    price_index: Annotated[
        dict[LaterMonth, IndexLevel],
        Field(description="The index (1 today) in these months; log-linear from today on."),
    ] = Field(default_factory=dict)
    climate: Annotated[
        dict[LaterMonth, Climate],
        Field(description="The climate before glut and defaults; linear from funding.start on."),
    ] = Field(default_factory=dict)
    regime: Annotated[
        dict[LaterMonth, RegimeName],
        Field(description="The regime from a month on; free before the first and after the last."),
    ] = Field(default_factory=dict)


class PriceOfRisk(Terms):
    """What investors ask for bearing risk; 0 is the real-world measure."""

    price: Annotated[RiskPremium, Field(description="Fall of the mean price shock.")] = 0.0
    funding: Annotated[Climate, Field(description="Fall of the mean climate in the long run.")] = (
        0.0
    )
    customers: Annotated[
        LogSize, Field(description="Log of the factor of customers' intensities.")
    ] = 0.0


class Market(Terms):
    """Everything that all issuers share."""

    total_gpus: Annotated[GpuStock, Field(description="GPUs in the market that sales compete in.")]
    risk_free: Annotated[InterestRate, Field(description="Flat risk-free and floating base rate.")]
    price: Price
    regime: Regime
    funding: Funding
    resale: Resale
    contagion: Contagion = Contagion()
    path: PrescribedPath | None = None
    price_of_risk: PriceOfRisk = PriceOfRisk()


class Gpu(Terms):
    """A type of GPU."""

    price: Annotated[UsdPerGpuHour, Field(description="Spot price today.")]
    resale: Annotated[UsdPerGpu, Field(description="Resale value today, before any haircut.")]
    obsolescence: Annotated[
        LogDrift, Field(description="Fall of its price beyond the index's own.")
    ] = 0.0
    depreciation: Annotated[LogDrift, Field(description="Loss of resale value with age.")] = 0.0
    operating_cost: Annotated[
        UsdPerGpuMonth, Field(description="Power, space and hands for one running GPU.")
    ]
    volatility: Annotated[
        LogVolatility, Field(description="Volatility of its price apart from the index.")
    ] = 0.0
    reversion: Annotated[
        Intensity, Field(description="Speed at which its price returns to the index.")
    ] = 0.0
