"""What happens on paths before their defaults, watched month by month, a block at a time.

An event counts while the issuer lives, its month of default included:

- a customer fails that has, or will have, a contract that is still on;
- a contract is walked away from, cut in price, ended at its long stop, or not renewed though it
  could be;
- the parent that operates a vehicle fails, and the vehicle lives on without it;
- a balloon falls due instead of being rolled over; a revolver lapses;
- a programme of notes sells less than what the issuer lacks to its target;
- a glut comes; another issuer has defaulted in a month before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.engine.run import live
from neocloud_mc.engine.tables import LANES, Tables, tabulate
from neocloud_mc.mechanisms.debt import NOTES, REVOLVER
from neocloud_mc.results.book import Floats
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.contract_events import (
    is_cut,
    is_renewed,
    is_stopped,
    runs_out,
    walks_away,
)
from neocloud_mc.studies.default_drivers.shares import (
    CONTAGION,
    GLUT,
    Flags,
    Months,
    TriggerEvent,
    Watched,
)

Rows: TypeAlias = NDArray[np.int64]
Before: TypeAlias = Mapping[tuple[str, str], Floats]
"""State of the month before by table and column, float64[rows, lanes]."""

_BEFORE: Final = (
    ("customers", "failed"),
    ("contracts", "live"),
    ("contracts", "price"),
    ("contracts", "end_month"),
    ("tranches", "maturity"),
    ("issuers", "default_month"),
)


def watch(
    scenario: Scenario,
    wanted: Sequence[TriggerEvent],
    *,
    paths: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> Watched:
    """Live through the first paths of a run and note what came before each default.

    Parameters
    ----------
    wanted : what is looked for.
    progress : told the number of paths done.
    """
    tables, layout = tabulate(scenario, seed), _Layout.of(scenario)
    blocks = []
    for first in range(0, paths, LANES):
        tables.market[0].first_path = first
        blocks.append(_Block(layout, tables).live(scenario.horizon_months))
        if progress is not None:
            progress(min(first + LANES, paths))

    def joined(state: str) -> Any:
        """A state of all blocks, side by side."""
        return np.concatenate([block.states[state] for block in blocks], axis=-1)[..., :paths]

    months: dict[str, Months] = {matrix: joined(matrix) for matrix in layout.owners}
    places = {one: layout.places[one] for one in wanted if one in layout.places}
    return Watched(
        default_month=joined("default_month"),
        cause=joined("cause"),
        first={one: months[matrix][row] for one, (matrix, row) in places.items()},
        index=joined("index"),
        glut=joined("in_glut"),
        climate=joined("climate"),
        spread=joined("spread"),
    )


@dataclass(frozen=True)
class _Layout:
    """Where events are noted, and whose they are.

    Parameters
    ----------
    places : matrix and row of each trigger event.
    owners : by matrix int64[rows], the issuer's place.
    tenants : int64[tenancies], the customer's place; a tenancy is an issuer's customer.
    contracts : int64[contracts], those of one tenancy after those of another.
    starts : int64[tenancies], where each begins in `contracts`.
    renewable : bool[contracts, 1].
    """

    places: Mapping[TriggerEvent, tuple[str, int]]
    owners: Mapping[str, Rows]
    tenants: Rows
    contracts: Rows
    starts: Rows
    renewable: Flags

    @classmethod
    def of(cls, scenario: Scenario) -> "_Layout":
        """The layout of a scenario's tables."""
        issuers = list(scenario.issuers.items())
        contracts = [(n, k, c) for n, i in issuers for k, c in i.contracts.items()]
        tranches = [(n, k, j) for n, i in issuers for k, j in i.tranches.items()]
        tenancies = list(dict.fromkeys((name, c.customer) for name, _, c in contracts))
        of_tenancy = np.array(
            [tenancies.index((n, c.customer)) for n, _, c in contracts], dtype=int
        )
        order = np.argsort(of_tenancy, kind="stable")
        events: dict[str, list[TriggerEvent]] = {
            "customer": [TriggerEvent(name, "customer", key) for name, key in tenancies],
            "contract": [TriggerEvent(name, "contract", key) for name, key, _ in contracts],
            "tranche": [
                TriggerEvent(name, "notes" if tranche.kind == "notes" else "maturity", key)
                for name, key, tranche in tranches
            ],
            "operator": [
                TriggerEvent(name, "operator", issuer.parent)
                for name, issuer in issuers
                if issuer.parent
            ],
            GLUT: [TriggerEvent(name, "market", GLUT) for name, _ in issuers],
            CONTAGION: [TriggerEvent(name, "market", CONTAGION) for name, _ in issuers],
        }
        place, customers = list(scenario.issuers), list(scenario.customers)
        return cls(
            {one: (matrix, row) for matrix, ones in events.items() for row, one in enumerate(ones)},
            {
                matrix: np.array([place.index(one.issuer) for one in ones], dtype=int)
                for matrix, ones in events.items()
            },
            np.array([customers.index(key) for _, key in tenancies], dtype=int),
            order,
            np.searchsorted(of_tenancy[order], np.arange(len(tenancies))),
            np.array([[c.renewal is not None] for _, _, c in contracts], dtype=bool).reshape(-1, 1),
        )


