"""The scenario file as typed records, with every default filled in.

Amounts in US dollars, prices per GPU-hour, rates and intensities per year, months whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any

REGIMES = ("shortage", "glut")
ALWAYS_OPEN = -math.inf


@dataclass(frozen=True)
class Gpu:
    """One type of GPU: rent $/GPU-hour, resale $/GPU, operating cost $/GPU-month."""

    price: float
    resale: float
    operating_cost: float
    obsolescence: float = 0.0
    depreciation: float = 0.0
    volatility: float = 0.0
    reversion: float = 0.0


@dataclass(frozen=True)
class Customer:
    """A customer's default intensity per year and its loading on the climate."""

    default_intensity: float
    funding_beta: float = 0.0


@dataclass(frozen=True)
class Lot:
    """A lot of GPUs."""

    gpu: str
    count: float
    unit_cost: float = 0.0
    pay_month: int = 0
    service_month: int = 0
    committed: bool = True
    pool: str | None = None
    financed_by: str | None = None
    advance: float = 0.0
    operating_cost: float | None = None
    cancel_cost: float | None = None
    for_contract: str | None = None


@dataclass(frozen=True)
class Renewal:
    """What happens in a contract's last month."""

    probability: float
    months: int
    discount: float = 0.0


@dataclass(frozen=True)
class Prepaid:
    """Rent paid in advance: held at the base date, still to come by month, share of each bill."""

    balance: float = 0.0
    receipts: dict[int, float] = field(default_factory=dict)
    share: float = 1.0


@dataclass(frozen=True)
class Contract:
    """A customer's contract, billed in months start_month < t <= end_month."""

    customer: str
    gpu: str
    count: float
    price: float
    end_month: int
    start_month: int = 0
    take_or_pay: float = 1.0
    churn: float = 0.0
    price_sensitivity: float = 0.0
    concession: float = 0.0
    renewal: Renewal | None = None
    pool: str | None = None
    longstop: int | None = None
    prepaid: Prepaid = field(default_factory=Prepaid)


@dataclass(frozen=True)
class Costs:
    """Fixed costs $/month, variable costs per dollar of revenue, inflation per year."""

    fixed: float = 0.0
    variable: float = 0.0
    inflation: float = 0.0


@dataclass(frozen=True)
class Backstop:
    """The vendor's promise to rent idle GPUs."""

    gpu: str
    count: float
    price: float
    until_month: int
    window: float = ALWAYS_OPEN


@dataclass(frozen=True)
class Support:
    """Equity that the owners still put in: now, per year of open windows, how far ahead."""

    capacity: float = 0.0
    per_year: float = 0.0
    runway: int = 0
    price_elasticity: float = 0.0
    window: float = ALWAYS_OPEN


@dataclass(frozen=True)
class Lenders:
    """How patient the lenders are."""

    cure_quarters: int = 0
    waiver: float = 0.0
    window: float = ALWAYS_OPEN


@dataclass(frozen=True)
class Refinance:
    """When and for how long a balloon is rolled over; a limit that is None is not tested."""

    months: int
    window: float = ALWAYS_OPEN
    max_ltv: float | None = None
    max_leverage: float | None = None
    ahead: int = 0


@dataclass(frozen=True)
class Covenants:
    """Maintenance covenants; a limit that is None is not tested."""

    min_dscr: float | None = None
    max_ltv: float | None = None
    min_liquidity: float | None = None
    from_month: int = 0


@dataclass(frozen=True)
class Tranche:
    """One tranche of debt; `months`, `window`, `max_leverage`, `target_cash` are for notes."""

    kind: str = "term"
    principal: float = 0.0
    commitment: float = 0.0
    coupon: float | None = None
    margin: float | None = None
    maturity: int = 0
    amortization: str | dict[int, float] = "bullet"
    interest_only_until: int = 0
    pool: str | None = None
    rank: int = 1
    recourse: bool = True
    sweep: float = 0.0
    refinance: Refinance | None = None
    covenants: Covenants | None = None
    months: int = 0
    window: float = ALWAYS_OPEN
    max_leverage: float | None = None
    target_cash: float = 0.0


