"""Which path of which issuer is replayed: by its number, or found by how it ends."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from neocloud_mc.causes import CAUSES
from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.scenario.checks.wording import suggestion
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.studies.ledger.replay import find_defaults, ledger

_FOUND: Final = 10
_DEFAULT: Final = "default"
_WANTED: Final = (_DEFAULT, *(f"{_DEFAULT}:{cause}" for cause in CAUSES))


class Explanation(NamedTuple):
    """The account of one path.

    Parameters
    ----------
    found : numbers of the paths that were looked for; none: a path was named.
    """

    ledger: Ledger
    found: list[int]


def explain(
    loaded: Loaded, issuer: str | None, number: int | None, find: str | None, effort: Effort
) -> Explanation:
    """Replay one path of a scenario and keep the account of an issuer.

    Parameters
    ----------
    issuer : id; may be None where there is one issuer.
    number : of the path; None: the first that was found, else path 0.
    find : ``default`` or ``default:CAUSE``, sought on so many paths as the effort has.

    Raises
    ------
    UsageError : no such issuer or cause; nothing was simulated.
    RunError : no path ends so.
    """
    who = _chosen(issuer, list(loaded.scenario.issuers))
    cause = _cause(find)
    effort.watch.warn(loaded.warnings)
    effort.prepare()
    found: list[int] = []
    if find is not None:
        found = find_defaults(
            loaded.scenario,
            who,
            cause,
            seed=effort.seed,
            paths=effort.paths,
            limit=_FOUND,
            threads=effort.threads,
        )
        if not found:
            last = effort.paths - 1
            raise RunError(f"{who}: no {find} on paths 0 to {last:,}: try more --paths")
    chosen = number if number is not None else (found or [0])[0]
    return Explanation(ledger(loaded.scenario, who, effort.seed, chosen), found)


def _chosen(issuer: str | None, ids: Sequence[str]) -> str:
    """The issuer to explain."""
    if issuer is None and len(ids) == 1:
        return ids[0]
    if issuer is None:
        raise UsageError(f"--issuer is missing: one of {', '.join(ids)}")
    if issuer not in ids:
        raise UsageError(f"--issuer {issuer}: no such issuer{suggestion(issuer, ids)}")
    return issuer


def _cause(find: str | None) -> str | None:
    """The cause of default to look for; None for any."""
    if find is not None and find not in _WANTED:
        raise UsageError(f"--find {find}: give one of {', '.join(_WANTED)}")
    return find.partition(":")[2] or None if find else None
