"""Mixtures by group of figures: the debt of one vintage with the fleet of another, always valid."""

from functools import cache

import pytest

from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.checks import rules
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.variants.groups import GROUPS, GroupMixtures, grouped
from tests.scenario.desk import SMALL, loaded

NAMES = tuple(GROUPS)


@cache
def years_apart() -> GroupMixtures:
    return grouped(load("@2025-06/neoclouds"), load("@2026-06/neoclouds"))


def at(*groups: str) -> frozenset[int]:
    return frozenset(NAMES.index(group) for group in groups)


def test_every_mixture_of_two_vintages_contradicts_itself_nowhere() -> None:
    mixes = years_apart()
    assert len(mixes.coalitions) == 2 ** len(GROUPS)
    for coalition in mixes.coalitions:
        assert list(rules.mistakes(mixes.scenario(coalition))) == [], coalition


def test_the_ends_are_the_scenarios_themselves() -> None:
    mixes = years_apart()
    assert mixes.scenario(frozenset()) is mixes.base.scenario
    assert mixes.scenario(at(*NAMES)) is mixes.other.scenario


@pytest.mark.parametrize("group", NAMES)
def test_a_group_goes_over_whole_and_no_other_does(group: str) -> None:
    mixes = years_apart()
    old, mixed, new = (mixes.scenario(it) for it in (frozenset(), at(group), at(*NAMES)))
    for name in ("coreweave", "lambda"):
        sides = {it: (new if it == group else old).issuers[name] for it in NAMES}
        issuer = mixed.issuers[name]
        assert (issuer.tranches, issuer.cash) == (sides["debt"].tranches, sides["equity"].cash)
        assert issuer.contracts.keys() == sides["contracts"].contracts.keys()
        assert issuer.fleet.keys() == sides["fleet"].fleet.keys()
    assert mixed.market == (new if group == "market" else old).market
    assert mixed.gpus["h100"] == (new if group == "market" else old).gpus["h100"]
    assert mixed.gpus.keys() == old.gpus.keys() | new.gpus.keys()
    assert mixed.customers["xai"] == (new if group == "contracts" else old).customers["xai"]


def test_an_issuer_that_one_side_does_not_know_has_only_what_came_over() -> None:
    mixes = years_apart()
    ours = mixes.other.scenario.issuers["lambda_term_loan"]
    mixed = mixes.scenario(at("fleet", "equity")).issuers["lambda_term_loan"]
    assert (mixed.parent, mixed.vehicle) == (ours.parent, ours.vehicle)
    assert (mixed.tranches, mixed.contracts) == ({}, {})
    assert {lot.financed_by for lot in ours.fleet.values()} == {"term_loan_b"}
    for key, lot in mixed.fleet.items():
        bare = {"financed_by": None, "advance": 0.0, "for_contract": None}
        assert lot == ours.fleet[key].model_copy(update=bare)


def test_a_lot_keeps_its_loan_and_its_contract_where_both_come_over() -> None:
    mixes = years_apart()
    mixed = mixes.scenario(at("debt", "contracts", "fleet"))
    assert mixed.issuers["lambda_term_loan"].fleet == (
        mixes.other.scenario.issuers["lambda_term_loan"].fleet
    )


def test_scenarios_that_differ_in_one_group_have_one_part() -> None:
    mixes = grouped(loaded(SMALL), loaded(SMALL, "issuers.acme.cash=5e7", "name=other"))
    assert [part.keys for part in mixes.parts] == [("issuers.acme.cash",)]
    assert mixes.described(mixes.parts[0]).name == "equity"
    with pytest.raises(UsageError, match="differ in no figure"):
        grouped(loaded(SMALL), loaded(SMALL, "name=other"))
