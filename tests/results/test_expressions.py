"""`NAME op NUMBER` is read alike by gates, targets, target errors and rare events, with units."""

from collections.abc import Callable

import pytest

from neocloud_mc.errors import UsageError
from neocloud_mc.results.gates import check
from neocloud_mc.studies.breakeven.answer import read_target
from neocloud_mc.studies.importance_sampling.rare_event import find_event
from neocloud_mc.studies.target_error import check as target_error
from tests.results.samples import book

BOOK = book(2)
PD, SPREAD, LOSS = "issuer_0.pd.24", "issuer_0.senior.fair_spread", "issuer_0.expected_loss"

READERS: dict[str, Callable[[str], float | None]] = {
    "gate": lambda number: check(BOOK, f"{LOSS} > {number}").limit,
    "target": lambda number: read_target(BOOK, f"{LOSS}={number}").value,
    "target error": lambda number: target_error(BOOK, f"{LOSS} = {number}").error,
    "rare event": lambda number: find_event(BOOK, f"issuer_0.loss > {number}").beyond,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("1e-3", 1e-3), ("1_000", 1e3), ("+5_0e9", 50e9), (".5", 0.5), ("2.", 2.0)),
        *(("$1.5bn", 1.5e9), ("$ 2m", 2e6), ("60k", 6e4), ("1.5 bn", 1.5e9), ("1e3m", 1e9)),
    ],
)
def test_every_reader_takes_the_same_numbers(reader: str, text: str, number: float) -> None:
    assert READERS[reader](text) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((text, "is not a number such as") for text in ("1e", ".", "1__0", "nan", "inf", "1 000")),
        *((text, "is not a number such as") for text in ("400bps", "0x10", "1_", "$", "bn", "5mm")),
        ("1e999", "is not a finite number"),
        ("1,5", "did you mean 1.5?"),
        ("0,005", "did you mean 0.005?"),
        ("21,000", "did you mean 21_000?"),
        ("1,500,000", "did you mean 1_500_000?"),
        ("-3e6", "never below 0"),
        ("5%", "% does not fit"),
        ("400bp", "bp does not fit"),
    ],
)
def test_what_is_no_number_or_no_amount_is_one_line(reader: str, text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        READERS[reader](text)
    assert said in str(caught.value)
    assert len(caught.value.lines) == 1


@pytest.mark.parametrize(
    ("expr", "limit"),
    [
        (f"{PD} > 25%", 0.25),
        (f"{PD}>=0.5 %", 0.005),
        (f"{SPREAD} > 400bp", 0.04),
        (f"{SPREAD} > 4%", 0.04),
        (f"{SPREAD} > 15_000bp", 1.5),
        ("issuer_1.breach.lead_months < 12", 12.0),
        ("market.gpus.h100.resale.24.p50 < $15k", 15e3),
        ("market.price_index.24.p50 < 0.4", 0.4),
        ("joint.at_least.2 >= 10%", 0.1),
        ("issuer_0.expected_loss_rate > 50bp", 0.005),
    ],
)
def test_a_limit_may_have_a_unit_that_fits_the_measure(expr: str, limit: float) -> None:
    assert check(BOOK, expr).limit == pytest.approx(limit, rel=1e-15)


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        (f"{PD} > 50", "between 0 and 1 (did you mean 0.5 or 50%?)"),
        (f"{PD} > 150%", "between 0 and 1"),
        (f"{PD} > -0.1", "never below 0"),
        (f"{PD} > $5", "$ does not fit"),
        (f"{PD} > 50bp", "bp does not fit"),
        (f"{PD} > 5k", "k does not fit"),
        (f"{PD} > 1", "did you mean 0.01 or 1%?"),
        (f"{PD} < 0", "never holds"),
        ("issuer_0.lgd > 60", "did you mean 0.6 or 60%?"),
        ("issuer_0.causes.liquidity > 7", "did you mean 0.07 or 7%?"),
        ("issuer_0.breach.pd > 7", "did you mean 0.07 or 7%?"),
        ("joint.at_least.2 > 20", "did you mean 0.2 or 20%?"),
        ("joint.pairs.issuer_0.issuer_1.joint > 20", "did you mean 0.2 or 20%?"),
        (f"{SPREAD} > 400", "did you mean 0.04 or 400bp?"),
        (f"{SPREAD} > 4", "did you mean 0.04 or 4%?"),
        (f"{SPREAD} > $4", "$ does not fit"),
        ("issuer_1.breach.lead_months > 240", "the run has 24 months"),
        ("market.price_index.24.p50 < $1", "$ does not fit"),
        ("portfolio.es.99 < 0", "never holds"),
        ("portfolio.es.99 > 1,5bn", "is not a number"),
    ],
)
def test_a_limit_that_the_measure_cannot_be_is_refused_with_its_remedy(
    expr: str, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        check(BOOK, expr)
    assert str(caught.value).startswith(f"--fail-if {expr!r}: ")
    assert said in str(caught.value)


def test_a_target_and_an_error_are_held_to_what_the_measure_can_be() -> None:
    with pytest.raises(UsageError, match=r"0\.5 or 50%"):
        read_target(BOOK, f"{PD}=50")
    with pytest.raises(UsageError, match=r"0\.05 or 5%"):
        target_error(BOOK, f"{PD}=5")
    assert read_target(BOOK, f"{PD} = 50%").value == 0.5
    assert target_error(BOOK, f"{PD} = 0.05%").error == pytest.approx(5e-4)


@pytest.mark.parametrize("text", ["issuer_0.loss < 5", "issuer_0.loss = 5", "issuer_0.lgd > 0.5"])
def test_a_rare_event_exceeds_a_loss(text: str) -> None:
    with pytest.raises(UsageError, match=r"acme\.senior\.loss > 2e8"):
        find_event(BOOK, text)
