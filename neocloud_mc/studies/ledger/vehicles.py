"""What passed between a parent and its vehicles in a month of one path."""

from collections.abc import Sequence
from typing import Any

from neocloud_mc.studies.ledger.ledger import VehicleMonth


def vehicles_of_month(ids: Sequence[str], place: int, issuers: Any) -> tuple[VehicleMonth, ...]:
    """Of a parent its vehicles, of a vehicle itself; dead ones have no more flows.

    Parameters
    ----------
    ids, issuers : of all issuers, their names and the table after the month.
    place : the issuer's among them.
    """
    return tuple(_vehicle(ids[row], issuers[row]) for row in vehicle_rows(place, issuers))


def vehicle_rows(place: int, issuers: Any) -> list[int]:
    """Rows of the vehicles of the issuer at that place, or its own if it is one."""
    if issuers[place].parent >= 0:
        return [place]
    return [row for row in range(len(issuers)) if issuers[row].parent == place]


def _vehicle(name: str, issuer: Any) -> VehicleMonth:
    return VehicleMonth(
        id=name,
        distributed=float(issuer.distributed[0]),
        called=float(issuer.called[0]),
        cured=float(issuer.cured_by_parent[0]),
        lots=float(issuer.purchases[0] - issuer.financed[0] - issuer.own_capex[0]),
        trapped=float(issuer.prepaid[0]) if issuer.is_trapped[0] > 0.0 else 0.0,
    )
