"""Mixtures of two scenarios by group of figures: the debt of the one with the fleet of the other.

For scenarios that are years apart, whose lots, contracts and loans are others. A group goes over as
a whole, for all issuers at once; an issuer that one of the two does not know has nothing there of
any group. What a mixture cannot keep of a figure is left out of it: a lot is paid for in cash where
its loan is not there, and bought for no contract where that is not; a contract serves no pool that
is not there. Names of customers, types of GPU and whose vehicle an issuer is are in every mixture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from neocloud_mc.errors import UsageError
from neocloud_mc.mechanisms.fleet import Lot
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Issuer, Scenario
from neocloud_mc.scenario.variants.mix import ChangedPart, Coalition, Described, differences
from neocloud_mc.scenario.yaml.tree import Path

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "debt": ("tranches", "lenders", "vehicle", "parent"),
    "contracts": ("contracts", "backstop"),
    "fleet": (
        *("fleet", "delivery_delay_months", "costs", "step_in"),
        *("growth_window", "growth_hurdle"),
    ),
    "equity": ("cash", "min_cash", "support", "jump_to_default"),
    "market": (),
}
"""Groups, and the keys of an issuer that are theirs."""
_OF_KEY: Final = {key: group for group, keys in GROUPS.items() for key in keys}
_OUTSIDE: Final = {"market": "market", "gpus": "market", "customers": "contracts"}
_ABROAD: Final = Issuer(cash=0.0)
"""What there is of an issuer where it is not known."""


@dataclass(frozen=True)
class GroupMixtures:
    """Everything between two scenarios, group by group; as `mix.Mixtures`, but never invalid."""

    base: Loaded
    other: Loaded
    parts: tuple[ChangedPart, ...]

    @property
    def coalitions(self) -> list[Coalition]:
        """All mixtures."""
        n = len(self.parts)
        return [frozenset(c) for size in range(n + 1) for c in combinations(range(n), size)]

    def scenario(self, coalition: Coalition) -> Scenario:
        """The base with some groups of the other."""
        if len(coalition) in (0, len(self.parts)):
            return (self.other if coalition else self.base).scenario
        gone = {_group(self.parts[i].paths[0]) for i in coalition}
        sides = {group: (self.other if group in gone else self.base).scenario for group in GROUPS}
        return _mixed(self.base.scenario, self.other.scenario, sides)

    def described(self, part: ChangedPart) -> Described:
        """A group for a reader."""
        n = len(part.paths)
        return Described(_group(part.paths[0]), "", f"{n} change{'s' * (n > 1)}")


def grouped(base: Loaded, other: Loaded) -> GroupMixtures:
    """Cut what tells two scenarios apart into groups of figures.

    Raises
    ------
    UsageError : nothing tells them apart.
    """
    by_group: dict[str, list[Path]] = {group: [] for group in GROUPS}
    for path in _told(base, other):
        by_group[_group(path)].append(path)
    parts = tuple(ChangedPart(tuple(paths)) for paths in by_group.values() if paths)
    if not parts:
        raise UsageError(
            f"{base.scenario.name} and {other.scenario.name} differ in no figure: nothing to split"
        )
    return GroupMixtures(base, other, parts)


def _told(base: Loaded, other: Loaded) -> Iterator[Path]:
    """Where the two differ, an issuer that only one of them knows key by key."""
    for path in differences(base.resolved, other.resolved):
        if path[0] != "issuers":
            yield from [path] * (path[0] in _OUTSIDE)
        elif len(path) > 2:
            yield from [path] * (path[2] in _OF_KEY)
        else:
            sides: Any = (base.resolved["issuers"], other.resolved["issuers"])
            known = next(side[path[1]] for side in sides if path[1] in side)
            yield from ((*path, key) for key in known if key in _OF_KEY)


def _group(path: Path) -> str:
    return _OF_KEY[str(path[2])] if path[0] == "issuers" else _OUTSIDE[str(path[0])]


def _mixed(base: Scenario, other: Scenario, sides: dict[str, Scenario]) -> Scenario:
    """A scenario whose groups come from the sides."""
    market, contracts = sides["market"], sides["contracts"]
    return base.model_copy(
        update={
            "market": market.market,
            "gpus": {**base.gpus, **other.gpus, **market.gpus},
            "customers": {**base.customers, **other.customers, **contracts.customers},
            "portfolio": None,
            "issuers": {
                name: _issuer(name, base, other, sides)
                for name in dict.fromkeys([*base.issuers, *other.issuers])
            },
        }
    )


def _issuer(name: str, base: Scenario, other: Scenario, sides: dict[str, Scenario]) -> Issuer:
    found = {group: side.issuers.get(name, _ABROAD) for group, side in sides.items()}
    known = base.issuers.get(name) or other.issuers[name]
    is_in_both = name in base.issuers and name in other.issuers
    figures = {key: getattr(found[group], key) for key, group in _OF_KEY.items()}
    if not is_in_both:
        figures |= {"parent": known.parent, "vehicle": known.vehicle}
    mixed = known.model_copy(update=figures)
    fleet = {key: _lot(lot, mixed) for key, lot in mixed.fleet.items()}
    contracts = {
        key: it if it.pool in mixed.pools else it.model_copy(update={"pool": None})
        for key, it in mixed.contracts.items()
    }
    return mixed.model_copy(update={"fleet": fleet, "contracts": contracts})


def _lot(lot: Lot, issuer: Issuer) -> Lot:
    """The lot without a loan or a contract that its issuer does not have."""
    loan = issuer.tranches.get(lot.financed_by or "")
    contract = issuer.contracts.get(lot.for_contract or "")
    left_out: dict[str, object] = {}
    if loan is None or loan.kind != "delayed_draw":
        left_out |= {"financed_by": None, "advance": 0.0}
    if contract is None or contract.gpu != lot.gpu or contract.end_month <= lot.service_month:
        left_out |= {"for_contract": None}
    return lot.model_copy(update=left_out)
