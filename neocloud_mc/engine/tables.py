"""Scenario -> tables: the only place where names become positions and years become months.

A table is a record array: one row an entity; a column for every number of its terms (annual
figures turned monthly by their unit; a term that was left out is NaN; a term whose name is also a
state's is its opening value, `opening_<name>`), positions of what it refers to, the streams of its
draws, and float64[lanes] columns for its state. `-1` is no pool, no tranche, no fleet.

The columns never depend on the scenario, so the kernels compile once for all scenarios.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc import draws
from neocloud_mc.engine.calendar import Calendar
from neocloud_mc.engine.columns import Row, terms_row
from neocloud_mc.engine.issuer_rows import add_issuer, places
from neocloud_mc.engine.layouts import LAYOUTS
from neocloud_mc.engine.powers import Power, find_powers, price_source
from neocloud_mc.engine.records import copy, table
from neocloud_mc.errors import ScenarioError
from neocloud_mc.jit import Table
from neocloud_mc.lane_sets import MOST_LANES
from neocloud_mc.mechanisms import market, vehicles
from neocloud_mc.scenario.model import Issuer, Scenario

LANES: Final = 64
"""Paths side by side. Measured on six issuers, ns per path-issuer-month: 8 lanes 218, 16 lanes 98,
32 lanes 77, 64 lanes 72: below 32 LLVM unrolls short loops instead of vectorising them."""


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
    lanes : paths side by side, at most `MOST_LANES`; in a market that leans, a divisor of
        `market.BLOCK`.
    tilt : how the market leans towards a rare event; none: not at all.

    Raises
    ------
    ValueError : too many lanes; or a market is to lean, and its blocks are no multiple of them.
    ScenarioError : two streams share a number (then rename one entity).
    """
    if lanes > MOST_LANES:
        raise ValueError(f"{lanes} lanes are more than {MOST_LANES}")
    if tilt and market.BLOCK % lanes:
        raise ValueError(f"{lanes} lanes do not divide a block of {market.BLOCK} paths")
    rows: dict[str, list[Row]] = {name: [] for name in LAYOUTS}
    calendar = Calendar(scenario)
    rows["market"].append(_market_row(scenario, seed) | (tilt.row if tilt else {}))
    powers = find_powers(scenario)
    rows["powers"] = [{"exponent": exponent, "of": source} for exponent, source in powers]
    rows["gpus"] = [_gpu_row(name, scenario, powers) for name in scenario.gpus]
    rows["customers"] = [
        terms_row(customer)
        | {"stream": draws.stream(f"customer/{name}")}
        | {"power": powers.index((-customer.funding_beta, market.OF_CLIMATE))}
        | {"tilt": tilt.customers.get(name, 1.0) if tilt else 1.0}
        for name, customer in scenario.customers.items()
    ]
    for name, issuer in scenario.issuers.items():
        add_issuer(name, _fenced(issuer), scenario, rows, powers, calendar)
    _link_groups(scenario, rows["issuers"])
    _refuse_shared_streams(rows)
    tables = {name: table(LAYOUTS[name], found, lanes) for name, found in rows.items()}
    return Tables(**tables, calendar=np.array(calendar.rows))


def _fenced(issuer: Issuer) -> Issuer:
    """The issuer; with the default ring fence if it has a parent and no terms of one."""
    if issuer.parent is None or issuer.vehicle is not None:
        return issuer
    return issuer.model_copy(update={"vehicle": vehicles.Vehicle()})


def _gpu_row(name: str, scenario: Scenario, powers: Sequence[Power]) -> Row:
    source = price_source(scenario, name)
    return terms_row(scenario.gpus[name]) | {
        "price_power": powers.index((1.0, source)),
        "resale_power": powers.index((scenario.market.resale.elasticity, source)),
        "stream": draws.stream(f"gpu/{name}"),
    }


def _link_groups(scenario: Scenario, rows: Sequence[Row]) -> None:
    """Lead through each group, vehicles in file order, the head last; mutates the rows."""
    place = places(scenario.issuers)
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
