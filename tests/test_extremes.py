"""Numbers at the ends of what the format allows: finite results, or a refusal in words."""

import copy
import json
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings, strategies as st

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import RunError
from neocloud_mc.results.book import Outcome
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.measures import kind, measures
from neocloud_mc.results.run import RunInfo
from neocloud_mc.results.tally import tally
from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.checks import rules
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.shape import Quantity
from neocloud_mc.scenario.yaml.tree import Path
from neocloud_mc.studies.ledger.replay import ledger
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import ledger as ledger_view, run
from tests.engine.rich_world import rich
from tests.engine.strategies import scenarios
from tests.worlds import Tree, outcome, tree

LARGEST_SEED: Final = 2**64 - 1
CENT: Final = 0.01
PLACES: Final = (-math.inf, -1000.0, -1.0, 0.0, 5e-324, 1e-12, 1.0, 1000.0, 1e13, math.inf)
"""Numbers that are tried wherever the format allows them, beside the ends of its range."""
RICH: Final[Tree] = rich().model_dump(exclude_unset=True)


def examine(of: Tree, *, paths: int = 70, seed: int = 1, ledgers: int = 1) -> bool:
    """Run a scenario and write it in every form; False: it was refused in words."""
    scenario = Scenario.model_validate(of)
    assert not list(rules.mistakes(scenario))
    book = open_book(scenario)
    try:
        found = outcome(scenario, paths, seed)
        counted = tally(book, found)
        stories = [
            ledger(scenario, name, seed, paths - 1) for name in [*scenario.issuers][:ledgers]
        ]
    except RunError as error:
        assert error.lines == ["amounts or prices grow beyond all numbers: lower the scenario's "
                               "drifts, volatilities, launches or sensitivities"]  # fmt: skip
        return False
    is_sound(found, scenario)
    estimates = estimate(book, counted)
    for measure in measures(estimates):
        is_a_number(measure.path, measure.estimate)
    info = RunInfo("0", scenario.name, "sha256:0", None, paths, seed, book.months, {}, {})
    result = RunResult(info, estimates, (), None)
    document = run.document([result])
    json.loads(document.text("json"), parse_constant=refused)
    for form in ("csv", "markdown", "table"):
        is_readable(document.text(form))
    for story in stories:
        json.loads(ledger_view.document(story).text("json"), parse_constant=refused)
        is_readable(ledger_view.document(story).text("csv"))
    return True


def refused(constant: str) -> float:
    raise AssertionError(f"JSON holds {constant}")


def is_sound(found: Outcome, scenario: Scenario) -> None:
    """Assert that what happened on the paths can happen."""
    for name in ("default_month", "cause", "first_breach", "claim", "loss", "discounted_balance"):
        values = getattr(found, name)
        assert np.isfinite(values).all(), name
        assert (values >= 0.0).all(), name
    assert np.isfinite(found.log_index).all()
    assert (found.default_month <= scenario.horizon_months).all()
    assert (found.loss <= found.claim * (1 + 1e-9) + CENT).all()
    assert ((found.cause > 0) == (found.default_month > 0)).all()


def is_a_number(path: str, found: Any) -> None:
    """Assert that an estimate is finite, in its interval, in its range."""
    given = [x for x in (found.low, found.value, found.high) if x is not None]
    assert all(math.isfinite(x) for x in given), (path, found)
    slack = 1e-9 * max(map(abs, given), default=0.0)
    assert all(a <= b + slack for a, b in pairwise(given)), (path, found)
    if kind(path) == "share":
        assert all(-1e-12 <= x <= 1 + 1e-12 for x in given), (path, found)


def is_readable(text: str) -> None:
    """Assert that no cell is a number that none is."""
    for sign in ",|(–":
        text = text.replace(sign, " ")
    assert not {"nan", "inf", "-inf", "$nan", "$inf", "nan%", "inf%"} & set(text.split())


def numbers(of: Tree) -> list[tuple[Path, Quantity]]:
    """Every number of a scenario, and what the format allows there."""
    found = ((path, shapes.at(path)) for path in _leaves(of) if path[0] != "portfolio")
    return [(path, shape.quantity) for path, shape in found if shape and shape.quantity]


def _leaves(of: Tree, path: Path = ()) -> Iterator[Path]:
    for key, value in of.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield (*path, key)


