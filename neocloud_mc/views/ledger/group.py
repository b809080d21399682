"""What passed between a parent and its vehicles on one path: in all, then month by month."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from neocloud_mc.studies.ledger.ledger import Ledger, VehicleMonth
from neocloud_mc.views.ledger.amounts import millions, when
from neocloud_mc.views.render.grid import Grid
from neocloud_mc.views.render.numbers import UNDEFINED
from neocloud_mc.views.render.text import printable

_FLOWS: Final = ("distributed", "called", "cured", "lots", "trapped")
_TRAPPED: Final = "t"


def grids(ledger: Ledger, account: Ledger) -> Iterator[Grid]:
    """The sums of the path, and the account; nothing where there is no group."""
    if not ledger.months[-1].vehicles:
        return
    yield _totals(ledger)
    yield _by_entry(account)


def _totals(ledger: Ledger) -> Grid:
    of_vehicles = list(zip(*(month.vehicles for month in ledger.months), strict=True))
    return Grid(
        "Parent and vehicles over this path, $m",
        ("vehicle", "sent up", "called", "cured", "lots paid", "trapped"),
        tuple(
            (printable(of[0].id), *(millions(_sum(of, flow)) for flow in _FLOWS))
            for of in of_vehicles
        ),
        (
            "Called: paid by the parent for what the vehicle was short of; cured: for its "
            "covenants; lots paid: by the parent.",
            "Trapped: cash that prepaid the vehicle's lenders instead of going up.",
        ),
    )


def _sum(months: Iterable[VehicleMonth], flow: str) -> float:
    return float(sum(getattr(month, flow) for month in months))


def _by_entry(account: Ledger) -> Grid:
    return Grid(
        "Between parent and vehicles, $m",
        ("month", *(printable(vehicle.id) for vehicle in account.months[-1].vehicles)),
        tuple(
            (when(account, entry), *(_flows(vehicle) for vehicle in entry.vehicles))
            for entry in account.months
        ),
        (f"+ sent up; − called, or paid to cure covenants; {_TRAPPED} trapped.",),
    )


def _flows(vehicle: VehicleMonth) -> str:
    down = vehicle.called + vehicle.cured
    signed: Sequence[tuple[str, float]] = (
        ("+", vehicle.distributed),
        ("", -down),
        (_TRAPPED, vehicle.trapped),
    )
    told = [f"{sign}{millions(amount)}" for sign, amount in signed if amount]
    return " ".join(told) or UNDEFINED
