"""Time of a path as one thing of a scenario grows, beside growth in proportion."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from neocloud_mc.engine import run
from neocloud_mc.engine.tables import tabulate
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.views.render.grid import Grid
from tests.benchmarks.clock import ROUNDS, Way, medians
from tests.engine.rich_world import EVERY
from tests.worlds import Tree, world

_MOVED: Final = 60_000
"""Path-months simulated in one go, more or less."""


_HEADS: Final = (1, 4, 16, 64)
_VEHICLES: Final = (0, 1, 4, 8)
"""Of each head."""
_FENCE: Final = {
    **{"guarantee": True, "distribution": {"min_dscr": 1.1}, "reserve_months": 3},
    "operator_loss": {"termination": 0.2, "cost": 0.1},
}


def _things(
    n_issuers: int = 4, n_contracts: int = 5, n_tranches: int = 5, n_vehicles: int = 0
) -> Tree:
    """Issuers that live long, each with so many contracts and loans, as have its vehicles."""
    contract = {
        **{"customer": "giant", "gpu": "h100", "count": 18_000.0 / n_contracts, "price": 2.2},
        **{"end_month": 12, "churn": 0.05, "price_sensitivity": 1.0, "concession": 0.8},
        "renewal": {"probability": 0.95, "months": 12},
    }
    loan = {
        **{"principal": 3e8 / n_tranches, "margin": 0.05, "maturity": 300},
        **{"amortization": "linear", "pool": "gpus", "covenants": {"min_dscr": 1.0}},
    }
    issuer = {
        **{"cash": 3e8, "support": {"capacity": 1e9, "window": -1.0}},
        "fleet": {"farm": {"gpu": "h100", "count": 20_000, "pool": "gpus"}},
        "contracts": {f"contract_{k}": contract for k in range(n_contracts)},
        "tranches": {f"loan_{k}": loan for k in range(n_tranches)},
    }
    fenced = {key: value for key, value in issuer.items() if key != "support"}
    heads = {f"issuer_{k}": issuer for k in range(n_issuers)}
    vehicles = {
        f"{head}_vehicle_{k}": fenced | {"parent": head, "vehicle": _FENCE}
        for head in heads
        for k in range(n_vehicles)
    }
    return {"issuers": heads | vehicles}


def _world(horizon_months: int = 60, **counts: int) -> Scenario:
    """A market in which everything moves, with those things in it."""
    market = {name: EVERY[name] for name in ("market", "gpus", "customers")}
    return world(market, {"horizon_months": horizon_months}, _things(**counts))


def _axis(counts: tuple[int, ...], make: Callable[[int], Scenario]) -> Mapping[int, Scenario]:
    return {count: make(count) for count in counts}


AXES: Final[Mapping[str, Mapping[int, Scenario]]] = {
    "issuers": _axis((1, 4, 16, 64), lambda n: _world(n_issuers=n)),
    "contracts of each of 4 issuers": _axis((5, 25, 100), lambda n: _world(n_contracts=n)),
    "tranches of each of 4 issuers": _axis((1, 5, 10, 25, 50), lambda n: _world(n_tranches=n)),
    "months": _axis((12, 60, 240), lambda n: _world(horizon_months=n)),
}


def scale() -> Grid:
    """Time of a path on one thread, against the smallest scenario of each axis."""
    ways = {
        f"{count} {axis}": _way(scenario)
        for axis, worlds in AXES.items()
        for count, scenario in worlds.items()
    }
    seconds = medians(ways)
    rows: list[tuple[str, ...]] = []
    for axis, worlds in AXES.items():
        least = min(worlds)
        for count in worlds:
            name = f"{count} {axis}"
            growth = seconds[name].cpu / seconds[f"{least} {axis}"].cpu
            rows.append(
                (
                    name,
                    f"{1e6 * seconds[name].cpu:.2f}",
                    f"{growth:.2f}",
                    f"{growth / (count / least):.2f}",
                )
            )
    return Grid(
        f"Scale, 1 thread: medians of {ROUNDS}, interleaved",
        ("scenario", "CPU µs per path", "growth", "of proportional"),
        tuple(rows),
        ("of proportional: below 1, twice the size takes less than twice the time",),
    )


def groups() -> Grid:
    """Time of an issuer's month as groups grow in number and in size."""
    worlds = {
        (heads, vehicles): _world(n_issuers=heads, n_vehicles=vehicles)
        for heads in _HEADS
        for vehicles in _VEHICLES
    }
    seconds = medians({f"{key}": _way(scenario) for key, scenario in worlds.items()})

    def nanoseconds(key: tuple[int, int]) -> str:
        size = len(worlds[key].issuers) * worlds[key].horizon_months
        return f"{1e9 * seconds[f'{key}'].cpu / size:.1f}"

    return Grid(
        f"CPU ns per path-issuer-month, vehicles counted, 1 thread: medians of {ROUNDS}",
        ("parents", *(f"{vehicles} vehicles each" for vehicles in _VEHICLES)),
        tuple(
            (f"{heads}", *(nanoseconds((heads, vehicles)) for vehicles in _VEHICLES))
            for heads in _HEADS
        ),
        ("every issuer, vehicle or not, has 5 contracts and 5 loans",),
    )


def _way(scenario: Scenario) -> Way:
    tables: Any = tabulate(scenario, 1)
    size = len(scenario.issuers) * scenario.horizon_months
    paths = max(128, _MOVED // size // 64 * 64)
    return Way(paths, lambda n: run.run_chunk(tables, range(n)))
