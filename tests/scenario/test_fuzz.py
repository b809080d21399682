"""Whatever a file holds, the answer is a scenario or a list of mistakes."""

import io
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario.load import load
from neocloud_mc.views.scenario_yaml import render
from tests.scenario.desk import SMALL

LINES = SMALL.splitlines()
SNIPPETS = ["null", "[]", "{}", "-1", ".nan", ".inf", "1e999", "&a", "*a", "<<: x", "!!set", "? ",
            "'", '"', "\t", "\x00", "\u2028", "- ", ": ", "#", "true", "x" * 200, "9" * 400, "[[",
            "{a: b", "12%", "--- ", "%YAML 9", "|", ">", "literal['bullet']"]  # fmt: skip


@cache
def shown_well() -> dict[str, Any]:
    """The good scenario as it is resolved."""
    return load("-", stdin=io.StringIO(SMALL)).resolved


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """The good scenario after a few accidents."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.integers(0, len(lines) - 1))
        column = draw(st.integers(0, len(lines[row])))
        snippet = draw(st.sampled_from(SNIPPETS) | st.text(max_size=5))
        cut = draw(st.integers(0, 12))
        lines[row] = lines[row][:column] + snippet + lines[row][column + cut :]
        if draw(st.booleans()):
            lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(lines)))
    return "\n".join(lines)


@settings(max_examples=200)
@given(spoiled())
def test_a_spoiled_file_is_read_or_refused_with_places(text: str) -> None:
    try:
        result = load("-", stdin=io.StringIO(text))
    except ScenarioError as error:
        assert error.lines
        assert all(line.startswith(("-:", "and ")) for line in error.lines)
    else:
        assert result.scenario.issuers.keys() <= result.resolved["issuers"].keys()  # type: ignore[attr-defined]


@settings(max_examples=200)
@given(st.text(max_size=30) | st.binary(max_size=30))
def test_any_text_at_all_is_refused_with_a_place(content: str | bytes) -> None:
    stdin: Any = io.StringIO(content) if isinstance(content, str) else _Bytes(content)
    with pytest.raises(ScenarioError) as failure:
        load("-", stdin=stdin)
    assert all(line.startswith("-:") for line in failure.value.lines)


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=40), st.floats(0, 1e15), st.text(min_size=1, max_size=20))
def test_what_is_shown_is_read_back_as_it_was(label: str, cash: float, key: str) -> None:
    good = shown_well()
    tree: Any = {**good, "sources": {key: label}, "description": label}
    tree["issuers"] = {"acme": {**good["issuers"]["acme"], "label": label, "cash": cash}}
    try:
        again = load("-", stdin=io.StringIO(render(tree)))
    except ScenarioError as error:
        assert any(character in label + key for character in "\ufffe\uffff") or key.isdigit(), error
    else:
        assert again.resolved == tree


class _Bytes:
    """A standard input of bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)
