"""Recovery: what a default yields, to whom, and what it does to the others.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from typing import Any

import numpy as np
import pytest

from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.ledger.ledger import Ending
from neocloud_mc.studies.ledger.replay import ledger, replay
from tests.engine.rich_world import rich
from tests.worlds import Tree, frequency, outcome, tree, world

PATHS = 40_000
COLLATERAL = 2e6
"""100 GPUs at 20,000 USD."""
STILL: Tree = {
    "market": {
        "total_gpus": 1000.0,
        "funding": {"persistence_years": 1e30},
        "regime": {"utilization": {"shortage": 0.0, "glut": 0.0}},
    }
}
"""The climate stands still, GPUs earn nothing by the hour, and 100 are a tenth of the market."""
NONE = {"price_impact": 0.0, "funding_impact": 0.0}
"""No contagion."""


def loan(principal: float, maturity: int = 1, **terms: Any) -> Tree:
    return {"principal": principal, "coupon": 0.0, "maturity": maturity} | terms


def faller(month: int = 1, pool: str | None = "box", **terms: Any) -> Tree:
    """An issuer of 100 GPUs that cannot repay 10 million in that month."""
    issuer = {
        "cash": 0.0,
        "fleet": {"lot": {"gpu": "h100", "count": 100, "pool": pool}},
        "tranches": {"loan": loan(1e7, month, pool=pool)},
    }
    return issuer | terms


def fallers(*months: int) -> Tree:
    """Issuers that default in these months."""
    names = ("first", "second", "third")
    return {"issuers": {n: faller(m) for n, m in zip(names, months, strict=False)}}


def ending_of(scenario: Scenario, name: str = "acme") -> Ending:
    ending = ledger(scenario, name, 1, 0).ending
    assert ending is not None
    return ending


def haircut(**terms: float) -> Tree:
    return {"market": {"resale": {"haircut": terms}}}


def logistic(odds: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-odds))


# The haircut.


@pytest.mark.parametrize("deviation", [0.5, 2.0])
@pytest.mark.parametrize("regime", ["shortage", "glut"])
def test_haircut_is_logistic_normal(regime: str, deviation: float) -> None:
    """Its mean by Gauss–Hermite quadrature, and quantiles; S is 0.1."""
    terms = haircut(base=0.3, glut=0.7, fire_sale=4.0, volatility=deviation)
    start = {"market": {"regime": {"start": regime}}, "horizon_months": 1}
    run = outcome(world(STILL, start, terms, {"issuers": {"acme": faller()}}), PATHS)
    found = 1.0 - (run.claim[0] - run.loss[0]) / COLLATERAL
    centre = math.log(0.3 / 0.7) + 0.7 * (regime == "glut") + 4.0 * 0.1
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    values = logistic(centre + deviation * nodes)
    mean, second = (weights * values).sum(), (weights * values**2).sum()
    assert abs(found.mean() - mean) < 4.5 * math.sqrt((second - mean**2) / PATHS)
    for z, share in ((-1.0, 0.158655), (0.0, 0.5), (1.0, 0.841345)):
        frequency(found < logistic(centre + deviation * z), share)


def test_without_volatility_in_a_shortage_the_haircut_is_its_base() -> None:
    found = ending_of(world(STILL, haircut(base=0.4), {"issuers": {"acme": faller()}})).haircut
    assert math.isclose(found, 0.4, rel_tol=1e-14)


@pytest.mark.parametrize(("month", "stress"), [(1, 0.2), (2, 0.2), (12, 0.2), (13, 0.1)])
def test_a_failure_of_the_last_twelve_months_raises_the_haircut(month: int, stress: float) -> None:
    scenario = world(STILL, haircut(base=0.25, fire_sale=5.0), fallers(1, month))
    expected = logistic(math.log(1.0 / 3.0) + 5.0 * stress)
    assert math.isclose(ending_of(scenario, "second").haircut, expected, rel_tol=1e-13)


def test_those_who_fall_in_one_month_suffer_the_same_fire_sale() -> None:
    scenario = world(STILL, haircut(base=0.25, fire_sale=5.0), fallers(4, 4, 4))
    found = {ending_of(scenario, name).haircut for name in scenario.issuers}
    assert len(found) == 1
    assert math.isclose(found.pop(), logistic(math.log(1.0 / 3.0) + 1.5), rel_tol=1e-13)


def test_gpus_not_yet_paid_for_are_neither_sold_nor_a_burden() -> None:
    ordered = {"gpu": "h100", "count": 900, "unit_cost": 1.0, "pay_month": 9, "service_month": 9}
    more = {"issuers": {"first": {"fleet": {"ordered": ordered | {"pool": "box"}}}}}
    base = (STILL, haircut(base=0.25, fire_sale=5.0), fallers(3, 3))
    for name in ("first", "second"):
        assert ending_of(world(*base, more), name) == ending_of(world(*base), name)


@pytest.mark.parametrize("months", [1, 6, 24])
def test_proceeds_are_net_of_cost_and_of_the_time_a_sale_takes(months: int) -> None:
    terms = {"market": {"risk_free": 0.05, "resale": {"cost": 0.08, "months": months}}}
    pool = ending_of(world(STILL, terms, {"issuers": {"acme": faller()}})).pools[0]
    expected = 0.92 * 0.75 * math.exp(-0.05 * months / 12.0) * COLLATERAL
    assert math.isclose(pool.proceeds, expected, rel_tol=1e-13)


# Who is paid.

VALUES = [0.0, 3e5, 8e5, 1.1e6, 1.4e6, 1.8e6]
"""Of the pool, USD."""


def shares(value: float, cash: float = 0.0, **tranches: Tree) -> dict[str, float]:
    """What each tranche recovers when the pool brings `value`; cash is the whole estate."""
    issuer = faller(tranches={"trigger": loan(1e7, rank=9)} | tranches, cash=cash)
    resale = {"gpus": {"h100": {"resale": value / 50.0}}}
    ending = ending_of(world(STILL, haircut(base=0.5), resale, {"issuers": {"acme": issuer}}))
    return {tranche.id: tranche.recovered for tranche in ending.tranches}


SENIOR, JUNIOR = loan(8e5, 9, pool="box"), loan(6e5, 9, pool="box", rank=2)


@pytest.mark.parametrize("value", VALUES)
def test_senior_is_paid_before_junior(value: float) -> None:
    paid = shares(value, junior=JUNIOR, senior=SENIOR)
    assert math.isclose(paid["senior"], min(value, 8e5), abs_tol=1e-3)
    assert math.isclose(paid["junior"], min(max(value - 8e5, 0.0), 6e5), abs_tol=1e-3)


@pytest.mark.parametrize("value", VALUES)
def test_equals_share_in_proportion_to_their_claims(value: float) -> None:
    paid = shares(value, one=SENIOR, other=JUNIOR | {"rank": 1})
    assert math.isclose(paid["one"], min(value * 4 / 7, 8e5), abs_tol=1e-3)
    assert math.isclose(paid["other"], min(value * 3 / 7, 6e5), abs_tol=1e-3)


@pytest.mark.parametrize("value", VALUES)
def test_what_a_pool_leaves_over_goes_to_the_unsecured(value: float) -> None:
    paid = shares(value, 5e4, senior=SENIOR | {"recourse": False})
    assert math.isclose(paid["senior"], min(value, 8e5), abs_tol=1e-3)
    assert math.isclose(paid["trigger"], 5e4 + max(value - 8e5, 0.0), abs_tol=1e-3)


@pytest.mark.parametrize(("recourse", "paid"), [(True, 7e5), (False, 5e5)])
def test_only_recourse_lets_a_secured_tranche_claim_on_the_estate(
    recourse: bool, paid: float
) -> None:
    """300,000 of 800,000 are missing in the pool; 320,000 of cash meet them and 180,000 more."""
    equal = loan(1.8e5, 9)
    found = shares(5e5, 3.2e5, senior=SENIOR | {"recourse": recourse}, equal=equal)
    assert math.isclose(found["senior"], paid, abs_tol=1e-3)
    assert math.isclose(found["equal"], 1.2e5 if recourse else 1.8e5, abs_tol=1e-3)


@pytest.mark.parametrize(("costs", "estate"), [(0.0, 3e5), (1e5, 2e5), (4e5, 0.0)])
def test_the_estate_is_the_cash_that_was_there_before_what_was_due(
    costs: float, estate: float
) -> None:
    issuer = faller(cash=3e5, costs={"fixed": costs})
    assert ending_of(world(STILL, {"issuers": {"acme": issuer}})).estate == estate


def test_a_firm_with_nothing_loses_everything_and_a_rich_one_nothing() -> None:
    poor = shares(0.0, senior=SENIOR)
    assert poor == {"trigger": 0.0, "senior": 0.0}
    rich_one = shares(2e7, senior=SENIOR)
    assert math.isclose(rich_one["trigger"], 1e7) and math.isclose(rich_one["senior"], 8e5)


# Step-in.

STEP_IN_COSTS = {"variable": 0.1, "inflation": 0.12}


def tenanted(price: float, friction: float, **terms: Any) -> Tree:
    """Default in month 1, a contract for 24 months more; 1,500,000 by liquidation."""
    contract = {"customer": "tenant", "gpu": "h100", "count": 100, "price": price}
    contract |= {"end_month": 25, "take_or_pay": 0.9, "pool": "box"}
    issuer = faller(
        contracts={"rent": contract}, costs=STEP_IN_COSTS, step_in={"friction": friction}
    )
    gpu = {"gpus": {"h100": {"operating_cost": 200.0}}}
    return tree(STILL, gpu, {"issuers": {"acme": issuer | terms}})


@pytest.mark.parametrize("price", [0.2, 0.9, 1.2, 1.5, 3.0])
@pytest.mark.parametrize("friction", [0.0, 0.2, 1.0])
def test_lenders_take_the_larger_of_liquidation_and_step_in(price: float, friction: float) -> None:
    annuity = (1.0 - (1.0 + 0.05 / 12.0) ** -24) / (0.05 / 12.0)
    margin = max(0.0, 730.0 * price * 0.9 * 0.9 - 200.0 * 1.12 ** (1.0 / 12.0))
    run = (1.0 - friction) * 100.0 * margin * annuity
    pool = ending_of(world(tenanted(price, friction))).pools[0]
    assert math.isclose(pool.proceeds, max(run, 1.5e6), rel_tol=1e-12)
    assert pool.is_run is (run > 1.5e6)


@pytest.mark.parametrize("spread", [5e-324, 1e-300, 1e-17, 1e-15, 1e-14, 1e-12, 1e-9, 1e-6, 1e-3])
def test_a_stepped_in_pool_is_discounted_at_the_smallest_rates(spread: float) -> None:
    """Against (1 − (1 + i)^−24) / i without cancellation, to twelve digits."""
    i = spread / 12.0
    annuity = -math.expm1(-24 * math.log1p(i)) / i if i > 1e-300 else 24.0
    margin = 730.0 * 2.0 * 0.9 * 0.9 - 200.0 * 1.12 ** (1.0 / 12.0)
    market = {"market": {"funding": {"spread": {"base": spread}}}}
    (pool,) = ending_of(world(tenanted(2.0, 0.15), market)).pools
    assert pool.is_run
    assert math.isclose(pool.proceeds, 0.85 * 100.0 * margin * annuity, rel_tol=1e-12)


def test_nobody_steps_in_for_a_failed_customer() -> None:
    broke = {"customers": {"tenant": {"default_intensity": 1e9}}}
    assert not ending_of(world(tenanted(3.0, 0.0), broke)).pools[0].is_run


@pytest.mark.parametrize("price", [0.2, 3.0])
def test_a_pool_that_is_stepped_into_is_not_dumped(price: float) -> None:
    states = list(replay(world(tenanted(price, 0.0)), 1, 0))
    assert states[2].market[0].released[0] == pytest.approx(0.1 / 6 if price < 1.0 else 0.0)


# Contagion.


@pytest.mark.parametrize("months", [1, 5, 12])
def test_liquidated_gpus_reach_the_market_evenly_and_only_once(months: int) -> None:
    """A tenth of the market, from the month after the default on; 0.2 off the log index."""
    terms = {"resale": {"months": months}, "contagion": {"price_impact": 2.0}}
    states = list(replay(world(STILL, {"market": terms}, fallers(3)), 1, 0))[1:]
    released = [state.market[0].released[0] for state in states]
    assert np.allclose(released, [0.0] * 3 + [0.1 / months] * months + [0.0] * (21 - months))
    assert math.isclose(sum(released), 0.1, rel_tol=1e-13)
    assert math.isclose(states[-1].market[0].index[0], -0.2, rel_tol=1e-13)


def test_liquidations_of_several_issuers_add_up() -> None:
    states = list(replay(world(STILL, fallers(3, 5, 5)), 1, 0))[1:]
    released = [state.market[0].released[0] for state in states]
    selling = [sum(m < t <= m + 6 for m in (3, 5, 5)) for t in range(1, 25)]
    assert np.allclose(released, 0.1 / 6 * np.array(selling), rtol=1e-13)


def test_every_default_weighs_on_the_climate_for_exactly_twelve_months() -> None:
    terms = {"market": {"contagion": {"funding_impact": 0.4}}}
    states = list(replay(world(STILL, terms, fallers(2, 5)), 1, 0))[1:]
    climate = [state.market[0].climate[0] for state in states]
    weighing = [sum(m < t <= m + 12 for m in (2, 5)) for t in range(1, 25)]
    assert weighing[2] == 1 and weighing[13] == 2 and weighing[14] == 1 and weighing[17] == 0
    assert np.allclose(climate, -0.4 * np.array(weighing), rtol=0, atol=1e-15)


# Always.


def test_losses_lie_between_nothing_and_the_claim() -> None:
    run = outcome(rich(), 6000)
    assert np.all((run.loss >= 0.0) & (run.loss <= run.claim))
    assert np.all(run.claim[:6, run.default_month[0] == 0] == 0.0)
    assert np.all(run.claim[6:, run.default_month[1] == 0] == 0.0)
    assert np.any(run.loss > 0.0) and np.any((run.loss == 0.0) & (run.claim > 0.0))


def test_what_lenders_recover_is_what_pools_and_estate_brought() -> None:
    """Nothing is left while a claim on the estate is unpaid, and never is more paid out."""
    scenario = rich()
    tranches = scenario.issuers["alpha"].tranches
    exhausted = 0
    for path in range(60):
        ending = ledger(scenario, "alpha", 5, path).ending
        if ending is None:
            continue
        left = 0.0
        for pool in ending.pools:
            claims = [t.claim for t in ending.tranches if tranches[t.id].pool == pool.id]
            left += max(0.0, pool.proceeds - sum(claims))
        brought = sum(pool.proceeds for pool in ending.pools) + ending.estate - left
        paid = sum(t.recovered for t in ending.tranches)
        assert paid <= brought * (1.0 + 1e-12)
        if any(t.lgd and tranches[t.id].recourse for t in ending.tranches):
            assert math.isclose(paid, brought, rel_tol=1e-12)
            exhausted += 1
    assert exhausted > 10


def test_a_deeper_haircut_never_lowers_a_loss() -> None:
    found = []
    for base in (0.05, 0.25, 0.6, 0.95):
        run = outcome(rich(haircut(base=base), {"market": {"contagion": NONE}}), 2000)
        found.append(run.loss)
    assert np.all(np.diff(found, axis=0) >= -1e-6)
    assert np.any(found[0] < found[-1])


def test_more_senior_debt_never_raises_what_a_junior_recovers() -> None:
    found = [
        shares(1.1e6, 1e5, senior=SENIOR | {"principal": principal}, junior=JUNIOR)["junior"]
        for principal in (0.0, 3e5, 8e5, 1.2e6)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]
