"""A gate is decided by the whole interval, and every mistake is found before the run."""

import re

import pytest

from neocloud_mc.errors import UsageError
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.gates import Verdict, check, judge
from neocloud_mc.results.measures import find, measures, resolve
from neocloud_mc.results.tally import nothing, tally
from tests.results.samples import book, independent, quiet

BOOK = book(2)
ESTIMATES = estimate(BOOK, tally(BOOK, independent(BOOK, 2000)))


def verdict(expr: str) -> Verdict:
    return judge(check(BOOK, expr), ESTIMATES)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("issuer_0.pd.17", "issuers.issuer_0.pd.17"),
        ("issuer_0.senior.fair_spread", "issuers.issuer_0.tranches.senior.fair_spread"),
        ("issuers.issuer_0.tranches.junior.lgd", "issuers.issuer_0.tranches.junior.lgd"),
        ("issuer_1.breach.lead_months", "issuers.issuer_1.breach.lead_months"),
        ("issuer_1.causes.refinancing", "issuers.issuer_1.causes.refinancing"),
        ("joint.at_least.2", "joint.at_least.2"),
        (
            "joint.pairs.issuer_1.issuer_0.conditional",
            "joint.pairs.issuer_1.issuer_0.conditional",
        ),
        ("portfolio.var.99.9", "portfolio.var.99.9"),
        ("portfolio.mean", "portfolio.mean"),
        ("market.price_index.12.p05", "market.price_index.12.p05"),
        ("market.gpus.h100.resale.24.p95", "market.gpus.h100.resale.24.p95"),
    ],
)
def test_measures_are_found_by_full_and_short_names(short: str, full: str) -> None:
    assert resolve(BOOK, short) == full
    assert find(ESTIMATES, full).value is not None


def test_names_are_known_before_the_run_and_unique() -> None:
    before = [m.path for m in measures(estimate(BOOK, nothing(BOOK)))]
    assert before == [m.path for m in measures(ESTIMATES)]
    assert len(before) == len(set(before))


@pytest.mark.parametrize(
    ("expr", "status"),
    [
        ("issuer_0.pd.24 > 0.2", "breached"),
        ("issuer_0.pd.24>=0.2", "breached"),
        ("issuer_0.pd.24 > 0.4", "passed"),
        ("issuer_0.pd.24 < 0.4", "breached"),
        ("issuer_0.pd.24 <= 0.2", "passed"),
        ("portfolio.es.95 > 1e9", "breached"),
        ("portfolio.es.95 > +5_0e9", "passed"),
    ],
)
def test_a_gate_needs_the_whole_interval(expr: str, status: str) -> None:
    assert verdict(expr).status == status


def test_an_interval_that_straddles_the_limit_decides_nothing() -> None:
    found = verdict("issuer_0.pd.24 > 0.3")
    assert found.status == "inconclusive"
    assert (found.low or 1.0) < 0.3 < (found.high or 0.0)


def test_the_message_tells_how_many_paths_would_decide() -> None:
    value = find(ESTIMATES, "issuers.issuer_0.pd.24")
    assert value.value is not None
    assert value.high is not None
    limit = value.value + (value.high - value.value) / 3
    assert "about 18,000 paths" in verdict(f"issuer_0.pd.24 > {limit!r}").message


def test_a_limit_that_equals_the_estimate_promises_nothing() -> None:
    value = find(ESTIMATES, "issuers.issuer_0.pd.24").value
    found = verdict(f"issuer_0.pd.24 > {value!r}")
    assert found.status == "inconclusive"
    assert "more paths may not decide" in found.message


def test_a_number_without_an_interval_is_inconclusive() -> None:
    none = estimate(BOOK, tally(BOOK, quiet(BOOK, 100)))
    found = judge(check(BOOK, "issuer_0.lgd > 0.5"), none)
    assert (found.status, found.value) == ("inconclusive", None)
    assert "no default" in found.message


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        ("issuer_0.pd.36 > 0.1", "it has 24 months (did you mean issuer_0.pd.24?)"),
        ("issuer_0.pd > 0.1", "did you mean issuer_0.pd.24?"),
        ("issuers.issuer_0.pd > 0.1", "did you mean issuers.issuer_0.pd.24?"),
        ("portfolio.es.90 > 1", "there are 95, 99, 99.9 (did you mean portfolio.es.99.9?)"),
        ("joint.at_least.7 > 0.1", "there are 1, 2 (did you mean joint.at_least.2?)"),
        ("market.price_index.18.p50 > 1", "did you mean market.price_index.24.p50?"),
        ("issuer_9.lgd > 0.1", "did you mean issuer_"),
        ("portfolio.va.99 > 0.1", "did you mean portfolio.var.99?"),
        ("issuer_0.debt > 0.1", "issuer_0.debt is not something that this run reports"),
        ("issuer_0.pd.24", "write it like"),
        ("issuer_0.pd.24 == 1", "write it like"),
        ("issuer_0.pd.24 > much", "'much' is not a number"),
        ("issuer_0.pd.24 > nan", "'nan' is not a number"),
        ("", "write it like"),
    ],
)
def test_mistakes_are_found_before_the_run(expr: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        check(BOOK, expr)
