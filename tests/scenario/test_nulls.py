"""A key without a value deletes something, or it is a mistake; a comma in braces is one."""

from pathlib import Path

import pytest

from tests.scenario.desk import SMALL, changed, loaded, mistakes, place_of, write

COMMAS = [
    ("resale: 22_000", "resale: 22,000", "22000"),
    ("resale: 22_000", "resale: 22.000,00", "22000"),
    ("resale: 22_000", "resale: $22,000", "22000"),
    ("fixed: 1.0e6", "fixed: 0,05", "0.05"),
    ("variable: 0.03", "variable: 3,5%", "0.035"),
    ("12: 2.0e6}", "12: 2,000}", "2000"),
]


@pytest.mark.parametrize(("old", "new", "meant"), COMMAS)
def test_a_comma_inside_a_number_in_braces_is_told_with_the_number_meant(
    old: str, new: str, meant: str
) -> None:
    text = changed(old, new)
    written = new.rpartition(": ")[2].rstrip("}")
    file, line, column = place_of(new, text).split(":")
    place = f"{file}:{line}:{int(column) + new.index(',') + 1}"
    told = f"inside braces the comma of {written!r} ends the value; write {meant}"
    assert f"{place}: {told}" in mistakes(text)


def test_commas_of_several_numbers_are_told_each_at_its_place() -> None:
    told = mistakes(changed("{6: 1.0e6, 12: 2.0e6}", "{6: 1,000, 12: 2,000}"))
    assert [line.partition(": ")[2] for line in told] == [
        "inside braces the comma of '1,000' ends the value; write 1000",
        "inside braces the comma of '2,000' ends the value; write 2000",
    ]


@pytest.mark.parametrize("nothing", ["", "null", "~", "Null"])
@pytest.mark.parametrize(
    ("old", "key", "expected"),
    [
        ("    min_cash: 1.0e7", "cahs", "unknown key 'cahs' (did you mean 'cash'?)"),
        ("    min_cash: 1.0e7", "min_cash", "has no value (a number (USD) is expected), and there "
         "is none before it to delete"),
        ("    min_cash: 1.0e7", "extra_cash", "unknown key 'extra_cash'"),
    ],
)  # fmt: skip
def test_a_key_without_a_value_that_deletes_nothing_is_refused(
    old: str, key: str, expected: str, nothing: str
) -> None:
    text = changed(old, f"    {key}: {nothing}")
    told = [line for line in mistakes(text) if key in line]
    assert len(told) == 1
    assert told[0].startswith(f"{place_of(f'{key}:', text)}: issuers.acme.{key}: {expected}")


def test_a_required_key_without_a_value_is_one_mistake_at_the_key() -> None:
    text = changed("    cash: 1.0e8", "    cash:")
    place = place_of("cash:\n", text)
    assert mistakes(text) == [
        f"{place}: issuers.acme.cash: has no value (a number (USD) is expected)"
        ", and there is none before it to delete"
    ]


def test_a_null_that_was_to_delete_a_misspelt_thing_names_the_nearest() -> None:
    write(Path(), base=SMALL)
    text = "extends: base.yaml\nissuers: {acme: {tranches: {shlef: null}, costs: {inflation: ~}}}\n"
    told = [line.partition(": issuers.acme.")[2] for line in mistakes(text)]
    assert told == [
        "tranches.shlef: has no value (a mapping is expected), and there is none before it to "
        "delete (did you mean 'shelf'?)",
        "costs.inflation: has no value (a number (per year) is expected), and there is none before "
        "it to delete",
    ]


def test_nulls_of_a_chain_of_files_may_delete_twice_and_be_stated_again() -> None:
    write(Path(), base=SMALL)
    write(Path(), one="extends: base.yaml\nissuers: {acme: {support: null, backstop: null}}\n")
    support = "{capacity: 5}"
    text = f"extends: one.yaml\nissuers: {{acme: {{support: {support}, backstop: null}}}}\n"
    acme = loaded(text).scenario.issuers["acme"]
    assert acme.support is not None
    assert (acme.support.capacity, acme.backstop) == (5, None)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("issuers.acme.costs.inflation=null", "null removes nothing: the scenario does not state "
         "it"),
        ("portfolio.acme.dtl=null", "null removes nothing: the scenario does not state it"),
        ("issuers.acme.support={capacity: 5, window: }", "issuers.acme.support.window: has no "
         "value (a number (funding climate, st. dev.) is expected), and there is none before it to "
         "delete"),
        ("issuers.acme.support={capacity: 5, windwo: }", "issuers.acme.support.windwo: unknown key "
         "'windwo' (did you mean 'window'?)"),
        ("gpus.h100={price: 2, resale: 21,000, operating_cost: 1}", "inside braces the comma of "
         "'21,000' ends the value; write 21000"),
    ],
)  # fmt: skip
def test_settings_are_held_to_the_same(setting: str, expected: str) -> None:
    assert mistakes(SMALL, setting) == [f"--set {setting}: {expected}"]
