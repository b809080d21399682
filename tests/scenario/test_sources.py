"""Every figure has a source, an assumption, or is known to have neither."""

import time

import pytest

from neocloud_mc.scenario.sources import Entry, entries, reason, uncovered
from tests.scenario.desk import SMALL, changed, doubts, loaded


def entry(path: str, text: str = SMALL) -> Entry:
    return next(item for item in entries(loaded(text).resolved) if item.path == path)


def test_a_figure_has_value_unit_and_source() -> None:
    assert entry("issuers.acme.cash") == Entry(
        "issuers.acme.cash", 1e8, "USD", "source", "annual report"
    )


def test_an_entry_covers_all_below_it_and_the_longest_wins() -> None:
    assert entry("market.total_gpus").text == "a calm market"
    assert entry("market.risk_free").text.startswith("ten-year note")
    assert entry("issuers.acme.tranches.ddtl.refinance.months").kind == "source"


def test_ids_that_begin_alike_are_told_apart() -> None:
    text = changed("gpus.h100:", "gpus.h:").replace("h100", "h100_sxm")
    assert entry("gpus.h100_sxm.price", text).kind == "none"


def test_ranges_are_absolute_for_one_figure_and_relative_for_many() -> None:
    risk_free, price = entry("market.risk_free"), entry("gpus.h100.price")
    assert (risk_free.low, risk_free.high) == (0.03, 0.05)
    assert (price.low, price.high) == pytest.approx((1.76, 2.64))
    assert entry("market.total_gpus").low is None


def test_relative_ranges_stay_within_what_the_format_allows() -> None:
    advance, month = (entry(f"issuers.acme.fleet.new.{key}") for key in ("advance", "pay_month"))
    assert (advance.low, advance.high) == pytest.approx((0.4, 1.0))
    assert (month.low, month.high) == (2, 4)


def test_the_range_of_a_month_may_be_dates() -> None:
    path = "issuers.acme.fleet.new.pay_month"
    month = entry(
        path,
        changed(
            "market.risk_free:", f'{path}: "ordered; range 2025-07 to 2026-01"\n  market.risk_free:'
        ),
    )
    assert (month.low, month.high) == (1, 7)
    assert reason(month.text) == "ordered"


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("market.total_gpus", "2025-08 to 2026-01"),
        ("issuers.acme.fleet.new.pay_month", "2026-01 to 2025-08"),
    ],
)
def test_dates_that_are_no_range_of_months_cannot_be_read(path: str, given: str) -> None:
    text = changed("market.risk_free:", f'{path}: "a guess; range {given}"\n  market.risk_free:')
    assert entry(path, text).low is None
    assert any("the range at its end cannot be read" in line for line in loaded(text).warnings)


def test_the_range_of_a_fall_runs_from_low_to_high() -> None:
    text = changed('market: "a calm market"', 'market.price: "a guess; range -10% to +50%"')
    drift = entry("market.price.drift.glut", text)
    assert (drift.low, drift.high) == pytest.approx((-0.525, -0.315))


def test_figures_without_a_word_about_them_are_found() -> None:
    paths = {item.path for item in uncovered(loaded(SMALL).resolved)}
    assert "gpus.gb200.price" in paths
    assert "gpus.h100.price" not in paths
    assert not any(path.startswith(("horizon", "base_date", "name")) for path in paths)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("issuers.acme.cash:", "issuers.acme.csah:", "x.yaml:6:3: warning: "
         "sources.issuers.acme.csah: covers nothing in the scenario (did you mean 'cash'?)"),
        ("range 0.03 to 0.05", "range 0.05 to 0.06", "x.yaml:15:3: warning: market.risk_free: 0.04 "
         "is outside the range of its assumption, 0.05 to 0.06"),
        ("range 0.03 to 0.05", "range 0.03 - 0.05", "x.yaml:10:3: warning: "
         "assumptions.market.risk_free: the range at its end cannot be read: 'range LO to HI' or "
         "'range -20% to +20%' is expected"),
        ("range 0.03 to 0.05", "range 0.05 to 0.03", "x.yaml:10:3: warning: "
         "assumptions.market.risk_free: the range at its end cannot be read: 'range LO to HI' or "
         "'range -20% to +20%' is expected"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_right_is_doubted(old: str, new: str, expected: str) -> None:
    assert doubts(changed(old, new)) == [expected]


ZERO = "never moves: a share of 0 is 0"
ENDS = "never moves: both ends of the range are the figure"
ONE = ": give its low and high, 'range LO to HI'"
MANY = ", for each of 2 figures: give each an entry with its low and high, 'range LO to HI'"


def never_moving(path: str, value: str, given: str) -> list[str]:
    """Doubts about a range that never moves what it covers."""
    entered = f'{path}: "guess; range {given}"\n  market.risk_free:'
    text = changed("market.risk_free:", entered).replace('cash: "annual', 'min_cash: "annual')
    return [line for line in loaded(text, f"{path}={value}").warnings if "never moves" in line]


@pytest.mark.parametrize(
    ("path", "value", "given", "expected"),
    [
        ("issuers.acme.cash", "0", "-50% to +50%", ZERO + ONE),
        ("issuers.acme.growth_window", "-.inf", "-50% to +50%", ENDS + ONE),
        ("issuers.acme.growth_window", "-.inf", "-100% to 0%", ENDS + ONE),
        ("issuers.acme.fleet.new.pay_month", "3", "-10% to +10%", ENDS + ONE),
        ("issuers.acme.cash", "0", "-5 to 0", ENDS + ONE),
        ("issuers.acme.costs", "{fixed: 0, variable: 0}", "-9% to 9%", ZERO + MANY),
    ],
)
def test_a_range_that_moves_nothing_is_doubted(
    path: str, value: str, given: str, expected: str
) -> None:
    doubt = f"x.yaml:10:3: warning: assumptions.{path}: {expected}"
    assert never_moving(path, value, given) == [doubt]


@pytest.mark.parametrize("given", ["0 to 0", "0 to 5"])
def test_a_range_that_moves_or_is_meant_to_be_a_point_is_not_doubted(given: str) -> None:
    assert never_moving("issuers.acme.support.capacity", "0", given) == []


@pytest.mark.parametrize(
    "text",
    ["1__0 to 2", "-1e999 to 1e999", "-1e999% to 1e999%", ".inf to .inf", "1 to 2 to", "1 to 2%"],
)
def test_a_range_of_no_numbers_is_none(text: str) -> None:
    spoilt = changed("range 0.03 to 0.05", f"range {text}")
    assert entry("market.risk_free", spoilt).low is None
    assert any("the range at its end cannot be read" in line for line in doubts(spoilt))


@pytest.mark.parametrize(
    "text",
    [
        "range " + "1" * 10**6,
        "range 1" + " " * 10**6 + "x",
        "range 1 to 2" + " " * 10**6 + "x",
        "; range " * 10**5,
        "range 1_" * 10**5,
    ],
)
def test_a_long_assumption_takes_no_time(text: str) -> None:
    started = time.process_time()
    doubts(changed("range 0.03 to 0.05", text))
    assert time.process_time() - started < 1.0
