"""What can carry the price of risk: one part of `market.price_of_risk`, or all of them alike."""

from enum import StrEnum


class Carrier(StrEnum):
    """A key of `market.price_of_risk`, or all of its keys."""

    PRICE = "price"
    FUNDING = "funding"
    CUSTOMERS = "customers"
    ALL = "all"

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys that take the number."""
        each = (Carrier.PRICE, Carrier.FUNDING, Carrier.CUSTOMERS)
        return tuple(one.value for one in (each if self is Carrier.ALL else (self,)))
