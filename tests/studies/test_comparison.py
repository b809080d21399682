"""Scenarios beside a base: pairing, switches, and what only one of them has."""

from dataclasses import replace

import numpy as np
import pytest

from neocloud_mc.results.book import Book, Outcome
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.histogram import Counts
from neocloud_mc.results.measures import headline, measures
from neocloud_mc.results.run import RunInfo
from neocloud_mc.results.tally import Tally, nothing, tally
from neocloud_mc.studies.comparison import (
    STATES,
    Comparison,
    Switches,
    compare,
    every,
    measured,
    reported,
    tabled,
)
from neocloud_mc.studies.paired import mark, path_change
from tests.results.samples import book, independent, part

PATHS = 3200
INFO = RunInfo("0.1.0", "here", "sha256:00", None, PATHS, 1, 24)
PD = "issuers.issuer_0.pd.24"


def worse(outcome: Outcome, share: float = 0.05, *, seed: int = 9) -> Outcome:
    """The same paths, but some that lived default in month 12 with the first cause."""
    hit = np.random.default_rng(seed).random(outcome.cause.shape) < share
    hit &= outcome.cause == 0
    of_tranche = np.repeat(hit, 2, axis=0)
    return replace(
        outcome,
        default_month=np.where(hit, 12.0, outcome.default_month),
        cause=np.where(hit, 1.0, outcome.cause),
        claim=np.where(of_tranche, 1e9, outcome.claim),
        loss=np.where(of_tranche, 5e8, outcome.loss),
    )


def batches(of: Book, outcome: Outcome) -> list[Tally]:
    return [tally(of, part(outcome, slice(a, a + 100))) for a in range(0, PATHS, 100)]


def switched(before: Outcome, after: Outcome, issuer: int = 0) -> Counts:
    table = np.zeros((len(STATES), len(STATES)), dtype=np.int64)
    cells = before.cause[issuer].astype(int), after.cause[issuer].astype(int)
    np.add.at(table, cells, 1)
    return table


def comparison(
    of: Book, before: Outcome, after: Outcome, other: Book | None = None, *, is_full: bool = False
) -> Comparison:
    here = other or of
    known = {issuer.id for issuer in of.issuers}
    switches = {
        issuer.id: switched(before, after, place)
        for place, issuer in enumerate(here.issuers)
        if issuer.id in known
    }
    sides = [
        measured(side, batches(side, outcome), None if is_full else tabled(side))
        for side, outcome in ((of, before), (here, after))
    ]
    marks = [mark(side, outcome, every(side)) for side, outcome in ((of, before), (here, after))]
    counted = {
        name: path_change([marks[0][name], marks[1][name]], (-1.0, 1.0), PATHS)
        for name in marks[0].keys() & marks[1].keys()
    }
    return compare(INFO, sides[0], sides[1], switches, counted, is_same=before is after)


def test_a_scenario_beside_itself_differs_nowhere() -> None:
    of = book(2)
    same = independent(of, PATHS)
    found = comparison(of, same, same, is_full=True)
    assert len(found.changes) == len(list(measures(estimate(of, nothing(of)))))
    for name, change in found.changes.items():
        assert change.before == change.after, name
        assert change.change is not None
        if change.change.value is not None:
            bounds = (change.change.low, change.change.value, change.change.high)
            assert bounds == (0.0, 0.0, 0.0) or change.change.low is None, name
    for switches in found.switches.values():
        assert switches.averted.value == switches.new.value == 0.0


def test_the_change_is_the_difference_of_the_values() -> None:
    of = book(2)
    before = independent(of, PATHS)
    for name, change in comparison(of, before, worse(before), is_full=True).changes.items():
        assert change.before is not None and change.after is not None and change.change is not None
        a, b = change.before.estimate.value, change.after.estimate.value
        if a is not None and b is not None:
            assert change.change.value == b - a, name


