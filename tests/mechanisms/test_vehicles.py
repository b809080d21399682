"""Vehicles: what goes up, what is called, who falls with whom, and what is left of a group.

Statistical checks use fixed seeds; tolerances are 4.5 standard errors (see `worlds.frequency`).
"""

import math
from typing import Any

import numpy as np
import pytest

from neocloud_mc.engine.run import run_chunk
from neocloud_mc.engine.tables import tabulate
from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.studies.ledger.replay import ledger, replay
from tests.engine.group_world import groups
from tests.worlds import IDLE_YEAR, Tree, frequency, outcome, world

PATHS = 40_000
STILL: Tree = {
    **IDLE_YEAR,
    "market": {**IDLE_YEAR["market"], "resale": {"haircut": {"base": 0.5}}},
}
INCOME = 730.0 * 100 * 2.0
"""USD a month of the contract below."""
TERMS: Tree = {"guarantee": True}
RENT: Tree = {"customer": "tenant", "gpu": "h100", "count": 100, "price": 2.0, "end_month": 240}


def loan(principal: float, maturity: int = 99, **terms: Any) -> Tree:
    return {"principal": principal, "coupon": 0.0, "maturity": maturity} | terms


def spv(vehicle: Tree | None = None, **terms: Any) -> Tree:
    """A vehicle that lives on `INCOME`."""
    fleet = {"lot": {"gpu": "h100", "count": 100, "pool": "box"}}
    base = {"cash": 0.0, "parent": "top", "fleet": fleet, "contracts": {"rent": RENT}}
    return base | {"vehicle": vehicle or {}} | terms


def group(spvs: Tree, **terms: Any) -> Tree:
    return {"issuers": {"top": {"cash": 1e6} | terms, **spvs}}


def story(name: str, *changes: Tree) -> Ledger:
    return ledger(world(STILL, *changes), name, 1, 0)


# Up.


def test_what_a_vehicle_earns_beyond_its_reserve_goes_up_the_same_month() -> None:
    """100,000 of principal a month: the reserve is a month's of it."""
    tranche = loan(1e6, 10, amortization="linear")
    terms = group({"spv": spv({"reserve_months": 1}, tranches={"loan": tranche})})
    below, above = story("spv", terms).months, story("top", terms).months
    assert [m.cash for m in below[:3]] == pytest.approx([46e3, 92e3, 100e3])
    assert [m.distributed for m in below[:3]] == pytest.approx([0.0, 0.0, 38e3])
    assert [m.received for m in above[:4]] == pytest.approx([0.0, 0.0, 38e3, 46e3])
    assert above[3].cash == pytest.approx(1e6 + 38e3 + 46e3)


def test_what_is_received_is_no_cfads_of_the_parent_but_counts_in_its_cover_a_month_later() -> None:
    """46,000 of the vehicle's 146,000 against 20,000 of interest: 2.3 from month 4 on."""
    covenants = {"min_dscr": 1.0}
    top = {"loan": {"principal": 1e6, "coupon": 0.24, "maturity": 99, "covenants": covenants}}
    tranche = loan(1.2e6, 12, amortization="linear")
    terms = group(
        {"spv": spv(tranches={"loan": tranche})}, tranches=top, lenders={"cure_quarters": 9}
    )
    months = story("top", terms).months
    assert {m.cfads for m in months} == {0.0}
    assert months[2].dscr == pytest.approx(2 * 46e3 / 60e3)
    assert months[5].dscr == pytest.approx(46e3 / 20e3)


@pytest.mark.parametrize(("least", "sends"), [(1.45, True), (1.47, False), (math.inf, False)])
def test_a_vehicle_distributes_while_its_cover_allows(least: float, sends: bool) -> None:
    """146,000 against 100,000."""
    tranche = loan(1.2e6, 12, amortization="linear")
    terms = {"distribution": {"min_dscr": least}}
    found = story("spv", group({"spv": spv(terms, tranches={"loan": tranche})})).months
    assert any(m.distributed for m in found) == sends


def test_a_vehicle_without_debt_service_distributes_unless_it_never_does() -> None:
    for least, sent in ((9.0, INCOME), (math.inf, 0.0)):
        terms = spv({"distribution": {"min_dscr": least}})
        assert story("spv", group({"spv": terms})).months[0].distributed == sent


