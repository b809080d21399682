"""The blocks of README.md that show what the program prints.

A block follows a comment `<!-- output of: COMMAND -->`, or `… | from: TEXT | until: TEXT -->` for
the lines between the first that start so.
`python -m tests.readme` writes them anew.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

README: Final = Path(__file__).parent.parent / "README.md"
_BLOCK: Final = re.compile(
    r"<!-- output of: neocloud-mc (?P<command>.*?)"
    r"(?: \| from: (?P<start>.*?) \| until: (?P<end>.*?))? -->\n```\n"
    r"(?P<shown>.*?)```\n",
    re.DOTALL,
)


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """Command, what the file shows of its output, and what the program prints."""
    for match in _BLOCK.finditer(text):
        yield match["command"], match["shown"], _printed(**_wanted(match))


def renewed(text: str) -> str:
    """The text with every block as the program prints it."""

    def replace(match: re.Match[str]) -> str:
        head = match[0][: match.start("shown") - match.start()]
        return head + _printed(**_wanted(match)) + "```\n"

    return _BLOCK.sub(replace, text)


def _wanted(match: re.Match[str]) -> dict[str, Any]:
    return {name: match[name] for name in ("command", "start", "end")}


@cache
def _output(command: str) -> list[str]:
    """Lines of a command's output; one of which two parts are shown is run once."""
    found = subprocess.run(
        [sys.executable, "-m", "neocloud_mc", *shlex.split(command)],
        cwd=README.parent,
        env=os.environ | {"COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    ).stdout.decode()
    return [line.rstrip() for line in found.splitlines()]


def _printed(command: str, start: str | None, end: str | None) -> str:
    """What a pipe gets from the command, from the line that starts with `start` up to `end`."""
    lines = _output(command)
    if start is not None and end is not None:
        first = next(n for n, line in enumerate(lines) if line.startswith(start))
        rest = lines[first:]
        lines = rest[: next(n for n, line in enumerate(rest) if line.startswith(end))]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
