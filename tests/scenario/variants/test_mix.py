"""Mixtures of two scenarios: how what tells them apart is cut, and what is put together."""

import pytest

from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.variants.mix import Mixtures, mixtures
from tests.scenario.desk import SMALL, loaded

TRANCHE = "issuers.acme.tranches"
FIGURES = (
    "market.price.drift.glut=-0.5",
    "market.price.volatility.glut=0.5",
    "market.resale.months=9",
    "customers.startup.default_intensity=0.2",
    "issuers.acme.cash=5e7",
    "issuers.acme.contracts.lab.price=3.0",
    "issuers.acme.contracts.lab.count=300",
    f"{TRANCHE}.term.coupon=0.12",
)
PLANT = "{gpu: h100, count: 50, unit_cost: 30000, pay_month: 3, service_month: 4, financed_by: new}"
LOAN = "{kind: delayed_draw, principal: 0, commitment: 1e6, margin: 0.05, maturity: 36}"


def between(*settings: str, base: tuple[str, ...] = (), text: str = SMALL) -> Mixtures:
    return mixtures(loaded(SMALL, *base), loaded(text, *settings))


def keys(mixes: Mixtures) -> list[tuple[str, ...]]:
    return [part.keys for part in mixes.parts]


def test_a_few_figures_are_a_part_each() -> None:
    mixes = between(*FIGURES[:3])
    assert keys(mixes) == [(setting.partition("=")[0],) for setting in FIGURES[:3]]


def test_many_figures_are_parts_by_what_they_belong_to() -> None:
    names = [setting.partition("=")[0] for setting in FIGURES]
    assert keys(between(*FIGURES)) == [
        (names[0], names[1]),
        (names[2],),
        (names[3],),
        (names[4],),
        (names[6], names[5]),
        (names[7],),
    ]


def test_a_mixture_is_the_base_with_those_settings() -> None:
    mixes = between(*FIGURES[:3])
    for coalition in mixes.coalitions:
        settings = [FIGURES[i] for i in sorted(coalition)]
        assert mixes.scenario(coalition) == loaded(SMALL, *settings).scenario


def test_the_ends_are_the_scenarios_themselves() -> None:
    mixes = between(*FIGURES)
    assert mixes.scenario(frozenset()) is mixes.base.scenario
    assert mixes.scenario(frozenset(range(6))) is mixes.other.scenario


def test_a_key_is_added_or_taken_away() -> None:
    mixes = between("issuers.acme.support=null", "issuers.acme.delivery_delay_months=2")
    assert sorted(keys(mixes)) == [
        ("issuers.acme.delivery_delay_months",),
        ("issuers.acme.support",),
    ]
    support = next(i for i, part in enumerate(mixes.parts) if part.keys[0].endswith("support"))
    assert mixes.scenario(frozenset({support})).issuers["acme"].support is None
    assert mixes.scenario(frozenset({1 - support})).issuers["acme"].delivery_delay_months == 2.0


def test_what_makes_no_scenario_apart_goes_over_together() -> None:
    """A lot needs the loan that pays for it; the loan does not need the lot, nor the cash."""
    mixes = between(
        "issuers.acme.cash=5e7", f"issuers.acme.fleet.plant={PLANT}", f"{TRANCHE}.new={LOAN}"
    )
    assert keys(mixes) == [
        ("issuers.acme.cash",),
        ("issuers.acme.fleet.plant", f"{TRANCHE}.new"),
    ]


def test_figures_that_bound_each_other_go_over_together() -> None:
    lab = "issuers.acme.contracts.lab"
    mixes = between(f"{lab}.start_month=50", f"{lab}.end_month=60")
    assert keys(mixes) == [(f"{lab}.start_month", f"{lab}.end_month")]


def test_a_customer_that_only_one_knows_is_in_every_mixture() -> None:
    mixes = between(
        "customers.newcomer={default_intensity: 0.05}",
        "issuers.acme.contracts.lab.customer=newcomer",
        "issuers.acme.contracts.anchor.customer=newcomer",
    )
    assert [part.keys[0].split(".")[3] for part in mixes.parts] == ["anchor", "lab"]
    assert "newcomer" in mixes.scenario(frozenset({1})).customers


def test_names_sources_and_labels_tell_nothing_apart() -> None:
    text = SMALL.replace("name: small", "name: other\ndescription: else").replace(
        "label: Acme Cloud", "label: Acme"
    )
    text = text.replace('"annual report"', '"quarterly report"').replace("2025-06-30", "2025-09-30")
    with pytest.raises(UsageError, match="differ in no figure"):
        between(text=text)


def test_many_parts_are_run_at_the_ends_only() -> None:
    more = (*FIGURES, "market.funding.spread.base=0.05")
    mixes = between(*more)
    assert len(mixes.parts) == 7
    sizes = [len(c) for c in mixes.coalitions]
    assert sorted(sizes) == [0, *[1] * 7, *[6] * 7, 7] and len(set(mixes.coalitions)) == 16


@pytest.mark.parametrize(
    ("setting", "described"),
    [
        ("issuers.acme.cash=5e7", ("issuers.acme.cash", "1e8", "5e7")),
        ("market.regime.start=glut", ("market.regime.start", "shortage", "glut")),
        ("issuers.acme.growth_window=0.5", ("issuers.acme.growth_window", "-.inf", "0.5")),
        ("issuers.acme.support=null", ("issuers.acme.support", "given", "not stated")),
        ("issuers.acme.fleet.old.count=900", ("issuers.acme.fleet.old.count", "1000", "900")),
    ],
)
def test_a_part_is_described_by_its_figures(setting: str, described: tuple[str, ...]) -> None:
    mixes = between(setting)
    assert mixes.described(mixes.parts[0]) == described


def test_a_part_of_many_places_is_described_by_how_many_they_are() -> None:
    mixes = between(*FIGURES)
    assert mixes.described(mixes.parts[0]) == ("market.price", "", "2 changes")


def test_a_part_of_many_things_names_the_first_two() -> None:
    lots = [f"issuers.acme.fleet.{name}={PLANT}" for name in ("one", "two")]
    mixes = between(*lots, f"{TRANCHE}.new={LOAN}")
    described = mixes.described(mixes.parts[0])
    assert described == (
        "issuers.acme.fleet.one, issuers.acme.tranches.new and 1 more", "", "3 changes",
    )  # fmt: skip
