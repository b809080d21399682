"""Scenario -> tables: the only place where names become positions and years become months.

A table is a record array: one row an entity; a column for every number of its terms (annual
figures turned monthly by their unit; a term that was left out is NaN; a term whose name is also a
state's is its opening value, `opening_<name>`), positions of what it refers to, the streams of its
draws, and float64[lanes] columns for its state. `-1` is no pool, no tranche, no fleet.

The columns never depend on the scenario, so the kernels compile once for all scenarios.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from neocloud_mc import draws
from neocloud_mc.engine.columns import Row, terms_row
from neocloud_mc.engine.records import Layout, copy, table
from neocloud_mc.errors import ScenarioError
from neocloud_mc.jit import Table
from neocloud_mc.mechanisms import (
    contracts,
    covenants,
    customers,
    debt,
    fleet,
    market,
    operations,
    recovery,
    waterfall,
)
from neocloud_mc.scenario.model import Issuer, Scenario

LANES: Final = 64
"""Paths side by side. Measured on six issuers, ns per path-issuer-month: 8 lanes 218, 16 lanes 98,
32 lanes 77, 64 lanes 72: below 32 LLVM unrolls short loops instead of vectorising them."""

_THINGS: Final = ("fleet", "lot", "contract", "tranche", "pool")
_ISSUER_LANES: Final = (
    *operations.OPERATIONS_LANES,
    *debt.ISSUER_LANES,
    *waterfall.WATERFALL_LANES,
    *covenants.COVENANT_LANES,
    *recovery.RECOVERY_LANES,
)


@dataclass(frozen=True)
class Tilt:
    """How a market leans (see `mechanisms.market.tilt`): shifts of normals, factors."""

    price: float = 0.0
    funding: float = 0.0
    leave_shortage: float = 1.0
    leave_glut: float = 1.0
    launch: float = 1.0
    customers: Mapping[str, float] = field(default_factory=dict)

    @property
    def row(self) -> Row:
        """Its columns of the market's table."""
        moves = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "customers"}
        return {"is_tilted": 1.0} | {f"tilt_{name}": value for name, value in moves.items()}


LAYOUTS: Final[Mapping[str, Layout]] = {
    "market": Layout(
        market.Market,
        market.MARKET_LANES,
        (*market.MARKET_SCALARS, "starts_in_glut", "discount"),
        ("first_path",),
        (
            "seed",
            *(f"stream_{use}" for use in ("regime", "price", "funding", "launch", "launch_size")),
        ),
    ),
    "powers": Layout(None, market.POWER_LANES, market.POWER_SCALARS),
    "gpus": Layout(market.Gpu, market.GPU_LANES),
    "customers": Layout(
        customers.Customer,
        customers.CUSTOMER_LANES,
        customers.CUSTOMER_SCALARS,
        streams=("stream",),
    ),
    "issuers": Layout(
        Issuer,
        _ISSUER_LANES,
        (
            *waterfall.ISSUER_SCALARS,
            *covenants.COVENANT_SCALARS,
            *("log_inflation", "has_covenants", "always_running_cost"),
        ),
        (
            "backstop_fleet",
            *(f"first_{thing}" for thing in _THINGS),
            *(f"end_{thing}" for thing in _THINGS),
        ),
        ("stream_lenders", "stream_haircut"),
    ),
    "fleets": Layout(None, fleet.FLEET_LANES, fleet.FLEET_SCALARS, ("gpu",)),
    "lots": Layout(
        fleet.Lot,
        fleet.LOT_LANES,
        fleet.LOT_SCALARS,
        ("fleet", "pool", "financing"),
        ("stream",),
    ),
    "contracts": Layout(
        contracts.Contract,
        contracts.CONTRACT_LANES,
        contracts.CONTRACT_SCALARS,
        ("fleet", "customer", "pool", "power"),
        ("stream_churn", "stream_concession", "stream_renewal"),
    ),
    "tranches": Layout(
        debt.Tranche,
        debt.TRANCHE_LANES,
        (*debt.TRANCHE_SCALARS, "has_covenants"),
        ("kind", "amortization", "pool"),
    ),
    "pools": Layout(None, fleet.POOL_LANES),
}


