"""A wrong scenario is told with file, line, column and remedy, all mistakes at once."""

from pathlib import Path

import pytest

from tests.scenario.desk import SMALL, changed, doubts, mistakes, place_of, write

VALUES = [
    ("coupon: 0.11", "coupon: 12", "coupon",
     "issuers.acme.tranches.term.coupon: 12 is outside 0 to 1 per year (did you mean "
     "0.12?)"),
    ("coupon: 0.11", "copuon: 0.11", "copuon",
     "issuers.acme.tranches.term.copuon: unknown key 'copuon' (did you mean "
     "'coupon'?)"),
    ("    cash: 1.0e8\n", "", "acme:",
     "issuers.acme.cash: is missing (a number (USD) is expected)"),
    ("cash: 1.0e8\n", "cash: 1,000\n", "cash: 1,000",
     "issuers.acme.cash: a number (USD) is expected, found '1,000' (did you mean "
     "1000?)"),
    ("cash: 1.0e8\n", "cash: -5\n", "cash: -5",
     "issuers.acme.cash: -5 is outside 0 to 1e15 USD"),
    ("cash: 1.0e8\n", "cash: .inf\n", "cash: .inf",
     "issuers.acme.cash: .inf is outside 0 to 1e15 USD"),
    ("cash: 1.0e8\n", "cash: [1]\n", "cash: [1",
     "issuers.acme.cash: a number (USD) is expected, found a list"),
    ("cash: 1.0e8\n", "cash: .nan\n", "cash: .nan",
     "issuers.acme.cash: a number (USD) is expected, found '.nan'"),
    ("advance: 0.8", "advance: 80%", "advance",
     "issuers.acme.fleet.new.advance: a number is expected, found '80%' (did you mean "
     "0.8?)"),
    ("months: 6, haircut", "months: 6.0, haircut", "months: 6.0",
     "market.resale.months: a whole number is expected, written without point or "
     "exponent: 6"),
    ("months: 6, haircut", "months: 6.5, haircut", "months: 6.5",
     "market.resale.months: 6.5 is not a whole number (1 to 2400 months)"),
    ("haircut: {base: 0.25}", "haircut: {base: 0}", "base: 0}}",
     "market.resale.haircut.base: 0 is outside 0 (excluded) to 1 (excluded)"),
    ("start: shortage", "start: shortag", "start:",
     "market.regime.start: 'shortag' is not shortage or glut (did you mean "
     "'shortage'?)"),
    ("kind: delayed_draw", "kind: delay", "kind: delay",
     "issuers.acme.tranches.ddtl.kind: 'delay' is not term, delayed_draw, revolver or "
     "notes (known: term, delayed_draw, revolver, notes)"),
    ("amortization: linear", "amortization: lineal", "amortization: lineal",
     "issuers.acme.tranches.ddtl.amortization: 'lineal' is not bullet, linear, "
     "annuity or a mapping (did you mean 'linear'?)"),
    ("{6: 1.0e6,", "{0: 1.0e6,", "0: 1.0e6",
     "issuers.acme.tranches.term.amortization.0: 0 is outside 1 to 2400 months"),
    ("{6: 1.0e6,", "{six: 1.0e6,", "six",
     "issuers.acme.tranches.term.amortization.six: the key 'six' is not a whole number "
     "(1 to 2400 months)"),
    ("portfolio: {", "portfolio: [", "}\nissuers",
     "not valid YAML: a ',' or a closing bracket is missing before this"),
    ("base_date: 2025-06-30", "base_date: 2025-06-31", "base_date",
     "base_date: a date such as 2025-06-30 is expected, found '2025-06-31'"),
    ("label: Acme Cloud", "label: 7", "label",
     "issuers.acme.label: text is expected, found 7 (quote it)"),
    ("horizon_months: 36", "horizon_months: 0", "horizon_months",
     "horizon_months: 0 is outside 1 to 240 months"),
    ("  h100: {price", "  1h100: {price", "1h100",
     "gpus.1h100: '1h100' is not an id: a letter, then letters, digits, _ or -, at most "
     "80"),
    ("horizon_months: 36", "7: 36", "7:",
     "7: unknown key '7'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "expected"), VALUES)
def test_a_wrong_value_is_told_where_it_stands_with_what_is_allowed(
    old: str, new: str, at: str, expected: str
) -> None:
    text = changed(old, new)
    assert f"{place_of(at, text)}: {expected}" in mistakes(text)


RULES = [
    ("gpu: h100, count: 1000", "gpu: h10, count: 1000", "gpu: h10,",
     "issuers.acme.fleet.old.gpu: there is no 'h10' in gpus (did you mean 'h100'?)"),
    ("customer: startup", "customer: start", "customer: start,",
     "issuers.acme.contracts.lab.customer: there is no 'start' in customers (did you "
     "mean 'startup'?)"),
    ("end_month: 30, pool: hopper", "end_month: 30, pool: hoper", "pool: hoper",
     "issuers.acme.contracts.anchor.pool: there is no 'hoper' in the pools that the "
     "issuer's lots and tranches name (did you mean 'hopper'?)"),
    ("financed_by: ddtl", "financed_by: ddtl_2", "financed_by",
     "issuers.acme.fleet.new.financed_by: there is no 'ddtl_2' in the issuer's "
     "tranches (did you mean 'ddtl'?)"),
    ("financed_by: ddtl", "financed_by: term", "financed_by",
     "issuers.acme.fleet.new.financed_by: 'term' is of kind term; a delayed_draw is "
     "needed"),
    ("{acme.ddtl: 0.05", "{acme.dtl: 0.05", "acme.dtl",
     "portfolio.acme.dtl: there is no 'acme.dtl' in the tranches of the issuers (did "
     "you mean 'acme.ddtl'?)"),
    ("backstop: {gpu: h100", "backstop: {gpu: b300", "gpu: b300",
     "issuers.acme.backstop.gpu: there is no 'b300' in gpus (did you mean 'gb200'?)"),
    ("coupon: 0.11, ", "", "term:",
     "issuers.acme.tranches.term.coupon: one of coupon and margin is missing"),
    ("coupon: 0.11, ", "coupon: 0.11, margin: 0.1, ", "margin: 0.1",
     "issuers.acme.tranches.term.margin: coupon and margin exclude each other; keep "
     "one"),
    (", maturity: 30}", "}", "rcf",
     "issuers.acme.tranches.rcf.maturity: is missing (month of the last payment)"),
    ("months: 60, max", "max", "shelf: {kind",
     "issuers.acme.tranches.shelf.months: is missing (the mean term of the notes)"),
    ("months: 60, max", "months: 60, pool: hopper, max", "pool: hopper, max",
     "issuers.acme.tranches.shelf.pool: notes have no pool"),
    ("months: 60, max", "months: 60, margin: 0.1, max", "margin: 0.1",
     "issuers.acme.tranches.shelf.margin: notes have no margin; give a coupon or "
     "nothing"),
    (", maturity: 30}", ", maturity: 30, window: -1.5}", "window: -1.5",
     "issuers.acme.tranches.rcf.window: only notes have window; this is a revolver "
     "(did you mean refinance.window?)"),
    ("pay_month: 3", "pay_month: 7", "pay_month",
     "issuers.acme.fleet.new.pay_month: 7 (January 2026) is not before service_month 6 "
     "(December 2025)"),
    ("unit_cost: 60_000, ", "", "new:",
     "issuers.acme.fleet.new.unit_cost: is missing: the lot is paid for in month 3 "
     "(September 2025)"),
    ("start_month: 6, end_month: 42", "start_month: 42, end_month: 42", "end_month: 42",
     "issuers.acme.contracts.lab.end_month: 42 (December 2028) is not after "
     "start_month 42 (December 2028)"),
    ("maturity: 24, ", "maturity: 24, interest_only_until: 3, ", "interest_only_until",
     "issuers.acme.tranches.term.interest_only_until: does not go with an "
     "amortization map; leave the months out of the map"),
    ("maturity: 24, ", "maturity: 11, ", "12:",
     "issuers.acme.tranches.term.amortization.12: month 12 (June 2026) is "
     "after maturity 11 (May 2026)"),
    ("coupon: 0.11, ", "coupon: 0.11, commitment: 1, ", "commitment: 1,",
     "issuers.acme.tranches.term.commitment: a term loan has no commitment; kinds "
     "with one: delayed_draw, revolver, notes"),
    ("regime:\n    start", "path: {regime: {37: glut}}\n  regime:\n    start", "37:",
     "market.path.regime.37: month 37 (July 2028) is after the horizon, 36 months"),
    ("refinance: {months: 48,", "refinance: {months: 48, ahead: 48,", "ahead",
     "issuers.acme.tranches.ddtl.refinance.ahead: 48 is not less than months 48, the term of the "
     "new loan"),
    ("advance: 0.8,", "advance: 0.8, for_contract: labb,", "for_contract",
     "issuers.acme.fleet.new.for_contract: there is no 'labb' in the issuer's contracts (did you "
     "mean 'lab'?)"),
    ("advance: 0.8,", "advance: 0.8, for_contract: anchor,", "for_contract",
     "issuers.acme.fleet.new.for_contract: 'anchor' is for h100, the lot is gb200"),
    ("service_month: 6,\n", "service_month: 42, for_contract: lab,\n", "for_contract",
     "issuers.acme.fleet.new.for_contract: 'lab' ends in month 42 (December 2028), the lot's "
     "service_month is 42 (December 2028)"),
    ("lenders: {}", "lenders: {}\n    vehicle: {guarantee: true}", "vehicle",
     "issuers.acme.vehicle: goes with a parent only; say whose vehicle it is, in parent"),
    ("  acme:\n", "  spv: {cash: 0, parent: acm}\n  acme:\n", "parent",
     "issuers.spv.parent: there is no 'acm' in the other issuers (did you mean 'acme'?)"),
    ("  acme:\n", "  spv: {cash: 0, parent: spv}\n  acme:\n", "parent",
     "issuers.spv.parent: there is no 'spv' in the other issuers (known: acme)"),
    ("  acme:\n",
     "  spv: {cash: 0, parent: acme}\n  sub: {cash: 0, parent: spv }\n  acme:\n", "parent: spv ",
     "issuers.sub.parent: 'spv' is a vehicle itself, of 'acme'; name its parent"),
    ("  acme:\n",
     "  spv: {cash: 0, parent: acme, support: {capacity: 1}}\n  acme:\n", "support: {capacity: 1}",
     "issuers.spv.support: a vehicle has no support; its parent has, or a guarantee "
     "(vehicle.guarantee)"),
    ("  acme:\n",
     "  spv: {cash: 0, parent: acme, tranches: {n: {kind: notes, months: 9, commitment: 1}}}\n"
     "  acme:\n", "kind: notes, months: 9",
     "issuers.spv.tranches.n.kind: a vehicle has no notes; its parent sells them"),
    ("  acme:\n",
     "  spv: {cash: 0, parent: acme, vehicle: {guarantee_until: 2.5}}\n  acme:\n",
     "guarantee_until",
     "issuers.spv.vehicle.guarantee_until: 2.5 is not a whole month (or .inf: it never ends)"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "expected"), RULES)
def test_a_contradiction_is_told_in_one_line(old: str, new: str, at: str, expected: str) -> None:
    text = changed(old, new)
    assert mistakes(text) == [f"{place_of(at, text)}: {expected}"]


def test_the_good_scenario_is_good() -> None:
    assert mistakes(SMALL) == []


def test_all_kinds_of_mistakes_are_told_together_in_the_order_of_the_file() -> None:
    text = changed("risk_free: 0.04", "risk_free: 4")
    text = text.replace("customer: startup", "customer: start")
    text = text.replace("coupon: 0.11", "copuon: 0.11")
    assert [line.split(": ")[1] for line in mistakes(text)] == [
        "market.risk_free",
        "issuers.acme.contracts.lab.customer",
        "issuers.acme.tranches.term.copuon",
    ]


def test_one_misspelt_key_is_one_mistake_even_where_the_right_one_is_required() -> None:
    assert len(mistakes(changed("    cash: 1.0e8", "    csah: 1.0e8"))) == 1


def test_mistakes_of_several_files_are_told_together() -> None:
    text = "extends: [none.yaml, broken.yaml]\nissuers: {a: {cash: x, labl: y}}\n"
    write(Path(), broken="market: [")
    told = mistakes(text)
    assert [line.split(": ")[0] for line in told] == [
        "x.yaml:1:11", "x.yaml:2:15", "x.yaml:2:24", "broken.yaml:2:1"]  # fmt: skip


def test_hundreds_of_mistakes_do_not_drown_the_reader() -> None:
    told = mistakes("".join(f"k{number}: 1\n" for number in range(500)))
    assert len(told) == 201
    assert told[-1] == "and at least 301 further mistakes"


def test_names_that_would_break_every_table_are_refused() -> None:
    long = "x" * 201
    told = mistakes(SMALL, f"name={long}", f"issuers.acme.label={long}")
    assert [line.partition(f"{long}: ")[2] for line in told] == [
        "longer than 200 characters",
        "longer than 200 characters",
    ]


def test_a_mistake_is_one_line_whatever_a_key_holds() -> None:
    told = mistakes('"a\\nb\\e[31m\\u2028\\x85": 1\nmarket: {}\n')
    assert told[0].startswith("x.yaml:1:1: a\\nb\\x1b[31m\\u2028\\x85: unknown key")
    assert all(line.isprintable() for line in told)


def test_a_long_key_is_not_repeated_in_full() -> None:
    assert max(map(len, mistakes(f"? {'k' * 10_000}\n: 1\n"))) < 200


def test_doubts_are_told_up_to_a_number() -> None:
    sources = "".join(f"  gpus.k{number}: x\n" for number in range(300))
    assert len(doubts(changed("sources:\n", f"sources:\n{sources}"))) == 201
    assert doubts(changed("sources:\n", f"sources:\n{sources}"))[-1].endswith("further doubts")


@pytest.mark.parametrize("level", ["-.inf", ".inf", "-1", "0.5"])
def test_a_window_may_be_always_open_or_never(level: str) -> None:
    assert mistakes(changed("growth_window: -.inf", f"growth_window: {level}")) == []