def extremes(quantity: Quantity) -> list[float]:
    """The ends of what is allowed, and the places within."""
    ends = [quantity.low, quantity.high]
    held = [x for x in (*ends, *PLACES) if quantity.holds(x)]
    if quantity.is_whole:
        return sorted({int(x) for x in held if math.isfinite(x) and x == int(x)})
    return sorted({float(x) for x in held})


def put(of: Tree, path: Path, value: float) -> Tree:
    """The scenario with another number."""
    changed = copy.deepcopy(of)
    below: Any = changed
    for key in path[:-1]:
        below = below[key]
    below[path[-1]] = value
    return changed


def is_valid(of: Tree) -> bool:
    return not list(rules.mistakes(Scenario.model_validate(of)))


NOTHING: Final[dict[str, Tree]] = {
    "no issuers": {"issuers": {}},
    "nothing but a market": {"issuers": {}, "gpus": {}, "customers": {}},
    "an issuer with cash alone": {"issuers": {"acme": {"cash": 0.0}}},
    "debt without a fleet": {"issuers": {"acme": {"cash": 1e6, "tranches": {"loan": {
        "kind": "term", "principal": 1e7, "maturity": 12, "coupon": 0.1}}}}},
    "a fleet without debt": {"issuers": {"acme": {"cash": 0.0, "fleet": {
        "lot": {"gpu": "h100", "count": 10.0}}}}},
    "debt of nothing": {"issuers": {"acme": {"cash": 0.0, "tranches": {"loan": {
        "kind": "term", "principal": 0.0, "maturity": 12, "coupon": 0.1}}}}},
    "an empty portfolio": {"portfolio": {}},
}  # fmt: skip


@pytest.mark.parametrize("change", NOTHING.values(), ids=NOTHING)
def test_a_scenario_may_lack_almost_everything(change: Tree) -> None:
    assert examine(tree(change), paths=100)


LOAN: Final[Tree] = {
    "issuers": {"acme": {
        "cash": 1e6,
        "fleet": {"lot": {"gpu": "h100", "count": 100.0, "pool": "p"}},
        "contracts": {"lease": {"customer": "tenant", "gpu": "h100", "count": 50.0, "price": 2.0,
                                "end_month": 24, "pool": "p"}},
        "costs": {"fixed": 1e4},
        "tranches": {"loan": {"kind": "term", "principal": 1e6, "maturity": 12, "coupon": 0.1,
                              "amortization": "annuity", "pool": "p"}}}},
}  # fmt: skip
"""A borrower that lives; what follows are its extremes."""


def acme(**changes: Any) -> Tree:
    return {"issuers": {"acme": changes}}


def loan(**changes: Any) -> Tree:
    return acme(tranches={"loan": changes})


EXTREMES: Final[dict[str, Tree]] = {
    "one month": {"horizon_months": 1},
    "twenty years": {"horizon_months": 240},
    "everybody defaults": acme(cash=0.0, costs={"fixed": 1e13}),
    "nobody defaults": acme(cash=1e13),
    "a customer that never fails": {"customers": {"tenant": {"default_intensity": 0.0}}},
    "a customer that fails at once": {"customers": {"tenant": {"default_intensity": 1000.0}}},
    "a tenant that leaves at once": acme(contracts={"lease": {"churn": 1000.0}}),
    "volatility 5": {"market": {"price": {"volatility": {"shortage": 5.0, "glut": 5.0}}}},
    "volatility 5 for twenty years": {
        "horizon_months": 240, "market": {"price": {"volatility": {"shortage": 5.0}}}},
    "regimes of a moment": {"market": {"regime": {
        "mean_years": {"shortage": 5e-324, "glut": 1e-9}}}},
    "a launch a month": {"market": {"price": {
        "launch": {"per_year": 1e9, "mean": -20.0, "sd": 20.0}}}},
    "the smallest debt": loan(principal=5e-324),
    "a cent of debt": loan(principal=CENT),
    "a cent of cash": acme(cash=CENT),
    "10^13 dollars": acme(cash=1e13, tranches={"loan": {"principal": 1e13}}),
    "the largest amounts": acme(cash=1e15, tranches={"loan": {"principal": 1e15}}),
    "the smallest price": {"gpus": {"h100": {"price": 5e-324}}},
    "GPUs that nobody buys": {"gpus": {"h100": {"resale": 0.0}}},
    "GPUs that cost all they earn": {"gpus": {"h100": {"operating_cost": 1e15}}},
    "a contract of price 0": acme(contracts={"lease": {"price": 5e-324}}),
    "no GPUs": acme(fleet={"lot": {"count": 0.0}}),
    "a share of a GPU": acme(
        fleet={"lot": {"count": 5e-324}}, contracts={"lease": {"count": 1e-12}}),
    "maturity beyond the horizon": loan(maturity=2400),
    "a maturity of one month": loan(maturity=1),
    "a coupon of 100%": loan(coupon=1.0),
    "no interest": loan(coupon=0.0),
    "interest alone for ever": loan(interest_only_until=2400),
    "a contract beyond the horizon": acme(
        contracts={"lease": {"start_month": 2399, "end_month": 2400}}),
    "a delay of twenty years": acme(delivery_delay_months=240.0),
    "a market of no GPU": {"market": {
        "total_gpus": 5e-324, "contagion": {"price_impact": 1000.0}}},
    "a haircut of everything": {"market": {"resale": {
        "haircut": {"base": 1 - 1e-16, "glut": 1000.0}}}},
    "a sale that never ends": {"market": {"resale": {"months": 2400}}},
}  # fmt: skip


