"""Things that stand under a wrong id: in an overlay they are new, and change nothing.

A thing that is incomplete is an error that names the nearest id beside it. A customer or a type of
GPU that is complete and that nothing refers to is a doubt, where a file that changes others states
it: a library may hold more than one scenario uses. So is a pool whose name is nearly a loan's.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.checks.wording import nearest
from neocloud_mc.scenario.model import Issuer, Scenario
from neocloud_mc.scenario.yaml.tree import Node, Path, Remark, find, nearest_place

_MISSING = "is missing"


def hinted(remarks: Iterable[Remark], tree: Node) -> Iterator[Remark]:
    """The remarks; one on what a thing lacks names the id that was probably meant."""
    lacking = {}
    remarks = list(remarks)
    for remark in remarks:
        if _MISSING in remark.text and (thing := _thing(remark.path)):
            lacking[remark.path] = thing
    incomplete = set(lacking.values())
    for remark in remarks:
        thing = lacking.get(remark.path, ())
        meant = _nearest_beside(thing, tree, incomplete) if thing else None
        hint = f"; did you mean {meant!r} instead of {thing[-1]!r}?" if meant else ""
        yield replace(remark, text=remark.text + hint) if hint else remark


def unused(scenario: Scenario, tree: Node, changing: Collection[str]) -> Iterator[Remark]:
    """Customers, types of GPU and pools to which nothing refers.

    Parameters
    ----------
    changing : origins of the files that extend others, settings apart.
    """
    issuers = scenario.issuers.values()
    let = {contract.customer for issuer in issuers for contract in issuer.contracts.values()}
    for group, used in (("customers", let), ("gpus", _gpus(issuers))):
        for name in getattr(scenario, group):
            origin = nearest_place(tree, (group, name)).origin
            if name not in used and (origin in changing or origin.startswith("--set ")):
                text = "nothing refers to it, so it changes nothing"
                yield Remark((group, name), text + _did_you_mean(name, used))
    for name, issuer in scenario.issuers.items():
        yield from _pools(("issuers", name), issuer)


def _gpus(issuers: Iterable[Issuer]) -> set[str]:
    return {gpu for issuer in issuers for gpu in issuer.gpu_types}


def _pools(path: Path, issuer: Issuer) -> Iterator[Remark]:
    """Pools with a name so near to a secured one that a loan was probably meant to have them."""
    secured = {tranche.pool for tranche in issuer.tranches.values() if tranche.pool is not None}
    for key, lot in issuer.fleet.items():
        if lot.pool is None or lot.pool in secured:
            continue
        if hint := _did_you_mean(lot.pool, secured):
            text = f"no tranche is secured on {lot.pool!r}{hint}"
            yield Remark((*path, "fleet", key, "pool"), text)


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    meant = nearest(name, known)
    return f" (did you mean {meant!r}?)" if meant else ""


def _thing(path: Path) -> Path:
    """The innermost thing with an id that a path lies in; empty: none."""
    for length in range(len(path) - 1, 0, -1):
        around = shapes.at(path[: length - 1])
        if around is not None and around.names_things:
            return path[:length]
    return ()


def _nearest_beside(thing: Path, tree: Node, incomplete: Collection[Path]) -> str | None:
    group = find(tree, thing[:-1])
    names = group.value if group is not None and isinstance(group.value, dict) else {}
    whole = (name for name in names if (*thing[:-1], name) not in incomplete)
    return nearest(thing[-1], (name for name in whole if name != thing[-1]))
