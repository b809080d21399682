"""Rows of an issuer and of all that it has: its fleets, lots, contracts, tranches and pools."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, get_args

from neocloud_mc import draws
from neocloud_mc.engine.calendar import Calendar
from neocloud_mc.engine.columns import Row, terms_row
from neocloud_mc.engine.layouts import THINGS
from neocloud_mc.engine.powers import Power, owners_power, price_source
from neocloud_mc.mechanisms import contracts, debt, fleet, recovery
from neocloud_mc.scenario.model import Issuer, Scenario

_USES: Final = ("churn", "concession", "renewal", "operator")
"""What a contract draws for."""
_USES_OF_ISSUER: Final = ("lenders", "haircut", "jump")


class _Positions(NamedTuple):
    """Where what an issuer has stands in its tables, by name."""

    fleets: Mapping[str, int]
    pools: Mapping[str, int]
    tranches: Mapping[str, int]
    contracts: Mapping[str, int]


def places(names: Iterable[str], first: int = 0) -> dict[str, int]:
    """Positions by name, from `first` on."""
    return {name: first + place for place, name in enumerate(names)}


def add_issuer(
    name: str,
    issuer: Issuer,
    scenario: Scenario,
    rows: dict[str, list[Row]],
    powers: Sequence[Power],
    calendar: Calendar,
) -> None:
    """Append the rows of an issuer and of all that it has; mutates `rows` and `calendar`."""
    first = {table: len(found) for table, found in rows.items()}
    at = _Positions(
        places(issuer.gpu_types, first["fleets"]),
        places(issuer.pools, first["pools"]),
        places(issuer.tranches, first["tranches"]),
        places(issuer.contracts, first["contracts"]),
    )
    gpu_place = places(scenario.gpus)
    rows["fleets"] += [{"gpu": gpu_place[gpu]} for gpu in issuer.gpu_types]
    rows["pools"] += [{} for _ in issuer.pools]
    rows["lots"] += [
        _lot_row(lot, scenario, at) | {"stream": draws.stream(f"lot/{name}/{key}")}
        for key, lot in issuer.fleet.items()
    ]
    rows["contracts"] += [
        _contract_row(contract, scenario, at, powers, calendar)
        | {f"stream_{use}": draws.stream(f"contract/{name}/{key}/{use}") for use in _USES}
        for key, contract in issuer.contracts.items()
    ]
    rows["tranches"] += [
        _tranche_row(tranche, at, calendar) for tranche in issuer.tranches.values()
    ]
    ends = {f"first_{thing}": first[f"{thing}s"] for thing in THINGS}
    ends |= {f"end_{thing}": len(rows[f"{thing}s"]) for thing in THINGS}
    streams = {f"stream_{use}": draws.stream(f"{use}/{name}") for use in _USES_OF_ISSUER}
    rows["issuers"].append(_issuer_row(issuer, at, powers) | ends | streams)


def _issuer_row(issuer: Issuer, at: _Positions, powers: Sequence[Power]) -> Row:
    return terms_row(issuer) | {
        "backstop_fleet": at.fleets[issuer.backstop.gpu] if issuer.backstop else -1,
        "support_power": powers.index(owners_power(issuer)),
        "has_support": float(issuer.support is not None),
        "has_deposits": float(any(c.prepaid for c in issuer.contracts.values())),
        "log_inflation": math.log1p(issuer.costs.inflation) / 12.0,
        "has_covenants": float(any(_is_tested(item) for item in issuer.tranches.values())),
    }


def _lot_row(lot: fleet.Lot, scenario: Scenario, at: _Positions) -> Row:
    own_cost = lot.operating_cost
    type_cost = scenario.gpus[lot.gpu].operating_cost
    return terms_row(lot) | {
        "fleet": at.fleets[lot.gpu],
        "pool": at.pools.get(lot.pool or "", recovery.UNPLEDGED),
        "financing": at.tranches.get(lot.financed_by or "", -1),
        "contract": at.contracts.get(lot.for_contract or "", -1),
        "unit_cost": lot.unit_cost or 0.0,
        "cancel_fee": _cancel_fee(lot),
        "operating_cost": type_cost if own_cost is None else own_cost,
    }


def _cancel_fee(lot: fleet.Lot) -> float:
    """Cost of cancelling, USD; infinite where that cannot be."""
    if lot.cancel_cost is None:
        return math.inf if lot.committed else 0.0
    return lot.cancel_cost * (lot.count * (lot.unit_cost or 0.0))


def _contract_row(
    contract: contracts.Contract,
    scenario: Scenario,
    at: _Positions,
    powers: Sequence[Power],
    calendar: Calendar,
) -> Row:
    power = (-contract.price_sensitivity, price_source(scenario, contract.gpu))
    return terms_row(contract) | {
        "fleet": at.fleets[contract.gpu],
        "customer": list(scenario.customers).index(contract.customer),
        "pool": at.pools.get(contract.pool or "", recovery.UNPLEDGED),
        "power": powers.index(power),
        "calendar_row": calendar.amounts(contract.prepaid.receipts if contract.prepaid else {}),
        "has_deposit": float(contract.prepaid is not None),
    }


def _tranche_row(tranche: debt.Tranche, at: _Positions, calendar: Calendar) -> Row:
    schedule = tranche.amortization
    codes = get_args(debt.Schedule)
    return terms_row(tranche) | {
        "kind": get_args(debt.Kind).index(tranche.kind),
        "amortization": debt.MAP if isinstance(schedule, dict) else codes.index(schedule),
        "pool": at.pools.get(tranche.pool or "", recovery.UNPLEDGED),
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