@dataclass(frozen=True)
class Vehicle:
    """How a ring-fenced vehicle hangs on its parent."""

    guarantee: bool = False
    guarantee_until: float = math.inf
    min_dscr: float | None = None
    reserve_months: float = 0.0
    termination: float = 0.0
    cost: float = 0.0

    def guaranteed(self, t: int) -> bool:
        """Whether the parent answers for the vehicle in month t."""
        return self.guarantee and t <= self.guarantee_until


@dataclass(frozen=True)
class IssuerSpec:
    """An issuer: what it owns, whom it serves, what it owes."""

    cash: float
    min_cash: float = 0.0
    growth_window: float = ALWAYS_OPEN
    growth_hurdle: float | None = None
    jump_to_default: float = 0.0
    delivery_delay_months: float = 0.0
    fleet: dict[str, Lot] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    costs: Costs = field(default_factory=Costs)
    backstop: Backstop | None = None
    support: Support = field(default_factory=Support)
    lenders: Lenders = field(default_factory=Lenders)
    step_in: float | None = None
    tranches: dict[str, Tranche] = field(default_factory=dict)
    parent: str | None = None
    vehicle: Vehicle = field(default_factory=Vehicle)

    @property
    def pools(self) -> list[str]:
        """The pools that a lot or a tranche names, in file order."""
        named = [lot.pool for lot in self.fleet.values()]
        named += [tranche.pool for tranche in self.tranches.values()]
        return list(dict.fromkeys(pool for pool in named if pool is not None))


@dataclass(frozen=True)
class Launch:
    """Arrival of new GPU generations: rate per year, mean and sd of the jump in logs."""

    per_year: float = 0.0
    mean: float = 0.0
    sd: float = 0.0


@dataclass(frozen=True)
class MarketSpec:
    """The market of section 1; pairs are (shortage, glut)."""

    total_gpus: float
    risk_free: float
    start_log: float
    drift: tuple[float, float]
    volatility: tuple[float, float]
    obsolescence: float
    reversion: float
    launch: Launch
    start: int
    mean_years: tuple[float, float]
    utilization: tuple[float, float]
    funding: dict[str, float]
    spread_base: float
    spread_sensitivity: float
    resale: dict[str, float]
    haircut: dict[str, float]
    price_impact: float
    funding_impact: float
    risk_price: float
    risk_funding: float
    risk_customers: float
    path_index: dict[int, float]
    path_climate: dict[int, float]
    path_regime: dict[int, str]


@dataclass(frozen=True)
class Scenario:
    """A whole scenario, every mapping in file order."""

    horizon: int
    market: MarketSpec
    gpus: dict[str, Gpu]
    customers: dict[str, Customer]
    issuers: dict[str, IssuerSpec]


def read_scenario(raw: dict[str, Any]) -> Scenario:
    """Type a merged scenario file and fill in its defaults.

    Parameters
    ----------
    raw : dict
        The merged file: mappings keyed by ids, numbers already numbers.

    Returns
    -------
    Scenario

    Raises
    ------
    TypeError
        If a key that has no default is missing.

    """
    return Scenario(
        horizon=int(raw["horizon_months"]),
        market=_market(raw["market"]),
        gpus={name: _record(Gpu, gpu) for name, gpu in raw["gpus"].items()},
        customers={k: _record(Customer, c) for k, c in (raw.get("customers") or {}).items()},
        issuers={name: _issuer(issuer) for name, issuer in raw["issuers"].items()},
    )


def _record(kind: type[Any], raw: dict[str, Any] | None) -> Any:
    known = {f.name for f in fields(kind)}
    return kind(**{k: v for k, v in (raw or {}).items() if k in known and v is not None})


def _optional(kind: type[Any], raw: dict[str, Any] | None) -> Any:
    return None if raw is None else _record(kind, raw)


def _pair(raw: dict[str, float]) -> tuple[float, float]:
    return float(raw["shortage"]), float(raw["glut"])


def _by_month(raw: dict[Any, Any] | None) -> dict[int, Any]:
    return {int(month): value for month, value in sorted((raw or {}).items(), key=_month_of)}


