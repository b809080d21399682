"""What is wrong with text that is no YAML, in words of this program.

Parsers differ in their words from version to version, and the one in C from the one in Python; what
they complain of is recognised by what all of them say.
"""

import re
from typing import Final

import yaml

_KEY_EXPECTED: Final = "a key is expected here (check the indentation and the quotes)"
_NO_COLON: Final = "could not find expected ':'"
_PROBLEMS: Final = [
    (
        "mapping values are not allowed|unexpected ':'",
        "a second ': ' on this line, or a line that is indented too far (quote text that holds "
        "': ')",
    ),
    (_NO_COLON, "a ':' is missing after this key"),
    (
        "unexpected end of stream|document (indicator|separator)",
        "the quotes that end this text are missing",
    ),
    (r"tab character|any token at '\\t'", "a tab stands here; indent with spaces"),
    (
        "any token at '@'",
        "a value that begins with @ needs quotes: '@market', the name of a shipped scenario",
    ),
    (
        "cannot start any token",
        "this character cannot begin a value; quote it (and indent with spaces, never with tabs)",
    ),
    ("expected ',' or", "a ',' or a closing bracket is missing before this"),
    ("directive|%YAML|incompatible", "a line that begins with % is not supported"),
    (
        "alias|anchor",
        "a name is expected after * or & (quote text that begins with one of these)",
    ),
    (
        "quoted scalar",
        r"a backslash in double quotes begins an escape that YAML does not know; write \\, or use "
        "single quotes",
    ),
    ("block scalar", "after | or > the line ends, except for + or - and a digit"),
    ("tag", "a tag (!) that cannot be read; remove it, or quote the text"),
    ("entries are not allowed", "a list begins on a line of its own, below its key"),
    ("node content", "a value is expected here"),
    (r"expected key|mapping keys|<block end>|'-' indicator|<document start>", _KEY_EXPECTED),
]
"""What parsers say, as patterns, and what it means; the first that fits."""


def beginning(error: yaml.MarkedYAMLError) -> yaml.Mark | None:
    """Where a mistake begins: of a key without its colon parsers complain a line too late."""
    if error.context_mark and error.problem and _NO_COLON in error.problem:
        return error.context_mark
    return error.problem_mark or error.context_mark


def explain(error: yaml.MarkedYAMLError, character: str) -> str:
    """Say what a parser found.

    Parameters
    ----------
    character : the one that it stands at; empty: none.
    """
    said = f"{error.context}: {error.problem} at {character!r}"
    for pattern, meaning in _PROBLEMS:
        if re.search(pattern, said):
            return meaning
    return "this cannot be read (check the indentation, the brackets and the quotes)"
