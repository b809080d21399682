"""Near misses are told with what was meant, in the words of this program."""

import math
from collections.abc import Iterator

import pytest

from neocloud_mc.scenario.checks.meant import numbers
from tests.scenario.desk import SMALL, changed, loaded, mistakes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("21,000", 21_000), ("1,234,567.89", 1_234_567.89), ("1 000", 1000), ("1'000", 1000),
        ("1\u00a0000\u202f000", 1_000_000), ("21.000,00", 21_000), ("1.000.000", 1_000_000),
        ("1,5", 1.5), ("0,05", 0.05), ("0,500", 0.5), ("1,500", 1500), ("-1,5", -1.5),
        ("\u22125", -5), ("0x1f", 31), ("$150m", 150e6), ("380m", 380e6), ("60k", 60e3),
        ("$ 1.5bn", 1.5e9), ("USD 5 million", 5e6), ("-$5m", -5e6), ("25%", 0.25),
        ("8,5 %", 0.085), ("550bp", 0.055), ("SOFR+600", 0.06), ("SOFR + 6%", 0.06),
        ("S+600 bps", 0.06), ("1.2x", 1.2), ("2.30/h", 2.3), ("8% per year", 0.08),
        ("inf", math.inf), ("-Infinity", -math.inf),
    ],
)  # fmt: skip
def test_a_text_is_understood_as_its_author_would(text: str, value: float) -> None:
    assert next(numbers(text)) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize("text", ["", "abc", "1:30", "2026-12", "12 months", "1,2,3", "$", "%", "m",
                                  "9" * 100, "--5", "true", "null"])  # fmt: skip
def test_what_is_no_number_is_not_guessed_at(text: str) -> None:
    assert list(numbers(text)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("cash: 1.0e8\n", "cash: $150m\n", "did you mean 1.5e8?"),
        ("cash: 1.0e8\n", "cash: 380m\n", "did you mean 3.8e8?"),
        ("cash: 1.0e8\n", "cash: 1 000 000\n", "did you mean 1000000?"),
        ("cash: 1.0e8\n", "cash: 1'000'000\n", "did you mean 1000000?"),
        ("cash: 1.0e8\n", "cash: 1,5\n", "did you mean 1.5?"),
        ("cash: 1.0e8\n", 'cash: "5"\n', "did you mean 5?"),
        ("cash: 1.0e8\n", "cash: true\n", "a number (USD) is expected, found true"),
        ("cash: 1.0e8\n", "cash: 1:30\n", "a number (USD) is expected, found '1:30'"),
        ("unit_cost: 60_000", "unit_cost: 60k", "did you mean 60000?"),
        ("margin: 0.06", "margin: 550bp", "did you mean 0.055?"),
        ("margin: 0.06", "margin: SOFR+600", "did you mean 0.06?"),
        ("margin: 0.06", "margin: 600", "did you mean 0.06?"),
        ("coupon: 0.11", "coupon: SOFR+600", "did you mean margin: 0.06?"),
        ("coupon: 0.11", "coupon: 11%", "did you mean 0.11?"),
        ("max_ltv: 1.0", "max_ltv: 1.2x", "did you mean 1.2?"),
        ("count: 800", "count: 0x320", "did you mean 800?"),
        ("glut: 0.6", "glut: 90", "did you mean 0.9?"),
        ("months: 6, haircut", "months: '6', haircut", "did you mean 6?"),
        ("kind: delayed_draw", "kind: ddtl", "did you mean 'delayed_draw'?"),
        ("kind: revolver", "kind: RCF", "did you mean 'revolver'?"),
        ("kind: notes", "kind: bond", "did you mean 'notes' (with a coupon), or 'term'?"),
        ("start: shortage", "start: bust", "did you mean 'glut'?"),
    ],
)  # fmt: skip
def test_a_near_miss_is_told_with_what_was_meant(old: str, new: str, expected: str) -> None:
    (line,) = mistakes(changed(old, new))
    assert expected in line


VALUES = ["-1", "true", "[]", "{}", "{a: 1}", "x", "''", "1e400", ".nan", "-.inf", "2026-13",
          "2026-12", "1:30", "0x10", "9" * 400, "1.5", "100", "[1, 2]", "{1: 1}", "{a: }",
          "$1,5", "\u00e9", "1e-400", "null"]  # fmt: skip
FOREIGN = ("Value error", "Input should", "validation error", "Field required", "Extra inputs",
           "pydantic", "type=", "Traceback", "literal[", "function-", "[key]")  # fmt: skip


def _leaves(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, dict) and path:
        yield path
    for key, below in value.items() if isinstance(value, dict) else ():
        yield from _leaves(below, f"{path}.{key}".lstrip("."))
    if not isinstance(value, dict):
        yield path


@pytest.mark.parametrize("value", VALUES)
def test_no_mistake_at_any_key_is_told_in_the_words_of_a_library(value: str) -> None:
    paths = [path for path in _leaves(loaded(SMALL).resolved) if path.count(".") != 1]
    told = mistakes(SMALL, *(f"{path}={value}" for path in paths))
    told += [line for path in paths[::5] for line in mistakes(SMALL, f"{path}={value}")]
    assert len(told) > 10
    for line in told:
        assert not any(word in line for word in FOREIGN), line
