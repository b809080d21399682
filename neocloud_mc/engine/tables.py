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
from typing import Any, Final, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from neocloud_mc import draws
from neocloud_mc.engine.columns import Row, terms_row
from neocloud_mc.engine.records import Layout, copy, table
from neocloud_mc.errors import ScenarioError
from neocloud_mc.jit import Table
from neocloud_mc.mechanisms import (
    contracts,
    customers,
    debt,
    fleet,
    market,
    recovery,
    vehicles,
)
from neocloud_mc.mechanisms.columns import COLUMNS
from neocloud_mc.scenario.model import Issuer, Scenario

LANES: Final = 64
"""Paths side by side. Measured on six issuers, ns per path-issuer-month: 8 lanes 218, 16 lanes 98,
32 lanes 77, 64 lanes 72: below 32 LLVM unrolls short loops instead of vectorising them."""

_THINGS: Final = ("fleet", "lot", "contract", "tranche", "pool")
_NO_AMOUNTS: Final = 3
"""Row of the calendar for what has no amounts by month, after those of the market."""


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
        COLUMNS["market"],
        ("first_path",),
        (
            "seed",
            *(f"stream_{use}" for use in ("regime", "price", "funding", "launch", "launch_size")),
        ),
    ),
    "powers": Layout(None, COLUMNS["powers"], ("gpu",)),
    "gpus": Layout(market.Gpu, COLUMNS["gpus"], ("price_power", "resale_power"), ("stream",)),
    "customers": Layout(customers.Customer, COLUMNS["customers"], streams=("stream",)),
    "issuers": Layout(
        Issuer,
        COLUMNS["issuers"],
        (
            *("parent", "first_member", "next_member", "backstop_fleet"),
            *(f"first_{thing}" for thing in _THINGS),
            *(f"end_{thing}" for thing in _THINGS),
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


@dataclass(frozen=True)
class Tables:
    """The arguments of the path loop, in its order; a private copy for every thread.

    Attributes
    ----------
    market : one record; the others arrays of records.
    calendar : float64[rows, months + 1], what the scenario fixes by month: the market's prescribed
        index, climate and regime (NaN where free), then zeros, then amounts of amortisation maps
        and of prepaid rent, USD.
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
    calendar: NDArray[np.float64]

    @property
    def arguments(self) -> tuple[Table, ...]:
        """Every table; the market as its record."""
        tables = tuple(getattr(self, field.name) for field in fields(self))
        return (self.market[0], *tables[1:])

    def copy(self) -> "Tables":
        """Tables that share nothing with these."""
        names = [field.name for field in fields(self) if field.name != "calendar"]
        records = {name: copy(getattr(self, name)) for name in names}
        return Tables(**records, calendar=self.calendar.copy())

    @property
    def months(self) -> int:
        """The horizon."""
        return int(self.calendar.shape[1]) - 1


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
    calendar = _Calendar(scenario)
    rows["market"].append(_market_row(scenario, seed) | (tilt.row if tilt else {}))
    powers = _powers(scenario)
    rows["powers"] = [{"exponent": exponent, "gpu": gpu} for exponent, gpu in powers]
    rows["gpus"] = [_gpu_row(name, scenario, powers) for name in scenario.gpus]
    rows["customers"] = [
        terms_row(customer)
        | {"stream": draws.stream(f"customer/{name}")}
        | {"tilt": tilt.customers.get(name, 1.0) if tilt else 1.0}
        for name, customer in scenario.customers.items()
    ]
    for name, issuer in scenario.issuers.items():
        _add_issuer(
            name, _fenced(issuer), scenario, rows, gpu_place, customer_place, powers, calendar
        )
    _link_groups(scenario, rows["issuers"])
    _refuse_shared_streams(rows)
    tables = {name: table(LAYOUTS[name], found, lanes) for name, found in rows.items()}
    return Tables(**tables, calendar=np.array(calendar.rows))


def _fenced(issuer: Issuer) -> Issuer:
    """The issuer; with the default ring fence if it has a parent and no terms of one."""
    if issuer.parent is None or issuer.vehicle is not None:
        return issuer
    return issuer.model_copy(update={"vehicle": vehicles.Vehicle()})


class _Calendar:
    """Rows of what the scenario fixes by month."""

    def __init__(self, scenario: Scenario) -> None:
        self._months = scenario.horizon_months
        path = scenario.market.path or market.PrescribedPath()
        logs = {month: math.log(level) for month, level in path.price_index.items()}
        self.rows = [
            self._line(logs, 0.0),
            self._line(path.climate, scenario.market.funding.start),
            self._steps(path.regime),
            np.zeros(self._months + 1),
        ]

    def amounts(self, by_month: Mapping[int, float]) -> int:
        """Add amounts by month; the position of their row."""
        if not by_month:
            return _NO_AMOUNTS
        row = np.zeros(self._months + 1)
        for month, amount in by_month.items():
            if month <= self._months:
                row[month] = amount
        self.rows.append(row)
        return len(self.rows) - 1

    def _line(self, points: Mapping[int, float], start: float) -> NDArray[np.float64]:
        """Straight lines from today's value through the points; NaN after the last."""
        months = np.arange(self._months + 1.0)
        if not points:
            return np.full(len(months), math.nan)
        known = sorted(({0: start} | dict(points)).items())
        at, values = zip(*known, strict=True)
        line: NDArray[np.float64] = np.interp(months, at, values, right=math.nan)
        return line

    def _steps(self, regimes: Mapping[int, str]) -> NDArray[np.float64]:
        """1 in a glut and 0 in a shortage, from the first to the last month named; else NaN."""
        row = np.full(self._months + 1, math.nan)
        months = sorted(regimes)
        for month, until in zip(months, [*months[1:], *(m + 1 for m in months[-1:])], strict=True):
            row[month:until] = float(regimes[month] == "glut")
        return row


Power: TypeAlias = tuple[float, int]
"""An exponent, and the GPU type whose price is raised, -1: the price index."""


def _powers(scenario: Scenario) -> list[Power]:
    """Powers of prices that something follows."""
    exponents: list[Power] = []
    for name in scenario.gpus:
        source = _price_source(scenario, name)
        exponents += [(1.0, source), (scenario.market.resale.elasticity, source)]
    for issuer in scenario.issuers.values():
        for contract in issuer.contracts.values():
            source = _price_source(scenario, contract.gpu)
            exponents.append((-contract.price_sensitivity, source))
    return list(dict.fromkeys(exponents))


def _price_source(scenario: Scenario, gpu: str) -> int:
    """Position of a GPU type with a factor of its own; -1: it follows the index alone."""
    return list(scenario.gpus).index(gpu) if scenario.gpus[gpu].volatility > 0.0 else -1


def _gpu_row(name: str, scenario: Scenario, powers: Sequence[Power]) -> Row:
    source = _price_source(scenario, name)
    return terms_row(scenario.gpus[name]) | {
        "price_power": powers.index((1.0, source)),
        "resale_power": powers.index((scenario.market.resale.elasticity, source)),
        "stream": draws.stream(f"gpu/{name}"),
    }


def _link_groups(scenario: Scenario, rows: Sequence[Row]) -> None:
    """Lead through each group, vehicles in file order, the head last; mutates the rows."""
    place = _places(scenario.issuers)
    for name, head in place.items():
        if scenario.issuers[name].parent is not None:
            continue
        group = [
            place[key] for key, issuer in scenario.issuers.items() if issuer.parent == name
        ] + [head]
        for member, following in zip(group, [*group[1:], -1], strict=True):
            rows[member] |= {
                "parent": -1 if member == head else head,
                "first_member": group[0] if member == head else -1,
                "next_member": following,
                "is_in_group": float(len(group) > 1),
            }


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
    powers: Sequence[Power],
    calendar: _Calendar,
) -> None:
    """Append the rows of an issuer and of all that it has."""
    first = {name: len(found) for name, found in rows.items()}
    fleets = _places(issuer.gpu_types, first["fleets"])
    pools = _places(issuer.pools, first["pools"])
    tranches = _places(issuer.tranches, first["tranches"])
    rented = _places(issuer.contracts, first["contracts"])
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
                "contract": rented.get(lot.for_contract or "", -1),
                "unit_cost": lot.unit_cost or 0.0,
                "cancel_fee": _cancel_fee(lot),
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
                "power": powers.index(
                    (-contract.price_sensitivity, _price_source(scenario, contract.gpu))
                ),
                "calendar_row": calendar.amounts(
                    contract.prepaid.receipts if contract.prepaid else {}
                ),
                "has_deposit": float(contract.prepaid is not None),
            }
            | {
                f"stream_{use}": draws.stream(f"contract/{name}/{key}/{use}")
                for use in ("churn", "concession", "renewal", "operator")
            }
        )
    rows["tranches"] += [
        _tranche_row(tranche, pools, calendar) for tranche in issuer.tranches.values()
    ]
    ends = {f"first_{thing}": first[f"{thing}s"] for thing in _THINGS}
    ends |= {f"end_{thing}": len(rows[f"{thing}s"]) for thing in _THINGS}
    rows["issuers"].append(
        terms_row(issuer)
        | ends
        | {
            "backstop_fleet": fleets[issuer.backstop.gpu] if issuer.backstop else -1,
            "has_support": float(issuer.support is not None),
            "has_deposits": float(any(c.prepaid for c in issuer.contracts.values())),
            "has_longstops": float(any(c.longstop for c in issuer.contracts.values())),
            "last_order": max((lot.pay_month for lot in issuer.fleet.values()), default=0),
            "log_inflation": math.log1p(issuer.costs.inflation) / 12.0,
            "has_covenants": float(any(_is_tested(item) for item in issuer.tranches.values())),
            "stream_lenders": draws.stream(f"lenders/{name}"),
            "stream_haircut": draws.stream(f"haircut/{name}"),
            "stream_jump": draws.stream(f"jump/{name}"),
        }
    )