def test_the_paired_interval_is_much_narrower_than_the_unpaired_one() -> None:
    of = book(1)
    before = independent(of, PATHS)
    paired = comparison(of, before, worse(before, 0.01)).changes[PD].change
    apart = comparison(of, before, worse(independent(of, PATHS, seed=2), 0.01)).changes[PD].change
    widths = []
    for found in (paired, apart):
        assert found is not None and found.low is not None and found.high is not None
        widths.append(found.high - found.low)
    assert widths[0] < widths[1] / 3


def test_the_paired_interval_is_that_of_the_discordant_paths() -> None:
    """Their number is binomial: the variance of the change is (b + c − (b − c)²/n) / n²."""
    of = book(1)
    before = independent(of, PATHS)
    after = worse(before)
    found = comparison(of, before, after)
    change, counts = found.changes[PD].change, found.switches["issuer_0"].counts
    new, averted = int(counts[0, 1:].sum()), int(counts[1:, 0].sum())
    error = (new + averted - (new - averted) ** 2 / PATHS) ** 0.5 / PATHS
    assert change is not None and change.high is not None and change.value is not None
    assert (change.high - change.value) / (2.04 * error) == pytest.approx(1.0, abs=0.35)


def test_saved_and_new_paths_add_up_to_the_change() -> None:
    of = book(2)
    before, after = independent(of, PATHS), worse(independent(of, PATHS, seed=2))
    found = comparison(of, before, after)
    for issuer, switches in found.switches.items():
        change = found.changes[f"issuers.{issuer}.pd.24"].change
        averted, new = switches.averted.value, switches.new.value
        assert change is not None and averted is not None and new is not None
        assert new - averted == pytest.approx(change.value, abs=1e-15)
        assert switches.counts.sum() == PATHS


def test_a_change_of_cause_is_neither_saved_nor_new() -> None:
    counts = np.zeros((7, 7), dtype=np.int64)
    counts[1, 2], counts[0, 0], counts[3, 0], counts[0, 1] = 50, 40, 7, 3
    switches = Switches(counts)
    assert (switches.averted.value, switches.new.value) == (0.07, 0.03)


def test_a_renamed_tranche_is_only_in_one_of_them() -> None:
    of = book(1)
    junior = replace(of.tranches[1], id="mezzanine")
    other = replace(of, tranches=(of.tranches[0], junior))
    same = independent(of, PATHS)
    found = comparison(of, same, same, other).changes
    gone, come = (found[f"issuers.issuer_0.tranches.{t}.lgd"] for t in ("junior", "mezzanine"))
    assert gone.before is not None and gone.after is None and gone.change is None
    assert come.before is None and come.after is not None and come.change is None
    assert gone.place == gone.before and come.place == come.after
    assert found["issuers.issuer_0.tranches.senior.lgd"].change is not None


def test_an_issuer_that_only_one_has_does_not_switch() -> None:
    of, other = book(1), book(2)
    found = comparison(of, independent(of, PATHS), independent(other, PATHS), other)
    assert list(found.switches) == ["issuer_0"]
    assert found.changes["issuers.issuer_1.lgd"].before is None


def test_selections_name_numbers_that_there_are() -> None:
    of = book(2, months=30)
    every = {m.path for m in measures(estimate(of, nothing(of)))}
    assert set(headline(of)) < set(tabled(of)) < set(reported(of)) < every
    assert set(headline(of)) == {"issuers.issuer_0.pd.30", "issuers.issuer_1.pd.30"}
    pds = [n.rpartition(".")[2] for n in reported(of) if n.startswith("issuers.issuer_1.pd.")]
    assert pds == ["12", "24", "30"]
    assert "issuers.issuer_0.tranches.senior.pd" in reported(of)


def test_a_selection_takes_the_same_numbers() -> None:
    of = book(2)
    tallies = batches(of, independent(of, PATHS))
    every, some = measured(of, tallies), measured(of, tallies, tabled(of))
    assert set(some.numbers) == set(tabled(of))
    for name, number in some.numbers.items():
        assert number == every.numbers[name]
