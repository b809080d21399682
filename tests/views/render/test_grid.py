"""A table that is too wide is broken into parts that lose nothing."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from neocloud_mc.views.render.grid import GAP, Grid, Words, fit
from neocloud_mc.views.render.terminal import show_grid

GRID = Grid(
    "title",
    ("name", *(f"column {k}" for k in range(7))),
    (("first row", *(f"{k} ±0.1" for k in range(7))),),
    ("note",),
)


def width(grid: Grid) -> int:
    return sum(grid.widths) + GAP * (len(grid.widths) - 1)


def test_a_table_that_fits_is_left_alone() -> None:
    assert list(fit(GRID, width(GRID))) == [GRID]


def test_parts_fit_and_hold_every_column_once_and_the_labels_always() -> None:
    for room in range(20, width(GRID)):
        parts = list(fit(GRID, room))
        assert len(parts) > 1
        assert all(width(part) <= room for part in parts)
        assert all(part.rows[0][0] == "first row" for part in parts)
        assert tuple(c for part in parts for c in part.header[1:]) == GRID.header[1:]


def test_parts_are_of_like_width() -> None:
    first, second = fit(GRID, width(GRID) - 1)
    assert (len(first.header), len(second.header)) in {(5, 4), (4, 5)}


def test_the_notes_go_with_the_last_part() -> None:
    *others, last = fit(GRID, 30)
    assert last.notes == ("note",)
    assert all(part.notes == () for part in others)
    assert last.title == "title (further columns)"


def test_no_width_is_too_small() -> None:
    assert len(list(fit(GRID, 1))) == 7


SPARE = replace(GRID, spare=(7, 2))
ONE = GAP + len("column 0")


def test_columns_that_can_be_spared_go_first_and_are_named() -> None:
    (found,) = fit(SPARE, width(GRID) - 1)
    assert found.header == ("name", *(f"column {k}" for k in range(6)))
    assert found.notes == ("note", "No room here for: column 6.")
    (found,) = fit(SPARE, width(GRID) - ONE - 1)
    assert found.notes == ("note", "No room here for: column 1; column 6.")


def test_what_a_column_means_goes_with_it() -> None:
    meanings = tuple((name, f"{name}: meaning.") for name in ("column 0", "column 6"))
    grid = replace(SPARE, legend=meanings)
    assert grid.below == ("column 0: meaning. column 6: meaning.", "note")
    (found,) = fit(grid, width(GRID) - 1)
    assert found.below == ("column 0: meaning.", "note", "No room here for: column 6.")


def test_what_a_mark_means_goes_with_the_last_cell_that_has_it() -> None:
    first, *others = GRID.rows[0]
    marked = (first, "AAA*", *others[1:-1], "–*")
    grid = replace(SPARE, rows=(marked,), notes=("*: both.", "–: undefined.", "†: none."))
    (found,) = fit(grid, width(GRID) - 1)
    assert found.below == ("*: both.", "†: none.", "No room here for: column 6.")


def test_the_parts_of_a_table_without_a_title_are_told_apart() -> None:
    titles = [part.title for part in fit(replace(GRID, title=""), width(GRID) - 1)]
    assert titles == ["", "(further columns)"]


def test_columns_are_not_spared_in_vain() -> None:
    """In 30 columns of text two figures have room: five come in three parts, and a sixth too."""
    parts = list(fit(SPARE, 30))
    assert [len(part.header) - 1 for part in parts] == [2, 2, 2]
    assert parts[-1].notes == ("note", "No room here for: column 6.")


def test_a_name_that_is_too_long_is_folded_behind_a_dot() -> None:
    name = "issuers.acme.tranches.loan.principal"
    whole = replace(GRID, rows=((name, *GRID.rows[0][1:]),))
    (part, *_) = fit(whole, width(GRID) - len("first row") + 24)
    assert part.rows[0][0] == "issuers.acme.tranches.\nloan.principal"
    assert next(fit(whole, width(whole))).rows[0][0] == name
    indented = replace(GRID, rows=((f"  {name}", *GRID.rows[0][1:]),))
    (part, *_) = fit(indented, width(GRID) - len("first row") + 24)
    assert part.rows[0][0] == "  issuers.acme.tranches.\nloan.principal"


def test_words_are_wrapped_where_there_is_no_room() -> None:
    grid = Grid("title", ("month", "events"), (("Jun 2026", Words("many words " * 20)),))
    console = Console(width=60, record=True, file=StringIO())
    show_grid(console, grid)
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= 60 and len(lines) > 5
    assert " ".join(" ".join(lines).split()).count("many words") == 20