@pytest.mark.parametrize("change", EXTREMES.values(), ids=EXTREMES)
def test_an_extreme_number_gives_finite_results_or_words(change: Tree) -> None:
    assert examine(tree(LOAN, change))


def test_prices_of_nothing_are_refused_by_the_format() -> None:
    for change in ({"gpus": {"h100": {"price": 0.0}}}, acme(contracts={"lease": {"price": 0.0}})):
        with pytest.raises(ValueError, match="greater than 0"):
            Scenario.model_validate(tree(LOAN, change))


@pytest.mark.parametrize("paths", [1, 63, 64, 65, 4097])
@pytest.mark.parametrize("seed", [0, LARGEST_SEED])
def test_any_number_of_paths_and_any_seed_will_do(paths: int, seed: int) -> None:
    assert examine(RICH, paths=paths, seed=seed)


@pytest.mark.parametrize(
    "price",
    [
        {"drift": {"shortage": 100.0, "glut": 100.0}},
        {"launch": {"per_year": 1e9, "mean": 20.0}},
        {"obsolescence": -100.0},
    ],
)
def test_what_leaves_the_range_of_numbers_is_refused_in_words(price: Tree) -> None:
    assert not examine(tree(LOAN, {"horizon_months": 240, "market": {"price": price}}))


def test_a_price_beyond_all_numbers_has_no_value_and_a_note() -> None:
    change = {"market": {"resale": {"elasticity": 1000.0}, "price": {"drift": {"shortage": 2.0}}}}
    scenario = Scenario.model_validate(tree(change))
    book = open_book(scenario)
    found = estimate(book, tally(book, outcome(scenario, 64))).market.gpus["h100"].resale[24]["p95"]
    assert (found.value, found.note) == (None, "beyond the range of numbers")


@st.composite
def extreme_scenarios(draw: st.DrawFn) -> Tree:
    """Random scenarios in which up to eight numbers stand at an end of what is allowed."""
    of = draw(scenarios())
    for path, quantity in draw(st.lists(st.sampled_from(numbers(of)), max_size=8)):
        changed = put(of, path, draw(st.sampled_from(extremes(quantity))))
        of = changed if is_valid(changed) else of
    return of


def examine_random(examples: int) -> None:
    """Examine so many random scenarios."""

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(extreme_scenarios(), st.sampled_from([1, 63, 70]), st.sampled_from([0, LARGEST_SEED]))
    def check(of: Tree, paths: int, seed: int) -> None:
        note(repr(of))
        examine(of, paths=paths, seed=seed)

    check()


def test_random_scenarios_at_the_ends_of_the_format() -> None:
    examine_random(15)


@pytest.mark.slow
def test_many_random_scenarios_at_the_ends_of_the_format() -> None:
    examine_random(600)


@pytest.mark.slow
def test_every_number_at_every_end_of_what_is_allowed() -> None:
    done = 0
    for path, quantity in numbers(RICH):
        for value in extremes(quantity):
            changed = put(RICH, path, value)
            done += is_valid(changed) and examine(changed)
    assert done > 500
