"""Parquet holds the rows of the CSV, typed."""

import csv
import io
import math
import sys
from dataclasses import replace
from typing import Any

import pyarrow.parquet
import pytest

from neocloud_mc.errors import UsageError
from neocloud_mc.views.render.spreadsheet import parquet_library
from neocloud_mc.views.render.tidy import COLUMNS
from neocloud_mc.views.run import document
from tests.views import samples

NUMBERS = ("month", "value", "low", "high", "paths", "seed")
TEXTS = (
    *("scenario", "issuer", "tranche", "measure", "unit", "note", "label", "rating"),
    "rating_note",
)


def table(*results: Any) -> Any:
    return pyarrow.parquet.read_table(io.BytesIO(document(results).binary("parquet")))


def test_every_row_of_the_csv_is_there_in_full_precision() -> None:
    results = [samples.plain(), samples.hostile()]
    expected = list(csv.DictReader(io.StringIO(document(results).text("csv"))))
    found = table(*results)
    assert found.column_names == [*(column.name for column in COLUMNS), "rating_note"]
    assert found.num_rows == len(expected) > 100
    for row, wanted in zip(found.to_pylist(), expected, strict=True):
        for name in NUMBERS:
            assert (row[name] if row[name] is not None else math.nan) == pytest.approx(
                float(wanted[name] or "nan"), rel=0, abs=0, nan_ok=True
            )
        for name in TEXTS:
            assert (row[name] or "") == wanted[name]


def test_numbers_are_numbers_and_text_is_text() -> None:
    types = {field.name: str(field.type) for field in table(samples.plain()).schema}
    numbers = dict.fromkeys(("value", "low", "high"), "double")
    counts = dict.fromkeys(("month", "paths", "seed"), "uint64")
    names = (*(column.name for column in COLUMNS), "rating_note")
    assert types == dict.fromkeys(names, "string") | numbers | counts


def test_the_largest_seed_keeps_every_digit() -> None:
    result, seed = samples.plain(), 2**64 - 1
    rows = table(replace(result, info=replace(result.info, seed=seed))).to_pylist()
    assert {row["seed"] for row in rows} == {seed}


def test_what_is_undefined_is_null_and_says_why() -> None:
    rows = table(samples.eventless()).to_pylist()
    lgd = next(row for row in rows if row["measure"] == "lgd")
    assert (lgd["value"], lgd["note"]) == (None, "no default with a claim")
    assert (lgd["tranche"], lgd["month"]) == (None, None)


def test_a_column_without_a_value_keeps_its_type() -> None:
    notes = table(samples.plain()).schema.field("note")
    assert str(notes.type) == "string"


def test_the_same_results_give_the_same_bytes() -> None:
    result = samples.plain()
    assert document([result]).binary("parquet") == document([result]).binary("parquet")


def test_without_pyarrow_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError) as told:
        parquet_library()
    assert str(told.value) == "parquet needs pyarrow: pip install 'neocloud-mc[parquet]'"
    assert told.value.exit_code == 2
