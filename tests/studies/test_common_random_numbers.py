"""Common random numbers: several scenarios on the same draws, together or one after the other."""

from collections.abc import Iterator

from neocloud_mc.engine.run import CHUNK_PATHS, simulate
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.common_random_numbers import samples, simulate_together
from neocloud_mc.studies.samples import sample
from tests.worlds import world

NAMES = ("issuers.acme.pd.12", "issuers.acme.expected_loss")


def borrower(principal: float) -> Scenario:
    """Lives on spot rent that varies; owes a bullet after a year."""
    drift = {"shortage": -0.2, "glut": -0.2}
    loan = {"principal": principal, "coupon": 0.0, "maturity": 12}
    issuer = {
        "cash": 0.0,
        "fleet": {"lot": {"gpu": "h100", "count": 1000}},
        "tranches": {"loan": loan},
    }
    return world(
        {"horizon_months": 12, "issuers": {"acme": issuer}},
        {"market": {"price": {"drift": drift, "volatility": {"shortage": 0.5, "glut": 0.5}}}},
    )


def test_a_sample_is_that_of_the_scenario_alone_and_of_a_common_run() -> None:
    scenarios = [borrower(1.2e7), borrower(1.4e7)]
    found = list(samples(scenarios, NAMES, paths=3000, seed=5, threads=1))
    common = simulate_together(scenarios, paths=3000, seed=5, threads=2)
    for scenario, one, run in zip(scenarios, found, common, strict=True):
        other = sample(run.book, run.batches, NAMES)
        assert {name: taken.estimate for name, taken in one.items()} == {
            name: taken.estimate for name, taken in other.items()
        }
        counted = simulate(scenario, paths=3000, seed=5).defaults.sum()
        assert one["issuers.acme.pd.12"].estimate.value == counted / 3000


def test_scenarios_are_asked_for_one_by_one() -> None:
    """A search decides on the next scenario when it has seen the last sample."""
    seen: list[str] = []

    def asked() -> Iterator[Scenario]:
        for principal in (1.2e7, 1.4e7):
            seen.append("asked")
            yield borrower(principal)

    for _ in samples(asked(), NAMES, paths=100, seed=1):
        seen.append("taken")
    assert seen == ["asked", "taken"] * 2


def test_progress_counts_the_paths_of_scenarios_one_after_the_other() -> None:
    told: list[int] = []
    list(samples([borrower(1.2e7)] * 2, NAMES, paths=5000, seed=1, progress=told.append))
    assert told == [4096, 5000, 9096, 10_000]


def test_progress_counts_the_paths_of_scenarios_together() -> None:
    scenario = load("tests/golden/one_bullet/scenario.yaml").scenario
    told: list[int] = []
    simulate_together([scenario, scenario], paths=CHUNK_PATHS + 100, seed=1, progress=told.append)
    assert told == [2 * CHUNK_PATHS, 2 * (CHUNK_PATHS + 100)]
