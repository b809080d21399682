"""The blocks of README.md, `docs questions` and `docs calibration`: what a terminal sees.

A block begins with its command, `$ neocloud-mc …`; the commands of a page run in a folder that it
finds empty, in their order. A comment before a block, `<!-- from: TEXT | until: TEXT -->`, takes
the lines from the one that starts so up to the other.
`python -m tests.readme` writes them anew.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TextIO

ROOT: Final = Path(__file__).parent.parent
README: Final = ROOT / "README.md"
_DOCS: Final = ROOT / "neocloud_mc" / "docs"
COLUMNS: Final = {README: 100, _DOCS / "questions.md": 80, _DOCS / "calibration.md": 80}
"""The pages with such blocks, each with the width of its terminal."""
_BLOCK: Final = re.compile(
    r"(?:<!-- from: (?P<start>.*?) \| until: (?P<end>.*?) -->\n)?"
    r"```console\n\$ neocloud-mc (?P<command>(?:.*\\\n)*.*)\n"
    r"(?P<shown>(?:.*\n)*?)```\n"
)
_STYLE: Final = re.compile(r"\x1b\[[0-9;]*m")


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """Command, what the page shows of its output, and what the program prints."""
    for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield match["command"], match["shown"], _printed(match, COLUMNS[page])


def renewed(page: Path) -> str:
    """The text of a page with every block as the program prints it."""

    def replace(match: re.Match[str]) -> str:
        head = match[0][: match.start("shown") - match.start()]
        return head + _printed(match, COLUMNS[page]) + "```\n"

    return _BLOCK.sub(replace, page.read_text(encoding="utf-8"))


def _printed(match: re.Match[str], columns: int) -> str:
    lines = _output(match["command"].replace("\\\n", " "), columns)
    if match["start"] is not None:
        first = next(n for n, line in enumerate(lines) if line.startswith(match["start"]))
        rest = lines[first:]
        lines = rest[: next(n for n, line in enumerate(rest) if line.startswith(match["end"]))]
    return "\n".join(lines).rstrip() + "\n"


@cache
def _output(command: str, columns: int) -> list[str]:
    """Lines that a terminal sees; a command of which two parts are shown is run once."""
    source, sink = os.openpty()
    with os.fdopen(source, encoding="utf-8") as reader:
        process = subprocess.Popen(
            [sys.executable, "-m", "neocloud_mc", *shlex.split(command)],
            cwd=_folder().name,
            env=os.environ | {"COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"},
            stdout=sink,
            stderr=subprocess.DEVNULL,
        )
        os.close(sink)
        lines = [_STYLE.sub("", line).rstrip() for line in _until_hung_up(reader)]
    assert process.wait() == 0, command
    return lines


@cache
def _folder() -> TemporaryDirectory[str]:
    """Where the commands run; removed at the end."""
    return TemporaryDirectory()


def _until_hung_up(reader: TextIO) -> Iterator[str]:
    """Lines up to the end, which a terminal tells by an error."""
    with suppress(OSError):
        yield from reader


if __name__ == "__main__":
    for page in COLUMNS:
        page.write_text(renewed(page), encoding="utf-8")
