"""Every number of a run against the independent reading of section 9, on the same paths."""

import math

import numpy as np
import pytest

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.results.book import Outcome as Paths
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.measures import measures
from neocloud_mc.results.tally import tally
from neocloud_mc.scenario.model import Scenario
from tests import worlds
from tests.engine.group_world import groups
from tests.engine.rich_world import rich
from tests.reference import Outcome
from tests.reference.reported import reported

PATHS = 3000


def read(scenario: Scenario, paths: Paths) -> Outcome:
    """The paths in the form of the reference's outcome, as far as they are reported."""
    nothing = np.zeros_like(paths.log_index)
    found = Outcome(paths.log_index, nothing.astype(np.int64), nothing, nothing, nothing)
    rows = iter(zip(paths.claim, paths.loss, paths.discounted_balance, strict=True))
    for place, (name, issuer) in enumerate(scenario.issuers.items()):
        found.parent[name] = issuer.parent
        found.default_month[name] = paths.default_month[place].astype(np.int64)
        found.cause[name] = paths.cause[place].astype(np.int64)
        found.first_breach[name] = paths.first_breach[place].astype(np.int64)
        for tranche in issuer.tranches:
            key = (name, tranche)
            found.claim[key], found.loss[key], found.exposure[key] = next(rows)
    return found


@pytest.mark.parametrize("scenario", [rich(), groups()], ids=["rich", "groups"])
def test_every_number_is_that_of_the_second_reading(scenario: Scenario) -> None:
    """To the rounding of sums in another order."""
    paths = worlds.outcome(scenario, PATHS, seed=11)
    expected = reported(read(scenario, paths), scenario.model_dump())
    book = open_book(scenario)
    found = {
        m.path: math.nan if m.estimate.value is None else m.estimate.value
        for m in measures(estimate(book, tally(book, paths)))
        if m.section != "market"
    }
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-10, abs=1e-15, nan_ok=True), name
    for name in ("breach.warned", "expected_loss_12m", "cds.12", "es.99.9"):
        assert any(value > 0.0 for key, value in expected.items() if key.endswith(name))
