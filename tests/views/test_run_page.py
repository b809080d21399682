"""The page of a run: families, what is left out and said to be, and the block at its end."""

import io
import re
from dataclasses import replace

import pytest

from neocloud_mc.results.book import Book
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.render import terminal
from neocloud_mc.views.render.terminal import plain, show_block
from neocloud_mc.views.run import document
from neocloud_mc.views.run.closing import closing
from tests.results.samples import book
from tests.views import samples
from tests.views.test_table import ESCAPE, in_pipe, on_terminal


def groups(heads: int, vehicles: int) -> Book:
    """Heads with so many vehicles each, all of the vehicles last in the file."""
    of = book(heads * (1 + vehicles))
    parents = [None] * heads + [f"issuer_{k % heads}" for k in range(heads * vehicles)]
    issuers = zip(of.issuers, parents, strict=True)
    return replace(of, issuers=tuple(replace(one, parent=parent) for one, parent in issuers))


def many() -> RunResult:
    return samples.result_of(groups(5, 4))


def few() -> RunResult:
    return samples.result_of(groups(2, 1))


def table(text: str, title: str) -> list[str]:
    """The lines of a table of a page, its title apart."""
    lines = text.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith(title))
    return lines[start + 1 : lines.index("", start)]


def test_vehicles_stand_under_their_parents() -> None:
    rows = [line.split("  ±")[0][:12].rstrip() for line in table(in_pipe(few()), "Probability")]
    assert rows[3:7] == ["issuer_0", "  issuer_2", "issuer_1", "  issuer_3"]


def test_the_default_page_shows_the_largest_and_says_how_many_it_leaves_out() -> None:
    text, full = in_pipe(many()), in_pipe(many(), is_full=True)
    assert "12 of 25 issuers, those with the largest expected loss; --full shows all." in text
    assert "12 of 50 tranches, those with the largest expected loss; --full shows all." in text
    assert len(re.findall("^  (?:senior|junior) ", text, re.MULTILINE)) == 12
    assert len(re.findall("^  (?:senior|junior) ", full, re.MULTILINE)) == 50
    assert len(table(text, "Probability")) == 3 + 25 + 1


def test_the_joint_matrix_and_the_market_come_only_on_request() -> None:
    for title in ("If the issuer of the row defaults", "Market: median"):
        assert title not in in_pipe(few())
        assert title in in_pipe(few(), is_full=True)


@pytest.mark.parametrize("width", [80, 120, 160])
@pytest.mark.parametrize("of", [many(), few(), samples.plain(), samples.result_of(groups(6, 1))])
def test_the_page_ends_with_a_block_of_at_most_20_lines(of: RunResult, width: int) -> None:
    text = ESCAPE.sub("", on_terminal(of, width))
    lines = text[text.index(f"Summary of {of.info.scenario} by Jun 2027") :].splitlines()
    assert len(lines) <= 20
    assert "(further columns)" not in "\n".join(lines)
    told = "\n".join(lines)
    for words in ("PD", "main", "expected", "paid", "costs", "margin", "Portfolio of", "Gates:"):
        assert words in told


def test_the_last_block_names_margins_and_gates_that_do_not_hold() -> None:
    block = closing(samples.plain())
    told = plain(lambda console: show_block(console, block))
    assert "Margin below expected loss: issuer_0.senior, issuer_0.junior and 2 more." in told
    gates = (
        "Gates: 1 breached (issuer_0.pd.24 > 0.2), 1 inconclusive (issuer_0.pd.24 > 0.3), 1 passed."
    )
    assert gates in told


def test_a_narrow_terminal_says_what_it_has_no_room_for() -> None:
    narrow, wide = (ESCAPE.sub("", on_terminal(few(), width)) for width in (80, 200))
    assert "No room here for:" in narrow and "No room here for:" not in wide
    assert max(map(len, narrow.splitlines())) <= 80


def test_a_narrow_terminal_explains_only_the_columns_that_it_shows() -> None:
    narrow, wide = (ESCAPE.sub("", on_terminal(few(), width)) for width in (80, 200))
    for told in ("Of all lent:", "CDS:"):
        assert told in wide and told not in narrow
    assert wide.count("Rating:") == 2 and narrow.count("Rating:") == 1
    assert narrow.count("fair: the spread a year") == wide.count("fair: the spread a year") == 2


def test_probabilities_that_prices_imply_are_called_so() -> None:
    real = samples.plain()
    priced = replace(real, info=replace(real.info, measure="risk-neutral"))
    assert in_pipe(priced).count("risk-neutral probabilities") == 2
    assert "risk-neutral" not in in_pipe(real)


def test_pictures_are_letters_and_blocks_that_an_old_terminal_has_too() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    document([few()]).show(terminal.console(stream))
    stream.flush()
    old = raw.getvalue().decode("ascii")
    assert "▁" in in_pipe(few()) and "\\u" not in old
    assert re.search(r"[_.\-=+*%#]{12,}", old)


def test_calendar_months_stand_where_there_is_a_base_date() -> None:
    text = in_pipe(samples.plain())
    assert "What lenders lose by Jun 2027" in text
    assert "Jun 2028" in "".join(table(text, "Tranches"))
