"""The record from the first section to the last."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from neocloud_mc import __version__, jit
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation import (
    closed_credit,
    closed_debt,
    closed_groups,
    closed_market,
    closed_measures,
    convergence,
    coverage,
    first_passage,
    generator,
    invariants,
    laws,
)
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.record import FAMILY_ERROR, Claim, Record, judge

INVARIANTS: Final = "Invariants on every path"
SECTIONS: Final[dict[str, Callable[[Budget], Iterator[Claim]]]] = {
    "Closed forms: market": closed_market.claims,
    "Closed forms: credit": closed_credit.claims,
    "Closed forms: debt service": closed_debt.claims,
    "Closed forms: growth, lifelines, vehicles": closed_groups.claims,
    "Closed forms: what is reported": closed_measures.claims,
    "Generator": generator.claims,
    "First passage": first_passage.claims,
    INVARIANTS: invariants.claims,
    "Metamorphic laws": laws.claims,
    "Coverage of intervals": coverage.claims,
    "Convergence": convergence.claims,
}
"""In the order of the record."""


_SECONDS: Final = dict(zip(SECTIONS, (20, 14, 1, 17, 3, 16, 20, 34, 11, 25, 15), strict=True))
"""Of each in a quick record on a busy machine; how far a record has come is judged by them."""


def regenerate(
    budget: Budget,
    scenarios: Sequence[Scenario] = (),
    progress: Callable[[str, float], None] = lambda section, share: None,
) -> Record:
    """Work out every claim of the record and judge it.

    Parameters
    ----------
    scenarios : audited beside the built-in world.
    progress : told the name of each section that begins, and which share of the work is done.
    """
    made: list[tuple[str, Claim]] = []
    done, whole = 0, sum(_SECONDS.values()) + len(scenarios) * _SECONDS[INVARIANTS]
    for name, claims in SECTIONS.items():
        progress(name, done / whole)
        done += _SECONDS[name]
        made += [(name, claim) for claim in claims(budget)]
    for scenario in scenarios:
        progress(f"{INVARIANTS}: {scenario.name}", done / whole)
        done += _SECONDS[INVARIANTS]
        made += [(INVARIANTS, claim) for claim in invariants.audited(scenario, budget)]
    order = list(SECTIONS)
    limit, checks = judge(sorted(made, key=lambda pair: order.index(pair[0])))
    return Record(
        version=__version__,
        model=jit.sources_digest(),
        effort=budget.name,
        seed=budget.seed,
        critical_z=limit,
        family_error=FAMILY_ERROR,
        checks=checks,
    )
