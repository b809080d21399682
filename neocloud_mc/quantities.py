"""The kinds of number that a scenario holds: unit, range and meaning, declared once.

An annotated quantity serves the check of a YAML value, its error message, the JSON Schema,
the column of a simulation table and the listing of sources. Inside the simulation time is
counted in months: `Unit.monthly` is the factor that turns the file's number into the table's.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

MONTHS_PER_YEAR: Final = 12
HOURS_PER_MONTH: Final = 730.0
YEARS_PER_MONTH: Final = 1.0 / MONTHS_PER_YEAR
MAX_MONTHS: Final = 240
NOTHING: Final = 1e-6
"""Dollars up to which a balance, a balloon or a claim is none."""
NO_RATE: Final = 1e-20
"""Rate per month up to which no number of months makes interest that shows in any digit."""
OPEN: Final = float("-inf")
"""The level of a window that is always open."""


@dataclass(frozen=True)
class Unit:
    """How a scenario number is measured.

    Parameters
    ----------
    name : as a reader sees it, for example ``per year``.
    monthly : factor from the file's number to the number per month.
    """

    name: str
    monthly: float = 1.0


class Terms(BaseModel):
    """A mapping of a scenario file: typed, closed to unknown keys, never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


_LIMIT = 1e15
_AMOUNT = Field(ge=0, le=_LIMIT, allow_inf_nan=False)

Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=80)]

Usd = Annotated[float, _AMOUNT, Unit("USD")]
UsdPerMonth = Annotated[float, _AMOUNT, Unit("USD per month")]
UsdPerYear = Annotated[float, _AMOUNT, Unit("USD per year", YEARS_PER_MONTH)]
UsdPerGpu = Annotated[float, _AMOUNT, Unit("USD per GPU")]
UsdPerGpuHour = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False), Unit("USD per GPU-hour")]
UsdPerGpuMonth = Annotated[float, _AMOUNT, Unit("USD per GPU-month")]
GpuCount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False), Unit("GPUs")]
GpuStock = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False), Unit("GPUs")]

Month = Annotated[int, Field(ge=0, le=10 * MAX_MONTHS), Unit("month")]
LaterMonth = Annotated[int, Field(ge=1, le=10 * MAX_MONTHS), Unit("month")]
Months = Annotated[int, Field(ge=1, le=10 * MAX_MONTHS), Unit("months")]
MonthsAhead = Annotated[int, Field(ge=0, le=10 * MAX_MONTHS), Unit("months")]
LastMonth = Annotated[float, Field(ge=0), Unit("month")]
"""Whole, or `.inf`: never."""
DelayMonths = Annotated[float, Field(ge=0, le=MAX_MONTHS, allow_inf_nan=False), Unit("months")]
Horizon = Annotated[int, Field(ge=1, le=MAX_MONTHS), Unit("months")]
Quarters = Annotated[int, Field(ge=0, le=1000), Unit("quarters")]
Rank = Annotated[int, Field(ge=1, le=1000), Unit("rank")]
Years = Annotated[float, Field(gt=0, le=1e30, allow_inf_nan=False), Unit("years")]
MeanYears = Annotated[float, Field(gt=0), Unit("years")]

InterestRate = Annotated[
    float, Field(ge=0, le=1, allow_inf_nan=False), Unit("per year", YEARS_PER_MONTH)
]
InflationRate = Annotated[float, Field(ge=-0.5, le=10, allow_inf_nan=False), Unit("per year")]
CreditSpread = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), Unit("per year")]
Intensity = Annotated[
    float, Field(ge=0, le=1e9, allow_inf_nan=False), Unit("per year", YEARS_PER_MONTH)
]
LogDrift = Annotated[
    float, Field(ge=-100, le=100, allow_inf_nan=False), Unit("log per year", YEARS_PER_MONTH)
]
LogVolatility = Annotated[
    float,
    Field(ge=0, le=5, allow_inf_nan=False),
    Unit("log per square-root year", YEARS_PER_MONTH**0.5),
]
RiskPremium = Annotated[
    float,
    Field(ge=-5, le=5, allow_inf_nan=False),
    Unit("per square-root year", YEARS_PER_MONTH**0.5),
]
LogSize = Annotated[float, Field(ge=-20, le=20, allow_inf_nan=False), Unit("log")]
LogDeviation = Annotated[float, Field(ge=0, le=20, allow_inf_nan=False), Unit("log")]

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), Unit("share")]
OpenShare = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False), Unit("share")]
Correlation = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False), Unit("correlation")]
Ratio = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False), Unit("ratio")]
Hurdle = Annotated[float, Field(ge=0), Unit("ratio")]
"""A ratio to be reached; `.inf`: never."""
IndexLevel = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False), Unit("of today's price")]
Sensitivity = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False), Unit("sensitivity")]
SignedSensitivity = Annotated[
    float, Field(ge=-1000, le=1000, allow_inf_nan=False), Unit("sensitivity")
]
Climate = Annotated[
    float, Field(ge=-1000, le=1000, allow_inf_nan=False), Unit("funding climate, st. dev.")
]
Window = Annotated[float, Unit("funding climate, st. dev.")]