def _month_of(item: tuple[Any, Any]) -> int:
    return int(item[0])


def _market(raw: dict[str, Any]) -> MarketSpec:
    price, regime, funding, resale = (raw[k] for k in ("price", "regime", "funding", "resale"))
    contagion = raw.get("contagion") or {}
    risk, path = raw.get("price_of_risk") or {}, raw.get("path") or {}
    quiet = {"start": 0.0, "price_correlation": 0.0, "glut_shift": 0.0}
    plain = {k: v for k, v in funding.items() if k != "spread"}
    haircut = {"glut": 0.0, "fire_sale": 0.0, "volatility": 0.0} | resale["haircut"]
    return MarketSpec(
        total_gpus=raw["total_gpus"],
        risk_free=raw["risk_free"],
        start_log=price.get("start", 0.0),
        drift=_pair(price["drift"]),
        volatility=_pair(price["volatility"]),
        obsolescence=price.get("obsolescence", 0.0),
        reversion=price.get("reversion", 0.0),
        launch=_record(Launch, price.get("launch")),
        start=REGIMES.index(regime["start"]),
        mean_years=_pair(regime["mean_years"]),
        utilization=_pair(regime["utilization"]),
        funding=quiet | plain,
        spread_base=funding["spread"]["base"],
        spread_sensitivity=funding["spread"].get("sensitivity", 0.0),
        resale={"elasticity": 0.0, "cost": 0.0}
        | {k: v for k, v in resale.items() if k != "haircut"},
        haircut=haircut,
        price_impact=contagion.get("price_impact", 0.0),
        funding_impact=contagion.get("funding_impact", 0.0),
        risk_price=risk.get("price", 0.0),
        risk_funding=risk.get("funding", 0.0),
        risk_customers=risk.get("customers", 0.0),
        path_index=_by_month(path.get("price_index")),
        path_climate=_by_month(path.get("climate")),
        path_regime=_by_month(path.get("regime")),
    )


def _issuer(raw: dict[str, Any]) -> IssuerSpec:
    parts = dict(raw)
    parts["fleet"] = {k: _record(Lot, v) for k, v in (raw.get("fleet") or {}).items()}
    parts["contracts"] = {k: _contract(v) for k, v in (raw.get("contracts") or {}).items()}
    parts["tranches"] = {k: _tranche(v) for k, v in (raw.get("tranches") or {}).items()}
    parts["costs"] = _record(Costs, raw.get("costs"))
    parts["backstop"] = _optional(Backstop, raw.get("backstop"))
    parts["support"] = _record(Support, raw.get("support"))
    parts["lenders"] = _record(Lenders, raw.get("lenders"))
    parts["step_in"] = raw["step_in"]["friction"] if raw.get("step_in") else None
    parts["vehicle"] = _vehicle(raw.get("vehicle") or {})
    issuer: IssuerSpec = _record(IssuerSpec, parts)
    return issuer


def _vehicle(raw: dict[str, Any]) -> Vehicle:
    flat = raw | (raw.get("distribution") or {}) | (raw.get("operator_loss") or {})
    vehicle: Vehicle = _record(Vehicle, flat)
    return vehicle


def _contract(raw: dict[str, Any]) -> Contract:
    parts = dict(raw)
    prepaid = dict(raw.get("prepaid") or {})
    prepaid["receipts"] = _by_month(prepaid.get("receipts"))
    parts["prepaid"] = _record(Prepaid, prepaid)
    parts["renewal"] = _optional(Renewal, raw.get("renewal"))
    contract: Contract = _record(Contract, parts)
    return contract


def _tranche(raw: dict[str, Any]) -> Tranche:
    parts = dict(raw)
    parts["refinance"] = _optional(Refinance, raw.get("refinance"))
    limits = {k: v for k, v in (raw.get("covenants") or {}).items() if v is not None}
    tested = set(limits) - {"from_month"}
    parts["covenants"] = Covenants(**limits) if tested else None
    if isinstance(raw.get("amortization"), dict):
        parts["amortization"] = {int(k): float(v) for k, v in raw["amortization"].items()}
    tranche: Tranche = _record(Tranche, parts)
    return tranche
