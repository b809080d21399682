"""Issuers in the order of the page: vehicles under their parents; of many the largest."""

from collections.abc import Sequence

from neocloud_mc.results.families import in_families
from neocloud_mc.results.figures import Estimates, IssuerEstimates
from neocloud_mc.views.render.text import printable

_INDENT = "  "


def families(estimates: Estimates) -> list[IssuerEstimates]:
    """All issuers, in that order."""
    return in_families(estimates.issuers.values())


def largest(issuers: Sequence[IssuerEstimates], most: int) -> list[IssuerEstimates]:
    """At most so many of them, in their order: those with the largest expected loss."""
    ranked = sorted(issuers, key=lambda issuer: issuer.expected_loss.value or 0.0, reverse=True)
    chosen = {issuer.id for issuer in ranked[:most]}
    return [issuer for issuer in issuers if issuer.id in chosen]


def name(issuer: IssuerEstimates, among: Sequence[IssuerEstimates]) -> str:
    """The id, indented under its parent where that is shown too."""
    is_under = any(other.id == issuer.parent for other in among)
    return f"{_INDENT if is_under else ''}{printable(issuer.id)}"


def covered(issuer: IssuerEstimates) -> tuple[int, int]:
    """Tranches whose margin covers their expected loss, and all of which it can be judged."""
    judged = [one.pays_enough for one in issuer.tranches.values() if one.pays_enough]
    return judged.count("yes"), len(judged)


def left_out(shown: int, of: int, what: str) -> tuple[str, ...]:
    """That a table does not show all; nothing where it does."""
    if shown == of:
        return ()
    return (f"{shown} of {of} {what}, those with the largest expected loss; --full shows all.",)
