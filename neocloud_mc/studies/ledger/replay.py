"""One path again, from its number: the tables after every month, and an issuer's ledger."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np

from neocloud_mc.causes import CAUSES
from neocloud_mc.engine.bookkeeping import measure
from neocloud_mc.engine.run import chunks, live, over_chunks
from neocloud_mc.engine.tables import Tables, tabulate
from neocloud_mc.mechanisms.covenants import MONTHS_BETWEEN_TESTS
from neocloud_mc.results.book import Outcome
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.ledger.covenant_tests import tests_of_month
from neocloud_mc.studies.ledger.events import events_of_month
from neocloud_mc.studies.ledger.ledger import (
    CovenantTest,
    Ending,
    Ledger,
    LedgerMonth,
    PoolEnding,
    TrancheEnding,
)
from neocloud_mc.studies.ledger.vehicles import vehicles_of_month


def replay(scenario: Scenario, seed: int, number: int) -> Iterator[Tables]:
    """Simulate path `number` in the first lane; yields the tables at base date and each month."""
    tables = tabulate(scenario, seed)
    market = tables.market[0]
    market.first_path = number
    for t in range(scenario.horizon_months + 1):
        live(t, tables)
        yield tables.copy()


def ledger(scenario: Scenario, issuer_id: str, seed: int, number: int) -> Ledger:
    """Replay one path and keep the account of one issuer, to its default or the horizon.

    Raises
    ------
    ValueError : the scenario has no such issuer.
    """
    place = list(scenario.issuers).index(issuer_id)
    issuer = scenario.issuers[issuer_id]
    states = replay(scenario, seed, number)
    before = next(states)
    months: list[LedgerMonth] = []
    ending: Ending | None = None
    for t, after in enumerate(states, start=1):
        tests = tests_of_month(t, issuer, after.issuers[place], after.tranches)
        events = events_of_month(t, scenario, issuer_id, before, after)
        months.append(_month(t, scenario, place, after, tests, events))
        before = after
        if after.issuers[place].default_month[0] > 0.0:
            ending = _ending(scenario, issuer_id, place, after)
            break
    return Ledger(
        scenario=scenario.name,
        issuer=issuer_id,
        label=issuer.label or issuer_id,
        base_date=scenario.base_date.isoformat() if scenario.base_date else None,
        measure=measure(scenario.market),
        seed=seed,
        path=number,
        months=tuple(months),
        ending=ending,
    )


def find_defaults(
    scenario: Scenario,
    issuer_id: str,
    cause: str | None,
    *,
    seed: int,
    paths: int,
    limit: int,
    threads: int | None = None,
) -> list[int]:
    """Numbers of the first `limit` paths on which the issuer defaults, of that cause if given."""
    place = list(scenario.issuers).index(issuer_id)
    wanted = 0 if cause is None else CAUSES.index(cause) + 1

    def work(outcome: Outcome) -> list[int]:
        causes = outcome.cause[place]
        hits = causes > 0 if wanted == 0 else causes == wanted
        return [int(k) for k in np.flatnonzero(hits)]

    found: list[int] = []
    with closing(
        over_chunks(scenario, paths=paths, seed=seed, threads=threads, work=work)
    ) as results:
        for chunk, hits in zip(chunks(paths), results, strict=False):
            found += [chunk.start + k for k in hits]
            if len(found) >= limit:
                break
    return found[:limit]


def _month(
    t: int,
    scenario: Scenario,
    place: int,
    tables: Tables,
    tests: tuple[CovenantTest, ...],
    events: tuple[str, ...],
) -> LedgerMonth:
    market, issuer = tables.market[0], tables.issuers[place]
    fleets = tables.fleets[issuer.first_fleet : issuer.end_fleet]
    contracts = tables.contracts[issuer.first_contract : issuer.end_contract]
    tranches = tables.tranches[issuer.first_tranche : issuer.end_tranche]
    is_tested = t % MONTHS_BETWEEN_TESTS == 0 and issuer.has_covenants > 0.0
    lane = _Lane(issuer)
    names = list(scenario.issuers.values())[place].tranches
    with np.errstate(over="ignore"):  # a ledger refuses what is not a number
        price_index = float(np.exp(market.index[0]))
    return LedgerMonth(
        month=t,
        is_glut=bool(market.glut[0] > 0.0),
        price_index=price_index,
        climate=float(market.climate[0]),
        spread=float(market.spread[0]),
        gpus_running=_total(fleets, "running"),
        gpus_contracted=_total(contracts, "billed"),
        debt=_total(tranches, "balance"),
        balances=dict(zip(names, map(float, tranches["balance"][:, 0]), strict=True)),
        in_breach=bool(issuer.in_breach[0] > 0.0),
        dscr=float(issuer.dscr[0]) if is_tested and np.isfinite(issuer.dscr[0]) else None,
        tests=tests,
        vehicles=vehicles_of_month(list(scenario.issuers), place, tables.issuers),
        events=events,
        **{name: lane[name] for name in _FLOWS},
    )


_FLOWS = (
    *("contracted", "backstopped", "let_spot", "opex", "cfads", "cash_before", "interest_income"),
    *("purchases", "financed", "interest", "scheduled", "balloons", "borrowed", "equity"),
    *("prepaid", "cash", "own_capex", "deposits_received", "deposits_used", "refunds"),
    *("called", "calls", "cured_by_parent", "cures", "distributed", "received", "residual"),
)


class _Lane:
    """The first lane of a record, as plain floats by name."""

    def __init__(self, record: Any) -> None:
        self._record = record

    def __getitem__(self, name: str) -> Any:
        return float(self._record[name][0])


def _total(table: Any, lane: str) -> float:
    """Sum of a state over the rows of a table, on the first lane."""
    return float(table[lane][:, 0].sum())


def _ending(scenario: Scenario, issuer_id: str, place: int, tables: Tables) -> Ending:
    """The default that the tables show."""
    issuer, terms = tables.issuers[place], scenario.issuers[issuer_id]
    lane = _Lane(issuer)
    pools = tables.pools[issuer.first_pool : issuer.end_pool]
    tranches = tables.tranches[issuer.first_tranche : issuer.end_tranche]
    return Ending(
        month=int(lane["default_month"]),
        cause=CAUSES[int(lane["cause"]) - 1],
        available=lane["available"],
        due=lane["due"],
        shortfall=max(0.0, -lane["gap"]),
        haircut=lane["haircut"],
        estate=lane["estate"],
        pools=tuple(
            PoolEnding(
                name, float(pool.collateral[0]), float(pool.proceeds[0]), bool(pool.is_run[0] > 0.0)
            )
            for name, pool in zip(terms.pools, pools, strict=True)
        ),
        tranches=tuple(
            TrancheEnding(name, float(tranche.claim[0]), float(tranche.loss[0]))
            for name, tranche in zip(terms.tranches, tranches, strict=True)
        ),
    )