@dataclass(frozen=True)
class Tables:
    """The arguments of the path loop, in its order; a private copy for every thread.

    Attributes
    ----------
    market : one record; the others arrays of records.
    repayments : float64[tranches, months + 1], amounts of amortisation maps, USD.
    """

    market: Table
    powers: Table
    gpus: Table
    customers: Table
    issuers: Table
    fleets: Table
    lots: Table
    contracts: Table
    tranches: Table
    pools: Table
    repayments: NDArray[np.float64]

    @property
    def arguments(self) -> tuple[Table, ...]:
        """Every table; the market as its record."""
        tables = tuple(getattr(self, field.name) for field in fields(self))
        return (self.market[0], *tables[1:])

    def copy(self) -> "Tables":
        """Tables that share nothing with these."""
        names = [field.name for field in fields(self) if field.name != "repayments"]
        records = {name: copy(getattr(self, name)) for name in names}
        return Tables(**records, repayments=self.repayments.copy())


def tabulate(scenario: Scenario, seed: int, lanes: int = LANES, tilt: Tilt | None = None) -> Tables:
    """Lay the scenario out for the path loop.

    Parameters
    ----------
    seed : key of the run's draws, 0 to 2^64 − 1.
    lanes : paths side by side; in a market that leans, a divisor of `market.BLOCK`.
    tilt : how the market leans towards a rare event; none: not at all.

    Raises
    ------
    ValueError : a market is to lean, and its blocks are no multiple of the lanes.
    ScenarioError : two streams share a number (then rename one entity).
    """
    if tilt and market.BLOCK % lanes:
        raise ValueError(f"{lanes} lanes do not divide a block of {market.BLOCK} paths")
    gpu_place = _places(scenario.gpus)
    customer_place = _places(scenario.customers)
    rows: dict[str, list[Row]] = {name: [] for name in LAYOUTS}
    repayments: list[NDArray[np.float64]] = []
    rows["market"].append(_market_row(scenario, seed) | (tilt.row if tilt else {}))
    rows["powers"] = [{"exponent": exponent} for exponent in _exponents(scenario)]
    rows["gpus"] = [terms_row(gpu) for gpu in scenario.gpus.values()]
    rows["customers"] = [
        terms_row(customer)
        | {"stream": draws.stream(f"customer/{name}")}
        | {"tilt": tilt.customers.get(name, 1.0) if tilt else 1.0}
        for name, customer in scenario.customers.items()
    ]
    for name, issuer in scenario.issuers.items():
        _add_issuer(name, issuer, scenario, rows, gpu_place, customer_place)
        repayments += [_repayments(tranche, scenario) for tranche in issuer.tranches.values()]
    _refuse_shared_streams(rows)
    tables = {name: table(LAYOUTS[name], found, lanes) for name, found in rows.items()}
    width = scenario.horizon_months + 1
    return Tables(**tables, repayments=np.array(repayments).reshape(len(repayments), width))


def _exponents(scenario: Scenario) -> list[float]:
    """Powers of the price index that something follows; the first two as `market` says."""
    of_contracts = (
        -contract.price_sensitivity
        for issuer in scenario.issuers.values()
        for contract in issuer.contracts.values()
    )
    return [1.0, scenario.market.resale.elasticity, *dict.fromkeys(of_contracts)]


def _power_place(powers: Sequence[Row], exponent: float) -> int:
    """Position of a contract's power."""
    return next(k for k, row in enumerate(powers) if k > 1 and row["exponent"] == exponent)


def _market_row(scenario: Scenario, seed: int) -> Row:
    streams = {
        name: draws.stream(name.replace("stream_", "market/")) for name in LAYOUTS["market"].streams
    }
    starts_in_glut = float(scenario.market.regime.start == "glut")
    return terms_row(scenario.market) | streams | {"seed": seed, "starts_in_glut": starts_in_glut}