def test_a_vehicle_in_breach_traps_its_cash_and_prepays_by_rank() -> None:
    """Junior is first in the file; from the month after the test all goes to senior."""
    tested: Tree = {"covenants": {"min_liquidity": 1e9}}
    tranches = {"junior": loan(1e6, rank=2, sweep=1.0), "senior": loan(4e5, **tested)}
    terms = spv(tranches=tranches, lenders={"cure_quarters": 99}, cash=1e4)
    months = story("spv", group({"spv": terms})).months
    assert [m.distributed for m in months[:6]] == [1e4, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert [m.prepaid for m in months[:6]] == [INCOME] * 6
    senior = [replayed(group({"spv": terms}), t).tranches[1].balance[0] for t in (3, 4, 5, 6)]
    assert senior == pytest.approx([4e5, 4e5 - INCOME, 4e5 - 2 * INCOME, 0.0])


def replayed(terms: Tree, month: int) -> Any:
    return list(replay(world(STILL, terms), 1, 0))[month]


def test_leverage_of_a_parent_counts_its_vehicles() -> None:
    """Debt 100 + 900,000; CFADS 146,000 a month, of the vehicle alone."""
    limit = 900_100.0 / (12 * INCOME)
    for nudge, rolled in ((1e-9, True), (-1e-9, False)):
        terms = {"months": 24, "max_leverage": limit + nudge}
        top = {"loan": loan(100.0, 6, refinance=terms)}
        found = story("top", group({"spv": spv(tranches={"loan": loan(9e5)})}, tranches=top))
        assert any("rolled" in e for m in found.months for e in m.events) == rolled


# Orders of the group.


def test_the_parent_pays_for_the_lots_of_its_vehicles() -> None:
    order = {"gpu": "h100", "count": 1, "unit_cost": 1e5, "pay_month": 2, "service_month": 9}
    draw = {"kind": "delayed_draw", "commitment": 1e6, "margin": 0.0, "maturity": 99}
    lent = order | {"financed_by": "draw", "advance": 0.6}
    terms = group({"spv": spv(fleet={"lot": lent}, tranches={"draw": draw}, contracts={})})
    below, above = story("spv", terms).months[1], story("top", terms).months[1]
    assert (below.purchases, below.financed, below.own_capex) == (1e5, 6e4, 0.0)
    assert (above.purchases, above.own_capex) == (0.0, 4e4)
    assert (below.cash, above.cash) == (0.0, 9.6e5)


def test_committed_lots_of_the_whole_group_come_before_optional_ones() -> None:
    order = {"gpu": "h100", "count": 1, "unit_cost": 6e5, "pay_month": 2, "service_month": 9}
    vehicle = spv(fleet={"maybe": order | {"committed": False}})
    terms = group({"spv": vehicle}, fleet={"sure": order})
    assert story("spv", terms).months[1].purchases == 0.0
    assert story("spv", group({"spv": vehicle})).months[1].purchases == 6e5


# Down.


SHORT: Tree = {"loan": loan(1e6, 6)}
"""A bullet that `INCOME` does not pay in month 6, of a vehicle that sends all else up."""


def test_a_guarantor_is_called_for_what_its_vehicle_is_short_of() -> None:
    terms = group({"spv": spv(TERMS, tranches=SHORT)})
    below, above = story("spv", terms), story("top", terms)
    assert below.ending is None and above.ending is None
    assert below.months[5].called == pytest.approx(1e6 - INCOME)
    assert above.months[5].calls == pytest.approx(1e6 - INCOME)
    assert above.months[5].cash == pytest.approx(5 * INCOME + INCOME)


@pytest.mark.parametrize(("until", "lives"), [(5, False), (6, True), (math.inf, True)])
def test_a_guarantee_ends_with_its_last_month(until: float, lives: bool) -> None:
    vehicle = TERMS | {"guarantee_until": until}
    terms = group({"spv": spv(vehicle, tranches=SHORT)})
    ending = story("spv", terms).ending
    assert (ending is None) == lives
    if ending is not None:
        assert ending.cause == "refinancing"
        assert story("top", terms).ending is None


def test_who_cannot_answer_a_call_falls_and_takes_the_caller_along() -> None:
    """The balloon of the vehicle is what is missing: the parent's default is for refinancing."""
    poor = spv(TERMS, tranches=SHORT) | {"contracts": {}, "cash": 0.0}
    terms = group({"spv": poor}, cash=1e5)
    above, below = story("top", terms).ending, story("spv", terms).ending
    assert above is not None and below is not None
    assert (above.month, above.cause) == (6, "refinancing")
    assert (below.month, below.cause) == (6, "parent")
    assert below.tranches[0].claim == 1e6


def test_vehicles_without_a_guarantee_fall_alone() -> None:
    terms = group({"spv": spv(tranches=SHORT, contracts={}), "other": spv()})
    assert story("spv", terms).ending is not None
    assert story("top", terms).ending is None
    assert story("other", terms).ending is None


def test_a_guaranteed_vehicle_that_jumps_brings_its_parent_and_its_sisters_down() -> None:
    certain = spv(TERMS, jump_to_default=1e9, tranches={"loan": loan(1e6)})
    sisters = {"called": spv(TERMS), "free": spv()}
    terms = group({"spv": certain, **sisters})
    causes = {
        name: ending.cause
        for name in ("spv", "top", "called", "free")
        if (ending := story(name, terms).ending)
    }
    assert causes == {"spv": "jump", "top": "vehicle", "called": "parent"}


def test_a_parent_brought_down_by_a_jump_pays_nothing_and_by_a_covenant_all() -> None:
    due = {"loan": loan(3e5, 3, amortization={3: 3e5})}
    for terms, claim in (
        ({"jump_to_default": 1e9, "tranches": {"loan": loan(1.0)}}, 3e5),
        ({"tranches": {"loan": loan(1e9, covenants={"min_liquidity": 1e9})}}, 0.0),
    ):
        vehicle = spv(TERMS, **terms)
        ending = story("top", group({"spv": vehicle}, tranches=due)).ending
        assert ending is not None and ending.cause == "vehicle"
        assert ending.tranches[0].claim == claim


def test_a_guarantor_cures_what_its_vehicle_cannot() -> None:
    """200,000 failed; the vehicle has 46,000 above its minimum, its parent pays the rest."""
    failed = {"loan": loan(2e5, covenants={"min_liquidity": 1e9})}
    held = {"distribution": {"min_dscr": math.inf}}
    vehicle = spv(TERMS | held, tranches=failed, min_cash=3 * INCOME - 46e3)
    terms = group({"spv": vehicle}, min_cash=1e5)
    below, above = story("spv", terms), story("top", terms)
    assert below.ending is None
    assert below.months[2].cured_by_parent == pytest.approx(154e3)
    assert above.months[2].cures == pytest.approx(154e3)
    assert above.months[2].cash == pytest.approx(1e6 - 154e3)
    poor = group({"spv": vehicle}, cash=2.5e5, min_cash=1e5)
    assert story("spv", poor).ending is not None
    assert story("top", poor).ending is not None


# After the parent.


SURE: Tree = {"jump_to_default": 1e9}


def test_an_orphan_loses_orders_and_commitments_and_traps_its_cash() -> None:
    order = {"gpu": "h100", "count": 1, "unit_cost": 1e5, "pay_month": 5, "service_month": 9}
    line = {"kind": "revolver", "commitment": 1e6, "margin": 0.0, "maturity": 99}
    fleet = {"lot": {"gpu": "h100", "count": 100, "pool": "box"}, "next": order}
    vehicle = spv(fleet=fleet, tranches={"loan": loan(5e5), "line": line})
    terms = group({"spv": vehicle}, **SURE)
    months = story("spv", terms).months
    assert sum(m.purchases for m in months) == 0.0
    assert [m.distributed for m in months] == [0.0] * 12
    repaid = [m.prepaid for m in months[:5]]
    assert repaid == pytest.approx([0.0, 2 * INCOME, INCOME, 5e5 - 3 * INCOME, 0.0])
    assert months[-1].debt == 0.0
    assert replayed(terms, 1).tranches[1].undrawn[0] == 0.0


@pytest.mark.parametrize("probability", [0.0, 0.35, 1.0])
def test_contracts_end_with_the_operator_as_often_as_said(probability: float) -> None:
    """The vehicle cannot live a month without its contract."""
    costs = {"fixed": INCOME}
    vehicle = spv({"operator_loss": {"termination": probability}}, costs=costs)
    run = outcome(world(STILL, group({"spv": vehicle}, **SURE)), PATHS)
    frequency(run.default_month[1] == 2, probability)
    assert set(run.default_month[1]) <= {0.0, 2.0}


def test_another_operator_is_dearer_from_the_month_after() -> None:
    gpus = {"gpus": {"h100": {"operating_cost": 100.0}}}
    vehicle = spv({"operator_loss": {"cost": 0.25}})
    months = story("spv", gpus, group({"spv": vehicle}, **SURE)).months
    assert [m.opex for m in months[:3]] == [1e4, 1.25e4, 1.25e4]


def test_a_ring_fence_keeps_the_pd_of_a_firm_without_a_parent() -> None:
    """No termination, no cost, nothing distributed, ordered, committed or tested: same bits."""
    fleet = {"lot": {"gpu": "h100", "count": 3000}}
    firm = {
        "cash": 1e6,
        "min_cash": 1e12,
        "fleet": fleet,
        "costs": {"fixed": 3.2e6},
        "tranches": {"loan": loan(2e7, 24, amortization="annuity", coupon=0.09)},
    }
    shaky = {"market": {"price": {"volatility": {"shortage": 0.5}}}}
    parent = {"cash": 1e9, "jump_to_default": 0.5}
    alone = outcome(world(shaky, {"issuers": {"spv": firm}}), 4000)
    fenced = outcome(
        world(shaky, {"issuers": {"top": parent, "spv": firm | {"parent": "top"}}}), 4000
    )
    assert np.array_equal(fenced.default_month[1], alone.default_month[0])
    assert np.array_equal(fenced.cause[1], alone.cause[0])
    assert np.array_equal(fenced.loss[0], alone.loss[0])
    assert 0.1 < (alone.default_month > 0).mean() < 0.9
    assert (fenced.default_month[0] > 0).mean() > 0.3


# What is left.


def test_what_a_vehicles_estate_leaves_goes_to_its_living_parent() -> None:
    """A pool worth 1,000,000 after the haircut, 300,000 of debt."""
    vehicle = spv(jump_to_default=1e9, tranches={"loan": loan(3e5, pool="box")})
    month = story("top", group({"spv": vehicle})).months[0]
    sale = 100 * 20_000.0 * 0.5
    assert month.residual == pytest.approx(sale + INCOME - 3e5)
    assert month.cash == pytest.approx(1e6 + month.residual)


def test_the_shares_of_a_living_vehicle_are_in_its_parents_estate() -> None:
    """Cash, and the pool at the parent's haircut, less the vehicle's debt."""
    held = {"distribution": {"min_dscr": math.inf}}
    vehicle = spv(held, tranches={"loan": loan(3e5, pool="box")})
    terms = group({"spv": vehicle}, cash=0.0, tranches={"bond": loan(5e6)}, **SURE)
    ending = story("top", terms).ending
    assert ending is not None
    assert ending.estate == pytest.approx(100 * 20_000.0 * 0.5 + INCOME - 3e5)
    assert ending.tranches[0].recovered == pytest.approx(ending.estate)


def test_the_shares_of_a_vehicle_under_water_are_worth_nothing() -> None:
    vehicle = spv(tranches={"loan": loan(9e6, pool="box")})
    terms = group({"spv": vehicle}, cash=100.0, tranches={"bond": loan(5e6)}, **SURE)
    ending = story("top", terms).ending
    assert ending is not None and ending.estate == pytest.approx(100.0)


def test_a_guarantee_is_a_claim_beside_the_parents_own_debt() -> None:
    """The vehicle's pool leaves 2,000,000 of 3,000,000; the parent has 1,000,000 for 2 and 2."""
    debt = {"loan": loan(3e6, pool="box")}
    vehicle = spv(TERMS, jump_to_default=1e9, contracts={}, tranches=debt)
    terms = group({"spv": vehicle}, tranches={"bond": loan(2e6)})
    below, above = story("spv", terms).ending, story("top", terms).ending
    assert below is not None and above is not None
    assert below.tranches[0].recovered == pytest.approx(1e6 + 5e5)
    assert above.tranches[0].recovered == pytest.approx(5e5)


def test_a_loan_without_recourse_has_no_claim_on_the_guarantor() -> None:
    debt = {"loan": loan(3e6, pool="box", recourse=False)}
    vehicle = spv(TERMS, jump_to_default=1e9, contracts={}, tranches=debt)
    terms = group({"spv": vehicle}, tranches={"bond": loan(2e6)})
    below, above = story("spv", terms).ending, story("top", terms).ending
    assert below is not None and above is not None
    assert below.tranches[0].recovered == pytest.approx(1e6)
    assert above.tranches[0].recovered == pytest.approx(1e6)


def test_vehicles_are_not_counted_in_what_defaults_do_to_the_climate() -> None:
    felt = {"market": {"contagion": {"funding_impact": 1.0}}}
    vehicle = spv(jump_to_default=1e9)
    climate = [m.climate for m in story("top", felt, group({"spv": vehicle})).months]
    assert set(climate) == {0.0}
    other = group({"spv": vehicle}) | {}
    other["issuers"]["alone"] = {"cash": 0.0, "jump_to_default": 1e9}
    climate = [m.climate for m in story("top", felt, other).months]
    assert climate[:2] == [0.0, -1.0]


def test_no_dollar_is_made_in_a_wind_up() -> None:
    """Losses are within claims, and nobody gets more than the group had."""
    run = run_chunk(tabulate(groups(), 3), range(2048))
    assert np.all(run.loss >= 0.0) and np.all(run.loss <= run.claim)
    assert (run.cause == 5.0).any() and (run.cause == 6.0).any()
