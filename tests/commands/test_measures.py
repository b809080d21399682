"""`measures`: every name that a study accepts, with unit and meaning, in every format."""

import csv
import io
import json
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import UsageError
from neocloud_mc.results.measures import resolve
from neocloud_mc.scenario.load import load
from neocloud_mc.studies.catalogue import EVERY_STUDY, catalogue
from neocloud_mc.studies.importance_sampling import rare_event
from neocloud_mc.views.catalogue import document

EVERY = "tests/golden/every_mechanism/scenario.yaml"
BOOK = open_book(load(Path(EVERY)).scenario)
ENTRIES = catalogue(BOOK)
Capture = pytest.CaptureFixture[str]


def listed(capsys: Capture, *arguments: str) -> str:
    assert main(["measures", EVERY, "-q", *arguments]) == 0
    return capsys.readouterr().out


def test_every_name_is_accepted_where_it_is_said_to_be() -> None:
    for entry in ENTRIES:
        assert entry.unit and entry.meaning
        if entry.accepted_by == ("--tail",):
            assert rare_event.find_event(BOOK, f"{entry.name} > 1").beyond == 1.0


@pytest.mark.parametrize("month", ["1", "7"])
def test_names_are_those_that_gates_know(month: str) -> None:
    some = [entry for entry in ENTRIES if entry.level in {"", month}]
    for entry in some[:: max(1, len(some) // 12)]:
        if EVERY_STUDY[0] in entry.accepted_by:
            assert resolve(BOOK, entry.name) == resolve(BOOK, entry.path) == entry.path


def test_what_is_not_marked_for_rare_events_is_refused_by_them() -> None:
    name = next(entry.name for entry in ENTRIES if entry.name.endswith(".fair_spread"))
    assert "--tail" not in next(e.accepted_by for e in ENTRIES if e.name == name)
    with pytest.raises(UsageError, match="no rare event"):
        rare_event.find_event(BOOK, name)


def test_a_table_folds_names_that_differ_in_a_number_alone(capsys: Capture) -> None:
    lines = listed(capsys).splitlines()
    assert lines[0].split() == ["measure", "tail", "unit", "meaning"]
    folded = [line for line in lines if ".pd.N " in line]
    assert folded and all("N: 1 to " in line for line in folded)
    assert not any(".pd.1 " in line for line in lines)


def test_a_number_in_the_meaning_is_folded_only_where_it_is_the_level() -> None:
    five = [entry for entry in catalogue(BOOK, "market.price_index.*.p05") if entry.level]
    assert "5% quantile of the price index of compute in month N; N:" in document(
        "", 60, five
    ).text("table")


def test_a_pattern_is_a_part_of_a_name_or_has_stars(capsys: Capture) -> None:
    holding = json.loads(listed(capsys, "es.99", "--format", "json"))["measures"]
    assert [one["name"] for one in holding] == [
        *("portfolio.es.99", "portfolio.es.99.9"),
        *("portfolio.by_month_12.es.99", "portfolio.by_month_12.es.99.9"),
    ]
    fitting = json.loads(listed(capsys, "*.es.99", "--format", "json"))["measures"]
    assert [one["path"] for one in fitting] == ["portfolio.es.99", "portfolio.by_month_12.es.99"]


def test_csv_holds_every_name_once(capsys: Capture) -> None:
    rows = list(csv.DictReader(io.StringIO(listed(capsys, "--format", "csv"))))
    names = [row["name"] for row in rows]
    assert len(names) == len(set(names)) == len(ENTRIES)
    assert rows[0]["accepted_by"].split()[:4] == list(EVERY_STUDY)


def test_a_pattern_without_a_name_is_one_line(capsys: Capture) -> None:
    assert main(["measures", EVERY, "nothing.like.it", "-q"]) == 2
    found = capsys.readouterr()
    assert found.out == "" and found.err.count("\n") == 1
    assert "no name holds 'nothing.like.it'" in found.err