def _add_issuer(
    name: str,
    issuer: Issuer,
    scenario: Scenario,
    rows: dict[str, list[Row]],
    gpu_place: Mapping[str, int],
    customer_place: Mapping[str, int],
) -> None:
    """Append the rows of an issuer and of all that it has."""
    first = {name: len(found) for name, found in rows.items()}
    fleets = _places(issuer.gpu_types, first["fleets"])
    pools = _places(issuer.pools, first["pools"])
    tranches = _places(issuer.tranches, first["tranches"])
    rows["fleets"] += [{"gpu": gpu_place[gpu]} for gpu in issuer.gpu_types]
    rows["pools"] += [{} for _ in pools]
    for key, lot in issuer.fleet.items():
        own_cost = lot.operating_cost
        rows["lots"].append(
            terms_row(lot)
            | {
                "fleet": fleets[lot.gpu],
                "pool": pools.get(lot.pool or "", recovery.UNPLEDGED),
                "financing": tranches.get(lot.financed_by or "", -1),
                "unit_cost": lot.unit_cost or 0.0,
                "operating_cost": (
                    scenario.gpus[lot.gpu].operating_cost if own_cost is None else own_cost
                ),
                "stream": draws.stream(f"lot/{name}/{key}"),
            }
        )
    for key, contract in issuer.contracts.items():
        rows["contracts"].append(
            terms_row(contract)
            | {
                "fleet": fleets[contract.gpu],
                "customer": customer_place[contract.customer],
                "pool": pools.get(contract.pool or "", recovery.UNPLEDGED),
                "power": _power_place(rows["powers"], -contract.price_sensitivity),
            }
            | {
                f"stream_{use}": draws.stream(f"contract/{name}/{key}/{use}")
                for use in ("churn", "concession", "renewal")
            }
        )
    rows["tranches"] += [_tranche_row(tranche, pools) for tranche in issuer.tranches.values()]
    ends = {f"first_{thing}": first[f"{thing}s"] for thing in _THINGS}
    ends |= {f"end_{thing}": len(rows[f"{thing}s"]) for thing in _THINGS}
    rows["issuers"].append(
        terms_row(issuer)
        | ends
        | {
            "backstop_fleet": fleets[issuer.backstop.gpu] if issuer.backstop else -1,
            "support_capacity": issuer.support.capacity if issuer.support else 0.0,
            "log_inflation": math.log1p(issuer.costs.inflation) / 12.0,
            "has_covenants": float(any(_is_tested(item) for item in issuer.tranches.values())),
            "stream_lenders": draws.stream(f"lenders/{name}"),
            "stream_haircut": draws.stream(f"haircut/{name}"),
        }
    )


def _tranche_row(tranche: debt.Tranche, pools: Mapping[str, int]) -> Row:
    schedule = tranche.amortization
    codes = get_args(debt.Schedule)
    return terms_row(tranche) | {
        "kind": get_args(debt.Kind).index(tranche.kind),
        "amortization": debt.MAP if isinstance(schedule, dict) else codes.index(schedule),
        "pool": pools.get(tranche.pool or "", recovery.UNPLEDGED),
        "opening_maturity": tranche.maturity or math.inf,
        "has_covenants": float(_is_tested(tranche)),
    }


def _is_tested(tranche: debt.Tranche) -> bool:
    return tranche.covenants not in (None, debt.CovenantLimits())


def _repayments(tranche: debt.Tranche, scenario: Scenario) -> NDArray[np.float64]:
    """Amounts of an amortisation map by month, zero elsewhere, USD."""
    amounts = np.zeros(scenario.horizon_months + 1)
    if isinstance(tranche.amortization, dict):
        for month, amount in tranche.amortization.items():
            if month <= scenario.horizon_months:
                amounts[month] = amount
    return amounts


def _refuse_shared_streams(rows: Mapping[str, list[Row]]) -> None:
    """Make sure that no two entities draw the same numbers."""
    streams = [
        row[column]
        for name, layout in LAYOUTS.items()
        for row in rows[name]
        for column in layout.streams
        if column != "seed"
    ]
    if len(set(streams)) < len(streams):
        raise ScenarioError(["two entities would share random numbers: rename one of them"])


def _places(names: Mapping[str, Any] | Sequence[str], first: int = 0) -> dict[str, int]:
    return {name: first + place for place, name in enumerate(names)}
