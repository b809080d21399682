"""A ledger by quarters: flows added up, states as the last month leaves them."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Final

from neocloud_mc.studies.ledger.ledger import Ledger, LedgerMonth, VehicleMonth

_MONTHS: Final = 3
_STATES: Final = frozenset(
    {
        *("month", "is_glut", "price_index", "climate", "spread", "gpus_running"),
        *("gpus_contracted", "cash", "debt", "balances", "in_breach", "dscr"),
    }
)
"""What a quarter has from its last month; all else is added up, but the cash at its start."""


def quarterly(ledger: Ledger) -> Ledger:
    """The same path, three months to an entry; the last entry ends with the path."""
    starts = range(0, len(ledger.months), _MONTHS)
    quarters = (ledger.months[start : start + _MONTHS] for start in starts)
    return replace(ledger, months=tuple(map(_quarter, quarters)))


def _quarter(months: Sequence[LedgerMonth]) -> LedgerMonth:
    of_vehicles = zip(*(month.vehicles for month in months), strict=True)
    added = _added(months, _STATES | {"cash_before", "vehicles", "tests", "events"})
    return replace(
        months[-1],
        cash_before=months[0].cash_before,
        vehicles=tuple(replace(vehicle[-1], **_added(vehicle, {"id"})) for vehicle in of_vehicles),
        tests=tuple(test for month in months for test in month.tests),
        events=tuple(event for month in months for event in month.events),
        **added,
    )


def _added(
    parts: Sequence[LedgerMonth] | Sequence[VehicleMonth], others: frozenset[str] | set[str]
) -> dict[str, Any]:
    """The sums of all fields but the others."""
    names = (field.name for field in fields(parts[0]) if field.name not in others)
    return {name: sum(getattr(part, name) for part in parts) for name in names}
