"""The dictionary of state says what rooms write and read, read off their sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from neocloud_mc.engine.layouts import LAYOUTS
from neocloud_mc.engine.records import table as records
from neocloud_mc.mechanisms.columns import COLUMNS

PACKAGE = Path(__file__).parents[2] / "neocloud_mc"
ENGINE = [PACKAGE / "engine" / f"{name}.py" for name in ("path", "estates", "history")]
TABLES = {
    **{name: name for name in COLUMNS},
    **{name.removesuffix("s"): name for name in COLUMNS},
    **dict.fromkeys(("head", "parent", "vehicle", "payer", "guarantor"), "issuers"),
    **dict.fromkeys(("price", "resale"), "powers"),
    "lender": "tranches",
}
"""Names under which steps know the records of each table."""
Use = tuple[str, str, str, bool]
"""Table, column, room, and whether it writes."""


def rooms() -> Iterator[tuple[str, Path]]:
    for file in sorted((PACKAGE / "mechanisms").glob("**/*.py")):
        room = file.relative_to(PACKAGE / "mechanisms").parts[0].removesuffix(".py")
        if room not in ("__init__", "columns"):
            yield room, file
    for file in ENGINE:
        yield "engine", file


def record_of(node: ast.expr) -> str | None:
    """The table of the record that an expression names, `issuer` or `issuers[n]`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return TABLES.get(node.id) if isinstance(node, ast.Name) else None


def targets(function: ast.AST) -> Iterator[ast.expr]:
    """Attributes that are assigned to, whole or lane by lane."""
    for node in ast.walk(function):
        found = node.targets if isinstance(node, ast.Assign) else []
        found = [node.target] if isinstance(node, ast.AugAssign) else found
        for target in found:
            yield target.value if isinstance(target, ast.Subscript) else target


def uses() -> set[Use]:
    """What every room does with the columns of records."""
    found = set()
    for room, file in rooms():
        tree = ast.parse(file.read_text())
        written = {id(target) for target in targets(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and (table := record_of(node.value)):
                found.add((table, node.attr, room, id(node) in written))
    return found


@pytest.fixture(name="found", scope="module")
def _found() -> set[Use]:
    return uses()


@pytest.mark.parametrize("table", COLUMNS)
def test_a_column_is_written_and_read_by_the_rooms_that_are_declared(
    table: str, found: set[Use]
) -> None:
    for column in COLUMNS[table]:
        key = (table, column.name)
        mine = {(room, writes) for where, name, room, writes in found if (where, name) == key}
        writers = {room for room, writes in mine if writes}
        readers = {room for room, _ in mine} - writers
        assert set(column.writers) - {"tables"} == writers, column.name
        assert set(column.readers) == readers, column.name
        assert writers or column.writers == ("tables",), column.name


def test_nothing_is_written_that_is_not_in_the_dictionary(found: set[Use]) -> None:
    known = {(table, column.name) for table, columns in COLUMNS.items() for column in columns}
    known.add(("market", "first_path"))
    assert {(table, name) for table, name, _, writes in found if writes} <= known


def test_nothing_is_read_that_no_table_has(found: set[Use]) -> None:
    for name, layout in LAYOUTS.items():
        columns = set(records(layout, [{}], 1).dtype.names)
        assert {column for where, column, _, _ in found if where == name} <= columns, name


def test_every_column_has_a_unit_and_a_meaning() -> None:
    for columns in COLUMNS.values():
        assert len({column.name for column in columns}) == len(columns)
        assert all(column.unit and column.meaning for column in columns)
