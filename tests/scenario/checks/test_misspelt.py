"""A misspelt id in an overlay is told: it makes a new thing that changes nothing."""

from pathlib import Path

import pytest

from neocloud_mc.scenario.load import load
from tests.scenario.desk import SMALL, changed, loaded, mistakes, write


@pytest.fixture(autouse=True)
def base(folder: Path) -> None:
    """A good file to extend."""
    write(folder, base=SMALL)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ("tranches: {ddlt: {margin: 0.05}}", "'ddtl' instead of 'ddlt'?"),
        ("tranches: {shlef: {kind: notes, window: 0}}", "'shelf' instead of 'shlef'?"),
        ("contracts: {anchr: {price: 2}}", "'anchor' instead of 'anchr'?"),
        ("fleet: {odl: {count: 5}}", "'old' instead of 'odl'?"),
    ],
)
def test_an_incomplete_thing_names_the_one_that_was_meant(change: str, hint: str) -> None:
    told = mistakes(f"extends: base.yaml\nissuers: {{acme: {{{change}}}}}\n")
    assert told and all(line.endswith(f"; did you mean {hint}") for line in told)


def test_an_incomplete_thing_without_a_like_is_told_without_a_guess() -> None:
    told = mistakes("extends: base.yaml\nissuers: {acme: {fleet: {zzz: {count: 5}}}}\n")
    assert told == ["x.yaml:2:26: issuers.acme.fleet.zzz.gpu: is missing (an id is expected)"]


@pytest.mark.parametrize("with_setting", [False, True])
def test_a_customer_that_nothing_refers_to_is_doubted(with_setting: bool) -> None:
    text = "extends: base.yaml\ncustomers: {strtup: {default_intensity: 1.5}}\n"
    setting = "customers.strtup={default_intensity: 1.5}"
    told = (loaded(SMALL, setting) if with_setting else loaded(text)).warnings
    expected = "nothing refers to it, so it changes nothing (did you mean 'startup'?)"
    assert [line.endswith(expected) for line in told] == [True]


def test_a_type_of_gpu_that_nothing_refers_to_is_doubted() -> None:
    over = "extends: base.yaml\ngpus: {h10: {price: 2, resale: 20000, operating_cost: 200}}\n"
    (told,) = loaded(over).warnings
    assert told.endswith(
        "gpus.h10: nothing refers to it, so it changes nothing (did you mean 'h100'?)"
    )


def test_a_library_may_hold_more_customers_than_are_used() -> None:
    write(Path(), library="customers: {spare: {default_intensity: 0.1}}\n")
    assert loaded("extends: [base.yaml, library.yaml]\n").warnings == []


def test_a_misspelling_in_the_middle_of_a_chain_is_doubted() -> None:
    write(Path(), middle="extends: base.yaml\ncustomers: {strtup: {default_intensity: 1.5}}\n")
    write(Path(), top="extends: middle.yaml\n")
    assert load("top.yaml").warnings[0].startswith("middle.yaml:2:13: warning: customers.strtup")


def test_a_lot_in_a_pool_that_is_nearly_a_loans_is_doubted() -> None:
    told = loaded(changed("count: 1000, pool: hopper", "count: 1000, pool: hoper")).warnings
    assert any(
        line.endswith("fleet.old.pool: no tranche is secured on 'hoper' (did you mean 'hopper'?)")
        for line in told
    )