class _Block:
    """A block of paths on its way to the horizon.

    Attributes
    ----------
    states : by name, arrays whose last axis is the paths: a matrix of first months for each of the
        layout's, and what `Watched` has beside them.
    """

    def __init__(self, layout: _Layout, tables: Tables) -> None:
        self._layout, self._tables = layout, tables
        self.states: dict[str, Any] = {
            matrix: np.zeros((len(owners), LANES), dtype=np.int16)
            for matrix, owners in layout.owners.items()
        }
        shape = (len(tables.issuers), LANES)
        self.states |= {state: np.zeros(shape) for state in ("in_glut", "climate", "spread")}
        self.states["index"] = np.zeros((tables.months, LANES))

    def live(self, months: int) -> "_Block":
        """Simulate every month and look at it."""
        tables = self._tables
        live(0, tables)
        for t in range(1, months + 1):
            before = {at: getattr(tables, at[0])[at[1]].copy() for at in _BEFORE}
            live(t, tables)
            self._look(t, before)
        self.states["default_month"] = tables.issuers["default_month"].astype(np.int16)
        self.states["cause"] = tables.issuers["cause"].astype(np.int16)
        return self

    def _look(self, t: int, before: Before) -> None:
        """Note what happened in month t."""
        tables, market = self._tables, self._tables.market[0]
        self.states["index"][t - 1] = market.index
        falls = tables.issuers["default_month"] == t
        for state, lanes in (
            ("in_glut", market.glut),
            ("climate", market.climate),
            ("spread", market.spread),
        ):
            np.copyto(self.states[state], lanes, where=falls)
        defaulted = before["issuers", "default_month"] > 0.0
        events = {
            "customer": self._customers_fail(before),
            "contract": self._contracts_are_lost(t, before),
            "tranche": self._debt_is_refused(t, before),
            "operator": tables.issuers["is_orphaned"][self._layout.owners["operator"]] > 0.0,
            GLUT: np.broadcast_to(market.glut > 0.0, falls.shape),
            CONTAGION: defaulted.sum(axis=0) > defaulted,
        }
        for matrix, found in events.items():
            first = self.states[matrix]
            lives = ~defaulted[self._layout.owners[matrix]]
            np.copyto(first, t, where=(first == 0) & lives & found)

    def _customers_fail(self, before: Before) -> Flags:
        """bool[tenancies, lanes]."""
        layout = self._layout
        fails = self._tables.customers["failed"] > before["customers", "failed"]
        if not fails.any() or not len(layout.tenants):
            return np.zeros((len(layout.tenants), LANES), dtype=bool)
        live = before["contracts", "live"][layout.contracts] > 0.0
        found: Flags = fails[layout.tenants] & np.logical_or.reduceat(live, layout.starts, axis=0)
        return found

    def _contracts_are_lost(self, t: int, before: Before) -> Flags:
        """bool[contracts, lanes]: by walking away, a lower price, a long stop, or no renewal."""
        tables, contracts = self._tables, self._tables.contracts
        spot = tables.gpus["price"][tables.fleets["gpu"][contracts["fleet"]]]
        is_solvent = self._tables.customers["failed"][contracts["customer"]] == 0.0
        is_on = (before["contracts", "live"] > 0.0) & is_solvent
        is_on &= (contracts["start_month"] < t)[:, None]
        was = {column: state for (table, column), state in before.items() if table == "contracts"}
        lapses = self._layout.renewable & runs_out(t, was) & ~is_renewed(was, contracts)
        is_lost = walks_away(contracts) | is_cut(was, contracts) | is_stopped(t, contracts, spot)
        found: Flags = is_on & (is_lost | lapses)
        return found

    def _debt_is_refused(self, t: int, before: Before) -> Flags:
        """bool[tranches, lanes]: a balloon is due, a revolver lapses, notes do not sell."""
        tranches, issuers = self._tables.tranches, self._tables.issuers
        kind, owners = tranches["kind"][:, None], self._layout.owners["tranche"]
        is_over = (before["tranches", "maturity"] == t) & (tranches["maturity"] == t)
        matures = is_over & ((tranches["balloon"] > 0.0) | (kind == REVOLVER))
        lacks = (issuers["gap"] - issuers["equity"])[owners] < tranches["target_cash"][:, None]
        found: Flags = np.where(kind == NOTES, lacks, matures)
        return found
