"""A tally counts what happened, and tallies add up."""

from dataclasses import fields, replace
from functools import reduce

import numpy as np
import pytest

from neocloud_mc.results.book import Outcome
from neocloud_mc.results.histogram import MOST_BINS, Histogram
from neocloud_mc.results.moments import Moments, Totals
from neocloud_mc.results.tally import Tally, merge, nothing, tally
from tests.results.samples import book, independent, part

BOOK = book(3)
OUTCOME = independent(BOOK, 1000)
HISTOGRAMS = ("losses", "losses_12m", "index")


def chunks(outcome: Outcome, size: int) -> list[Tally]:
    n = outcome.loss.shape[1]
    return [tally(BOOK, part(outcome, slice(k, k + size))) for k in range(0, n, size)]


def columns(found: Histogram | tuple[Histogram, ...]) -> list[list[float]]:
    each = (found,) if isinstance(found, Histogram) else found
    return [np.asarray(column).ravel().tolist() for one in each for column in vars(one).values()]


def assert_same(a: Tally, b: Tally) -> None:
    for field in fields(Tally):
        left, right = getattr(a, field.name), getattr(b, field.name)
        if isinstance(left, Totals):
            assert (left.total == right.total).all(), field.name
        elif isinstance(left, Moments):
            assert (left.total == right.total).all(), field.name
            assert (left.product == right.product).all(), field.name
        elif field.name in HISTOGRAMS:
            assert columns(left) == columns(right), field.name
        else:
            assert np.array_equal(left, right), field.name


def test_defaults_are_counted_by_issuer_cause_and_month() -> None:
    counted = tally(BOOK, OUTCOME).defaults
    for i in range(3):
        for cause in range(3):
            for month in (1, 12, 24):
                expected = (OUTCOME.default_month[i] == month) & (OUTCOME.cause[i] == cause + 1)
                assert counted[i, cause, month - 1] == expected.sum()
    assert counted.sum() == (OUTCOME.default_month > 0).sum()


def test_joint_defaults_are_counted_path_by_path() -> None:
    has_defaulted = OUTCOME.default_month > 0
    counted = tally(BOOK, OUTCOME)
    together = np.bincount(has_defaulted.sum(axis=0), minlength=4)
    assert counted.joint_defaults.tolist() == together.tolist()
    assert counted.pairs[0, 2] == (has_defaulted[0] & has_defaulted[2]).sum()
    assert counted.pairs[1, 1] == has_defaulted[1].sum()


def test_leads_are_counted_where_breach_and_default_both_happen() -> None:
    both = (OUTCOME.default_month[0] > 0) & (OUTCOME.first_breach[0] > 0)
    leads = (OUTCOME.default_month - OUTCOME.first_breach)[0, both].astype(int)
    assert tally(BOOK, OUTCOME).leads[0].tolist() == np.bincount(leads, minlength=25).tolist()


def test_chunks_add_up_to_the_whole() -> None:
    whole, merged = tally(BOOK, OUTCOME), reduce(merge, chunks(OUTCOME, 128))
    for field in fields(Tally):
        left, right = getattr(whole, field.name), getattr(merged, field.name)
        if isinstance(left, Totals):
            for row, column in np.ndindex(left.total.shape):
                sums = [x.mean(row, column, 1000) for x in (left, right)]
                assert sums[0] == pytest.approx(sums[1], rel=1e-13)
        elif isinstance(left, Moments):
            for row in range(left.total.shape[1]):
                assert left.mean(row) == pytest.approx(right.mean(row), rel=1e-13)
                error = pytest.approx(right.standard_error(row), rel=1e-11)
                assert left.standard_error(row) == error
        elif field.name in HISTOGRAMS:
            assert columns(left) == columns(right), field.name
        else:
            assert np.array_equal(left, right), field.name


def test_order_and_grouping_of_chunks_do_not_change_a_bit() -> None:
    parts = chunks(OUTCOME, 100)
    in_order = reduce(merge, parts)
    assert_same(in_order, reduce(merge, parts[::-1]))
    assert_same(in_order, merge(reduce(merge, parts[:4]), reduce(merge, parts[4:])))


def test_no_paths_change_nothing() -> None:
    chunk = tally(BOOK, OUTCOME)
    assert_same(chunk, merge(nothing(BOOK), chunk))


def test_vehicles_are_not_counted_among_those_who_default_together() -> None:
    issuers = [replace(BOOK.issuers[0]), replace(BOOK.issuers[1], parent="issuer_0")]
    of = replace(BOOK, issuers=(*issuers, BOOK.issuers[2]))
    has_defaulted = OUTCOME.default_month > 0
    counted = tally(of, OUTCOME)
    heads = has_defaulted[[0, 2]].sum(axis=0)
    assert counted.joint_defaults.tolist() == np.bincount(heads, minlength=3).tolist()
    assert counted.pairs[0, 1] == (has_defaulted[0] & has_defaulted[1]).sum()


def test_losses_of_the_first_year_are_those_of_its_defaults() -> None:
    found, discount = tally(BOOK, OUTCOME), np.exp(-0.04 * OUTCOME.default_month / 12)
    is_early = OUTCOME.default_month <= 12
    loss = OUTCOME.loss.reshape(3, 2, 1000)
    early = is_early[:, None] * loss
    assert found.tranche_losses_12m.tolist() == (early > 0.0).sum(axis=2).ravel().tolist()
    assert found.issuer_losses_12m.tolist() == (early.sum(axis=1) > 0.0).sum(axis=1).tolist()
    for i in range(3):
        present = discount[i] * early[i]
        assert found.issuer_loss_12m.mean(i) == pytest.approx(present.sum() / 1000)
        assert found.tranche_loss_12m.mean(2 * i) == pytest.approx(present[0].mean())
        assert found.loss_by_horizon.mean(2 * i, 0, 1000) == pytest.approx(present[0].mean())
        whole = (discount[i] * loss[i, 0]).mean()
        assert found.loss_by_horizon.mean(2 * i, 1, 1000) == pytest.approx(whole)
    assert found.losses_12m.mean() == pytest.approx(early.sum() / 1000)


def test_losses_and_recoveries_are_counted_apart_from_claims() -> None:
    loss = np.where(OUTCOME.claim > 0.0, np.arange(1000) % 3 * 5e8, 0.0)
    found = tally(BOOK, replace(OUTCOME, loss=loss))
    assert found.tranche_losses.tolist() == (loss > 0.0).sum(axis=1).tolist()
    kept = (OUTCOME.claim - loss > 0.0).sum(axis=1)
    assert found.tranche_recoveries.tolist() == kept.tolist()
    assert found.issuer_losses.tolist() == (loss[::2] + loss[1::2] > 0.0).sum(axis=1).tolist()


def test_the_size_is_bounded_whatever_the_paths() -> None:
    many = [tally(BOOK, independent(BOOK, 5000, seed=seed)) for seed in range(3)]
    found = reduce(merge, many)
    assert all(len(each.key) <= MOST_BINS for each in (found.losses, *found.index))


def test_strided_outcomes_are_read_as_well() -> None:
    rows = np.zeros((9, 1000))
    rows[1::3] = OUTCOME.default_month
    strided = Outcome(**{**vars(OUTCOME), "default_month": rows[1::3]})
    assert_same(tally(BOOK, OUTCOME), tally(BOOK, strided))


def test_a_market_without_issuers_is_counted() -> None:
    empty = book(0)
    assert tally(empty, independent(empty, 10)).joint_defaults.tolist() == [10]