def _cancel_fee(lot: fleet.Lot) -> float:
    """Cost of cancelling, USD; infinite where that cannot be."""
    if lot.cancel_cost is None:
        return math.inf if lot.committed else 0.0
    return lot.cancel_cost * (lot.count * (lot.unit_cost or 0.0))


def _tranche_row(tranche: debt.Tranche, pools: Mapping[str, int], calendar: _Calendar) -> Row:
    schedule = tranche.amortization
    codes = get_args(debt.Schedule)
    return terms_row(tranche) | {
        "kind": get_args(debt.Kind).index(tranche.kind),
        "amortization": debt.MAP if isinstance(schedule, dict) else codes.index(schedule),
        "pool": pools.get(tranche.pool or "", recovery.UNPLEDGED),
        "opening_maturity": tranche.maturity or math.inf,
        "refinance_ahead": tranche.refinance.ahead if tranche.refinance else 0.0,
        "calendar_row": calendar.amounts(schedule if isinstance(schedule, dict) else {}),
        "has_covenants": float(_is_tested(tranche)),
    }


def _is_tested(tranche: debt.Tranche) -> bool:
    limits = tranche.covenants
    return limits is not None and any(
        limit is not None for limit in (limits.min_dscr, limits.max_ltv, limits.min_liquidity)
    )


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
