"""The kernel's run in the form of the reference's outcome, so that the two can be compared."""

from typing import Any

import numpy as np

from neocloud_mc import draws, jit
from neocloud_mc.engine.tables import LANES, Tables
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.ledger.replay import replay
from tests.reference import Outcome
from tests.reference.draws import Floats


@jit.kernel
def _fill(seed: Any, first: int, month: int, stream: Any, u: Floats) -> None:
    for i in range(len(u)):
        u[i] = draws.uniform(seed, first + i, month, stream)


_OF_A_VEHICLE = {
    **{"called": 1, "cured_by_parent": 1, "purchases": 1, "financed": -1, "own_capex": -1},
    "distributed": -1,
}
_OF_A_HEAD = {
    **{"calls": -1, "cures": -1, "purchases": 1, "financed": -1, "own_capex": -1},
    **{"received": 1, "residual": 1},
}
"""Cash that comes from the rest of the group, by lane and sign; own shares of lots included."""


class KernelDraws:
    """The kernel's own uniforms, for the reference: path `first` and the ones after it."""

    def __init__(self, seed: int, n_paths: int, first: int = 0) -> None:
        self.seed, self.n_paths, self.first = seed, n_paths, first

    def uniform(self, stream: str, month: int) -> Floats:
        u = np.empty(self.n_paths)
        _fill(np.uint64(self.seed), self.first, month, np.uint64(draws.stream(stream)), u)
        return u


def kernel_outcome(scenario: Scenario, seed: int, first: int = 0) -> Outcome:
    """What the kernel makes of `LANES` paths from `first` on."""
    states = list(replay(scenario, seed, first))[1:]
    last = states[-1]
    outcome = Outcome(
        x=_series(states, "market", 0, "index"),
        regime=_series(states, "market", 0, "glut").astype(np.int64),
        climate=_series(states, "market", 0, "climate"),
        spread=_series(states, "market", 0, "spread"),
        released=_series(states, "market", 0, "released"),
        risk_free=scenario.market.risk_free,
    )
    for n, (name, issuer) in enumerate(scenario.issuers.items()):
        row = last.issuers[n]
        month = row.default_month.astype(np.int64)
        outcome.opening_cash[name] = issuer.cash
        outcome.opening_debt[name] = sum(t.principal for t in issuer.tranches.values())
        outcome.default_month[name] = month
        outcome.cause[name] = row.cause.astype(np.int64)
        outcome.first_breach[name] = row.first_breach.astype(np.int64)
        for field, lane in (
            *(("revenue", "revenue"), ("cfads", "cfads"), ("capex", "purchases")),
            *(("interest", "interest"), ("equity", "equity"), ("cash", "cash")),
        ):
            getattr(outcome, field)[name] = _series(states, "issuers", n, lane)
        outcome.parent[name] = issuer.parent
        for field, lanes in (
            ("received", {"deposits_received": 1, "refunds": -1}),
            ("distributed", {"distributed": 1}),
            ("from_group", _OF_A_HEAD if issuer.parent is None else _OF_A_VEHICLE),
        ):
            parts = (sign * _series(states, "issuers", n, lane) for lane, sign in lanes.items())
            getattr(outcome, field)[name] = sum(parts)
        outcome.debt[name] = np.array(
            [s.tranches.balance[row.first_tranche : row.end_tranche].sum(axis=0) for s in states]
        )
        _blank_after_default(outcome, name, month)
        for field in ("haircut", "estate"):
            getattr(outcome, field)[name] = _at_default(states, month, "issuers", n, field)
        outcome.fire_sale[name] = _at_default(states, month, "market", 0, "stress")
        for j, key in enumerate(issuer.tranches, start=row.first_tranche):
            for field in ("claim", "loss", "exposure"):
                getattr(outcome, field)[name, key] = last.tranches[j][field].copy()
        for p, key in enumerate(issuer.pools, start=row.first_pool):
            proceeds = _at_default(states, month, "pools", p, "proceeds")
            outcome.pool_value[name, key] = proceeds
            is_run = _at_default(states, month, "pools", p, "is_run")
            outcome.stepped_in[name, key] = np.nan_to_num(is_run) > 0.0
    return outcome


def _series(states: list[Tables], table: str, row: int, lane: str) -> Any:
    """float64[T, LANES]: a state by month."""
    return np.array([getattr(state, table)[row][lane] for state in states])


def _blank_after_default(outcome: Outcome, name: str, month: Any) -> None:
    """Set to nan what the reference leaves out: flows after, balances from the default on."""
    t = np.arange(1, len(outcome.x) + 1)[:, None]
    dead, gone = (month > 0) & (t >= month), (month > 0) & (t > month)
    for field in (
        *("revenue", "cfads", "capex", "interest", "equity"),
        *("received", "distributed", "from_group"),
    ):
        getattr(outcome, field)[name][gone] = np.nan
    outcome.cash[name][dead] = np.nan
    outcome.debt[name][dead] = np.nan


def _at_default(states: list[Tables], month: Any, table: str, row: int, lane: str) -> Any:
    """float64[LANES]: a state in the month of default, nan without one."""
    values = np.full(LANES, np.nan)
    for i, t in enumerate(month):
        if t > 0:
            values[i] = getattr(states[t - 1], table)[row][lane][i]
    return values
