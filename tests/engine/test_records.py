"""Tables in memory: where lanes begin decides how fast the kernel runs, never what it computes."""

from dataclasses import fields

import pytest

from neocloud_mc.engine.records import Layout, copy, table
from neocloud_mc.engine.tables import Tables, tabulate
from neocloud_mc.jit import Table
from neocloud_mc.mechanisms.columns.column import lane, scalar
from neocloud_mc.scenario.load import load

LINE = 64
STATE = (
    *(lane(name, "USD", "of a GPU", "market", "") for name in ("price", "resale")),
    *(scalar(name, "month", "of a GPU", "market", "") for name in ("opening", "age")),
)
LAYOUT = Layout(None, STATE, ("gpu",), ("stream",))


@pytest.fixture(name="tables", scope="module")
def _tables() -> Tables:
    return tabulate(load("scenarios/2025-06/neoclouds.yaml").scenario, 1)


def places(records: Table) -> list[int]:
    """Addresses of every column of lanes, row by row."""
    lanes = [name for name in records.dtype.names if records.dtype[name].shape]
    return [row[name].ctypes.data for row in records for name in lanes]


def test_lanes_begin_on_cache_lines_also_in_a_copy(tables: Tables) -> None:
    for one in (tables, tables.copy(), tables.copy().copy()):
        for field in fields(one):
            if field.name != "calendar":
                assert not [place for place in places(getattr(one, field.name)) if place % LINE]


@pytest.mark.parametrize("lanes", [1, 3, 64])
def test_columns_hold_what_the_rows_say_whatever_the_lanes(lanes: int) -> None:
    stream = 2**56 - 1
    rows = [{"opening": 2.5, "age": -1.0, "gpu": -1, "stream": stream}, {"opening": 7.0}]
    records = table(LAYOUT, rows, lanes)
    records.price[:] = 3.0
    assert records.opening.tolist() == [2.5, 7.0] and records.age.tolist() == [-1.0, 0.0]
    assert records.gpu.tolist() == [-1, 0] and records.stream.tolist() == [stream, 0]
    assert records.price.shape == (2, lanes) and not records.resale.any()


def test_a_copy_shares_nothing() -> None:
    records = table(LAYOUT, [{"opening": 1.0}], 8)
    twin = copy(records)
    records.price[0, 5] = 4.0
    records[0].opening = 9.0
    assert twin[0].opening == 1.0 and not twin.price.any()


def test_no_row_is_no_table_to_refuse() -> None:
    assert len(copy(table(LAYOUT, [], 64))) == 0
