"""What became of an issuer's orders and deliveries in a month of one path, in words."""

from collections.abc import Iterator
from typing import Any

from neocloud_mc.engine.tables import Tables
from neocloud_mc.notation import counted
from neocloud_mc.scenario.model import Issuer
from neocloud_mc.studies.ledger.words import money


def fleet_events(t: int, terms: Issuer, place: int, before: Tables, after: Tables) -> Iterator[str]:
    """Events of month t of the lots of the issuer at that place."""
    issuer, was_issuer = after.issuers[place], before.issuers[place]
    for row, name in enumerate(terms.fleet, start=issuer.first_lot):
        lot, was = after.lots[row], before.lots[row]
        is_lost = lot.cancelled[0] > was.cancelled[0]
        if lot.cost[0] > 0.0 and lot.pay_month == t and not is_lost:
            lent = f", {money(lot.drawn[0])} of it lent" if lot.drawn[0] > 0.0 else ""
            yield f"lot {name} is paid for with {money(lot.cost[0])}{lent}"
        if is_lost and issuer.default_month[0] == 0.0:
            fee = f", for {money(lot.cost[0])}" if lot.cost[0] > 0.0 else ""
            why = _why(t, issuer, was_issuer, lot, after.market[0])
            yield f"lot {name} is cancelled{fee}: {why}"
        if is_lost and lot.pay_month == t and issuer.is_unpaid[0] > 0.0:
            yield f"lot {name} stays unpaid"
        if lot.start[0] == t and lot.service_month > 0 and was.cancelled[0] == 0.0:
            late = int(lot.start[0] - lot.service_month)
            told = f", {counted(late, 'month')} late" if late else ""
            yield f"lot {name} enters service{told}"


def _why(t: int, issuer: Any, was_issuer: Any, lot: Any, market: Any) -> str:
    """Why an order of a living issuer is cancelled, in the order of the growth gate."""
    if lot.pay_month != t:
        return "its parent is gone"
    if lot.committed > 0.0:
        return "there is no cash for it"
    if market.climate[0] <= issuer.growth_window:
        return "the window for growth is shut"
    if was_issuer.in_breach[0] > 0.0:
        return "covenants are in breach"
    if lot.pays_off[0] == 0.0:
        return "its rent does not reach the hurdle"
    return "there is no cash for it"
