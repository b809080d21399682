"""The checks that a mutant must not pass; run inside its copy, `python -m tests.mutations.checks`.

Prints the first check that fails, or nothing.
"""

from collections.abc import Callable, Iterator
from functools import partial

from hypothesis import Phase
from numpy.testing import assert_equal

from neocloud_mc.mechanisms.recovery import annuity
from tests.engine.rich_world import rich
from tests.engine.test_random_scenarios import agree_on
from tests.engine.test_reference_agrees import (
    compare,
    test_kernel_reproduces_the_hand_worked_ledger,
)
from tests.studies.test_importance_sampling import (
    test_a_tilt_towards_the_impossible_weighs_nothing as tilt_towards_the_impossible,
    test_a_weight_is_the_ratio_of_the_probabilities_of_what_happened as weigh_again,
)
from tests.test_reference import EVERY_LEDGER

EXAMPLES = 60


def checks() -> Iterator[tuple[str, Callable[[], object]]]:
    """Names and calls, the quickest and most telling first."""
    for name, scenario, expected in EVERY_LEDGER:
        call = partial(test_kernel_reproduces_the_hand_worked_ledger, name, scenario, expected)
        yield f"ledger {name}", call
    for first in (0, 100):
        yield "every mechanism at once", partial(compare, rich().model_dump(), 1, first)
    yield "weights of a tilted market", weigh_again
    yield "the impossible", tilt_towards_the_impossible
    yield (
        "an annuity without a rate is its months",
        partial(assert_equal, annuity(7.0, 0.0, 0.0), 7.0),
    )
    yield "random scenarios", partial(agree_on, EXAMPLES, [Phase.generate])


def first_failure() -> str:
    """The first check that fails in this copy of the package; empty if all pass."""
    for name, check in checks():
        try:
            check()
        except Exception:  # a mistake may lead to anything
            return name
    return ""


if __name__ == "__main__":
    print(first_failure())
