"""The order in which issuers are shown: that of the file, vehicles after their parents."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Member(Protocol):
    """An issuer, by whatever is known of it."""

    @property
    def id(self) -> str:
        """Its name in the file."""

    @property
    def parent(self) -> str | None:
        """The issuer whose vehicle it is; None: nobody's."""


One = TypeVar("One", bound=Member)


def in_families(issuers: Iterable[One]) -> list[One]:
    """The issuers without a parent among them in their order, each with its vehicles after it."""
    everyone = list(issuers)
    heads = {one.id for one in everyone if one.parent is None}
    return [
        one
        for head in everyone
        if head.parent not in heads
        for one in (head, *(issuer for issuer in everyone if issuer.parent == head.id))
    ]
